//! A talk from a file: one line a command, `期待 文本` checks the answer before it, `等 秒` waits, `{黄灯1}` stands for a warning's number.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout_at};

use super::session::{Heard, Session};
use super::{Desk, Identity};

/// How a script ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScriptOutcome {
    /// Every line was said and every expectation met.
    Passed,
    /// It stopped at this line (from 1), for this reason.
    Failed { line: usize, reason: String },
}

/// The longest 等, in seconds.
const LONGEST_WAIT: f64 = 600.0;

/// Says each line of a script and writes it with its answer to `out`, with the announcements that came meanwhile. Stops at the first line that fails.
///
/// Fails only where `out` cannot be written.
pub async fn recite<D: Desk>(
    desk: Arc<D>,
    script: &str,
    who: Identity,
    mut announcements: Receiver<String>,
    mut out: impl Write,
) -> anyhow::Result<ScriptOutcome> {
    let mut session = Session::new(desk, who);
    let mut answer = String::new();
    for (number, line) in script.lines().enumerate() {
        let failed = |reason: String| Ok(ScriptOutcome::Failed { line: number + 1, reason });
        while let Ok(text) = announcements.try_recv() {
            writeln!(out, "{text}\n")?;
        }
        let line = line.trim_start_matches('\u{FEFF}').trim();
        let (first, rest) = line.split_once(char::is_whitespace).map_or((line, ""), |(first, rest)| (first, rest.trim()));
        if first == "等" {
            match rest.parse().ok().filter(|seconds| (0.0..=LONGEST_WAIT).contains(seconds)) {
                Some(seconds) => wait(Duration::from_secs_f64(seconds), &mut announcements, &mut out).await?,
                None => return failed(format!("等 后面要写秒数(0 到 {LONGEST_WAIT}),例如:等 2")),
            }
            continue;
        }
        let said = match fill(session.desk.as_ref(), line).await {
            Ok(said) => said,
            Err(reason) => return failed(reason),
        };
        if let Some(expected) = said.strip_prefix("期待").or_else(|| said.strip_prefix("expect")).filter(|rest| rest.starts_with(char::is_whitespace)) {
            let expected = expected.trim();
            if !answer.contains(expected) {
                return failed(format!("期待回答里有「{expected}」,实际回答是:\n{answer}"));
            }
            continue;
        }
        let (speaker, words) = session.split(&said);
        let shown = format!("{}> {words}", session.title(speaker));
        match session.hear(&said).await {
            Heard::Nothing | Heard::Clear => {}
            Heard::Leave => break,
            Heard::Reply(text) => {
                writeln!(out, "{shown}\n{text}\n")?;
                answer = text;
            }
            Heard::Refused(reason) => {
                writeln!(out, "{shown}\n{reason}\n")?;
                return failed(reason);
            }
        }
    }
    while let Ok(text) = announcements.try_recv() {
        writeln!(out, "{text}\n")?;
    }
    out.flush()?;
    Ok(ScriptOutcome::Passed)
}

/// Waits, and writes what is announced meanwhile as it comes.
async fn wait(time: Duration, announcements: &mut Receiver<String>, out: &mut impl Write) -> anyhow::Result<()> {
    let end = Instant::now() + time;
    loop {
        match timeout_at(end, announcements.recv()).await {
            Ok(Some(text)) => writeln!(out, "{text}\n")?,
            // nobody is left to announce anything
            Ok(None) => {
                tokio::time::sleep_until(end).await;
                return Ok(());
            }
            Err(_) => return Ok(()),
        }
    }
}

/// The line with each `{…}` replaced by the number it stands for; comments stay as they are.
async fn fill<D: Desk>(desk: &D, line: &str) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{').filter(|_| !line.starts_with('#')) {
        let Some((word, behind)) = after.split_once('}') else { return Err("有 { 却没有 }。编号写作 {黄灯1} 或 {黄灯:ZC09}。".to_owned()) };
        let Some(number) = desk.placeholder(word.trim()).await else { return Err(format!("现在没有 {{{word}}} 这样的预警。")) };
        filled.push_str(before);
        filled.push_str(&number);
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc;

    use super::super::Answer;
    use super::*;

    /// Repeats what it hears, with the speaker's name.
    struct Echo;

    impl Desk for Echo {
        async fn say(&self, speaker: &str, line: &str) -> Answer {
            Answer { text: format!("{speaker}说{line}") }
        }

        fn speakers(&self) -> Vec<(String, String)> {
            [("张敏", "社保股"), ("欧阳·𠮷", "农业股")].map(|(name, section)| (name.to_owned(), section.to_owned())).to_vec()
        }

        async fn numbers(&self) -> Vec<String> {
            vec!["YJ2026-000007".to_owned()]
        }

        async fn placeholder(&self, word: &str) -> Option<String> {
            match word {
                "黄灯1" => Some("YJ2026-000007".to_owned()),
                "红灯:ZC08" => Some("YJ2026-000008".to_owned()),
                _ => None,
            }
        }
    }

    async fn play(script: &str, who: Identity) -> (ScriptOutcome, String) {
        let (announce, announcements) = mpsc::channel(4);
        announce.send("🔔 新的预警".to_owned()).await.unwrap();
        drop(announce);
        let mut out = Vec::new();
        let outcome = recite(Arc::new(Echo), script, who, announcements, &mut out).await.unwrap();
        (outcome, String::from_utf8(out).unwrap())
    }

    fn anyone() -> Identity {
        Identity::Anyone { current: "张敏".to_owned() }
    }

    #[tokio::test]
    async fn a_script_reads_like_a_talk() {
        let script = "# 开始\n\n/核实 {黄灯1} 正常\n期待 YJ2026-000007\n欧阳·𠮷：/预警 详情 {红灯:ZC08}\n我是 欧阳·𠮷\n/我的\nexpect 欧阳·𠮷说/我的\n等 0\n退出\n/不会说到";
        let (outcome, out) = play(script, anyone()).await;
        assert_eq!(outcome, ScriptOutcome::Passed);
        assert_eq!(
            out,
            "🔔 新的预警\n\n\
             张敏(社保股)> /核实 YJ2026-000007 正常\n张敏说/核实 YJ2026-000007 正常\n\n\
             欧阳·𠮷(农业股)> /预警 详情 YJ2026-000008\n欧阳·𠮷说/预警 详情 YJ2026-000008\n\n\
             张敏(社保股)> 我是 欧阳·𠮷\n您现在是 欧阳·𠮷(农业股)。\n\n\
             欧阳·𠮷(农业股)> /我的\n欧阳·𠮷说/我的\n\n"
        );
    }

    #[tokio::test]
    async fn it_stops_at_the_first_line_that_fails() {
        for (script, line, part) in [
            ("/我的\n期待 绿灯\n/我的", 2, "期待回答里有「绿灯」,实际回答是:\n张敏说/我的"),
            ("\n/核实 {红灯9}", 2, "现在没有 {红灯9} 这样的预警"),
            ("/核实 {黄灯1", 1, "有 { 却没有 }"),
            ("我是 某某", 1, "没有这个人。可以说 我是 下面任一位:\n  姓名     股室\n  张敏     社保股\n  欧阳·𠮷  农业股"),
            ("某某: /我的", 1, "没有这个人"),
            ("等 很久", 1, "等 后面要写秒数"),
            ("等 NaN", 1, "等 后面要写秒数"),
        ] {
            let (outcome, _) = play(script, anyone()).await;
            let ScriptOutcome::Failed { line: at, reason } = outcome else { panic!("{script}") };
            assert_eq!(at, line, "{script}");
            assert!(reason.contains(part), "{script}: {reason}");
        }
    }

    #[tokio::test]
    async fn who_is_signed_in_speaks_for_nobody_else() {
        for script in ["欧阳·𠮷: /我的", "我是 欧阳·𠮷"] {
            let (outcome, out) = play(script, Identity::Person("张敏".to_owned())).await;
            assert!(matches!(outcome, ScriptOutcome::Failed { line: 1, .. }), "{script}");
            assert!(out.contains("您已登录为 张敏,只能以自己的名义办理。"), "{out}");
        }
        assert_eq!(play("张敏: /核实 1 情况:/好", Identity::Person("张敏".to_owned())).await.0, ScriptOutcome::Passed);
    }
}
