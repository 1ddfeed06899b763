//! Masking (脱敏): what may be shown outside the bureau's own screen, and what covers it in free text. DOMAIN: privacy; 个人信息保护法36条.

use super::personal::find_personal;
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

/// The text with a person's name covered wherever it stands: `慰问张 敏` becomes `慰问张*`. Names of units stay.
pub fn cover_name(text: &str, person: &str) -> String {
    if payee_kind(person) == Some(PayeeKind::Person) { cover(text, person, &name(person)) } else { text.to_owned() }
}

/// The text with an account covered wherever it stands. A number of up to five places stays: it may be a year or an amount as well.
pub fn cover_account(text: &str, number: &str) -> String {
    if normalise(number).chars().filter(|c| c.is_alphanumeric()).count() > 5 { cover(text, number, &account(number)) } else { text.to_owned() }
}

/// Puts `shown` in the place of what is to be covered, also where something stands between its characters.
fn cover(text: &str, hidden: &str, shown: &str) -> String {
    let letters: Vec<char> = normalise(hidden).chars().filter(|c| c.is_alphanumeric()).collect();
    let Some((first, others)) = letters.split_first() else { return text.to_owned() };
    let text: Vec<char> = text.chars().collect();
    let ends_at = |start: usize| {
        let mut place = start + 1;
        for letter in others {
            place += text.get(place..)?.iter().take_while(|c| !c.is_alphanumeric()).count();
            text.get(place).filter(|c| *c == letter)?;
            place += 1;
        }
        Some(place)
    };
    let (mut covered, mut place) = (String::new(), 0);
    while let Some(letter) = text.get(place) {
        match (letter == first).then(|| ends_at(place)).flatten() {
            Some(end) => {
                covered.push_str(shown);
                place = end;
            }
            None => {
                covered.push(*letter);
                place += 1;
            }
        }
    }
    covered
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
    fn a_name_is_covered_and_nothing_else() {
        for (text, name, covered) in [
            ("慰问张大山困难补助", "张大山", "慰问张*困难补助"),
            ("张 大 山、张·大山(张大山)", "张大山", "张*、张*(张*)"),
            ("付张大", "张大山", "付张大"),
            ("阿依古丽 买买提的补助", "阿依古丽•买买提", "阿*的补助"),
            ("农副产品收购", "张大山", "农副产品收购"),
            ("付霍山县农机站材料款", "霍山县农机站", "付霍山县农机站材料款"),
            ("付张款", "张", "付张款"),
            ("补助", "", "补助"),
        ] {
            assert_eq!(cover_name(text, name), covered, "{text}");
        }
        for (text, account, covered) in [
            ("付6217000000017户", "6217000000017", "付****0017户"),
            ("付6217 0000-00017户", "6217000000017", "付****0017户"),
            ("2026年补助", "2026", "2026年补助"),
            ("付6217000000018户", "6217000000017", "付6217000000018户"),
        ] {
            assert_eq!(cover_account(text, account), covered, "{text}");
        }
    }
}
