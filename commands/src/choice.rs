//! Words to choose from, each an enum with a name people read and a code that is stored.

use serde::{Deserialize, Serialize};

/// An enum from `Variant = "stored code" "shown word"` lines: `ALL`, `NAMES`, `name`, `code`, `from_name`, `from_code`.
macro_rules! choices {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $code:literal $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $(#[doc = $word] #[serde(rename = $code)] $variant,)+ }

        impl $name {
            /// Every choice, in the order it is shown.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];
            /// Every word, in the order it is shown.
            pub const NAMES: &'static [&'static str] = &[$($word,)+];

            /// The word people read and type.
            pub const fn name(self) -> &'static str {
                match self { $($name::$variant => $word,)+ }
            }

            /// The code that is stored; it never changes.
            pub const fn code(self) -> &'static str {
                match self { $($name::$variant => $code,)+ }
            }

            /// The choice of that word; full-width and half-width forms are the same.
            pub fn from_name(word: &str) -> Option<$name> {
                let word = $crate::line::fold(word);
                $name::ALL.iter().copied().find(|choice| choice.name() == word)
            }

            /// The choice of that stored code.
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|choice| choice.code() == code)
            }
        }

        impl $crate::values::Argument for $name {
            fn read(word: &str, _: chrono::NaiveDate) -> Result<$name, String> {
                $crate::args::choose(word, $name::from_name(word), $name::NAMES)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }
    };
}
pub(crate) use choices;

choices! {
    /// Which warnings to list (状态).
    Standing {
        All = "all" "全部",
        Open = "open" "待处理",
        Overdue = "overdue" "超期",
    }
}

choices! {
    /// How bad a warning is (预警级别), regulation part 4.
    Level {
        Bell = "bell" "警铃",
        Yellow = "yellow" "黄灯",
        Red = "red" "红灯",
    }
}

choices! {
    /// What a verification concluded (核实结论): 正常 turns the light green, 违规 turns it red.
    Verdict {
        Normal = "normal" "正常",
        Violation = "violation" "违规",
    }
}

choices! {
    /// How a yellow light was verified (核实方式), regulation part 4 (二).
    Method {
        Phone = "phone" "电话核实",
        Documents = "documents" "调阅材料",
        Visit = "visit" "约谈走访",
        Other = "other" "其他",
    }
}

choices! {
    /// What kind of violation it is (违规类型), as fiscal monitoring classes them.
    ViolationKind {
        LateDistribution = "late_distribution" "预算下达不及时",
        Idle = "idle" "滞留闲置",
        Diverted = "diverted" "挤占挪用",
        BeyondScope = "beyond_scope" "扩大范围、提高标准",
        WrongAccount = "wrong_account" "违规划转专户或实有账户",
        FalseClaim = "false_claim" "虚报冒领套取",
        Allowances = "allowances" "违规发放津补贴",
        BadData = "bad_data" "数据不完整不真实",
        Other = "other" "其他",
    }
}

choices! {
    /// What waits for a second person on a red light (待批事项): a measure (处置), regulation part 4 (三), or that the rule had fired wrongly (误报).
    ProposalKind {
        Recover = "recover" "收回",
        Suspend = "suspend" "暂缓",
        Circulate = "circulate" "通报",
        Transfer = "transfer" "移交",
        Other = "other" "其他",
        FalseAlarm = "false_alarm" "误报",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_back() {
        for kind in ViolationKind::ALL {
            assert_eq!(ViolationKind::from_name(kind.name()), Some(*kind));
            assert_eq!(ViolationKind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(Verdict::from_name("正 常"), None);
        assert_eq!(ViolationKind::NAMES.len(), 9);
    }
}
