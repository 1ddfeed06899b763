-- The ledger: what events have told so far. Personal texts stand here only as keyed hashes; in full they are in the journal, sealed.
-- Money in fen, dates as local ISO dates, flags 0/1.

CREATE TABLE allocation (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    allocation_id TEXT COLLATE "C",             -- 指标编号
    parent_id TEXT COLLATE "C",                 -- 上级指标
    doc_no TEXT COLLATE "C",                    -- 本级文号
    parent_doc_no TEXT COLLATE "C",             -- 上级文号
    title TEXT COLLATE "C",                     -- 标题
    issued_on TEXT COLLATE "C",                 -- 发文日期
    received_on TEXT COLLATE "C",               -- 收到日期
    registered_on TEXT COLLATE "C",             -- 登记日期
    distributed_on TEXT COLLATE "C",            -- 分配日期
    fiscal_year TEXT COLLATE "C",               -- 年度
    fund_name TEXT COLLATE "C",                 -- 资金名称
    fund_nature TEXT COLLATE "C",               -- 资金性质
    function_code TEXT COLLATE "C",             -- 功能科目
    economic_code TEXT COLLATE "C",             -- 经济科目
    project_code TEXT COLLATE "C",              -- 项目编码
    project_name TEXT COLLATE "C",              -- 项目名称
    agency_code TEXT COLLATE "C",               -- 单位编码
    section TEXT COLLATE "C",                   -- 归口股室
    tier TEXT COLLATE "C",                      -- 级次
    poverty_flag TEXT COLLATE "C",              -- 扶贫标识
    in_ledger BIGINT,              -- 纳入台账
    amount BIGINT,                 -- 金额
    has_scan BIGINT,               -- 有扫描件
    PRIMARY KEY (office_id, key)
);

CREATE TABLE payment (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    voucher_no TEXT COLLATE "C",                -- 凭证号
    application_no TEXT COLLATE "C",            -- 申请号
    allocation_id TEXT COLLATE "C",             -- 指标编号
    fiscal_year TEXT COLLATE "C",               -- 年度
    stage TEXT COLLATE "C",                     -- 阶段
    kind TEXT COLLATE "C",                      -- 类型
    original_voucher_no TEXT COLLATE "C",       -- 原凭证号
    payer_name BYTEA,                -- 付款人
    payer_account BYTEA,             -- 付款账号
    payee_name BYTEA,                -- 收款人
    payee_account BYTEA,             -- 收款账号
    payee_masked TEXT COLLATE "C",              -- 收款人简称
    account_tail TEXT COLLATE "C",              -- 收款账号尾号
    payee_kind TEXT COLLATE "C",                -- 收款人性质
    amount BIGINT,                 -- 支付金额
    reversed BIGINT,               -- 冲销金额
    net BIGINT,                    -- 支付净额
    paid_on TEXT COLLATE "C",                   -- 支付日期
    purpose TEXT COLLATE "C",                   -- 用途
    settlement TEXT COLLATE "C",                -- 结算方式
    method TEXT COLLATE "C",                    -- 支付方式
    section TEXT COLLATE "C",                   -- 归口股室
    town TEXT COLLATE "C",                      -- 乡镇
    heard_on TEXT COLLATE "C",                  -- 接收日期
    PRIMARY KEY (office_id, key)
);

CREATE TABLE disbursement (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    voucher_no TEXT COLLATE "C",                -- 凭证号
    line_no TEXT COLLATE "C",                   -- 行号
    fiscal_year TEXT COLLATE "C",               -- 年度
    allocation_id TEXT COLLATE "C",             -- 指标编号
    project_code TEXT COLLATE "C",              -- 项目编码
    town TEXT COLLATE "C",                      -- 乡镇
    village TEXT COLLATE "C",                   -- 村
    name BYTEA,                      -- 姓名
    id_no BYTEA,                     -- 身份证号
    id_valid BIGINT,               -- 证件有效
    id_masked BIGINT,              -- 证件残缺
    basis TEXT COLLATE "C",                     -- 发放口径
    due BIGINT,                    -- 应发
    paid BIGINT,                   -- 实发
    month TEXT COLLATE "C",                     -- 发放月份
    month_start TEXT COLLATE "C",               -- 发放月初
    month_end TEXT COLLATE "C",                 -- 发放月末
    account BYTEA,                   -- 账号
    section TEXT COLLATE "C",                   -- 归口股室
    reversed BIGINT,               -- 已冲销
    payment TEXT COLLATE "C",                   -- 所属支付
    PRIMARY KEY (office_id, key)
);

CREATE TABLE beneficiary (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    household_no TEXT COLLATE "C",              -- 户编号
    person_no TEXT COLLATE "C",                 -- 人员编号
    name BYTEA,                      -- 姓名
    id_no BYTEA,                     -- 身份证号
    relation TEXT COLLATE "C",                  -- 与户主关系
    town TEXT COLLATE "C",                      -- 乡镇
    village TEXT COLLATE "C",                   -- 村
    status TEXT COLLATE "C",                    -- 状态
    effective_from TEXT COLLATE "C",            -- 生效日期
    effective_to TEXT COLLATE "C",              -- 失效日期
    PRIMARY KEY (office_id, key)
);

CREATE TABLE other_record (
    office_id BIGINT NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    version BIGINT NOT NULL,
    seen TEXT COLLATE "C" NOT NULL,
    event_type TEXT COLLATE "C",                -- 事件类型
    subject TEXT COLLATE "C",                   -- 对象
    PRIMARY KEY (office_id, key)
);

CREATE UNIQUE INDEX allocation_id ON allocation (office_id, allocation_id);
CREATE INDEX allocation_parent ON allocation (office_id, parent_id);
CREATE INDEX payment_voucher ON payment (office_id, voucher_no);
CREATE INDEX payment_application ON payment (office_id, application_no);
CREATE INDEX payment_original ON payment (office_id, original_voucher_no);
CREATE INDEX payment_allocation ON payment (office_id, allocation_id);
CREATE INDEX payment_account ON payment (office_id, payee_account, paid_on);
CREATE INDEX disbursement_line ON disbursement (office_id, payment, line_no);
CREATE INDEX disbursement_person ON disbursement (office_id, id_no, project_code);
CREATE INDEX disbursement_voucher ON disbursement (office_id, voucher_no);
CREATE INDEX beneficiary_person ON beneficiary (office_id, person_no);
CREATE INDEX beneficiary_id ON beneficiary (office_id, id_no);

-- Reference data that has been loaded at least once; rules that need it are ready from then on.
CREATE TABLE reference (
    office_id BIGINT NOT NULL,
    entity TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (office_id, entity)
);

-- A source said something else about what it had told before.
CREATE TABLE correction (
    office_id BIGINT NOT NULL,
    entity TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    line BIGINT NOT NULL,
    previous_seq BIGINT NOT NULL,
    previous_line BIGINT NOT NULL,
    PRIMARY KEY (office_id, entity, key, version)
);

-- When time alone may change a verdict: judge this record again on that local date.
CREATE TABLE due (
    office_id BIGINT NOT NULL,
    rule TEXT COLLATE "C" NOT NULL,
    entity TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    due_on TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (office_id, rule, entity, key)
);
CREATE INDEX due_on ON due (office_id, due_on);
