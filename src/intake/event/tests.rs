use super::*;
use crate::domain::Money;
use crate::domain::normalise;

const PAID: &str = r#"{"voucher_no": "P-1", "paid_at": "2026-10-08T09:30:00+08:00", "amount": "80000.00"}"#;

fn parse(type_name: &str, data: &str) -> Result<Event, Malformed> {
    Envelope::parse(format!(r#"{{"type": "{type_name}", "timestamp": "2026-10-08T09:31:00+08:00", "data": {data}}}"#).as_bytes())
}

/// A payment with some members changed or added.
fn paid(changes: &str) -> Result<Event, Malformed> {
    let mut data: serde_json::Map<String, Value> = serde_json::from_str(PAID).unwrap();
    data.extend(serde_json::from_str::<serde_json::Map<_, _>>(&format!("{{{changes}}}")).unwrap());
    parse("payment.paid", &serde_json::to_string(&data).unwrap())
}

fn refused(outcome: Result<Event, Malformed>) -> String {
    outcome.unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_named_and_what_to_do_is_said() {
    for (json, told) in [
        ("", ": 不是合法的 JSON(第 1 行第 0 列)"),
        ("{\"type\": 1", ": 不是合法的 JSON(第 1 行第 10 列)"),
        ("[]", ": 应为 JSON 对象,且字段名不能重复(第 1 行第 0 列)"),
        ("{}", "/type: 必须填写"),
        (r#"{"type": "payment.paid", "data": {}}"#, "/timestamp: 必须填写"),
        (r#"{"type": "payment.paid", "timestamp": 9, "data": {}}"#, "/timestamp: 应为文本(加引号)"),
        (r#"{"type": "payment.paid", "timestamp": "2026-10-08T09:31:00Z"}"#, "/data: 必须填写"),
        (r#"{"type": "payment.paid", "timestamp": "2026-10-08T09:31:00Z", "data": {}, "date": 1}"#, "/date: 没有这个字段,是不是想写 data?"),
        (r#"{"type": "payment.payed", "timestamp": "2026-10-08T09:31:00Z", "data": {}}"#, "/type: 没有这个事件类型,请对照 /openapi.json"),
        (
            r#"{"type": "payment.paid", "timestamp": "2026-10-08T09:31:00Z", "data": {"voucher_no": "1", "voucher_no": "2"}}"#,
            "/data: 应为 JSON 对象,且字段名不能重复(第 1 行第 38 列)",
        ),
    ] {
        assert_eq!(refused(Envelope::parse(json.as_bytes())), told, "{json}");
    }
    for (changes, told) in [
        (r#""voucher_no": " ""#, "/data/voucher_no: 必须填写"),
        (r#""voucher_no": 12345"#, "/data/voucher_no: 应为文本(加引号)"),
        (r#""amount": -5"#, "/data/amount: 金额不能为负数;如是退款,请填写原凭证号 original_voucher_no"),
        (r#""amount": "12.345""#, "/data/amount: 金额最多两位小数,不会四舍五入"),
        (r#""amount": null"#, "/data/amount: 必须填写"),
        (r#""kind": "退款""#, "/data/original_voucher_no: 退款、更正、撤销必须填写原凭证号"),
        (r#""kind": "转账""#, "/data/kind: 只能是 正常 退款 更正 撤销"),
        (r#""kind": "更正", "original_voucher_no": "P-0", "amount": -5"#, "/data/amount: 更正请填写更正后的金额,不能为负数"),
        (r#""vouchr_no": "P-1""#, "/data/vouchr_no: 没有这个字段,是不是想写 voucher_no?"),
        (r#""汪桂兰": 1"#, "/data: 里面有接口没有的字段,名称也不合规范(英文字母、数字、下划线)"),
        (r#""paid_at": "2026-10-08 09:30""#, "/data/paid_at: 应为带时区的时间,例如 2026-10-08T09:30:00+08:00"),
    ] {
        assert_eq!(refused(paid(changes)), told, "{changes}");
    }
}

#[test]
fn the_same_content_has_the_same_canonical_text() {
    let plain = parse("payment.paid", PAID).unwrap().canonical().to_string();
    assert_eq!(plain, r#"{"amount":"80000.00","fiscal_year":2026,"kind":"正常","paid_at":"2026-10-08T01:30:00Z","voucher_no":"P-1"}"#);
    for same in [
        r#"{"amount":80000,"paid_at":"2026-10-08T01:30:00Z","voucher_no":"P-1","purpose":""}"#,
        r#"{ "voucher_no":"\u0050-1", "kind":"正常", "fiscal_year":"2026", "paid_at":"2026-10-08T09:30:00+08:00", "amount":80000.0, "payee_name":null }"#,
    ] {
        assert_eq!(parse("payment.paid", same).unwrap().canonical().to_string(), plain);
    }
    assert_ne!(paid(r#""amount": "80000.01""#).unwrap().canonical().to_string(), plain);
}

#[test]
fn no_float_ever_stands_between() {
    for raw in ["9007199254740993.07", "\"9007199254740993.07\""] {
        let data = format!(r#"{{"voucher_no":"P-1","paid_at":"2026-10-08T09:30:00+08:00","amount":{raw}}}"#);
        let event = parse("payment.paid", &data).unwrap();
        let Event::PaymentPaid(paid) = &event else { panic!("{event:?}") };
        assert_eq!(paid.amount.fen(), 900_719_925_474_099_307);
        assert_eq!(event.canonical()["amount"], "9007199254740993.07");
    }
}

#[test]
fn a_negative_payment_that_names_its_original_is_a_refund() {
    let Ok(Event::PaymentPaid(paid)) = paid(r#""amount": "-300.50", "original_voucher_no": "P-0""#) else { panic!() };
    assert_eq!((paid.kind, paid.amount), (payment::Kind::Refund, Money::from_fen(30_050).unwrap()));
}

#[test]
fn defaults_follow_what_was_sent() {
    let Ok(Event::PaymentPaid(paid)) = paid(r#""paid_at": "2026-12-31T17:00:00Z""#) else { panic!() };
    assert_eq!(paid.fiscal_year.get(), 2027);
    let refund = r#"{"voucher_no":"T-1","original_voucher_no":"P-1","refunded_at":"2027-01-03T09:00:00+08:00","original_fiscal_year":2026,"amount":1}"#;
    let Ok(Event::PaymentRefunded(refund)) = parse("payment.refunded", refund) else { panic!() };
    assert_eq!((refund.fiscal_year.get(), refund.original_fiscal_year.get()), (2027, 2026));
}

#[test]
fn every_type_has_an_example_that_is_read() {
    let examples = [
        (
            "allocation.received",
            r#"{"allocation_id":"ZB1","doc_no":"霍财办(2018]164号","received_on":"2026-10-08","fiscal_year":2026,"amount":"1","tier":"中央","poverty_flag":"未识别","in_ledger":true,"to_persons":false}"#,
        ),
        ("allocation.registered", r#"{"allocation_id":"ZB1","registered_on":"2026-10-08","section":"agriculture"}"#),
        ("allocation.distributed", r#"{"allocation_id":"ZB1","distributed_on":"2026-10-08"}"#),
        ("allocation.adjusted", r#"{"allocation_id":"ZB1","amount":0,"adjusted_on":"2026-10-08"}"#),
        ("allocation.approved", r#"{"allocation_id":"ZB1","replied_on":"2026-02-20"}"#),
        (
            "allocation.document_attached",
            r#"{"allocation_id":"ZB1","file_name":"扫描件.pdf","sha256":"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"}"#,
        ),
        ("payment.requested", r#"{"application_no":"S1","requested_at":"2026-10-08T09:30:00+08:00","amount":5,"payee_account_kind":"零余额账户"}"#),
        ("payment.reviewed", r#"{"application_no":"S1","reviewed_at":"2026-10-08T09:30:00+08:00","outcome":"不通过"}"#),
        ("payment.paid", PAID),
        ("payment.refunded", r#"{"voucher_no":"T1","original_voucher_no":"P-1","refunded_at":"2026-10-08T09:30:00+08:00","amount":5}"#),
        ("payment.corrected", r#"{"voucher_no":"G1","original_voucher_no":"P-1","corrected_at":"2026-10-08T09:30:00+08:00"}"#),
        ("payment.cancelled", r#"{"voucher_no":"C1","original_voucher_no":"P-1","cancelled_at":"2026-10-08T09:30:00+08:00"}"#),
        (
            "disbursement.listed",
            r#"{"voucher_no":"P-1","fiscal_year":2026,"line_no":"3","basis":"按户","due":5,"paid":"5.00","month":"全年","household_no":"H1","account_name":"张三"}"#,
        ),
        (
            "performance.goal",
            r#"{"project_code":"X1","fiscal_year":2026,"text":"修路","filed_on":"2026-10-08","published_on":"2026-11-08","section":"agriculture"}"#,
        ),
        (
            "performance.indicator",
            r#"{"project_code":"X1","fiscal_year":2026,"indicator_no":"1","measure":"产出","name":"里程","comparison":"≥","target":12.50}"#,
        ),
        ("performance.progress", r#"{"project_code":"X1","fiscal_year":2026,"indicator_no":"1","period":"三季度","actual":"9.7","filed_on":"2026-10-08"}"#),
        ("performance.review", r#"{"project_code":"X1","fiscal_year":2026,"status":"通过","reviewed_on":"2026-10-08"}"#),
        ("performance.self_evaluation", r#"{"project_code":"X1","fiscal_year":2026,"score":92,"evaluated_on":"2026-10-08"}"#),
        ("beneficiary.registered", r#"{"household_no":"H1","person_no":"H1-1","name":"张三","effective_from":"2026-01-01"}"#),
        ("beneficiary.changed", r#"{"person_no":"H1-1","effective_from":"2026-01-01","status":"迁出"}"#),
        ("beneficiary.removed", r#"{"person_no":"H1-1","effective_to":"2026-01-01"}"#),
        ("payroll.listed", r#"{"id_no":"342427196503120012","name":"张三"}"#),
        ("payroll.delisted", r#"{"id_no":"342427196503120012","delisted_on":"2026-10-08"}"#),
        ("project.listed", r#"{"project_code":"X1","project_name":"修路","fiscal_year":2026}"#),
        ("project.delisted", r#"{"project_code":"X1","fiscal_year":2026,"delisted_on":"2026-10-08"}"#),
        ("standard.listed", r#"{"standard_no":"B1","name":"低保","basis":"按人","monthly":600,"effective_from":"2026-01-01"}"#),
        ("standard.delisted", r#"{"standard_no":"B1","name":"低保","delisted_on":"2026-10-08"}"#),
        ("source.totals", r#"{"from":"2026-10-01","to":"2026-10-31","about":"支付","count":600,"amount":"1.00"}"#),
    ];
    assert_eq!(examples.map(|(name, _)| name), Event::TYPES);
    for (name, data) in examples {
        let event = parse(name, data).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(event.type_name(), name);
        assert_eq!(parse(name, &event.canonical().to_string()), Ok(event), "what is canonical reads as itself");
    }
}

#[test]
fn an_approval_tells_one_of_its_dates() {
    let refused = parse("allocation.approved", r#"{"allocation_id":"ZB1"}"#).unwrap_err();
    assert_eq!((refused.field.as_str(), refused.reason.as_str()), ("/data", "人大批准、批复部门、批复单位、追加这四个日期至少填一个"));
}

#[test]
fn rows_of_a_file_do_not_tell_when_they_were_written() {
    let written = |timestamp: &str| {
        let event = format!(r#"{{"type":"payment.paid","timestamp":"{timestamp}","data":{PAID}}}"#);
        Envelope::open(event.as_bytes()).unwrap().written_at().map(|at| at.to_rfc3339())
    };
    assert_eq!(written("2026-10-08T09:30:00+08:00").as_deref(), Some("2026-10-08T01:30:00+00:00"));
    assert_eq!(written(UNTOLD), None);
}

#[test]
fn texts_that_look_alike_compare_alike() {
    for (text, normal) in [
        ("  张 三 ", "张 三"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("阿依古丽･买买提", "阿依古丽·买买提"),
        ("ＡＢＣ　１２３", "ABC 123"),
        ("\u{3000}", ""),
        ("𠮷\t \n野", "𠮷 野"),
    ] {
        assert_eq!(normalise(text), normal);
        assert_eq!(normalise(normal), normal);
    }
}
