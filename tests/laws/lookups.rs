//! What rules and links look records up by goes by an index, and by one that tells a record from its neighbours: on SQLite, which never asks how many rows
//! there are, the plan of an empty ledger is the plan of a full one.

use std::fmt::Write as _;

use jingling::rules::pack;
use jingling::store::{Db, ledger};
use jingling::watch::cache;

#[tokio::test]
async fn every_lookup_goes_by_an_index() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&format!("sqlite:{}", folder.path().join("lookups.db").display())).await.unwrap();
    let rules = pack().unwrap();
    let mut plans = String::new();
    for (entity, slots) in cache::indexes(rules.iter()) {
        let columns: Vec<&str> = slots.iter().map(|slot| entity.fields()[*slot].column).collect();
        let table = entity.table();
        let text = format!("EXPLAIN QUERY PLAN {}", ledger::lookup(entity, &slots));
        let plan = db.fetch(text, vec![]).await.unwrap();
        let search = plan.iter().map(|row| row.text(3).unwrap()).find(|step| step.contains(table)).unwrap();
        let by = search.strip_prefix(&format!("SEARCH {table} USING INDEX ")).unwrap_or_else(|| panic!("{table} by {}: {search}", columns.join(", ")));
        let _ = writeln!(plans, "{table} by {}: {by}", columns.join(", "));
    }
    insta::assert_snapshot!(plans, @r"
    allocation by allocation_id: allocation_id (office_id=? AND allocation_id=?)
    allocation by project_code, fiscal_year: allocation_project (office_id=? AND project_code=? AND fiscal_year=?)
    payment by voucher_no: payment_voucher (office_id=? AND voucher_no=?)
    payment by voucher_no, fiscal_year: payment_voucher (office_id=? AND voucher_no=?)
    payment by application_no: payment_application (office_id=? AND application_no=?)
    payment by allocation_id: payment_amount (office_id=? AND allocation_id=?)
    payment by allocation_id, payee_account, amount: payment_account (office_id=? AND payee_account=? AND allocation_id=? AND amount=?)
    payment by allocation_id, amount: payment_amount (office_id=? AND allocation_id=? AND amount=?)
    payment by allocation_id, reversed: payment_reversed (office_id=? AND allocation_id=? AND reversed=?)
    payment by original_voucher_no: payment_original (office_id=? AND original_voucher_no=?)
    payment by project_code: payment_project (office_id=? AND project_code=?)
    disbursement by voucher_no: disbursement_voucher (office_id=? AND voucher_no=?)
    disbursement by fiscal_year, project_code, household_no: disbursement_household (office_id=? AND household_no=?)
    disbursement by fiscal_year, project_code, id_no: disbursement_person (office_id=? AND id_no=? AND project_code=?)
    disbursement by fiscal_year, project_code, id_no, payment: disbursement_person (office_id=? AND id_no=? AND project_code=?)
    disbursement by project_code, basis: disbursement_project (office_id=? AND project_code=? AND basis=?)
    disbursement by household_no: disbursement_household (office_id=? AND household_no=?)
    disbursement by id_no: disbursement_person (office_id=? AND id_no=?)
    disbursement by payment, line_no: disbursement_line (office_id=? AND payment=? AND line_no=?)
    beneficiary by household_no: beneficiary_household (office_id=? AND household_no=?)
    beneficiary by person_no: beneficiary_person (office_id=? AND person_no=?)
    beneficiary by id_no: beneficiary_id (office_id=? AND id_no=?)
    goal by project_code, fiscal_year: goal_project (office_id=? AND project_code=? AND fiscal_year=?)
    indicator by project_code, fiscal_year, indicator_no: indicator_project (office_id=? AND project_code=? AND fiscal_year=? AND indicator_no=?)
    progress by project_code, fiscal_year, indicator_no: progress_project (office_id=? AND project_code=? AND fiscal_year=? AND indicator_no=?)
    progress by project_code, fiscal_year, indicator_no, period: progress_project (office_id=? AND project_code=? AND fiscal_year=? AND indicator_no=? AND period=?)
    progress by fiscal_year, project_code: progress_project (office_id=? AND project_code=? AND fiscal_year=?)
    evaluation by project_code, fiscal_year: evaluation_project (office_id=? AND project_code=? AND fiscal_year=?)
    payroll by id_no: payroll_id (office_id=? AND id_no=?)
    project by project_code: project_code (office_id=? AND project_code=?)
    project by project_code, fiscal_year: project_code (office_id=? AND project_code=? AND fiscal_year=?)
    standard by standard_no: standard_no (office_id=? AND standard_no=?)
    standard by project_code, basis: standard_project (office_id=? AND project_code=?)
    other_record by subject: other_subject (office_id=? AND subject=?)
    ");
}
