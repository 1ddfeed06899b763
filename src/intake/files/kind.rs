//! What a file may be about (种类), by the word that is typed and the name of its drop folder.

use std::str::FromStr;

/// What a file is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Allocations,
    Payments,
    Disbursements,
    Beneficiaries,
    Payroll,
    Projects,
    Standards,
    Performance,
    Holidays,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 9] = [
        Kind::Allocations,
        Kind::Payments,
        Kind::Disbursements,
        Kind::Beneficiaries,
        Kind::Payroll,
        Kind::Projects,
        Kind::Standards,
        Kind::Performance,
        Kind::Holidays,
    ];

    /// As it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Allocations => "allocations",
            Kind::Payments => "payments",
            Kind::Disbursements => "disbursements",
            Kind::Beneficiaries => "beneficiaries",
            Kind::Payroll => "payroll",
            Kind::Projects => "projects",
            Kind::Standards => "standards",
            Kind::Performance => "performance",
            Kind::Holidays => "holidays",
        }
    }

    /// As people call it.
    pub const fn title(self) -> &'static str {
        match self {
            Kind::Allocations => "指标",
            Kind::Payments => "支付",
            Kind::Disbursements => "发放明细",
            Kind::Beneficiaries => "建档立卡名册",
            Kind::Payroll => "财政供养人员",
            Kind::Projects => "项目库",
            Kind::Standards => "补助标准",
            Kind::Performance => "绩效",
            Kind::Holidays => "节假日",
        }
    }

    /// Whether it is a list that may be replaced whole.
    pub const fn is_list(self) -> bool {
        match self {
            Kind::Beneficiaries | Kind::Payroll | Kind::Projects | Kind::Standards => true,
            Kind::Allocations | Kind::Payments | Kind::Disbursements | Kind::Performance | Kind::Holidays => false,
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Kind, String> {
        Kind::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names: Vec<String> = Kind::ALL.iter().map(|kind| format!("{}({})", kind.name(), kind.title())).collect();
            format!("没有这个种类。可用: {}", names.join(" "))
        })
    }
}
