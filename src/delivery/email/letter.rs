//! The letters (邮件正文): a red light to its handler, and the three notices to 国库支付中心 (regulation part 2 (四): 及时反馈).

use askama::Template;
use chrono::{Datelike, NaiveDate};
use commands::SerialNo;

use super::Masked;
use crate::delivery::card::Wanted;
use crate::domain::{DocNo, Money, RuleCode, RuleName, SectionName, StaffName, TownName, VoucherNo, WarningNo, WarningState};

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
            _ => "已超期".to_owned(),
        };
        format!("{}年{} 星期{weekday}({left})", self.deadline.year(), self.deadline_day())
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

    pub(super) fn of(subject: &impl Template, text: &impl Template, html: &impl Template) -> askama::Result<Letter> {
        Ok(Letter { subject: subject.render()?, text: text.render()?, html: html.render()? })
    }
}

/// `12月7日`.
pub(super) fn day(date: NaiveDate) -> String {
    format!("{}月{}日", date.month(), date.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn overspent() -> LetterFacts {
        LetterFacts {
            no: WarningNo::new(2026, 123).unwrap(),
            rule_code: RuleCode::new("ZC08").unwrap(),
            rule_name: RuleName::new("超指标支付").unwrap(),
            state: WarningState::RedOpen,
            section: SectionName::new("社保股").unwrap(),
            town: Some(TownName::new("衡山镇").unwrap()),
            voucher: Some(VoucherNo::new("ZF202611230001").unwrap()),
            doc_no: Some(DocNo::new("霍财办(2018]164号")),
            date: "2026-11-23".parse().ok(),
            amount: Money::from_fen(1_280_000).ok(),
            items: 3,
            payee: Some(Masked::payee("张三")),
            handler: StaffName::new("张敏").ok(),
            deadline: "2026-12-07".parse().unwrap(),
            deadline_days: 10,
            basis: Masked::text("《预算法》第十三条、第五十七条"),
            facts: vec![
                ("收款账号".to_owned(), Masked::account("6217780000000012")),
                ("指标余额".to_owned(), Masked::text("0.00 元")),
                ("用途".to_owned(), Masked::text("<b>补助</b> 13812345678")),
            ],
            receipt: None,
        }
    }

    fn unstyled(html: &str) -> String {
        let mut parts = html.split(" style=\"");
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |all, part| all + part.split_once('"').unwrap().1)
    }

    #[test]
    fn a_red_light() {
        let letter = Letter::red(&overspent()).unwrap();
        insta::assert_snapshot!(letter.subject, @"【红灯】YJ2026-000123 超指标支付 · 社保股 · 12月7日前纠正");
        insta::assert_snapshot!(letter.text, @r"
        请在 12月7日前督促纠正,并填写处理单。

        超指标支付(ZC08)
        红灯预警 YJ2026-000123

        期限:2026年12月7日 星期一(10 个工作日)
        状态:待纠正
        股室:社保股
        经办:张敏
        乡镇:衡山镇
        金额:12,800.00 元
        条数:共 3 条
        收款人:张*
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        业务日期:2026-11-23
        依据:《预算法》第十三条、第五十七条

        规则看到的
        收款账号:****0012
        指标余额:0.00 元
        用途:(含电话号码,请在单位内部系统查看)

        /纠正 YJ2026-000123  登记纠正情况
        /预警 详情 YJ2026-000123  查看证据和经过

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        ");
        insta::assert_snapshot!(unstyled(&letter.html), @r#"
        <!DOCTYPE html>
        <html lang="zh-CN">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>红灯预警 YJ2026-000123</title></head>
        <body>
        <div>
        <p>请在 <strong>12月7日前</strong>督促纠正,并填写处理单。</p>
        <h1>🔴 超指标支付(ZC08)<br>红灯预警 YJ2026-000123</h1>
        <table>
        <tr><th>期限</th><td>2026年12月7日 星期一(10 个工作日)</td></tr>
        <tr><th>状态</th><td>待纠正</td></tr>
        <tr><th>股室</th><td>社保股</td></tr>
        <tr><th>经办</th><td>张敏</td></tr>
        <tr><th>乡镇</th><td>衡山镇</td></tr>
        <tr><th>金额</th><td>12,800.00 元</td></tr>
        <tr><th>条数</th><td>共 3 条</td></tr>
        <tr><th>收款人</th><td>张*</td></tr>
        <tr><th>凭证号</th><td>ZF202611230001</td></tr>
        <tr><th>指标文号</th><td>霍财办〔2018〕164号</td></tr>
        <tr><th>业务日期</th><td>2026-11-23</td></tr>
        <tr><th>依据</th><td>《预算法》第十三条、第五十七条</td></tr>
        </table>
        <h2>规则看到的</h2>
        <table>
        <tr><th>收款账号</th><td>****0012</td></tr>
        <tr><th>指标余额</th><td>0.00 元</td></tr>
        <tr><th>用途</th><td>(含电话号码,请在单位内部系统查看)</td></tr>
        </table>
        <p><code>/纠正 YJ2026-000123</code> 登记纠正情况</p>
        <p><code>/预警 详情 YJ2026-000123</code> 查看证据和经过</p>
        <p>姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。</p>
        </div>
        </body>
        </html>
        "#);
    }

    #[test]
    fn a_yellow_light_turned_red() {
        let letter = Letter::turned_red(&overspent()).unwrap();
        insta::assert_snapshot!(letter.subject, @"【黄灯转红灯】YJ2026-000123 超指标支付 · 社保股 · 12月7日前纠正");
        insta::assert_snapshot!(letter.text, @r"
        国库支付中心请知悉:社保股已核实为违规,转为红灯,正督促在 12月7日前纠正。
        如有同一指标或同一收款人的待支付业务,请留意。不需要填写处理单,纠正后另行告知。

        超指标支付(ZC08)
        黄灯转红灯 YJ2026-000123

        期限:2026年12月7日 星期一(10 个工作日)
        状态:待纠正
        股室:社保股
        经办:张敏
        乡镇:衡山镇
        金额:12,800.00 元
        条数:共 3 条
        收款人:张*
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        业务日期:2026-11-23
        依据:《预算法》第十三条、第五十七条

        规则看到的
        收款账号:****0012
        指标余额:0.00 元
        用途:(含电话号码,请在单位内部系统查看)

        /预警 详情 YJ2026-000123  查看证据和经过

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        ");
    }

    #[test]
    fn a_warning_settled() {
        let receipt = SerialNo::new(commands::Register::Receipt, 2026, 7).map(|no| Wanted { no, due_on: "2026-12-04".parse().unwrap() });
        let facts = LetterFacts { state: WarningState::GreenCorrected, facts: Vec::new(), receipt, ..overspent() };
        let letter = Letter::settled(&facts, "2026-12-01".parse().unwrap()).unwrap();
        insta::assert_snapshot!(letter.subject, @"【已处理】YJ2026-000123 超指标支付 · 社保股 · 已纠正");
        insta::assert_snapshot!(letter.text, @r"
        国库支付中心请知悉:社保股已于 12月1日处理完毕,结果为:已纠正。
        请在 12月4日前签收回执,不需要其他办理。

        超指标支付(ZC08)
        已处理 YJ2026-000123

        状态:已纠正
        股室:社保股
        经办:张敏
        乡镇:衡山镇
        金额:12,800.00 元
        条数:共 3 条
        收款人:张*
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        业务日期:2026-11-23
        依据:《预算法》第十三条、第五十七条

        /回执 签收 HZ2026-0007  签收回执
        /预警 详情 YJ2026-000123  查看处理单和经过

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        ");
    }

    #[test]
    fn a_measure_approved() {
        let receipt = SerialNo::new(commands::Register::Receipt, 2026, 8).map(|no| Wanted { no, due_on: "2026-12-04".parse().unwrap() });
        let facts = LetterFacts { facts: Vec::new(), receipt, ..overspent() };
        let letter = Letter::measure(&facts, &Masked::text("收回资金 12,800.00 元")).unwrap();
        insta::assert_snapshot!(letter.subject, @"【处置】YJ2026-000123 超指标支付 · 社保股 · 已批准");
        insta::assert_snapshot!(letter.text, @r"
        国库支付中心请知悉:社保股的这条红灯预警,处置措施已批准:收回资金 12,800.00 元。
        涉及支付业务的,请按此办理,并在 12月4日前签收回执。红灯仍在督促纠正,处理完毕后另行告知。

        超指标支付(ZC08)
        处置已批准 YJ2026-000123

        期限:2026年12月7日 星期一(10 个工作日)
        状态:待纠正
        股室:社保股
        经办:张敏
        乡镇:衡山镇
        金额:12,800.00 元
        条数:共 3 条
        收款人:张*
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        业务日期:2026-11-23
        依据:《预算法》第十三条、第五十七条

        /回执 签收 HZ2026-0008  签收回执
        /预警 详情 YJ2026-000123  查看处置和经过

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        ");
    }

    #[test]
    fn nothing_personal_and_nothing_executable() {
        let hostile = LetterFacts { facts: vec![("<img>".to_owned(), Masked::text("<script>x</script>\r\nBcc: a@b"))], ..overspent() };
        let measured = Letter::measure(&hostile, &Masked::text("<script>"));
        for letter in [Letter::red(&hostile), Letter::turned_red(&hostile), Letter::settled(&hostile, hostile.deadline), measured].map(Result::unwrap) {
            for personal in ["张三", "6217780000000012", "13812345678"] {
                assert!(!format!("{letter:?}").contains(personal), "{personal}");
            }
            assert!(!letter.html.contains("<script") && !letter.html.contains("<img"));
            assert!(!letter.subject.contains(['\n', '\r', '*']));
            let in_both = |label: &str| letter.text.contains(label) && letter.html.contains(label);
            assert!(hostile.rows().iter().all(|(label, _)| in_both(label)));
        }
    }
}
