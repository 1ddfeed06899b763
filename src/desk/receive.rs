//! `/指标 登记`: the receipt book of 预算股 (指标总收发, part 2 (二)): a document enters the ledger as an event does.

use chrono::{DateTime, Datelike, Utc};
use commands::allocation::Received;
use commands::{Text, Tier};
use serde_json::{Value as Json, json};

use super::deed::{Change, Deed, Scene};
use super::scope::called;
use super::{Declined, Reply, section_called, section_name};
use crate::chat;
use crate::domain::calendar::{local_date, local_midnight};
use crate::domain::record::allocation as slots;
use crate::domain::scope::flag;
use crate::domain::{DocNo, FullDate, Money, Record, normalise};
use crate::intake::change::LedgerChange;
use crate::intake::event::Malformed;
use crate::intake::hand;
use crate::store::allocation::{self, Paid};
use crate::store::{Entry, StoreError};
use crate::watch::{self, Moment};

/// What is in the ledger of this document already.
async fn known(received: &Received, scene: &mut Scene<'_>) -> Result<Vec<Paid>, StoreError> {
    let named = received.id.as_ref().unwrap_or(&received.doc_no);
    let mut found = allocation::named_in(&mut scene.turn.tx, scene.turn.office, named.as_str()).await?;
    if let Some(id) = &received.id {
        found.retain(|(record, _)| record.text(slots::ALLOCATION_ID) == normalise(id.as_str()));
    }
    Ok(found)
}

/// The event that it is: under its own number, that by which it is known already, or its document's.
fn change(received: &Received, scene: &Scene<'_>, at: DateTime<Utc>, known: Option<&Record>) -> Result<LedgerChange, Malformed> {
    let text = |text: &Option<Text>| text.as_ref().map_or(Json::Null, |text| json!(text.as_str()));
    let doc = DocNo::new(received.doc_no.as_str());
    let id = known.map(|record| record.text(slots::ALLOCATION_ID)).or(received.id.as_ref().map(Text::as_str)).unwrap_or(doc.normal());
    let year = received.year.map_or(i64::from(received.received_on.year()), |year| i64::from(year.get()));
    let data = json!({
        "allocation_id": id, "doc_no": received.doc_no.as_str(), "fund_name": received.fund_name.as_str(), "amount": received.amount.to_string(),
        "received_on": received.received_on, "registered_on": local_date(at), "fiscal_year": year, "section": scene.orders.settings.route(received.section.as_str()),
        "tier": received.tier.map(Tier::name), "parent_doc_no": text(&received.parent_doc_no), "parent_id": text(&received.parent_id),
        "function_code": text(&received.function_code), "economic_code": text(&received.economic_code), "project_code": text(&received.project_code),
        "agency_code": text(&received.agency_code),
    });
    hand::change("allocation.registered", at, data, &scene.turn.keys)
}

impl Deed for Received {
    fn texts(&self) -> Vec<String> {
        let codes = [&self.id, &self.parent_doc_no, &self.parent_id, &self.project_code, &self.agency_code];
        [&self.doc_no, &self.fund_name].into_iter().chain(codes.into_iter().flatten()).map(Text::to_string).collect()
    }

    async fn check(&self, scene: &mut Scene<'_>) -> Result<Vec<Change>, Declined> {
        let doc = DocNo::new(self.doc_no.as_str());
        if !doc.is_regular() {
            return Err(chat!("文号应写成 皖财农〔2026〕12号 的样子。").into());
        }
        section_called(&scene.orders.settings, self.section.as_str())?;
        let found = known(self, scene).await?;
        let before = match found.as_slice() {
            [] => None,
            [(record, _)] if record.text(slots::DOC_NO_NORMAL) != doc.normal() && !record.get(slots::DOC_NO_NORMAL).is_empty() => {
                return Err(chat!("这个指标编号是 {} 的,不是这个文号的。请核对。", called(record)).into());
            }
            [(record, _)] => match record.get(slots::REGISTERED_ON).as_date() {
                Some(on) => return Err(chat!("{} 已于 {} 登记,不能重复登记。如是同一文号的另一条指标,请写上 编号=……。", called(record), FullDate(on)).into()),
                None => Some(record),
            },
            several => return Err(chat!("这个文号已有 {} 条指标,请写上 编号=……,说明登记的是哪一条。", several.len()).into()),
        };
        change(self, scene, local_midnight(self.received_on), before)
            .map_err(|malformed| Declined::Because(Reply::Private(format!("{}:{}。", field(&malformed), malformed.reason))))?;
        let was = |slot: usize| before.map(|record| record.text(slot).to_owned()).unwrap_or_default();
        let amount = before.and_then(|record| record.get(slots::AMOUNT).as_money()).map(|amount| amount.to_string()).unwrap_or_default();
        let section = scene.orders.settings.section_name(scene.orders.settings.route(self.section.as_str()));
        let all = [
            Change::of("指标文号", was(slots::DOC_NO_NORMAL), doc.normal()),
            Change::of("资金名称", was(slots::FUND_NAME), normalise(self.fund_name.as_str())),
            Change::of("金额", amount, self.amount.to_string().parse::<Money>().map(|amount| amount.to_string()).unwrap_or_default()),
            Change::of("归口股室", was(slots::SECTION), section),
            Change::of("登记", "", "已登记"),
        ];
        Ok(all.into_iter().filter(|change| change.before != change.after).collect())
    }

    async fn apply(&self, scene: &mut Scene<'_>, entry: &Entry) -> Result<Reply, StoreError> {
        let found = known(self, scene).await?;
        let bad = |malformed: Malformed| StoreError::BadEntry { seq: entry.seq, reason: malformed.reason };
        let change = change(self, scene, entry.at, found.first().map(|(record, _)| record)).map_err(bad)?;
        watch::run(scene.turn, scene.orders, &[(Moment { seq: entry.seq, line: 1, at: entry.at }, change)]).await?;
        let entered = known(self, scene).await?;
        let Some((record, _)) = entered.first() else { return Ok(chat!("已登记。").into()) };
        let section = section_name(&scene.orders.settings, scene.orders.settings.route(record.text(slots::SECTION)));
        let amount = record.get(slots::AMOUNT).as_money().unwrap_or(Money::ZERO);
        Ok(chat!("已登记 {}  {}  金额 {} 元  {}。", called(record), section, amount, flag(record)).into())
    }
}

/// What the clerk calls the field that cannot be read.
fn field(malformed: &Malformed) -> &'static str {
    match malformed.field.trim_start_matches("/data/") {
        "allocation_id" => "编号",
        "doc_no" => "文号",
        "fund_name" => "资金名称",
        "amount" => "金额",
        "fiscal_year" => "年度",
        "parent_id" => "上级指标",
        "parent_doc_no" => "上级文号",
        "function_code" => "功能分类",
        "economic_code" => "经济分类",
        "project_code" => "项目编码",
        "agency_code" => "单位编码",
        _ => "内容",
    }
}
