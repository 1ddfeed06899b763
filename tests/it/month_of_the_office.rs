//! November 2026 in the office: three sections with lights of their own, nine people, at the terminal and in Discord, day by day. What was said, what was
//! seen, what was written and what the journal kept lie beside this file, to be read by whoever wants to know how the office works.

mod protocol;

use commands::Permission::{Approve, Query};
use jingling::store::audit::{Walk, walk};
use serde_json::json;

use crate::discord_out::told;
use crate::harness::{Event, Mail, Mailbox, allocation, office_story, payment};
use protocol::Month;

const SLIP: &str = "编号=1 结论=违规 方式=调阅材料 情况=同一张发票付了两次 材料=支付凭证和发票 违规类型=其他 整改要求=退回多付的款项 整改期限=11月20日";

/// A payment of 社保股 on a day of November.
fn paid(day: u32, voucher: &str, amount: &str) -> Event {
    payment(voucher, amount).with("paid_at", format!("2026-11-{day:02}T09:00:00+08:00"))
}

/// One payment of the same kind as another, to the same account.
fn alike(day: u32, voucher: &str, amount: &str, account: &str) -> Event {
    paid(day, voucher, amount).with("payee_name", "欧阳小满").with("payee_account", account)
}

/// Cash is asked for, to be paid to a unit.
fn asked(day: u32, application: &str, section: &str, allocation: &str) -> Event {
    let data = json!({
        "application_no": application, "requested_at": format!("2026-11-{day:02}T09:00:00+08:00"), "allocation_id": allocation, "amount": "5000.00",
        "settlement": "现金", "payee_name": "霍山县茶叶有限公司", "payee_account": "341599", "purpose": "购茶", "section": section,
    });
    Event::new("payment.requested", data)
}

/// A doubtful payment becomes a red light, and the section's head proposes to take the money back.
async fn the_first_week(month: &mut Month<'_>) {
    for name in ["张敏", "李国强", "王芳", "陈静"] {
        month.joins(name).await;
    }
    month.visits("路人");
    let social = [("ZB-1", "business:social_security", "皖财社〔2026〕18号")];
    let education = [("ZB-2", "business:education", "皖财教〔2026〕31号"), ("ZB-4", "business:education", "皖财教〔2026〕40号")];
    for (id, section, doc_no) in social.into_iter().chain(education).chain([("ZB-3", "agriculture", "皖财农〔2026〕7号")]) {
        let fund = allocation(id, "60000.00").with("section", section).with("doc_no", doc_no);
        month.is_given(fund.with("received_on", "2026-11-02").with("registered_on", "2026-11-02")).await;
    }
    month.until(3, 9, 30).await;
    for voucher in ["PZ-1", "PZ-2"] {
        month.hears(alike(3, voucher, "4800.00", "6217000000017")).await;
    }
    // to who has no part in it there is no such warning
    for (name, line) in [("路人", "/预警 详情 编号=1"), ("王芳", "/预警 详情 编号=1"), ("王芳", "/预警 详情 编号=99")] {
        month.is_turned_away(name, line).await;
    }
    let card = month.card(1);
    month.presses_in_vain("路人", &card, "认领").await;
    month.presses_in_vain("王芳", &card, "认领").await;
    for (name, line) in [("吴凡", "/预警 认领 1"), ("周涛", "/预警 认领 1"), ("孙丽", "/核实 1 正常 电话核实 对象=村会计 时间=今天 情况=属实")]
    {
        month.is_refused(name, line).await;
    }
    month.presses("张敏", 1, "认领").await;
    month.until(4, 15, 0).await;
    month.chats("张敏", &format!("/核实 {SLIP}")).await;
    month.until(5, 9, 0).await;
    month.says("周涛", "/回执 签收 1").await;
    month.chats("李国强", "/处置 收回 编号=1 金额=4800.00 情况=多付款项须收回国库").await;
    month.is_turned_away("李国强", "/审批 同意 编号=1").await;
    month.is_refused("张敏", "/审批 同意 1").await;
    month.until(6, 10, 0).await;
    month.says("郑平", "/我的").await;
    month.says("郑平", "/预警 全文 1 原因=审批处置").await;
    month.says("郑平", "/审批 同意 1").await;
}

/// A rule fires wrongly; somebody is away; two bells ring; the treasury has to be asked twice.
async fn the_second_week(month: &mut Month<'_>) {
    month.until(9, 10, 0).await;
    month.says("张敏", "/请假 登记 11月10日 11月12日 李国强").await;
    month.chats("张敏", "/预警 跟踪 编号=1 情况=已电话督促收款单位退款").await;
    month.hears(paid(9, "PZ-3", "68000.00").with("section", "business:education").with("allocation_id", "ZB-2")).await;
    month.chats("王芳", "/误报 编号=2 原因=追加的指标文件已到尚未登记").await;
    month.is_turned_away("王芳", "/审批 同意 编号=2").await;
    month.until(10, 10, 0).await;
    month.hears(asked(10, "SQ-1", "business:social_security", "ZB-1")).await;
    month.hears(asked(10, "SQ-2", "business:education", "ZB-4")).await;
    month.chats("李国强", "/我的").await;
    month.until(11, 10, 0).await;
    month.says("郑平", "/审批 同意 2").await;
    let added = json!({"allocation_id": "ZB-2", "amount": "90000.00", "adjusted_on": "2026-11-11", "reason": "追加"});
    month.hears_of(Event::new("allocation.adjusted", added)).await;
    let form = month.presses("李国强", 3, "办结").await;
    month.fills("李国强", &form, &[("说明", "已改为转账支付")]).await;
    let transfer = paid(11, "PZ-4", "5000.00").with("section", "business:education").with("allocation_id", "ZB-4").with("application_no", "SQ-2");
    month.hears(transfer.with("payee_name", "霍山县茶叶有限公司").with("payee_account", "341599").with("purpose", "购茶")).await;
    month.until(13, 10, 0).await;
    month.says("周涛", "/回执 列表").await;
    month.says("周涛", "/回执 签收 全部").await;
    let form = month.presses("张敏", 1, "纠正").await;
    month
        .fills(
            "张敏",
            &form,
            &[("纠正日期", "今天"), ("纠正情况", "多付款项已退回国库"), ("督促情况", "电话两次、上门一次"), ("金额", "4800.00"), ("凭证", "TK-1")],
        )
        .await;
}

/// Somebody leaves the office, and their work does not; a lead that nobody sees.
async fn the_third_week(month: &mut Month<'_>) {
    month.until(16, 9, 30).await;
    for voucher in ["PZ-5", "PZ-6"] {
        month.hears(alike(16, voucher, "3600.00", "6217000000025")).await;
    }
    let cash = paid(16, "PZ-7", "5000.00").with("section", "agriculture").with("allocation_id", "ZB-3").with("settlement", "现金");
    month.hears(cash).await;
    month.presses("张敏", 5, "认领").await;
    let old = month.card(5);
    month.presses("陈静", 6, "认领").await;
    month.until(17, 9, 0).await;
    month.chats("李国强", "/权限 撤销 姓名=张敏 原因=调离").await;
    month.is_turned_away("李国强", "/权限 授予 编号=1").await;
    month.says("吴凡", "/权限 授予 1").await;
    // who is gone is a stranger, whatever they had open
    month.presses_in_vain("张敏", &old, "核实").await;
    month.is_turned_away("张敏", "/我的").await;
    month.is_refused("张敏", "/我的").await;
    month.chats("李国强", "/我的").await;
    month.until(18, 10, 0).await;
    month.is_turned_away("王芳", "/线索").await;
    let answer = month.says("王芳", "/线索 报送 内容=\"村会计李有财两次虚报学生人数,附名册\"").await;
    let lead = answer.split_whitespace().find(|word| word.starts_with("XS")).unwrap().chars().take(11).collect::<String>();
    for name in ["陈静", "孙丽", "郑平", "吴凡"] {
        month.is_refused(name, "/线索 列表").await;
        month.is_refused(name, &format!("/线索 查看 {lead}")).await;
    }
    month.until(19, 10, 0).await;
    month.says("纪明", "/我的").await;
    month.says("纪明", &format!("/线索 查看 {lead}")).await;
    month.says("纪明", &format!("/线索 办理 {lead} 结果=已初核,另行立案")).await;
    month.says("王芳", &format!("/线索 查看 {lead}")).await;
    month.conceals(&lead);
}

/// What was left lying is called for, first below and then above.
async fn the_last_days(month: &mut Month<'_>) {
    month.until(24, 15, 0).await;
    month.chats("陈静", "/预警 跟踪 编号=6 情况=已约谈经办单位").await;
    month.until(26, 10, 0).await;
    month.chats("李国强", "/预警 详情 编号=5").await;
    month.chats("李国强", "/核实 编号=5 结论=正常 方式=电话核实 情况=两次分别是两个村的补助 对象=村会计 时间=今天").await;
    let form = month.presses("陈静", 6, "纠正").await;
    month.fills("陈静", &form, &[("纠正日期", "今天"), ("纠正情况", "已改为转账"), ("督促情况", "约谈一次")]).await;
    month.until(27, 10, 0).await;
    month.says("周涛", "/回执 签收 全部").await;
    month.until(30, 17, 31).await;
    month.is_turned_away("李国强", "/月报 汇总 月份=本月").await;
}

/// The letters whose whole text is worth reading.
fn notable(letters: &Mailbox) -> String {
    let worth = [
        "【红灯】",
        "【黄灯转红灯】",
        "【待审批】",
        "【处置】",
        "【已处理】",
        "【催收回执】",
        "【权限申请待授权】",
        "【权限申请已办结】",
        "【新的线索】",
        "【已超期】",
        "【流水链头】",
    ];
    let first = |subject: &&str| letters.all().iter().find(|mail| mail.subject.starts_with(subject));
    let text = |mail: &Mail| format!("== {}  {}\n{}\n", mail.to, mail.subject, without_head(&mail.text));
    worth.iter().map(|subject| text(first(subject).unwrap())).collect()
}

/// The head of the chain differs each time.
fn without_head(text: &str) -> String {
    text.lines().map(|line| if line.starts_with("链头:") { "链头:…" } else { line }).collect::<Vec<_>>().join("\n")
}

/// Compared with what lies beside this file, the same for both databases.
fn is(name: &str, what: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("month_of_the_office");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, what));
}

office_story!(a_month_of_the_office, from "2026-11-02T09:00:00+08:00", async |office| {
    office.hires("郑平", "leadership", &[Query, Approve], "zhengping").await;
    office.hires("纪明", "discipline", &[Query], "jiming").await;
    let mut month = Month::begin(office).await;
    the_first_week(&mut month).await;
    the_second_week(&mut month).await;
    the_third_week(&mut month).await;
    the_last_days(&mut month).await;
    is("said", month.told());
    let channels = ["社保股", "教科文股", "公共"].map(|name| format!("# {name}\n{}", told(&month.discord.messages(name))));
    is("channels", &channels.join("\n\n"));
    let letters = month.letters().await;
    is("letters", &letters.list());
    is("notable_letters", &notable(&letters));
    let summary = month.office.says("陈静", "/月报 汇总").await;
    assert!(summary.contains("核对:逐股室、逐灯相符。"), "{summary}");
    is("summary", &summary);
    is("lights", &month.office.lights().await.join("\n"));
    is("journal", &month.journal().await);
    // a lead is in no letter's subject, in no channel and in nobody's export; and the chain reaches the head that was mailed last
    for seen in [channels.join(""), letters.list(), month.journal().await] {
        assert!(!seen.contains("李有财") && !seen.contains("XS2026"), "{seen}");
    }
    let last = letters.of("sunli@huoshan.example").into_iter().rfind(|mail| mail.subject.starts_with("【流水链头】")).unwrap();
    let (seq, hash) = last.text.lines().find_map(|line| line.strip_prefix("链头:")?.split_once(':')).unwrap();
    let head = (seq.parse().unwrap(), hash.to_owned());
    assert!(matches!(walk(month.office.store(), Some(&head), |_| ()).await.unwrap(), Walk::Whole { .. }));
});
