//! Who is away has a stand-in: what is open goes over, what comes goes there, what is left comes back.

use commands::Permission::{Handle, Query};

use super::{HEAD, it_is, pays_again, pays_twice, said_since};
use crate::harness::{Office, office_story};

async fn handlers(office: &Office) -> String {
    let rows = office.store().db.fetch("SELECT w.no, s.name FROM warning w JOIN staff s ON s.id = w.handler ORDER BY w.no", Vec::new()).await.unwrap();
    rows.iter().map(|row| format!("{} {}", row.int(0).unwrap() % 1000, row.text(1).unwrap())).collect::<Vec<_>>().join(", ")
}

office_story!(what_somebody_away_has_to_do_goes_to_the_stand_in_and_comes_back, async |office| {
    pays_twice(office).await;
    insta::assert_snapshot!(office.says("张敏", "/请假 登记 明天 11月26日 李国强").await, @"已登记 QJ2026-0001:@张敏 11月24日至11月26日请假,由 @李国强 代办。");
    insta::assert_snapshot!(office.says("李国强", "/我的").await, @r"
    另外要办
    11月24日至11月26日为 @张敏 代理(QJ2026-0001)
    ");
    office.jobs().await;
    assert_eq!(handlers(office).await, "1 张敏");
    let before = office.chat().await;
    it_is(office, "2026-11-24T00:30");
    office.jobs().await;
    office.jobs().await;
    insta::assert_snapshot!(said_since(office, &before).await, @r"
    🟡 代办黄灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(4 个工作日)  状态 待核实  经办 @李国强
    ");
    // what comes meanwhile falls to the stand-in at once, and so does what is handed to whoever is away
    pays_again(office, "PZ-7").await;
    assert_eq!(handlers(office).await, "1 李国强, 2 李国强");
    insta::assert_snapshot!(office.says("李国强", "/我的").await, @r"
    以后到期
    🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 11月30日  待核实  代 @张敏 办理
    🟡 YJ2026-000002 疑似重复支付(ZC09)  社保股  500.00 元  期限 12月1日  待核实  代 @张敏 办理
    另外要办
    11月24日至11月26日为 @张敏 代理(QJ2026-0001)
    ");
    office.says("李国强", "/核实 2 正常 电话核实 对象=村会计 时间=今天 情况=属实").await;
    pays_again(office, "PZ-9").await;
    office.says("李国强", "/预警 转办 3 王芳 原因=属教科文股").await;
    office.says("王芳", "/预警 转办 3 张敏 原因=属社保股").await;
    office.jobs().await;
    assert_eq!(handlers(office).await, "1 李国强, 2 李国强, 3 李国强");
    insta::assert_snapshot!(office.says("张敏", "/请假 列表").await, @"QJ2026-0001 11月24日至11月26日  社保股 @张敏  由 @李国强 代办");
    it_is(office, "2026-11-27T00:01");
    office.jobs().await;
    office.jobs().await;
    assert_eq!(handlers(office).await, "1 张敏, 2 李国强, 3 张敏", "what was answered stays with whoever answered it");
    assert_eq!(office.says("张敏", "/请假 列表").await, "现在和以后都没有人请假。");
    assert_eq!(office.says("张敏", "/请假 取消 1").await, "QJ2026-0001 已经结束,不用取消。");
    let told = office.says("张敏", "/预警 详情 1").await;
    let history: Vec<&str> = told.lines().filter(|line| line.starts_with("   11-")).collect();
    insta::assert_snapshot!(history.join("\n"), @r"
       11-23 10:00 触发(🟡 待核实)
       11-24 00:30 转由代理人代办(🟡 待核实)
       11-27 00:01 代办结束,交回(🟡 待核实)
    ");
    assert!(office.says("陈静", "/月报 汇总").await.contains("核对:逐股室、逐灯相符。"));
});

office_story!(leave_that_has_begun_takes_effect_at_once_and_may_be_cut_short, async |office| {
    pays_twice(office).await;
    insta::assert_snapshot!(office.says("李国强", "/请假 登记 今天 11月26日 李国强 人员=张敏").await, @"已登记 QJ2026-0001:@张敏 11月23日至11月26日请假,由 @李国强 代办。手上的 1 条预警已转给代理人。");
    assert_eq!(handlers(office).await, "1 李国强");
    assert_eq!(office.says("王芳", "/请假 取消 1").await, "没有 QJ2026-0001 这次请假,或者它不归您取消。用 /请假 列表 查看。");
    insta::assert_snapshot!(office.says("张敏", "/请假 取消 1").await, @"QJ2026-0001 已取消,1 条预警已交回。");
    assert_eq!(office.says("张敏", "/请假 取消 1").await, "QJ2026-0001 已经取消。");
    assert_eq!(handlers(office).await, "1 张敏");
    pays_again(office, "PZ-7").await;
    assert_eq!(handlers(office).await, "1 张敏, 2 张敏");
});

office_story!(after_weeks_of_standing_still_leave_that_is_past_moves_nothing, async |office| {
    pays_twice(office).await;
    office.says("张敏", "/请假 登记 明天 11月26日 李国强").await;
    office.stop().await;
    it_is(office, "2026-12-21T08:00");
    office.start().await;
    assert_eq!(handlers(office).await, "1 张敏");
    assert_eq!(office.says("张敏", "/请假 列表").await, "现在和以后都没有人请假。");
});

office_story!(leave_that_cannot_be_is_refused_with_what_to_do, async |office| {
    office.hires("何伟", "business:social_security", &[Query, Handle], "hewei").await;
    office.hires("钱进", "business:economy", HEAD, "qianjin").await;
    assert_eq!(office.says("张敏", "/请假 登记 11月30日 12月4日 何伟").await, "已登记 QJ2026-0001:@张敏 11月30日至12月4日请假,由 @何伟 代办。");
    let before = office.journal().await;
    for (name, line, answer) in [
        ("张敏", "/请假 登记 12月4日 11月30日 李国强", "最后一天 2026-11-30 早于第一天 2026-12-04。请改正;跨年的日期请写上年份。"),
        ("张敏", "/请假 登记 11月20日 11月30日 李国强", "第一天 2026-11-20 已经过去,不能早于今天 2026-11-23。跨年的日期请写上年份。"),
        ("张敏", "/请假 登记 12月4日 12月8日 李国强", "@张敏 11月30日至12月4日已登记请假(QJ2026-0001),与这次重叠。要改的话,先用 /请假 取消 QJ2026-0001。"),
        ("张敏", "/请假 登记 12月7日 12月8日 张敏", "代理人不能是请假的本人。请写一位同事。"),
        ("张敏", "/请假 登记 12月7日 12月8日 王五", "没有叫“王五”的同事。请写登记的姓名。"),
        ("张敏", "/请假 登记 12月7日 12月8日 孙丽", "@孙丽 没有“处置”权限,不能代理。请换一位同事,或先找财政信息中心开通权限。"),
        ("张敏", "/请假 登记 12月7日 12月8日 王芳", "代理人应是社保股有“处置”权限的同事。"),
        ("李国强", "/请假 登记 12月1日 12月1日 张敏", "@张敏 11月30日至12月4日也请假,不能代理。请换一位同事。"),
        ("何伟", "/请假 登记 12月3日 12月9日 李国强", "@何伟 11月30日至12月4日为 @张敏 代理(QJ2026-0001)。请先由 @张敏 取消后另找代理人登记,再登记这次请假。"),
        ("何伟", "/请假 登记 12月7日 12月8日 李国强 人员=张敏", "只有股室负责人(有“审批”权限)可以替本股室的人登记请假。"),
        ("李国强", "/请假 登记 12月7日 12月8日 李国强 人员=王芳", "只有股室负责人(有“审批”权限)可以替本股室的人登记请假。"),
        ("钱进", "/请假 登记 12月7日 12月8日 王芳", "本股室没有别人能代理时,由农业股的人代理。"),
        ("孙丽", "/请假 登记 12月7日 12月8日 王芳", "这个命令需要“处置”权限。如需开通,请按附件3的申请表找财政信息中心办理。"),
        ("王芳", "/请假 列表", "现在和以后都没有人请假。"),
        ("张敏", "/请假 取消 7", "没有 QJ2026-0007 这次请假,或者它不归您取消。用 /请假 列表 查看。"),
    ] {
        assert_eq!(office.says(name, line).await, answer, "{name} {line}");
    }
    assert_eq!(office.journal().await, before, "nothing that was refused is kept");
    // nobody else of the section: 农业股 stands in
    assert_eq!(office.says("钱进", "/请假 登记 12月7日 12月7日 陈静").await, "已登记 QJ2026-0002:@钱进 12月7日请假,由 @陈静 代办。");
});
