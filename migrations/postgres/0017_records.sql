-- What rules read beside payments: performance, the payroll, the project library, the standards, each a table of its own; and more fields of the others.
-- What earlier versions kept of these in other_record stays there: told once more it comes into its own table.
-- Money in fen, dates as local ISO dates, flags 0/1, numbers as decimal text, personal texts as keyed hashes.

-- 规范文号 人大批准日期 批复部门日期 批复单位日期 追加日期 到人到户
ALTER TABLE allocation ADD COLUMN doc_no_normal TEXT COLLATE "C";
ALTER TABLE allocation ADD COLUMN approved_on TEXT COLLATE "C";
ALTER TABLE allocation ADD COLUMN replied_on TEXT COLLATE "C";
ALTER TABLE allocation ADD COLUMN unit_replied_on TEXT COLLATE "C";
ALTER TABLE allocation ADD COLUMN appended_on TEXT COLLATE "C";
ALTER TABLE allocation ADD COLUMN to_persons BIGINT;
-- 收款账户类型 收款人形式 收款账号形式 冲销日期 经济科目 所报项目编码 项目编码 上报日期 提前上报
ALTER TABLE payment ADD COLUMN payee_account_kind TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN payee_shape TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN account_shape TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN reversed_on TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN economic_code TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN told_project_code TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN project_code TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN reported_on TEXT COLLATE "C";
ALTER TABLE payment ADD COLUMN reported_early BIGINT;
-- 所报户编号 户编号 户名 月数
ALTER TABLE disbursement ADD COLUMN told_household_no TEXT COLLATE "C";
ALTER TABLE disbursement ADD COLUMN household_no TEXT COLLATE "C";
ALTER TABLE disbursement ADD COLUMN account_name BYTEA;
ALTER TABLE disbursement ADD COLUMN months TEXT COLLATE "C";
UPDATE allocation SET doc_no_normal = doc_no;

-- Performance goals (绩效目标) and how their reviews stand.
CREATE TABLE goal (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    project_code TEXT COLLATE "C",            -- 项目编码
    fiscal_year TEXT COLLATE "C",             -- 年度
    project_name TEXT COLLATE "C",            -- 项目名称
    amount BIGINT,                            -- 资金总额
    fiscal_amount BIGINT,                     -- 财政资金
    filed_by TEXT COLLATE "C",                -- 填报单位
    filed_on TEXT COLLATE "C",                -- 填报日期
    status TEXT COLLATE "C",                  -- 审核状态
    reviewed_on TEXT COLLATE "C",             -- 审核日期
    published_on TEXT COLLATE "C",            -- 公开日期
    section TEXT COLLATE "C",                 -- 归口股室
    PRIMARY KEY (office_id, key)
);

-- Performance indicators (绩效指标).
CREATE TABLE indicator (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    project_code TEXT COLLATE "C",            -- 项目编码
    fiscal_year TEXT COLLATE "C",             -- 年度
    indicator_no TEXT COLLATE "C",            -- 绩效指标编号
    measure TEXT COLLATE "C",                 -- 指标类别
    name TEXT COLLATE "C",                    -- 指标名称
    comparison TEXT COLLATE "C",              -- 比较方式
    target TEXT COLLATE "C",                  -- 目标值
    unit TEXT COLLATE "C",                    -- 计量单位
    weight TEXT COLLATE "C",                  -- 权重
    PRIMARY KEY (office_id, key)
);

-- Progress (绩效执行情况), one indicator and period a row.
CREATE TABLE progress (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    project_code TEXT COLLATE "C",            -- 项目编码
    fiscal_year TEXT COLLATE "C",             -- 年度
    indicator_no TEXT COLLATE "C",            -- 绩效指标编号
    period TEXT COLLATE "C",                  -- 报告期
    actual TEXT COLLATE "C",                  -- 实际值
    filed_on TEXT COLLATE "C",                -- 填报日期
    PRIMARY KEY (office_id, key)
);

-- Self-evaluations (绩效自评).
CREATE TABLE evaluation (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    project_code TEXT COLLATE "C",            -- 项目编码
    fiscal_year TEXT COLLATE "C",             -- 年度
    score TEXT COLLATE "C",                   -- 得分
    evaluated_on TEXT COLLATE "C",            -- 自评日期
    PRIMARY KEY (office_id, key)
);

-- The public payroll (财政供养人员); who they are stands here only as keyed hashes.
CREATE TABLE payroll (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    id_no BYTEA,                              -- 身份证号
    name BYTEA,                               -- 姓名
    agency_name TEXT COLLATE "C",             -- 单位名称
    effective_from TEXT COLLATE "C",          -- 起始日期
    effective_to TEXT COLLATE "C",            -- 截止日期
    status TEXT COLLATE "C",                  -- 状态
    PRIMARY KEY (office_id, key)
);

-- The project library (项目库).
CREATE TABLE project (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    project_code TEXT COLLATE "C",            -- 项目编码
    project_name TEXT COLLATE "C",            -- 项目名称
    fiscal_year TEXT COLLATE "C",             -- 年度
    agency_code TEXT COLLATE "C",             -- 单位编码
    section TEXT COLLATE "C",                 -- 归口股室
    amount BIGINT,                            -- 计划金额
    status TEXT COLLATE "C",                  -- 状态
    delisted_on TEXT COLLATE "C",             -- 移出日期
    PRIMARY KEY (office_id, key)
);

-- Subsidy standards (补助标准).
CREATE TABLE standard (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    standard_no TEXT COLLATE "C",             -- 标准编号
    name TEXT COLLATE "C",                    -- 标准名称
    project_code TEXT COLLATE "C",            -- 项目编码
    basis TEXT COLLATE "C",                   -- 发放口径
    monthly BIGINT,                           -- 每月标准
    effective_from TEXT COLLATE "C",          -- 执行日期
    effective_to TEXT COLLATE "C",            -- 截止日期
    status TEXT COLLATE "C",                  -- 状态
    PRIMARY KEY (office_id, key)
);

CREATE INDEX goal_project ON goal (office_id, project_code, fiscal_year);
-- goals that wait for a review, the longest first
CREATE INDEX goal_waiting ON goal (office_id, fiscal_year, status, filed_on);
CREATE INDEX indicator_project ON indicator (office_id, project_code, fiscal_year, indicator_no);
CREATE INDEX progress_project ON progress (office_id, project_code, fiscal_year, indicator_no, period);
CREATE INDEX evaluation_project ON evaluation (office_id, project_code, fiscal_year);
CREATE INDEX payroll_id ON payroll (office_id, id_no);
CREATE INDEX project_code ON project (office_id, project_code, fiscal_year);
CREATE INDEX standard_no ON standard (office_id, standard_no);
CREATE INDEX standard_project ON standard (office_id, project_code);
CREATE INDEX payment_project ON payment (office_id, project_code, fiscal_year);
CREATE INDEX disbursement_household ON disbursement (office_id, household_no);
CREATE INDEX disbursement_account ON disbursement (office_id, account);
CREATE INDEX beneficiary_household ON beneficiary (office_id, household_no);
DROP INDEX allocation_project;
CREATE INDEX allocation_project ON allocation (office_id, project_code, fiscal_year);
DROP INDEX allocation_doc;
CREATE INDEX allocation_doc ON allocation (office_id, doc_no_normal);
DROP INDEX other_type;
