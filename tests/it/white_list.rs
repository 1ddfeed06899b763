//! The white list: recorded like everything else, and nobody is called for it; what still stands when its entry ends is pushed then, once.

use chrono::TimeDelta;
use commands::Permission::{Approve, Handle, Query};
use jingling::desk::Account;
use jingling::store::audit;
use serde_json::json;

use crate::harness::{Event, Office, allocation, office_story, payment, scan, snowflake};

const GUARDIAN: &str = "6217000000017";
const ID: &str = "341525200303120019";

/// Two payments of the same amount to one account: the second lights ZC09.
async fn pays_twice(office: &mut Office, account: &str, vouchers: [&str; 2]) {
    for voucher in vouchers {
        office.pays(payment(voucher, "600.00").with("payee_account", account).with("payee_name", "汪桂兰")).await;
    }
}

fn cash(voucher: &str) -> Event {
    payment(voucher, "5000.00").with("settlement", "现金")
}

office_story!(a_guardians_account_is_recorded_and_nobody_is_called_until_its_entry_ends, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let entered = office.says("陈静", &format!("/白名单 登记 规则=ZC09 类别=账号 对象={GUARDIAN} 依据=\"监护人代领,已核对委托书\" 至=11-25")).await;
    assert_eq!(entered, "已列入白名单 BM2026-0001,到 2026-11-25为止。预警照常记录,不再推送;现有 0 条预警据此不用办理。");
    pays_twice(office, GUARDIAN, ["PZ-1", "PZ-2"]).await;
    // another account under the same rule still rings
    pays_twice(office, "6217000000025", ["PZ-3", "PZ-4"]).await;
    let chat = office.chat().await;
    assert!(chat.contains("YJ2026-000002") && !chat.contains("YJ2026-000001"), "{chat}");
    assert!(office.lights().await[0].starts_with("YJ2026-000001 🟡 ZC09 "), "{:?}", office.lights().await);
    let list = office.says("张敏", "/预警 列表").await;
    let line = list.lines().find(|line| line.contains("YJ2026-000001")).unwrap();
    assert!(line.ends_with("白名单") && !line.contains("期限"), "{list}");
    assert!(!office.says("张敏", "/我的").await.contains("YJ2026-000001"));
    assert!(office.says("张敏", "/预警 认领 1").await.ends_with("在白名单里,不用办理。确需办理的,先用 /白名单 撤销。"));
    let why = office.says("张敏", "/预警 依据 1").await;
    assert!(why.contains("   白名单 BM2026-0001 有效  ZC09  账号(不显示)  至 2026-11-25  @陈静 登记"), "{why}");
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("核对:逐股室、逐灯相符。") && month.contains("白名单"), "{month}");

    // the day after its last the warning is pushed, once
    office.wind(TimeDelta::days(3));
    office.jobs().await;
    office.jobs().await;
    let chat = office.chat().await;
    assert_eq!(chat.matches("移出白名单,黄灯预警 YJ2026-000001").count(), 1, "{chat}");
    assert!(office.says("张敏", "/我的").await.contains("YJ2026-000001"));
    assert!(office.says("陈静", "/白名单 查询").await.contains("BM2026-0001 已到期  ZC09"));
    let history = office.says("张敏", "/预警 详情 1").await;
    assert!(history.contains("列入白名单,不推送(🟡 白名单)") && history.contains("移出白名单,开始办理(🟡 待核实)"), "{history}");
    assert!(office.says("陈静", "/月报 汇总").await.contains("核对:逐股室、逐灯相符。"));
});

office_story!(what_is_lit_already_is_done_with_and_comes_back_when_the_entry_is_revoked, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    pays_twice(office, GUARDIAN, ["PZ-1", "PZ-2"]).await;
    let entered = office.says("陈静", "/白名单 登记 规则=ZC09 类别=预警 对象=1 依据=联名账户 至=12-31").await;
    assert_eq!(entered, "已列入白名单 BM2026-0001,到 2026-12-31为止。预警照常记录,不再推送;现有 1 条预警据此不用办理。");
    assert!(office.chat().await.contains("已列入白名单,不用办理 YJ2026-000001"));
    // one more of the same matter joins it in silence
    let before = office.chat().await;
    office.pays(payment("PZ-5", "600.00").with("payee_account", GUARDIAN)).await;
    assert!(office.lights().await[0].ends_with("共 2 条"), "{:?}", office.lights().await);
    assert_eq!(office.chat().await, before);
    assert!(office.says("陈静", "/白名单 登记 规则=ZC09 类别=预警 对象=1 依据=联名账户 至=12-30").await.starts_with("这个对象已在白名单里(BM2026-0001)"));
    assert_eq!(office.says("陈静", "/白名单 撤销 1 原因=账户已注销").await, "已撤销 BM2026-0001,1 条预警移出白名单,已推送。");
    assert_eq!(office.chat().await.matches("移出白名单,黄灯预警 YJ2026-000001").count(), 1);
    assert!(office.says("陈静", "/白名单 撤销 1 原因=账户已注销").await.starts_with("BM2026-0001 已撤销,不能这样办。"));
    assert!(office.says("张敏", "/核实 1 正常 调阅材料 材料=凭证 情况=属实").await.contains("转为绿灯"));
});

office_story!(a_red_light_is_silenced_by_two_people_or_not_at_all, async |office| {
    office.hires("高翔", "agriculture", &[Query, Handle, Approve], "gaoxiang").await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.pays(cash("PZ-1")).await;
    assert!(office.lights().await[0].starts_with("YJ2026-000001 🔴 ZC01 "), "{:?}", office.lights().await);
    // without 红灯=是 an entry is not for red lights
    assert!(office.says("陈静", "/白名单 登记 ZC01 凭证 PZ-1 依据=大灾期间停电 至=12-31").await.contains("现有 0 条预警据此不用办理"));
    let asked = office.says("高翔", "/白名单 登记 ZC01 凭证 PZ-1 依据=大灾期间停电 至=12-31 红灯=是").await;
    assert_eq!(asked, "已登记 BM2026-0002,对红灯也有效的须另一人批准。批准以前照常推送。");
    assert_eq!(office.says("高翔", "/白名单 批准 2").await, "BM2026-0002 是您自己登记的,须由另一人批准。");
    assert!(
        office.says("陈静", "/白名单 批准 2").await.starts_with("这个命令需要“审批”权限") || office.says("陈静", "/白名单 批准 2").await.contains("“审批”权限")
    );
    assert!(office.says("张敏", "/预警 详情 1").await.contains("待纠正"));
    office.hires("郑平", "leadership", &[Query, Approve], "zhengping").await;
    assert!(office.says("郑平", "/我的").await.contains("BM2026-0002 待批准(含红灯)"));
    assert_eq!(office.says("郑平", "/白名单 批准 2").await, "已批准 BM2026-0002,对红灯也有效。现有 1 条预警据此不用办理。");
    assert!(office.says("张敏", "/预警 列表").await.contains("🔴 YJ2026-000001"));
    assert!(office.says("张敏", "/纠正 1 今天 已退 电话").await.ends_with("在白名单里,不用办理。确需办理的,先用 /白名单 撤销。"));
    // another voucher rings as red as ever
    office.pays(cash("PZ-2")).await;
    assert!(office.chat().await.contains("🔴 红灯预警 YJ2026-000002"));
    let month = office.says("陈静", "/月报 汇总").await;
    assert!(month.contains("核对:逐股室、逐灯相符。") && month.contains("白名单"), "{month}");
    let back = office.says("高翔", "/白名单 登记 ZC01 凭证 PZ-2 依据=停电 至=12-31 红灯=是").await;
    assert!(back.starts_with("已登记 BM2026-0003"), "{back}");
    assert_eq!(office.says("郑平", "/白名单 退回 3 原因=依据不足").await, "已退回 BM2026-0003。预警照常推送。");
});

office_story!(what_nobody_approves_in_time_silences_nothing, async |office| {
    office.hires("高翔", "agriculture", &[Query, Handle, Approve], "gaoxiang").await;
    office.hires("郑平", "leadership", &[Query, Approve], "zhengping").await;
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.allocates(scan("ZB-1")).await;
    for voucher in ["PZ-1", "PZ-8"] {
        office.pays(cash(voucher)).await;
        office.says("高翔", &format!("/白名单 登记 ZC01 凭证 {voucher} 依据=停电 至=11-24 红灯=是")).await;
    }
    office.wind(TimeDelta::days(2));
    // whether or not the night's work has got to it
    let late = office.says("郑平", "/白名单 批准 1").await;
    office.jobs().await;
    let expired = office.says("郑平", "/白名单 批准 2").await;
    assert!(
        ["BM2026-0001 的期限 11月24日已过,不能批准。请重新登记。", "BM2026-0001 已到期,不能这样办。用 /白名单 查询 查看。"].contains(&late.as_str()),
        "{late}"
    );
    assert_eq!(expired, "BM2026-0002 已到期,不能这样办。用 /白名单 查询 查看。");
    assert!(!office.says("郑平", "/我的").await.contains("待批准"));
    assert_eq!(office.says("陈静", "/白名单 查询").await.matches(" 已到期 ").count(), 2);
    assert!(!office.chat().await.contains("白名单"), "{}", office.chat().await);
    assert!(office.lights().await.iter().all(|light| light.contains("🔴 ZC01")), "{:?}", office.lights().await);
});

office_story!(who_may_and_what_is_refused, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    pays_twice(office, GUARDIAN, ["PZ-1", "PZ-2"]).await;
    for (who, line, answer) in [
        ("刘洋", "/白名单 登记 ZC09 凭证 PZ-1 依据=代领 至=12-31", "这条规则的白名单由农业股办理;指标管理的也可由预算股、绩效管理的也可由评审中心办理。"),
        ("陈静", "/白名单 登记 ZC99 凭证 PZ-1 依据=代领 至=12-31", "没有这个代码的规则在用。请写规则代码,例如 ZC09。"),
        ("陈静", "/白名单 登记 ZC09 凭证 PZ-9 依据=代领 至=12-31", "台账里没有这张凭证。请核对凭证号。"),
        ("陈静", "/白名单 登记 ZC09 指标 ZB-9 依据=代领 至=12-31", "台账里没有这条指标。请核对指标编号或文号。"),
        ("陈静", "/白名单 登记 ZC10 预警 1 依据=代领 至=12-31", "YJ2026-000001 是规则 ZC09 的预警,不能列入别的规则。"),
        ("陈静", "/白名单 登记 ZC08 指标 ZB-1 依据=代领 至=12-31", "规则 ZC08 只亮红灯。要列入白名单请加上 红灯=是,由另一人批准。"),
        ("陈静", "/白名单 登记 ZC09 身份证号 341525200303120018 依据=代领 至=12-31", "身份证号不对:位数或校验位不符。请核对后再登记。"),
        ("陈静", "/白名单 撤销 7 原因=不对", "没有 BM2026-0007 这项白名单。用 /白名单 查询 查看。"),
        ("陈静", "/白名单 查询", "没有白名单。农业股等用 /白名单 登记 填写。"),
    ] {
        assert_eq!(office.says(who, line).await, answer, "{line}");
    }
    assert!(office.says("张敏", "/白名单 登记 ZC09 凭证 PZ-1 依据=代领 至=12-31").await.starts_with("这个命令由"));
});

office_story!(of_somebodys_number_nothing_is_left, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let line = |kind: &str, number: &str| format!("/白名单 登记 ZC09 {kind} {number} 依据=代领 至=12-31");
    let before = office.journal().await;
    // said anywhere else it is refused, and not kept
    let said = office.app().desk.hear("陈静", Account::Discord(snowflake(1_100_000_000_000_000_101)), &line("身份证号", ID)).await.to_string();
    assert!(said.starts_with("为保护个人信息,身份证号和账号只能在单位内部的终端上登记。"), "{said}");
    assert_eq!(office.journal().await, before);
    assert!(office.says("陈静", &line("身份证号", ID)).await.starts_with("已列入白名单 BM2026-0001"));
    assert!(office.says("陈静", &line("账号", GUARDIAN)).await.starts_with("已列入白名单 BM2026-0002"));
    let told = office.says("陈静", "/白名单 查询").await;
    assert!(told.contains("身份证号(不显示)") && told.contains("依据:代领"), "{told}");
    let mut all = told + &office.chat().await;
    for table in audit::tables() {
        for row in office.store().db.fetch(format!("SELECT * FROM {table}"), vec![]).await.unwrap() {
            all.push_str(&row.describe());
        }
    }
    // what lies sealed too
    for sealed in jingling::store::journal::read(office.store(), 0, i64::MAX).await.unwrap() {
        all.push_str(&String::from_utf8_lossy(&sealed.open(office.store().office, &office.store().keys).unwrap().content));
    }
    assert!(!all.contains(ID) && !all.contains(GUARDIAN));
});

office_story!(a_list_of_lines_is_silent_only_if_all_of_it_is_concerned, async |office| {
    office.allocates(allocation("ZB-1", "100000.00")).await;
    office.registers(crate::harness::person("R-1", "342427196503120012")).await;
    office.says("陈静", &format!("/白名单 登记 DR01 身份证号 {ID} 依据=新纳入,名单在途 至=12-31")).await;
    office.pays(payment("PZ-1", "1200.00")).await;
    office.lists(crate::harness::line("PZ-1", 1, ID)).await;
    assert!(office.lights().await[0].starts_with("YJ2026-000001 🟡 DR01 "), "{:?}", office.lights().await);
    assert!(!office.chat().await.contains("YJ2026-000001"));
    // a person whom no entry concerns comes to the same list: now somebody has to act
    office.lists(crate::harness::line("PZ-1", 2, "110105194912310021").with("name", json!("李四"))).await;
    let chat = office.chat().await;
    assert!(chat.contains("移出白名单,黄灯预警 YJ2026-000001") && chat.contains("共 2 条"), "{chat}");
});
