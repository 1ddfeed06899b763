//! Who speaks, and what a typed line is: a word to the console, or one to the desk.

use std::sync::Arc;

use super::{Desk, Identity};
use crate::reports::table::{Align, Table};

/// A terminal's or a script's side of the talk.
pub(super) struct Session<D> {
    pub desk: Arc<D>,
    who: Identity,
}

/// What came of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// A blank line or a comment.
    Nothing,
    /// 退出
    Leave,
    /// 清屏
    Clear,
    /// To show.
    Reply(String),
    /// To show; the line could not be handed to the desk.
    Refused(String),
}

impl<D: Desk> Session<D> {
    pub fn new(desk: Arc<D>, who: Identity) -> Session<D> {
        Session { desk, who }
    }

    pub fn speaker(&self) -> &str {
        match &self.who {
            Identity::Anyone { current } => current,
            Identity::Person(name) => name,
        }
    }

    /// `张敏(社保股)`
    pub fn title(&self, name: &str) -> String {
        match self.desk.speakers().into_iter().find(|(known, _)| known == name) {
            Some((name, section)) => format!("{name}({section})"),
            None => name.to_owned(),
        }
    }

    /// Who says this line, and what: `张敏: /我的` speaks for that line alone.
    pub fn split<'s>(&'s self, line: &'s str) -> (&'s str, &'s str) {
        match line.split_once([':', '：']) {
            Some((name, said)) if !starts_command(line) && starts_command(said.trim_start()) => (name.trim(), said.trim()),
            Some(_) | None => (self.speaker(), line.trim()),
        }
    }

    pub async fn hear(&mut self, line: &str) -> Heard {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Heard::Nothing;
        }
        let word = line.strip_prefix(['/', '／']).unwrap_or(line);
        let (first, rest) = word.split_once(char::is_whitespace).map_or((word, ""), |(first, rest)| (first, rest.trim()));
        match (first, rest) {
            ("退出" | "exit" | "quit", "") => return Heard::Leave,
            ("清屏", "") => return Heard::Clear,
            ("我是", name) => return self.become_person(name),
            _ => {}
        }
        let (speaker, said) = self.split(line);
        match self.may_speak_as(speaker) {
            Ok(()) => Heard::Reply(self.desk.say(speaker, said).await.text),
            Err(why) => Heard::Refused(why),
        }
    }

    fn become_person(&mut self, name: &str) -> Heard {
        if let Err(why) = self.may_speak_as(name) {
            return Heard::Refused(why);
        }
        let greeting = format!("您现在是 {}。", self.title(name));
        match &mut self.who {
            Identity::Anyone { current } => *current = name.to_owned(),
            Identity::Person(_) => {}
        }
        Heard::Reply(greeting)
    }

    fn may_speak_as(&self, name: &str) -> Result<(), String> {
        match &self.who {
            Identity::Person(own) if own == name => Ok(()),
            Identity::Person(own) => Err(format!("您已登录为 {own},只能以自己的名义办理。")),
            Identity::Anyone { current } => {
                let people = self.desk.speakers();
                if current == name || people.iter().any(|(known, _)| known == name) {
                    return Ok(());
                }
                let mut table = Table::new(&[("  姓名", Align::Left), ("股室", Align::Left)]);
                people.into_iter().for_each(|(name, section)| table.row([format!("  {name}"), section]));
                Err(format!("没有这个人。可以说 我是 下面任一位:\n{table}"))
            }
        }
    }
}

fn starts_command(line: &str) -> bool {
    line.starts_with(['/', '／'])
}
