-- The journal: what moved the system, once, in order. Everything else can be rebuilt from it.
-- Texts compare and sort by their bytes, as in SQLite, whatever the locale of the server.
CREATE TABLE head (
    office_id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    ledger_seq BIGINT NOT NULL,       -- the latest entry that changed the ledger
    hash BYTEA NOT NULL
);

CREATE TABLE journal (
    office_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,                -- µs UTC
    kind TEXT COLLATE "C" NOT NULL,
    actor BIGINT,                      -- staff id, for acts
    key_id BIGINT NOT NULL,            -- which key seals the content
    sealed BYTEA NOT NULL,
    commitment BYTEA NOT NULL,           -- keyed, over the plain content: survives key rotation
    hash BYTEA NOT NULL,                 -- chains to the entry before
    PRIMARY KEY (office_id, seq)
);

CREATE TABLE counter (
    office_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (office_id, name)
);

-- Settings in force, as the journal last told them.
CREATE TABLE office_setting (
    office_id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    content TEXT COLLATE "C" NOT NULL
);

CREATE TABLE rule (
    office_id BIGINT NOT NULL,
    code TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (office_id, code, version)
);

CREATE TABLE staff (
    office_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C" NOT NULL,
    permissions TEXT COLLATE "C" NOT NULL,          -- comma separated codes
    email TEXT COLLATE "C",
    id_hash BYTEA,                       -- keyed hash of the id number: one person, one account
    passphrase TEXT COLLATE "C",                    -- argon2, for the console
    PRIMARY KEY (office_id, id)
);
CREATE UNIQUE INDEX staff_name ON staff (office_id, name);
CREATE UNIQUE INDEX staff_person ON staff (office_id, id_hash);

-- What a source has delivered: one row a webhook id, for ever.
CREATE TABLE receipt (
    office_id BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,               -- of the body
    seq BIGINT NOT NULL,               -- latest journal entry made from it
    status BIGINT NOT NULL,            -- HTTP status answered; 0 while a batch is incomplete
    lines BIGINT NOT NULL,             -- lines taken so far
    answer TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (office_id, source, webhook_id)
);

CREATE TABLE receipt_chunk (
    office_id BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    first_line BIGINT NOT NULL,
    answer TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (office_id, source, webhook_id, first_line)
);

CREATE TABLE quarantine (
    office_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    at BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    webhook_id TEXT COLLATE "C" NOT NULL,
    field TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    settled_seq BIGINT,                -- the entry whose resend put it right
    PRIMARY KEY (office_id, seq, line)
);
CREATE INDEX quarantine_webhook ON quarantine (office_id, source, webhook_id);
