-- Why a bell rings no more for a record: which condition does not hold, with the values of both sides (JSON). None while it is lit.
ALTER TABLE bell_record ADD COLUMN why TEXT COLLATE "C";

-- White list (白名单): what a rule lights and nobody is to be called for. What was written about it stands in the register BM.
CREATE TABLE white_list (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,                -- year × 1 000 000 + number
    seq BIGINT NOT NULL,               -- the journal entry of its latest step
    rule TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,           -- of a person or an account only the keyed hash
    until_on TEXT COLLATE "C" NOT NULL,          -- the last local day on which it holds
    red BIGINT NOT NULL,               -- whether it holds for red lights: approved by a second person
    state TEXT COLLATE "C" NOT NULL,
    actor BIGINT NOT NULL,             -- staff id of whoever entered it
    PRIMARY KEY (office_id, no)
);
CREATE INDEX white_list_state ON white_list (office_id, state, until_on);
CREATE INDEX white_list_seq ON white_list (office_id, seq);

-- Which records of which warnings the entries concern.
CREATE TABLE white_listed (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,                -- the warning
    n BIGINT NOT NULL,                 -- the record's place in its list
    entry BIGINT NOT NULL,             -- the entry of the white list
    seq BIGINT NOT NULL,
    PRIMARY KEY (office_id, no, n, entry)
);
CREATE INDEX white_listed_entry ON white_listed (office_id, entry);
