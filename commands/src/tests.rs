//! The language as a whole: what holds for every command and for every line.

use proptest::prelude::*;

use super::*;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// The command a line says.
pub(crate) fn said(line: &str) -> Command {
    parse(line, today()).unwrap_or_else(|complaint| panic!("{line}\n{complaint}"))
}

/// What a person is told about a line.
pub(crate) fn says(line: &str) -> String {
    parse(line, today()).map(|command| panic!("{line} is {command:?}")).unwrap_err().to_string()
}

fn forms() -> impl Iterator<Item = &'static Form> {
    SPECS.iter().flat_map(|spec| spec.forms.iter().copied())
}

#[test]
fn every_example_is_right_and_is_its_own_form() {
    for form in forms() {
        let command = said(form.example);
        assert_eq!(command.form().title(), form.title());
        assert_eq!(command.spec().name, form.command);
    }
}

#[test]
fn the_journal_reads_what_it_wrote_and_the_tags_stay() {
    let tags: Vec<String> = forms()
        .map(|form| {
            let command = said(form.example);
            let json = serde_json::to_value(&command).unwrap();
            assert_eq!(serde_json::from_value::<Command>(json.clone()).unwrap(), command, "{json}");
            json["command"].as_str().unwrap().to_owned()
        })
        .collect();
    let stable = [
        "mine",
        "warning.list",
        "warning.show",
        "warning.claim",
        "warning.assign",
        "warning.finish",
        "warning.why",
        "warning.engage",
        "warning.follow",
        "warning.urge",
        "warning.amend",
        "warning.reopen",
        "warning.pause",
        "warning.resume",
        "warning.reveal",
        "verify",
        "verify.export",
        "verify.batch",
        "correct",
        "measure",
        "measure",
        "measure",
        "measure",
        "measure",
        "false_alarm",
        "approve.list",
        "approve.agree",
        "approve.return",
        "white_list.enter",
        "white_list.agree",
        "white_list.return",
        "white_list.revoke",
        "white_list.list",
        "receipt.list",
        "receipt.sign",
        "notice.send",
        "notice.list",
        "notice.show",
        "inspection.enter",
        "inspection.list",
        "inspection.show",
        "inspection.conclude",
        "matter.enter",
        "matter.list",
        "matter.show",
        "matter.finish",
        "lead",
        "lead.report",
        "lead.list",
        "lead.show",
        "lead.handle",
        "month.summarise",
        "ledger.list",
        "ledger.unidentified",
        "ledger.mark",
        "ledger.scope",
        "ledger.define",
        "ledger.programme",
        "allocation.show",
        "allocation.register",
        "payment.list",
        "performance.show",
        "performance.review",
        "delivery.list",
        "quarantine.list",
        "quarantine.show",
        "quarantine.replay",
        "quarantine.void",
        "log.enter",
        "log.list",
        "log.show",
        "access.open",
        "access.change",
        "access.revoke",
        "access.batch",
        "access.opinion",
        "access.grant",
        "access.return",
        "access.withdraw",
        "access.list",
        "access.show",
        "access.roster",
        "access.review",
        "access.table",
        "countersign.apply",
        "countersign.approve",
        "countersign.return",
        "countersign.list",
        "countersign.show",
        "countersign.export",
        "countersign.record",
        "countersign.log",
        "leave.enter",
        "leave.cancel",
        "leave.list",
        "bind",
        "help",
    ];
    assert_eq!(tags, stable);
    let json = serde_json::to_string(&said("/纠正 7 今天 已退 电话 金额=1.5")).unwrap();
    assert_eq!(json, r#"{"command":"correct","warning":"YJ2026-000007","on":"2026-11-23","facts":"已退","pressed":"电话","amount":"1.50","voucher":null}"#);
    let slip = serde_json::to_string(&said("/核实 7 违规 电话核实 重复 对象=甲 时间=10:30 违规类型=滞留闲置 整改要求=退 整改期限=今天")).unwrap();
    assert_eq!(
        slip,
        r#"{"command":"verify","warning":"YJ2026-000007","checks":[{"method":"phone","whom":"甲","at":{"date":"2026-11-23","time":"10:30:00"},"number":null}],"facts":"重复","outcome":{"verdict":"violation","kind":"idle","demand":"退","due":"2026-11-23"}}"#
    );
    assert!(
        serde_json::from_str::<Command>(&slip.replace(r#"[{"method":"phone","whom":"甲","at":{"date":"2026-11-23","time":"10:30:00"},"number":null}]"#, "[]"))
            .is_err()
    );
}

#[test]
fn the_specs_keep_within_what_a_chat_can_register() {
    for spec in SPECS {
        assert!(spec.summary.chars().count() <= 100 && spec.name.chars().count() <= 32, "{}", spec.name);
        assert!(spec.forms.iter().all(|form| form.command == spec.name), "{}", spec.name);
        assert!(spec.forms.iter().filter(|form| form.subcommand.is_none()).count() <= 1, "{}", spec.name);
    }
    for form in forms() {
        assert!(form.summary.chars().count() <= 100 && form.params.len() <= 25, "{}", form.title());
        assert!(form.params.is_sorted_by_key(|param| !param.required), "{}: required options first", form.title());
        for (i, param) in form.params.iter().enumerate() {
            assert!(param.about.chars().count() <= 100 && param.kind.choices().len() <= 25, "{}", param.name);
            assert!(!form.params[..i].iter().any(|other| other.name == param.name), "{}", param.name);
            assert_eq!(fold(param.name), param.name);
        }
    }
}

#[test]
fn a_filled_in_form_is_checked_as_a_line_is() {
    let fill = |filled: &Filled<'_>| Form::find("纠正", None).unwrap().fill(filled, today());
    let right = [("编号", "123"), ("日期", "今天"), ("情况", "款项\n\n已退回 \r\n国库"), ("督促", " 电话=两次 "), ("金额", ""), ("凭证", "  ")];
    assert_eq!(fill(&right).unwrap(), said("/纠正 123 今天 情况=“款项 已退回  国库” 督促=“电话=两次”"));
    let told = |change: (&'static str, &'static str)| {
        let changed: Vec<_> = right.iter().map(|(name, value)| (*name, if *name == change.0 { change.1 } else { *value })).collect();
        fill(&changed).unwrap_err().to_string()
    };
    assert_eq!(told(("督促", " \n ")), "还缺督促情况。请写明怎样跟踪督促的,例如 两次电话、一次上门。");
    assert_eq!(told(("金额", "1.234")), "金额最多两位小数(精确到分),不会四舍五入。\n  ▸1.234◂");
    assert_eq!(told(("日期", "明天")), "纠正日期 2026-11-24 还没有到,不能晚于今天 2026-11-23。跨年的日期请写上年份。");
    assert_eq!(told(("情况", "退\u{202E}款")), "纠正情况的第 2 个字是看不见的控制字符,不能用。请删去。");
    assert_eq!(fill(&[("编号", "1"), ("编号", "2")]).unwrap_err().to_string(), "编号写了两次,请只留一个。\n  ▸2◂");
    assert_eq!(fill(&[("颜色", "红")]).unwrap_err().to_string(), "/纠正 没有「颜色」这一项。");
    let long = "长".repeat(4000);
    let too_long = fill(&[("编号", "1"), ("日期", "今天"), ("督促", "电话"), ("情况", &long)]).unwrap_err().to_string();
    assert_eq!(too_long, "纠正情况有 4000 个字,最多 1000 个字。请写要点,细节放到材料里。");
    assert!(Form::find("预警", Some("认领")).is_some() && Form::find("预警", None).is_none());
}

#[test]
fn of_a_phone_only_the_ends_are_kept() {
    let kept = |name: &str, answer: &str| verify::VERIFY.param(name).unwrap().kept(answer);
    assert_eq!((kept("电话", " 138-0000-1234 "), kept("电话", "打不通"), kept("情况", " 属实 ")), ("138****1234".into(), "打不通".into(), "属实".into()));
    assert!(verify::VERIFY.is_long() && !correct::CORRECT.is_long() && !warning::FINISH.is_long());
}

#[test]
fn a_form_without_choices_to_make_asks_for_all_it_has() {
    for form in forms().filter(|form| form.command != "核实") {
        assert_eq!(form.asks(&[]).len(), form.params.len(), "{}", form.title());
    }
}

#[test]
fn lines_that_are_no_command() {
    for (line, complaint) in [
        ("", "请写一个命令,例如 /我的。用 /帮助 看全部命令。"),
        ("帮助", "命令前面要加一个 /。是不是想写 /帮助?"),
        ("/核石 123", "没有「/核石」这个命令。是不是想写 /核实?用 /帮助 看全部命令。"),
        ("/核实123", "没有「/核实123」这个命令。/核实 后面要空一格。用 /帮助 看全部命令。"),
        ("/ 核实", "/ 后面要紧接着写命令,中间不要空格,例如 /我的。用 /帮助 看全部命令。"),
        ("/预警", "/预警 后面还要写做什么:列表、详情、认领、转办、办结、依据、配合、跟踪、督办、更正、重开、暂停、恢复、全文。例如:/预警 列表 超期 级别=红灯"),
        (
            "/预警 认令 1",
            "/预警 后面只能写:列表、详情、认领、转办、办结、依据、配合、跟踪、督办、更正、重开、暂停、恢复、全文。是不是想写 /预警 认领?\n  /预警 ▸认令◂",
        ),
        ("/我的 东西", "后面多出了内容,不知道该放在哪里。用法:/我的 [页=…]\n  /我的 ▸东西◂"),
        ("/记录 列表 甲=乙", "/记录 列表 后面不需要写别的。\n  /记录 列表 ▸甲◂"),
        ("你好", "没有「你好」这个命令。用 /帮助 看全部命令。"),
    ] {
        assert_eq!(says(line), complaint, "{line}");
    }
}

proptest! {
    #[test]
    fn nothing_typed_makes_it_panic(line in "\\PC{0,60}", cursor in 0usize..200) {
        let _ = parse(&line, today()).map_err(|complaint| complaint.to_string());
        complete(&line, cursor, &["YJ2026-000001".to_owned()]);
    }

    #[test]
    fn nothing_near_a_command_makes_it_panic(words in prop::collection::vec(prop::sample::select(vec![
        "/核实", "/纠正", "/预警", "列表", "办结", "/月报", "汇总", "123", "正常", "违规", "电话核实", "、", "对象=", "时间:", "今天", "10:30", "“", "”", "\"", "情况", "=", "：", "金额=", "1.5万元", "人员=甲、", "\u{3000}", " ", " ", "\u{7}", "𠮷", "整改期限=12-7",
    ]), 0..14), cursor in 0usize..120) {
        let line = words.concat();
        let _ = parse(&line, today()).map_err(|complaint| complaint.to_string());
        complete(&line, cursor, &["YJ2026-000001".to_owned()]);
        let spaced = words.join(" ");
        if let Ok(command) = parse(&spaced, today()) {
            let json = serde_json::to_string(&command).unwrap();
            prop_assert_eq!(serde_json::from_str::<Command>(&json).unwrap(), command);
        }
    }

    #[test]
    fn a_quoted_note_comes_through_as_typed(note in "[^\\pC\\pZ「」][^\\pC\\pZ「」]{0,20}( [^\\pC\\pZ「」]{1,20})?") {
        let Command::Finish(finish) = said(&format!("/预警 办结 123 说明=「{note}」")) else { panic!() };
        prop_assert_eq!(finish.note.as_str(), note.as_str());
    }
}

/// `UPDATE_README=1 cargo test -p commands` writes them anew.
#[test]
fn the_readme_has_the_tables_of_commands_and_of_roles() {
    const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let mut text = std::fs::read_to_string(README).unwrap();
    for (mark, table_now) in [("commands", table_markdown()), ("roles", roles::table_markdown())] {
        let (before, rest) = text.split_once(&format!("<!-- {mark} -->\n")).unwrap();
        let (table, after) = rest.split_once(&format!("<!-- /{mark} -->")).unwrap();
        let table_now = format!("\n{table_now}\n");
        if std::env::var_os("UPDATE_README").is_some() {
            text = format!("{before}<!-- {mark} -->\n{table_now}<!-- /{mark} -->{after}");
        } else {
            assert_eq!(table, table_now, "the README's table of {mark} is out of date: UPDATE_README=1 cargo test -p commands");
        }
    }
    if std::env::var_os("UPDATE_README").is_some() {
        std::fs::write(README, text).unwrap();
    }
}
