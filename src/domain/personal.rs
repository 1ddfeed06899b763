//! Personal numbers in what staff write (个人信息): id, card and phone numbers are recognised however they are typed. DOMAIN: privacy; 个人信息保护法36条.

use chrono::Datelike;

use super::person_id::{self, IdShape, luhn};
use super::text::normalise;

/// What kind of personal number a text carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PersonalKind {
    /// 身份证号
    Id,
    /// 银行卡号、账号
    Card,
    /// 电话号码
    Phone,
}

impl PersonalKind {
    /// What people read.
    pub const fn name(self) -> &'static str {
        match self {
            PersonalKind::Id => "身份证号",
            PersonalKind::Card => "银行卡号",
            PersonalKind::Phone => "电话号码",
        }
    }
}

/// The first personal number in a text typed by staff, if any. Full-width digits, blanks and dashes between digits do not hide one;
/// amounts, dates, voucher and document numbers, and numbers already masked (`138****1234`) pass.
pub fn find_personal(text: &str) -> Option<PersonalKind> {
    let text: Vec<char> = normalise(text).chars().collect();
    let groups = groups(&text);
    (0..groups.len()).find_map(|first| {
        let mut digits = String::new();
        let mut widths = Vec::new();
        for (offset, group) in groups.iter().skip(first).enumerate() {
            if offset > 0 && !group.joined {
                break;
            }
            digits.push_str(&group.digits);
            widths.push(group.digits.len());
            if digits.len() > 32 {
                break;
            }
            let found = personal(&digits, &widths, groups.get(first)?, group);
            if found.is_some() {
                return found;
            }
        }
        None
    })
}

/// A run of digits, and how it stands in its text.
struct Group {
    digits: String,
    /// nothing but blanks and dashes between it and the run before
    joined: bool,
    /// letters directly before it
    letters: usize,
    /// a word for an account before it
    account: bool,
    /// two decimals follow: an amount
    amount: bool,
}

fn groups(text: &[char]) -> Vec<Group> {
    let at = |place: usize| text.get(place).copied().unwrap_or('\n');
    let is_joint = |c: char| matches!(c, ' ' | '-' | '‐' | '‑' | '–' | '—' | '−' | '(' | ')' | '.' | '·' | '_' | '/');
    let mut groups: Vec<Group> = Vec::new();
    let (mut place, mut end) = (0, 0);
    while place < text.len() {
        let between = text.get(end..place).unwrap_or_default();
        let joined = !groups.is_empty() && between.len() <= 3 && between.iter().all(|c| is_joint(*c));
        let lone_x = joined && matches!(at(place), 'x' | 'X') && !at(place + 1).is_ascii_alphanumeric();
        if !at(place).is_ascii_digit() && !lone_x {
            place += 1;
            continue;
        }
        let start = place;
        if let Some(behind) = check_sum(text, start) {
            place = behind;
            continue;
        }
        while at(place).is_ascii_digit() {
            place += 1;
        }
        if matches!(at(place), 'x' | 'X') && !at(place + 1).is_ascii_alphanumeric() {
            place += 1;
        }
        let before = text.get(..start).unwrap_or_default();
        let words: String = before.iter().skip(start.saturating_sub(8)).collect();
        groups.push(Group {
            digits: text.get(start..place).unwrap_or_default().iter().collect::<String>().to_ascii_uppercase(),
            joined,
            letters: before.iter().rev().take_while(|c| c.is_ascii_alphabetic()).count(),
            account: ["卡号", "账号", "帐号", "账户", "帐户"].iter().any(|word| words.contains(word)),
            amount: at(place) == '.' && at(place + 1).is_ascii_digit() && at(place + 2).is_ascii_digit() && !at(place + 3).is_ascii_digit(),
        });
        end = place;
    }
    groups
}

/// Behind the check sum (校验值) of 64 places in which this place stands, if it does: its digits are nobody's.
fn check_sum(text: &[char], place: usize) -> Option<usize> {
    let hex = |c: &&char| matches!(c, '0'..='9' | 'a'..='f');
    let before = text.get(..place).unwrap_or_default().iter().rev().take_while(hex).count();
    let word = text.get(place - before..).unwrap_or_default();
    let length = word.iter().take_while(hex).count();
    let letters = word.iter().take(length).filter(|c| c.is_ascii_lowercase()).count();
    (length == 64 && letters >= 8).then_some(place - before + length)
}

fn personal(digits: &str, widths: &[usize], first: &Group, last: &Group) -> Option<PersonalKind> {
    if last.amount {
        None
    } else if is_person(digits) {
        Some(PersonalKind::Id)
    } else if is_card(digits) || (first.account && digits.len() >= 9 && widths.len() == 1) {
        Some(PersonalKind::Card)
    } else if is_phone(digits, widths, first.letters) {
        Some(PersonalKind::Phone)
    } else {
        None
    }
}

/// Voucher numbers are often 行政区划 + 日期 + 序号, shaped just like an identity number: a recent "birthday" must have the check digit right,
/// an old number of 15 places must be of someone born from 1930 on.
fn is_person(digits: &str) -> bool {
    let Some(born) = person_id::birthday(digits) else { return false };
    if digits.len() == 15 { born.year() >= 1930 } else { person_id::check(digits) == IdShape::Valid || born.year() < 2016 }
}

fn is_card(digits: &str) -> bool {
    let union_pay = (16..=19).contains(&digits.len()) && ["60", "62", "68", "69", "9558", "9559"].iter().any(|prefix| digits.starts_with(prefix));
    let abroad = digits.len() == 16 && ["4", "51", "52", "53", "54", "55"].iter().any(|prefix| digits.starts_with(prefix));
    (union_pay || abroad) && luhn(digits)
}

fn is_phone(digits: &str, widths: &[usize], letters: usize) -> bool {
    let abroad = ["0086", "86"].into_iter().any(|code| {
        let national = digits.strip_prefix(code).filter(|rest| is_mobile(rest));
        let widths = widths.split_first().and_then(|(first, rest)| match first.checked_sub(code.len())? {
            0 => Some(rest.to_vec()),
            left => Some(std::iter::once(left).chain(rest.iter().copied()).collect()),
        });
        national.zip(widths).is_some_and(|(national, widths)| is_written_phone(national, &widths, letters))
    });
    abroad || is_written_phone(digits, widths, letters)
}

fn is_mobile(number: &str) -> bool {
    number.len() == 11 && number.starts_with('1') && matches!(number.as_bytes().get(1), Some(b'3'..=b'9'))
}

fn is_written_phone(digits: &str, widths: &[usize], letters: usize) -> bool {
    match widths {
        // a code such as PZ13812345678 is no phone, Tel13812345678 is
        [_] => is_mobile(digits) && !(1..=2).contains(&letters),
        [3, 4, 4] | [3, 8] | [7, 4] | [3, 3, 5] | [5, 6] => is_mobile(digits) || (matches!(widths, [3, 8]) && digits.starts_with('0')),
        [4, 7 | 8] => digits.starts_with('0') && !digits.starts_with("00"),
        singles => is_mobile(digits) && singles.iter().all(|width| *width == 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_found_however_typed() {
        use PersonalKind::{Card, Id, Phone};
        for (text, kind) in [
            ("已核实342427196503120012本人", Id),
            ("身份证３４２４２７１９６５０３１２００１２", Id),
            ("342427 19650312 0012", Id),
            ("3-4-2-4-2-7-1-9-6-5-0-3-1-2-0-0-1-2", Id),
            ("11010519491231002x", Id),
            ("110105194912310 02 X", Id),
            ("342427196503120013(记错一位)", Id),
            ("旧证342427650312001", Id),
            ("3424271965\u{200B}03120012", Id),
            ("卡 6222 0212 3456 7890 128", Card),
            ("4111-1111-1111-1111", Card),
            ("账号:20000123456", Card),
            ("打13812345678核实", Phone),
            ("138 1234 5678", Phone),
            ("138－1234－5678", Phone),
            ("+86 138-1234-5678", Phone),
            ("8613812345678", Phone),
            ("1 3 8 1 2 3 4 5 6 7 8", Phone),
            ("0564-5022123", Phone),
            ("(0564) 5022123", Phone),
            ("YJ2026-000123 13812345678", Phone),
            ("Tel13812345678", Phone),
        ] {
            assert_eq!(find_personal(text), Some(kind), "{text}");
        }
    }

    #[test]
    fn a_check_sum_is_no_number_of_a_person() {
        let sum = format!("{}abc13812345678def0123", "0a1b2c3d4e5f".repeat(4).get(..43).unwrap());
        assert_eq!((sum.len(), find_personal(&format!("1234:{sum}"))), (64, None));
        assert_eq!(find_personal(&format!("1234:{sum}0")), Some(PersonalKind::Phone), "of another length it is none");
    }

    #[test]
    fn the_numbers_of_the_work_pass() {
        for text in [
            "",
            "电话核实 138****1234,2026-11-23 10:02",
            "金额 13,812,345,678.00 元",
            "金额 13812345678.50 元",
            "退回 12800.00 元,凭证 ZF202011230001",
            "凭证号 341525202011230001",
            "凭证号 PZ13812345678",
            "皖财办〔2019〕1318号 霍财办(2018]164号",
            "2026-11-23 2026-12-07 共 15 笔",
            "2019-11-23至2020-01-15",
            "分别为 1500 2000 300",
            "账户 20261123 开立,账号尾号 0012",
            "342427********0012",
            "YJ2026-000123、YJ2026-000124",
            "功能科目 2130505 政府经济 50901",
        ] {
            assert_eq!(find_personal(text), None, "{text}");
        }
    }

    #[test]
    fn what_the_office_writes_passes() {
        for text in [
            "按皖财办〔2019〕1318号文件要求,资金已于2026年11月20日分配到位。",
            "经核实,凭证PZ202611230015与PZ202611230016分别为两季度的补助。",
            "该笔资金12,800.00元,其中中央资金8,000.00元,省级资金4,800.00元。",
            "已退回国库3,415.25元,退款凭证号341525202611230007。",
            "2026-11-23 10:02 电话核实,村会计称款项已发放。",
            "调阅材料:发放表3张、公示照片6张、会议记录1份。",
            "约谈走访地点:佛子岭镇人民政府二楼会议室,参加4人。",
            "收款账号尾号0012与申请表一致。",
            "功能科目2130505,政府经济分类50901,预算项目341525260001。",
            "该项目2026年度指标1,234,567.89元,已支付1,000,000.00元,进度81.0%。",
            "霍财办〔2026〕164号、霍财农〔2026〕23号文件下达。",
            "请于2026年12月7日前纠正,并于12月10日前报送农业股。",
            "第3批至第12批共发放4500户,计270.00万元。",
            "统一社会信用代码91341525MA2XXXXX1K的单位已注销。",
            "预警编号YJ2026-000123、YJ2026-000124为同一事项。",
            "权限申请QX2026-0007已由财政信息中心办理。",
            "发放月份01-12,应发7,200.00元,实发7,200.00元。",
            "村民代表大会于2026.11.15召开,应到38人,实到35人。",
            "合同编号HS-2026-0815,工期180天,2026/03/01至2026/08/27。",
            "电话核实138****1234,已确认。",
            "身份证号342427********0012与建档信息一致。",
            "行政区划341525103,建档户编号3415251030001。",
            "附件1共12页,附件2共3页,附件3共1页。",
            "标准为每人每月600.00元,按2026年标准执行,不含2025年补发。",
            "银行回单流水20261123000158已核对。",
            "2026年1-11月累计支付进度86.5%,比序时进度低5.2个百分点。",
            "该账户于20190315开立,20261120注销。",
            "会议纪要〔2026〕第18号,第3条第2款。",
            "海拔1,774米,距县城65公里,人口31,900人。",
            "国库支付中心11月23日反馈:电子转账,批次号0000123456。",
        ] {
            assert_eq!(find_personal(text), None, "{text}");
        }
    }

    mod however {
        use proptest::prelude::*;

        use super::*;

        /// Whole, by one and by the habits of each kind; between the groups whatever people put there.
        fn spelled(digits: &str, groups: &[usize], joint: &str, wide: bool) -> String {
            let mut rest: Vec<char> = digits.chars().collect();
            let mut parts: Vec<String> = Vec::new();
            for width in groups {
                parts.push(rest.drain(..(*width).min(rest.len())).collect());
            }
            parts.push(rest.into_iter().collect());
            let text = parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(joint);
            if wide { text.chars().map(|c| if c.is_ascii_digit() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c }).collect() } else { text }
        }

        fn joints() -> impl Strategy<Value = &'static str> {
            prop::sample::select(vec![" ", "  ", "-", "－", "\u{3000}", "—", ".", "·", "_", " - ", "\u{200B}", ""])
        }

        fn wrapped(number: &str) -> String {
            format!("已核对{number},属实")
        }

        fn id() -> impl Strategy<Value = String> {
            (prop::sample::select(vec!["341525", "342427", "340102"]), 1930i32..2015, 1u32..13, 1u32..29, 0u32..1000).prop_map(
                |(place, year, month, day, serial)| {
                    let body = format!("{place}{year}{month:02}{day:02}{serial:03}");
                    "0123456789X".chars().map(|last| format!("{body}{last}")).find(|id| person_id::check(id) == IdShape::Valid).unwrap()
                },
            )
        }

        proptest! {
            #[test]
            fn an_id_is_found(id in id(), joint in joints(), wide: bool, old: bool, groups in prop::sample::select(vec![vec![], vec![6, 8], vec![6, 4, 4], vec![4, 4, 4, 4], vec![3; 6], vec![1; 18]])) {
                // the old form has no century and no check digit
                let id = if old && id[6..8] == *"19" { format!("{}{}", &id[..6], &id[8..17]) } else { id };
                let text = wrapped(&spelled(&id, &groups, joint, wide));
                prop_assert_eq!(find_personal(&text), Some(PersonalKind::Id), "{}", text);
            }

            #[test]
            fn a_card_is_found(body in "(60|62)[0-9]{13,16}", joint in joints(), wide: bool, groups in prop::sample::select(vec![vec![], vec![4; 5], vec![6], vec![1; 19]])) {
                let card = (0..10).map(|last| format!("{body}{last}")).find(|card| luhn(card)).unwrap();
                let text = wrapped(&spelled(&card, &groups, joint, wide));
                prop_assert!(find_personal(&text).is_some(), "{}", text);
            }

            #[test]
            fn a_phone_is_found(
                phone in "1[3-9][0-9]{9}",
                joint in joints(),
                wide: bool,
                code in prop::sample::select(vec!["", "+86", "+86 ", "86-", "0086", "(+86)", "+86-"]),
                groups in prop::sample::select(vec![vec![], vec![3, 4], vec![3], vec![7], vec![3, 3], vec![5], vec![1; 11]]),
            ) {
                let text = wrapped(&format!("{code}{}", spelled(&phone, &groups, joint, wide)));
                prop_assert!(find_personal(&text).is_some(), "{}", text);
            }
        }
    }
}
