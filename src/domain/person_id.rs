//! Numbers that identify (证件号): 身份证号 of GB 11643, 统一社会信用代码 of GB 32100, and the check digit of bank cards.

use chrono::NaiveDate;

use super::text::normalise;

/// What an identity number looks like, without saying whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IdShape {
    /// right length, place, birthday and check digit; or an old number of 15 digits
    Valid,
    /// all of it but the check digit
    WrongCheckDigit,
    /// stars or the like where digits should be
    Masked,
    /// something else
    Malformed,
    /// nothing at all
    Missing,
}

/// Looks at an identity number (身份证号) as typed: full-width digits, blanks and a small x are understood.
pub fn check(text: &str) -> IdShape {
    let id = tidy(text);
    if id.is_empty() {
        return IdShape::Missing;
    }
    if id.contains(['*', '×', '?', '#', '●']) || id.matches('X').count() > 1 {
        return IdShape::Masked;
    }
    match birthday(&id) {
        None => IdShape::Malformed,
        Some(_) if id.len() == 15 => IdShape::Valid,
        Some(_) if id.chars().last() == check_digit(&id) => IdShape::Valid,
        Some(_) => IdShape::WrongCheckDigit,
    }
}

/// The form that is hashed and compared: 18 characters with a capital X. An old number of 15 digits is written as its 18-digit successor;
/// a text that is no identity number comes back merely tidied.
pub fn canonical(text: &str) -> String {
    let id = tidy(text);
    if id.len() == 15
        && birthday(&id).is_some()
        && let (Some(place), Some(rest)) = (id.get(..6), id.get(6..))
    {
        let mut long = format!("{place}19{rest}");
        long.extend(check_digit(&long));
        return long;
    }
    id
}

/// The birthday that a number of 15 or 18 places holds; `None` if it is not shaped like an identity number.
pub fn birthday(id: &str) -> Option<NaiveDate> {
    let (body, tail) = match id.len() {
        15 => (id, ""),
        18 if id.is_char_boundary(17) => id.split_at(17),
        _ => return None,
    };
    let digits = body.bytes().all(|b| b.is_ascii_digit()) && tail.bytes().all(|b| b.is_ascii_digit() || b == b'X');
    let place: u32 = id.get(..2)?.parse().ok()?;
    if !digits || !matches!(place, 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83) {
        return None;
    }
    let born = if id.len() == 15 { format!("19{}", id.get(6..12)?) } else { id.get(6..14)?.to_owned() };
    let born = NaiveDate::parse_from_str(&born, "%Y%m%d").ok()?;
    ("1880-01-01"..="2099-12-31").contains(&born.to_string().as_str()).then_some(born)
}

/// True for a unified social credit code (统一社会信用代码) with the right check character.
pub fn is_credit_code(text: &str) -> bool {
    const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let code = tidy(text);
    let places: Option<Vec<usize>> = code.chars().map(|c| SIGNS.find(c)).collect();
    let Some(places) = places else { return false };
    let Some((check, body)) = places.split_last() else { return false };
    let sum: usize = body.iter().zip([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]).map(|(place, weight)| place * weight).sum();
    places.len() == 18 && *check == (31 - sum % 31) % 31
}

/// Luhn's check over plain digits. Soft: accounts of units and passbooks rightly fail it.
pub fn luhn(digits: &str) -> bool {
    let sum: Option<u32> =
        digits.chars().rev().enumerate().map(|(place, c)| c.to_digit(10).map(|d| if place % 2 == 0 { d } else { d * 2 / 10 + d * 2 % 10 })).sum();
    !digits.is_empty() && sum.is_some_and(|sum| sum % 10 == 0)
}

fn tidy(text: &str) -> String {
    normalise(text).chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_ascii_uppercase()
}

/// ISO 7064 MOD 11-2 over the first 17 digits.
fn check_digit(id: &str) -> Option<char> {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = id.chars().zip(weights).filter_map(|(c, weight)| c.to_digit(10).map(|d| d * weight)).sum();
    "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (id, shape) in [
            ("342427196503120012", IdShape::Valid),
            ("341525200303120019", IdShape::Valid),
            ("３４２４２７１９６５０３１２００１２", IdShape::Valid),
            ("342427 1965-0312 0012", IdShape::Valid),
            ("11010519491231002x", IdShape::Valid),
            ("342427650312001", IdShape::Valid),
            ("342427196503120013", IdShape::WrongCheckDigit),
            ("342427********0012", IdShape::Masked),
            ("342427XXXXXXXX0012", IdShape::Masked),
            ("342427196513120012", IdShape::Malformed),
            ("992427196503120012", IdShape::Malformed),
            ("3424271965031200", IdShape::Malformed),
            ("无", IdShape::Malformed),
            ("三四二四二七", IdShape::Malformed),
            ("  ", IdShape::Missing),
        ] {
            assert_eq!(check(id), shape, "{id}");
        }
    }

    #[test]
    fn one_person_one_form() {
        assert_eq!(canonical("342427650312001"), "342427196503120012");
        assert_eq!(canonical("11010519491231002x"), "11010519491231002X");
        assert_eq!(canonical(" 无 "), "无");
    }

    #[test]
    fn units_and_cards() {
        assert!(is_credit_code("91350100M000100Y43"));
        assert!(!is_credit_code("91350100M000100Y44"));
        assert!(!is_credit_code(""));
        assert!(luhn("4111111111111111"));
        assert!(!luhn("4111111111111112") && !luhn("") && !luhn("账号"));
    }
}
