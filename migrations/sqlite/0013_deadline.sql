-- Deadlines kept to: what was said of them, what holds them up, who stands in for whom.
CREATE INDEX warning_due ON warning (office_id, due_on) WHERE closed_at IS NULL;
CREATE INDEX warning_handler ON warning (office_id, handler) WHERE closed_at IS NULL;

-- How far a deadline has been said (催办); a new deadline begins anew.
CREATE TABLE chased (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- the warning
    due_on TEXT NOT NULL,               -- the deadline that it was about
    stage INTEGER NOT NULL,             -- 1 reminded, 2 overdue, 3 told to the leading section, 4 to 领导小组办公室
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, no)
) STRICT;

-- For which day something that is done once a day was done last.
CREATE TABLE job_day (
    office_id INTEGER NOT NULL,
    job TEXT NOT NULL,
    day TEXT NOT NULL,                  -- local date
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, job)
) STRICT;

-- Deadlines that stand still while another authority is waited for (暂停).
CREATE TABLE pause (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- the warning
    since TEXT NOT NULL,                -- local date
    until_on TEXT NOT NULL,             -- local date, the last that is not counted
    stood TEXT NOT NULL,                -- the deadline that stood before
    due_on TEXT NOT NULL,               -- the deadline if it lasts to its end; a warning with another is paused no more
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, no)
) STRICT;

-- Who is away, and who stands in (请假、代理).
CREATE TABLE absence (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- number in the register of leave
    person INTEGER NOT NULL,            -- staff id
    stand_in INTEGER NOT NULL,          -- staff id
    from_on TEXT NOT NULL,              -- local date
    until_on TEXT NOT NULL,             -- local date, the last away
    state TEXT NOT NULL,                -- planned, away, over, cancelled
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, no)
) STRICT;
CREATE INDEX absence_until ON absence (office_id, until_on);

-- Warnings that a stand-in does for somebody away.
CREATE TABLE standing_in (
    office_id INTEGER NOT NULL,
    no INTEGER NOT NULL,                -- the warning
    leave_no INTEGER NOT NULL,          -- the absence
    stand_in INTEGER NOT NULL,          -- staff id of whoever got it
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, no)
) STRICT;
CREATE INDEX standing_in_leave ON standing_in (office_id, leave_no);
