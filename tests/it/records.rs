//! What rules read beside payments: performance, the payroll, projects and standards, each a record of its own; and what records take over from others,
//! right in whatever order they come.

use jingling::intake::files::Kind;
use jingling::store::Row;
use jingling::store::setting::Setting;
use jingling::store::staff;
use serde_json::json;

use crate::harness::{Event, MORNING, Office, allocation, line, office_story, payment, person};

/// Lays down a rule: its code, whose kind it is, on what, and the rest of it.
async fn watches(office: &mut Office, code: &str, (category, on): (&str, &str), rest: &str) {
    let columns = format!("code = \"{code}\"\nname = \"{code}\"\ncategory = \"{category}\"\non = \"{on}\"");
    let source = format!("{columns}\nbasis = \"内部工作规程\"\nscope = \"财政扶贫资金\"\nhandler = \"归口股室\"\ndescription = \"说明\"\n{rest}");
    let turn = office.store().turn().await.unwrap();
    staff::enter(turn, office.clock.now(), &Setting::Rule { code: code.to_owned(), source }).await.unwrap();
    office.restart().await;
}

async fn told(office: &Office, query: &'static str) -> Vec<String> {
    office.store().db.fetch(query, Vec::new()).await.unwrap().iter().map(Row::describe).collect()
}

/// What one rule has lit: `🟡 ZC91 business:social_security PZ-1 100.00`.
async fn lit(office: &Office, code: &str) -> Vec<String> {
    let lights = office.lights().await.into_iter().filter(|light| light.contains(&format!(" {code} ")));
    lights.filter_map(|light| Some(light.split_once(' ')?.1.to_owned())).collect()
}

fn project(code: &str) -> Event {
    Event::new("project.listed", json!({"project_code": code, "project_name": "农村道路", "fiscal_year": 2026, "amount": "9000.00"}))
}

fn goal(filed_on: &str) -> Event {
    Event::new("performance.goal", json!({"project_code": "XM1", "fiscal_year": 2026, "text": "改造道路10公里", "filed_on": filed_on, "amount": "5000.00"}))
}

fn review(status: &str, on: &str) -> Event {
    Event::new("performance.review", json!({"project_code": "XM1", "fiscal_year": 2026, "status": status, "reviewed_on": on}))
}

const PROJECTS: &str = "SELECT voucher_no, project_code FROM payment ORDER BY voucher_no";

const LIBRARY: &str = r#"
needs = ["项目"]
[facts]
"在库项目" = "项目 其中 项目编码 = 本次.项目编码 且 年度 = 本次.年度 且 状态 = '在库'"
[[level]]
light = "黄灯"
when = "项目编码 不为空 且 在库项目.不存在"
"#;

office_story!(a_payment_has_the_project_of_its_allocation_also_when_that_comes_later, async |office| {
    watches(office, "ZC91", ("支出管理", "支付"), LIBRARY).await;
    office.allocates(project("XM1")).await;
    office.pays(payment("PZ-1", "100.00")).await;
    office.pays(payment("PZ-2", "200.00").with("project_code", "XM1")).await;
    assert_eq!(told(office, PROJECTS).await, [r#""PZ-1"|∅|"#, r#""PZ-2"|"XM1"|"#]);
    assert!(lit(office, "ZC91").await.is_empty());

    office.allocates(allocation("ZB-1", "5000.00").with("project_code", "XM9")).await;
    assert_eq!(told(office, PROJECTS).await, [r#""PZ-1"|"XM9"|"#, r#""PZ-2"|"XM1"|"#], "what a payment tells itself stays");
    assert_eq!(lit(office, "ZC91").await, ["🟡 ZC91 business:social_security PZ-1 100.00"]);

    // the allocation is put right: whatever hangs on it follows, and what comes now is judged by it
    office.allocates(allocation("ZB-1", "5000.00").with("project_code", "XM1")).await;
    office.pays(payment("PZ-3", "300.00")).await;
    assert_eq!(told(office, PROJECTS).await, [r#""PZ-1"|"XM1"|"#, r#""PZ-2"|"XM1"|"#, r#""PZ-3"|"XM1"|"#]);
    assert_eq!(lit(office, "ZC91").await.len(), 1);
    // moved by a correction to another allocation, it is of that one's project: also where the correction came first
    office.allocates(allocation("ZB-2", "5000.00").with("doc_no", "皖财办〔2026〕19号").with("project_code", "XM2")).await;
    for (correction, original) in [("GZ-2", "PZ-2"), ("GZ-4", "PZ-4")] {
        let corrected =
            json!({"voucher_no": correction, "original_voucher_no": original, "corrected_at": "2026-11-23T09:50:00+08:00", "allocation_id": "ZB-2"});
        office.pays(Event::new("payment.corrected", corrected)).await;
    }
    office.pays(payment("PZ-4", "400.00").with("project_code", "XM1")).await;
    assert_eq!(told(office, PROJECTS).await[..2], [r#""GZ-2"|"XM2"|"#, r#""GZ-4"|"XM2"|"#]);
    // out of the library, by the list of who keeps it
    office.allocates(Event::new("project.delisted", json!({"project_code": "XM1", "fiscal_year": 2026, "delisted_on": "2026-11-23"}))).await;
    assert_eq!(told(office, "SELECT status, delisted_on, amount FROM project").await, [r#""移出"|"2026-11-23"|900000|"#]);
    let lights = lit(office, "ZC91").await;
    assert!(lights.iter().any(|light| light.contains("PZ-3 300.00")), "what was paid under it is judged again: {lights:?}");
});

const HOUSEHOLDS: &str = "SELECT line_no, household_no FROM disbursement ORDER BY line_no";

const ONE_OF_A_HOUSEHOLD: &str = r#"
[facts]
"同户" = "明细 其中 户编号 = 本次.户编号 且 发放月份 = 本次.发放月份"
[[level]]
light = "黄灯"
when = "发放口径 = '按户' 且 户编号 不为空 且 同户.笔数 > 1"
"#;

office_story!(a_line_has_the_household_of_its_person_also_when_they_are_registered_later, async |office| {
    const HUSBAND: &str = "342427196503120012";
    const WIFE: &str = "341525200303120019";
    watches(office, "DR91", ("到人到户", "明细"), ONE_OF_A_HOUSEHOLD).await;
    office.allocates(allocation("ZB-1", "5000.00")).await;
    office.pays(payment("PZ-1", "1800.00")).await;
    office.lists(line("PZ-1", 1, HUSBAND).with("basis", "按户").with("account_name", "汪桂兰")).await;
    office.lists(line("PZ-1", 2, WIFE).with("basis", "按户").with("month", "全年")).await;
    office.lists(line("PZ-1", 3, WIFE).with("household_no", "H9")).await;
    assert_eq!(told(office, HOUSEHOLDS).await, [r#""1"|∅|"#, r#""2"|∅|"#, r#""3"|"H9"|"#]);
    assert_eq!(told(office, "SELECT line_no, months FROM disbursement ORDER BY line_no").await, [r#""1"|"1"|"#, r#""2"|"12"|"#, r#""3"|"1"|"#]);

    office.registers(person("R-1", HUSBAND).with("household_no", "H1")).await;
    office.registers(person("R-2", WIFE).with("household_no", "H2")).await;
    assert_eq!(told(office, HOUSEHOLDS).await, [r#""1"|"H1"|"#, r#""2"|"H2"|"#, r#""3"|"H9"|"#]);
    // the two move together: both lines are of one household, and are judged anew
    office.lists(line("PZ-1", 4, WIFE).with("basis", "按户")).await;
    assert!(lit(office, "DR91").await.is_empty());
    let moved = json!({"person_no": "R-2", "effective_from": "2026-11-01", "household_no": "H1"});
    office.registers(Event::new("beneficiary.changed", moved)).await;
    assert_eq!(told(office, HOUSEHOLDS).await, [r#""1"|"H1"|"#, r#""2"|"H1"|"#, r#""3"|"H9"|"#, r#""4"|"H1"|"#]);
    assert_eq!(lit(office, "DR91").await, ["🟡 DR91 business:social_security PZ-1 600.00"]);
    // a number that was another's is taken back from the lines that had it
    let another = json!({"person_no": "R-1", "effective_from": "2026-11-02", "id_no": "342427197001010019"});
    office.registers(Event::new("beneficiary.changed", another)).await;
    assert_eq!(told(office, HOUSEHOLDS).await[0], r#""1"|∅|"#);
});

const WAITING: &str = r#"
[[level]]
light = "黄灯"
when = "填报日期 不为空 且 (审核状态 为空 或 审核状态 ≠ '通过')"
"#;

office_story!(a_review_may_come_before_its_goal, async |office| {
    watches(office, "JX91", ("绩效管理", "绩效目标"), WAITING).await;
    let stands = "SELECT filed_on, status, reviewed_on, published_on FROM goal";
    office.allocates(review("通过", "2026-11-10")).await;
    assert_eq!(told(office, stands).await, [r#"∅|"通过"|"2026-11-10"|∅|"#]);
    assert_eq!(office.says("张敏", "/绩效 查询 XM1").await, "没有收到这个项目2026年的绩效目标。请核对项目编码和年度。");
    office.allocates(goal("2026-11-02")).await;
    assert_eq!(told(office, stands).await, [r#""2026-11-02"|"通过"|"2026-11-10"|∅|"#]);
    assert!(lit(office, "JX91").await.is_empty());
    // published: the same goal, and what was decided of it holds
    office.allocates(goal("2026-11-02").with("published_on", "2026-11-20")).await;
    assert_eq!(told(office, stands).await, [r#""2026-11-02"|"通过"|"2026-11-10"|"2026-11-20"|"#]);
    // another text waits anew, also under the day of before; nobody knows of what a section answers that none is named for
    office.allocates(goal("2026-11-02").with("text", "改造道路5公里")).await;
    insta::assert_snapshot!(lit(office, "JX91").await.join("\n"), @"🟡 JX91 review_center 5,000.00");
    assert_eq!(office.says("赵刚", "/绩效 查询").await, "2026年待审核的绩效目标 1 个\nXM1  填报 2026-11-02");
    assert_eq!(office.says("赵刚", "/绩效 审核 XM1 不通过 意见=目标降低").await, "已记录审核:XM1 2026年绩效目标不通过。");
    // what a source told long ago is no news when it tells it again
    assert_eq!(office.allocates(review("通过", "2026-11-10")).await.told(), "200 known");
    assert_eq!(told(office, "SELECT status, reviewed_on FROM goal").await, [r#""不通过"|"2026-11-23"|"#]);
});

const REPORTED: &str = r#"
[[level]]
light = "黄灯"
when = "实际值 < 60"
"#;

office_story!(progress_is_by_indicator_and_falls_to_the_section_of_its_project, async |office| {
    watches(office, "JX92", ("绩效管理", "执行情况"), REPORTED).await;
    let progress = |indicator: &str, actual: u8| {
        let data =
            json!({"project_code": "XM1", "fiscal_year": 2026, "indicator_no": indicator, "period": "三季度", "actual": actual, "filed_on": "2026-10-12"});
        Event::new("performance.progress", data)
    };
    assert_eq!(office.allocates(progress("1", 50)).await.told(), "200 accepted");
    assert_eq!(office.allocates(progress("2", 90)).await.told(), "200 accepted", "another indicator");
    assert_eq!(office.allocates(progress("2", 80)).await.told(), "200 corrected");
    assert_eq!(told(office, "SELECT indicator_no, actual FROM progress ORDER BY key").await, [r#""1"|"50"|"#, r#""2"|"80"|"#]);
    // nobody is named: 评审中心; then the section of the project's allocation; then that which the goal names
    office.allocates(allocation("ZB-1", "5000.00").with("project_code", "XM1")).await;
    office.allocates(progress("3", 40)).await;
    office.allocates(goal("2026-11-02").with("section", "教科文股")).await;
    office.allocates(progress("4", 30)).await;
    insta::assert_snapshot!(lit(office, "JX92").await.join("\n"), @r"
    🟡 JX92 review_center
    🟡 JX92 business:social_security
    🟡 JX92 business:education
    ");
    let indicator = json!({"project_code": "XM1", "fiscal_year": 2026, "indicator_no": "1", "measure": "产出", "name": "里程", "comparison": "≥", "target": 12.5, "unit": "公里"});
    office.allocates(Event::new("performance.indicator", indicator)).await;
    assert_eq!(told(office, "SELECT measure, comparison, target, weight FROM indicator").await, [r#""产出"|"≥"|"12.5"|∅|"#]);
    office
        .allocates(Event::new("performance.self_evaluation", json!({"project_code": "XM1", "fiscal_year": 2026, "score": 92, "evaluated_on": "2026-11-20"})))
        .await;
    assert!(office.says("赵刚", "/绩效 查询 XM1").await.ends_with("绩效自评 已报"));
});

const PAID_BY_THE_STATE: &str = r#"
needs = ["财政供养"]
[facts]
"供养" = "财政供养 其中 身份证号 = 本次.身份证号 且 (截止日期 为空 或 截止日期 >= 本次.发放月初)"
[[level]]
light = "黄灯"
when = "供养.存在"
"#;

office_story!(who_leaves_a_list_ends_and_is_not_forgotten, async |office| {
    const CLERK: &str = "342427196503120012";
    watches(office, "DR95", ("到人到户", "明细"), PAID_BY_THE_STATE).await;
    office.allocates(allocation("ZB-1", "5000.00")).await;
    for (voucher, month) in [("PZ-1", "01"), ("PZ-2", "11")] {
        office.pays(payment(voucher, "600.00").with("payee_account", voucher)).await;
        office.lists(line(voucher, 1, CLERK).with("month", month)).await;
    }
    let summary = office.says("陈静", "/月报 汇总").await;
    assert!(summary.contains("未就绪:DR95 DR95,还没有收到过财政供养数据,没有判断。"), "{summary}");
    let listed = Event::new("payroll.listed", json!({"id_no": CLERK, "name": "汪桂兰", "agency_name": "县供销社", "effective_to": "2026-03-31"}));
    office.registers(listed.clone()).await;
    assert_eq!(lit(office, "DR95").await, ["🟡 DR95 business:social_security PZ-1 600.00"]);
    let stands = "SELECT status, effective_to FROM payroll";
    let delisted = |on: &str| Event::new("payroll.delisted", json!({"id_no": CLERK, "delisted_on": on}));
    // they had left before the list dropped them, and the list said so
    office.registers(delisted("2026-06-30")).await;
    assert_eq!(told(office, stands).await, [r#""移出"|"2026-03-31"|"#]);
    office.registers(listed.with("effective_to", json!(null))).await;
    assert_eq!(told(office, stands).await, [r#""在册"|∅|"#]);
    assert_eq!(lit(office, "DR95").await.len(), 2, "back on it, in November too");
    office.registers(delisted("2026-11-30")).await;
    assert_eq!(told(office, stands).await, [r#""移出"|"2026-11-30"|"#]);

    let standard = json!({"standard_no": "B1", "name": "低保", "project_code": "DB2026", "basis": "按人", "monthly": "600.00", "effective_from": "2026-01-01"});
    office.allocates(Event::new("standard.listed", standard.clone())).await;
    let stopped = json!({"standard_no": "B1", "name": "农村低保", "delisted_on": "2026-10-31"});
    office.allocates(Event::new("standard.delisted", stopped)).await;
    let kept = "SELECT name, project_code, monthly, status, effective_to FROM standard";
    assert_eq!(told(office, kept).await, [r#""低保"|"DB2026"|60000|"停用"|"2026-10-31"|"#]);
    office.allocates(Event::new("standard.listed", standard)).await;
    assert_eq!(told(office, kept).await, [r#""低保"|"DB2026"|60000|"有效"|∅|"#]);
});

office_story!(the_look_of_a_payment_is_kept_in_place_of_what_is_not, async |office| {
    office.allocates(allocation("ZB-1", "50000.00")).await;
    for (voucher, field, value) in [
        ("PZ-1", "payee_name", "霍山县财政局农业专项资金专户"),
        ("PZ-2", "payee_account_kind", "零余额账户"),
        ("PZ-3", "payee_name", "20261123"),
        ("PZ-4", "payee_account", "3415待补"),
        ("PZ-5", "paid_at", "2026-11-23T10:30:00+08:00"),
    ] {
        office.pays(payment(voucher, "100.00").with(field, value).told(MORNING)).await;
    }
    let table = "凭证号,支付日期,金额,收款人,经济科目,账户类型\nPZ-6,2026-11-23,100.00,衡山镇财政所,50902,\nPZ-7,2026-11-23,100.00,衡山镇财政所,50902,个人\n";
    office.imports(Kind::Payments, "支付.csv", table).await;
    let looks =
        "SELECT voucher_no, payee_account_kind, payee_shape, account_shape, economic_code, reported_on, reported_early FROM payment ORDER BY voucher_no";
    insta::assert_snapshot!(told(office, looks).await.join("\n"), @r#"
    "PZ-1"|"财政专户"|"正常"|"正常"|∅|"2026-11-23"|0|
    "PZ-2"|"零余额账户"|"正常"|"正常"|∅|"2026-11-23"|0|
    "PZ-3"|"其他"|"全为数字"|"正常"|∅|"2026-11-23"|0|
    "PZ-4"|"其他"|"正常"|"含汉字"|∅|"2026-11-23"|0|
    "PZ-5"|"其他"|"正常"|"正常"|∅|"2026-11-23"|1|
    "PZ-6"|"乡镇账户"|"正常"|∅|"50902"|∅|∅|
    "PZ-7"|"个人账户"|"正常"|∅|"50902"|∅|∅|
    "#);
    // the refund that came first, and one more: the day on which something was taken back last
    for (voucher, day) in [("TK-1", "21"), ("TK-2", "20")] {
        let refund = json!({"voucher_no": voucher, "original_voucher_no": "PZ-8", "refunded_at": format!("2026-11-{day}T09:00:00+08:00"), "amount": "30.00"});
        office.pays(Event::new("payment.refunded", refund)).await;
    }
    office.pays(payment("PZ-8", "100.00").with("paid_at", "2026-11-19T09:30:00+08:00")).await;
    assert_eq!(told(office, "SELECT net, reversed_on FROM payment WHERE voucher_no = 'PZ-8'").await, [r#"4000|"2026-11-21"|"#]);
});

office_story!(the_dates_of_an_approval_come_one_by_one, async |office| {
    let odd = allocation("ZB-1", "5000.00").with("doc_no", "霍财办(2018]164号").with("to_persons", true);
    office.allocates(odd).await;
    assert_eq!(told(office, "SELECT doc_no, doc_no_normal, to_persons FROM allocation").await, [r#""霍财办(2018]164号"|"霍财办〔2018〕164号"|1|"#]);
    assert!(office.says("张敏", "/指标 查询 霍财办〔2018〕164号").await.contains("ZB-1"));
    let approved = |field: &str, day: &str| Event::new("allocation.approved", json!({"allocation_id": "ZB-1"})).with(field, day);
    assert_eq!(office.allocates(approved("approved_on", "2026-02-10")).await.told(), "200 accepted");
    assert_eq!(office.allocates(approved("replied_on", "2026-02-28")).await.told(), "200 accepted", "one more date corrects nothing");
    assert_eq!(office.allocates(approved("replied_on", "2026-03-01")).await.told(), "200 corrected");
    let table = "指标编号,人大批准日期,批复单位日期,追加日期\nZB-1,,2026-03-12,2026-05-06\n";
    assert_eq!(office.imports(Kind::Allocations, "批复.csv", table).await, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    let dates = "SELECT approved_on, replied_on, unit_replied_on, appended_on FROM allocation";
    assert_eq!(told(office, dates).await, [r#""2026-02-10"|"2026-03-01"|"2026-03-12"|"2026-05-06"|"#]);
});
