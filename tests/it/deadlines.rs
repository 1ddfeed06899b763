//! Deadlines kept to: reminders before, escalation after, each said once; and what is said of a year whose holidays nobody has published.

mod chain_head;
mod chased;
mod leave;
mod mine;
mod pause;
mod self_audit;
mod year;

use chrono::DateTime;
use commands::Permission::{self, Approve, Handle, Query};

use crate::harness::{Office, allocation, payment};

/// It is this local time.
pub fn it_is(office: &Office, time: &str) {
    office.clock.advance_to(DateTime::parse_from_rfc3339(&format!("{time}:00+08:00")).unwrap().to_utc());
}

/// A yellow light of 社保股, due on 30 November.
async fn pays_twice(office: &mut Office) {
    office.funds(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_account", "6217000001")).await;
    }
    office.wait_until_sent().await;
}

/// The first lines of what was said in chat since then.
async fn said_since(office: &Office, before: &str) -> String {
    let all = office.chat().await;
    all.strip_prefix(before).unwrap_or(&all).trim().to_owned()
}

const HEAD: &[Permission] = &[Query, Handle, Approve];

/// One more yellow light of 社保股: the same payment made twice, to somebody else.
async fn pays_again(office: &mut Office, voucher: &str) {
    let today = office.clock.now().to_rfc3339();
    for half in ["a", "b"] {
        let twice = payment(&format!("{voucher}{half}"), "500.00").with("paid_at", today.as_str()).with("payee_account", format!("62170{voucher}"));
        office.pays(twice).await;
    }
    office.wait_until_sent().await;
}
