-- Proof (审计) and privacy.

-- Which key seals from now on: whoever still holds an older key file writes nothing more. Working memory.
CREATE TABLE sealing (
    office_id INTEGER NOT NULL PRIMARY KEY,
    key_id INTEGER NOT NULL
) STRICT;

-- Who saw the full texts of a warning (全文); why stands in the journal, sealed.
CREATE TABLE reveal (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,                -- µs UTC
    actor INTEGER NOT NULL,             -- staff id
    PRIMARY KEY (office_id, no, seq)
) STRICT;

-- what was told of deliveries by an entry
CREATE INDEX delivery_outcome ON delivery (office_id, outcome_seq);
