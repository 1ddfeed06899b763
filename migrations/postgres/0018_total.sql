-- Running totals (累计): what the records that a fact of a rule counts add up to, one row a key. They follow from the ledger and the rules in force.
CREATE TABLE total_fact (
    office_id BIGINT NOT NULL,
    id BIGINT NOT NULL,                 -- the beginning of the digest of its meaning
    meaning TEXT COLLATE "C" NOT NULL,  -- which records count and what of them is added up
    PRIMARY KEY (office_id, id)
);

CREATE TABLE total (
    office_id BIGINT NOT NULL,
    fact BIGINT NOT NULL,
    key BYTEA NOT NULL,                 -- the values of its key; of personal ones the keyed hash
    count BIGINT NOT NULL,
    amounts BIGINT NOT NULL,            -- how many of them have an amount
    sum TEXT COLLATE "C" NOT NULL,      -- fen; in digits, for many amounts together may be wider than one
    PRIMARY KEY (office_id, fact, key)
) WITH (fillfactor = 80);
