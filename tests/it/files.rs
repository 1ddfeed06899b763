//! Files from offices that have no webhooks: the same door, the same identity, and a report of what was refused.

use std::collections::BTreeMap;
use std::sync::Mutex;

use chrono::TimeDelta;
use jingling::intake::files::{Kind, Order, Progress};
use jingling::store::Row;

use crate::harness::{Office, allocation, office_story, payment, plain_table, workbook};

/// As the treasury's system writes it: a title, a unit, the head, rows, a sum, a signature.
fn daily(amount: &str) -> Vec<u8> {
    workbook(&[
        &["霍山县国库支付中心支付明细表"],
        &["", "", "", "", "", "", "", "单位:万元"],
        &["凭证号", "指标编号", "支付时间", "收款人", "收款账号", "支付金额", "用途", "结算方式", "归口股室"],
        &["PZ-1", "ZB-1", "2026-11-23 09:30:00", "霍山县佛子岭镇农机服务部", "3415PZ-1", amount, "购置农机具", "电子转账", "business:social_security"],
        &["PZ-2", "ZB-1", "2026-11-23 09:40:00", "霍山县衡山镇农机服务部", "3415PZ-2", "0.02", "购置农机具", "电子转账", "business:social_security"],
        &["合计", "", "", "", "", "0.03"],
        &["制表人:周涛"],
    ])
}

/// What a query for text tells, a row a line.
async fn told(office: &Office, query: &'static str) -> Vec<String> {
    office.store().db.fetch(query, Vec::new()).await.unwrap().iter().map(Row::describe).collect()
}

const PAYMENTS: &str = "SELECT key, amount, version FROM payment ORDER BY key";

office_story!(a_file_given_twice_changes_nothing, async |office| {
    office.funds(allocation("ZB-1", "1000.00")).await;
    let first = office.imports(Kind::Payments, "明细.xlsx", daily("0.01")).await;
    assert_eq!(first, "新增 2 行,已有 0 行,更正 0 行,拒收 0 行。另有 2 行合计、说明或重复的标题没有导入。");
    assert_eq!(told(office, PAYMENTS).await, [r#""treasury/2026/PZ-1"|10000|1|"#, r#""treasury/2026/PZ-2"|20000|1|"#]);
    let before = office.journal().await;
    office.wind(TimeDelta::days(3));
    let again = office.imports(Kind::Payments, "另一个名字.xlsx", daily("0.01")).await;
    assert!(again.starts_with("这份内容以前已经导入,这次没有改变。"), "{again}");
    assert_eq!(office.journal().await, before);
    assert!(office.lights().await.is_empty(), "{:?}", office.lights().await);
});

office_story!(a_corrected_file_is_a_visible_correction, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    office.imports(Kind::Payments, "明细.xlsx", daily("0.01")).await;
    let corrected = office.imports(Kind::Payments, "明细.xlsx", daily("0.015")).await;
    assert!(corrected.starts_with("新增 0 行,已有 1 行,更正 1 行,拒收 0 行。"), "{corrected}");
    assert_eq!(told(office, "SELECT key, version, event_type FROM correction").await, [r#""treasury/2026/PZ-1"|2|"payment.paid"|"#]);
    // the first file once more says nothing new, unless it is meant
    let first = office.imports(Kind::Payments, "明细.xlsx", daily("0.01")).await;
    assert!(first.starts_with("这份内容以前已经导入"), "{first}");
    let again = Order { again: true, ..Order::plain(Kind::Payments) };
    for _ in 0..2 {
        assert!(office.imports_as(&again, "明细.xlsx", daily("0.01")).await.contains("行,更正 "));
    }
    assert_eq!(told(office, PAYMENTS).await, [r#""treasury/2026/PZ-1"|10000|3|"#, r#""treasury/2026/PZ-2"|20000|1|"#]);
});

office_story!(a_payment_by_file_and_by_webhook_is_one_payment, async |office| {
    office.allocates(allocation("ZB-1", "1000.00")).await;
    // by webhook first, then by file; then the other way round
    let by_webhook = |voucher: &str, at: &str, amount: &str| payment(voucher, amount).with("paid_at", at);
    assert_eq!(office.pays(by_webhook("PZ-1", "2026-11-23T09:30:00+08:00", "100.00")).await.told(), "200 accepted");
    let file = office.imports(Kind::Payments, "明细.xlsx", daily("0.01")).await;
    assert!(file.starts_with("新增 1 行,已有 1 行,更正 0 行,拒收 0 行。"), "{file}");
    let second = by_webhook("PZ-2", "2026-11-23T01:40:00Z", "200.00").with("payee_name", "霍山县衡山镇农机服务部");
    assert_eq!(office.pays(second).await.told(), "200 known");
    assert_eq!(told(office, PAYMENTS).await, [r#""treasury/2026/PZ-1"|10000|1|"#, r#""treasury/2026/PZ-2"|20000|1|"#]);
    // under another source it is another's voucher
    let other = Order { source: Some("bank".to_owned()), ..Order::plain(Kind::Payments) };
    assert!(office.imports_as(&other, "明细.xlsx", daily("0.01")).await.starts_with("新增 2 行"));
});

/// Somebody's name and numbers, which nobody but the ledger may see.
const SECRET: [&str; 4] = ["汪桂兰", "342427196503120012", "6228480000012345678", "13800001234"];

office_story!(what_is_refused_is_told_by_row_and_column, async |office| {
    let list = workbook(&[
        &["霍山县2026年11月惠民惠农财政补贴资金发放清册"],
        &["序号", "乡镇", "村", "户主姓名", "身份证号", "一卡通账号", "补贴项目", "应发金额(元)", "实发金额(元)", "发放月份"],
        &["#1", "佛子岭镇", "", "汪桂兰", "342427196503120012", "6228480000012345678", "DB2026", "#600", "#600", "2026年11月"],
        &["#2", "佛子岭镇", "", "汪桂兰", "#342427196503120012", "6228480000012345678", "DB2026", "#600.005", "#600", "2026年11月"],
        &["#3", "佛子岭镇", "", "汪桂兰", "342427196503120012", "6228480000012345678", "汪桂兰,13800001234", "#600", "#600", "2026年11月"],
        &["#4", "佛子岭镇", "", "汪桂兰", "", "6228480000012345678", "DB2026", "陆佰", "", "第一批"],
        &["合计", "", "", "", "", "", "", "#2400", "#1800", ""],
    ]);
    let order = Order { set: BTreeMap::from([("voucher_no".to_owned(), "PZ-1".to_owned())]), ..Order::plain(Kind::Disbursements) };
    let report = office.imports_as(&order, "清册.xlsx", &list).await;
    insta::assert_snapshot!(report, @r"
    新增 1 行,已有 0 行,更正 0 行,拒收 3 行。另有 1 行合计、说明或重复的标题没有导入。
    4 应发金额: 金额超过两位小数(格子里可能只显示两位),不会四舍五入;请改成两位小数
    4 身份证号: 超过 Excel 能保存的 15 位,后面的数字已经丢失;请把这一列设为文本格式,再重新填写
    5 补贴项目: 只能用字母、数字、汉字和 -_/.〔〕()（）[]号第
    6 应发金额: 应为金额,例如 12800.00
    6 发放月份: 应为月份,例如 11、2026年11月或全年
    ");
    assert_eq!(office.quarantine().await, 3, "kept, as they stand");
    let reasons = told(office, "SELECT field, reason FROM quarantine ORDER BY line").await.join("\n");
    for secret in SECRET {
        assert!(!report.contains(secret) && !reasons.contains(secret), "{secret}");
    }
    // the same file again tells the same
    let again = office.imports_as(&order, "清册.xlsx", &list).await;
    assert_eq!(again, format!("这份内容以前已经导入,这次没有改变。当时:{report}"));
    let dry = Order { dry_run: true, ..order };
    let tried = office.imports_as(&dry, "清册.xlsx", &list).await;
    assert_eq!(tried.lines().skip(1).collect::<Vec<_>>(), report.lines().skip(1).collect::<Vec<_>>());
    assert!(tried.starts_with("试读:可以导入 1 行,不能导入 3 行。没有写入任何内容。"), "{tried}");
    assert_eq!(told(office, "SELECT line_no, paid, month, basis FROM disbursement").await, [r#""1"|60000|"11"|"按户"|"#]);
});

office_story!(a_dry_run_writes_nothing, async |office| {
    let before = office.journal().await;
    let dry = Order { dry_run: true, ..Order::plain(Kind::Payments) };
    let tried = office.imports_as(&dry, "明细.xlsx", daily("0.01")).await;
    assert!(tried.starts_with("试读:可以导入 2 行,不能导入 0 行。没有写入任何内容。"), "{tried}");
    assert_eq!((office.journal().await, told(office, PAYMENTS).await.len()), (before, 0));
});

office_story!(a_gbk_file_with_full_width_digits_is_read, async |office| {
    let text = "凭证编号,付款日期,收款单位,收款人账号,付款金额,摘要\nＰＺ－９,2026年11月23日,霍山县农机服务部,３４１５ 0001,\"１,２３４．５０\",购置农机具\n";
    let (gbk, ..) = encoding_rs::GBK.encode(text);
    let report = office.imports(Kind::Payments, "明细.csv", gbk).await;
    assert_eq!(report, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    assert_eq!(told(office, "SELECT voucher_no, amount, paid_on, account_tail FROM payment").await, [r#""PZ-9"|123450|"2026-11-23"|"****0001"|"#]);
});

office_story!(a_file_that_does_not_fit_is_refused_whole, async |office| {
    let before = office.journal().await;
    let no_amount = plain_table(&[&["凭证号", "支付日期", "收款人"], &["PZ-1", "2026-11-23", "汪桂兰"]]);
    assert_eq!(
        office.imports(Kind::Payments, "a.csv", no_amount).await,
        "没有导入。缺少这些列: 金额(amount)。请补上,或把标题改成这样;每行都一样的,可以用 --set 括号里的字段=内容 写明。"
    );
    let empty = plain_table(&[&["凭证号", "支付日期", "金额"]]);
    assert_eq!(office.imports(Kind::Payments, "b.csv", empty).await, "没有导入。标题行下面没有数据。");
    let own = |text: &str| Order { mapping: Some(("own.toml".to_owned(), text.to_owned())), ..Order::plain(Kind::Payments) };
    let no_column = own("kind = \"payments\"\nevent = \"payment.paid\"\nsource = \"treasury\"\n");
    insta::assert_snapshot!(office.imports_as(&no_column, "c.xlsx", daily("0.01")).await, @r#"
    没有导入。列的对照 own.toml 有 4 处问题:
    没有写任何一列。请在 [columns] 下写 字段 = { titles = ["标题"] }。
    缺少必须填写的字段 amount(金额):请给它写一列或一个默认值。
    缺少必须填写的字段 paid_at(支付时间):请给它写一列或一个默认值。
    缺少必须填写的字段 voucher_no(凭证号):请给它写一列或一个默认值。
    "#);
    let other_kind =
        own("kind = \"payroll\"\nevent = \"payroll.listed\"\nsource = \"r\"\n[columns]\nid_no = { titles = [\"身份证号\"] }\nname = { titles = [\"姓名\"] }");
    assert_eq!(office.imports_as(&other_kind, "c.xlsx", daily("0.01")).await, "没有导入。列的对照是 payroll 用的,不是 payments 用的。");
    let set = Order { set: BTreeMap::from([("vocher_no".to_owned(), "1".to_owned())]), ..Order::plain(Kind::Payments) };
    assert_eq!(office.imports_as(&set, "c.xlsx", daily("0.01")).await, "没有导入。事件 payment.paid 没有字段 vocher_no,是不是想写 voucher_no?");
    let source = Order { source: Some("国库".to_owned()), ..Order::plain(Kind::Payments) };
    assert_eq!(office.imports_as(&source, "c.xlsx", daily("0.01")).await, "没有导入。来源应为 1 到 32 个小写英文、数字或下划线,例如 treasury。");
    assert_eq!(office.imports(Kind::Payments, "d.xlsx", "不是工作簿\n").await.split('。').next(), Some("没有导入"));
    assert_eq!(office.journal().await, before);
});

office_story!(an_offices_own_mapping_reads_its_own_columns, async |office| {
    let order = Order {
        mapping: Some((
            "own.toml".to_owned(),
            "kind = \"payments\"\nevent = \"payment.paid\"\nsource = \"bank\"\n[columns]\nvoucher_no = { titles = [\"流水\"], read = \"code\" }\n\
             paid_at = { titles = [\"哪天\"], read = \"time\" }\namount = { titles = [\"多少\"], read = \"money\" }\n[defaults]\nsettlement = \"现金\""
                .to_owned(),
        )),
        ..Order::plain(Kind::Payments)
    };
    let file = plain_table(&[&["流水", "哪天", "多少(万元)"], &["L1", "2026-11-23", "0.5"]]);
    assert_eq!(office.imports_as(&order, "own.csv", file).await, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    assert_eq!(told(office, "SELECT key, amount, settlement FROM payment").await, [r#""bank/2026/L1"|500000|"现金"|"#]);
});

/// Payments that light nothing.
const HEAD: &str = "凭证号,支付日期,金额,指标编号,收款人,收款账号,用途\n";

office_story!(a_file_cut_in_the_middle_goes_on_where_it_was, async |office| {
    let vouchers: Vec<String> = (0..4100).map(|n| format!("PZ-{n}")).collect();
    let rows = vouchers.iter().map(|voucher| format!("{voucher},2026-11-23,1.00,ZB-{voucher},霍山县衡山镇农机服务部,3415{voucher},购置农机具\n"));
    let file = HEAD.to_owned() + &rows.collect::<String>();
    let order = Order::plain(Kind::Payments);
    office.saves("long.csv", &file);
    let before = office.journal().await;
    // the machine stops after the first two thousand lines
    let stops = |progress| assert!(!matches!(progress, Progress::Entering { done: 2000, .. }), "the machine stops");
    let cut = std::panic::AssertUnwindSafe(office.tries_to_import(&order, "long.csv", stops));
    assert!(futures_util::FutureExt::catch_unwind(cut).await.is_err());
    assert_eq!(office.journal().await, before + 1);
    office.restart().await;
    let entered = std::sync::Arc::new(Mutex::new(Vec::new()));
    let seen = std::sync::Arc::clone(&entered);
    let outcome = office.tries_to_import(&order, "long.csv", move |progress| {
        if let Progress::Entering { done, .. } = progress {
            seen.lock().unwrap().push(done);
        }
    });
    assert_eq!(outcome.await.unwrap().counts.to_string(), "新增 4100 行,已有 0 行,更正 0 行,拒收 0 行。");
    assert_eq!((office.journal().await, entered.lock().unwrap().as_slice()), (before + 3, &[4000, 4100][..]), "two more chunks, none twice");
});

office_story!(two_imports_of_one_file_at_once_enter_it_once, async |office| {
    let rows = (0..8100).map(|n| format!("PZ-{n},2026-11-23,1.00,ZB-{n},霍山县衡山镇农机服务部,3415{n},购置农机具\n"));
    office.saves("long.csv", HEAD.to_owned() + &rows.collect::<String>());
    let (order, before) = (Order::plain(Kind::Payments), office.journal().await);
    let (one, two) = tokio::join!(office.tries_to_import(&order, "long.csv", |_| ()), office.tries_to_import(&order, "long.csv", |_| ()));
    for outcome in [one, two] {
        assert!(outcome.unwrap().counts.to_string().contains("新增 8100 行,已有 0 行,更正 0 行,拒收 0 行。"));
    }
    assert_eq!(office.journal().await, before + 5, "five chunks, none twice");
});

office_story!(a_list_of_another_town_overwrites_nobody, async |office| {
    let list = |people: &[(&str, &str, &str)]| {
        let rows = people.iter().map(|(id_no, account, paid)| format!("PZ-1,{id_no},{account},DB2026,600,{paid},2026年11月\n"));
        "凭证号,身份证号,账号,项目编码,应发,实发,发放月份\n".to_owned() + &rows.collect::<String>()
    };
    const LINES: &str = "SELECT key, paid FROM disbursement ORDER BY key";
    let first = [("342427196503120012", "6228480000012345678", "600"), ("341525200303120019", "6228480000012345679", "600")];
    office.imports(Kind::Disbursements, "佛子岭镇.csv", list(&first)).await;
    let town = list(&[("34152519560818002X", "6228480000012345680", "600")]);
    let refused = office.imports(Kind::Disbursements, "衡山镇.csv", &town).await;
    assert!(refused.starts_with("没有导入。同一凭证的 1 行已是别人的发放明细"), "{refused}");
    let on = Order { set: BTreeMap::from([("line_no".to_owned(), "1001".to_owned())]), ..Order::plain(Kind::Disbursements) };
    assert_eq!(office.imports_as(&on, "衡山镇.csv", &town).await, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    // the same people with another amount or another account are a correction
    let corrected = list(&[("342427196503120012", "6228480000012345678", "500"), ("341525200303120019", "6228480000012345699", "600")]);
    assert_eq!(office.imports(Kind::Disbursements, "更正.csv", corrected).await, "新增 0 行,已有 0 行,更正 2 行,拒收 0 行。");
    assert_eq!(told(office, LINES).await, [r#""treasury/2026/PZ-1/1"|50000|"#, r#""treasury/2026/PZ-1/1001"|60000|"#, r#""treasury/2026/PZ-1/2"|60000|"#]);
    let sure = Order { sure: true, ..Order::plain(Kind::Disbursements) };
    assert_eq!(office.imports_as(&sure, "衡山镇.csv", &town).await, "新增 0 行,已有 0 行,更正 1 行,拒收 0 行。");
});

office_story!(each_table_of_performance_finds_its_mapping, async |office| {
    for (name, titles, row) in [
        ("目标", "项目编码,年度,绩效目标,填报日期", "XM-1,2026,修路三公里,2026-11-02"),
        ("指标", "项目编码,年度,指标编号,一级指标,三级指标,比较符号,目标值", "XM-1,2026,1,产出指标,里程,>=,3"),
        ("执行", "项目编码,指标编号,季度,实际完成值,填报日期", "XM-1,1,第三季度,2.5,2026-11-02"),
        ("审核", "项目编码,年度,审核结论,审核日期", "XM-1,2026,审核通过,2026-11-03"),
        ("自评", "项目编码,年度,自评得分,自评日期", "XM-1,2026,92.5,2026-11-04"),
    ] {
        let told = office.imports(Kind::Performance, &format!("{name}.csv"), format!("{titles}\n{row}\n")).await;
        assert_eq!(told, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。", "{name}");
    }
    let allocations = "指标编号,文号,收到日期,登记日期,金额(万元),级次,是否扶贫\nZB-7,皖财办〔2026〕7号,2026/1/12,2026.1.13,1.5,省级资金,是\n";
    assert_eq!(office.imports(Kind::Allocations, "指标.csv", allocations).await, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    assert_eq!(
        told(office, "SELECT allocation_id, amount, registered_on, tier, poverty_flag, fiscal_year FROM allocation").await,
        [r#""ZB-7"|1500000|"2026-01-13"|"省级"|"扶贫"|"2026"|"#]
    );
    let only_received = "指标编号,文号,收到日期,金额\nZB-8,皖财办〔2026〕8号,2026-11-20,1\n";
    assert_eq!(office.imports(Kind::Allocations, "收文.csv", only_received).await, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
});
