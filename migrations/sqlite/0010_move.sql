-- Moves of a warning beside its lights: who helps, how often it was pressed for, what was proposed and decided, which slip corrects which.
-- 督办: how often 领导小组办公室 pressed for it.
ALTER TABLE warning ADD COLUMN urged INTEGER NOT NULL DEFAULT 0;
-- n of the slip that this one corrects.
ALTER TABLE slip ADD COLUMN corrects INTEGER;

-- Co-handling sections (配合股室).
CREATE TABLE co_handler (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    section TEXT NOT NULL,
    seq INTEGER NOT NULL,               -- the journal entry that asked them
    PRIMARY KEY (office_id, no, section)
) STRICT;
CREATE INDEX co_handler_section ON co_handler (office_id, section);

-- What waits for a second person on a warning, and what became of it: measures (处置) and false alarms (误报).
-- What was written stands in a slip, sealed; here is what may be counted.
CREATE TABLE proposal (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,
    n INTEGER NOT NULL,                 -- in the order they were made
    kind TEXT NOT NULL,                 -- recover, suspend, circulate, transfer, other, false_alarm
    amount INTEGER,                     -- fen
    from_on TEXT,                       -- local dates, both included; of a transfer its day
    until_on TEXT,
    doc_no TEXT,                        -- of the notice, normalised
    slip INTEGER NOT NULL,              -- n of the slip that tells of it
    proposed_seq INTEGER NOT NULL,
    proposed_at INTEGER NOT NULL,
    proposed_by INTEGER NOT NULL,       -- staff id
    status TEXT NOT NULL,               -- waiting, approved, returned, withdrawn
    settled_seq INTEGER,
    settled_at INTEGER,
    settled_on TEXT,                    -- local date it counts for
    settled_by INTEGER,                 -- staff id
    PRIMARY KEY (office_id, no, n)
) STRICT;
CREATE INDEX proposal_status ON proposal (office_id, status, settled_on);
