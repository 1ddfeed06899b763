//! The register of poor households (建档立卡人口): who is on it, since when, and how.

use super::field::{Code, Day, Identifier, Remark, closed};
use super::shape::event;

closed! {
    /// A person's standing on the register (在册状态).
    Status { Registered "在册", Deceased "死亡", Moved "迁出", Removed "清退" }
}

event! {
    /// 登记建档立卡人口
    Registered as "BeneficiaryRegistered" {
        /// 户编号
        household_no: Identifier,
        /// 人员编号
        person_no: Identifier,
        /// 姓名
        name: Code,
        /// 身份证号
        id_no: Option<Code>,
        /// 与户主关系
        relation: Option<Code>,
        /// 乡镇
        town: Option<Code>,
        /// 村
        village: Option<Code>,
        /// 状态,不填时为在册
        status: Status = Status::Registered,
        /// 生效日期
        effective_from: Day,
        /// 失效日期
        effective_to: Option<Day>,
    }
}

event! {
    /// 建档立卡人口变更:没有写的保持原样
    Changed as "BeneficiaryChanged" {
        /// 人员编号
        person_no: Identifier,
        /// 变更生效日期
        effective_from: Day,
        /// 户编号
        household_no: Option<Identifier>,
        /// 姓名
        name: Option<Code>,
        /// 身份证号
        id_no: Option<Code>,
        /// 与户主关系
        relation: Option<Code>,
        /// 乡镇
        town: Option<Code>,
        /// 村
        village: Option<Code>,
        /// 状态
        status: Option<Status>,
        /// 失效日期
        effective_to: Option<Day>,
    }
}

event! {
    /// 建档立卡人口退出:死亡、迁出或清退
    Removed as "BeneficiaryRemoved" {
        /// 人员编号
        person_no: Identifier,
        /// 状态,不填时为清退
        status: Status = Status::Removed,
        /// 失效日期
        effective_to: Day,
        /// 原因
        reason: Option<Remark>,
    }
}
