-- The outbox: what is owed to whom, written with what caused it.
CREATE TABLE delivery (
    office_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,               -- the journal entry that owes it
    n BIGINT NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    recipient TEXT COLLATE "C" NOT NULL,
    no BIGINT,                         -- the warning it is about
    payload TEXT COLLATE "C" NOT NULL,              -- JSON, chat-safe or masked by type
    queued_at BIGINT NOT NULL,
    status TEXT COLLATE "C" NOT NULL,               -- queued, sent, parked
    outcome_seq BIGINT,                -- the journal entry that told the outcome
    outcome_at BIGINT,
    reason TEXT COLLATE "C",
    attempts BIGINT NOT NULL,          -- these two steer the worker and are not journalled
    next_at BIGINT NOT NULL,
    PRIMARY KEY (office_id, seq, n)
);
CREATE INDEX delivery_queued ON delivery (office_id, next_at) WHERE status = 'queued';
