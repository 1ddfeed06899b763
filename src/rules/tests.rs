//! What the language promises: conditions, time, evidence, faults, any input.

mod explain;
mod time;
mod values;

use proptest::prelude::*;

use super::ledger::{Ledger, read_record};
use super::*;
use crate::domain::Level;

/// Monday to Friday.
fn week() -> Calendar {
    Calendar::default()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn record(entity: Entity, key: &str, fields: &str) -> Record {
    read_record(&format!("{} {fields}", entity.name()), key).unwrap_or_else(|fault| panic!("{fields}: {}", fault.message))
}

/// A rule on payments with one condition (on the last line of its text).
fn toml(when: &str) -> String {
    format!(
        r#"code = "T01"
name = "试"
category = "支出管理"
on = "支付"
basis = "试"
scope = "试"
handler = "试"
description = "试"
params = {{ "起点" = "1000.00", "几次" = 2, "现金类" = ["现金", "现金支票"] }}
[facts]
"同户" = "支付 其中 收款账号 = 本次.收款账号"
"全部同户" = "支付 含冲销 其中 收款账号 = 本次.收款账号 且 支付金额 <= 起点"
"所属指标" = "指标 其中 指标编号 = 本次.指标编号"
[[level]]
light = "黄灯"
when = """{when}""""#
    )
}

fn compiled(when: &str) -> Rule {
    // types and verdicts only: whether it makes sense is asked in sense/tests.rs
    Rule::compile_for(&toml(when), &[]).unwrap_or_else(|faults| panic!("{when}: {}", faults[0]))
}

const SUBJECT: &str =
    "凭证号=P1 支付金额=1000.00 支付净额=1000.00 支付日期=2026-11-20 用途=种苗款 结算方式=现金 收款账号=A 指标编号=Z1 年度=2026 阶段=支付 类型=正常";

fn holds(when: &str) -> bool {
    let subject = record(Entity::Payment, "1", SUBJECT);
    let ledger = Ledger::of(&[
        subject.clone(),
        record(Entity::Payment, "2", "凭证号=P2 支付金额=200.50 支付净额=200.50 支付日期=2026-11-18 收款账号=A 阶段=支付 类型=正常"),
        record(Entity::Payment, "3", "凭证号=P3 支付金额=300.00 支付净额=0 支付日期=2026-11-19 收款账号=A 阶段=支付 类型=正常"),
        record(Entity::Allocation, "Z1", "指标编号=Z1 金额=5000.00 登记日期=2026-11-21"),
    ]);
    compiled(when).judge(&subject, day("2026-11-23"), &week(), &ledger).light == Some(Level::Yellow)
}

#[test]
fn conditions() {
    for (when, expected) in [
        ("支付金额 > 1000", false),
        ("支付金额 >= 1000.00 且 支付金额 <= 起点", true),
        ("支付金额 * 2 - 起点 = 1000", true),
        ("支付金额 / 起点 = 1", true),
        ("支付金额 * 0.3333 > 333.29 且 支付金额 * 0.3333 < 333.31", true),
        ("支付金额 / 冲销金额 > 0", false),
        ("支付金额 / (支付金额 - 起点) > 0", false),
        ("-支付金额 < 0", true),
        ("年度 = 2026 且 年度 - 几次 = 2024", true),
        ("用途 = '种苗款'", true),
        ("用途 = “种苗款”", true),
        ("用途 包含 '苗' 且 用途 开头是 ['树', '种']", true),
        ("用途 不为空 且 用途 不包含 ['差旅', '收购']", true),
        ("结算方式 属于 现金类", true),
        ("结算方式 不为空 且 结算方式 不属于 现金类", false),
        ("结算方式 in ['现金'] and 支付金额 > 1 or 用途 为空", true),
        ("乡镇 为空", true),
        ("乡镇 = '佛子岭'", false),
        ("乡镇 ≠ '佛子岭' 且 乡镇 不为空", false),
        ("乡镇 为空 或 乡镇 ≠ '佛子岭'", true),
        ("非 (乡镇 = '佛子岭') 且 乡镇 为空", true),
        ("支付日期 = '2026-11-20' 且 支付日期 < '2026-11-21'", true),
        ("收款账号 = 收款账号 且 收款人 为空", true),
        ("收款人 = 收款人", false),
        ("同户.笔数 = 2 且 同户.金额 = 1200.50", true),
        ("全部同户.笔数 = 3 且 全部同户.不同(凭证号) = 3", true),
        ("同户.最早(支付日期) = '2026-11-18' 且 同户.最晚(支付日期) = 支付日期", true),
        ("所属指标.存在 且 所属指标.金额 > 同户.金额", true),
        ("所属指标.不存在", false),
        ("所属指标.最早(登记日期) > 支付日期", true),
        ("相隔(支付日期, 同户.最早(支付日期)) = 2", true),
        ("重叠('3', '03') 且 重叠('全年', '07') 且 (用途 为空 或 非 重叠('03', 用途))", true),
    ] {
        assert_eq!(holds(when), expected, "{when}");
    }
}

#[test]
fn rules_are_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&compiled("支付金额 > 1"));
}

#[test]
fn facts_are_loaded_once_and_only_when_reached() {
    let subject = record(Entity::Payment, "1", SUBJECT);
    for (when, asked) in [
        ("支付金额 > 1000 且 同户.笔数 > 1", vec![]),
        ("同户.笔数 > 0 且 同户.金额 > 0 且 同户.存在", vec![Entity::Payment]),
        ("所属指标.存在 或 同户.存在", vec![Entity::Allocation, Entity::Payment]),
    ] {
        let ledger = Ledger::of(std::slice::from_ref(&subject));
        compiled(when).judge(&subject, day("2026-11-23"), &week(), &ledger);
        assert_eq!(*ledger.asked.borrow(), asked, "{when}");
    }
}

#[test]
fn evidence_holds_what_was_read_and_no_secret() {
    let rule = compiled("支付金额 >= 起点 且 用途 不为空 且 乡镇 为空 且 同户.笔数 >= 1 或 所属指标.存在");
    let subject = record(Entity::Payment, "1", SUBJECT);
    let mut judgement = rule.judge(&subject, day("2026-11-23"), &week(), &Ledger::of(std::slice::from_ref(&subject)));
    // term by term: see `explain`
    assert_eq!(std::mem::take(&mut judgement.evidence.terms).len(), 7);
    insta::assert_json_snapshot!(judgement.evidence, @r#"
    {
      "condition": "支付金额 >= 起点 且 用途 不为空 且 乡镇 为空 且 同户.笔数 >= 1 或 所属指标.存在",
      "fields": [
        [
          "收款账号",
          "(密文)"
        ],
        [
          "支付金额",
          "1,000.00"
        ],
        [
          "用途",
          "种苗款"
        ],
        [
          "乡镇",
          "(空)"
        ]
      ],
      "facts": [
        [
          "同户.笔数",
          "1"
        ]
      ],
      "params": [
        [
          "起点",
          "1,000.00"
        ]
      ]
    }
    "#);
    let dark = compiled("支付金额 > 起点").judge(&subject, day("2026-11-23"), &week(), &Ledger::default());
    assert_eq!(dark.evidence, Evidence::default());
}

fn told(text: &str) -> String {
    let faults = Rule::compile_for(text, &[]).unwrap_err();
    faults.iter().map(|fault| format!("{fault}\n")).collect()
}

#[test]
fn faults_in_conditions_read_like_a_colleague() {
    let conditions = [
        "支付金额 > '现金'",
        "支付金領 > 1",
        "用途 > '差旅'",
        "收款账号 包含 '62'",
        "收款账号 = '62'",
        "用途 ≠ '差旅'",
        "非 (用途 = '差旅')",
        "支付金额 > 几次",
        "支付金额 > 0.005",
        "支付金额",
        "同户 > 1",
        "同户.总数 > 1",
        "同户.最早(用途) > '2026-01-01'",
        "同胡.笔数 > 1",
        "支付金额>起点且用途 为空",
        "超过(支付日期, 支付金额 天)",
        "超过(支付日期, 99999 天)",
        "超国(支付日期, 3 天)",
        "支付日期 + 3 > '2026-01-01'",
        "支付日期 > '去年'",
        "用途 = ''",
        "用途 = 现金类",
        "支付金额 > 1 / 0",
        "用途 = '差旅",
        "(用途 为空",
    ];
    let all: String = conditions.iter().map(|when| told(&toml(when))).collect();
    insta::assert_snapshot!(all, @r##"
    第 16 行第 11 个字起:"支付金额 > '现金'" 一边是金额,一边是文本,不能比较。是不是想写 结算方式 = '现金'?
    第 16 行第 11 个字起:"支付金領" 支付没有叫 支付金領 的字段,也没有这个参数。是不是想写 支付金额?
    第 16 行第 11 个字起:"用途 > '差旅'" 文本不分大小,只能问是否相等、包含、开头是、匹配;属于后面要写列表。
    第 16 行第 11 个字起:"收款账号 包含 '62'" 一边是密文,一边是文本,不能比较。密文(姓名、证件号、账号)只能与另一个密文比较是否相等,或者问是否为空。
    第 16 行第 11 个字起:"收款账号 = '62'" 一边是密文,一边是文本,不能比较。密文(姓名、证件号、账号)只能与另一个密文比较是否相等,或者问是否为空。
    第 16 行第 11 个字起:"用途" 没有说 用途 为空时怎么办,空值会被悄悄漏掉或算进来。请在同一个条件里写明「用途 为空」或「用途 不为空」。
    第 16 行第 14 个字起:"用途" 没有说 用途 为空时怎么办,空值会被悄悄漏掉或算进来。请在同一个条件里写明「用途 为空」或「用途 不为空」。
    第 16 行第 11 个字起:"支付金额 > 几次" 一边是金额,一边是数,不能比较。表示金额的参数要写成带引号的文本,例如 "1000.00"。
    第 16 行第 18 个字起:"0.005" 金额最多两位小数,不会四舍五入。
    第 16 行第 11 个字起:"支付金额" 这里要一个能成立或不成立的条件,写的却是金额。
    第 16 行第 11 个字起:"同户" 同户 是事实,后面要写汇总方式,例如 同户.笔数 或 同户.存在。
    第 16 行第 11 个字起:"同户.总数" 没有叫 总数 的汇总方式。是不是想写 笔数?
    第 16 行第 11 个字起:"同户.最早(用途)" 最早 要一个日期字段,用途 不是日期。
    第 16 行第 11 个字起:"同胡.笔数" 没有叫 同胡 的事实。是不是想写 同户?
    第 16 行第 22 个字起:"为空" 前面的条件已经完整,这里多出了内容。两个条件之间要写「且」或「或」,它们的前后都要空一格。
    第 16 行第 20 个字起:"支付金额" 期限只能是数或数的参数,这里是金额。
    第 16 行第 20 个字起:"99999" 期限要是 0 到 3660 的整数。
    第 16 行第 11 个字起:"超国(支付日期, 3 天)" 没有叫 超国 的函数。是不是想写 超过?
    第 16 行第 11 个字起:"支付日期 + 3" 日期和数不能这样计算。金额可以相加减、相除,也可以乘除一个数;两个日期差几天请写 相隔(日期, 日期)。
    第 16 行第 18 个字起:"'去年'" 这里要一个日期,写成 '2026-01-31' 的样子。
    第 16 行第 16 个字起:"''" 没有内容的文本不能比较。要问有没有填写,请用「为空」。
    第 16 行第 11 个字起:"用途 = 现金类" 文本与列表之间请用「属于」「不属于」「包含」或「开头是」。
    第 16 行第 18 个字起:"1 / 0" 这个算式算不出来(除以零,或者数太大)。
    第 16 行第 16 个字起:"'差旅" 这里开始的引号没有结束。
    第 16 行第 17 个字起:条件到这里就断了。括号没有合上,这里缺「)」。
    "##);
}

#[test]
fn faults_of_the_file_are_told_all_at_once() {
    let text = r#"code = "T02"
nane = "试"
category = "支岀管理"
on = "支付"
basis = "试"
scope = "试"
handler = "试"
description = "试"
params = { "起点" = 1000.0, "年度" = "试", "空" = [] }
[facts]
"无键" = "支付 其中 支付金额 > 1"
"错名" = "支忖 其中 收款账号 = 本次.收款账号"
"漏写" = "支付 收款账号 = 本次.收款账号"
"他处" = "指标 其中 指标编号 = 本次.指标编号 且 用途 = '试'"
[[level]]
light = "绿灯"
when = "支付金额 > '试' 且 用涂 为空 且 支付金额 > 起点 且 错名.存在"
"#;
    insta::assert_snapshot!(told(text), @r##"
    第 1 行第 1 个字起:缺少 name 这一项。
    第 2 行第 1 个字起:"nane" 规则里没有这一项。是不是想写 name?
    第 3 行第 12 个字起:"支岀管理" category 只能是:指标管理、支出管理、绩效管理、到人到户、其他。是不是想写 支出管理?
    第 9 行第 19 个字起:"1000.0" 金额要写成带引号的文本,例如 "1000.00",不能写成小数;百分比写成 "12.5%"。
    第 9 行第 27 个字起:"年度" 支付已经有叫 年度 的字段,参数请换一个名字。
    第 9 行第 45 个字起:"[]" 列表参数要么每一项都是带引号的文本,要么每一项都是整数,而且不能没有内容。
    第 11 行第 15 个字起:"支付金额 > 1" 事实至少要有一个「字段 = 本次.字段」,并用「且」与其他条件相连;否则每次都要翻遍整个台账。
    第 12 行第 9 个字起:"支忖" 没有叫 支忖 的记录种类。是不是想写 支付?
    第 13 行第 12 个字起:"收款账号" 这里应写「其中」,后面是条件。
    第 14 行第 32 个字起:"用途" 指标没有叫 用途 的字段。是不是想写 本次.用途?
    第 16 行第 9 个字起:"绿灯" light 只能是:警铃、黄灯、红灯。是不是想写 红灯?
    第 17 行第 9 个字起:"支付金额 > '试'" 一边是金额,一边是文本,不能比较。
    第 17 行第 22 个字起:"用涂" 支付没有叫 用涂 的字段,也没有这个参数。是不是想写 用途?
    "##);
    insta::assert_snapshot!(told("code = "), @r##"
    第 1 行第 8 个字起:这里不合 TOML 的写法,请检查引号、等号和括号。
    "##);
    insta::assert_snapshot!(told("on = \"支付\"\n[[level]]\nlight = \"黄灯\"\nwhen = \"\\u7528途 > 1\"\n"), @r##"
    第 1 行第 1 个字起:缺少 code 这一项。
    第 1 行第 1 个字起:缺少 name 这一项。
    第 1 行第 1 个字起:缺少 category 这一项。
    第 1 行第 1 个字起:缺少 basis 这一项。
    第 1 行第 1 个字起:缺少 scope 这一项。
    第 1 行第 1 个字起:缺少 handler 这一项。
    第 1 行第 1 个字起:缺少 description 这一项。
    第 4 行第 8 个字起:"用途 > 1" 一边是文本,一边是数,不能比较。
    "##);
}

fn soup() -> impl Strategy<Value = String> {
    let words = [
        "支付金额",
        "用途",
        "收款账号",
        "支付日期",
        "同户",
        ".",
        "笔数",
        "金额",
        "最早",
        "本次",
        "起点",
        "现金类",
        "几次",
        "且",
        "或",
        "非",
        "=",
        "≠",
        "<",
        ">=",
        "属于",
        "不属于",
        "包含",
        "匹配",
        "不匹配",
        "'('",
        "'[甲-乙]+'",
        "12%",
        "合计",
        "最大",
        "临近",
        "日期",
        "季末",
        "序时进度",
        "同月",
        "长度",
        "绝对值",
        "季度",
        "近30天",
        "本年度",
        "为空",
        "不为空",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "-",
        "*",
        "/",
        "0",
        "1000.00",
        "99999999999999999999999999",
        "'现金'",
        "'2026-01-01'",
        "超过",
        "未满",
        "相隔",
        "重叠",
        "天",
        "工作日",
        "月",
        "是",
        "否",
        "其中",
        "支付",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..40).prop_map(|words| words.join(" "))
}

#[test]
fn a_programme_says_which_codes_it_permits() {
    let text = toml("用途 属于 允许科目").replace("\"几次\" = 2", "\"几次\" = 2, \"允许科目\" = [\"差旅\"]");
    let lights = |permitted: &[&str]| {
        let permitted: Vec<String> = permitted.iter().map(|code| (*code).to_owned()).collect();
        let subject = record(Entity::Payment, "1", "用途=农机");
        Rule::compile_for(&text, &permitted).unwrap().judge(&subject, day("2026-11-23"), &week(), &Ledger::default()).light.is_some()
    };
    assert!(!lights(&[]) && !lights(&["水利"]) && lights(&["水利", "农机"]));
}

/// Reads, and if it can be read, judges.
fn survives(text: &str) {
    let faults = match Rule::compile(text) {
        Ok(rule) => {
            for fields in [SUBJECT, "凭证号=P9"] {
                let subject = record(Entity::Payment, "1", fields);
                rule.judge(&subject, NaiveDate::MAX, &week(), &Ledger::of(std::slice::from_ref(&subject)));
            }
            return;
        }
        Err(faults) => faults,
    };
    assert!(!faults.is_empty());
    let lines = text.split('\n').count();
    for fault in faults {
        assert!((1..=lines).contains(&fault.line) && fault.column >= 1 && !fault.to_string().is_empty());
    }
}

proptest! {
    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        survives(&text);
        survives(&toml(&text));
    }

    #[test]
    fn any_soup_of_words_is_answered(when in soup(), fact in soup()) {
        survives(&toml(&when));
        survives(&toml("支付金额 > 1").replace("收款账号 = 本次.收款账号", &format!("收款账号 = 本次.收款账号 且 {fact}")));
        survives(&toml("支付金额 > 1").replace("其中 收款账号", &format!("{fact} 其中 收款账号")));
        survives(&(toml("支付金额 > 1") + &format!("\n[[case]]\ntold = \"试\"\nlight = \"无\"\nrecords = [\"支付 {fact}\"]\n")));
    }

    #[test]
    fn the_highest_level_that_holds_wins(fen in 0i64..400_000) {
        let text = toml("支付金额 > 1000") + "\n[[level]]\nlight = \"红灯\"\nwhen = \"支付金额 > 3000\"\n[[level]]\nlight = \"警铃\"\nwhen = \"支付金额 > 500\"\n";
        let mut subject = record(Entity::Payment, "1", SUBJECT);
        subject.set(Entity::Payment.slot("支付金额").unwrap(), crate::domain::Money::from_fen(fen).unwrap());
        let light = Rule::compile_for(&text, &[]).unwrap().judge(&subject, day("2026-11-23"), &week(), &Ledger::default()).light;
        let expected = if fen > 300_000 { Some(Level::Red) } else if fen > 100_000 { Some(Level::Yellow) } else if fen > 50_000 { Some(Level::Bell) } else { None };
        prop_assert_eq!(light, expected);
    }
}
