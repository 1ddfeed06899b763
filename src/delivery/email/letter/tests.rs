//! What a letter says, word by word.

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
        unpublished: None,
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
fn a_deadline_that_is_near_and_one_that_has_passed() {
    let near = LetterFacts { facts: Vec::new(), deadline: "2027-01-04".parse().unwrap(), deadline_days: 1, unpublished: Some(2027), ..overspent() };
    let letter = Letter::chase(&near).unwrap();
    insta::assert_snapshot!(letter.subject, @"【到期提醒】YJ2026-000123 超指标支付 · 社保股 · 1月4日前督促纠正");
    let first = |letter: &Letter| letter.text.lines().take(6).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(first(&letter), @r"
    请在 1月4日前督促纠正,并填写处理单。

    超指标支付(ZC08)
    红灯预警 YJ2026-000123

    期限:2027年1月4日 星期一(1 个工作日,2027年放假安排未公布,按周一至周五计算)
    ");
    let passed = LetterFacts { state: WarningState::YellowOpen, deadline_days: -3, ..overspent() };
    let letter = Letter::chase(&passed).unwrap();
    insta::assert_snapshot!(letter.subject, @"【已超期】YJ2026-000123 超指标支付 · 社保股 · 12月7日到期");
    insta::assert_snapshot!(first(&letter), @r"
    已超期 3 个工作日。请经办尽快核实,并填写处理单;其他收到本邮件的同志请督促。

    超指标支付(ZC08)
    黄灯预警 YJ2026-000123

    期限:2026年12月7日 星期一(已超期 3 个工作日)
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
    for letter in [
        Letter::red(&hostile),
        Letter::turned_red(&hostile),
        Letter::chase(&hostile),
        Letter::settled(&hostile, hostile.deadline),
        Letter::measure(&hostile, &Masked::text("<script>")),
    ]
    .map(Result::unwrap)
    {
        for personal in ["张三", "6217780000000012", "13812345678"] {
            assert!(!format!("{letter:?}").contains(personal), "{personal}");
        }
        assert!(!letter.html.contains("<script") && !letter.html.contains("<img"));
        assert!(!letter.subject.contains(['\n', '\r', '*']));
        let in_both = |label: &str| letter.text.contains(label) && letter.html.contains(label);
        assert!(hostile.rows().iter().all(|(label, _)| in_both(label)));
    }
}
