//! Masking (脱敏): what may be shown outside the bureau's own screen, and how text that carries personal numbers is recognised. DOMAIN: privacy; 个人信息保护法36条.

use chrono::Datelike;

use super::person_id::{self, IdShape, luhn};
use super::text::{is_han, normalise};

/// Whom a payee's name belongs to (收款人性质), judged by its shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PayeeKind {
    /// 单位
    Unit,
    /// 个人
    Person,
}

impl PayeeKind {
    /// As the rule language writes it.
    pub const fn name(self) -> &'static str {
        match self {
            PayeeKind::Unit => "单位",
            PayeeKind::Person => "个人",
        }
    }
}

/// Unit or person; `None` for an empty name, one of digits or of a single character.
pub fn payee_kind(name: &str) -> Option<PayeeKind> {
    let name = normalise(name);
    let length = name.chars().count();
    if length < 2 || !name.chars().any(char::is_alphabetic) {
        None
    } else if is_unit(&name) {
        Some(PayeeKind::Unit)
    } else if name.contains('·') || (length <= 4 && name.chars().all(is_han)) {
        Some(PayeeKind::Person)
    } else {
        Some(PayeeKind::Unit)
    }
}

/// A name that says of itself that it is a unit's. Names of up to three characters need a clear word, for 李会民 and 张新村 are people.
fn is_unit(name: &str) -> bool {
    const SHORT: [&str; 13] = ["公司", "银行", "医院", "学校", "政府", "中心", "局", "厂", "供销社", "信用社", "合作社", "居委会", "村委会"];
    const WORDS: [&str; 18] = [
        "公司",
        "合作社",
        "委员会",
        "政府",
        "学校",
        "小学",
        "中学",
        "医院",
        "卫生院",
        "中心",
        "银行",
        "信用社",
        "经营部",
        "服务部",
        "门市部",
        "超市",
        "农场",
        "集团",
    ];
    const ENDINGS: &str = "局会村厂店站所社院部队场校园馆处行厅室户镇乡组";
    if name.chars().count() <= 3 {
        SHORT.iter().any(|word| name.ends_with(word))
    } else {
        WORDS.iter().any(|word| name.contains(word)) || name.ends_with(|c| ENDINGS.contains(c))
    }
}

/// A person's name: first character and one star, `张*`.
pub fn name(name: &str) -> String {
    normalise(name).chars().next().map_or_else(String::new, |first| format!("{first}*"))
}

/// A payee's name: a unit's whole, any other masked. In doubt it is masked.
pub fn payee(payee: &str) -> String {
    let normal = normalise(payee);
    if is_unit(&normal) && find_personal(&normal).is_none() { normal } else { name(&normal) }
}

/// An identity number: first six and last four, `342427********0012`. Anything shorter than 15 shows nothing.
pub fn id_no(id: &str) -> String {
    let id: Vec<char> = normalise(id).chars().filter(|c| !c.is_whitespace()).collect();
    if id.len() < 15 { "*".repeat(id.len().min(8)) } else { ends(&id, 6, 4, 8) }
}

/// An account: its last four, `****0012`. Anything shorter than eight shows nothing.
pub fn account(account: &str) -> String {
    let account: Vec<char> = normalise(account).chars().filter(|c| c.is_alphanumeric()).collect();
    if account.len() < 8 { "*".repeat(account.len().min(4)) } else { ends(&account, 0, 4, 4) }
}

/// A phone number: `138****1234`; a short one shows nothing.
pub fn phone(phone: &str) -> String {
    let phone: Vec<char> = normalise(phone).chars().filter(char::is_ascii_digit).collect();
    if phone.len() < 11 { "*".repeat(phone.len().min(4)) } else { ends(&phone, 3, 4, 4) }
}

fn ends(text: &[char], first: usize, last: usize, stars: usize) -> String {
    let head = text.iter().take(first);
    let tail = text.iter().skip(text.len().saturating_sub(last));
    head.copied().chain(std::iter::repeat_n('*', stars)).chain(tail.copied()).collect()
}

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
    let is_joint = |c: char| c == ' ' || matches!(c, '-' | '‐' | '‑' | '–' | '—' | '−' | '(' | ')');
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
    let mobile = |number: &str| number.len() == 11 && number.starts_with('1') && matches!(number.as_bytes().get(1), Some(b'3'..=b'9'));
    match widths {
        // a code such as PZ13812345678 is no phone, Tel13812345678 is
        [_] => {
            let national = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86").filter(|rest| rest.len() == 11)).unwrap_or(digits);
            mobile(national) && !(1..=2).contains(&letters)
        }
        [3, 4, 4] | [3, 8] | [7, 4] | [3, 3, 5] | [5, 6] => mobile(digits) || (matches!(widths, [3, 8]) && digits.starts_with('0')),
        [4, 7 | 8] => digits.starts_with('0') && !digits.starts_with("00"),
        singles => mobile(digits) && singles.iter().all(|width| *width == 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        assert_eq!(name("张敏"), "张*");
        assert_eq!(name("阿依古丽·买买提"), "阿*");
        assert_eq!(name(""), "");
        assert_eq!(payee("霍山县财政局"), "霍山县财政局");
        assert_eq!(payee("李会民"), "李*");
        assert_eq!(payee("阿卜杜拉买买提"), "阿*");
        assert_eq!(id_no("342427196503120012"), "342427********0012");
        assert_eq!(id_no("1234"), "****");
        assert_eq!(account("6217 7800 0000 1234"), "****1234");
        assert_eq!(account("1234"), "****");
        assert_eq!(phone("138-1234-5678"), "138****5678");
    }

    #[test]
    fn unit_or_person() {
        use PayeeKind::{Person, Unit};
        for (name, kind) in [
            ("霍山县衡山镇人民政府", Some(Unit)),
            ("诸佛庵镇仙人冲村", Some(Unit)),
            ("大别山茶叶专业合作社", Some(Unit)),
            ("财政局", Some(Unit)),
            ("张敏", Some(Person)),
            ("李会民", Some(Person)),
            ("张学会", Some(Person)),
            ("欧阳明月", Some(Person)),
            ("阿依古丽·买买提", Some(Person)),
            ("12345", None),
            ("", None),
        ] {
            assert_eq!(payee_kind(name), kind, "{name}");
        }
    }

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
}
