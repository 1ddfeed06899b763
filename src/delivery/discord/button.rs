//! Buttons (按钮) below a warning: what pressing one means, as the text that Discord keeps for us and gives back.

use crate::domain::WarningState;

/// What a button asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// 认领
    Claim,
    /// 核实
    Verify,
    /// 纠正
    Correct,
    /// 办结
    Finish,
    /// 转办
    Assign,
    /// 详情
    Show,
    /// 我的, below a note that is about no warning
    Mine,
}

impl Action {
    /// All of them.
    pub const ALL: [Action; 7] = [Action::Claim, Action::Verify, Action::Correct, Action::Finish, Action::Assign, Action::Show, Action::Mine];

    /// What stands on the button.
    pub const fn label(self) -> &'static str {
        match self {
            Action::Claim => "认领",
            Action::Verify => "核实",
            Action::Correct => "纠正",
            Action::Finish => "办结",
            Action::Assign => "转办",
            Action::Show => "详情",
            Action::Mine => "我的",
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Action::Claim => "claim",
            Action::Verify => "verify",
            Action::Correct => "correct",
            Action::Finish => "finish",
            Action::Assign => "assign",
            Action::Show => "show",
            Action::Mine => "mine",
        }
    }

    /// What a warning offers where it stands. A yellow that somebody is verifying is not to be claimed again.
    pub const fn of(state: WarningState) -> &'static [Action] {
        match state {
            WarningState::BellOpen => &[Action::Claim, Action::Finish, Action::Assign, Action::Show],
            WarningState::YellowOpen => &[Action::Claim, Action::Verify, Action::Assign, Action::Show],
            WarningState::YellowVerifying => &[Action::Verify, Action::Assign, Action::Show],
            WarningState::RedOpen => &[Action::Claim, Action::Correct, Action::Assign, Action::Show],
            WarningState::BellDone | WarningState::GreenNormal | WarningState::GreenCorrected | WarningState::GreenFalseAlarm => &[Action::Show],
            WarningState::BellListed | WarningState::YellowListed | WarningState::RedListed => &[Action::Show],
        }
    }
}

/// Raised when the text below changes its meaning: old messages keep their old buttons.
const VERSION: &str = "1";

/// A button of a message: `1/verify/2026000123/12-1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Button {
    pub action: Action,
    /// The warning, as it is stored: year × 1 000 000 + number. 0: none.
    pub no: i64,
    /// The delivery (entry, place) that the message carries: by it a message whose fate is unknown is found again. None on an answer.
    pub delivery: Option<(i64, i64)>,
}

impl Button {
    /// The `custom_id`: at most 100 characters.
    pub fn id(&self) -> String {
        let (action, no) = (self.action.code(), self.no);
        match self.delivery {
            Some((seq, n)) => format!("{VERSION}/{action}/{no}/{seq}-{n}"),
            None => format!("{VERSION}/{action}/{no}"),
        }
    }

    /// The button of a `custom_id`; None for what is not ours, or of another version.
    pub fn parse(id: &str) -> Option<Button> {
        let mut parts = id.split('/');
        let (version, action, no) = (parts.next()?, parts.next()?, parts.next()?);
        let action = Action::ALL.into_iter().find(|one| one.code() == action && version == VERSION)?;
        let delivery = match parts.next() {
            Some(delivery) => Some(delivery.split_once('-').and_then(|(seq, n)| Some((number(seq)?, number(n)?)))?),
            None => None,
        };
        let button = Button { action, no: number(no)?, delivery };
        parts.next().is_none().then_some(button)
    }
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number >= 0 && text.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_is_read_back_as_it_was_written() {
        for action in Action::ALL {
            for delivery in [None, Some((12, 1)), Some((i64::MAX, i64::MAX))] {
                let button = Button { action, no: 2_026_000_123, delivery };
                assert_eq!(Button::parse(&button.id()), Some(button));
                assert!(button.id().len() <= 100);
            }
        }
        assert_eq!(Button { action: Action::Verify, no: 2_026_000_123, delivery: Some((12, 1)) }.id(), "1/verify/2026000123/12-1");
    }

    #[test]
    fn what_is_not_ours_is_no_button() {
        for id in [
            "",
            "1",
            "1/verify",
            "1/verify/",
            "1/verify/x",
            "1/verify/-3",
            "1/verify/+3",
            "2/verify/3",
            "1/delete/3",
            "1/verify/3/4",
            "1/verify/3/4-",
            "1/verify/3/4-1/5",
        ] {
            assert_eq!(Button::parse(id), None, "{id}");
        }
    }

    #[test]
    fn only_what_may_be_done_is_offered() {
        let offered = |state| Action::of(state).iter().map(|action| action.label()).collect::<Vec<_>>().join(" ");
        let all = WarningState::ALL.map(|state| format!("{}: {}", state.name(), offered(state))).join("\n");
        insta::assert_snapshot!(all, @r"
        待办理: 认领 办结 转办 详情
        已办结: 详情
        待核实: 认领 核实 转办 详情
        核实中: 核实 转办 详情
        核实为正常: 详情
        待纠正: 认领 纠正 转办 详情
        已纠正: 详情
        误报: 详情
        白名单: 详情
        白名单: 详情
        白名单: 详情
        ");
    }
}
