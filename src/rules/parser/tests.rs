//! What is read, what is refused, and where.

use proptest::prelude::*;

use super::*;

#[test]
fn bonds_are_as_read_aloud() {
    for (text, same) in [
        ("甲 或 乙 且 丙", "甲 或 (乙 且 丙)"),
        ("非 甲 = 1 且 乙", "(非 (甲 = 1)) 且 乙"),
        ("甲 + 乙 * 丙 > 1", "(甲 + (乙 * 丙)) > 1"),
        ("甲 not in 乙", "甲 不属于 乙"),
    ] {
        assert_eq!(shape(text), shape(same), "{text}");
    }
}

fn shape(text: &str) -> String {
    unplaced(&parse_condition(text).unwrap())
}

/// The tree without its places.
fn unplaced(expr: &Expr) -> String {
    let debug = format!("{expr:?}");
    debug.split("span: ").map(|piece| piece.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')).collect()
}

#[test]
fn windows_are_one_word_or_several() {
    let window = |text: &str| parse_fact(&format!("支付 {text} 其中 甲 = 本次.甲")).map(|fact| fact.window.map(|(window, _)| window));
    assert_eq!(window("").unwrap(), None);
    assert_eq!(window("含冲销 本年度").unwrap(), Some(Window::SameYear));
    assert_eq!(window("同月").unwrap(), Some(Window::SameMonth));
    for (text, number, unit) in [
        ("近30天", Some(30), Unit::Day),
        ("近 30 天", Some(30), Unit::Day),
        ("近3个月", Some(3), Unit::Month),
        ("近2 工作日", Some(2), Unit::WorkingDay),
        ("近 间隔 年", None, Unit::Year),
    ] {
        let Some(Window::Recent(count, found)) = window(text).unwrap() else { panic!("{text}") };
        let node = number.map_or(Node::Name("间隔".to_owned()), |number: i64| Node::Number(number.into()));
        assert_eq!((count.node, found), (node, unit), "{text}");
    }
    for text in ["近", "近30", "近天", "近30块", "近 30 块", "近期", "上月"] {
        let fault = window(text).unwrap_err();
        assert!(fault.message.contains("「近」后面要写") || fault.message.contains("这里应写"), "{text}: {}", fault.message);
    }
}

#[test]
fn lists_are_of_one_kind() {
    let list = |text: &str| match parse_condition(text).unwrap().node {
        Node::Compare(_, _, right) => right.node,
        other => panic!("{other:?}"),
    };
    assert_eq!(list("甲 属于 ['一', '二']"), Node::Texts(vec!["一".to_owned(), "二".to_owned()]));
    assert_eq!(list("甲 属于 [1, -2, 50%]"), Node::Numbers(vec![1.into(), (-2).into(), rust_decimal::Decimal::new(50, 2)]));
    for text in ["甲 属于 [1, '二']", "甲 属于 ['一', 2]", "甲 属于 [-'一']", "甲 属于 []", "甲 属于 [乙]"] {
        assert!(parse_condition(text).unwrap_err().message.contains("一个列表里"), "{text}");
    }
}

#[test]
fn faults_point_at_the_word() {
    for (text, at, message) in [
        ("支付金额 >", 14, "条件到这里就断了"),
        ("支付金额 > 1 用途 为空", 17, "多出了内容"),
        ("(甲 且 乙", 12, "括号没有合上"),
        ("甲 属于 ['A' 'B']", 16, "逗号隔开"),
        ("且 甲", 0, "这里应写字段"),
        ("超过(甲, 3 工做日)", 14, "没有叫 工做日 的时间单位,可以用:天、工作日、月、季度、年。是不是想写 工作日?"),
        ("本次 > 1", 7, "「本次」后面要写点号和字段名"),
        ("超过(甲, 3 周)", 14, "没有叫 周 的时间单位,可以用:天、工作日、月、季度、年。"),
        ("相隔(甲 乙)", 11, "逗号隔开"),
    ] {
        let fault = parse_condition(text).unwrap_err();
        assert_eq!(fault.span.start, at, "{text}");
        assert!(fault.message.contains(message), "{text}: {}", fault.message);
    }
}

#[test]
fn depth_and_length_are_limited() {
    let deep = format!("{}甲{}", "(".repeat(3_000), ")".repeat(900));
    assert!(parse_condition(&deep).unwrap_err().message.contains("嵌套太深"));
    assert!(parse_condition(&"非 ".repeat(1_900)).unwrap_err().message.contains("嵌套太深"));
    assert!(parse_condition(&vec!["1"; 100].join("+")).unwrap_err().message.contains("算式太长"));
    assert!(parse_condition(&"甲".repeat(4_001)).unwrap_err().message.contains("条件太长"));
    assert!(parse_condition(&vec!["甲"; 1_000].join(" 且 ")).is_ok());
}

fn tree() -> impl Strategy<Value = Expr> {
    let bare = |node| Expr { node, span: 0..0 };
    let name = || prop::sample::select(vec!["支付金额", "用途", "起点", "指标2"]).prop_map(str::to_owned);
    let number = || (0i64..1_000_000, 0u32..4).prop_map(|(digits, scale)| rust_decimal::Decimal::new(digits, scale));
    let leaf = prop_oneof![
        number().prop_map(Node::Number),
        (0i64..1_000_000, 2u32..5).prop_map(|(digits, scale)| Node::Percent(rust_decimal::Decimal::new(digits, scale))),
        name().prop_map(Node::Name),
        name().prop_map(Node::This),
        name().prop_map(Node::Text),
        any::<bool>().prop_map(Node::Truth),
        prop::collection::vec(name(), 1..3).prop_map(Node::Texts),
        prop::collection::vec(number(), 1..3).prop_map(Node::Numbers),
        (name(), prop::option::of(name())).prop_map(|(fact, field)| Node::Aggregate { fact, what: "合计".to_owned(), field }),
    ]
    .prop_map(bare);
    leaf.prop_recursive(5, 40, 3, move |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let several = || prop::collection::vec(inner.clone(), 2..4);
        let comparisons = vec![
            Comparison::Equal,
            Comparison::NotEqual,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::Greater,
            Comparison::AtLeast,
            Comparison::In,
            Comparison::NotIn,
            Comparison::Contains,
            Comparison::NotContains,
            Comparison::StartsWith,
            Comparison::Matches,
            Comparison::NotMatches,
        ];
        let operations = vec![Operation::Add, Operation::Subtract, Operation::Multiply, Operation::Divide];
        let duration = (boxed(), prop::sample::select(Unit::ALL.to_vec())).prop_map(move |(count, unit)| bare(Node::Duration(count, unit)));
        prop_oneof![
            boxed().prop_map(Node::Not),
            several().prop_map(Node::All),
            several().prop_map(Node::Any),
            (prop::sample::select(comparisons), boxed(), boxed()).prop_map(|(comparison, left, right)| Node::Compare(comparison, left, right)),
            (boxed(), any::<bool>()).prop_map(|(operand, negated)| Node::Empty { operand, negated }),
            (prop::sample::select(operations), boxed(), boxed()).prop_map(|(operation, left, right)| Node::Arithmetic(operation, left, right)),
            (inner.clone(), duration).prop_map(|(from, limit)| Node::Call { function: "超过".to_owned(), args: vec![from, limit] }),
        ]
        .prop_map(bare)
    })
}

proptest! {
    #[test]
    fn what_is_printed_is_read_again(expr in tree()) {
        let text = expr.to_string();
        let read = parse_condition(&text).unwrap_or_else(|fault| panic!("{text}: {}", fault.message));
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(unplaced(&read), unplaced(&expr));
    }
}
