-- Proof (审计) and privacy.

-- Which key seals from now on: whoever still holds an older key file writes nothing more. Working memory.
CREATE TABLE sealing (
    office_id BIGINT NOT NULL PRIMARY KEY,
    key_id BIGINT NOT NULL
);

-- Who saw the full texts of a warning (全文); why stands in the journal, sealed.
CREATE TABLE reveal (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,                -- µs UTC
    actor BIGINT NOT NULL,             -- staff id
    PRIMARY KEY (office_id, no, seq)
);

-- what was told of deliveries by an entry
CREATE INDEX delivery_outcome ON delivery (office_id, outcome_seq);
