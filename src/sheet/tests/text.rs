//! CSV files.

use encoding_rs::GB18030;
use insta::assert_snapshot;

use super::*;

const LIST: &str = "某县发放表,,,\n单位:万元,,,\n乡镇,姓名,身份证号,补贴金额\n衡山镇,程文,342427196503120012,0.12805\n\n晓天镇,\"周\n小桐\",\"=\"\"341525200303120019\"\"\",\"1,200元\"\n合计,,,0.25\n";

fn utf16(text: &str, little: bool) -> Vec<u8> {
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
}

#[test]
fn every_encoding_and_separator_reads_the_same() {
    let seen = text(LIST, LISTING);
    assert_snapshot!(seen, @"
    3: 乡镇<万元> | 姓名<万元> | 身份证号<万元> | 补贴金额<万元>
    4: 衡山镇 | 程文 | 342427196503120012 | 0.12805
    6: 晓天镇 | 周
    小桐 | 341525200303120019 | 1,200元
    略过 7: Total
    ");
    let marked = format!("\u{feff}{LIST}");
    for separator in [",", "\t", ";"] {
        let list = LIST.replace("1,200", "1200").replace(',', separator);
        let seen = seen.replace("1,200", "1200");
        for bytes in [
            list.clone().into_bytes(),
            marked.replace("1,200", "1200").replace(',', separator).into_bytes(),
            GB18030.encode(&list).0.into_owned(),
            utf16(&list, true),
            utf16(&list, false),
        ] {
            assert_eq!(text(bytes, LISTING), seen);
        }
    }
    for ending in ["\r\n", "\r"] {
        assert_eq!(text(LIST.replace('\n', ending), LISTING).replace(ending, "\n"), seen);
    }
}

#[test]
fn the_encoding_is_decided_once() {
    let mut damaged = LIST.as_bytes().to_vec();
    let at = LIST.find("周").unwrap();
    damaged[at] = 0xff;
    assert_snapshot!(text(&damaged, LISTING), @"不收: 第 6 行有 UTF-8 读不出的字;请另存为 UTF-8 编码的 .csv,或另存为 .xlsx");
    let mut late = format!("乡镇,姓名\n{}", "a,b\n".repeat(600_000)).into_bytes();
    late.extend(GB18030.encode("衡山镇,程文\n").0.iter());
    assert_snapshot!(text(&late, LISTING), @"不收: 第 600002 行有 UTF-8 读不出的字;请另存为 UTF-8 编码的 .csv,或另存为 .xlsx");
    let plain = format!("town,name\n{}", "a,b\n".repeat(600_000)).into_bytes();
    let late: Vec<u8> = plain.into_iter().chain(GB18030.encode("衡山镇,程文\n").0.iter().copied()).collect();
    let mut table = open(file(&late).path(), &["town", "name"], None).unwrap();
    assert_eq!(table.by_ref().last().unwrap().unwrap().cells[1], Cell::Text("程文".into()));
    assert_eq!(table.progress(), (600_002, 600_003));
}

#[test]
fn a_quote_that_is_left_open_swallows_nothing() {
    for (broken, row) in [("衡山镇,\"程文,1\n晓天镇,周,2\n", 2), ("衡山镇,程文,1\n晓天镇,\"周\"某,2\n", 3), ("衡山镇,\"程文,1\n晓天镇,\"周\",2\n", 2)]
    {
        assert_eq!(text(format!("乡镇,姓名,补贴金额\n{broken}"), LISTING), format!("不收: 第 {row} 行起的引号没有结束;请检查这一行的引号"));
    }
    let long = format!("乡镇,姓名,补贴金额\n衡山镇,\"程文,1\n{}", "晓天镇,周,2\n".repeat(100_000));
    assert_eq!(text(long, LISTING), "不收: 第 2 行起的引号没有结束;请检查这一行的引号");
}

#[test]
fn rows_of_another_width_are_told_and_the_others_read() {
    assert_snapshot!(text("乡镇,姓名,补贴金额,备注\n衡山镇,程文,1,200,\n衡山镇,程文\n衡山镇,程文,1200,,,\n注:共三户\n合计,,1200\n衡山镇,程文,1200,好\n", LISTING), @"
    1: 乡镇 | 姓名 | 补贴金额 | 备注
    不收: 第 2 行: 有 5 列,标题行有 4 列;请检查是否多了或少了分隔符、换行
    不收: 第 3 行: 有 2 列,标题行有 4 列;请检查是否多了或少了分隔符、换行
    不收: 第 4 行: 有 6 列,标题行有 4 列;请检查是否多了或少了分隔符、换行
    7: 衡山镇 | 程文 | 1200 | 好
    略过 5: Note
    略过 6: Total
    ");
}

#[test]
fn what_is_no_text_is_refused() {
    let table = "乡镇,姓名,补贴金额\n衡山镇,程文,1\n";
    assert_snapshot!(text(format!("{table}衡山镇,程\0文,1\n"), LISTING), @"不收: 第 3 行里有空字符,不是文本文件;请另存为 .xlsx");
    assert_snapshot!(text(format!("{table}衡山镇,{},1\n", "文".repeat(400_000)), LISTING), @"不收: 第 3 行太长;请检查换行和引号");
    assert_snapshot!(text(",".repeat(2_000_000), LISTING), @"不收: 第 1 行太长;请检查换行和引号");
    assert_snapshot!(text(utf16(table, true).get(2..).unwrap(), LISTING), @"不收: 这不是 .xlsx 工作簿,也不是 .csv 文本;请用 Excel 或 WPS 另存为 .xlsx");
    assert_snapshot!(text("<html><table><tr><td>乡镇</td><td>姓名</td></tr></table>", LISTING), @"不收: 这不是 .xlsx 工作簿,也不是 .csv 文本;请用 Excel 或 WPS 另存为 .xlsx");
    assert_snapshot!(text("%PDF-1.7 乡镇,姓名", LISTING), @"不收: 这不是 .xlsx 工作簿,也不是 .csv 文本;请用 Excel 或 WPS 另存为 .xlsx");
    assert_snapshot!(text("\u{1}\u{2}乡镇,姓名", LISTING), @"不收: 这不是 .xlsx 工作簿,也不是 .csv 文本;请用 Excel 或 WPS 另存为 .xlsx");
    assert_snapshot!(text("", LISTING), @"不收: 文件是空的");
    assert_snapshot!(text("某县,某表\n1,2\n", LISTING), @"不收: 没有找到标题行;标题行里至少要有其中几个: 乡镇、收款人姓名、姓名、收款人身份证号、身份证号、收款人银行账号、银行账号、发放日期");
    assert_snapshot!(text("单位:元,\n单位:万元,\n乡镇,补贴金额\n", LISTING), @"不收: 表头写了不止一种金额单位;请在每个金额列的标题后写明单位,如 金额(元)");
}

#[test]
fn sums_and_notes_are_told_apart_from_data() {
    let passed = |line: &str| {
        let mut table = open(file(format!("乡镇,姓名,补贴金额\n衡山镇,程文,1\n{line}\n").as_bytes()).path(), LISTING, None).unwrap();
        let rows: Vec<_> = table.by_ref().map(Result::unwrap).collect();
        let why = table.skipped().first().map(|s| (s.row, s.why));
        assert_eq!(rows.len(), if why.is_some() { 1 } else { 2 }, "{line}: nothing vanishes");
        why
    };
    for line in ["合计,,5", "合 计:,,5", "总计,,5", "晓天镇小计,,5", "晓天镇,小计,5", ",合计,5", "合计(3户),,5", "本页小计,,5", "'合计,,5"]
    {
        assert_eq!(passed(line), Some((3, Skip::Total)), "{line}");
    }
    for line in ["注:一式三份,,", "注 : 一式三份,,", "备注1:另附,,", "制表人:某某,审核人:某某,", "填表日期:2026年11月,,", "单位负责人(签字):,,", "审核:,,"]
    {
        assert_eq!(passed(line), Some((3, Skip::Note)), "{line}");
    }
    for line in ["乡镇,姓名,补贴金额(元)", "乡 镇,姓名,"] {
        assert_eq!(passed(line), Some((3, Skip::Header)), "{line}");
    }
    for line in ["晓天镇,合计有限公司,5", "会计服务中心,程文,5", "备注,程文,5", "注册:某,程文,5", "晓天镇,姓名,5", "1,2,3", "统计局,程文,5", ",,5"]
    {
        assert_eq!(passed(line), None, "{line}");
    }
}

#[test]
fn the_header_is_found_with_its_units() {
    let header = |lines: &str| match open(file(lines.as_bytes()).path(), LISTING, None) {
        Ok(table) => {
            let columns: Vec<String> =
                table.header.columns.iter().map(|c| format!("{}{}{}", c.title, if c.wanted.is_some() { "=" } else { "~" }, c.unit.name())).collect();
            format!("{}: {}", table.header.row, columns.join(" "))
        }
        Err(fault) => fault.to_string(),
    };
    assert_eq!(header("单位:,万元\n姓名,补贴金额\n"), "2: 姓名=万元 补贴金额=万元");
    assert_eq!(header("发放表(千元),\n填报单位:某县财政局,\n姓名,补贴金额 (元)\n"), "3: 姓名=千元 补贴金额=元");
    assert_eq!(header("计量单位:人民币百万元/户,\n姓名,补贴金额[亿元]\n"), "2: 姓名=百万元 补贴金额=亿元");
    assert_eq!(header("姓名,补贴金额(单位:万元)\n"), "1: 姓名=元 补贴金额=万元");
    assert_eq!(header("某表,\n姓 名:,补贴\u{3000}金额\n"), "2: 姓名=元 补贴金额=元");
    assert_eq!(header("*姓名,＊补贴金额,栏,栏\n"), "1: 姓名=元 补贴金额=元 栏~元 栏~元");
    assert_eq!(header("收款人,,补贴金额(万元),\n姓名,银行账号,应发,实发\n"), "2: 收款人姓名=元 收款人银行账号=元 补贴金额应发~万元 补贴金额实发~万元");
    assert!(header("姓名,\n").starts_with("没有找到标题行"), "one title is not enough");
    let deep = format!("{}姓名,补贴金额\n", "某,某\n".repeat(61));
    assert!(header(&deep).starts_with("没有找到标题行"), "not among the first rows");
}
