//! `jingling rule`: what whoever writes a rule is told at the terminal.

use std::path::Path;

use crate::program::{output, run};

const GOOD: &str = r#"code = "ZC90"
name = "大额现金"
category = "支出管理"
on = "支付"
basis = "试行"
scope = "试行"
handler = "归口股室"
description = "同一账号几天内的现金合计过高。"
needs = ["人员"]

[params]
"起点" = "1000.00"

[facts]
"同户现金" = "支付 其中 收款账号 = 本次.收款账号 且 结算方式 = '现金'"

[[level]]
light = "黄灯"
when = """支付金额 > 起点 且 结算方式 = '现金'
  且 同户现金.笔数 >= 2 且 超过(支付日期, 3 天)"""

[[case]]
told = "两笔,四天前"
light = "黄灯"
records = [
  "支付 支付金额=1000.01 结算方式=现金 收款账号=A 支付日期=2026-11-16",
  "支付 支付金额=1.00 结算方式=现金 收款账号=A 支付日期=2026-11-16",
]

[[case]]
told = "正好在线上"
light = "无"
records = ["支付 支付金额=1000.00 结算方式=现金 收款账号=A 支付日期=2026-11-16"]
"#;

/// Whether it went well, and all that was said.
fn check(folder: &Path, files: &[&str]) -> (Option<i32>, String) {
    let arguments: Vec<&str> = ["rule", "check"].iter().chain(files).copied().collect();
    let output = run(folder, &arguments).output().unwrap();
    (output.status.code(), format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
}

#[test]
fn a_good_rule_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("ZC90.toml"), format!("\u{FEFF}{GOOD}")).unwrap();
    let (code, told) = check(folder.path(), &["ZC90.toml"]);
    insta::assert_snapshot!(told, @r#"
    ZC90.toml:没有问题
    ZC90 大额现金 · 支出管理 · 判断支付
    黄灯  支付金额 > 起点 且 结算方式 = '现金' 且 同户现金.笔数 >= 2 且 超过(支付日期, 3 天)
    读字段  收款账号、支付金额、支付日期、结算方式
    查台账  同户现金:支付,按 收款账号
    要有  人员
    到期  会因时间到期重新判断
    用例  2 个都与所写的相同(亮 1,不亮 1)
    "#);
    assert_eq!(code, Some(0));
}

#[test]
fn every_fault_of_every_file_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "ZC90.toml",
        &GOOD.replace("支付金额 > 起点", "支付金領 > 起点 且 支付净额 > 5 且 支付净额 < 5").replace("category = \"支出管理\"", "category = \"支出\""),
    );
    write("ZC91.toml", &GOOD.replace("light = \"无\"", "light = \"红灯\""));
    std::fs::write(folder.path().join("ZC92.toml"), [0xFF, 0xFE]).unwrap();
    let (code, told) = check(folder.path(), &["ZC90.toml", "ZC91.toml", "ZC92.toml", "没有.toml"]);
    insta::assert_snapshot!(told, @r#"
    ZC90.toml:有 2 处问题
    第 3 行第 12 个字起:"支出" category 只能是:指标管理、支出管理、绩效管理、到人到户、其他。是不是想写 支出管理?
      3 | category = "支出"
        |            ^^^^^^
    第 19 行第 11 个字起:"支付金領" 支付没有叫 支付金領 的字段,也没有这个参数。是不是想写 支付金额?
      19 | when = """支付金領 > 起点 且 支付净额 > 5 且 支付净额 < 5 且 结算方式 = '现金'
         |           ^^^^^^^^
    ZC91.toml:有 2 处问题
    第 31 行第 8 个字起:"正好在线上" 用例「正好在线上」应为红灯,结果是不亮灯。
      31 | told = "正好在线上"
         |        ^^^^^^^^^^^^
    文件名应与规则编号相同:ZC90.toml。
    ZC92.toml:有 1 处问题
    文件应是 UTF-8 文本,请另存为 UTF-8。
    没有.toml:有 1 处问题
    读不了:No such file or directory (os error 2)

    4 个文件,4 个有问题。
    "#);
    assert_eq!(code, Some(1));
    let (code, _) = check(folder.path(), &[]);
    assert_eq!(code, Some(2), "which files?");
}

#[test]
fn rules_are_listed_with_how_each_stands() {
    let folder = tempfile::tempdir().unwrap();
    let before = output(folder.path(), &["rule", "list"]);
    let line = |told: &str, code: &str| told.lines().find(|line| line.contains(code)).unwrap().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(line(&before, "编号"), ["编号", "名称", "分类", "灯", "状态"]);
    assert_eq!(line(&before, "ZC01"), ["ZC01", "违规使用现金", "支出管理", "红灯、黄灯", "启用"]);
    assert_eq!(line(&before, "DR01"), ["DR01", "发放对象不在册", "到人到户", "黄灯", "启用,要先有人员数据"]);
    // once there is a database, it is known what is missing
    output(folder.path(), &["staff", "add", "张敏", "--section", "社保股", "--permissions", "查询"]);
    assert_eq!(line(&output(folder.path(), &["rule", "list"]), "DR01").last().unwrap(), "未就绪:没有人员数据");
    std::fs::write(folder.path().join("jingling.toml"), "[office.programme]\nrules = [\"ZC01\"]\n").unwrap();
    let some = output(folder.path(), &["rule", "list"]);
    assert_eq!((line(&some, "ZC01").last().unwrap().as_str(), line(&some, "DR01").last().unwrap().as_str()), ("启用", "停用"));
}

#[test]
fn the_schema_is_printed_for_editors() {
    let folder = tempfile::tempdir().unwrap();
    let schema: serde_json::Value = serde_json::from_str(&output(folder.path(), &["rule", "schema"])).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["properties"]["level"]["items"]["properties"]["light"]["enum"][0], "警铃");
}
