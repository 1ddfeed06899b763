//! Everything that is said and answered in the month, in its order, and what else there is to be seen of it afterwards.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Asia::Shanghai;
use jingling::domain::calendar::{local, local_date};
use jingling::proof::{self, Filter, Format};

use crate::discord_in::joins;
use crate::harness::discord::{Answer, FakeDiscord, Message, Person};
use crate::harness::{Event, Mailbox, Office};

/// When the clock's jobs are looked at: after the calls of the morning, and after the head of the chain is mailed.
const ROUNDS: [(u32, u32); 2] = [(8, 31), (17, 31)];

pub struct Month<'o> {
    pub office: &'o mut Office,
    pub discord: FakeDiscord,
    people: BTreeMap<&'static str, Person>,
    told: String,
}

impl<'o> Month<'o> {
    pub async fn begin(office: &'o mut Office) -> Month<'o> {
        let discord = FakeDiscord::open().await;
        office.moves_to(&discord).await;
        let mut month = Month { office, discord, people: BTreeMap::new(), told: String::new() };
        month.dates();
        month
    }

    fn dates(&mut self) {
        self.told += &format!("\n== {}\n", local(self.office.clock.now()).format("%-m月%-d日 %H:%M"));
    }

    fn note(&mut self, who: &str, what: &str, answer: &str) {
        self.told += &format!("{who}: {what}\n{answer}\n");
    }

    /// Somebody has an account on Discord, and binds it with the code they were given.
    pub async fn joins(&mut self, name: &'static str) {
        let person = joins(self.office, &self.discord, name).await;
        self.people.insert(name, person);
    }

    /// Somebody on the same server whom nobody in the office knows.
    pub fn visits(&mut self, name: &'static str) {
        self.people.insert(name, self.discord.member(name));
    }

    /// Days go by until this day and time of November; the clock's jobs are done each morning and evening on the way.
    pub async fn until(&mut self, day: u32, hour: u32, minute: u32) {
        let then = november(day, (hour, minute));
        let mut date = local_date(self.office.clock.now());
        while date <= local_date(then) {
            for time in ROUNDS {
                let round = at(date, time);
                if round > self.office.clock.now() && round <= then {
                    self.office.clock.advance_to(round);
                    self.office.jobs().await;
                    self.office.wait_until_sent().await;
                }
            }
            date = date.succ_opt().unwrap();
        }
        self.office.clock.advance_to(then);
        self.office.wait_until_sent().await;
        self.dates();
    }

    /// 国库支付中心 reports something of this day.
    pub async fn hears(&mut self, event: Event) {
        assert_eq!(self.office.pays(event).await.told(), "200 accepted");
        self.office.wait_until_sent().await;
    }

    /// 预算股 reports an allocation and its scan.
    pub async fn is_given(&mut self, allocation: Event) {
        self.office.funds(allocation).await;
        self.office.wait_until_sent().await;
    }

    /// 预算股 reports something about an allocation.
    pub async fn hears_of(&mut self, event: Event) {
        assert_eq!(self.office.allocates(event).await.told(), "200 accepted");
        self.office.wait_until_sent().await;
    }

    /// At the bureau's own terminal.
    pub async fn says(&mut self, name: &str, line: &str) -> String {
        let answer = self.office.says(name, line).await;
        self.office.wait_until_sent().await;
        self.note(&format!("{name}(终端)"), line, &answer);
        answer
    }

    /// The same, and it moves nothing.
    pub async fn is_refused(&mut self, name: &str, line: &str) {
        let before = self.office.journal().await;
        self.says(name, line).await;
        assert_eq!(self.office.journal().await, before, "{name} {line}");
    }

    /// A slash command in Discord.
    pub async fn chats(&mut self, name: &str, line: &str) -> String {
        let answer = self.people[name].says(line).await.to_string();
        self.office.wait_until_sent().await;
        self.note(name, line, &answer);
        answer
    }

    /// The same, and it moves nothing.
    pub async fn is_turned_away(&mut self, name: &str, line: &str) {
        let before = self.office.journal().await;
        self.chats(name, line).await;
        assert_eq!(self.office.journal().await, before, "{name} {line}");
    }

    /// The message of a warning as it stands now.
    pub fn card(&self, no: u32) -> Message {
        let number = format!("YJ2026-{no:06}");
        let cards = ["社保股", "教科文股", "公共"].into_iter().flat_map(|channel| self.discord.messages(channel));
        let mut of_it = cards.filter(|m| m.reply_to.is_none() && m.content.contains(&number) && !m.content.contains("已转"));
        of_it.next_back().unwrap()
    }

    /// A button on the message of a warning.
    pub async fn presses(&mut self, name: &str, no: u32, label: &str) -> Answer {
        let card = self.card(no);
        self.presses_on(name, &card, label).await
    }

    pub async fn presses_on(&mut self, name: &str, card: &Message, label: &str) -> Answer {
        let answer = self.people[name].presses(card, label).await;
        self.office.wait_until_sent().await;
        self.note(name, &format!("[{label}]"), &answer.to_string());
        answer
    }

    /// The same, and it moves nothing.
    pub async fn presses_in_vain(&mut self, name: &str, card: &Message, label: &str) {
        let before = self.office.journal().await;
        self.presses_on(name, card, label).await;
        assert_eq!(self.office.journal().await, before, "{name} [{label}]");
    }

    /// A window that a button opened.
    pub async fn fills(&mut self, name: &str, form: &Answer, fields: &[(&str, &str)]) {
        let answer = self.people[name].fills(form, fields).await;
        self.office.wait_until_sent().await;
        self.note(name, &format!("{fields:?}"), &answer.to_string());
    }

    /// The number of a lead is drawn by lot.
    pub fn conceals(&mut self, lead: &str) {
        self.told = self.told.replace(lead, "XS");
    }

    pub fn told(&self) -> &str {
        self.told.trim()
    }

    /// Receiver and subject of each letter.
    pub async fn letters(&self) -> Mailbox {
        self.office.mailbox().await
    }

    /// The journal as `jingling audit export` tells it, without the hashes. How many deliveries share an entry depends on how quick the worker was, so they
    /// stand, in order, after what owed them; numbers are those of the other entries.
    pub async fn journal(&self) -> String {
        let mut out = Vec::new();
        proof::export(self.office.store(), &Filter::default(), Format::Csv, &mut out).await.unwrap();
        // an account's number on Discord is another one each time
        let text = self.people.values().fold(String::from_utf8(out).unwrap(), |text, person| text.replace(&format!("discord:{}", person.id), "discord"));
        let mut rows = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
        let (mut told, mut delivered, mut count) = (String::new(), Vec::new(), 0);
        for row in rows.records().map(Result::unwrap) {
            let (at, kind, what) = (&row[1][5..16], &row[2], row[5].split(";摘要").next().unwrap());
            if kind == "投递" {
                delivered.extend(what.split(';').map(str::to_owned));
                continue;
            }
            // ticks of one round may be told of between each other
            if kind != "定时" {
                told += &settled(&mut delivered);
            }
            count += 1;
            let line = format!("{count} {at} {kind} {} {} | {what} | {}", &row[3], &row[4], &row[6]);
            told += &format!("{}\n", line.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        told + &settled(&mut delivered)
    }
}

fn november(day: u32, time: (u32, u32)) -> DateTime<Utc> {
    at(NaiveDate::from_ymd_opt(2026, 11, day).unwrap(), time)
}

fn at(date: NaiveDate, (hour, minute): (u32, u32)) -> DateTime<Utc> {
    let noon = date.and_time(NaiveTime::MIN) + TimeDelta::minutes(i64::from(hour * 60 + minute));
    noon.and_local_timezone(Shanghai).unwrap().to_utc()
}

fn settled(delivered: &mut Vec<String>) -> String {
    delivered.sort();
    delivered.drain(..).map(|line| format!("    {line}\n")).collect()
}
