-- Whose account on Discord is whose, and what is being typed there.
-- the account's number
ALTER TABLE staff ADD COLUMN discord TEXT;
-- keyed hash of a one-time code
ALTER TABLE staff ADD COLUMN code_hash TEXT;
-- µs UTC
ALTER TABLE staff ADD COLUMN code_until INTEGER;
CREATE UNIQUE INDEX staff_discord ON staff (office_id, discord);
CREATE UNIQUE INDEX staff_code ON staff (office_id, code_hash);

-- Wrong codes of an account; working memory.
CREATE TABLE binding_try (
    office_id INTEGER NOT NULL,
    account TEXT NOT NULL,
    tries INTEGER NOT NULL,
    at INTEGER NOT NULL,                 -- µs UTC, of the latest
    PRIMARY KEY (office_id, account)
) STRICT;

-- A form that somebody is filling in; working memory.
CREATE TABLE draft (
    office_id INTEGER NOT NULL,
    staff INTEGER NOT NULL,
    no INTEGER NOT NULL,                 -- the warning
    form TEXT NOT NULL,
    at INTEGER NOT NULL,                 -- µs UTC, of the latest change
    sealed BLOB NOT NULL,               -- what was typed, sealed: it may name people
    key_id INTEGER NOT NULL,
    PRIMARY KEY (office_id, staff, no, form)
) STRICT;
