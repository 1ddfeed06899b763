//! `/绑定 代码`: an account of a chat becomes a person's own (实名制, regulation part 5).

use serde::{Deserialize, Serialize};

use crate::spec::every;
use crate::{Allowed, Command, Form, Kind, Param, Spec, Text};

pub static SPEC: Spec = Spec { name: "绑定", summary: "用一次性代码把聊天账号绑定到本人", forms: &[&BIND] };

pub static BIND: Form = Form {
    command: "绑定",
    subcommand: None,
    summary: "用一次性代码把聊天账号绑定到本人",
    allowed: Allowed::EVERYBODY,
    params: &[Param::required("代码", Kind::Text, "财政信息中心给的一次性代码,例如 abcde-fghjk,30 分钟内有效").called("绑定代码")],
    example: "/绑定 abcde-fghjk",
    asks: every,
    build: |values| Ok(Command::Bind(Bind { code: values.required("代码")? })),
};

/// `/绑定`: the code is a secret. What is journalled of it is the binding alone.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bind {
    pub code: Text,
}

impl std::fmt::Debug for Bind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bind")
    }
}

#[cfg(test)]
mod tests {
    use crate::Command;
    use crate::tests::{said, says};

    #[test]
    fn a_code_is_never_shown() {
        let command = said("/绑定 abcde-fghjk");
        assert!(!format!("{command:?}").contains("abcde"), "{command:?}");
        let Command::Bind(bind) = command else { panic!() };
        assert_eq!(bind.code.as_str(), "abcde-fghjk");
        assert_eq!(says("/绑定"), "还缺绑定代码。请写明财政信息中心给的一次性代码,例如 abcde-fghjk,30 分钟内有效。");
    }
}
