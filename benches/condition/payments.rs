//! A thousand payments: as plain structs, and as the ledger has them.

use chrono::{Days, NaiveDate};
use jingling::domain::record::payment;
use jingling::domain::{Entity, Money, Record};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

pub const PAYMENTS: usize = 1_000;

/// What the conditions read of a payment, as a program without records would keep it.
pub struct Plain {
    /// 分
    pub amount: i64,
    pub net: i64,
    pub paid_on: NaiveDate,
    pub kind: &'static str,
    pub settlement: &'static str,
    pub payee_kind: &'static str,
    pub purpose: Option<&'static str>,
}

/// Always the same ones. One in fifty is large, one in ten in cash, one in a hundred in cash and for travel, one in a hundred has no purpose.
pub fn payments() -> Vec<Plain> {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let first = NaiveDate::from_ymd_opt(2026, 9, 1).unwrap();
    let payment = |n: usize| {
        let mut one_in = |n: u32| rng.random_ratio(1, n);
        let amount = if one_in(50) { 6_000_000 } else { 10_000 + 137 * n as i64 };
        let settlement = if one_in(10) { ["现金", "现金支票"][n % 2] } else { "电子转账" };
        let purpose = if one_in(10) { "下乡差旅费" } else { "通村道路硬化工程进度款" };
        let purpose = (!one_in(100)).then_some(purpose);
        let payee_kind = if one_in(3) { "单位" } else { "个人" };
        Plain { amount, net: amount, paid_on: first + Days::new(n as u64 % 80), kind: "正常", settlement, payee_kind, purpose }
    };
    (0..PAYMENTS).map(payment).collect()
}

/// The same payment in the ledger.
pub fn record(plain: &Plain) -> Record {
    let mut record = Record::new(Entity::Payment, "treasury/2026/ZF000001", 1, 0);
    let money = |fen| Money::from_fen(fen).unwrap();
    record.set(payment::STAGE, "支付");
    record.set(payment::PAYMENT_KIND, plain.kind);
    record.set(payment::AMOUNT, money(plain.amount));
    record.set(payment::NET, money(plain.net));
    record.set(payment::PAID_ON, plain.paid_on);
    record.set(payment::SETTLEMENT, plain.settlement);
    record.set(payment::PAYEE_KIND, plain.payee_kind);
    record.set(payment::PURPOSE, plain.purpose);
    record
}
