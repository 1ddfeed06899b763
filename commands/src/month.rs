//! `/月报 汇总 [月份]`: the monthly summary that 农业股 writes, regulation part 4 (monthly feedback and summary).

use serde::{Deserialize, Serialize};

use crate::permission::Permission::Summarise as MaySummarise;
use crate::spec::every;
use crate::values::Values;
use crate::{Allowed, Command, Complaint, Form, Kind, Month, Param, SectionKind, Spec};

pub static SPEC: Spec = Spec { name: "月报", summary: "按月汇总预警处理情况", forms: &[&SUMMARISE] };

pub static SUMMARISE: Form = Form {
    command: "月报",
    subcommand: Some("汇总"),
    summary: "汇总一个月的预警处理情况,不写月份就是本月",
    allowed: Allowed::with(&[MaySummarise]).only_in(&[SectionKind::Agriculture]),
    params: &[Param::optional("月份", Kind::Month, "要汇总的月份,例如 2026-11、上月").in_place()],
    example: "/月报 汇总 2026-11",
    asks: every,
    build: Summarise::read,
};

/// A month to summarise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summarise {
    /// Filled with the current month where none was said.
    pub month: Month,
}

impl Summarise {
    fn read(values: &Values<'_>) -> Result<Command, Complaint> {
        let month = values.optional("月份")?.unwrap_or(Month::of(values.today()));
        Ok(Command::Summarise(Summarise { month }))
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::{said, says};
    use crate::{Command, Permission, SectionKind};

    #[test]
    fn the_month_may_be_left_out() {
        for (line, month) in [("/月报 汇总", "2026-11"), ("/月报 汇总 上月", "2026-10"), ("/月报 汇总 月份=2025-12", "2025-12")] {
            let Command::Summarise(summarise) = said(line) else { panic!("{line}") };
            assert_eq!(summarise.month.to_string(), month, "{line}");
        }
        assert!(says("/月报 汇总 2026-12").contains("2026-12 还没有到"));
    }

    #[test]
    fn only_the_agriculture_section_with_the_permission() {
        let allowed = &super::SUMMARISE.allowed;
        assert!(allowed.permits(&[Permission::Summarise], Some(SectionKind::Agriculture)));
        assert!(!allowed.permits(&[Permission::Summarise], Some(SectionKind::Supervision)));
        assert!(!allowed.permits(&[Permission::Handle], Some(SectionKind::Agriculture)));
    }
}
