//! Reference lists that rules compare with: the public payroll (财政供养), the project library (项目库), subsidy standards (补助标准).

use super::disbursement::Basis;
use super::field::{Amount, Code, Day, Identifier, Name, Year};
use super::shape::event;

event! {
    /// 财政供养人员,一人一个事件
    Payroll as "PayrollListed" {
        /// 身份证号
        id_no: Code,
        /// 姓名
        name: Code,
        /// 单位名称
        agency_name: Option<Name>,
        /// 起始日期
        effective_from: Option<Day>,
        /// 截止日期
        effective_to: Option<Day>,
    }
}

event! {
    /// 财政供养人员离开名单
    PayrollDelisted as "PayrollDelisted" {
        /// 身份证号
        id_no: Code,
        /// 移出日期
        delisted_on: Day,
    }
}

event! {
    /// 项目库中的项目,一个项目一个事件
    Project as "ProjectListed" {
        /// 预算项目编码
        project_code: Identifier,
        /// 项目名称
        project_name: Name,
        /// 年度
        fiscal_year: Year,
        /// 单位编码
        agency_code: Option<Identifier>,
        /// 归口股室代码
        section: Option<Code>,
        /// 计划金额(元)
        amount: Option<Amount>,
    }
}

event! {
    /// 项目移出项目库
    ProjectDelisted as "ProjectDelisted" {
        /// 预算项目编码
        project_code: Identifier,
        /// 年度
        fiscal_year: Year,
        /// 移出日期
        delisted_on: Day,
    }
}

event! {
    /// 补助标准,一个标准一个事件
    Standard as "StandardListed" {
        /// 标准编号
        standard_no: Identifier,
        /// 标准名称
        name: Name,
        /// 预算项目编码
        project_code: Option<Identifier>,
        /// 发放口径
        basis: Basis,
        /// 每月标准(元)
        monthly: Amount,
        /// 执行日期
        effective_from: Day,
        /// 截止日期
        effective_to: Option<Day>,
        /// 依据文号
        basis_doc_no: Option<Name>,
    }
}

event! {
    /// 补助标准停用
    StandardDelisted as "StandardDelisted" {
        /// 标准编号
        standard_no: Identifier,
        /// 标准名称
        name: Name,
        /// 预算项目编码
        project_code: Option<Identifier>,
        /// 停用日期
        delisted_on: Day,
    }
}
