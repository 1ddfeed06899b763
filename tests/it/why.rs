//! `/预警 依据`: a warning defended before an auditor.

use jingling::desk::Account;
use jingling::store::setting::Setting;
use jingling::store::staff;

use crate::harness::{Office, allocation, office_story, payment, snowflake};

const ACCOUNT: u64 = 1_100_000_000_000_000_101;

async fn in_chat(office: &Office, name: &str, line: &str) -> String {
    office.app().desk.hear(name, Account::Discord(snowflake(ACCOUNT)), line).await.to_string()
}

office_story!(each_comparison_stands_with_its_values_and_the_rule_as_it_was, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let paid = payment("PZ-1", "1500.00").with("settlement", "现金").with("payee_name", "汪桂兰").with("purpose", "给汪桂兰的补助");
    office.pays(paid).await;
    let chat = in_chat(office, "张敏", "/预警 依据 1").await;
    for line in [
        "   规则 ZC01 第 1 版,2026-11-23 起施行,至今未改",
        "   分类 支出管理  预警处理人 归口股室",
        "   依据 《现金管理暂行条例》第三条、第五条、第六条",
        "   范围 纳入总台账的财政扶贫资金",
        "   以下都要成立(且) ✓",
        "     类型 正常 属于 支出类 正常、更正 ✓",
        "     结算方式 现金 属于 现金类 现金、现金支票 ✓",
        "     支付金额 1,500.00 > 起点 1,000.00 ✓",
        "     以下有一项成立即可(或) ✓",
        "       用途 「见终端」 为空 ✗",
        "       用途 「见终端」 不包含 可用现金 农副产品、差旅 ✓",
        "   期限 2026-11-30",
    ] {
        assert!(chat.lines().any(|told| told == line), "{line}\n{chat}");
    }
    assert!(chat.contains("🟡黄灯的条件:类型 属于 支出类 且 支付净额 > 0 且"), "{chat}");
    assert!(chat.contains("   记录 第 1 条(触发) 支付 黄灯 流水第 "), "{chat}");
    assert!(!chat.contains("汪") && !chat.contains("补助"), "{chat}");
    // at the terminal in full, but for what is sealed; names in a purpose are masked as they come in
    let terminal = office.says("张敏", "/预警 依据 1").await;
    assert!(terminal.contains("用途 给汪*的补助 不包含 可用现金 农副产品、差旅 ✓"), "{terminal}");

    // a later version changes nothing of it
    let source = std::fs::read_to_string("templates/rules/ZC01.toml").unwrap().replace("\"1000.00\"", "\"2000.00\"");
    staff::enter(office.store().turn().await.unwrap(), office.clock.now(), &Setting::Rule { code: "ZC01".to_owned(), source }).await.unwrap();
    let chat = in_chat(office, "张敏", "/预警 依据 1").await;
    assert!(chat.contains("规则 ZC01 第 1 版,2026-11-23 起施行;现为第 2 版(2026-11-23 起),本预警仍按当时的第 1 版"), "{chat}");
    assert!(chat.contains("支付金额 1,500.00 > 起点 1,000.00 ✓"), "{chat}");
    // whoever may not know of it learns nothing
    assert!(in_chat(office, "王芳", "/预警 依据 1").await.starts_with("没有 YJ2026-000001 这条预警,或者它不归您所在的股室。"));
    assert_eq!(in_chat(office, "王芳", "/预警 依据 99").await.replace("000099", "000001"), in_chat(office, "王芳", "/预警 依据 1").await);
});
