//! People act in Discord: who may, what they are answered, and that nobody else sees or moves anything.

mod bad;
mod line;
mod revoked;
mod slip;

use jingling::store::account;

use crate::harness::discord::{FakeDiscord, Message, Person};
use crate::harness::{Office, allocation, office_story, payment};

/// A member of the guild whose account is bound to a person of the office.
pub async fn joins(office: &Office, discord: &FakeDiscord, name: &str) -> Person {
    let code = format!("code-of-{}", name.chars().map(|c| u32::from(c).to_string()).collect::<String>());
    account::offer(office.store(), office.clock.now(), name, &code).await.unwrap();
    let person = discord.member(name);
    let answer = person.says(&format!("/绑定 代码={code}")).await;
    assert!(answer.ephemeral() && answer.to_string().contains("已绑定"), "{answer}");
    person
}

/// Two payments alike: a yellow light for 社保股, shown in its channel.
pub async fn paid_twice(office: &mut Office, discord: &FakeDiscord) -> Message {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "4800.00").with("payee_name", "欧阳小满").with("payee_account", "6217000000017")).await;
    }
    office.wait_until_sent().await;
    discord.message("社保股", |message| message.content.contains("YJ2026-000001")).await
}

/// One payment in cash: a red light for 社保股, for the payee is a unit.
pub async fn pays_cash(office: &mut Office, discord: &FakeDiscord) -> Message {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(payment("PZ-1", "5000.00").with("settlement", "现金")).await;
    office.wait_until_sent().await;
    discord.message("社保股", |message| message.content.contains("YJ2026-000001")).await
}

office_story!(a_clerk_finds_a_warning_and_takes_it_up, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = paid_twice(office, &discord).await;
    let zhang = discord.member("张敏");
    insta::assert_snapshot!(zhang.says("/我的").await, @"(only you) 您的账号还没有绑定到本人。请向财政信息中心领取一次性代码,再在这里输入 /绑定 代码。");
    let zhang = joins(office, &discord, "张敏").await;
    insta::assert_snapshot!(zhang.says("/我的").await, @r"
    (only you) 以后到期
    🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 11月30日  待核实
    ");
    insta::assert_snapshot!(zhang.says("/预警 列表 级别=黄灯").await, @r"
    (only you) 🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 11月30日  待核实
    共 1 条。
    ");
    insta::assert_snapshot!(zhang.types("/预警 详情", "编号", "").await.join("\n"), @"🟡 YJ2026-000001 疑似重复支付 11月30日前");
    insta::assert_snapshot!(zhang.presses(&card, "认领").await, @"(only you) YJ2026-000001 由您认领,正在核实。请在 11月30日前核实,用 /核实 填写。");
    office.wait_until_sent().await;
    insta::assert_snapshot!(discord.messages("社保股")[0], @r"
    🟡 已认领 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 4,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 核实中  经办 @张敏
    [核实] [转办] [详情]
    ");
    insta::assert_snapshot!(zhang.presses(&discord.messages("社保股")[0], "详情").await, @r"
    (only you) 🟡 YJ2026-000001 疑似重复支付(ZC09)  社保股  4,800.00 元  期限 11月30日  核实中
       凭证 PZ-2、文号 皖财办〔2026〕18号、日期 11月23日、共 1 条
       经办 @张敏
       11\-23 10:00 触发(🟡 待核实)
       11\-23 10:00 认领(🟡 核实中)  @张敏
    下一步:核实后用 /核实 YJ2026-000001 填写。
    ");
    insta::assert_snapshot!(zhang.says("/帮助 命令=预警 详情").await, @r"
    (only you) ```
    /预警 详情  看一条预警的依据、期限和经过
    用法:/预警 详情 编号
      编号 — 预警编号,例如 YJ2026-000123,今年的可只写 123
    例如:/预警 详情 YJ2026-000123
    ```
    ");
    let offered = zhang.types("/帮助", "命令", "").await.join(" ");
    assert!(offered.starts_with("我的 预警 核实 ") && !offered.contains("月报"), "{offered}");
    insta::assert_snapshot!(zhang.says("/月报 汇总").await, @"(only you) 这个命令由农业股有“汇总”权限的人使用。");
    assert_eq!(discord.messages("社保股").len(), 1, "what is answered to one is not seen by all");
});

office_story!(the_month_is_a_sheet_in_as_many_messages_as_it_takes, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    paid_twice(office, &discord).await;
    let chen = joins(office, &discord, "陈静").await;
    let month = chen.says("/月报 汇总 月份=本月").await;
    let text = month.to_string();
    assert!(text.starts_with("(only you) ```\n霍山县财政局 扶贫资金动态监控月度汇总 2026年11月\n"), "{text}");
    assert!(text.contains("六、办理情况") && text.trim_end().ends_with("```"), "{text}");
});

office_story!(a_bell_is_done_a_red_light_put_right_and_a_warning_handed_on, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    let card = pays_cash(office, &discord).await;
    let zhang = joins(office, &discord, "张敏").await;
    let form = zhang.presses(&card, "转办").await;
    insta::assert_snapshot!(form, @r"
    《转办 YJ2026-000001》
    交给*: (同事的姓名或股室的名称,例如 社保股)
    转办原因*: (为什么转办,一两句话)
    ");
    insta::assert_snapshot!(zhang.fills(&form, &[("交给", "李国强"), ("转办原因", "这笔由股长办")]).await, @"(only you) YJ2026-000001 已转给社保股 李国强 办理,期限不变:12月7日。");
    office.wait_until_sent().await;
    let li = joins(office, &discord, "李国强").await;
    let form = li.presses(&discord.messages("社保股")[0], "纠正").await;
    insta::assert_snapshot!(form, @r"
    《纠正 YJ2026-000001》
    纠正日期*: (哪一天纠正的,例如 今天、11月30日)
    纠正情况*: (怎样纠正的)
    督促情况*: (怎样跟踪督促的,例如 两次电话、一次上门)
    金额: (退回或调账的金额(元))
    凭证: (退款或调账的凭证号)
    ");
    let answer = li.fills(&form, &[("纠正日期", "明天"), ("纠正情况", "已改为转账"), ("督促情况", "上门一次")]).await;
    insta::assert_snapshot!(answer, @r"
    (only you) 纠正日期 2026-11-24 还没有到,不能晚于今天 2026-11-23。跨年的日期请写上年份。
    [继续填写]
    ");
    let form = li.presses(&answer, "继续填写").await;
    insta::assert_snapshot!(form, @r"
    《纠正 YJ2026-000001》
    纠正日期*: (哪一天纠正的,例如 今天、11月30日) 明天
    纠正情况*: (怎样纠正的) 已改为转账
    督促情况*: (怎样跟踪督促的,例如 两次电话、一次上门) 上门一次
    金额: (退回或调账的金额(元))
    凭证: (退款或调账的凭证号)
    ");
    insta::assert_snapshot!(li.fills(&form, &[("纠正日期", "今天")]).await, @"(only you) 已记录纠正情况,YJ2026-000001 转为绿灯。已通知国库支付中心。");
    office.wait_until_sent().await;
    assert!(discord.messages("社保股")[0].content.starts_with("🟢 已转绿灯"));
});
