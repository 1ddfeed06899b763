//! The desk holds whatever people say, in whatever order, with rights that come and go while days pass and payments arrive. `JINGLING_TEST_LIVES` tries more.

mod holds;
mod said;

use chrono::{DateTime, TimeDelta, Utc};
use commands::batch::{Case, Filed, Finding, Line};
use commands::{Batch, Check, Command, Permission, Register, Text};
use jingling::config::Snowflake;
use jingling::desk::{Account, Actor, Reply};
use jingling::domain::calendar::local_date;
use jingling::store::register::{self, Filter};
use jingling::store::staff::{self, Staff, StaffCard};
use jingling::store::warning::Warning;
use jingling::store::{journal, proposal};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Runtime;

use crate::place::Place;
use crate::tale::event;
use crate::world::{Parcel, World, hours};
use holds::{adds_up, drains, is_discreet, is_proven, is_tended, may_know, moved_rightly, slips_are_clean, took_two, warnings};
use said::{Seed, about, beside, fits, number};

/// A number that no warning ever has.
const NOBODYS: &str = "YJ2026-999999";

/// What one step of a life is made from.
type Step = (u8, Seed);

async fn begin(place: &Place) -> World {
    use Permission::{Approve, Handle, Inspect, Query, Users};
    let world = World::begin(place).await;
    let more: [(&str, &str, &[Permission]); 10] = [
        ("梧桐", "business:social_security", &[Query, Handle, Approve]),
        ("银杏", "business:education", &[Query, Handle]),
        ("海棠", "business:education", &[Query, Handle, Approve]),
        ("丁香", "agriculture", &[Query, Handle]),
        ("玉兰", "budget", &[Query, Handle]),
        ("紫薇", "lead_office", &[Query, Approve]),
        ("枫杨", "leadership", &[Query, Approve]),
        ("雪松", "info_center", &[Query, Users]),
        ("云杉", "info_center", &[Query, Users]),
        ("红豆", "supervision", &[Query, Inspect]),
    ];
    for (n, (name, section, permissions)) in more.into_iter().enumerate() {
        let (name, section, title, email) = (name.to_owned(), section.to_owned(), "科员".to_owned(), Some(format!("s{n}@example.cn")));
        staff::add(&world.store, hours(0), &StaffCard { name, section, title, permissions: permissions.to_vec(), email, id_no: None, phone: None })
            .await
            .unwrap();
    }
    let reader = StaffCard {
        name: "冷杉".to_owned(),
        section: "discipline".to_owned(),
        title: "组长".to_owned(),
        permissions: vec![Query],
        email: None,
        id_no: None,
        phone: None,
    };
    staff::add(&world.store, hours(0), &reader).await.unwrap();
    world
}

/// One life and all that it met on the way.
struct Life<'w> {
    world: &'w World,
    now: DateTime<Utc>,
    /// People as they were when somebody looked them up last: a session outlives the rights it began with.
    sessions: Vec<Actor>,
    sent: usize,
}

impl Life<'_> {
    async fn people(&self) -> Vec<Staff> {
        staff::all(&self.world.store).await.unwrap()
    }

    /// Who says it: whoever fits, or anybody.
    fn speaker<'p>(&self, seed: &Seed, fits: u8, people: &'p [Staff], w: Option<&Warning>) -> &'p Staff {
        let kind = |person: &Staff| self.world.desk.orders.settings.kind(&person.section);
        let of = |code: &str, permission: Permission| people.iter().filter(|p| p.section == code && p.may(permission)).collect::<Vec<_>>();
        let fitting: Vec<&Staff> = match fits {
            0 => people.iter().filter(|p| w.is_none_or(|w| w.handler == Some(p.id) || w.section == p.section)).collect(),
            1 | 5 => people.iter().filter(|p| p.may(Permission::Approve)).collect(),
            2 => of("agriculture", Permission::Handle),
            3 => of("lead_office", Permission::Query),
            6 => people.iter().filter(|p| p.may(Permission::Users) && kind(p).is_some()).collect(),
            7 => of("discipline", Permission::Query),
            8 => people.iter().filter(|p| p.may(Permission::Handle)).collect(),
            _ => Vec::new(),
        };
        let among = if fitting.is_empty() || seed[11].is_multiple_of(4) { people.iter().collect() } else { fitting };
        among[usize::from(seed[10]) % among.len()]
    }

    async fn step(&mut self, (what, seed): &Step) {
        match what {
            0..=69 => {
                self.sent += 1;
                let bytes = [seed[0], seed[1], seed[2], seed[3], seed[4], seed[5], seed[6], 0];
                let parcel = Parcel::single(format!("w{}", self.sent), event(&bytes), self.now);
                self.world.deliver(&[parcel]).await;
            }
            70..=94 => {
                self.now += TimeDelta::hours(1 + i64::from(seed[0]) % 60);
                self.world.tick(self.now).await;
                is_tended(self.world).await;
            }
            95..=104 => self.file(seed).await,
            105..=112 => self.at_once(seed).await,
            113..=124 => self.decide_access(seed).await,
            125..=204 => self.say(seed, true).await,
            205..=255 => self.say(seed, false).await,
        }
    }

    async fn line(&self, seed: &Seed, of_warning: bool) -> (String, Staff, Option<Warning>) {
        let (people, all) = (self.people().await, warnings(self.world).await);
        let open: Vec<&Warning> = all.iter().filter(|w| w.state.is_open()).collect();
        let today = local_date(self.now);
        let about_one = |w: &Warning| {
            let (line, fits) = about(seed, &number(w.no), &people, today);
            (line, self.speaker(seed, fits, &people, Some(w)).clone(), Some(w.clone()))
        };
        // what waits for a second person is rare
        let waits = proposal::waiting(&self.world.store).await.unwrap();
        let waits = all.iter().find(|w| seed[9].is_multiple_of(3) && waits.iter().any(|proposal| proposal.no == w.no));
        match (of_warning, open.is_empty(), seed[9] % 4) {
            (true, ..) if waits.is_some() => {
                let mut seed = *seed;
                seed[0] = 17 + seed[0] % 7;
                let w = waits.unwrap();
                let (line, fits) = about(&seed, &number(w.no), &people, today);
                (line, self.speaker(&seed, fits, &people, Some(w)).clone(), Some(w.clone()))
            }
            (true, false, 1..) => about_one(open[usize::from(seed[8]) % open.len()]),
            (true, ..) if !all.is_empty() => about_one(&all[usize::from(seed[8]) % all.len()]),
            _ => {
                let person = self.speaker(seed, fits(seed), &people, None);
                (beside(seed, person, &people, &all, today), person.clone(), None)
            }
        }
    }

    /// A session of somebody's: of this moment, or one that began earlier.
    async fn session(&mut self, seed: &Seed, name: &str) -> Option<Actor> {
        let account = if seed[7].is_multiple_of(3) { Account::Console } else { Account::Discord(Snowflake(std::num::NonZeroU64::new(7).unwrap())) };
        let earlier = self.sessions.iter().find(|actor| actor.staff.name == name && seed[6].is_multiple_of(3)).cloned();
        if let Some(actor) = earlier {
            return Some(Actor { account, ..actor });
        }
        let actor = self.world.desk.person(name, account).await.ok()?;
        self.sessions.retain(|other| other.staff.name != name);
        self.sessions.push(actor.clone());
        Some(actor)
    }

    async fn hear(&mut self, seed: &Seed, name: &str, line: &str) -> Option<Reply> {
        let actor = self.session(seed, name).await?;
        let Ok(command) = commands::parse(line, local_date(self.now)) else { return None };
        let reply = self.world.desk.act(&actor, command).await;
        println!("{name}: {line}\n  {reply}");
        is_discreet(&reply, line);
        assert!(!reply.to_string().contains("系统出了问题"), "{line}");
        Some(reply)
    }

    async fn say(&mut self, seed: &Seed, of_warning: bool) {
        let (line, person, w) = self.line(seed, of_warning).await;
        let (people, before) = (self.people().await, warnings(self.world).await);
        let since = journal::head(&self.world.store).await.unwrap().unwrap().0;
        let knows = match &w {
            Some(w) => may_know(self.world, &person, w).await,
            None => true,
        };
        // to whoever may not know of it, it is as if it were not there
        let no = w.as_ref().map(|w| number(w.no)).unwrap_or_default();
        let of_nobodys = if knows { None } else { self.hear(seed, &person.name, &line.replace(&no, NOBODYS)).await };
        let reply = self.hear(seed, &person.name, &line).await;
        if let (Some(of_nobodys), Some(reply)) = (of_nobodys, reply) {
            assert_eq!(of_nobodys.to_string().replace(NOBODYS, &no), reply.to_string(), "{} {line}", person.name);
            assert_eq!(journal::head(&self.world.store).await.unwrap().unwrap().0, since, "{} {line}", person.name);
        }
        moved_rightly(self.world, since, &people, &before, &line).await;
    }

    /// Whoever heads something says yes to every application, then 财政信息中心 grants what it may.
    async fn decide_access(&mut self, seed: &Seed) {
        let year = local_date(self.now).format("%Y").to_string();
        let entered = register::list(&self.world.store, Register::Access, Filter { open_only: true, ..Filter::default() }, 9).await.unwrap();
        for no in entered.iter().map(|entered| entered.no).filter(|no| no.to_string().contains(&year)) {
            for person in self.people().await.iter().filter(|person| person.may(Permission::Approve)) {
                self.hear(seed, &person.name, &format!("/权限 意见 {no} 同意")).await;
            }
            for person in ["雪松", "云杉"] {
                self.hear(seed, person, &format!("/权限 授予 {no}")).await;
            }
        }
    }

    /// Two press at once.
    async fn at_once(&mut self, seed: &Seed) {
        let (line, person, _) = self.line(seed, true).await;
        let mut other = *seed;
        other[0] = other[0].wrapping_add(seed[5] % 3 * 11);
        other[10] = other[10].wrapping_add(1);
        let (second, somebody, _) = self.line(&other, true).await;
        let desk = &self.world.desk;
        let replies = tokio::join!(desk.hear(&person.name, Account::Console, &line), desk.hear(&somebody.name, Account::Console, &second));
        is_discreet(&replies.0, &line);
        is_discreet(&replies.1, &second);
    }

    /// A filled list of up to three warnings, by somebody whose it may have been.
    async fn file(&mut self, seed: &Seed) {
        let all = warnings(self.world).await;
        let people = self.people().await;
        let mut chosen: Vec<&Warning> = seed[..3].iter().filter_map(|by| all.get(usize::from(*by) % all.len().max(1))).collect();
        chosen.sort_by_key(|w| w.no);
        chosen.dedup_by_key(|w| w.no);
        let Some(first) = chosen.first() else { return };
        let person = self.speaker(seed, 0, &people, Some(first)).clone();
        let today = local_date(self.now);
        let due = today.to_string();
        let normal = [("结论", "正常"), ("情况", "属实")];
        let violation = [("结论", "违规"), ("情况", "不符"), ("违规类型", "其他"), ("整改要求", "退回"), ("整改期限", due.as_str())];
        let case = |w: &&Warning| {
            let finding = |n: u32| Finding::read(if (u32::from(seed[4]) + n).is_multiple_of(3) { &violation } else { &normal }, today).unwrap().unwrap();
            let lines = (1..=u32::try_from(w.items).unwrap()).map(|n| Line { n, row: n + 3, finding: finding(n) }).collect();
            Case::new(number(w.no).parse().unwrap(), lines)
        };
        let cases: Vec<Case> = chosen.iter().filter(|w| w.state.is_open() || seed[5].is_multiple_of(4)).map(case).collect();
        if cases.is_empty() {
            return;
        }
        let checks = vec![Check::Documents { list: Text::try_from("凭证".to_owned()).unwrap() }].try_into().unwrap();
        let since = journal::head(&self.world.store).await.unwrap().unwrap().0;
        let Some(actor) = self.session(seed, &person.name).await else { return };
        let reply = self.world.desk.act(&actor, Command::Batch(Batch::Filed(Filed { checks, cases }))).await;
        is_discreet(&reply, "a list");
        moved_rightly(self.world, since, &people, &all, &reply.to_string()).await;
    }
}

async fn live(place: &Place, copy: &Place, steps: &[Step]) {
    let world = begin(place.emptied().await).await;
    let mut life = Life { world: &world, now: hours(1), sessions: Vec::new(), sent: 0 };
    for step in steps {
        world.clock.advance_to(life.now);
        life.step(step).await;
    }
    world.tick(life.now).await;
    is_tended(&world).await;
    took_two(&world.store).await;
    adds_up(&world, local_date(hours(0))).await;
    slips_are_clean(&world).await;
    drains(&world).await;
    is_proven(&world.store, copy).await;
}

#[test]
fn whatever_is_said_the_office_holds() {
    let lives = std::env::var("JINGLING_TEST_LIVES").ok().and_then(|lives| lives.parse().ok()).unwrap_or(4);
    let rt = Runtime::new().unwrap();
    let (places, copy) = rt.block_on(async { (Place::all().await, Place::file().await) });
    let mut runner = TestRunner::new(Config { cases: lives, failure_persistence: None, max_shrink_iters: 0, ..Config::default() });
    let seen = std::cell::Cell::new(0);
    let outcome = runner.run(&prop::collection::vec(any::<Step>(), 40..100), |steps| {
        let place = &places[seen.get() % places.len()];
        seen.set(seen.get() + 1);
        rt.block_on(live(place, &copy, &steps));
        Ok(())
    });
    rt.block_on(async {
        for place in places.into_iter().chain([copy]) {
            place.clear().await;
        }
    });
    outcome.unwrap_or_else(|failure| panic!("{failure}"));
}
