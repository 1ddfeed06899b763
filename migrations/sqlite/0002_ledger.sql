-- The ledger: what events have told so far. Personal texts stand here only as keyed hashes; in full they are in the journal, sealed.
-- Money in fen, dates as local ISO dates, flags 0/1.

CREATE TABLE allocation (
    office_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen TEXT NOT NULL,
    allocation_id TEXT,             -- 指标编号
    parent_id TEXT,                 -- 上级指标
    doc_no TEXT,                    -- 本级文号
    parent_doc_no TEXT,             -- 上级文号
    title TEXT,                     -- 标题
    issued_on TEXT,                 -- 发文日期
    received_on TEXT,               -- 收到日期
    registered_on TEXT,             -- 登记日期
    distributed_on TEXT,            -- 分配日期
    fiscal_year TEXT,               -- 年度
    fund_name TEXT,                 -- 资金名称
    fund_nature TEXT,               -- 资金性质
    function_code TEXT,             -- 功能科目
    economic_code TEXT,             -- 经济科目
    project_code TEXT,              -- 项目编码
    project_name TEXT,              -- 项目名称
    agency_code TEXT,               -- 单位编码
    section TEXT,                   -- 归口股室
    tier TEXT,                      -- 级次
    poverty_flag TEXT,              -- 扶贫标识
    in_ledger INTEGER,              -- 纳入台账
    amount INTEGER,                 -- 金额
    has_scan INTEGER,               -- 有扫描件
    PRIMARY KEY (office_id, key)
) STRICT;

CREATE TABLE payment (
    office_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen TEXT NOT NULL,
    voucher_no TEXT,                -- 凭证号
    application_no TEXT,            -- 申请号
    allocation_id TEXT,             -- 指标编号
    fiscal_year TEXT,               -- 年度
    stage TEXT,                     -- 阶段
    kind TEXT,                      -- 类型
    original_voucher_no TEXT,       -- 原凭证号
    payer_name BLOB,                -- 付款人
    payer_account BLOB,             -- 付款账号
    payee_name BLOB,                -- 收款人
    payee_account BLOB,             -- 收款账号
    payee_masked TEXT,              -- 收款人简称
    account_tail TEXT,              -- 收款账号尾号
    payee_kind TEXT,                -- 收款人性质
    amount INTEGER,                 -- 支付金额
    reversed INTEGER,               -- 冲销金额
    net INTEGER,                    -- 支付净额
    paid_on TEXT,                   -- 支付日期
    purpose TEXT,                   -- 用途
    settlement TEXT,                -- 结算方式
    method TEXT,                    -- 支付方式
    section TEXT,                   -- 归口股室
    town TEXT,                      -- 乡镇
    heard_on TEXT,                  -- 接收日期
    PRIMARY KEY (office_id, key)
) STRICT;

CREATE TABLE disbursement (
    office_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen TEXT NOT NULL,
    voucher_no TEXT,                -- 凭证号
    line_no TEXT,                   -- 行号
    fiscal_year TEXT,               -- 年度
    allocation_id TEXT,             -- 指标编号
    project_code TEXT,              -- 项目编码
    town TEXT,                      -- 乡镇
    village TEXT,                   -- 村
    name BLOB,                      -- 姓名
    id_no BLOB,                     -- 身份证号
    id_valid INTEGER,               -- 证件有效
    id_masked INTEGER,              -- 证件残缺
    basis TEXT,                     -- 发放口径
    due INTEGER,                    -- 应发
    paid INTEGER,                   -- 实发
    month TEXT,                     -- 发放月份
    month_start TEXT,               -- 发放月初
    month_end TEXT,                 -- 发放月末
    account BLOB,                   -- 账号
    section TEXT,                   -- 归口股室
    reversed INTEGER,               -- 已冲销
    payment TEXT,                   -- 所属支付
    PRIMARY KEY (office_id, key)
) STRICT;

CREATE TABLE beneficiary (
    office_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen TEXT NOT NULL,
    household_no TEXT,              -- 户编号
    person_no TEXT,                 -- 人员编号
    name BLOB,                      -- 姓名
    id_no BLOB,                     -- 身份证号
    relation TEXT,                  -- 与户主关系
    town TEXT,                      -- 乡镇
    village TEXT,                   -- 村
    status TEXT,                    -- 状态
    effective_from TEXT,            -- 生效日期
    effective_to TEXT,              -- 失效日期
    PRIMARY KEY (office_id, key)
) STRICT;

CREATE TABLE other_record (
    office_id INTEGER NOT NULL,
    key TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    version INTEGER NOT NULL,
    seen TEXT NOT NULL,
    event_type TEXT,                -- 事件类型
    subject TEXT,                   -- 对象
    PRIMARY KEY (office_id, key)
) STRICT;

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
    office_id INTEGER NOT NULL,
    entity TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (office_id, entity)
) STRICT;

-- A source said something else about what it had told before.
CREATE TABLE correction (
    office_id INTEGER NOT NULL,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    version INTEGER NOT NULL,
    event_type TEXT NOT NULL,
    seq INTEGER NOT NULL,
    line INTEGER NOT NULL,
    previous_seq INTEGER NOT NULL,
    previous_line INTEGER NOT NULL,
    PRIMARY KEY (office_id, entity, key, version)
) STRICT;

-- When time alone may change a verdict: judge this record again on that local date.
CREATE TABLE due (
    office_id INTEGER NOT NULL,
    rule TEXT NOT NULL,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    due_on TEXT NOT NULL,
    PRIMARY KEY (office_id, rule, entity, key)
) STRICT;
CREATE INDEX due_on ON due (office_id, due_on);
