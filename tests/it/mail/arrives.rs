//! What arrives, and how a person sees it.

use std::collections::BTreeSet;

use jingling::config::smtp::Security;
use jingling::delivery::email::compose;
use jingling::store::delivery::{Channel, Claimed};
use jingling::store::letterhead::Letterhead;
use proptest::prelude::*;

use super::{overspends, troubles};
use crate::harness::{Mail, MailServer, Mood, allocation, office_story, payment};

office_story!(a_red_light_arrives_by_the_mail_server, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    overspends(office, 1).await;
    office.wait_until_sent().await;
    let mailbox = server.mailbox();
    insta::assert_snapshot!(mailbox.list(), @r"
    liguoqiang@huoshan.example  【红灯】YJ2026-000001 超指标支付 · 社保股 · 12月7日前纠正
    zhangmin@huoshan.example  【红灯】YJ2026-000001 超指标支付 · 社保股 · 12月7日前纠正
    ");
    let mail = mailbox.of("zhangmin@huoshan.example")[0];
    assert_eq!((mail.from.as_str(), mail.to_name.as_str()), ("霍山县财政局警铃 <jingling@huoshan.example>", "张敏"));
    insta::assert_snapshot!(mail.text, @r"
    请在 12月7日前督促纠正,并填写处理单。

    超指标支付(ZC08)
    红灯预警 YJ2026-000001

    期限:2026年12月7日 星期一(10 个工作日)
    状态:待纠正
    股室:社保股
    经办:张敏
    乡镇:佛子岭镇
    金额:4,800.00 元
    收款人:欧* ****4567
    凭证号:PZ-1
    指标文号:皖财办〔2026〕18号
    业务日期:2026-11-23
    依据:《中华人民共和国预算法》第十三条、第五十七条

    规则看到的
    指标编号:ZB-1
    类型:正常
    支付净额:4,800.00
    所属指标.存在:是
    指标内支付.金额:4,800.00
    所属指标.金额:100.00
    支出类:正常、更正

    /纠正 YJ2026-000001  登记纠正情况
    /预警 详情 YJ2026-000001  查看证据和经过

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    for told in ["请在 <strong>12月7日前</strong>督促纠正", "超指标支付(ZC08)", "4,800.00 元", "佛子岭镇", "color-scheme"] {
        assert!(mail.html.contains(told), "{told}: {}", mail.html);
    }
    assert!(!mail.html.contains("http") && !mail.html.contains("<img") && !mail.html.contains("<style"), "nothing is fetched from elsewhere");
    let headers = ["Date", "List-Id", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version"].map(|name| format!("{name}: {}", mail.header(name)));
    insta::assert_snapshot!(headers.join("\n"), @r"
    Date: Mon, 23 Nov 2026 02:00:00 +0000
    List-Id: <jingling-1.huoshan.example>
    Auto-Submitted: auto-generated
    X-Auto-Response-Suppress: All
    MIME-Version: 1.0
    ");
    for mail in mailbox.all() {
        for personal in ["欧阳", "6217003810001234567", "张敏", "李国强"] {
            assert!(!mail.subject.contains(personal), "{personal} stands in a subject");
        }
        for personal in ["欧阳小满", "6217003810001234567"] {
            assert!(!format!("{mail:?}").contains(personal), "{personal} stands in a letter");
        }
        assert!(mail.message_id.ends_with("@huoshan.example>"), "{}", mail.message_id);
    }
    assert_eq!(troubles(office).await, "ready\n");
    assert_eq!(office.says("吴凡", "/投递 列表").await.matches("邮件 已送达 2 件").count(), 1);
});

office_story!(the_letters_about_one_warning_lie_together, async |office| {
    let server = MailServer::open(Security::Tls).await;
    office.posts_by(&server).await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for (voucher, account) in [("PZ-1", "6217000001"), ("PZ-2", "6217000001"), ("PZ-3", "6217000002"), ("PZ-4", "6217000002")] {
        office.pays(payment(voucher, "4800.00").with("payee_account", account)).await;
    }
    office.wait_until_sent().await;
    assert!(server.mailbox().all().is_empty(), "yellow lights are told in chat");
    for no in [1, 2] {
        let slip = "违规 调阅材料 情况=同一张发票付了两次 材料=发票 违规类型=其他 整改要求=退回 整改期限=12-7";
        office.says("张敏", &format!("/核实 {no} {slip}")).await;
        office.wait_until_sent().await;
        office.says("张敏", &format!("/纠正 {no} 今天 情况=已退回国库 督促=电话督促 金额=4800.00 凭证=TK-{no}")).await;
        office.wait_until_sent().await;
    }
    let mailbox = server.mailbox();
    insta::assert_snapshot!(mailbox.list(), @r"
    liguoqiang@huoshan.example  【红灯】YJ2026-000001 疑似重复支付 · 社保股 · 12月7日前纠正
    zhangmin@huoshan.example  【红灯】YJ2026-000001 疑似重复支付 · 社保股 · 12月7日前纠正
    zhoutao@huoshan.example  【黄灯转红灯】YJ2026-000001 疑似重复支付 · 社保股 · 12月7日前纠正
    zhoutao@huoshan.example  【已处理】YJ2026-000001 疑似重复支付 · 社保股 · 已纠正
    liguoqiang@huoshan.example  【红灯】YJ2026-000002 疑似重复支付 · 社保股 · 12月7日前纠正
    zhangmin@huoshan.example  【红灯】YJ2026-000002 疑似重复支付 · 社保股 · 12月7日前纠正
    zhoutao@huoshan.example  【黄灯转红灯】YJ2026-000002 疑似重复支付 · 社保股 · 12月7日前纠正
    zhoutao@huoshan.example  【已处理】YJ2026-000002 疑似重复支付 · 社保股 · 已纠正
    ");
    let ids: BTreeSet<&str> = mailbox.all().iter().map(|mail| mail.message_id.as_str()).collect();
    assert_eq!(ids.len(), mailbox.all().len(), "every letter has an id of its own");
    let treasury = mailbox.of("zhoutao@huoshan.example");
    for pair in treasury.chunks(2) {
        assert_eq!(pair[0].in_reply_to, "", "the first letter answers none");
        assert_eq!(pair[1].in_reply_to, pair[0].message_id);
        assert_eq!(pair[1].references.last(), Some(&pair[0].message_id));
    }
    let of = |no: &str| mailbox.all().iter().filter(|mail| mail.subject.contains(no)).collect::<Vec<_>>();
    let (one, other) = (of("YJ2026-000001"), of("YJ2026-000002"));
    assert!(one.iter().all(|mail| mail.is_threaded_with(one[0])) && other.iter().all(|mail| mail.is_threaded_with(other[0])));
    assert!(one.iter().all(|mail| other.iter().all(|stranger| !mail.is_threaded_with(stranger))));
    insta::assert_snapshot!(treasury[0].text, @r"
    国库支付中心请知悉:社保股已核实为违规,转为红灯,正督促在 12月7日前纠正。
    如有同一指标或同一收款人的待支付业务,请留意。请在 11月26日前签收回执,不需要填写处理单,纠正后另行告知。

    疑似重复支付(ZC09)
    黄灯转红灯 YJ2026-000001

    期限:2026年12月7日 星期一(10 个工作日)
    状态:待纠正
    股室:社保股
    经办:张敏
    金额:4,800.00 元
    凭证号:PZ-2
    指标文号:皖财办〔2026〕18号
    业务日期:2026-11-23
    依据:《扶贫资金动态监控平台内部工作规程》第一部分(一)2:支付符合财政国库管理制度

    规则看到的
    指标编号:ZB-1
    类型:正常
    支付金额:4,800.00
    支付净额:4,800.00
    支付日期:2026-11-23
    相同支付.不同(凭证号):2
    间隔:7
    支出类:正常、更正

    /回执 签收 HZ2026-0001  签收回执
    /预警 详情 YJ2026-000001  查看证据和经过

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
    insta::assert_snapshot!(treasury[1].text, @r"
    国库支付中心请知悉:社保股已于 11月23日处理完毕,结果为:已纠正。
    请在 11月26日前签收回执,不需要其他办理。

    疑似重复支付(ZC09)
    已处理 YJ2026-000001

    状态:已纠正
    股室:社保股
    经办:张敏
    金额:4,800.00 元
    凭证号:PZ-2
    指标文号:皖财办〔2026〕18号
    业务日期:2026-11-23
    依据:《扶贫资金动态监控平台内部工作规程》第一部分(一)2:支付符合财政国库管理制度

    /回执 签收 HZ2026-0002  签收回执
    /预警 详情 YJ2026-000001  查看处理单和经过

    姓名、证件号、账号已隐去一部分,全文请在单位内部系统查看。本邮件由警铃自动发出,请勿回复。
    ");
});

office_story!(every_way_of_encrypting_and_signing_in, async |office| {
    for (n, (security, mechanisms)) in
        [(Security::Starttls, "LOGIN"), (Security::Tls, "PLAIN"), (Security::Tls, "LOGIN"), (Security::Plain, "")].into_iter().enumerate()
    {
        let server = MailServer::open(security).await;
        server.offers(mechanisms);
        office.posts_by(&server).await;
        if mechanisms.is_empty() {
            office.config.mail.smtp.user = String::new();
            office.config.mail.smtp.password = None;
            office.restart().await;
        }
        overspends(office, n).await;
        office.wait_until_sent().await;
        assert_eq!(server.mailbox().all().len(), 2, "{security:?} {mechanisms}");
    }
});

office_story!(letters_that_follow_each_other_share_a_connection, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    // all of them wait when the worker looks
    server.is(Mood::Slow);
    for n in 1..=10 {
        overspends(office, n).await;
    }
    office.wait_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 20);
    assert!(server.connections() <= 5, "{} connections for 20 letters", server.connections());
});

/// A letter as the outbox has it, of these names.
fn owed(kind: &str, rule_name: &str, section: &str) -> Claimed {
    let payload = serde_json::json!({
        "kind": kind, "basis": "《预算法》", "facts": [], "payee": null,
        "card": {
            "occasion": "fired", "at": "2026-11-23T02:00:00Z", "no": 2_026_000_001, "state": "red_open", "rule": "ZC08", "rule_name": rule_name,
            "category": "支出管理", "section": section, "town": null, "voucher_no": null, "doc_no": null, "date": null, "amount": null, "items": 1,
            "due_on": "2026-12-07", "working_days": 10, "handler": null,
        },
    });
    let recipient = "zhangmin@huoshan.example".to_owned();
    let queued_at = "2026-11-23T02:00:00Z".parse().unwrap();
    Claimed { seq: 7, n: 1, channel: Channel::Email, recipient, payload: payload.to_string(), queued_at, attempts: 1, failed: false, warning: None, urgency: 0 }
}

proptest! {
    #[test]
    fn every_name_arrives_as_it_was_written(
        rule in "[\u{4e00}-\u{9fa5}][\u{4e00}-\u{9fa5}\u{20000}-\u{2a6d6}a-zA-Z·、()《》=?_ ]{0,27}[\u{4e00}-\u{9fa5}]",
        section in "[\u{4e00}-\u{9fa5}]{2,20}",
        sender in "[\u{4e00}-\u{9fa5}]{1,40}",
        receiver in "[\u{4e00}-\u{9fa5}\u{20000}-\u{2a6d6}]{2,20}",
        kind in prop::sample::select(vec!["red", "turned_red", "settled"]),
    ) {
        let rule = rule.split_whitespace().collect::<Vec<_>>().join(" ");
        let from = format!("{sender} <jingling@huoshan.example>").parse().unwrap();
        let head = Letterhead { name: Some(receiver.clone()), first: None };
        let message = compose(1, &from, &owed(kind, &rule, &section), head).unwrap().formatted();
        let letter = String::from_utf8(message).unwrap();
        prop_assert!(letter.is_ascii(), "no server has to know more");
        let (header, _) = letter.split_once("\r\n\r\n").unwrap();
        // an address is never broken, so its line alone may be longer
        prop_assert!(header.split("\r\n").all(|line| line.len() <= if line.ends_with(".example>") { 150 } else { 78 }), "{header}");
        prop_assert!(letter.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
        let mail = Mail::parse(&letter);
        prop_assert!(mail.subject.contains(&rule) && mail.subject.contains(&section), "{} {rule} {section}", mail.subject);
        prop_assert_eq!(mail.from, format!("{sender} <jingling@huoshan.example>"));
        prop_assert_eq!(mail.to_name, receiver);
    }
}
