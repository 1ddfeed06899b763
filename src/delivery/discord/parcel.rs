//! What a parcel has to tell: the newest state of a warning, and what of it must be noticed.

use std::collections::BTreeSet;

use super::button::Action;
use super::message::Face;
use crate::chat;
use crate::config::Snowflake;
use crate::delivery::card::{Card, Occasion, no, said, sign};
use crate::delivery::worker::Failure;
use crate::domain::{SectionName, StaffId};
use crate::store::delivery::Parcel;
use crate::store::{Store, staff};

/// What is to be told about one warning.
#[derive(Debug)]
pub(super) struct News {
    /// The newest state.
    pub card: Card,
    pub recipient: String,
    /// The handler's account, if it is bound.
    pub account: Option<(StaffId, Snowflake)>,
    /// The accounts of all who are called by any of what is gathered, the handler's among them.
    called: Vec<(StaffId, Snowflake)>,
    /// The deliveries gathered, the oldest first: number, and the card where it was read.
    gathered: Vec<((i64, i64), Option<Card>)>,
    /// Whether any of them may have been sent already.
    pub tried: bool,
}

impl News {
    /// Fails if the newest cannot be read: then it says nothing. Of the older ones nothing but their occasion is wanted.
    pub async fn read(parcel: &Parcel, store: &Store) -> Result<News, Failure> {
        let card: Card = serde_json::from_str(&parcel.newest.payload).map_err(|e| Failure::Poison(e.to_string()))?;
        let gathered: Vec<((i64, i64), Option<Card>)> = parcel.all().map(|d| ((d.seq, d.n), serde_json::from_str(&d.payload).ok())).collect();
        let calls = gathered.iter().filter_map(|(_, card)| card.as_ref()).flat_map(|card| &card.calls);
        let people: BTreeSet<i64> = calls.chain(&card.handler).map(|(id, _)| *id).collect();
        let mut called = Vec::new();
        for id in people {
            let person = staff::by_id(store, id).await.map_err(|e| Failure::Down(e.to_string()))?;
            called.extend(person.and_then(|person| Some((StaffId(id), person.discord?))));
        }
        let account = card.handler.as_ref().and_then(|(id, _)| called.iter().copied().find(|(bound, _)| *bound == StaffId(*id)));
        let tried = parcel.all().any(|d| d.attempts > 1 || d.failed);
        Ok(News { card, recipient: parcel.newest.recipient.clone(), account, called, gathered, tried })
    }

    /// The number of the newest delivery: what is sent now carries it.
    pub fn delivery(&self) -> (i64, i64) {
        self.gathered.last().map_or((0, 0), |(delivery, _)| *delivery)
    }

    /// Whether a delivery is one of these.
    pub fn holds(&self, delivery: (i64, i64)) -> bool {
        self.gathered.iter().any(|(gathered, _)| *gathered == delivery)
    }

    /// The warning as it stands.
    pub fn face(&self) -> Face {
        Face::new(&self.card.text(), Action::of(self.card.state), self.card.no, Some(self.delivery()), &self.called)
    }

    /// What must be noticed, if the warning is shown already: that it rose, turned red, was given to somebody, pressed for, decided on or reopened, or that its
    /// deadline calls, after the delivery that is known.
    pub fn notice(&self, known: Option<(i64, i64)>) -> Option<Face> {
        let noticed = |(delivery, card): &((i64, i64), Option<Card>)| {
            let card = card.as_ref()?;
            let must = match card.occasion {
                Occasion::Rose | Occasion::TurnedRed | Occasion::Assigned | Occasion::StandIn | Occasion::HandedBack => true,
                Occasion::Reminder | Occasion::Overdue | Occasion::Escalated | Occasion::Resumed => true,
                Occasion::Urged | Occasion::Measured | Occasion::Returned | Occasion::Reopened | Occasion::Unlisted => true,
                Occasion::Fired | Occasion::Claimed | Occasion::Closed | Occasion::Ceased | Occasion::Paused | Occasion::Recounted => false,
                Occasion::Engaged | Occasion::Proposed | Occasion::Listed => false,
            };
            (must && known.is_none_or(|known| known < *delivery)).then(|| (card.occasion, card.calls.clone()))
        };
        let (occasion, calls) = self.gathered.iter().rev().find_map(noticed)?;
        // told of the state as it is now, under the occasion that called for it
        let card = Card { occasion, calls, ..self.card.clone() };
        self.card.state.is_open().then(|| Face::new(&card.notice(), &[Action::Show], self.card.no, Some(self.delivery()), &self.called))
    }

    /// What stays in the channel of a section that has handed the warning on. It carries no delivery: it is not what would be looked for.
    pub fn farewell(&self) -> Face {
        let section = said(SectionName::new(&self.card.section));
        let text = chat!("{} {} 已转{}办理。", sign(self.card.state.light()), no(self.card.no), section);
        Face::new(&text, &[Action::Show], self.card.no, None, &[])
    }

    /// What stays where it was shown before it had to be shown elsewhere.
    pub fn elsewhere(&self) -> Face {
        let text = chat!("{} {} 已改在别处显示。", sign(self.card.state.light()), no(self.card.no));
        Face::new(&text, &[Action::Show], self.card.no, None, &[])
    }

    /// The same each time this is tried, whatever has been gathered since: Discord makes one message of it, for some minutes.
    pub fn nonce(&self) -> String {
        let (seq, n) = self.gathered.first().map_or((0, 0), |(delivery, _)| *delivery);
        format!("{seq}-{n}")
    }

    /// That of a reply.
    pub fn reply_nonce(&self) -> String {
        let (seq, n) = self.delivery();
        format!("{seq}-{n}r")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::WarningState;

    fn card(occasion: Occasion, state: WarningState) -> Card {
        Card {
            occasion,
            at: "2026-11-23T02:00:00Z".parse().unwrap(),
            no: 2_026_000_123,
            state,
            rule: "ZC09".to_owned(),
            rule_name: "疑似重复支付".to_owned(),
            category: "支出管理".to_owned(),
            section: "社保股".to_owned(),
            town: None,
            voucher_no: None,
            doc_no: None,
            date: None,
            amount: None,
            items: 1,
            due_on: "2026-11-30".parse().unwrap(),
            working_days: 5,
            handler: Some((7, "张敏".to_owned())),
            urged: 0,
            calls: Vec::new(),
            unpublished: None,
            gone: None,
        }
    }

    fn news(gathered: &[(Occasion, WarningState)]) -> News {
        let cards: Vec<Card> = gathered.iter().map(|(occasion, state)| card(*occasion, *state)).collect();
        let newest = cards.last().unwrap().clone();
        let gathered = (1..).zip(cards).map(|(seq, card)| ((seq, 1), Some(card))).collect();
        News { card: newest, recipient: String::new(), account: None, called: Vec::new(), gathered, tried: false }
    }

    fn noticed(news: &News, known: Option<(i64, i64)>) -> Option<String> {
        let notice = serde_json::to_value(news.notice(known)?.post("1")).unwrap();
        Some(notice["content"].as_str().unwrap().to_owned())
    }

    #[test]
    fn what_rose_or_turned_red_is_noticed_as_it_stands_now_and_nothing_else() {
        let (bell, yellow, verifying, red) = (WarningState::BellOpen, WarningState::YellowOpen, WarningState::YellowVerifying, WarningState::RedOpen);
        assert_eq!(noticed(&news(&[(Occasion::Fired, yellow), (Occasion::Claimed, verifying)]), None), None);
        let rose = news(&[(Occasion::Fired, bell), (Occasion::Rose, yellow), (Occasion::Claimed, verifying)]);
        assert_eq!(noticed(&rose, None).as_deref(), Some("🟡 YJ2026-000123 升为黄灯,请 张敏 在 11月30日前核实。"));
        assert_eq!(noticed(&rose, Some((2, 1))), None, "the message that was found told it already");
        let both = news(&[(Occasion::Rose, yellow), (Occasion::TurnedRed, red)]);
        assert_eq!(noticed(&both, None).as_deref(), Some("🔴 YJ2026-000123 黄灯转红灯,请 张敏 在 11月30日前督促纠正。"));
        let closed = news(&[(Occasion::TurnedRed, red), (Occasion::Closed, WarningState::GreenCorrected)]);
        assert_eq!(noticed(&closed, None), None, "what is over needs nobody");
        let urged = news(&[(Occasion::Urged, red), (Occasion::Proposed, red), (Occasion::Engaged, red)]);
        assert_eq!(noticed(&urged, None).as_deref(), Some("🔴 YJ2026-000123 领导小组办公室督办,请 张敏 在 11月30日前督促纠正。"));
        for (occasion, headline) in [(Occasion::Measured, "处置已批准"), (Occasion::Returned, "审批退回"), (Occasion::Reopened, "重开红灯")] {
            assert!(noticed(&news(&[(occasion, red)]), None).unwrap().contains(headline), "{occasion:?}");
        }
    }

    #[test]
    fn a_nonce_stays_while_more_is_gathered_and_fits() {
        let first = news(&[(Occasion::Fired, WarningState::YellowOpen)]);
        let more = news(&[(Occasion::Fired, WarningState::YellowOpen), (Occasion::Claimed, WarningState::YellowVerifying)]);
        assert_eq!((first.nonce(), more.nonce(), more.reply_nonce()), ("1-1".to_owned(), "1-1".to_owned(), "2-1r".to_owned()));
        let huge = News { gathered: vec![((i64::MAX, 9999), None)], ..first };
        assert_eq!(huge.reply_nonce().len(), 25);
    }
}
