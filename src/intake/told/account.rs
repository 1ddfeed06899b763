//! What the look of a payee's name and account tells (收款账户类型, 收款人形式, 收款账号形式), for neither is kept open.

use crate::domain::mask::{PayeeKind, payee_kind};
use crate::domain::text::{is_han, normalise};
use crate::intake::event::payment::AccountKind;

/// Bodies that are no budget unit though their name sounds like one.
const OTHERS: [&str; 19] = [
    "公司",
    "合作社",
    "银行",
    "信用社",
    "集团",
    "厂",
    "店",
    "超市",
    "经营部",
    "服务部",
    "门市部",
    "商行",
    "农场",
    "事务所",
    "个体",
    "村民委员会",
    "居民委员会",
    "村委会",
    "居委会",
];
/// How the names of budget units (预算单位) end.
const UNITS: [&str; 22] = [
    "局",
    "委员会",
    "委",
    "办公室",
    "政府",
    "管委会",
    "学校",
    "小学",
    "中学",
    "高中",
    "幼儿园",
    "医院",
    "卫生院",
    "保健院",
    "敬老院",
    "中心",
    "站",
    "所",
    "馆",
    "队",
    "股",
    "院",
];

/// The kind of account, judged by whose it is. A budget unit cannot be paid into its zero-balance account unless the name says that it is one.
pub(super) fn account_kind(payee: &str) -> Option<AccountKind> {
    let name = normalise(payee);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if name.is_empty() {
        return None;
    }
    Some(if has(&["财政专户"]) || (has(&["财政"]) && has(&["专户"])) {
        AccountKind::Special
    } else if has(&["零余额"]) {
        AccountKind::ZeroBalance
    } else if payee_kind(&name) == Some(PayeeKind::Person) {
        AccountKind::Person
    } else if has(&OTHERS) || !UNITS.iter().any(|ending| name.ends_with(ending)) {
        AccountKind::Other
    } else if has(&["乡", "镇", "街道"]) && !has(&["学校", "小学", "中学", "幼儿园", "卫生院"]) {
        AccountKind::Town
    } else {
        AccountKind::Unit
    })
}

/// 全为数字 or 正常.
pub(super) fn payee_shape(payee: &str) -> Option<&'static str> {
    let letters: String = normalise(payee).chars().filter(|c| !c.is_whitespace()).collect();
    let digits = letters.chars().all(|c| c.is_ascii_digit());
    (!letters.is_empty()).then_some(if digits { "全为数字" } else { "正常" })
}

/// 含汉字 or 正常.
pub(super) fn account_shape(account: &str) -> Option<&'static str> {
    let account = normalise(account);
    (!account.is_empty()).then(|| if account.chars().any(is_han) { "含汉字" } else { "正常" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_tells_whose_account_it_is() {
        use AccountKind::{Other, Person, Special, Town, Unit, ZeroBalance};
        for (name, kind) in [
            ("霍山县财政局社会保障基金财政专户", Some(Special)),
            ("霍山县财政局农业专项资金专户", Some(Special)),
            ("霍山县教育局零余额账户", Some(ZeroBalance)),
            ("霍山县农业农村局", Some(Unit)),
            ("霍山县衡山镇中心小学", Some(Unit)),
            ("霍山县人民医院", Some(Unit)),
            ("霍山县衡山镇人民政府", Some(Town)),
            ("佛子岭镇财政所", Some(Town)),
            ("太阳乡农业综合服务站", Some(Town)),
            ("衡山镇高峰村村民委员会", Some(Other)),
            ("霍山县宏达建设工程有限公司", Some(Other)),
            ("霍山农村商业银行惠民资金代发户", Some(Other)),
            ("诸佛庵镇大别山茶叶专业合作社", Some(Other)),
            ("张大山", Some(Person)),
            ("李会民", Some(Person)),
            ("20260001", Some(Other)),
            (" ", None),
        ] {
            assert_eq!(account_kind(name), kind, "{name}");
        }
    }

    #[test]
    fn digits_where_a_name_should_be_and_words_where_a_number_should_be() {
        let of = |name: &str| payee_shape(name).unwrap_or("");
        assert_eq!([of("１２３ 45"), of("张大山"), of("3组"), of("")], ["全为数字", "正常", "正常", ""]);
        let of = |account: &str| account_shape(account).unwrap_or("");
        assert_eq!([of("6217 0001"), of("6217待补"), of("NRA001"), of(" ")], ["正常", "含汉字", "正常", ""]);
    }
}
