-- Registers (登记簿): what the office keeps beside warnings, one row an entry, one row a step of it.
CREATE TABLE register_entry (
    office_id BIGINT NOT NULL,
    register TEXT COLLATE "C" NOT NULL,             -- its two letters
    no BIGINT NOT NULL,                -- year × 1 000 000 + number
    seq BIGINT NOT NULL,               -- the journal entry of its latest step
    opened_on TEXT COLLATE "C" NOT NULL,            -- local date
    actor BIGINT NOT NULL,             -- staff id of whoever opened it
    section TEXT COLLATE "C" NOT NULL,              -- the section that it concerns
    state TEXT COLLATE "C" NOT NULL,                -- by the register's own words
    due_on TEXT COLLATE "C",                        -- local date by which somebody is to act
    PRIMARY KEY (office_id, register, no)
);
CREATE INDEX register_state ON register_entry (office_id, register, state, due_on);
CREATE INDEX register_section ON register_entry (office_id, register, section, state);

CREATE TABLE register_step (
    office_id BIGINT NOT NULL,
    register TEXT COLLATE "C" NOT NULL,
    no BIGINT NOT NULL,
    n BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor BIGINT,                      -- staff id; none: the service
    step TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,               -- what was written, sealed: it may name people
    key_id BIGINT NOT NULL,
    PRIMARY KEY (office_id, register, no, n)
);
