//! A slip is filled in by clicking: the wizard, its draft, and what becomes of it.

use jingling::store::slip;

use super::{joins, paid_twice};
use crate::harness::discord::FakeDiscord;
use crate::harness::{Office, office_story};

/// What lies in the drafts, as it lies there.
async fn drafts(office: &Office) -> usize {
    office.store().db.fetch("SELECT sealed FROM draft", Vec::new()).await.unwrap().len()
}

office_story!(a_clerk_who_types_no_command_finishes_a_slip, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let wizard = zhang.presses(&card, "核实").await;
    insta::assert_snapshot!(wizard, @r"
    (only you) 核实 YJ2026-000001
    请先选好下面各项。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [取消]
    ");
    let wizard = zhang.selects(&wizard, "核实结论", &["违规"]).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:违规
    请先选好下面各项。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    <违规类型: 预算下达不及时 / 滞留闲置 / 挤占挪用 / 扩大范围、提高标准 / 违规划转专户或实有账户 / 虚报冒领套取 / 违规发放津补贴 / 数据不完整不真实 / 其他>
    [取消]
    ");
    let wizard = zhang.selects(&wizard, "核实方式", &["电话核实", "约谈走访"]).await;
    let wizard = zhang.selects(&wizard, "违规类型", &["扩大范围、提高标准"]).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:违规
    核实方式:电话核实、约谈走访
    违规类型:扩大范围、提高标准
    还缺核实情况、核实对象、核实时间、约谈走访地点、约谈走访人员、整改要求、整改期限。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    <违规类型: 预算下达不及时 / 滞留闲置 / 挤占挪用 / 扩大范围、提高标准 / 违规划转专户或实有账户 / 虚报冒领套取 / 违规发放津补贴 / 数据不完整不真实 / 其他>
    [填写] [取消]
    ");
    let sheet = zhang.presses(&wizard, "填写").await;
    insta::assert_snapshot!(sheet, @r"
    《核实 YJ2026-000001》
    核实情况*: (核实到的情况)
    核实对象*: (向谁核实(电话核实、约谈走访要写))
    核实时间*: (什么时候核实的(电话核实要写)) 2026-11-23 10:00
    电话号码: (打的号码,只留头尾)
    约谈走访地点*: (在哪里约谈走访(约谈走访要写))
    ");
    let fields = [("核实情况", "同一张发票付了两次"), ("核实对象", "村会计"), ("电话号码", "13800001234")];
    let wizard = zhang.fills(&sheet, &[&fields[..], &[("约谈走访地点", "村部")]].concat()).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:违规
    核实方式:电话核实、约谈走访
    违规类型:扩大范围、提高标准
    核实情况:同一张发票付了两次
    核实对象:村会计
    核实时间:2026-11-23 10:00
    电话号码:138\*\*\*\*1234
    约谈走访地点:村部
    还缺约谈走访人员、整改要求、整改期限。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    <违规类型: 预算下达不及时 / 滞留闲置 / 挤占挪用 / 扩大范围、提高标准 / 违规划转专户或实有账户 / 虚报冒领套取 / 违规发放津补贴 / 数据不完整不真实 / 其他>
    [继续填写] [取消]
    ");
    let sheet = zhang.presses(&wizard, "继续填写").await;
    insta::assert_snapshot!(sheet, @r"
    《核实 YJ2026-000001》
    约谈走访人员*: (去的工作人员,至少两人(约谈走访要写))
    整改要求*: (要怎样纠正(违规要写))
    整改期限*: (最晚哪天纠正(违规要写))
    ");
    let wizard = zhang.fills(&sheet, &[("约谈走访人员", "张敏、李国强"), ("整改要求", "退回多付的款项"), ("整改期限", "12月7日")]).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:违规
    核实方式:电话核实、约谈走访
    违规类型:扩大范围、提高标准
    核实情况:同一张发票付了两次
    核实对象:村会计
    核实时间:2026-11-23 10:00
    电话号码:138\*\*\*\*1234
    约谈走访地点:村部
    约谈走访人员:张敏、李国强
    整改要求:退回多付的款项
    整改期限:12月7日
    都填好了,请核对后提交。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    <违规类型: 预算下达不及时 / 滞留闲置 / 挤占挪用 / 扩大范围、提高标准 / 违规划转专户或实有账户 / 虚报冒领套取 / 违规发放津补贴 / 数据不完整不真实 / 其他>
    [提交] [修改第1页] [修改第2页] [取消]
    ");
    assert_eq!(drafts(office).await, 1);
    insta::assert_snapshot!(zhang.presses(&wizard, "提交").await, @"(changed) 已记录核实情况,YJ2026-000001 转为红灯。请督促在 12月7日前纠正,用 /纠正 填写。已通知国库支付中心。");
    assert_eq!(drafts(office).await, 0, "filed");
    office.wait_until_sent().await;
    assert!(discord.messages("社保股")[0].content.starts_with("🔴 黄灯转红灯"));
    let filed = slip::of(office.store(), 2_026_000_001).await.unwrap();
    insta::assert_snapshot!(filed[0].text, @r#"{"command":"verify","warning":"YJ2026-000001","checks":[{"method":"phone","whom":"村会计","at":{"date":"2026-11-23","time":"10:00:00"},"number":"138****1234"},{"method":"visit","whom":"村会计","place":"村部","staff":["张敏","李国强"],"at":{"date":"2026-11-23","time":"10:00:00"}}],"facts":"同一张发票付了两次","outcome":{"verdict":"violation","kind":"beyond_scope","demand":"退回多付的款项","due":"2026-12-07"}}"#);
});

office_story!(nothing_typed_is_lost_by_a_restart_or_a_change_of_mind, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    // called up with what is known so far
    let wizard = zhang.says("/核实 编号=1 方式=约谈走访 情况=到村部看过").await;
    insta::assert_snapshot!(wizard, @r"
    (only you) 核实 YJ2026-000001
    核实方式:约谈走访
    核实情况:到村部看过
    请先选好下面各项。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [取消]
    ");
    office.restart().await;
    discord.gateway().connected().await;
    let wizard = zhang.selects(&wizard, "核实结论", &["正常"]).await;
    let sheet = zhang.presses(&wizard, "继续填写").await;
    zhang.fills(&sheet, &[("核实对象", "村委会"), ("约谈走访地点", "村部"), ("约谈走访人员", "张敏")]).await;
    // the next press, of the card this time, goes on where it stopped
    let wizard = zhang.presses(&card, "核实").await;
    insta::assert_snapshot!(wizard, @r"
    (only you) 核实 YJ2026-000001
    核实结论:正常
    核实方式:约谈走访
    核实情况:到村部看过
    核实对象:村委会
    约谈走访地点:村部
    约谈走访人员:张敏
    约谈走访人员至少要两个人,请用顿号隔开。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [修改] [取消]
    ");
    // what a choice makes needless is not asked, nor handed in
    let wizard = zhang.selects(&wizard, "核实方式", &["调阅材料"]).await;
    insta::assert_snapshot!(wizard, @r"
    (changed) 核实 YJ2026-000001
    核实结论:正常
    核实方式:调阅材料
    核实情况:到村部看过
    还缺材料清单。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [继续填写] [取消]
    ");
    let sheet = zhang.presses(&wizard, "继续填写").await;
    let wizard = zhang.fills(&sheet, &[("材料清单", "合同、发票")]).await;
    let li = joins(office, &discord, "李国强").await;
    insta::assert_snapshot!(li.presses(&card, "核实").await, @r"
    (only you) 核实 YJ2026-000001
    请先选好下面各项。
    <核实结论: 正常 / 违规>
    <核实方式: 电话核实 / 调阅材料 / 约谈走访 / 其他>
    [取消]
    ");
    insta::assert_snapshot!(zhang.presses(&wizard, "提交").await, @"(changed) 已记录核实情况,YJ2026-000001 转为绿灯。已通知国库支付中心。");
    office.wait_until_sent().await;
});

office_story!(a_slip_in_one_line_is_filed_at_once_and_one_cancelled_leaves_nothing, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let wizard = zhang.presses(&card, "核实").await;
    let wizard = zhang.selects(&wizard, "核实结论", &["正常"]).await;
    assert_eq!(drafts(office).await, 1);
    insta::assert_snapshot!(zhang.presses(&wizard, "取消").await, @"(changed) 已取消,填写的内容已删除。");
    assert_eq!(drafts(office).await, 0);
    let answer = zhang.says("/核实 编号=1 结论=正常 方式=电话核实 情况=两次分别是两季度的补助 对象=村会计 时间=今天").await;
    insta::assert_snapshot!(answer, @"(only you) 已记录核实情况,YJ2026-000001 转为绿灯。已通知国库支付中心。");
    assert_eq!(drafts(office).await, 0);
    office.wait_until_sent().await;
});

office_story!(a_draft_is_sealed_and_lives_a_week, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    paid_twice(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    zhang.says("/核实 编号=1 情况=到村部看过").await;
    let lying = office.store().db.fetch("SELECT sealed FROM draft", Vec::new()).await.unwrap();
    let text = String::from_utf8_lossy(lying[0].blob(0).unwrap()).into_owned();
    assert!(!text.contains("村部"));
    office.wind(chrono::TimeDelta::days(8));
    let wizard = zhang.says("/核实 编号=1 结论=正常").await;
    assert!(!wizard.to_string().contains("村部"), "{wizard}");
    // what is overdue by then is said while somebody hears it
    office.jobs().await;
    office.wait_until_sent().await;
});
