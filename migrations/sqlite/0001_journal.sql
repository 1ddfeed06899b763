-- The journal: what moved the system, once, in order. Everything else can be rebuilt from it.
CREATE TABLE head (
    office_id INTEGER NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    ledger_seq INTEGER NOT NULL,       -- the latest entry that changed the ledger
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE journal (
    office_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,                -- µs UTC
    kind TEXT NOT NULL,
    actor INTEGER,                      -- staff id, for acts
    key_id INTEGER NOT NULL,            -- which key seals the content
    sealed BLOB NOT NULL,
    commitment BLOB NOT NULL,           -- keyed, over the plain content: survives key rotation
    hash BLOB NOT NULL,                 -- chains to the entry before
    PRIMARY KEY (office_id, seq)
) STRICT;

CREATE TABLE counter (
    office_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (office_id, name)
) STRICT;

-- Settings in force, as the journal last told them.
CREATE TABLE office_setting (
    office_id INTEGER NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    content TEXT NOT NULL
) STRICT;

CREATE TABLE rule (
    office_id INTEGER NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (office_id, code, version)
) STRICT;

CREATE TABLE staff (
    office_id INTEGER NOT NULL,
    id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    section TEXT NOT NULL,
    title TEXT NOT NULL,
    permissions TEXT NOT NULL,          -- comma separated codes
    email TEXT,
    id_hash BLOB,                       -- keyed hash of the id number: one person, one account
    passphrase TEXT,                    -- argon2, for the console
    PRIMARY KEY (office_id, id)
) STRICT;
CREATE UNIQUE INDEX staff_name ON staff (office_id, name);
CREATE UNIQUE INDEX staff_person ON staff (office_id, id_hash);

-- What a source has delivered: one row a webhook id, for ever.
CREATE TABLE receipt (
    office_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    digest BLOB NOT NULL,               -- of the body
    seq INTEGER NOT NULL,               -- latest journal entry made from it
    status INTEGER NOT NULL,            -- HTTP status answered; 0 while a batch is incomplete
    lines INTEGER NOT NULL,             -- lines taken so far
    answer TEXT NOT NULL,
    PRIMARY KEY (office_id, source, webhook_id)
) STRICT;

CREATE TABLE receipt_chunk (
    office_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    first_line INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (office_id, source, webhook_id, first_line)
) STRICT;

CREATE TABLE quarantine (
    office_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    at INTEGER NOT NULL,
    source TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    field TEXT NOT NULL,
    reason TEXT NOT NULL,
    settled_seq INTEGER,                -- the entry whose resend put it right
    PRIMARY KEY (office_id, seq, line)
) STRICT;
CREATE INDEX quarantine_webhook ON quarantine (office_id, source, webhook_id);
