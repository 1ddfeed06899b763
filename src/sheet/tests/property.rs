//! What holds for any file.

use encoding_rs::{GB18030, UTF_8};
use proptest::prelude::*;

use super::*;

fn drain(bytes: &[u8]) {
    if let Ok(table) = open(file(bytes).path(), LISTING, None) {
        table.for_each(drop);
    }
}

/// A small sound workbook to be damaged.
fn sound() -> Vec<u8> {
    workbook(&(row(1, &["乡镇", "姓名", "补贴金额"]) + &row(2, &["衡山镇", "程文", "1"])), &[])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        drain(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(rest in "[\"',;\t\r\n a1元\\PC]{0,200}") {
        drain(format!("乡镇,姓名,补贴金额\n{rest}").as_bytes());
    }

    #[test]
    fn any_sheet_is_read_or_refused(cells in proptest::collection::vec(("[A-Z]{0,8}[0-9]{0,12}", "(n|s|b|e|d|str|inlineStr|x)?", "[ -;=?-~]{0,12}"), 0..12)) {
        let cells: String = cells.into_iter().map(|(at, kind, value)| format!(r#"<c r="{at}" t="{kind}"><v>{}</v></c>"#, value.replace('&', "&amp;"))).collect();
        drain(&workbook(&format!("{}<row>{cells}</row>", row(1, &["乡镇", "姓名", "补贴金额"])), &[]));
    }

    #[test]
    fn any_damage_to_a_workbook_is_survived(at in 0..2000_usize, byte in any::<u8>(), cut in 0..4000_usize) {
        let mut bytes = sound();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(cut);
        drain(&bytes);
    }

    #[test]
    fn what_is_written_reads_back_in_every_encoding(
        rows in proptest::collection::vec(proptest::collection::vec("[ -<>-~\n\t、-〇一-龥Ａ-ｚ]{1,12}", 3), 1..20),
        separator in prop_oneof![Just(b','), Just(b'\t'), Just(b';')],
        how in 0..4_u8,
    ) {
        let mut writer = ::csv::WriterBuilder::new().delimiter(separator).from_writer(Vec::new());
        writer.write_record(["乡镇", "姓名", "补贴金额"]).unwrap();
        for cells in &rows {
            writer.write_record(cells).unwrap();
        }
        let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let bytes = match how {
            0 => UTF_8.encode(&written).0.into_owned(),
            1 => format!("\u{feff}{written}").into_bytes(),
            2 => GB18030.encode(&written).0.into_owned(),
            _ => std::iter::once(0xfeff).chain(written.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        };
        let mut table = open(file(&bytes).path(), LISTING, None).unwrap();
        let read: Vec<(u32, Vec<Cell>)> = table.by_ref().map(|r| r.unwrap()).map(|r| (r.number, r.cells)).collect();
        let passed: Vec<u32> = table.skipped().iter().map(|s| s.row).collect();
        let expected: Vec<(u32, Vec<Cell>)> = (2..).zip(&rows)
            .map(|(number, cells)| (number, cells.iter().map(|t| Cell::Text(t.clone())).collect::<Vec<_>>()))
            .filter(|(number, cells)| !passed.contains(number) && !cells.iter().all(Cell::is_blank))
            .collect();
        prop_assert_eq!(read, expected);
    }
}
