-- Running totals (累计): what the records that a fact of a rule counts add up to, one row a key. They follow from the ledger and the rules in force.
CREATE TABLE total_fact (
    office_id INTEGER NOT NULL,
    id INTEGER NOT NULL,                -- the beginning of the digest of its meaning
    meaning TEXT NOT NULL,              -- which records count and what of them is added up
    PRIMARY KEY (office_id, id)
) STRICT;

CREATE TABLE total (
    office_id INTEGER NOT NULL,
    fact INTEGER NOT NULL,
    key BLOB NOT NULL,                  -- the values of its key; of personal ones the keyed hash
    count INTEGER NOT NULL,
    amounts INTEGER NOT NULL,           -- how many of them have an amount
    sum TEXT NOT NULL,                  -- fen; in digits, for many amounts together may be wider than one
    PRIMARY KEY (office_id, fact, key)
) STRICT, WITHOUT ROWID;
