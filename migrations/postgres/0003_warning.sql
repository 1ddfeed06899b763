-- Warnings (预警信息) and their life.
CREATE TABLE warning (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,                -- year × 1 000 000 + number
    row_version BIGINT NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    rule_version BIGINT NOT NULL,
    rule_name TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    matter TEXT COLLATE "C" NOT NULL,               -- with the rule: what it is about
    first_level TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    section TEXT COLLATE "C" NOT NULL,
    handler BIGINT,                    -- staff id
    town TEXT COLLATE "C",
    voucher_no TEXT COLLATE "C",
    doc_no TEXT COLLATE "C",
    business_date TEXT COLLATE "C",
    amount BIGINT,                     -- fen
    items BIGINT NOT NULL,             -- how many records it gathers
    backlog BIGINT NOT NULL,           -- 存量: from before the service went live, listed but not pushed
    fired_at BIGINT NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,               -- local date by which the next step is expected
    closed_at BIGINT,
    closed_by BIGINT,
    parent BIGINT,                     -- the closed warning of the same matter before it
    PRIMARY KEY (office_id, no)
);
CREATE INDEX warning_matter ON warning (office_id, rule, matter);
CREATE INDEX warning_open ON warning (office_id, section, due_on) WHERE closed_at IS NULL;
CREATE INDEX warning_fired ON warning (office_id, fired_at);

-- What lit it: one row a record; the first is frozen with the warning, later ones are added.
CREATE TABLE warning_item (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    n BIGINT NOT NULL,
    seq BIGINT NOT NULL,               -- the journal entry that lit it
    entity TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    record_version BIGINT NOT NULL,
    level TEXT COLLATE "C" NOT NULL,
    evidence TEXT COLLATE "C" NOT NULL,             -- JSON, nothing personal in it
    PRIMARY KEY (office_id, no, n)
);
CREATE INDEX warning_item_record ON warning_item (office_id, entity, key);

CREATE TABLE transition (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    n BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    local_date TEXT COLLATE "C" NOT NULL,
    move TEXT COLLATE "C" NOT NULL,
    from_state TEXT COLLATE "C",
    to_state TEXT COLLATE "C" NOT NULL,
    from_section TEXT COLLATE "C",
    to_section TEXT COLLATE "C" NOT NULL,
    due_on TEXT COLLATE "C",                        -- the deadline that stood before the move
    actor BIGINT,
    PRIMARY KEY (office_id, no, n)
);
CREATE INDEX transition_date ON transition (office_id, local_date);

-- Handling slips (处理单): immutable once filed.
CREATE TABLE slip (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,
    n BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    sealed BYTEA NOT NULL,               -- what was written, sealed: it may name people
    key_id BIGINT NOT NULL,
    PRIMARY KEY (office_id, no, n)
);
