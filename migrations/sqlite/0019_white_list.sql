-- Why a bell rings no more for a record: which condition does not hold, with the values of both sides (JSON). None while it is lit.
ALTER TABLE bell_record ADD COLUMN why TEXT;

-- White list (白名单): what a rule lights and nobody is to be called for. What was written about it stands in the register BM.
CREATE TABLE white_list (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- year × 1 000 000 + number
    seq INTEGER NOT NULL,               -- the journal entry of its latest step
    rule TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,           -- of a person or an account only the keyed hash
    until_on TEXT NOT NULL,          -- the last local day on which it holds
    red INTEGER NOT NULL,               -- whether it holds for red lights: approved by a second person
    state TEXT NOT NULL,
    actor INTEGER NOT NULL,             -- staff id of whoever entered it
    PRIMARY KEY (office_id, no)
) STRICT;
CREATE INDEX white_list_state ON white_list (office_id, state, until_on);
CREATE INDEX white_list_seq ON white_list (office_id, seq);

-- Which records of which warnings the entries concern.
CREATE TABLE white_listed (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- the warning
    n INTEGER NOT NULL,                 -- the record's place in its list
    entry INTEGER NOT NULL,             -- the entry of the white list
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, no, n, entry)
) STRICT;
CREATE INDEX white_listed_entry ON white_listed (office_id, entry);
