//! The letters (邮件正文): a red light to its handler, and the two notices to 国库支付中心 (regulation part 2 (四): 及时反馈).

use askama::Template;
use chrono::{Datelike, NaiveDate};

use super::Masked;
use crate::domain::{DocNo, Level, Money, RuleCode, RuleName, SectionName, TownName, VoucherNo, WarningNo, WarningState};

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
    /// The level it was lit at, or rose to.
    pub level: Level,
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
    /// 收款人
    pub payee: Option<Masked>,
    /// 期限, the last local day.
    pub deadline: NaiveDate,
    /// Working days it was given.
    pub deadline_days: u32,
    /// 规则依据, the clause.
    pub basis: Masked,
    /// Evidence and slip, label and text, in order.
    pub facts: Vec<(String, Masked)>,
}

impl LetterFacts {
    /// `12月7日`.
    fn deadline_day(&self) -> String {
        day(self.deadline)
    }

    /// Label and text of everything known, in the order people read.
    fn rows(&self) -> Vec<(&str, String)> {
        let known = [
            ("预警编号", Some(self.no.to_string())),
            ("预警规则", Some(format!("{} {}", self.rule_code, self.rule_name))),
            ("预警级别", Some(self.level.title().to_owned())),
            ("状态", Some(self.state.name().to_owned())),
            ("股室", Some(self.section.to_string())),
            ("乡镇", self.town.as_ref().map(TownName::to_string)),
            ("凭证号", self.voucher.as_ref().map(|no| Masked::text(no.as_str()).to_string())),
            ("指标文号", self.doc_no.as_ref().map(|no| Masked::text(no.normal()).to_string())),
            ("日期", self.date.map(|date| date.to_string())),
            ("金额", self.amount.map(|amount| format!("{amount} 元"))),
            ("收款人", self.payee.as_ref().map(Masked::to_string)),
            ("期限", self.state.is_open().then(|| format!("{}({} 个工作日)", self.deadline, self.deadline_days))),
            ("依据", Some(self.basis.to_string())),
        ];
        let known = known.into_iter().filter_map(|(label, text)| Some((label, text?)));
        known.chain(self.facts.iter().map(|(label, text)| (label.as_str(), text.to_string()))).collect()
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

    fn of(subject: &impl Template, text: &impl Template, html: &impl Template) -> askama::Result<Letter> {
        Ok(Letter { subject: subject.render()?, text: text.render()?, html: html.render()? })
    }
}

fn day(date: NaiveDate) -> String {
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
            level: Level::Red,
            state: WarningState::RedOpen,
            section: SectionName::new("社保股").unwrap(),
            town: Some(TownName::new("衡山镇").unwrap()),
            voucher: Some(VoucherNo::new("ZF202611230001").unwrap()),
            doc_no: Some(DocNo::new("霍财办(2018]164号")),
            date: "2026-11-23".parse().ok(),
            amount: Money::from_fen(1_280_000).ok(),
            payee: Some(Masked::payee("张三")),
            deadline: "2026-12-07".parse().unwrap(),
            deadline_days: 10,
            basis: Masked::text("《预算法》第十三条、第五十七条"),
            facts: vec![
                ("收款账号".to_owned(), Masked::account("6217780000000012")),
                ("指标余额".to_owned(), Masked::text("0.00 元")),
                ("用途".to_owned(), Masked::text("<b>补助</b> 13812345678")),
            ],
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
        insta::assert_snapshot!(letter.text, @r##"
        红灯预警 YJ2026-000123:超指标支付(ZC08)

        这一事项亮了红灯。请督促有关单位在 12月7日前纠正,并如实填写处理单。

        预警编号:YJ2026-000123
        预警规则:ZC08 超指标支付
        预警级别:红灯预警
        状态:待纠正
        股室:社保股
        乡镇:衡山镇
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        日期:2026-11-23
        金额:12,800.00 元
        收款人:张*
        期限:2026-12-07(10 个工作日)
        依据:《预算法》第十三条、第五十七条
        收款账号:****0012
        指标余额:0.00 元
        用途:(含电话号码,请在单位内部系统查看)

        下一步:核对情况后,用 /纠正 YJ2026-000123 登记纠正情况;查看全部证据用 /预警 详情 YJ2026-000123。

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        "##);
        insta::assert_snapshot!(unstyled(&letter.html), @r##"
        <!DOCTYPE html>
        <html lang="zh-CN">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>红灯预警 YJ2026-000123</title></head>
        <body>
        <div>
        <h1>🔴 超指标支付(ZC08)</h1>
        <p>这一事项亮了红灯。请督促有关单位在 <strong>12月7日前</strong>纠正,并如实填写处理单。</p>
        <table>
        <tr><th>预警编号</th><td>YJ2026-000123</td></tr>
        <tr><th>预警规则</th><td>ZC08 超指标支付</td></tr>
        <tr><th>预警级别</th><td>红灯预警</td></tr>
        <tr><th>状态</th><td>待纠正</td></tr>
        <tr><th>股室</th><td>社保股</td></tr>
        <tr><th>乡镇</th><td>衡山镇</td></tr>
        <tr><th>凭证号</th><td>ZF202611230001</td></tr>
        <tr><th>指标文号</th><td>霍财办〔2018〕164号</td></tr>
        <tr><th>日期</th><td>2026-11-23</td></tr>
        <tr><th>金额</th><td>12,800.00 元</td></tr>
        <tr><th>收款人</th><td>张*</td></tr>
        <tr><th>期限</th><td>2026-12-07(10 个工作日)</td></tr>
        <tr><th>依据</th><td>《预算法》第十三条、第五十七条</td></tr>
        <tr><th>收款账号</th><td>****0012</td></tr>
        <tr><th>指标余额</th><td>0.00 元</td></tr>
        <tr><th>用途</th><td>(含电话号码,请在单位内部系统查看)</td></tr>
        </table>
        <p><strong>下一步</strong>:核对情况后,用 <code>/纠正 YJ2026-000123</code> 登记纠正情况;查看全部证据用 <code>/预警 详情 YJ2026-000123</code>。</p>
        <p>姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。</p>
        </div>
        </body>
        </html>
        "##);
    }

    #[test]
    fn a_yellow_light_turned_red() {
        let letter = Letter::turned_red(&overspent()).unwrap();
        insta::assert_snapshot!(letter.subject, @"【黄灯转红灯】YJ2026-000123 超指标支付 · 社保股 · 12月7日前纠正");
        insta::assert_snapshot!(letter.text, @r##"
        黄灯转红灯 YJ2026-000123:超指标支付(ZC08)

        国库支付中心:

        社保股已将这一事项由黄灯转为红灯,现予反馈。社保股正督促有关单位在 12月7日前纠正,纠正后另行告知。

        预警编号:YJ2026-000123
        预警规则:ZC08 超指标支付
        预警级别:红灯预警
        状态:待纠正
        股室:社保股
        乡镇:衡山镇
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        日期:2026-11-23
        金额:12,800.00 元
        收款人:张*
        期限:2026-12-07(10 个工作日)
        依据:《预算法》第十三条、第五十七条
        收款账号:****0012
        指标余额:0.00 元
        用途:(含电话号码,请在单位内部系统查看)

        下一步:不需要您填写处理单。如有同一指标或同一收款人的待支付业务,请留意。查看情况用 /预警 详情 YJ2026-000123。

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        "##);
    }

    #[test]
    fn a_warning_settled() {
        let facts =
            LetterFacts { state: WarningState::GreenCorrected, facts: vec![("纠正情况".to_owned(), Masked::text("多付的已退回"))], ..overspent() };
        let letter = Letter::settled(&facts, "2026-12-01".parse().unwrap()).unwrap();
        insta::assert_snapshot!(letter.subject, @"【已处理】YJ2026-000123 超指标支付 · 社保股 · 已纠正");
        insta::assert_snapshot!(letter.text, @r##"
        已处理 YJ2026-000123:超指标支付(ZC08)

        国库支付中心:

        社保股已于 12月1日处理完这一事项,结果为:已纠正。现予反馈。

        预警编号:YJ2026-000123
        预警规则:ZC08 超指标支付
        预警级别:红灯预警
        状态:已纠正
        股室:社保股
        乡镇:衡山镇
        凭证号:ZF202611230001
        指标文号:霍财办〔2018〕164号
        日期:2026-11-23
        金额:12,800.00 元
        收款人:张*
        依据:《预算法》第十三条、第五十七条
        纠正情况:多付的已退回

        下一步:请知悉,不需要其他办理。查看处理单用 /预警 详情 YJ2026-000123。

        姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
        "##);
    }

    #[test]
    fn nothing_personal_and_nothing_executable() {
        let hostile = LetterFacts { facts: vec![("<img>".to_owned(), Masked::text("<script>x</script>\r\nBcc: a@b"))], ..overspent() };
        for letter in [Letter::red(&hostile), Letter::turned_red(&hostile), Letter::settled(&hostile, hostile.deadline)].map(Result::unwrap) {
            for personal in ["张三", "6217780000000012", "13812345678"] {
                assert!(!format!("{letter:?}").contains(personal), "{personal}");
            }
            assert!(!letter.html.contains("<script") && !letter.html.contains("<img"));
            assert!(!letter.subject.contains(['\n', '\r', '*']));
            let in_both = |label: &str| letter.text.contains(label) && letter.html.contains(label);
            assert!(hostile.rows().iter().filter(|(label, _)| *label != "<img>").all(|(label, _)| in_both(label)));
        }
    }
}
