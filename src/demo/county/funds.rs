//! The county's funds: a parent allocation each and its children, large enough for what is paid unless a defect says otherwise.

use chrono::{Datelike, Days, NaiveDate};
use rand::RngExt;
use serde_json::json;

use super::{BUDGET, Level, Story, local, yuan};

/// A fund and the section that manages it.
pub(super) struct Fund {
    pub name: &'static str,
    pub section: &'static str,
    pub function_code: &'static str,
    /// paid to persons line by line, rather than to projects
    pub to_persons: bool,
}

const fn fund(name: &'static str, section: &'static str, function_code: &'static str, to_persons: bool) -> Fund {
    Fund { name, section, function_code, to_persons }
}

pub(super) const FUNDS: [Fund; 12] = [
    fund("农村最低生活保障资金", "business:social_security", "2081902", true),
    fund("特困人员救助供养资金", "business:social_security", "2082102", true),
    fund("残疾人两项补贴", "business:social_security", "2081107", true),
    fund("家庭经济困难学生资助", "business:education", "2050204", true),
    fund("产业到户奖补资金", "agriculture", "2130505", true),
    fund("财政专项扶贫资金", "agriculture", "2130504", false),
    fund("农村饮水安全工程", "agriculture", "2130335", false),
    fund("小型农田水利建设", "agriculture", "2130305", false),
    fund("农村道路畅通工程", "business:economy", "2140104", false),
    fund("农村危房改造", "business:economy", "2210105", false),
    fund("以工代赈示范工程", "business:economy", "2130504", false),
    fund("义务教育薄弱环节改善", "business:education", "2050202", false),
];

/// Children of each parent in a usual month; defects add a few of their own.
pub(super) const CHILDREN: usize = 4;

/// A child allocation (下达的指标) and what has been paid from it so far.
pub(super) struct Child {
    pub id: String,
    pub fund: usize,
    pub spent: i64,
    /// in fen; where none is given it is made to cover what was spent
    pub amount: Option<i64>,
    pub received_on: NaiveDate,
    pub registered_on: NaiveDate,
}

impl Child {
    pub(super) fn fund(&self) -> &'static Fund {
        FUNDS.get(self.fund).unwrap_or(&FUNDS[0])
    }
}

/// The usual children, still without amounts.
pub(super) fn open(story: &mut Story) {
    for fund in 0..FUNDS.len() {
        for _ in 0..CHILDREN {
            add(story, fund, None);
        }
    }
}

/// One more child of a fund; returns its place among the children.
pub(super) fn add(story: &mut Story, fund: usize, amount: Option<i64>) -> usize {
    let number = story.children.iter().filter(|c| c.fund == fund).count() + 1;
    let id = format!("{}-{number}", parent_id(story, fund));
    let second = story.month.day(2);
    story.children.push(Child { id, fund, spent: 0, amount, received_on: second, registered_on: second });
    story.children.len() - 1
}

pub(super) fn parent_id(story: &Story, fund: usize) -> String {
    format!("ZB{}-{:03}", story.month.0.year(), fund + 1)
}

/// Tells every allocation, once it is known what each must cover.
pub(super) fn tell(story: &mut Story) {
    for (index, fund) in FUNDS.iter().enumerate() {
        let mut total = 0;
        for place in 0..story.children.len() {
            let share = story.rng.random_range(40..90);
            let Some(child) = story.children.get_mut(place).filter(|c| c.fund == index) else { continue };
            // in tens of thousands of 元, of which 40 to 90 percent are spent by the end of the month
            let amount = child.amount.unwrap_or((child.spent * 100 / share / 1_000_000 + 1) * 1_000_000);
            total += amount;
            let (id, days) = (child.id.clone(), (child.received_on, child.registered_on));
            allocation(story, fund, &id, Some(&parent_id(story, index)), amount, days, index * 10 + place);
        }
        let parent = parent_id(story, index);
        // the last fund hands out more than it received
        let amount = if index + 1 == FUNDS.len() {
            story.plant("超指标分配", Some(("ZB05", Level::Red)), &parent);
            total - 5_000_000
        } else {
            total + story.rng.random_range(0..20) * 1_000_000
        };
        let first = story.month.day(1);
        allocation(story, fund, &parent, None, amount, (first, first), index);
        let (second, fifth) = (story.month.day(2), story.month.day(5));
        story.tell(local(second, 17), BUDGET, "allocation.distributed", json!({ "allocation_id": parent, "distributed_on": second }));
        story.tell(local(fifth, 11), BUDGET, "allocation.approved", json!({ "allocation_id": parent, "appended_on": fifth }));
    }
}

/// `days`: received, registered.
fn allocation(story: &mut Story, fund: &Fund, id: &str, parent: Option<&str>, amount: i64, days: (NaiveDate, NaiveDate), number: usize) {
    let (received_on, registered_on) = days;
    let year = received_on.year();
    // both odd spellings are met in real documents
    let doc_no = match (number + 1) % 60 {
        0 => format!("霍财办({year}]{}号", number + 100),
        30 => format!("霍财办[{year}]{}号", number + 100),
        _ => format!("霍财办〔{year}〕{}号", number + 100),
    };
    if !doc_no.contains('〔') {
        story.plant("文号写法不一", None, id);
    }
    let nature = (number % 60 != 17).then_some("一般公共预算");
    if nature.is_none() {
        story.plant("登记要素不全", Some(("ZB07", Level::Bell)), id);
    }
    let data = json!({
        "allocation_id": id, "parent_id": parent, "doc_no": doc_no, "parent_doc_no": format!("皖财农〔{year}〕{}号", number + 1000), "title": format!("关于下达{}的通知", fund.name),
        "issued_on": received_on - Days::new(6), "received_on": received_on, "fiscal_year": year, "fund_name": fund.name, "fund_nature": nature, "function_code": fund.function_code,
        "economic_code": if parent.is_none() { "51301" } else if fund.to_persons { "50901" } else { "50302" }, "project_code": project_code(fund), "project_name": fund.name,
        "agency_code": parent.map(|_| format!("3010{:02}", number % 100)), "section": fund.section, "tier": "省级", "poverty_flag": "扶贫", "in_ledger": true,
        "to_persons": fund.to_persons, "amount": yuan(amount),
    });
    story.tell(local(received_on, 9), BUDGET, "allocation.received", data);
    let registered = json!({ "allocation_id": id, "registered_on": registered_on });
    story.tell(local(registered_on, 15), BUDGET, "allocation.registered", registered);
    if number % 25 == 7 {
        story.plant("没有扫描件", Some(("ZB06", Level::Bell)), id);
    } else {
        let scan = json!({ "allocation_id": id, "file_name": format!("{}.pdf", number + 100), "sha256": format!("{:064x}", number + 100) });
        story.tell(local(registered_on, 16), BUDGET, "allocation.document_attached", scan);
    }
}

pub(super) fn project_code(fund: &Fund) -> String {
    let number = FUNDS.iter().position(|f| f.name == fund.name).unwrap_or(0);
    format!("XM{:04}", number + 1)
}
