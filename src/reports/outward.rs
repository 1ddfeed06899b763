//! What leaves the bureau (对外提供的数据, regulation part 5): warnings, the ledger, payments or a month's summary, as they stood at one entry of the
//! journal. No name of a person, id number or account is in it: payees stand as 张*, accounts by their last four.

use std::io::Write;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use commands::{DataKind, FileFormat, Period, SerialNo};

use super::month;
use super::sheet::{Cell, Sheet, SheetError};
use crate::domain::calendar::{local, local_date};
use crate::domain::record::{allocation, payment};
use crate::domain::{DocNo, Money, Record};
use crate::store::StoreError;
use crate::store::db::Tx;
use crate::store::outward::{self, Progress};
use crate::store::setting::OfficeSettings;
use crate::store::transition::Transition;
use crate::store::warning::Warning;

/// What is to be told, and what its titles say.
#[derive(Debug, Clone)]
pub struct Order<'o> {
    pub no: SerialNo,
    pub data: DataKind,
    pub period: Period,
    /// Section code of whoever asked.
    pub section: &'o str,
    pub recipient: &'o str,
    pub format: FileFormat,
    pub at: DateTime<Utc>,
    /// The journal entry up to which it tells.
    pub seq: i64,
}

/// Why it could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutwardError {
    #[error(transparent)]
    Sheet(#[from] SheetError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

const WARNINGS: &[&str] = &[
    "预警编号",
    "规则",
    "规则名称",
    "分类",
    "首次级别",
    "状态",
    "股室",
    "乡镇",
    "凭证号",
    "指标文号",
    "业务日期",
    "金额",
    "条数",
    "触发时间",
    "期限",
    "办结时间",
    "经过",
];
const PAYMENTS: &[&str] =
    &["凭证号", "指标编号", "支付日期", "收款人", "收款账号", "支付金额", "冲销金额", "支付净额", "类型", "原凭证号", "结算方式", "支付方式", "股室", "乡镇"];
const LEDGER: &[&str] = &[
    "指标编号",
    "上级指标",
    "本级文号",
    "上级文号",
    "年度",
    "资金名称",
    "资金性质",
    "功能科目",
    "经济科目",
    "项目编码",
    "项目名称",
    "归口股室",
    "级次",
    "扶贫标识",
    "纳入台账",
    "收到日期",
    "登记日期",
    "分配日期",
    "金额",
    "已下达",
    "已支付",
    "支付进度",
];

/// Writes what was ordered, from what this transaction sees; gives back what it was written into, and how many rows there were.
pub async fn write<W: Write + Send>(tx: &mut Tx, office: i64, settings: &OfficeSettings, order: &Order<'_>, into: W) -> Result<(W, u64), OutwardError> {
    let begin = |head| Sheet::begin(order.format, into, order.at, &titles(settings, order), head);
    let days = order.period.days().unwrap_or_default();
    let sheet = match order.data {
        DataKind::Warnings => {
            let (mut sheet, mut after) = (begin(WARNINGS)?, 0);
            loop {
                let page = outward::warnings(tx, office, days, after).await?;
                let Some((last, _)) = page.last() else { break sheet };
                after = last.no;
                sheet.rows(page.iter().map(|(warning, moves)| warning_row(settings, warning, moves)))?;
            }
        }
        DataKind::Payments => {
            let (mut sheet, mut after) = (begin(PAYMENTS)?, String::new());
            loop {
                let page = outward::payments(tx, office, days, &after).await?;
                let Some(last) = page.last() else { break sheet };
                after = last.key.clone();
                sheet.rows(page.iter().map(|record| payment_row(settings, record)))?;
            }
        }
        DataKind::Ledger => {
            let (mut sheet, mut after) = (begin(LEDGER)?, String::new());
            loop {
                let page = outward::allocations(tx, office, days.0.year(), &after).await?;
                let Some((last, _)) = page.last() else { break sheet };
                after = last.key.clone();
                sheet.rows(page.iter().map(|(record, progress)| allocation_row(settings, record, progress)))?;
            }
        }
        DataKind::Summary => {
            let mut sheet = begin(&["内容"])?;
            let counted = month::count_in(tx, office, settings, days.0, local_date(order.at)).await?;
            sheet.rows(month::text(settings, &counted).lines().map(|line| vec![Cell::line(line)]))?;
            sheet
        }
        // made elsewhere: nothing of ours to write
        DataKind::Other => begin(&[])?,
    };
    Ok(sheet.finish()?)
}

fn titles(settings: &OfficeSettings, order: &Order<'_>) -> [Cell; 3] {
    let Order { no, data, period, section, recipient, at, seq, .. } = order;
    [
        Cell::text(&format!("{} {}({})", settings.name, data, period.name())),
        Cell::text(&format!("会签编号 {no};申请股室 {};接收单位 {recipient}", settings.section_name(section))),
        Cell::text(&format!("导出时间 {}(北京时间);数据截至流水第 {seq} 条;金额单位 元", local(*at).format("%Y-%m-%d %H:%M"))),
    ]
}

/// What people call a section that a record names by code or by name.
fn section(settings: &OfficeSettings, named: &str) -> Cell {
    Cell::text(settings.section(named).map_or(named, |section| section.name.as_str()))
}

fn doc_no(text: Option<&str>) -> Cell {
    text.filter(|text| !text.is_empty()).map_or(Cell::Empty, |text| Cell::text(DocNo::new(text).normal()))
}

fn warning_row(settings: &OfficeSettings, w: &Warning, moves: &[Transition]) -> Vec<Cell> {
    let moves: Vec<String> = moves.iter().map(|t| format!("{} {}", local(t.at).format("%Y-%m-%d %H:%M"), t.how.name())).collect();
    vec![
        Cell::text(&crate::delivery::card::warning_no(w.no).map(|no| no.to_string()).unwrap_or_default()),
        Cell::text(&w.rule),
        Cell::text(&w.rule_name),
        Cell::text(&w.category),
        Cell::text(w.first_level.name()),
        Cell::text(w.state.name()),
        Cell::text(&settings.section_name(&w.section)),
        Cell::text(w.town.as_deref().unwrap_or_default()),
        Cell::voucher(w.voucher_no.as_deref().unwrap_or_default()),
        doc_no(w.doc_no.as_deref()),
        w.business_date.into(),
        w.amount.into(),
        Cell::Count(w.items),
        Cell::Moment(w.fired_at),
        Cell::Date(w.due_on),
        w.closed_at.map_or(Cell::Empty, Cell::Moment),
        Cell::text(&moves.join(";")),
    ]
}

fn payment_row(settings: &OfficeSettings, r: &Record) -> Vec<Cell> {
    use payment::*;
    vec![
        Cell::voucher(r.text(VOUCHER_NO)),
        Cell::text(r.text(ALLOCATION_ID)),
        date(r, PAID_ON),
        Cell::text(r.text(PAYEE_MASKED)),
        Cell::text(r.text(ACCOUNT_TAIL)),
        money(r, AMOUNT),
        money(r, REVERSED),
        money(r, NET),
        Cell::text(r.text(PAYMENT_KIND)),
        Cell::voucher(r.text(ORIGINAL_VOUCHER_NO)),
        Cell::text(r.text(SETTLEMENT)),
        Cell::text(r.text(METHOD)),
        section(settings, r.text(SECTION)),
        Cell::text(r.text(TOWN)),
    ]
}

fn allocation_row(settings: &OfficeSettings, r: &Record, progress: &Progress) -> Vec<Cell> {
    use allocation::*;
    let amount = r.get(AMOUNT).as_money().unwrap_or(Money::ZERO);
    let year = r.get(FISCAL_YEAR).as_number().map(|year| year.to_string()).unwrap_or_default();
    let in_ledger = if r.get(IN_LEDGER).is_empty() {
        ""
    } else if r.get(IN_LEDGER).is_true() {
        "是"
    } else {
        "否"
    };
    vec![
        Cell::text(r.text(ALLOCATION_ID)),
        Cell::text(r.text(PARENT_ID)),
        doc_no(Some(r.text(DOC_NO))),
        doc_no(Some(r.text(PARENT_DOC_NO))),
        Cell::text(&year),
        Cell::text(r.text(FUND_NAME)),
        Cell::text(r.text(FUND_NATURE)),
        Cell::text(r.text(FUNCTION_CODE)),
        Cell::text(r.text(ECONOMIC_CODE)),
        Cell::text(r.text(PROJECT_CODE)),
        Cell::text(r.text(PROJECT_NAME)),
        section(settings, r.text(SECTION)),
        Cell::text(r.text(TIER)),
        Cell::text(r.text(POVERTY_FLAG)),
        Cell::text(in_ledger),
        date(r, RECEIVED_ON),
        date(r, REGISTERED_ON),
        date(r, DISTRIBUTED_ON),
        Cell::Money(amount),
        Cell::Money(progress.distributed),
        Cell::Money(progress.paid),
        Cell::text(&month::percent(progress.paid.fen(), amount.fen())),
    ]
}

fn money(record: &Record, slot: usize) -> Cell {
    record.get(slot).as_money().into()
}

fn date(record: &Record, slot: usize) -> Cell {
    let date: Option<NaiveDate> = record.get(slot).as_date();
    date.into()
}
