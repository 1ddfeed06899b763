//! Every move from every state by everybody: either it is done as the table says, or a sentence says why not and nothing has moved.

use commands::Permission::{self, Approve, Handle, Query};
use jingling::domain::WarningState::{
    self, BellDone, BellListed, BellOpen, GreenCorrected, GreenFalseAlarm, GreenNormal, RedListed, RedOpen, YellowListed, YellowOpen, YellowVerifying,
};
use jingling::store::{transition, warning};
use serde_json::json;

use crate::harness::{Event, Office, allocation, office_story, payment};

/// Those who are not in the office already: name, section, permissions.
const MORE: [(&str, &str, &[Permission]); 6] = [
    ("许静", "business:social_security", &[Query, Handle]),
    ("罗兰", "business:social_security", &[Query]),
    ("魏来", "business:social_security", &[]),
    ("高翔", "agriculture", &[Query, Handle, Approve]),
    ("郑平", "leadership", &[Query, Approve]),
    ("何伟", "lead_office", &[Query, Handle]),
];

/// The handler, colleagues with 处置, head, and without; who helps; another section; those who lead, supervise, pay, run the machine; one whose rights
/// were taken back; somebody unknown.
const EVERYBODY: [&str; 15] = ["张敏", "许静", "李国强", "罗兰", "刘洋", "王芳", "陈静", "高翔", "郑平", "何伟", "孙丽", "周涛", "吴凡", "魏来", "路人"];
const HANDLERS: &[&str] = &["张敏", "许静", "李国强"];
const ABOVE: &[&str] = &["高翔", "郑平"];
const AGREE_FALSE_ALARM: &str = "/审批 同意 {} 误报";

/// What is said, who may say it, and from which state it leads to which.
type Row = (&'static str, &'static [&'static str], &'static [(WarningState, WarningState)]);

const RED: &[(WarningState, WarningState)] = &[(RedOpen, RedOpen)];
const OPEN: &[(WarningState, WarningState)] = &[(BellOpen, BellOpen), (YellowOpen, YellowOpen), (YellowVerifying, YellowVerifying), (RedOpen, RedOpen)];

const TABLE: [Row; 16] = [
    ("/预警 认领 {}", HANDLERS, &[(BellOpen, BellOpen), (YellowOpen, YellowVerifying), (RedOpen, RedOpen)]),
    ("/预警 转办 {} 王芳 原因=归他们管", HANDLERS, &[(BellOpen, BellOpen), (YellowOpen, YellowOpen), (YellowVerifying, YellowOpen), (RedOpen, RedOpen)]),
    ("/预警 办结 {} 已办好", HANDLERS, &[(BellOpen, BellDone)]),
    ("/核实 {} 正常 调阅材料 材料=凭证 情况=属实", HANDLERS, &[(YellowOpen, GreenNormal), (YellowVerifying, GreenNormal)]),
    ("/核实 {} 违规 调阅材料 材料=凭证 情况=不实 违规类型=其他 整改要求=退回 整改期限=12-7", HANDLERS, &[(YellowOpen, RedOpen), (YellowVerifying, RedOpen)]),
    ("/纠正 {} 今天 情况=已退 督促=电话", HANDLERS, &[(RedOpen, GreenCorrected)]),
    ("/预警 配合 {} 农业股", HANDLERS, OPEN),
    ("/预警 督办 {} 意见=抓紧", &["何伟"], OPEN),
    ("/预警 跟踪 {} 情况=电话督促", &["张敏", "许静", "李国强", "刘洋"], RED),
    ("/处置 收回 {} 5.00 情况=超付", HANDLERS, RED),
    ("/误报 {} 原因=不是", HANDLERS, RED),
    ("/审批 同意 {} 通报", ABOVE, RED),
    (AGREE_FALSE_ALARM, &["李国强", "高翔", "郑平"], &[(RedOpen, GreenFalseAlarm)]),
    ("/审批 退回 {} 原因=不妥 事项=通报", ABOVE, RED),
    ("/预警 重开 {} 原因=再看", &["陈静", "高翔"], &[(BellDone, BellOpen), (GreenNormal, YellowOpen), (GreenCorrected, RedOpen), (GreenFalseAlarm, RedOpen)]),
    (
        "/预警 更正 {} 2 内容=更正",
        HANDLERS,
        &[
            (BellOpen, BellOpen),
            (BellDone, BellDone),
            (YellowOpen, YellowOpen),
            (YellowVerifying, YellowVerifying),
            (GreenNormal, GreenNormal),
            (RedOpen, RedOpen),
            (GreenCorrected, GreenCorrected),
            (GreenFalseAlarm, GreenFalseAlarm),
            (BellListed, BellListed),
            (YellowListed, YellowListed),
            (RedListed, RedListed),
        ],
    ),
];

/// Why somebody may not, whatever the state.
const NOT_THEIRS: [&str; 6] = ["您还没有登记为用户", "这个命令需要", "这个命令由", "没有 YJ2026-", "不能代办", "有“审批”权限的人审批"];
/// Why it cannot be from there, and what can.
const NOT_FROM_THERE: [&str; 5] = ["可用:/", "不用重开", "已由 @张敏 认领", "由农业股用 /预警 重开", "先用 /白名单 撤销"];

/// Slips of the section's own, and 张敏 is on it again.
const HANDED_ROUND: [(&str, &str); 2] = [("张敏", "/预警 转办 {} 李国强 原因=下乡"), ("李国强", "/预警 转办 {} 张敏 原因=回来了")];

/// A warning of 社保股 on which 张敏 is, which was pressed for once and which 预算股 helps with. A red one has a 通报 waiting, and a 误报 where that is wanted.
async fn lit(office: &mut Office, count: &mut i64, state: WarningState, doubted: bool) -> i64 {
    *count += 1;
    let n = *count;
    let cash = |voucher: String| payment(&voucher, "2000.00").with("settlement", "现金");
    let event = match state {
        BellOpen | BellDone | BellListed => Event::new(
            "payment.requested",
            json!({
                "application_no": format!("SQ-{n}"), "allocation_id": "ZB-1", "requested_at": "2026-11-23T09:00:00+08:00", "amount": "2000.00",
                "settlement": "现金", "payee_name": "汪桂兰", "payee_account": format!("3415SQ-{n}"), "purpose": "购置农机具", "section": "business:social_security",
            }),
        ),
        YellowOpen | YellowVerifying | GreenNormal | YellowListed => cash(format!("PZ-{n}")).with("payee_name", "汪桂兰"),
        RedOpen | GreenCorrected | GreenFalseAlarm | RedListed => cash(format!("PZ-{n}")),
    };
    assert_eq!(office.pays(event).await.told(), "200 accepted");
    let before: &[(&str, &str)] = match state {
        BellOpen | YellowOpen | BellListed | YellowListed => &HANDED_ROUND,
        RedOpen if doubted => &[("张敏", "/处置 通报 {} 霍财农〔2026〕12号 情况=屡次"), ("张敏", "/误报 {} 原因=不是")],
        RedOpen | RedListed => &[("张敏", "/处置 通报 {} 霍财农〔2026〕12号 情况=屡次")],
        BellDone => &[("张敏", "/预警 办结 {} 已办好")],
        YellowVerifying => &[HANDED_ROUND[0], HANDED_ROUND[1], ("张敏", "/预警 认领 {}")],
        GreenNormal => &[("张敏", "/核实 {} 正常 调阅材料 材料=凭证 情况=属实")],
        GreenCorrected => &[("张敏", "/纠正 {} 今天 情况=已退 督促=电话")],
        GreenFalseAlarm => &[("张敏", "/误报 {} 原因=不是"), ("郑平", "/审批 同意 {}")],
    };
    for (name, line) in [("何伟", "/预警 督办 {} 意见=抓紧"), ("张敏", "/预警 配合 {} 预算股")].iter().chain(before) {
        office.says(name, &line.replace("{}", &n.to_string())).await;
    }
    if state.is_listed() {
        let entered = office.says("高翔", &format!("/白名单 登记 ZC01 预警 {n} 依据=例外 至=12-31 红灯=是")).await;
        let entry: String = entered.chars().skip_while(|c| *c != 'B').take("BM2026-0001".len()).collect();
        office.says("郑平", &format!("/白名单 批准 {entry}")).await;
    }
    let no = 2_026_000_000 + n;
    assert_eq!(warning::get(office.store(), no).await.unwrap().unwrap().state, state);
    no
}

/// State, version, and how often it has moved.
async fn stands(office: &Office, no: i64) -> (WarningState, i64, usize) {
    let warning = warning::get(office.store(), no).await.unwrap().unwrap();
    (warning.state, warning.row_version, transition::of(office.store(), no).await.unwrap().len())
}

office_story!(every_move_from_every_state_by_everybody, async |office| {
    for (name, section, permissions) in MORE {
        office.hires(name, section, permissions, "").await;
    }
    office.allocates(allocation("ZB-1", "100000000.00")).await;
    let mut count = 0;
    let mut done = 0;
    for state in WarningState::ALL {
        let standing = lit(office, &mut count, state, true).await;
        let stood = stands(office, standing).await;
        for (said, may, leads) in TABLE {
            let to = leads.iter().find(|(from, _)| *from == state).map(|(_, to)| *to);
            for name in EVERYBODY {
                let say = |no: i64| said.replace("{}", &(no - 2_026_000_000).to_string());
                if let Some(to) = to.filter(|_| may.contains(&name)) {
                    let fresh = lit(office, &mut count, state, said == AGREE_FALSE_ALARM).await;
                    let (_, version, _) = stands(office, fresh).await;
                    let answer = office.says(name, &say(fresh)).await;
                    let (now, moved, _) = stands(office, fresh).await;
                    assert_eq!((now, moved), (to, version + 1), "{name} {said} from {state:?}: {answer}");
                    done += 1;
                    continue;
                }
                let answer = office.says(name, &say(standing)).await;
                assert_eq!(stands(office, standing).await, stood, "{name} {said} from {state:?}: {answer}");
                let says = |reasons: &[&str]| reasons.iter().any(|reason| answer.contains(reason));
                let explained = if may.contains(&name) { says(&NOT_FROM_THERE) } else { says(&NOT_THEIRS) || (to.is_none() && says(&NOT_FROM_THERE)) };
                assert!(explained, "{name} {said} from {state:?}: {answer}");
            }
        }
        office.wait_until_sent().await;
    }
    let legal: usize = TABLE.iter().map(|(_, may, leads)| may.len() * leads.len()).sum();
    assert_eq!(done, legal);
});
