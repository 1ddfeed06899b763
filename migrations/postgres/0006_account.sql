-- Whose account on Discord is whose, and what is being typed there.
-- the account's number
ALTER TABLE staff ADD COLUMN discord TEXT COLLATE "C";
-- keyed hash of a one-time code
ALTER TABLE staff ADD COLUMN code_hash TEXT COLLATE "C";
-- µs UTC
ALTER TABLE staff ADD COLUMN code_until BIGINT;
CREATE UNIQUE INDEX staff_discord ON staff (office_id, discord);
CREATE UNIQUE INDEX staff_code ON staff (office_id, code_hash);

-- Wrong codes of an account; working memory.
CREATE TABLE binding_try (
    office_id BIGINT NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    tries BIGINT NOT NULL,
    at BIGINT NOT NULL,                 -- µs UTC, of the latest
    PRIMARY KEY (office_id, account)
);

-- A form that somebody is filling in; working memory.
CREATE TABLE draft (
    office_id BIGINT NOT NULL,
    staff BIGINT NOT NULL,
    no BIGINT NOT NULL,                 -- the warning
    form TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,                 -- µs UTC, of the latest change
    sealed BYTEA NOT NULL,               -- what was typed, sealed: it may name people
    key_id BIGINT NOT NULL,
    PRIMARY KEY (office_id, staff, no, form)
);
