//! `/我的` and lists in pages; for 领导小组办公室 what is overdue in the whole bureau.

use super::{HEAD, it_is};
use crate::harness::{allocation, office_story, payment};

office_story!(what_does_not_fit_a_message_stands_on_the_next_page, async |office| {
    office.hires("马骏", "lead_office", HEAD, "majun").await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let twice = |n: u32| ["a", "b"].map(|half| payment(&format!("PZ-{n}{half}"), "10.00").with("payee_account", format!("62170000{n}")).text());
    let lines: Vec<String> = (10..32).flat_map(twice).collect();
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    assert_eq!(office.sends(batch).await.status, 200);
    assert_eq!(office.lights().await.len(), 22);
    let first = office.says("张敏", "/我的").await;
    assert_eq!((first.lines().count(), first.lines().last().unwrap()), (22, "共 22 条,第 1 页,共 2 页。看下一页请加 页=2。"));
    let second = office.says("张敏", "/我的 页=2").await;
    assert_eq!((second.lines().count(), second.lines().last().unwrap()), (4, "共 22 条,第 2 页,共 2 页。"));
    assert!(second.lines().all(|line| line.starts_with("以后") || !first.contains(line)), "each stands on one page");
    assert_eq!(office.says("张敏", "/我的 页=3").await, "没有第 3 页。共 22 条,2 页。");
    assert!(office.says("张敏", "/我的 页=0").await.starts_with("页应是 1 到 9999 的数字,例如 页=2。"));
    let listed = office.says("张敏", "/预警 列表 页=2").await;
    assert_eq!(listed.lines().last().unwrap(), "共 22 条,第 2 页,共 2 页。可加 级别=红灯、状态=超期、股室=… 缩小范围。");
    assert_eq!(listed.lines().count(), 8);
    assert_eq!(office.says("马骏", "/我的").await, "您手上没有待办的预警。");
    it_is(office, "2026-12-03T10:00");
    insta::assert_snapshot!(office.says("马骏", "/我的").await, @r"
    全局超期
    社保股  22 条  最久的超期 3 个工作日
    用 /预警 列表 超期 股室=… 查看。
    ");
    assert!(office.says("张敏", "/我的").await.starts_with("已超期\n🟡 "));
});
