//! Workbooks of the programs that offices use.

use insta::assert_snapshot;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

#[test]
fn a_list_written_by_openpyxl_and_saved_by_libreoffice() {
    let seen = told(open(&fixture("openpyxl.xlsx"), LISTING, None));
    assert_snapshot!(seen, @"
    工作表 发放明细
    4: 序号 | 乡镇 | 收款人姓名 | 收款人身份证号 | 收款人银行账号 | 发放日期 | 补贴金额 | 备注
    5: #1 | 衡山镇 | 程文 | 342427196503120012 | 6217000000000000019 | @2026-11-23 | #1280.5 | -
    6: #2 | 晓天镇 | 周小桐 | 341525200303120019 | 6217000000000000027 | @2026-11-23 | #0.3 | 更正
    7: #3 | 晓天镇 | 吴·阿依 | 341525200303120019 | 6217000000000000035 | @2026-11-23 10:02:33 | #600 | -
    略过 8: Total
    略过 9: Note
    略过 10: Note
    ");
    let again = told(open(&fixture("libreoffice.xlsx"), LISTING, None));
    assert_eq!(again, seen);
}

#[test]
fn the_columns_are_found_by_both_lines_of_their_title() {
    let table = open(&fixture("openpyxl.xlsx"), LISTING, None).unwrap();
    let index = |title| table.header.column(title).map(|c| c.index);
    assert_eq!(index("收款人姓名"), Some(2));
    assert_eq!(index("收款人银行账号"), Some(4));
    assert_eq!(index("补贴金额"), Some(6));
    assert_eq!(index("姓名"), None, "the fuller title is the one that is meant");
}

#[test]
fn a_named_sheet_is_taken_even_when_hidden() {
    assert_snapshot!(told(open(&fixture("openpyxl.xlsx"), LISTING, Some("上月"))), @"
    工作表 上月
    1: 乡镇 | 姓名 | 身份证号 | 补贴金额
    2: 衡山镇 | 程文 | 342427196503120012 | #1
    ");
    assert_snapshot!(told(open(&fixture("openpyxl.xlsx"), LISTING, Some("下月"))), @"不收: 没有叫 下月 的工作表;有的是 发放明细、填表说明、上月");
    assert_snapshot!(told(open(&fixture("openpyxl.xlsx"), LISTING, Some("填表说明"))), @"不收: 没有找到标题行;标题行里至少要有其中几个: 乡镇、收款人姓名、姓名、收款人身份证号、身份证号、收款人银行账号、银行账号、发放日期");
}

#[test]
fn formulas_count_when_they_have_been_computed() {
    let wanted = &["凭证号", "支付日期", "支付金额"];
    assert_snapshot!(told(open(&fixture("formulas.xlsx"), wanted, None)), @"
    工作表 支付
    1: 凭证号 | 支付日期 | 支付金额<万元>
    2: PZ-0001 | @2026-11-23 | !Unevaluated
    3: PZ-0002 | @2026-11-23 | !Unevaluated
    ");
    assert_snapshot!(told(open(&fixture("counted.xlsx"), wanted, None)), @"
    工作表 支付
    1: 凭证号 | 支付日期 | 支付金额<万元>
    2: PZ-0001 | @2026-11-23 | #1.28005
    3: PZ-0002 | @2026-11-23 | !Error
    ");
    let mut table = open(&fixture("counted.xlsx"), wanted, None).unwrap();
    let row = table.next().unwrap().unwrap();
    let column = table.header.column("支付金额").unwrap();
    assert_eq!(amount_text(&row.cells[column.index], column.unit).as_deref(), Ok("12800.5"));
}

#[test]
fn dates_counted_from_1904() {
    let mut table = open(&fixture("epoch1904.xlsx"), &["凭证号", "支付日期"], None).unwrap();
    for row in table.by_ref().take(2).collect::<Vec<_>>() {
        assert_eq!(date::date(&row.unwrap().cells[1], table.epoch).unwrap().to_string(), "2026-11-23");
    }
}

#[test]
fn what_excel_would_write() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.merge_range(0, 0, 0, 4, "2026年农业项目支付汇总(万元)", &Format::new()).unwrap();
    for (column, title) in ["凭证号", "*支付日期", "支付金额", "其中:退回(元)", "是否到户"].into_iter().enumerate() {
        sheet.write(2, u16::try_from(column).unwrap(), title).unwrap();
    }
    for (column, number) in [1, 2, 3, 4, 5].into_iter().enumerate() {
        sheet.write(3, u16::try_from(column).unwrap(), number).unwrap();
    }
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet.write(5, 0, 20_260_001).unwrap();
    sheet.write_with_format(5, 1, ExcelDateTime::from_ymd(2026, 11, 23).unwrap(), &day).unwrap();
    sheet.write(5, 2, 1.28005).unwrap();
    sheet.write(5, 3, "1,200.00").unwrap();
    sheet.write(5, 4, true).unwrap();
    sheet.write(6, 0, 341_525_200_303_120_019_i64).unwrap();
    sheet.write(6, 7, "表外").unwrap();
    sheet.write(7, 0, "晓天镇小计").unwrap();
    sheet.write(8, 0, "凭证号").unwrap();
    sheet.write(8, 1, "支付日期").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let opened = open(file(&bytes).path(), &["凭证号", "支付日期", "支付金额", "其中:退回", "是否到户"], None);
    assert_snapshot!(told(opened), @"
    工作表 Sheet1
    3: 凭证号<万元> | 支付日期<万元> | 支付金额<万元> | 其中:退回 | 是否到户<万元>
    6: #20260001 | @2026-11-23 | #1.28005 | 1,200.00 | ?true
    7: #341525200303120000 | - | - | - | -
    略过 4: Header
    略过 8: Total
    略过 9: Header
    ");
}

#[test]
fn the_sheet_that_fits_is_taken_and_two_that_fit_are_asked_about() {
    let book = |names: &[(&str, &[&str], bool)]| {
        let mut book = Workbook::new();
        for (name, titles, data) in names {
            let sheet = book.add_worksheet().set_name(*name).unwrap();
            sheet.write_row(0, 0, titles.iter().copied()).unwrap();
            if *data {
                sheet.write_row(1, 0, titles.iter().map(|_| "某")).unwrap();
            }
        }
        file(&book.save_to_buffer().unwrap())
    };
    let full: &[&str] = &["乡镇", "姓名", "身份证号", "银行账号", "补贴金额"];
    let few: &[&str] = &["乡镇", "补贴金额"];
    let taken = |f: &NamedTempFile| open(f.path(), LISTING, None).map(|t| t.sheet.unwrap()).map_err(|e| e.to_string());
    assert_eq!(taken(&book(&[("封面", &["某县"], true), ("汇总", few, true), ("明细", full, true)])).unwrap(), "明细");
    assert_eq!(taken(&book(&[("模板", full, false), ("明细", full, true)])).unwrap(), "明细");
    assert_snapshot!(taken(&book(&[("1月", full, true), ("2月", full, true)])).unwrap_err(), @"有几个工作表都像要导入的表: 1月、2月;请用 --sheet 写明用哪一个,或删去其余的表");
    assert_snapshot!(taken(&book(&[("封面", &["某县"], true)])).unwrap_err(), @"没有找到标题行;标题行里至少要有其中几个: 乡镇、收款人姓名、姓名、收款人身份证号、身份证号、收款人银行账号、银行账号、发放日期");
    assert_snapshot!(taken(&book(&[("明细", &["乡镇", "姓名", "补贴金额(元)", "补贴金额"], true)])).unwrap_err(), @"标题 补贴金额 出现了不止一次(C 列和 D 列);请改名或删去多余的一列");
}
