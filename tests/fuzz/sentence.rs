//! Sentences that are mostly right: so that the judge, too, gets something to do.

use proptest::prelude::*;

/// Words of the language, to be put where they do not belong.
pub const WORDS: [&str; 48] = [
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
    "不包含",
    "开头是",
    "匹配",
    "不匹配",
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
    "10%",
    "99999999999999999999999999",
    "1000.00",
    "'现金'",
    "'2026-01-01'",
    "是",
    "否",
    "本次.",
    "支付金额",
    "用途",
    "支付日期",
    "收款账号",
    "同户.笔数",
    "起点",
    "超过(",
    "临近(",
    "工作日",
    "季度",
    "其中",
    "近",
    "'(a+)+$'",
    "\n",
];

/// A rule on payments with this condition; `extra` goes into its one fact.
pub fn rule(when: &str, extra: &str) -> String {
    format!(
        r#"code = "T01"
name = "试"
category = "支出管理"
on = "支付"
basis = "试"
scope = "试"
handler = "试"
description = "试"
with_reversed = true
[params]
"起点" = "1000.00"
"几次" = 2
[facts]
"同户" = """支付 其中 收款账号 = 本次.收款账号 且 支付金额 > 起点 {extra}"""
"指标内" = """支付 含冲销 近 几次 年 其中 指标编号 = 本次.指标编号"""
[[level]]
light = "黄灯"
when = """同户.笔数 > 几次 或 指标内.存在"""
[[level]]
light = "红灯"
when = """{when}"""
"#
    )
}

fn amount() -> BoxedStrategy<String> {
    let leaf = prop::sample::select(vec![
        "支付金额",
        "支付净额",
        "冲销金额",
        "同户.金额",
        "指标内.合计(支付净额)",
        "同户.最大(支付金额)",
        "起点",
        "100",
        "0.01",
        "绝对值(支付净额)",
    ]);
    let leaf = leaf.prop_map(str::to_owned);
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} + {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} - {b})")),
            inner.clone().prop_map(|a| format!("{a} * 12.5%")),
            inner.clone().prop_map(|a| format!("{a} / 3")),
            (inner.clone(), number()).prop_map(|(a, n)| format!("({a} * {n})")),
        ]
    })
    .boxed()
}

fn number() -> BoxedStrategy<String> {
    let numbers = [
        "年度",
        "几次",
        "同户.笔数",
        "指标内.不同(凭证号)",
        "相隔(支付日期, 接收日期)",
        "长度(用途)",
        "年(支付日期)",
        "月(接收日期)",
        "序时进度(年度)",
        "3",
        "99999999",
    ];
    prop::sample::select(numbers.to_vec()).prop_map(str::to_owned).boxed()
}

fn day() -> BoxedStrategy<String> {
    let days = ["支付日期", "接收日期", "同户.最早(支付日期)", "同户.最晚(接收日期)", "季末(年度, 1)", "日期(年度, 3, 31)", "'2026-06-30'"];
    prop::sample::select(days.to_vec()).prop_map(str::to_owned).boxed()
}

fn comparison() -> BoxedStrategy<String> {
    let sign = || prop::sample::select(vec!["=", "<", "<=", ">", ">="]);
    let unit = prop::sample::select(vec!["天", "工作日", "月", "季度", "年"]);
    let text = prop::sample::select(vec!["用途", "结算方式", "类型", "收款人性质", "乡镇"]);
    let test = prop::sample::select(vec![
        "= '现金'",
        "属于 ['现金', '甲']",
        "包含 '金'",
        "开头是 ['现', '甲']",
        "匹配 '^(.*)+金$'",
        "匹配 '\\p{Han}{2,40}'",
        "为空",
        "不为空",
    ]);
    prop_oneof![
        3 => (amount(), sign(), amount()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        2 => (number(), sign(), number()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        2 => (day(), sign(), day()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        3 => (text, test).prop_map(|(text, test)| format!("{text} {test}")),
        2 => (prop::sample::select(vec!["超过", "未满", "临近"]), day(), 0u32..400, unit).prop_map(|(function, day, count, unit)| format!("{function}({day}, {count} {unit})")),
        1 => (day(), day()).prop_map(|(a, b)| format!("同月({a}, {b})")),
        1 => Just("收款账号 = 付款账号".to_owned()),
        1 => (amount(), amount()).prop_map(|(a, b)| format!("({b}) > 0 且 {a} / ({b}) > 50%")),
        1 => Just("同户.存在".to_owned()),
    ]
    .boxed()
}

/// Whole rules whose condition is such a sentence, now and then with a word too many.
pub fn sentences() -> impl Strategy<Value = String> {
    let condition = comparison().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..5).prop_map(|parts| format!("({})", parts.join(" 且 "))),
            prop::collection::vec(inner.clone(), 2..5).prop_map(|parts| format!("({})", parts.join(" 或 "))),
            inner.clone().prop_map(|part| format!("非 ({part}) 且 支付日期 不为空 且 用途 不为空")),
        ]
    });
    let word = prop::option::weighted(0.2, (any::<prop::sample::Index>(), prop::sample::select(WORDS.to_vec())));
    let fact = prop::option::of(prop_oneof![Just("且 支付日期 <= 本次.支付日期"), Just("且 同月(支付日期, 本次.支付日期)"), Just("且 未满(支付日期, 3 月)")]);
    (condition, word, fact).prop_map(|(condition, word, fact)| {
        let condition = match word {
            None => condition,
            Some((at, word)) => {
                let mut words: Vec<&str> = condition.split(' ').collect();
                words.insert(at.index(words.len() + 1), word);
                words.join(" ")
            }
        };
        rule(&condition, fact.unwrap_or(""))
    })
}
