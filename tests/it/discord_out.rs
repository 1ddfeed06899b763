//! Warnings go out to Discord: one message a warning, edited as it moves.

use crate::harness::discord::{FakeDiscord, Fault, Message, On};
use crate::harness::{Office, allocation, office_story, payment};

/// Two payments alike: a yellow light for 社保股.
async fn pays_twice(office: &mut Office) {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    for voucher in ["PZ-1", "PZ-2"] {
        office.pays(payment(voucher, "12800.00").with("payee_account", "6217000001")).await;
    }
}

fn told(messages: &[Message]) -> String {
    let line = |message: &Message| {
        let reply = message.reply_to.and_then(|to| messages.iter().position(|other| other.id == to)).map_or_else(String::new, |to| format!("(to {}) ", to + 1));
        format!("{reply}{message}\nedited {} times", message.edits)
    };
    messages.iter().map(line).collect::<Vec<_>>().join("\n\n")
}

const VIOLATION: &str = "/核实 1 违规 调阅材料 情况=同一张发票付了两次 材料=支付凭证和发票 违规类型=其他 整改要求=退回多付的款项 整改期限=12-7";
const CORRECTED: &str = "/纠正 1 今天 情况=多付款项已退回国库 督促=电话督促两次 金额=12800.00 凭证=TK-1";

office_story!(a_warning_is_one_message_edited_as_it_moves, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    pays_twice(office).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 黄灯预警 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 12,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 待核实  经办 张敏
    [认领] [核实] [转办] [详情]
    edited 0 times
    ");
    office.says("张敏", "/预警 认领 1").await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟡 已认领 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 12,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 11月30日(5 个工作日)  状态 核实中  经办 张敏
    [核实] [转办] [详情]
    edited 1 times
    ");
    office.says("张敏", VIOLATION).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🔴 黄灯转红灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 12,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       期限 12月7日(10 个工作日)  状态 待纠正  经办 张敏
    [认领] [纠正] [转办] [详情]
    edited 2 times

    (to 1) 🔴 YJ2026-000001 黄灯转红灯,请 张敏 在 12月7日前督促纠正。
    [详情]
    edited 0 times
    ");
    office.says("张敏", CORRECTED).await;
    office.wait_until_sent().await;
    insta::assert_snapshot!(told(&discord.messages("社保股")), @r"
    🟢 已转绿灯 YJ2026-000001 · 疑似重复支付(ZC09)
       股室 社保股  金额 12,800.00 元
       凭证 PZ-2  文号 皖财办〔2026〕18号  日期 11月23日
       状态 已纠正  经办 张敏
    [详情]
    edited 3 times

    (to 1) 🔴 YJ2026-000001 黄灯转红灯,请 张敏 在 12月7日前督促纠正。
    [详情]
    edited 0 times
    ");
    assert!(discord.messages("公共").is_empty());
});
