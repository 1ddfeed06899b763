//! Files that are broken, or meant to do harm.

use std::time::Instant;

use insta::assert_snapshot;

use super::*;

fn sheet(rows: &str) -> String {
    let bytes = workbook(&format!("{}{rows}", row(1, &["乡镇", "姓名", "补贴金额"])), &[]);
    text(bytes, LISTING)
}

fn with(parts: &[(&str, &str)]) -> String {
    text(workbook(&row(1, &["乡镇", "姓名", "补贴金额"]), parts), LISTING)
}

#[test]
fn what_must_not_be_opened_is_named() {
    assert_snapshot!(told(open(&fixture("macro.xlsx"), LISTING, None)), @"不收: 工作簿带有宏,不能导入;请另存为不带宏的 .xlsx");
    assert_snapshot!(with(&[("xl/VBAProject.bin", "x")]), @"不收: 工作簿带有宏,不能导入;请另存为不带宏的 .xlsx");
    assert_snapshot!(with(&[("[Content_Types].xml", "<Types><Override PartName='/xl/workbook.xml' ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>")]), @"不收: 工作簿带有宏,不能导入;请另存为不带宏的 .xlsx");
    assert_snapshot!(told(open(&fixture("password.xlsx"), LISTING, None)), @"不收: 文件有打开密码;请用 Excel 或 WPS 去掉密码后另存为 .xlsx");
    assert_snapshot!(told(open(&fixture("old.xls"), LISTING, None)), @"不收: 这是旧的 .xls 文件;请用 Excel 或 WPS 另存为 .xlsx");
    assert_snapshot!(told(open(&fixture("other.ods"), LISTING, None)), @"不收: 这不是 .xlsx 工作簿,也不是 .csv 文本;请用 Excel 或 WPS 另存为 .xlsx");
    assert_snapshot!(text("PK 乡镇,姓名", LISTING), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
}

#[test]
fn what_is_no_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    assert_snapshot!(told(open(folder.path(), LISTING, None)), @"不收: 这是一个文件夹,不是文件");
    assert_snapshot!(told(open(&folder.path().join("无"), LISTING, None)), @"不收: 找不到这个文件");
    let link = folder.path().join("link.xlsx");
    std::os::unix::fs::symlink(fixture("openpyxl.xlsx"), &link).unwrap();
    assert_snapshot!(told(open(&link, LISTING, None)), @"不收: 这是一个链接或设备,不是文件;请直接放文件本身");
    assert_snapshot!(told(open(Path::new("/dev/zero"), LISTING, None)), @"不收: 这是一个链接或设备,不是文件;请直接放文件本身");
    let denied = FileFault::from(std::io::Error::from(std::io::ErrorKind::PermissionDenied));
    assert_snapshot!(denied, @"没有读取这个文件的权限;请检查文件权限");
    let huge = file(b"a,b");
    huge.as_file().set_len(2 << 30).unwrap();
    assert_snapshot!(told(open(huge.path(), LISTING, None)), @"不收: 文件太大(超过 1024 MB);请分成几个文件");
}

#[test]
fn a_file_cut_anywhere_gives_no_row() {
    let whole = std::fs::read(fixture("openpyxl.xlsx")).unwrap();
    for keep in (1..whole.len()).step_by(97) {
        assert!(open(file(&whole[..keep]).path(), LISTING, None).is_err(), "cut after {keep} bytes");
    }
    let mut damaged = whole;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 0xff;
    assert_snapshot!(text(damaged, LISTING), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
    assert_snapshot!(sheet("<row r=\"2\"><c r=\"A2\">"), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
}

#[test]
fn what_would_burst_is_refused() {
    let blanks = format!("<a>{}</a>", format!("{}<b/>", " ".repeat(1_000_000)).repeat(70));
    assert_snapshot!(with(&[("xl/worksheets/sheet2.xml", &blanks)]), @"不收: 工作簿展开后太大,不能导入;请只留要导入的表,另存为 .xlsx");
    assert_snapshot!(with(&[("xl/sharedStrings.xml", "<sst uniqueCount=\"88888888888888888\"></sst>")]), @"不收: 工作簿展开后太大,不能导入;请只留要导入的表,另存为 .xlsx");
    assert_snapshot!(with(&[("xl/sharedStrings.xml", &format!("<sst>{}</sst>", "<si/>".repeat(4_000_001)))]), @"不收: 工作簿展开后太大,不能导入;请只留要导入的表,另存为 .xlsx");
    assert_snapshot!(with(&[("xl/styles.xml", &"<aaaaaaaa/>".repeat(1_600_000))]), @"不收: 工作簿展开后太大,不能导入;请只留要导入的表,另存为 .xlsx");
    let many: Vec<String> = (0..10_100).map(|n| format!("xl/media/{n}.png")).collect();
    assert_snapshot!(with(&many.iter().map(|name| (name.as_str(), "")).collect::<Vec<_>>()), @"不收: 工作簿展开后太大,不能导入;请只留要导入的表,另存为 .xlsx");
}

#[test]
fn entities_are_never_expanded() {
    let lol = "<!DOCTYPE lolz [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]>";
    assert_snapshot!(with(&[("xl/sharedStrings.xml", &format!("{lol}<sst><si><t>&b;</t></si></sst>"))]), @"不收: 工作簿里有不常见的写法,不能导入;请用 Excel 或 WPS 打开后另存为 .xlsx");
    assert_snapshot!(sheet(&row(2, &["&b;", "", ""])), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
    assert_snapshot!(sheet(&row(2, &["&lt;&#24352;", "", "1"])), @"
    工作表 表
    1: 乡镇 | 姓名 | 补贴金额
    2: <张 | - | 1
    ");
}

#[test]
fn two_million_empty_rows_are_passed_over() {
    let started = Instant::now();
    let empty = "<row s=\"1\" customFormat=\"1\"/>".repeat(1_900_000) + &"<row><c s=\"1\"/></row>".repeat(100_000);
    let seen = sheet(&format!("{empty}{}", row(2_000_002, &["衡山镇", "程文", "1"])));
    assert_snapshot!(seen, @"
    工作表 表
    1: 乡镇 | 姓名 | 补贴金额
    2000002: 衡山镇 | 程文 | 1
    ");
    assert!(started.elapsed().as_secs() < 60);
}

#[test]
fn a_row_may_be_wide_but_not_endless() {
    let long = "长".repeat(32_767);
    let wide: String = (0..16_384).map(|_| "<c t=\"s\"><v>0</v></c>").collect();
    let bytes = workbook(
        &format!("{}<row r=\"2\">{wide}</row>{}{}", row(1, &["乡镇", "姓名", "补贴金额"]), row(3, &["衡山镇", &long, "1"]), row(4, &["衡山镇", "程文", "1"])),
        &[("xl/sharedStrings.xml", &format!("<sst><si><t>{long}</t></si></sst>"))],
    );
    let seen = text(bytes, LISTING);
    let counted: Vec<String> = seen.lines().map(|line| format!("{} … {}", line.chars().take(2).collect::<String>(), line.chars().count())).collect();
    assert_eq!(counted, ["工作 … 5", "1: … 17", "2: … 98310", "3: … 32780", "4: … 15"]);

    let titles: String = (0..1000).map(|n| format!("<c t=\"inlineStr\"><is><t>列{n}</t></is></c>")).collect();
    let bytes = workbook(
        &format!("<row r=\"1\">{titles}</row><row r=\"2\">{wide}</row>{}", row(3, &["甲"])),
        &[("xl/sharedStrings.xml", &format!("<sst><si><t>{long}</t></si></sst>"))],
    );
    let rows: Vec<_> = open(file(&bytes).path(), &["列1", "列2"], None).unwrap().map(|r| r.map(|r| r.number).map_err(|e| e.to_string())).collect();
    assert_eq!(rows, [Err("第 2 行: 内容太多;请检查是否把别的内容粘贴进了单元格".to_owned()), Ok(3)]);
}

#[test]
fn odd_cells_are_faults_of_their_own() {
    let seen = sheet(concat!(
        "<row r=\"2\"><c t=\"str\"><f>[1]Sheet1!A1</f><v>衡山镇</v></c><c t=\"e\"><v>#REF!</v></c><c><f>1+1</f></c></row>",
        "<row r=\"3\"><c t=\"str\"><f>IF(1,\"\",2)</f><v></v></c><c t=\"b\"><v>1</v></c><c><v>1e400</v></c></row>",
        "<row r=\"4\"><c t=\"d\"><v>2026-11-23T00:00:00</v></c><c t=\"d\"><v>2026-11-23T10:02:33Z</v></c><c><v>1E3</v></c></row>",
    ));
    assert_snapshot!(seen, @"
    工作表 表
    1: 乡镇 | 姓名 | 补贴金额
    2: 衡山镇 | !Error | !Unevaluated
    3: - | ?true | !Error
    4: @2026-11-23 | @2026-11-23 10:02:33 | #1000
    ");
    assert_snapshot!(sheet("<row r=\"9\"><c r=\"A9\"><v>1</v></c></row><row r=\"3\"><c r=\"A3\"><v>1</v></c></row>"), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
    assert_snapshot!(sheet("<row r=\"2\"><c t=\"s\"><v>7</v></c></row>"), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
    assert_snapshot!(sheet("<row r=\"2\"><c r=\"ABCDEFGHIJKLMN99999999999\"><v>7</v></c></row>"), @"不收: 工作簿已损坏或不完整;请重新导出,或用 Excel 或 WPS 打开后另存为 .xlsx");
}
