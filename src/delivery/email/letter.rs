//! The letters (邮件正文): a red light to its handler, and the three notices to 国库支付中心 (regulation part 2 (四): 及时反馈).

use askama::Template;
use chrono::{Datelike, NaiveDate};
use commands::SerialNo;

use super::Masked;
use crate::delivery::card::Wanted;
use crate::domain::{DocNo, Level, Money, RuleCode, RuleName, SectionName, StaffName, TownName, VoucherNo, WarningNo, WarningState};

/// A letter ready to be sent: one line of subject, and the same content as plain text and as HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Names no person and no account.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML with inline styles.
    pub html: String,
}

/// What a letter may tell of a warning: typed or masked, nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterFacts {
    /// 预警编号
    pub no: WarningNo,
    /// 规则编号
    pub rule_code: RuleCode,
    /// 规则名称
    pub rule_name: RuleName,
    /// 状态
    pub state: WarningState,
    /// 股室
    pub section: SectionName,
    /// 乡镇
    pub town: Option<TownName>,
    /// 凭证号
    pub voucher: Option<VoucherNo>,
    /// 指标文号
    pub doc_no: Option<DocNo>,
    /// 业务日期, local.
    pub date: Option<NaiveDate>,
    /// 金额, in 元.
    pub amount: Option<Money>,
    /// Records gathered in it.
    pub items: i64,
    /// 收款人
    pub payee: Option<Masked>,
    /// 经办, whoever is on it.
    pub handler: Option<StaffName>,
    /// 期限, the last local day.
    pub deadline: NaiveDate,
    /// Working days it was given; none left when it is due today, fewer when it has passed.
    pub deadline_days: i64,
    /// The year of the deadline, if its holidays were not published.
    pub unpublished: Option<i32>,
    /// 规则依据, the clause.
    pub basis: Masked,
    /// What the rule saw, label and text, in order.
    pub facts: Vec<(String, Masked)>,
    /// 回执, where one is asked for it.
    pub receipt: Option<Wanted>,
}

impl LetterFacts {
    /// `12月7日`.
    fn deadline_day(&self) -> String {
        day(self.deadline)
    }

    /// The receipt's number, and the last day to give it: `11月26日`.
    fn receipt(&self) -> Option<(SerialNo, String)> {
        self.receipt.map(|wanted| (wanted.no, day(wanted.due_on)))
    }

    /// `2026年12月7日 星期一(10 个工作日)`.
    fn deadline_in_full(&self) -> String {
        let weekday = ["一", "二", "三", "四", "五", "六", "日"][self.deadline.weekday().num_days_from_monday() as usize];
        let left = match self.deadline_days {
            days if days > 0 => format!("{days} 个工作日"),
            0 => "当天".to_owned(),
            _ => format!("已超期 {} 个工作日", self.late()),
        };
        let plain_week = crate::delivery::card::plain_week(self.unpublished);
        format!("{}年{} 星期{weekday}({left}{plain_week})", self.deadline.year(), self.deadline_day())
    }

    /// Working days since the deadline.
    fn late(&self) -> i64 {
        (-self.deadline_days).max(0)
    }

    /// What has to be done with it.
    const fn task(&self) -> &'static str {
        match self.state.open_level() {
            Some(Level::Bell) | None => "办理",
            Some(Level::Yellow) => "核实",
            Some(Level::Red) => "督促纠正",
        }
    }

    /// Label and text of what is known of the warning, in the order people read.
    fn rows(&self) -> Vec<(&str, String)> {
        let known = [
            ("期限", self.state.is_open().then(|| self.deadline_in_full())),
            ("状态", Some(self.state.name().to_owned())),
            ("股室", Some(self.section.to_string())),
            ("经办", self.handler.as_ref().map(StaffName::to_string)),
            ("乡镇", self.town.as_ref().map(TownName::to_string)),
            ("金额", self.amount.map(|amount| format!("{amount} 元"))),
            ("条数", (self.items > 1).then(|| format!("共 {} 条", self.items))),
            ("收款人", self.payee.as_ref().map(Masked::to_string)),
            ("凭证号", self.voucher.as_ref().map(|no| Masked::text(no.as_str()).to_string())),
            ("指标文号", self.doc_no.as_ref().map(|no| Masked::text(no.normal()).to_string())),
            ("业务日期", self.date.map(|date| date.to_string())),
            ("依据", Some(self.basis.to_string())),
        ];
        known.into_iter().filter_map(|(label, text)| Some((label, text?))).collect()
    }
}

macro_rules! template {
    ($module:ident $subject:tt $text:tt $html:tt { $($field:ident: $type:ty),* }) => {
        mod $module {
            use super::{LetterFacts, Template};

            #[derive(Template)]
            #[template(path = $subject)]
            pub struct Subject<'a> { pub facts: &'a LetterFacts }
            #[derive(Template)]
            #[template(path = $text)]
            pub struct Text<'a> { pub facts: &'a LetterFacts, $(pub $field: $type),* }
            #[derive(Template)]
            #[template(path = $html)]
            pub struct Html<'a> { pub facts: &'a LetterFacts, $(pub $field: $type),* }
        }
    };
}
template!(red "email/red/subject.txt" "email/red/body.txt" "email/red/body.html" {});
template!(turned_red "email/turned_red/subject.txt" "email/turned_red/body.txt" "email/turned_red/body.html" {});
template!(chase "email/chase/subject.txt" "email/chase/body.txt" "email/chase/body.html" {});
template!(settled "email/settled/subject.txt" "email/settled/body.txt" "email/settled/body.html" { settled_day: &'a str });
template!(measure "email/measure/subject.txt" "email/measure/body.txt" "email/measure/body.html" { measure: &'a crate::delivery::email::Masked });

impl Letter {
    /// To the handler: a red light was lit, or a yellow one turned red.
    ///
    /// # Errors
    /// Only if a template cannot be written out.
    pub fn red(facts: &LetterFacts) -> askama::Result<Letter> {
        Letter::of(&red::Subject { facts }, &red::Text { facts }, &red::Html { facts })
    }

    /// To 国库支付中心: a yellow light was found to be a violation.
    ///
    /// # Errors
    /// Only if a template cannot be written out.
    pub fn turned_red(facts: &LetterFacts) -> askama::Result<Letter> {
        Letter::of(&turned_red::Subject { facts }, &turned_red::Text { facts }, &turned_red::Html { facts })
    }

    /// To 国库支付中心: a warning was closed on a local day.
    ///
    /// # Errors
    /// Only if a template cannot be written out.
    pub fn settled(facts: &LetterFacts, on: NaiveDate) -> askama::Result<Letter> {
        let settled_day = &day(on);
        Letter::of(&settled::Subject { facts }, &settled::Text { facts, settled_day }, &settled::Html { facts, settled_day })
    }

    /// To 国库支付中心: a measure was approved.
    ///
    /// # Errors
    /// Only if a template cannot be written out.
    pub fn measure(facts: &LetterFacts, measure: &Masked) -> askama::Result<Letter> {
        Letter::of(&measure::Subject { facts }, &measure::Text { facts, measure }, &measure::Html { facts, measure })
    }

    /// To whoever is called: a deadline is near, or has passed.
    ///
    /// # Errors
    /// Only if a template cannot be written out.
    pub fn chase(facts: &LetterFacts) -> askama::Result<Letter> {
        Letter::of(&chase::Subject { facts }, &chase::Text { facts }, &chase::Html { facts })
    }

    pub(super) fn of(subject: &impl Template, text: &impl Template, html: &impl Template) -> askama::Result<Letter> {
        Ok(Letter { subject: subject.render()?, text: text.render()?, html: html.render()? })
    }
}

/// `12月7日`.
pub(super) fn day(date: NaiveDate) -> String {
    format!("{}月{}日", date.month(), date.day())
}

#[cfg(test)]
mod tests;
