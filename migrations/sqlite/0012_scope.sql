-- Who said whether a fund is poverty relief (来源, 口径 or 认定), and what a source has said otherwise since a person decided.
ALTER TABLE allocation ADD COLUMN marked_by TEXT;
ALTER TABLE allocation ADD COLUMN told_otherwise TEXT;
UPDATE allocation SET marked_by = '来源' WHERE poverty_flag IN ('扶贫', '非扶贫');
UPDATE allocation SET poverty_flag = '未识别' WHERE poverty_flag IS NULL;

-- Scope (资金范围和项目口径): one row a change. The latest of a subject holds; its basis stands in the journal entry, sealed.
CREATE TABLE scope_change (
    office_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,               -- the journal entry
    kind TEXT NOT NULL,                 -- allocation, or a line of the scope: fund, function, project
    subject TEXT NOT NULL,              -- the allocation's key, or the line's value in normal form
    step TEXT NOT NULL,                 -- 提出: a section's proposal; 认定, 界定: decided
    was TEXT NOT NULL,
    flag TEXT NOT NULL,
    actor INTEGER NOT NULL,             -- staff id
    at INTEGER NOT NULL,                -- µs UTC
    PRIMARY KEY (office_id, seq)
) STRICT;
CREATE INDEX scope_subject ON scope_change (office_id, kind, subject, seq);

CREATE INDEX allocation_doc ON allocation (office_id, doc_no);
CREATE INDEX allocation_flag ON allocation (office_id, poverty_flag, received_on, key);
CREATE INDEX allocation_told ON allocation (office_id, key) WHERE told_otherwise IS NOT NULL;
CREATE INDEX allocation_fund ON allocation (office_id, fund_name);
CREATE INDEX allocation_function ON allocation (office_id, function_code);
CREATE INDEX allocation_project ON allocation (office_id, project_code);
-- sums of what was paid are read from the index alone
DROP INDEX payment_allocation;
CREATE INDEX payment_allocation ON payment (office_id, allocation_id, stage, kind, net);
CREATE INDEX payment_day ON payment (office_id, paid_on, key);
CREATE INDEX other_type ON other_record (office_id, event_type, seq);
CREATE INDEX warning_doc ON warning (office_id, doc_no, no);
CREATE INDEX quarantine_open ON quarantine (office_id, seq, line) WHERE settled_seq IS NULL;
