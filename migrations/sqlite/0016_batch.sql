-- What an open bell gathers and was judged again: whether the rule still lights it. No row: it does, as when it rang.
CREATE TABLE bell_record (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- the bell
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    seq INTEGER NOT NULL,               -- the journal entry by which it was judged so
    lit INTEGER NOT NULL,
    PRIMARY KEY (office_id, no, entity, key)
) STRICT;
