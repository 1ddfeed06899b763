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
