//! What people say: any form, fitting or not, about any warning or about none, now and then with what may not be typed.

use chrono::{Days, NaiveDate};
use jingling::store::staff::Staff;
use jingling::store::warning::Warning;

use crate::world::IDS;

/// What one saying is made from; every saying can be made from some bytes.
pub type Seed = [u8; 12];

/// Names and numbers of the evidence.
pub const PERSONAL: [&str; 7] = ["张大山", "李小河", "6200001", "6200002", "6200003", IDS[0], IDS[1]];
/// A payee that is no person: letters may name it, chat may not.
pub const UNIT: &str = "霍山县农机站";
/// What a lead says; it goes nowhere.
pub const LEAD: &str = "村干部冒领补助";

pub fn pick<T: Copy>(from: &[T], by: u8) -> T {
    from[usize::from(by) % from.len()]
}

const SECTIONS: [&str; 6] = ["社保股", "教科文股", "农业股", "预算股", "财政信息中心", "没有的股"];
const HELD: [&str; 5] = ["查询", "查询、处置", "查询、处置、审批", "查询、用户管理", "查询、审批"];

pub fn number(no: i64) -> String {
    format!("YJ{}-{:06}", no / 1_000_000, no % 1_000_000)
}

/// Free text about a warning; one in six names somebody.
fn text(by: u8) -> String {
    let personal = pick(&PERSONAL, by / 6);
    if by.is_multiple_of(6) { format!("找{personal}核对") } else { pick(&["已核对", "见材料", "用途属实"], by).to_owned() }
}

fn day(today: NaiveDate, by: u8) -> NaiveDate {
    today + Days::new(u64::from(by % 12))
}

/// A line about a warning, and who would fittingly say it: 0 whoever is on it, 1 an approver, 2 农业股, 3 领导小组办公室.
pub fn about(seed: &Seed, no: &str, people: &[Staff], today: NaiveDate) -> (String, u8) {
    let [kind, a, b, c, ..] = *seed;
    let (said, section, colleague) = (text(a), pick(&SECTIONS, b), people[usize::from(b) % people.len()].name.as_str());
    let proposed = pick(&["", "", " 收回", " 误报"], c);
    match kind % 30 {
        0 | 1 => (format!("/预警 认领 {no}"), 0),
        2 => (format!("/预警 转办 {no} {section} 原因={said}"), 0),
        3 => (format!("/预警 转办 {no} {colleague} 原因={said}"), 0),
        4 | 5 => (format!("/预警 办结 {no} {said}"), 0),
        6..=8 => (format!("/核实 {no} 正常 调阅材料 材料=合同 情况={said}"), 0),
        9 | 10 => (format!("/核实 {no} 违规 调阅材料 材料=合同 情况={said} 违规类型=其他 整改要求=退回 整改期限={}", day(today, b)), 0),
        11 | 12 => (format!("/纠正 {no} 今天 情况={said} 督促=两次"), 0),
        13 => (format!("/处置 收回 {no} 100.00 情况={said}"), 0),
        14 => (format!("/处置 暂缓 {no} 今天 {} 情况={said}", day(today, b)), 0),
        15 | 16 => (format!("/误报 {no} 原因={said}"), 0),
        17..=19 => (format!("/审批 同意 {no}{proposed}"), 1),
        20 => (format!("/审批 退回 {no}{proposed} 原因={said}"), 1),
        21 | 22 => (format!("/预警 重开 {no} 原因={said}"), 2),
        23 => (format!("/预警 暂停 {no} 等待=省财政厅 原因={said} 至={}", day(today, b)), 0),
        24 => (format!("/预警 恢复 {no}"), 0),
        25 => (format!("/预警 督办 {no} 意见={said}"), 3),
        26 => (format!("/预警 配合 {no} {section}"), 0),
        27 => (format!("/预警 跟踪 {no} 情况={said}"), 0),
        28 => (format!("/预警 更正 {no} {} 内容={said}", 1 + b % 2), 0),
        _ => (pick(&[format!("/预警 详情 {no}").as_str(), format!("/预警 全文 {no} 原因={said}").as_str()], b).to_owned(), 0),
    }
}

/// What a line about no warning is about, by which [`beside`] makes it, and who would fittingly say it: 4 anybody, 5 a section head, 6 财政信息中心, 7 whoever reads leads, 8 whoever handles.
pub fn fits(seed: &Seed) -> u8 {
    match seed[1] % 44 {
        0..=4 | 34..=39 => 8,
        5..=14 => 5,
        15..=19 | 32 => 6,
        22 => 7,
        23 | 30 => 2,
        26 => 3,
        _ => 4,
    }
}

/// A line about no warning, as this person says it.
pub fn beside(seed: &Seed, me: &Staff, people: &[Staff], warnings: &[Warning], today: NaiveDate) -> String {
    let [_, kind, a, b, c, ..] = *seed;
    let year = today.format("%Y");
    let serial = |register: &str| format!("{register}{year}-{:04}", 1 + a % 4);
    let (section, anybody, held) = (pick(&SECTIONS, b), &people[usize::from(c) % people.len()], pick(&HELD, a));
    // mostly somebody of the same section
    let own: Vec<&Staff> = people.iter().filter(|other| other.section == me.section && other.id != me.id).collect();
    let colleague = if own.is_empty() || b.is_multiple_of(5) { anybody } else { own[usize::from(c) % own.len()] };
    let colleague = colleague.name.as_str();
    let warning = warnings.get(usize::from(c) % warnings.len().max(1)).map(|w| number(w.no)).unwrap_or_default();
    match kind % 44 {
        0..=3 | 34..=38 => format!("/请假 登记 {} {} 代理={colleague}", day(today, a % 4), day(today, a % 4 + b % 5)),
        4 | 39 => format!("/请假 取消 {}", serial("QJ")),
        5 | 6 => format!("/权限 撤销 {colleague} 原因=调离"),
        7..=9 => format!("/权限 变更 {colleague} {held} 股室={section}"),
        10 => format!("/权限 开通 {colleague} 权限={held} 身份证号={} 电话=0564-6020000 股室={section}", pick(&IDS, b)),
        11..=14 => format!("/权限 意见 {} 同意", serial("QX")),
        15..=18 => format!("/权限 授予 {}", serial("QX")),
        19 => format!("/权限 {} {} 原因=有误", pick(&["退回", "撤回"], b), serial("QX")),
        20 => "/回执 签收 全部".to_owned(),
        21 => format!("/线索 报送 内容={LEAD} 预警={warning}"),
        22 => format!("/线索 {}", pick(&["列表", "列表", "报送"], b)),
        23 => format!("/事项 登记 标题=核对 依据=会议 股室={section} 期限={}", day(today, a)),
        24 => format!("/事项 办结 {} 结果=已办", serial("SX")),
        25 => format!("/会签 申请 预警 {} 接收单位=省财政厅 用途=报送", today.format("%Y-%m")),
        26 => format!("/会签 {} {}", pick(&["批准", "退回", "查看"], b), serial("HQ")),
        27 => format!("/通报 发出 预警={warning} 内容=用途不清"),
        28 => format!("/检查 登记 专项检查 主题=资金使用 股室={section} 开始={today} 结束={}", day(today, a)),
        29 => format!("/记录 登记 培训 今天 对象={section} 内容=培训 结果=已到会"),
        30 => format!("/台账 认定 霍财农〔2026〕{}号 扶贫 依据=会议", a % 4),
        31 => format!("/指标 登记 霍财农〔2026〕{}号 补助资金 500 今天 {section} 编号=A(0)", a % 4),
        32 => format!("/权限 列表 {}", pick(&["待授权", "待意见", "已办结"], b)),
        _ => {
            let lists =
                ["/我的", "/预警 列表", "/预警 列表 超期", "/审批 列表", "/回执 列表", "/请假 列表", "/权限 清单", "/会签 列表", "/台账 查询", "/支付 查询"];
            pick(&lists, b).to_owned()
        }
    }
}
