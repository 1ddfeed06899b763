-- What an open bell gathers and was judged again: whether the rule still lights it. No row: it does, as when it rang.
CREATE TABLE bell_record (
    office_id BIGINT NOT NULL,
    no BIGINT NOT NULL,                             -- the bell
    entity TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,                            -- the journal entry by which it was judged so
    lit BIGINT NOT NULL,
    PRIMARY KEY (office_id, no, entity, key)
);
