//! Lights (警铃、黄灯、红灯、绿灯) and the life of a warning: which moves are possible, as a type. Regulation part 4 (一)–(三).

use serde::{Deserialize, Serialize};

/// What a rule may light, by severity. Rises by itself, is lowered only by a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// 黄色警铃: act before it becomes a violation.
    #[serde(rename = "警铃")]
    Bell,
    /// 黄灯预警: to be verified.
    #[serde(rename = "黄灯")]
    Yellow,
    /// 红灯预警: to be corrected.
    #[serde(rename = "红灯")]
    Red,
}

impl Level {
    /// By severity, the lightest first.
    pub const ALL: [Level; 3] = [Level::Bell, Level::Yellow, Level::Red];

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Bell => "警铃",
            Level::Yellow => "黄灯",
            Level::Red => "红灯",
        }
    }

    /// As annex 2 writes the level.
    pub const fn title(self) -> &'static str {
        match self {
            Level::Bell => "黄色警铃",
            Level::Yellow => "黄灯预警",
            Level::Red => "红灯预警",
        }
    }

    /// The sign that stands before a warning's number.
    pub const fn sign(self) -> &'static str {
        match self {
            Level::Bell => "🔔",
            Level::Yellow => "🟡",
            Level::Red => "🔴",
        }
    }

    /// Either spelling: `黄灯` or `黄灯预警`.
    pub fn from_name(name: &str) -> Option<Level> {
        Level::ALL.into_iter().find(|level| level.name() == name || level.title() == name)
    }
}

/// What a warning shows now: its level while open, green or done once closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Light {
    Lit(Level),
    /// 绿灯
    Green,
    /// a bell that was answered (办结)
    Done,
}

impl Light {
    /// The sign that stands before a warning's number.
    pub const fn sign(self) -> &'static str {
        match self {
            Light::Lit(level) => level.sign(),
            Light::Green => "🟢",
            Light::Done => "✅",
        }
    }

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            Light::Lit(level) => level.name(),
            Light::Green => "绿灯",
            Light::Done => "办结",
        }
    }
}

/// Where a warning stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningState {
    /// 🔔 待办理
    BellOpen,
    /// 🔔 已办结
    BellDone,
    /// 🟡 待核实
    YellowOpen,
    /// 🟡 核实中
    YellowVerifying,
    /// 🟢 核实为正常
    GreenNormal,
    /// 🔴 待纠正
    RedOpen,
    /// 🟢 已纠正
    GreenCorrected,
    /// 🟢 误报: the rule had fired wrongly
    GreenFalseAlarm,
    /// 🔔 白名单: lit and recorded, and nobody is called for it while its entry holds
    BellListed,
    /// 🟡 白名单
    YellowListed,
    /// 🔴 白名单
    RedListed,
}

/// A move on a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// the service: the same matter fired at a higher level
    Rise(Level),
    /// 认领
    Claim,
    /// 转办: somebody else is to do it
    Assign,
    /// 办结 (bells)
    Finish,
    /// 核实: 正常
    VerifyNormal,
    /// 核实: 违规
    VerifyViolation,
    /// 纠正
    Correct,
    /// 配合: another section is asked to help
    Engage,
    /// 督办: 领导小组办公室 presses for it
    Urge,
    /// 跟踪: how a red is followed up
    Follow,
    /// 处置 or 误报 is proposed, or what was proposed is decided: the light stays as it is
    Propose,
    /// 误报, approved by a second person
    Dismiss,
    /// 重开
    Reopen,
    /// 更正: a slip is corrected by another
    Amend,
    /// 白名单: an entry of the white list concerns all of it
    List,
    /// the entry holds no more, or does not concern all of it any more
    Unlist,
}

/// Why a move is not possible from where the warning stands, and what is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    #[error("是警铃,只要及时办好业务。可用:/预警 办结。")]
    BellNeedsFinish,
    #[error("是黄灯,要先核实。可用:/核实(正常转绿灯,违规转红灯)。")]
    YellowNeedsVerify,
    #[error("是红灯,不能直接核实为正常。可用:/纠正(已纠正转绿灯)、/处置(收回、暂缓、通报、移交)、/误报(须另一人批准)、/预警 跟踪。")]
    RedNeedsCorrection,
    #[error("已经有人认领,正在核实。")]
    AlreadyClaimed,
    #[error("无需再次办理。处理单有误可用:/预警 更正;要重新办理,由农业股用 /预警 重开。")]
    Closed,
    #[error("还没有处理完毕,不用重开。")]
    StillOpen,
    #[error("在白名单里,不用办理。确需办理的,先用 /白名单 撤销。")]
    Listed,
}

impl WarningState {
    /// All of them, as a warning may pass through them.
    pub const ALL: [WarningState; 11] = [
        WarningState::BellOpen,
        WarningState::BellDone,
        WarningState::YellowOpen,
        WarningState::YellowVerifying,
        WarningState::GreenNormal,
        WarningState::RedOpen,
        WarningState::GreenCorrected,
        WarningState::GreenFalseAlarm,
        WarningState::BellListed,
        WarningState::YellowListed,
        WarningState::RedListed,
    ];

    /// Where a warning begins.
    pub const fn lit(level: Level) -> WarningState {
        match level {
            Level::Bell => WarningState::BellOpen,
            Level::Yellow => WarningState::YellowOpen,
            Level::Red => WarningState::RedOpen,
        }
    }

    /// The code in the database.
    pub const fn code(self) -> &'static str {
        match self {
            WarningState::BellOpen => "bell_open",
            WarningState::BellDone => "bell_done",
            WarningState::YellowOpen => "yellow_open",
            WarningState::YellowVerifying => "yellow_verifying",
            WarningState::GreenNormal => "green_normal",
            WarningState::RedOpen => "red_open",
            WarningState::GreenCorrected => "green_corrected",
            WarningState::GreenFalseAlarm => "green_false_alarm",
            WarningState::BellListed => "bell_listed",
            WarningState::YellowListed => "yellow_listed",
            WarningState::RedListed => "red_listed",
        }
    }

    /// The state of a [code](WarningState::code).
    pub fn from_code(code: &str) -> Option<WarningState> {
        WarningState::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            WarningState::BellOpen => "待办理",
            WarningState::BellDone => "已办结",
            WarningState::YellowOpen => "待核实",
            WarningState::YellowVerifying => "核实中",
            WarningState::GreenNormal => "核实为正常",
            WarningState::RedOpen => "待纠正",
            WarningState::GreenCorrected => "已纠正",
            WarningState::GreenFalseAlarm => "误报",
            WarningState::BellListed | WarningState::YellowListed | WarningState::RedListed => "白名单",
        }
    }

    /// What it shows.
    pub const fn light(self) -> Light {
        match self {
            WarningState::BellOpen | WarningState::BellListed => Light::Lit(Level::Bell),
            WarningState::YellowOpen | WarningState::YellowVerifying | WarningState::YellowListed => Light::Lit(Level::Yellow),
            WarningState::RedOpen | WarningState::RedListed => Light::Lit(Level::Red),
            WarningState::BellDone => Light::Done,
            WarningState::GreenNormal | WarningState::GreenCorrected | WarningState::GreenFalseAlarm => Light::Green,
        }
    }

    /// The level at which somebody still has to act; `None` once closed, and while it is on the white list.
    pub const fn open_level(self) -> Option<Level> {
        match self.light() {
            Light::Lit(level) if !self.is_listed() => Some(level),
            Light::Lit(_) | Light::Green | Light::Done => None,
        }
    }

    /// Whether it is lit and nobody is called for it (白名单).
    pub const fn is_listed(self) -> bool {
        matches!(self, WarningState::BellListed | WarningState::YellowListed | WarningState::RedListed)
    }

    /// On the white list at a level.
    const fn listed(level: Level) -> WarningState {
        match level {
            Level::Bell => WarningState::BellListed,
            Level::Yellow => WarningState::YellowListed,
            Level::Red => WarningState::RedListed,
        }
    }

    /// Whether somebody still has to act.
    pub const fn is_open(self) -> bool {
        self.open_level().is_some()
    }

    /// The level at which it was closed, or is lit.
    pub const fn level(self) -> Level {
        match self {
            WarningState::BellOpen | WarningState::BellDone | WarningState::BellListed => Level::Bell,
            WarningState::YellowOpen | WarningState::YellowVerifying | WarningState::GreenNormal | WarningState::YellowListed => Level::Yellow,
            WarningState::RedOpen | WarningState::GreenCorrected | WarningState::GreenFalseAlarm | WarningState::RedListed => Level::Red,
        }
    }

    /// The state after a move, or why the move is not possible.
    pub fn after(self, step: Step) -> Result<WarningState, Refusal> {
        if self.is_listed() {
            return self.while_listed(step);
        }
        let Some(level) = self.open_level() else { return self.after_closing(step) };
        match (level, step) {
            (_, Step::Rise(to)) => Ok(if to > level { WarningState::lit(to) } else { self }),
            // whoever gets it has not taken it up yet
            (_, Step::Assign) => Ok(WarningState::lit(level)),
            (_, Step::Engage | Step::Urge | Step::Amend) => Ok(self),
            (_, Step::Reopen | Step::Unlist) => Err(Refusal::StillOpen),
            (_, Step::List) => Ok(WarningState::listed(level)),
            (Level::Bell, Step::Finish) => Ok(WarningState::BellDone),
            (Level::Bell, Step::Claim) => Ok(WarningState::BellOpen),
            (Level::Bell, Step::VerifyNormal | Step::VerifyViolation | Step::Correct | Step::Follow | Step::Propose | Step::Dismiss) => {
                Err(Refusal::BellNeedsFinish)
            }
            (Level::Yellow, Step::Claim) if self == WarningState::YellowVerifying => Err(Refusal::AlreadyClaimed),
            (Level::Yellow, Step::Claim) => Ok(WarningState::YellowVerifying),
            (Level::Yellow, Step::VerifyNormal) => Ok(WarningState::GreenNormal),
            (Level::Yellow, Step::VerifyViolation) => Ok(WarningState::RedOpen),
            (Level::Yellow, Step::Correct | Step::Finish | Step::Follow | Step::Propose | Step::Dismiss) => Err(Refusal::YellowNeedsVerify),
            (Level::Red, Step::Claim | Step::Follow | Step::Propose) => Ok(WarningState::RedOpen),
            (Level::Red, Step::Correct) => Ok(WarningState::GreenCorrected),
            (Level::Red, Step::Dismiss) => Ok(WarningState::GreenFalseAlarm),
            (Level::Red, Step::VerifyNormal | Step::VerifyViolation | Step::Finish) => Err(Refusal::RedNeedsCorrection),
        }
    }

    /// What is on the white list may rise there, and is lit for everybody again once it is not.
    fn while_listed(self, step: Step) -> Result<WarningState, Refusal> {
        match step {
            Step::Rise(to) => Ok(WarningState::listed(to.max(self.level()))),
            Step::List | Step::Amend => Ok(self),
            Step::Unlist => Ok(WarningState::lit(self.level())),
            Step::Claim
            | Step::Assign
            | Step::Finish
            | Step::VerifyNormal
            | Step::VerifyViolation
            | Step::Correct
            | Step::Engage
            | Step::Urge
            | Step::Follow
            | Step::Propose
            | Step::Dismiss
            | Step::Reopen => Err(Refusal::Listed),
        }
    }

    /// What is closed is opened again where it was closed; its slips may still be corrected.
    const fn after_closing(self, step: Step) -> Result<WarningState, Refusal> {
        match step {
            Step::Reopen => Ok(WarningState::lit(self.level())),
            Step::Amend => Ok(self),
            Step::Rise(_)
            | Step::Claim
            | Step::Assign
            | Step::Finish
            | Step::VerifyNormal
            | Step::VerifyViolation
            | Step::Correct
            | Step::Engage
            | Step::Urge
            | Step::Follow
            | Step::Propose
            | Step::Dismiss
            | Step::List
            | Step::Unlist => Err(Refusal::Closed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_warning_never_moves_and_severity_never_falls_by_itself() {
        for state in WarningState::ALL {
            for level in Level::ALL {
                match state.open_level() {
                    None if state.is_listed() => {
                        let risen = state.after(Step::Rise(level)).unwrap();
                        assert!(risen.is_listed() && risen.level() == state.level().max(level));
                    }
                    None => assert_eq!(state.after(Step::Rise(level)), Err(Refusal::Closed)),
                    Some(now) => assert_eq!(state.after(Step::Rise(level)).unwrap().open_level(), Some(now.max(level))),
                }
            }
        }
    }

    #[test]
    fn red_is_not_verified_away() {
        assert_eq!(WarningState::RedOpen.after(Step::VerifyNormal), Err(Refusal::RedNeedsCorrection));
        assert_eq!(WarningState::RedOpen.after(Step::Correct), Ok(WarningState::GreenCorrected));
        assert_eq!(WarningState::YellowOpen.after(Step::Correct), Err(Refusal::YellowNeedsVerify));
    }

    #[test]
    fn only_a_red_is_a_false_alarm_and_what_is_closed_reopens_where_it_was_closed() {
        for state in WarningState::ALL {
            assert_eq!(state.after(Step::Dismiss).ok(), (state == WarningState::RedOpen).then_some(WarningState::GreenFalseAlarm), "{state:?}");
            assert_eq!(state.after(Step::Reopen).ok(), (!state.is_open() && !state.is_listed()).then(|| WarningState::lit(state.level())), "{state:?}");
            let back = state.after(Step::List).and_then(|listed| listed.after(Step::Unlist));
            assert_eq!(back.ok(), (state.is_open() || state.is_listed()).then(|| WarningState::lit(state.level())), "{state:?}");
        }
    }
}
