-- Registers (登记簿): what the office keeps beside warnings, one row an entry, one row a step of it.
CREATE TABLE register_entry (
    office_id INTEGER NOT NULL,
    register TEXT NOT NULL,             -- its two letters
    no INTEGER NOT NULL,                -- year × 1 000 000 + number
    seq INTEGER NOT NULL,               -- the journal entry of its latest step
    opened_on TEXT NOT NULL,            -- local date
    actor INTEGER NOT NULL,             -- staff id of whoever opened it
    section TEXT NOT NULL,              -- the section that it concerns
    state TEXT NOT NULL,                -- by the register's own words
    due_on TEXT,                        -- local date by which somebody is to act
    PRIMARY KEY (office_id, register, no)
) STRICT;
CREATE INDEX register_state ON register_entry (office_id, register, state, due_on);
CREATE INDEX register_section ON register_entry (office_id, register, section, state);

CREATE TABLE register_step (
    office_id INTEGER NOT NULL,
    register TEXT NOT NULL,
    no INTEGER NOT NULL,
    n INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor INTEGER,                      -- staff id; none: the service
    step TEXT NOT NULL,
    sealed BLOB NOT NULL,               -- what was written, sealed: it may name people
    key_id INTEGER NOT NULL,
    PRIMARY KEY (office_id, register, no, n)
) STRICT;
