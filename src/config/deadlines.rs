//! `[deadlines]`: how long an answer may take. The regulation only says 及时; the numbers are the office's own.

use serde::Deserialize;

use super::Office;
use super::fault::Faults;
use crate::domain::{Level, SectionCode};

/// Working days to answer, by light, and to give a receipt; when people are reminded, and when those above them are told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadlines {
    /// 警铃
    pub bell: u32,
    /// 黄灯
    pub yellow: u32,
    /// 红灯
    pub red: u32,
    /// 回执: to give one, and from one reminder to the next.
    pub receipt: u32,
    /// 会签: from consent to the day the data must have left by
    pub countersign: u32,
    /// Sections with working days of their own.
    #[serde(default)]
    pub sections: Vec<SectionDeadlines>,
    /// 到期提醒: working days before the deadline of a yellow or red light; a bell's is on its day.
    pub remind: u32,
    /// 超期上报: working days after the deadline, to handler and section head, to 农业股, to 领导小组办公室.
    pub escalate: [u32; 3],
    /// 暂停: working days that a deadline may stand still at a time.
    pub pause: u32,
}

/// What is otherwise in one section (股室); a light left out is as everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionDeadlines {
    /// 股室代码
    pub section: SectionCode,
    /// 警铃
    pub bell: Option<u32>,
    /// 黄灯
    pub yellow: Option<u32>,
    /// 红灯
    pub red: Option<u32>,
}

impl Deadlines {
    /// Working days for a light.
    pub const fn of(&self, level: Level) -> u32 {
        match level {
            Level::Bell => self.bell,
            Level::Yellow => self.yellow,
            Level::Red => self.red,
        }
    }

    pub(super) fn check(&self, office: &Office, faults: &mut Faults) {
        let mut within = |key: &str, days: u32, least: u32, most: u32| {
            faults.expect((least..=most).contains(&days), key, || format!("写的是 {days},应在 {least} 到 {most} 个工作日之间。请改正。"));
        };
        let all = [("bell", self.bell), ("yellow", self.yellow), ("red", self.red), ("receipt", self.receipt), ("countersign", self.countersign)];
        for (name, days) in all {
            within(&format!("deadlines.{name}"), days, 1, 250);
        }
        within("deadlines.remind", self.remind, 0, 30);
        within("deadlines.pause", self.pause, 1, 250);
        for (place, own) in self.sections.iter().enumerate() {
            for (light, days) in [("bell", own.bell), ("yellow", own.yellow), ("red", own.red)] {
                within(&format!("deadlines.sections[{}].{light}", place + 1), days.unwrap_or(1), 1, 250);
            }
        }
        let [head, leading, above] = self.escalate;
        faults.expect(1 <= head && head <= leading && leading <= above && above <= 250, "deadlines.escalate", || {
            format!("写的是 [{head}, {leading}, {above}],应为从小到大的三个数,在 1 到 250 个工作日之间。请改正。")
        });
        for (place, own) in self.sections.iter().enumerate() {
            let key = format!("deadlines.sections[{}].section", place + 1);
            faults.expect(office.sections.iter().any(|section| section.code == own.section), &key, || {
                format!("没有代码为 \"{}\" 的股室。请对照 office.sections 改正。", own.section)
            });
            faults.expect(!self.sections.iter().take(place).any(|before| before.section == own.section), &key, || {
                format!("\"{}\" 写了两次。请合成一行。", own.section)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::config::tests::try_load;

    #[test]
    fn a_section_may_have_days_of_its_own() {
        let config = try_load("[deadlines]\nsections = [{ section = \"business:education\", bell = 2 }]", &[]).unwrap();
        assert_eq!((config.deadlines.sections[0].bell, config.deadlines.sections[0].red), (Some(2), None));
        assert_eq!((config.deadlines.remind, config.deadlines.escalate, config.deadlines.pause), (1, [1, 3, 5], 60));
    }

    #[test]
    fn what_cannot_be_kept_is_said() {
        let sections = r#"sections = [{ section = "nowhere" }, { section = "budget", red = 0 }, { section = "budget", colour = 1 }]"#;
        let faults = try_load(&format!("[deadlines]\nremind = 31\nescalate = [3, 1, 5]\npause = 0\n{sections}"), &[]).unwrap_err();
        insta::assert_snapshot!(faults, @r#"
        deadlines.sections[3].colour:没有这一项。可用的有:section、bell、yellow、red。请改名或删去。
        deadlines.remind:写的是 31,应在 0 到 30 个工作日之间。请改正。
        deadlines.pause:写的是 0,应在 1 到 250 个工作日之间。请改正。
        deadlines.sections[2].red:写的是 0,应在 1 到 250 个工作日之间。请改正。
        deadlines.escalate:写的是 [3, 1, 5],应为从小到大的三个数,在 1 到 250 个工作日之间。请改正。
        deadlines.sections[1].section:没有代码为 "nowhere" 的股室。请对照 office.sections 改正。
        deadlines.sections[3].section:"budget" 写了两次。请合成一行。
        "#);
    }
}
