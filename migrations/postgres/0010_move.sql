-- Moves of a warning beside its lights: who helps, how often it was pressed for, what was proposed and decided, which slip corrects which.
-- 督办: how often 领导小组办公室 pressed for it.
ALTER TABLE warning ADD COLUMN urged BIGINT NOT NULL DEFAULT 0;
-- n of the slip that this one corrects.
ALTER TABLE slip ADD COLUMN corrects BIGINT;

-- Co-handling sections (配合股室).
CREATE TABLE co_handler (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,               -- the journal entry that asked them
    PRIMARY KEY (office_id, no, section)
);
CREATE INDEX co_handler_section ON co_handler (office_id, section);

-- What waits for a second person on a warning, and what became of it: measures (处置) and false alarms (误报).
-- What was written stands in a slip, sealed; here is what may be counted.
CREATE TABLE proposal (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    n BIGINT NOT NULL,                 -- in the order they were made
    kind TEXT COLLATE "C" NOT NULL,                 -- recover, suspend, circulate, transfer, other, false_alarm
    amount BIGINT,                     -- fen
    from_on TEXT COLLATE "C",                       -- local dates, both included; of a transfer its day
    until_on TEXT COLLATE "C",
    doc_no TEXT COLLATE "C",                        -- of the notice, normalised
    slip BIGINT NOT NULL,              -- n of the slip that tells of it
    proposed_seq BIGINT NOT NULL,
    proposed_at BIGINT NOT NULL,
    proposed_by BIGINT NOT NULL,       -- staff id
    status TEXT COLLATE "C" NOT NULL,               -- waiting, approved, returned, withdrawn
    settled_seq BIGINT,
    settled_at BIGINT,
    settled_on TEXT COLLATE "C",                    -- local date it counts for
    settled_by BIGINT,                 -- staff id
    PRIMARY KEY (office_id, no, n)
);
CREATE INDEX proposal_status ON proposal (office_id, status, settled_on);
