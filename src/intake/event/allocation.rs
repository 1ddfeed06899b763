//! Budget allocations (预算指标): received, registered, distributed, adjusted, their documents.

use super::Malformed;
use super::field::{Amount, Code, Day, Identifier, Name, Remark, Sha256Hex, Year, closed};
use super::shape::event;

closed! {
    /// The level of government a fund comes from (级次).
    Tier { Central "中央", Province "省级", City "市级", County "县级" }
}

closed! {
    /// Whether a fund is poverty relief (扶贫标识).
    PovertyFlag { Poverty "扶贫", Other "非扶贫", Unidentified "未识别" }
}

event! {
    /// 收到指标
    Received as "AllocationReceived" {
        /// 指标编号
        allocation_id: Identifier,
        /// 上级指标编号:由它分配下达而来
        parent_id: Option<Identifier>,
        /// 本级指标文号,原样
        doc_no: Name,
        /// 上级文号,原样
        parent_doc_no: Option<Name>,
        /// 标题
        title: Option<Name>,
        /// 发文日期
        issued_on: Option<Day>,
        /// 收到日期
        received_on: Day,
        /// 年度
        fiscal_year: Year,
        /// 资金名称
        fund_name: Option<Name>,
        /// 资金性质
        fund_nature: Option<Code>,
        /// 支出功能分类科目编码(类 3 位、款 5 位、项 7 位)
        function_code: Option<Code>,
        /// 政府支出经济分类科目编码(类 3 位、款 5 位)
        economic_code: Option<Code>,
        /// 预算项目编码
        project_code: Option<Identifier>,
        /// 预算项目名称
        project_name: Option<Name>,
        /// 单位编码
        agency_code: Option<Identifier>,
        /// 归口股室代码
        section: Option<Code>,
        /// 级次
        tier: Option<Tier>,
        /// 扶贫标识
        poverty_flag: Option<PovertyFlag>,
        /// 是否纳入总台账
        in_ledger: Option<bool>,
        /// 是否发放到人到户
        to_persons: Option<bool>,
        /// 金额(元)
        amount: Amount,
    }
}

event! {
    /// 登记指标:登记日期和补充的要素;没有写的要素保持原样
    Registered as "AllocationRegistered" {
        /// 指标编号
        allocation_id: Identifier,
        /// 登记日期
        registered_on: Day,
        /// 上级指标编号
        parent_id: Option<Identifier>,
        /// 本级指标文号,原样
        doc_no: Option<Name>,
        /// 上级文号,原样
        parent_doc_no: Option<Name>,
        /// 标题
        title: Option<Name>,
        /// 发文日期
        issued_on: Option<Day>,
        /// 收到日期
        received_on: Option<Day>,
        /// 年度
        fiscal_year: Option<Year>,
        /// 资金名称
        fund_name: Option<Name>,
        /// 资金性质
        fund_nature: Option<Code>,
        /// 支出功能分类科目编码
        function_code: Option<Code>,
        /// 政府支出经济分类科目编码
        economic_code: Option<Code>,
        /// 预算项目编码
        project_code: Option<Identifier>,
        /// 预算项目名称
        project_name: Option<Name>,
        /// 单位编码
        agency_code: Option<Identifier>,
        /// 归口股室代码
        section: Option<Code>,
        /// 级次
        tier: Option<Tier>,
        /// 扶贫标识
        poverty_flag: Option<PovertyFlag>,
        /// 是否纳入总台账
        in_ledger: Option<bool>,
        /// 是否发放到人到户
        to_persons: Option<bool>,
        /// 金额(元)
        amount: Option<Amount>,
    }
}

event! {
    /// 分配下达:这条指标已分配;下达出去的各条指标另行发送,以 parent_id 指向它
    Distributed as "AllocationDistributed" {
        /// 指标编号
        allocation_id: Identifier,
        /// 分配日期
        distributed_on: Day,
    }
}

event! {
    /// 调整指标
    Adjusted as "AllocationAdjusted" {
        /// 指标编号
        allocation_id: Identifier,
        /// 调整后的金额(元)
        amount: Amount,
        /// 调整日期
        adjusted_on: Day,
        /// 调整原因
        reason: Option<Remark>,
    }
}

event! {
    /// 批复:人大批准、批复部门、部门批复单位、追加的日期,至少填一个;没有写的保持原样
    Approved as "AllocationApproved" check one_of_the_dates {
        /// 指标编号
        allocation_id: Identifier,
        /// 人大批准日期
        approved_on: Option<Day>,
        /// 批复部门日期
        replied_on: Option<Day>,
        /// 部门批复单位日期
        unit_replied_on: Option<Day>,
        /// 追加日期
        appended_on: Option<Day>,
    }
}

fn one_of_the_dates(approved: Approved) -> Result<Approved, Malformed> {
    let told = [&approved.approved_on, &approved.replied_on, &approved.unit_replied_on, &approved.appended_on];
    if told.iter().all(|day| day.is_none()) {
        return Err(Malformed::new("/data", "人大批准、批复部门、批复单位、追加这四个日期至少填一个"));
    }
    Ok(approved)
}

event! {
    /// 上传指标文件扫描件
    DocumentAttached as "AllocationDocumentAttached" {
        /// 指标编号
        allocation_id: Identifier,
        /// 文件名
        file_name: Name,
        /// 文件的 SHA-256(十六进制)
        sha256: Sha256Hex,
    }
}
