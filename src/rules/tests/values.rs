//! Values: texts and patterns, lists, document numbers, percentages, exact amounts, totals of facts.

use proptest::prelude::*;
use rust_decimal::Decimal;

use super::super::ledger::Ledger;
use super::*;
use crate::domain::Money;

const PARAMS: &str = r#""比例" = "12.5%", "截止" = "2026-11-30", "起始" = 2026-01-01, "月份" = [6, 9, 11], "编号式" = "^P[0-9]+$", "禁用词" = ["楼堂馆所", "津.?补贴"], "现金类""#;

fn with_params(when: &str) -> String {
    toml(when).replace("\"现金类\"", PARAMS)
}

fn judged(when: &str, records: &[Record]) -> bool {
    let rule = Rule::compile_for(&with_params(when), &[]).unwrap_or_else(|faults| panic!("{when}: {}", faults[0]));
    rule.judge(&records[0], day("2026-11-23"), &week(), &Ledger::of(records)).light.is_some()
}

#[test]
fn conditions_on_values() {
    let records = [
        record(Entity::Payment, "1", &format!("{SUBJECT} 乡镇=上土市")),
        record(Entity::Payment, "2", "凭证号=P2 支付金额=200.50 支付日期=2026-11-18 收款账号=A 年度=2025"),
        record(Entity::Payment, "3", "凭证号=P3 支付金额=300.00 冲销金额=300.00 支付日期=2026-11-19 收款账号=A 年度=2024"),
        record(Entity::Payment, "4", "凭证号=P4 支付日期=2026-11-01 收款账号=A"),
    ];
    for (when, expected) in [
        ("用途 匹配 '种.款'", true),
        ("用途 匹配 '^苗'", false),
        ("用途 匹配 '\\\\p{Han}{3}$'", true),
        ("凭证号 匹配 编号式", true),
        ("用途 匹配 禁用词 或 用途 匹配 ['甲', '苗']", true),
        ("用途 不为空 且 用途 不匹配 禁用词", true),
        ("收款人性质 匹配 '.*'", false),
        ("收款人性质 不匹配 '.*' 且 收款人性质 不为空", false),
        ("长度(用途) = 3 且 长度('ａｂ') = 2", true),
        ("长度(收款人性质) >= 0", false),
        ("用途 = '种苗款 ' 且 乡镇 = '上土市'", true),
        ("凭证号 = 'Ｐ１'", true),
        ("凭证号 属于 ['Ｐ１', 'P9']", true),
        ("年度 属于 [2025, 2026]", true),
        ("年度 不为空 且 年度 不属于 [2025]", true),
        ("月(支付日期) 属于 月份 且 年(支付日期) = 2026", true),
        ("冲销金额 为空 且 年度 属于 [-1, 2026.0]", true),
        ("支付日期 < 截止 且 支付日期 > 起始", true),
        ("同年(支付日期, 截止) 且 同月(支付日期, '2026-11-01')", true),
        ("同月(支付日期, '2025-11-20')", false),
        ("支付金额 * 10% = 100 且 支付金额 * 比例 = 125", true),
        ("支付金额 > 起点 * (100% - 1%)", true),
        ("同户.金额 / 支付金额 = 120.05%", true),
        ("绝对值(起点 - 支付金额 * 2) = 1000 且 绝对值(年度 - 2027) = 1 且 绝对值(-3) = 3 且 绝对值(支付金额) = 支付金额", true),
        ("同户.合计(支付金额) = 1200.50 且 全部同户.合计(支付金额) = 1500.50", true),
        ("同户.最大(支付金额) = 1000 且 同户.最小(支付金额) = 200.50", true),
        ("同户.合计(年度) = 4051 且 同户.最大(年度) = 2026 且 同户.最小(年度) = 2025", true),
        ("所属指标.合计(金额) = 0 且 所属指标.合计(年度) = 0", true),
        ("所属指标.最大(金额) > 0 或 所属指标.最小(年度) > 0", false),
        ("同户.最早(支付日期) = '2026-11-18'", true),
    ] {
        assert_eq!(judged(when, &records), expected, "{when}");
    }
}

/// A rule on allocations.
fn on_allocation(when: &str, fact: &str) -> Result<Rule, Vec<Diagnosis>> {
    let text = toml(when).replace("on = \"支付\"", "on = \"指标\"");
    let facts = text.find("\"同户\"").unwrap()..text.find("[[level]]").unwrap();
    let mut text = text;
    text.replace_range(facts, &format!("\"同文\" = \"{fact}\"\n"));
    Rule::compile_for(&text, &[])
}

#[test]
fn document_numbers_are_one_however_they_are_spelt() {
    let fact = "指标 其中 项目编码 = 本次.项目编码 且 上级文号 = 本次.本级文号";
    let records = [
        record(Entity::Allocation, "1", "本级文号=霍财办(2018]164号 项目编码=X 金额=1"),
        record(Entity::Allocation, "2", "上级文号=霍财办〔2018〕0164号 本级文号=皖财办[2019]1318号 项目编码=X 金额=1"),
        record(Entity::Allocation, "3", "上级文号=霍财办〔2018〕165号 本级文号=皖财办〔2019〕1318号 项目编码=X 金额=1"),
    ];
    for (when, expected) in [
        ("本级文号 = '霍财办〔2018〕164号'", true),
        ("本级文号 = '霍财办【２０１８】第164号'", true),
        ("本级文号 ≠ '霍财办[2018]164号' 且 本级文号 不为空", false),
        ("本级文号 属于 ['甲', '霍财办[2018]164号']", true),
        ("本级文号 不属于 ['霍财办[2018]164号'] 且 本级文号 不为空", false),
        ("本级文号 = '霍财办〔2018〕165号'", false),
        ("本级文号 开头是 '霍财办'", true),
        ("上级文号 = '霍财办〔2018〕164号'", false),
        ("同文.笔数 = 1", true),
    ] {
        let rule = on_allocation(when, fact).unwrap_or_else(|faults| panic!("{when}: {}", faults[0]));
        assert_eq!(rule.judge(&records[0], day("2026-11-23"), &week(), &Ledger::of(&records)).light.is_some(), expected, "{when}");
    }
    // both are kept in normal form: these may be looked up
    let rule = on_allocation("同文.笔数 = 1", "指标 其中 上级文号 = 本次.规范文号").unwrap();
    assert!(rule.judge(&records[0], day("2026-11-23"), &week(), &Ledger::of(&records)).light.is_some());
    assert!(on_allocation("同文.笔数 = 1", "指标 其中 本级文号 = 本次.上级文号").is_err());
    let distinct = on_allocation("同文.不同(本级文号) = 2", "指标 其中 项目编码 = 本次.项目编码").unwrap();
    assert!(distinct.judge(&records[0], day("2026-11-23"), &week(), &Ledger::of(&records)).light.is_some());
}

#[test]
fn faults_of_values_read_like_a_colleague() {
    let conditions = [
        "用途 匹配 '('",
        "用途 匹配 '(?=甲)'",
        "用途 匹配 '[0-9]{99999}'",
        "用途 匹配 凭证号",
        "用途 匹配 3",
        "收款账号 匹配 '6'",
        "用途 匹配 ''",
        "年度 = [2026]",
        "支付金额 属于 [1, 2]",
        "用途 属于 [1, 2]",
        "支付金额 > 10%",
        "支付日期 > 比例",
        "用途 = 编号",
        "长度(支付金额) > 1",
        "长度(用途, 1) > 1",
        "日期(年度, 13, 1) > 支付日期",
        "季末(年度, 5) > 支付日期",
        "月(用途) = 1",
        "序时进度(用途) > 1",
        "绝对值(用途) > 1",
        "超过(支付日期, 121 月)",
        "超过('去年', 1 月)",
        "同月(支付日期, 3)",
        "同户.合计(用途) > 1",
        "同户.最大(支付日期) > 支付日期",
        "同户.合计 > 1",
        "同户.合什(支付金额) > 1",
        "5 天",
    ];
    let told = |when: &str| {
        let text = with_params(when).replace("\"现金类\"", "\"编号\" = \"50206\", \"现金类\"");
        Rule::compile_for(&text, &[]).unwrap_err().iter().map(|fault| format!("{fault}\n")).collect::<String>()
    };
    let all: String = conditions.into_iter().map(told).collect();
    insta::assert_snapshot!(all, @r##"
    第 16 行第 17 个字起:"'('" 这个匹配式看不懂。请检查括号是否成对,*、+、? 前面有没有内容,反斜杠后面的字母有没有意义;不能向前、向后张望,也不能引用前面的括号。
    第 16 行第 17 个字起:"'(?=甲)'" 这个匹配式看不懂。请检查括号是否成对,*、+、? 前面有没有内容,反斜杠后面的字母有没有意义;不能向前、向后张望,也不能引用前面的括号。
    第 16 行第 17 个字起:"'[0-9]{99999}'" 这个匹配式太大了,请减少重复的次数,或者拆成几个。
    第 16 行第 17 个字起:"凭证号" 匹配 后面只能写带引号的文本,或者文本、列表的参数,例如 用途 匹配 '第[0-9]+批'。
    第 16 行第 17 个字起:"3" 匹配 后面只能写带引号的文本,或者文本、列表的参数,例如 用途 匹配 '第[0-9]+批'。
    第 16 行第 11 个字起:"收款账号" 匹配 前面要写文本,这里是密文。
    第 16 行第 17 个字起:"''" 没有内容的文本不能比较。要问有没有填写,请用「为空」。
    第 16 行第 11 个字起:"年度 = [2026]" 数与列表之间请用「属于」或「不属于」。
    第 16 行第 11 个字起:"支付金额 属于 [1, 2]" 一边是金额,一边是数的列表,不能比较。
    第 16 行第 11 个字起:"用途 属于 [1, 2]" 一边是文本,一边是数的列表,不能比较。
    第 16 行第 11 个字起:"支付金额 > 10%" 一边是金额,一边是百分比,不能比较。百分比要乘在金额上,例如 起点 * 10%。
    第 16 行第 11 个字起:"支付日期 > 比例" 一边是日期,一边是数,不能比较。
    第 16 行第 11 个字起:"用途 = 编号" 一边是金额,一边是文本,不能比较。写成 "50206" 的参数算作金额;要当作文本,请写成列表 ["50206"],用「属于」。
    第 16 行第 14 个字起:"支付金额" 这里要文本,写的却是金额。
    第 16 行第 11 个字起:"长度(用途, 1)" 长度 括号里写的项数不对,应像这样写:长度(用途)。
    第 16 行第 18 个字起:"13" 这里要 1 到 12 的整数。
    第 16 行第 18 个字起:"5" 这里要 1 到 4 的整数。
    第 16 行第 13 个字起:"用途" 这里要一个日期,写的却是文本。
    第 16 行第 16 个字起:"用途" 这里要一个数,写的却是文本。
    第 16 行第 15 个字起:"用途" 绝对值 里要写金额或数,写的却是文本。
    第 16 行第 20 个字起:"121" 期限要是 0 到 120 的整数。
    第 16 行第 14 个字起:"'去年'" 这里要一个日期,写成 '2026-01-31' 的样子。
    第 16 行第 20 个字起:"3" 这里要一个日期,写的却是数。
    第 16 行第 11 个字起:"同户.合计(用途)" 合计 要一个金额或数的字段,用途 不是。
    第 16 行第 11 个字起:"同户.最大(支付日期)" 支付日期 是日期,请用 最早 或 最晚。
    第 16 行第 11 个字起:"同户.合计" 合计 后面要写字段,例如 同户.合计(支付金额)。
    第 16 行第 11 个字起:"同户.合什(支付金额)" 没有叫 合什 的汇总方式。是不是想写 合计?
    第 16 行第 13 个字起:"天" 前面的条件已经完整,这里多出了内容。两个条件之间要写「且」或「或」,它们的前后都要空一格。
    "##);
}

#[test]
fn evidence_shows_parameters_as_they_are_written() {
    let rule = Rule::compile_for(&with_params("支付金额 * 比例 < 起点 且 支付日期 < 截止 且 月(支付日期) 属于 月份"), &[]).unwrap();
    let subject = record(Entity::Payment, "1", SUBJECT);
    let params = rule.judge(&subject, day("2026-11-23"), &week(), &Ledger::default()).evidence.params;
    let shown: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    assert_eq!(shown, ["起点=1,000.00", "比例=12.5%", "截止=2026-11-30", "月份=6、9、11"]);
}

#[test]
fn a_parameter_has_a_type_or_is_told_why_not() {
    for (written, message) in [
        ("\"\"", "参数不能是空文本"),
        ("\"12.123456789012345678901234567890%\"", "百分比要写成"),
        ("[1, \"甲\"]", "列表参数要么"),
        ("[1.5]", "列表参数要么"),
        ("[\"\"]", "列表参数要么"),
        ("2026-01-01T08:00:00", "日期只写年月日"),
        ("0.1", "百分比写成"),
        ("true", "参数只能是"),
        ("99999999999999999999", "太大"),
    ] {
        let text = toml("支付金额 > 1").replace("\"几次\" = 2", &format!("\"某数\" = {written}"));
        let faults = Rule::compile_for(&text, &[]).unwrap_err();
        assert!(faults.iter().any(|fault| fault.message.contains(message)), "{written}: {faults:?}");
    }
}

fn money(fen: i64) -> Money {
    Money::from_fen(fen).unwrap()
}

proptest! {
    /// Sums and shares of amounts against whole fen (in hundredths of a percent of a fen), which cannot lose any.
    #[test]
    fn no_fen_is_lost(a in -999_999_999_999_999_i64..999_999_999_999_999, b in -999_999_999_999_999_i64..999_999_999_999_999, share in 0i64..1_000_000, times in 0i64..10_000, bound in 0i64..1_999_999_999_999_999) {
        let mut subject = record(Entity::Payment, "1", SUBJECT);
        let slot = |name: &str| Entity::Payment.slot(name).unwrap();
        subject.set(slot("支付金额"), money(a));
        subject.set(slot("冲销金额"), money(b));
        let percent = Decimal::new(share, 4);
        let (a, b, share, times_fen) = (i128::from(a), i128::from(b), i128::from(share), i128::from(times));
        let exact = |when: String, expected: bool| {
            let ledger = Ledger::of(std::slice::from_ref(&subject));
            let rule = Rule::compile_for(&toml(&when), &[]).unwrap_or_else(|faults| panic!("{when}: {}", faults[0]));
            (rule.judge(&subject, day("2026-11-23"), &week(), &ledger).light.is_some() == expected, when)
        };
        for (holds, when) in [
            exact("支付金额 > 冲销金额".to_owned(), a > b),
            exact("支付金额 + 冲销金额 > 起点".to_owned(), a + b > 100_000),
            exact("支付金额 - 冲销金额 < 起点".to_owned(), a - b < 100_000),
            exact(format!("支付金额 * {percent}% < 冲销金额"), a * share < b * 1_000_000),
            exact(format!("支付金额 * {percent}% = 冲销金额 * {percent}%"), a * share == b * share),
            exact(format!("支付金额 * {times} >= 冲销金额 + 支付金额"), a * times_fen >= b + a),
            exact(format!("绝对值(支付金额 - 冲销金额) <= {}", Decimal::new(bound, 2)), (a - b).abs() <= i128::from(bound)),
        ] {
            prop_assert!(holds, "{} of {} and {} fen", when, a, b);
        }
    }

    #[test]
    fn totals_are_those_of_whole_fen(amounts in prop::collection::vec(1i64..9_999_999_999, 1..20)) {
        let slot = Entity::Payment.slot("支付金额").unwrap();
        let (records, total): (Vec<Record>, i64) = (
            amounts.iter().enumerate().map(|(at, fen)| {
                let mut record = record(Entity::Payment, &at.to_string(), "收款账号=A 支付净额=1");
                record.set(slot, money(*fen));
                record
            }).collect(),
            amounts.iter().sum(),
        );
        let (largest, smallest) = (amounts.iter().max().unwrap(), amounts.iter().min().unwrap());
        let yuan = |fen: i64| Decimal::new(fen, 2);
        let when = format!("同户.合计(支付金额) = {} 且 同户.最大(支付金额) = {} 且 同户.最小(支付金额) = {} 且 同户.笔数 = {}", yuan(total), yuan(*largest), yuan(*smallest), amounts.len());
        prop_assert!(judged(&when, &records), "{}", when);
    }
}
