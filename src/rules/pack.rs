//! The rule pack (规则库): the rules shipped inside the program, one TOML file each.

use std::fmt;

use include_dir::{Dir, include_dir};

use super::{Diagnosis, Rule};

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/rules");

/// A rule file that cannot be used, and every reason why.
#[derive(Debug, thiserror::Error)]
pub struct BrokenRule {
    /// `ZC10.toml`
    pub file: String,
    /// Empty when the file itself is at fault: not text, or its code is not its name.
    pub faults: Vec<Diagnosis>,
}

impl fmt::Display for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "规则文件 {} 有误", self.file)?;
        if self.faults.is_empty() {
            f.write_str(":文件应是 UTF-8 文本,文件名应是规则编号。")?;
        }
        self.faults.iter().try_for_each(|fault| write!(f, "\n{fault}"))
    }
}

/// The embedded rules, compiled, by code. Errors: the first file that is broken, with every fault in it.
pub fn pack() -> Result<Vec<Rule>, BrokenRule> {
    let toml = FILES.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "toml"));
    let mut rules = toml
        .map(|file| {
            let name = file.path().display().to_string();
            let broken = |faults| BrokenRule { file: name.clone(), faults };
            let rule = Rule::compile(file.contents_utf8().ok_or_else(|| broken(Vec::new()))?).map_err(&broken)?;
            if name.strip_suffix(".toml") == Some(&rule.code) { Ok(rule) } else { Err(broken(Vec::new())) }
        })
        .collect::<Result<Vec<_>, _>>()?;
    rules.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::super::ledger::{Ledger, Weekdays, day, record};
    use super::*;
    use crate::domain::{Entity, Level, Record};

    const ALLOCATION: Entity = Entity::Allocation;
    const PAYMENT: Entity = Entity::Payment;
    const LINE: Entity = Entity::Disbursement;
    const PERSON: Entity = Entity::Beneficiary;

    /// Friday.
    const TODAY: &str = "2026-11-20";

    /// The light of the first record under a rule when all are known, and the day to judge again.
    fn judged(code: &str, records: &[(Entity, &str)]) -> (Option<Level>, Option<String>) {
        let records: Vec<Record> = records.iter().enumerate().map(|(at, (entity, fields))| record(*entity, &at.to_string(), fields)).collect();
        let rules = pack().unwrap_or_else(|broken| panic!("{broken}"));
        let rule = rules.iter().find(|rule| rule.code == code).unwrap();
        let judgement = rule.judge(&records[0], day(TODAY), &Weekdays, &Ledger::of(&records));
        (judgement.light, judgement.due.map(|due| due.to_string()))
    }

    /// What is told, the light expected, and all that is known: the first record is judged.
    type Case<'a> = (&'a str, Option<Level>, &'a [(Entity, &'a str)]);

    fn lights(code: &str, cases: &[Case<'_>]) {
        for (told, light, records) in cases {
            assert_eq!(judged(code, records).0, *light, "{code} {told}");
        }
    }

    const DARK: Option<Level> = None;
    const YELLOW: Option<Level> = Some(Level::Yellow);
    const RED: Option<Level> = Some(Level::Red);

    #[test]
    fn the_pack_is_whole() {
        let rules = pack().unwrap_or_else(|broken| panic!("{broken}"));
        let codes: Vec<_> = rules.iter().map(|rule| rule.code.as_str()).collect();
        assert_eq!(codes, ["DR01", "DR06", "ZB05", "ZC01", "ZC08", "ZC09", "ZC10", "ZC13"]);
        assert_eq!(rules[0].needs, [Entity::Beneficiary]);
    }

    #[test]
    fn a_broken_rule_names_its_file_and_the_place() {
        let broken = BrokenRule { file: "ZC99.toml".to_owned(), faults: Rule::compile("code = ").unwrap_err() };
        insta::assert_snapshot!(broken, @r"
        规则文件 ZC99.toml 有误
        第 1 行第 8 个字起:这里不合 TOML 的写法,请检查引号、等号和括号。
        ");
    }

    #[test]
    fn zb05_over_allocation() {
        const PARENT: (Entity, &str) = (ALLOCATION, "指标编号=S 金额=1000.00");
        const FIRST: (Entity, &str) = (ALLOCATION, "指标编号=C1 上级指标=S 金额=600.00");
        lights(
            "ZB05",
            &[
                ("the children exceed the parent by a fen", RED, &[(ALLOCATION, "指标编号=C2 上级指标=S 金额=400.01"), PARENT, FIRST]),
                ("the parent was cut below its children", RED, &[(ALLOCATION, "指标编号=S 金额=599.99"), FIRST]),
                ("a single child above its parent", RED, &[(ALLOCATION, "指标编号=C2 上级指标=S 金额=1000.01"), PARENT]),
                ("exactly all is distributed", DARK, &[(ALLOCATION, "指标编号=C2 上级指标=S 金额=400.00"), PARENT, FIRST]),
                ("the parent is not known yet", DARK, &[(ALLOCATION, "指标编号=C2 上级指标=S 金额=400.01"), FIRST]),
                ("a parent whose children fit", DARK, &[PARENT, FIRST]),
                ("no parent and no child", DARK, &[(ALLOCATION, "指标编号=C9 金额=1.00"), PARENT, FIRST]),
            ],
        );
    }

    #[test]
    fn zc01_cash() {
        lights(
            "ZC01",
            &[
                ("cash above the line", YELLOW, &[(PAYMENT, "类型=正常 支付净额=1000.01 支付金额=1000.01 结算方式=现金 用途=种苗款 收款人性质=个人")]),
                ("a cash cheque counts as cash", YELLOW, &[(PAYMENT, "类型=更正 支付净额=1000.01 支付金额=1000.01 结算方式=现金支票 用途=种苗款")]),
                ("no purpose given", YELLOW, &[(PAYMENT, "类型=正常 支付净额=5000.00 支付金额=5000.00 结算方式=现金")]),
                ("to a unit", RED, &[(PAYMENT, "类型=正常 支付净额=1000.01 支付金额=1000.01 结算方式=现金 用途=差旅费 收款人性质=单位")]),
                ("exactly on the line", DARK, &[(PAYMENT, "类型=正常 支付净额=1000.00 支付金额=1000.00 结算方式=现金 用途=种苗款 收款人性质=单位")]),
                ("farm produce may be bought with cash", DARK, &[(PAYMENT, "类型=正常 支付净额=9000.00 支付金额=9000.00 结算方式=现金 用途=农副产品收购款")]),
                ("not cash", DARK, &[(PAYMENT, "类型=正常 支付净额=9000.00 支付金额=9000.00 结算方式=电子转账 收款人性质=单位")]),
                ("a refund", DARK, &[(PAYMENT, "类型=退款 支付净额=9000.00 支付金额=9000.00 结算方式=现金")]),
            ],
        );
    }

    const PAID: &str = "阶段=支付 类型=正常";

    fn paid(fields: &str) -> String {
        format!("{PAID} {fields}")
    }

    #[test]
    fn zc08_over_the_allocation() {
        let (first, other) = (paid("指标编号=Z 支付净额=600.00"), paid("指标编号=Y 支付净额=900.00"));
        let (fits, over) = (paid("指标编号=Z 支付净额=400.00"), paid("指标编号=Z 支付净额=400.01"));
        let requested = "阶段=申请 类型=正常 指标编号=Z 支付净额=400.01";
        let gone = "阶段=支付 类型=正常 指标编号=Z 支付净额=0";
        let allocation = (ALLOCATION, "指标编号=Z 金额=1000.00");
        lights(
            "ZC08",
            &[
                ("a fen too much", RED, &[(PAYMENT, &over), (PAYMENT, &first), allocation]),
                ("requested: would be too much", RED, &[(PAYMENT, requested), (PAYMENT, &first), allocation]),
                ("the refunded one no longer counts", DARK, &[(PAYMENT, &over), (PAYMENT, gone), allocation]),
                ("another's request does not count", DARK, &[(PAYMENT, &over), (PAYMENT, requested), allocation]),
                ("exactly used up", DARK, &[(PAYMENT, &fits), (PAYMENT, &first), allocation]),
                ("of another allocation", DARK, &[(PAYMENT, &over), (PAYMENT, &other), allocation]),
                ("the allocation is not there", DARK, &[(PAYMENT, &over), (PAYMENT, &first)]),
            ],
        );
    }

    #[test]
    fn zc09_paid_twice() {
        let payment = |voucher: &str, rest: &str| paid(&format!("凭证号={voucher} {rest}"));
        let same = "收款账号=A 支付金额=800.00 支付净额=800.00 指标编号=Z";
        let subject = payment("P1", &format!("{same} 支付日期=2026-11-10"));
        let twin = |voucher: &str, on: &str| payment(voucher, &format!("{same} 支付日期={on}"));
        let (week, later) = (twin("P2", "2026-11-17"), twin("P2", "2026-11-18"));
        let (before, line) = (twin("P2", "2026-11-03"), twin("P1", "2026-11-10"));
        let dearer = payment("P2", "收款账号=A 支付金额=800.01 支付净额=800.01 指标编号=Z 支付日期=2026-11-10");
        let refunded = payment("P2", "收款账号=A 支付金额=800.00 支付净额=0 指标编号=Z 支付日期=2026-11-10");
        let itself_refunded = payment("P1", "收款账号=A 支付金额=800.00 支付净额=0 指标编号=Z 支付日期=2026-11-10");
        lights(
            "ZC09",
            &[
                ("seven days later", YELLOW, &[(PAYMENT, &subject), (PAYMENT, &week)]),
                ("seven days earlier", YELLOW, &[(PAYMENT, &subject), (PAYMENT, &before)]),
                ("the same day, twice", YELLOW, &[(PAYMENT, &week), (PAYMENT, &subject), (PAYMENT, &line)]),
                ("eight days later", DARK, &[(PAYMENT, &subject), (PAYMENT, &later)]),
                ("another line of the same voucher", DARK, &[(PAYMENT, &subject), (PAYMENT, &line)]),
                ("another amount", DARK, &[(PAYMENT, &subject), (PAYMENT, &dearer)]),
                ("the other was refunded", DARK, &[(PAYMENT, &subject), (PAYMENT, &refunded)]),
                ("it was itself refunded", DARK, &[(PAYMENT, &itself_refunded), (PAYMENT, &week)]),
            ],
        );
    }

    #[test]
    fn zc10_cash_in_slices() {
        let cash = |amount: &str, on: &str| paid(&format!("收款账号=A 结算方式=现金 支付金额={amount} 支付净额={amount} 支付日期={on}"));
        let (small, slice, whole) = (cash("200.00", "2026-11-10"), cash("400.00", "2026-11-10"), cash("1000.01", "2026-11-10"));
        let (odd, tomorrow) = (cash("200.01", "2026-11-10"), cash("400.00", "2026-11-11"));
        lights(
            "ZC10",
            &[
                ("three, a fen above the line together", YELLOW, &[(PAYMENT, &odd), (PAYMENT, &slice), (PAYMENT, &slice)]),
                ("four", YELLOW, &[(PAYMENT, &slice), (PAYMENT, &slice), (PAYMENT, &slice), (PAYMENT, &small)]),
                ("three of the full amount", YELLOW, &[(PAYMENT, &slice), (PAYMENT, &slice), (PAYMENT, &slice)]),
                ("three, exactly on the line", DARK, &[(PAYMENT, &small), (PAYMENT, &slice), (PAYMENT, &slice)]),
                ("only two", DARK, &[(PAYMENT, &slice), (PAYMENT, &slice)]),
                ("one of them the day after", DARK, &[(PAYMENT, &slice), (PAYMENT, &slice), (PAYMENT, &tomorrow)]),
                ("one of them too large to be a slice", DARK, &[(PAYMENT, &slice), (PAYMENT, &slice), (PAYMENT, &whole)]),
            ],
        );
    }

    #[test]
    fn zc13_no_allocation() {
        let heard = |on: &str| paid(&format!("指标编号=Z 支付净额=1.00 支付日期=2026-11-10 接收日期={on}"));
        let (thursday, wednesday, none) = (heard("2026-11-19"), heard("2026-11-18"), paid("支付净额=1.00 接收日期=2026-11-18"));
        let allocation = |on: &str| format!("指标编号=Z 金额=1.00 登记日期={on}");
        let (same_day, next_day) = (allocation("2026-11-10"), allocation("2026-11-11"));
        lights(
            "ZC13",
            &[
                ("the grace is over", RED, &[(PAYMENT, &wednesday)]),
                ("names no allocation at all", RED, &[(PAYMENT, &none)]),
                ("paid the day before it was registered", YELLOW, &[(PAYMENT, &wednesday), (ALLOCATION, &next_day)]),
                ("within the grace", DARK, &[(PAYMENT, &thursday)]),
                ("registered the same day", DARK, &[(PAYMENT, &wednesday), (ALLOCATION, &same_day)]),
                ("not known when it was registered", DARK, &[(PAYMENT, &wednesday), (ALLOCATION, "指标编号=Z 金额=1.00")]),
            ],
        );
        // heard of on Thursday: Friday is the grace, Saturday the first day without it
        assert_eq!(judged("ZC13", &[(PAYMENT, &thursday)]).1.as_deref(), Some("2026-11-21"));
        assert_eq!(judged("ZC13", &[(PAYMENT, &thursday), (ALLOCATION, &same_day)]).1, None);
    }

    #[test]
    fn dr01_not_registered() {
        const PAID_IN_MAY: (Entity, &str) = (LINE, "身份证号=N1 发放月份=05 发放月初=2026-05-01 发放月末=2026-05-31 证件残缺=否");
        let person = |fields| [PAID_IN_MAY, (PERSON, fields)];
        lights(
            "DR01",
            &[
                ("nobody of that number", YELLOW, &person("身份证号=N2 状态=在册 生效日期=2020-01-01")),
                ("registered a day too late", YELLOW, &person("身份证号=N1 状态=在册 生效日期=2026-06-01")),
                ("left the day before the month", YELLOW, &person("身份证号=N1 状态=迁出 生效日期=2020-01-01 失效日期=2026-04-30")),
                ("died before the month", YELLOW, &person("身份证号=N1 状态=死亡 生效日期=2026-04-12")),
                ("registered on the last day", DARK, &person("身份证号=N1 状态=在册 生效日期=2026-05-31")),
                ("left on the first day", DARK, &person("身份证号=N1 状态=清退 生效日期=2020-01-01 失效日期=2026-05-01")),
                ("died during the month", DARK, &person("身份证号=N1 状态=死亡 生效日期=2026-05-12")),
                ("no dates", DARK, &person("身份证号=N1 状态=在册")),
                ("no id number", DARK, &[(LINE, "发放月初=2026-05-01 发放月末=2026-05-31")]),
                ("masked id number", DARK, &[(LINE, "身份证号=N1 发放月初=2026-05-01 发放月末=2026-05-31 证件残缺=是")]),
            ],
        );
    }

    #[test]
    fn dr06_paid_twice() {
        let line = |batch: &str, month: &str, rest: &str| format!("所属支付={batch} 身份证号=N1 项目编码=X 年度=2026 发放月份={month} {rest}");
        let (may, june, year) = (line("B1", "05", ""), line("B1", "06", ""), line("B1", "全年", ""));
        let (other_batch, reversed) = (line("B2", "05", ""), line("B1", "05", "已冲销=是"));
        let other_project = "所属支付=B1 身份证号=N1 项目编码=W 年度=2026 发放月份=05";
        let nobody = "所属支付=B1 项目编码=X 年度=2026 发放月份=05";
        lights(
            "DR06",
            &[
                ("twice in the batch", RED, &[(LINE, &may), (LINE, &may)]),
                ("the whole year and a month of it", RED, &[(LINE, &june), (LINE, &year)]),
                ("in the batch and across", RED, &[(LINE, &may), (LINE, &may), (LINE, &other_batch)]),
                ("across batches", YELLOW, &[(LINE, &may), (LINE, &other_batch)]),
                ("the whole year across batches", YELLOW, &[(LINE, &other_batch), (LINE, &year)]),
                ("two months", DARK, &[(LINE, &may), (LINE, &june)]),
                ("two projects", DARK, &[(LINE, &may), (LINE, other_project)]),
                ("the other was reversed", DARK, &[(LINE, &may), (LINE, &reversed)]),
                ("it was itself reversed", DARK, &[(LINE, &reversed), (LINE, &may)]),
                ("no id number", DARK, &[(LINE, nobody), (LINE, nobody)]),
            ],
        );
    }
}
