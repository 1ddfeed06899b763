-- The outbox: what is owed to whom, written with what caused it.
CREATE TABLE delivery (
    office_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,               -- the journal entry that owes it
    n INTEGER NOT NULL,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    no INTEGER,                         -- the warning it is about
    payload TEXT NOT NULL,              -- JSON, chat-safe or masked by type
    queued_at INTEGER NOT NULL,
    status TEXT NOT NULL,               -- queued, sent, parked
    outcome_seq INTEGER,                -- the journal entry that told the outcome
    outcome_at INTEGER,
    reason TEXT,
    attempts INTEGER NOT NULL,          -- these two steer the worker and are not journalled
    next_at INTEGER NOT NULL,
    PRIMARY KEY (office_id, seq, n)
) STRICT;
CREATE INDEX delivery_queued ON delivery (office_id, next_at) WHERE status = 'queued';
