//! Once a year each section's head confirms who holds what.

use chrono::TimeDelta;
use commands::Permission::{Approve, Query};

use super::enters;
use crate::harness::{Office, office_story};

/// Sections whose review is not confirmed, as 财政信息中心 sees them.
async fn waiting(office: &Office) -> usize {
    office.says("吴凡", "/权限 列表 待年审").await.matches(" 年审 ").count()
}

office_story!(heads_are_asked_once_a_year_and_whoever_has_not_answered_is_seen, async |office: &mut Office| {
    enters(office, "马局长", "leadership", &[Query, Approve]).await;
    office.jobs().await;
    assert_eq!((waiting(office).await, office.says("李国强", "/权限 年审 确认").await.as_str()), (0, "现在没有等您确认的年审。"));
    office.wind(TimeDelta::days(8));
    office.jobs().await;
    assert_eq!(waiting(office).await, 9);
    office.jobs().await;
    office.restart().await;
    assert_eq!(waiting(office).await, 9, "begun once");
    insta::assert_snapshot!(office.says("李国强", "/我的").await, @r"
    另外要办
    QX2026-0004 用户权限年审待您确认:/权限 年审 确认  期限 12月15日
    ");
    let mailbox = office.mailbox().await;
    let mail = mailbox.of("liguoqiang@huoshan.example");
    assert_eq!(mail.iter().map(|mail| mail.subject.as_str()).collect::<Vec<_>>(), ["【用户权限年审】QX2026-0004 社保股 · 12月15日前"]);
    assert!(mail[0].text.contains("张敏") && mail[0].text.contains("查询、处置"), "{}", mail[0].text);
    insta::assert_snapshot!(office.says("李国强", "/权限 年审 确认").await, @"已确认社保股的用户权限清单。");
    insta::assert_snapshot!(office.says("陈静", "/权限 清单").await, @r"
    姓名    股室          职务    权限                  从何时起    最近办事
    张敏    社保股        科员    查询、处置            2026-11-23  —
    李国强  社保股        股长    查询、处置、审批      2026-11-23  2026-12-01
    王芳    教科文股      科员    查询、处置            2026-11-23  —
    陈静    农业股        股长    查询、处置、汇总      2026-11-23  —
    刘洋    预算股        科员    查询、处置            2026-11-23  —
    孙丽    财监股        科员    查询                  2026-11-23  —
    周涛    国库支付中心  科员    查询                  2026-11-23  —
    吴凡    财政信息中心  工程师  用户管理              2026-11-23  —
    赵刚    评审中心      科员    查询、处置、规则管理  2026-11-23  —
    马局长  局党组                查询、审批            2026-11-23  —
    还没有年审:农业股、预算股、教科文股、财政信息中心、局党组、评审中心、财监股、国库支付中心。
    ");
    // sections without a head are the bureau leader's
    insta::assert_snapshot!(office.says("马局长", "/权限 年审 确认").await, @"已确认国库支付中心、财监股、评审中心、局党组、财政信息中心、教科文股、预算股、农业股的用户权限清单。");
    assert_eq!(waiting(office).await, 0);
    // the service slept through the next one: made up for, once
    office.stop().await;
    office.wind(TimeDelta::days(400));
    office.start().await;
    assert_eq!(waiting(office).await, 9);
    assert!(office.says("李国强", "/我的").await.contains("QX2028-"), "{}", office.says("李国强", "/我的").await);
});
