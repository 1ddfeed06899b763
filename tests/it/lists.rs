//! Lists replaced whole, and the holidays of a new year.

use jingling::intake::files::{Kind, Order, Replace};
use jingling::store::Row;

use crate::harness::{Office, allocation, line, office_story, payment, plain_table};

const HEAD: [&str; 6] = ["户编号", "人编号", "姓名", "身份证号", "乡镇", "识别日期"];
const ONE: [&str; 6] = ["H1", "R-1", "汪桂兰", "342427196503120012", "佛子岭镇", "2020-01-01"];
const TWO: [&str; 6] = ["H2", "R-2", "储成林", "341525200303120019", "衡山镇", "2020-01-01"];
const THREE: [&str; 6] = ["H3", "R-3", "何家英", "", "衡山镇", "2020-01-01"];

fn register(people: &[&[&str]]) -> Vec<u8> {
    let rows: Vec<&[&str]> = std::iter::once(&HEAD[..]).chain(people.iter().copied()).collect();
    plain_table(&rows)
}

fn whole(kind: Kind, as_of: &str) -> Order {
    Order { replace: Some(Replace { as_of: as_of.parse().unwrap(), sure: false }), ..Order::plain(kind) }
}

async fn told(office: &Office, query: &'static str) -> Vec<String> {
    office.store().db.fetch(query, Vec::new()).await.unwrap().iter().map(Row::describe).collect()
}

const PEOPLE: &str = "SELECT person_no, status, effective_to FROM beneficiary ORDER BY person_no";

office_story!(whoever_is_not_in_the_new_register_has_left_it, async |office| {
    office.allocates(allocation("ZB-1", "5000.00")).await;
    office.pays(payment("PZ-1", "600.00")).await;
    office.pays(payment("PZ-2", "600.00").with("paid_at", "2026-11-23T09:31:00+08:00")).await;
    office.imports(Kind::Beneficiaries, "名册.csv", register(&[&ONE, &TWO, &THREE])).await;
    let replaced = office.imports_as(&whole(Kind::Beneficiaries, "2026-10-20"), "新名册.csv", register(&[&ONE, &THREE])).await;
    assert_eq!(replaced, "新增 0 行,已有 2 行,更正 0 行,拒收 0 行。名单整体替换:有 1 个离开名单,0 个重新列入。");
    assert_eq!(told(office, PEOPLE).await, [r#""R-1"|"在册"|∅|"#, r#""R-2"|"清退"|"2026-10-20"|"#, r#""R-3"|"在册"|∅|"#]);
    office.lists(line("PZ-1", 1, TWO[3]).with("name", TWO[2]).with("month", "10")).await;
    office.lists(line("PZ-1", 2, ONE[3]).with("month", "11")).await;
    assert!(office.lights().await.is_empty(), "the one was still on it in October, the other is: {:?}", office.lights().await);
    office.lists(line("PZ-2", 1, TWO[3]).with("name", TWO[2]).with("month", "11")).await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🟡 DR01 business:social_security PZ-2 600.00
    YJ2026-000002 🟡 DR12 business:social_security PZ-2 600.00
    ");
    // given again: nobody is left to leave
    office.wait_until_sent().await;
    let before = office.journal().await;
    let again = office.imports_as(&whole(Kind::Beneficiaries, "2026-10-25"), "新名册.csv", register(&[&ONE, &THREE])).await;
    assert!(again.starts_with("这份内容以前已经导入"), "{again}");
    assert_eq!(office.journal().await, before);
    // and back: to leave and to come back may alternate on one day
    for _ in 0..2 {
        let back = office.imports_as(&whole(Kind::Beneficiaries, "2026-10-20"), "名册.csv", register(&[&ONE, &TWO, &THREE])).await;
        assert!(back.ends_with("名单整体替换:有 0 个离开名单,1 个重新列入。"), "{back}");
        assert_eq!(told(office, PEOPLE).await[1], r#""R-2"|"在册"|∅|"#);
        let left = office.imports_as(&whole(Kind::Beneficiaries, "2026-10-20"), "新名册.csv", register(&[&ONE, &THREE])).await;
        assert!(left.ends_with("名单整体替换:有 1 个离开名单,0 个重新列入。"), "{left}");
        assert_eq!(told(office, PEOPLE).await[1], r#""R-2"|"清退"|"2026-10-20"|"#);
    }
});

office_story!(a_list_is_not_emptied_by_mistake, async |office| {
    office.imports(Kind::Beneficiaries, "名册.csv", register(&[&ONE, &TWO, &THREE])).await;
    let before = office.journal().await;
    let half = office.imports_as(&whole(Kind::Beneficiaries, "2026-11-23"), "半份.csv", register(&[&ONE])).await;
    assert_eq!(half, "没有导入。替换后名单上的 3 个会有 2 个离开,超过一半,没有导入。请核对文件是否完整;确实如此的,加上 --yes 再导入。");
    assert_eq!(office.journal().await, before);
    // a slip of the pen makes nobody leave
    let slip = ["H1", "R-1", "汪桂兰", "342427196503120012", "佛子岭镇", "去年"];
    let refused = office.imports_as(&whole(Kind::Beneficiaries, "2026-11-23"), "错字.csv", register(&[&slip, &TWO])).await;
    insta::assert_snapshot!(refused, @r"
    新增 0 行,已有 1 行,更正 0 行,拒收 1 行。因为有拒收的行,名单没有整体替换,没有人离开名单;请改正后重新导入。
    2 识别日期: 应为日期,例如 2026-11-23
    ");
    assert!(told(office, PEOPLE).await.iter().all(|person| person.contains("在册")));
    // who is on it by another source's word stays
    let other = Order { source: Some("town".to_owned()), ..whole(Kind::Beneficiaries, "2026-11-23") };
    let by_town = office.imports_as(&other, "镇.csv", register(&[&["H9", "R-9", "余秀珍", "", "衡山镇", "2020-01-01"]])).await;
    assert_eq!(by_town, "新增 1 行,已有 0 行,更正 0 行,拒收 0 行。");
    let sure = Order { replace: Some(Replace { as_of: "2026-11-23".parse().unwrap(), sure: true }), ..Order::plain(Kind::Beneficiaries) };
    let dry = Order { dry_run: true, ..sure.clone() };
    let tried = office.imports_as(&dry, "半份.csv", register(&[&ONE])).await;
    assert_eq!(tried, "试读:可以导入 1 行,不能导入 0 行。没有写入任何内容。名单整体替换:会有 2 个离开名单,0 个重新列入。");
    let meant = office.imports_as(&sure, "半份.csv", register(&[&ONE])).await;
    assert_eq!(meant, "新增 0 行,已有 1 行,更正 0 行,拒收 0 行。名单整体替换:有 2 个离开名单,0 个重新列入。");
    let payments = office.imports_as(&whole(Kind::Payments, "2026-11-23"), "支付.csv", "凭证号,支付日期,金额\nPZ-1,2026-11-23,1\n").await;
    assert!(payments.starts_with("没有导入。支付不是名单,不能整体替换。"), "{payments}");
});

office_story!(payroll_projects_and_standards_are_left_and_joined_again, async |office| {
    for (kind, standing, head, one, two) in [
        (
            Kind::Payroll,
            ["SELECT status, effective_to FROM payroll ORDER BY effective_to IS NULL, key", r#""移出"|"2026-11-23"|"#, r#""在册"|∅|"#],
            "身份证号,姓名",
            "342427196503120012,汪桂兰",
            "341525200303120019,储成林",
        ),
        (
            Kind::Projects,
            ["SELECT status, delisted_on FROM project ORDER BY delisted_on IS NULL, key", r#""移出"|"2026-11-23"|"#, r#""在库"|∅|"#],
            "项目编码,项目名称,年度",
            "XM-1,修路,2026",
            "XM-2,修桥,2026",
        ),
        (
            Kind::Standards,
            ["SELECT status, effective_to FROM standard ORDER BY effective_to IS NULL, key", r#""停用"|"2026-11-23"|"#, r#""有效"|∅|"#],
            "标准编号,标准名称,口径,月标准,执行日期",
            "B1,低保,按人,600,2026-01-01",
            "B2,五保,按人,800,2026-01-01",
        ),
    ] {
        let [query, ended, stands] = standing;
        let both = format!("{head}\n{one}\n{two}\n");
        let first = format!("{head}\n{one}\n");
        assert_eq!(office.imports(kind, "全.csv", &both).await, "新增 2 行,已有 0 行,更正 0 行,拒收 0 行。", "{head}");
        let left = office.imports_as(&whole(kind, "2026-11-23"), "一.csv", &first).await;
        assert_eq!(left, "新增 0 行,已有 1 行,更正 0 行,拒收 0 行。名单整体替换:有 1 个离开名单,0 个重新列入。");
        assert_eq!(told(office, query).await, [ended, stands]);
        let back = office.imports_as(&whole(kind, "2026-11-23"), "全.csv", &both).await;
        assert!(back.ends_with("名单整体替换:有 0 个离开名单,1 个重新列入。"), "{back}");
        assert_eq!(told(office, query).await, [stands, stands]);
    }
});

/// As the notice for 2027 might have it: a short week worked for the long one.
const YEAR: &str = "日期,休/班,名称\n2027-01-01,休,元旦\n2027-01-04,放假,元旦\n2027-01-09,班,元旦\n2027-05-01,休,劳动节\n2027-05-03,休,劳动节\n\
    2027-05-04,休,劳动节\n2027-05-05,休,劳动节\n2027-10-01,休,国庆节\n2027-10-04,休,国庆节\n2027-10-05,休,国庆节\n2027-10-06,休,国庆节\n2027-10-07,休,国庆节\n";

office_story!(the_holidays_of_a_new_year_move_what_is_not_yet_told, async |office| {
    office.wind(chrono::TimeDelta::days(38)); // Thursday, 31 December
    office.allocates(allocation("ZB-1", "100000.00")).await;
    let cash = |voucher: &str| payment(voucher, "5000.00").with("settlement", "现金").with("paid_at", "2026-12-31T09:30:00+08:00");
    office.pays(cash("PZ-1")).await;
    office.pays(payment("PZ-2", "10.00").with("allocation_id", "ZB-2").with("paid_at", "2026-12-31T09:31:00+08:00")).await;
    let waits = "SELECT rule, due_on FROM due WHERE rule = 'ZC13' ORDER BY rule";
    assert_eq!(told(office, waits).await, [r#""ZC13"|"2027-01-02"|"#], "one working day of grace, by the plain week");
    assert_eq!(office.imports(Kind::Holidays, "节假日.csv", YEAR).await, "新增 12 行,已有 0 行,更正 0 行,拒收 0 行。");
    office.pays(cash("PZ-3")).await;
    let due = told(office, "SELECT voucher_no, due_on FROM warning WHERE rule = 'ZC01' ORDER BY no").await;
    assert_eq!(due, [r#""PZ-1"|"2027-01-15"|"#, r#""PZ-3"|"2027-01-15"|"#], "what was told by the plain week is counted again");
    office.jobs().await;
    assert_eq!(told(office, waits).await, [r#""ZC13"|"2027-01-06"|"#], "the grace ends on the first day worked");
    office.wait_until_sent().await;
    let before = office.journal().await;
    assert_eq!(office.imports(Kind::Holidays, "节假日.csv", YEAR).await, "新增 0 行,已有 12 行,更正 0 行,拒收 0 行。");
    assert_eq!(office.journal().await, before, "the same table again changes nothing");
    for (table, fault) in [
        ("日期,休/班\n2027-01-01,休\n", "2027 年的表里没有 10 月的国庆节,看来不完整;请补全后再导入"),
        // a shipped year is not lost to a table of one day
        ("日期,休/班\n2026-10-01,休\n", "2026 年的表里只有 1 天休假,全年应有 11 天以上;请补全,不属于这一年的行请删去"),
        ("日期,休/班\n2027-10-01,休\n2027-10-02,也许\n", "第 3 行: 应写 休 或 班"),
        ("日期,休/班\n2027-10-01,休\n2027年10月1日,班\n", "第 3 行: 这一天写了两次"),
    ] {
        assert_eq!(office.imports(Kind::Holidays, "错.csv", table).await, format!("没有导入。节假日表没有导入: {fault}。"));
    }
    assert_eq!(office.journal().await, before, "all of it or nothing");
});
