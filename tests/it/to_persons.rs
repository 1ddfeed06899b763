//! What reaches people (到人到户): lists held against the register, the payroll and the standards, one warning a payment and rule.

use chrono::TimeDelta;
use serde_json::json;

use crate::harness::{Event, Office, allocation, line, office_story, payment, person, scan};

/// Valid id numbers of nobody.
const IDS: [&str; 9] = [
    "342427196503120012",
    "342427194807020038",
    "342427195511180045",
    "342427197002150023",
    "342427198209230017",
    "341525200110050034",
    "342427196104160041",
    "342427198808080022",
    "341525200506170016",
];

fn to_persons(amount: &str) -> Event {
    allocation("ZB-1", amount).with("to_persons", true)
}

fn died(person_no: &str, on: &str) -> Event {
    Event::new("beneficiary.removed", json!({"person_no": person_no, "status": "死亡", "effective_to": on, "reason": "死亡注销"}))
}

fn employed(id_no: &str) -> Event {
    Event::new("payroll.listed", json!({"id_no": id_no, "name": "汪桂兰", "agency_name": "霍山县某局", "effective_from": "2015-07-01"}))
}

fn standard(project_code: &str, monthly: &str) -> Event {
    Event::new(
        "standard.listed",
        json!({
            "standard_no": format!("BZ-{project_code}"), "name": "低保标准", "project_code": project_code, "basis": "按人", "monthly": monthly,
            "effective_from": "2026-01-01",
        }),
    )
}

async fn registers_everybody(office: &mut Office) {
    for (n, id) in IDS.iter().enumerate() {
        office.registers(person(&format!("R-{n}"), id)).await;
    }
}

office_story!(a_list_gives_one_warning_a_rule, async |office| {
    office.allocates(to_persons("100000.00")).await;
    office.allocates(standard("DB2026", "600.00")).await;
    registers_everybody(office).await;
    office.registers(died("R-0", "2026-10-31")).await;
    office.registers(died("R-1", "2026-09-15")).await;
    office.registers(died("R-2", "2026-11-05")).await;
    office.registers(employed(IDS[3])).await;
    office.registers(employed(IDS[4])).await;
    office.pays(payment("PZ-1", "6000.00")).await;
    let lines: Vec<String> = (1..)
        .zip(IDS)
        .map(|(n, id)| {
            let line = line("PZ-1", n, id).with("account", if n > 7 { "62170001".to_owned() } else { format!("6217100{n}") });
            let line = if n == 6 || n == 7 { line.with("due", "900.00").with("paid", "900.00") } else { line };
            line.text()
        })
        .collect();
    let batch = office.batch("treasury", lines.iter().map(String::as_str));
    let answer = office.sends(batch).await;
    assert!(answer.told().ends_with(r#"{"lines":9,"accepted":9,"known":0,"corrected":0,"quarantined":0}"#), "{}", answer.told());
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🟡 DR01 business:social_security PZ-1 1,200.00 共 2 条
    YJ2026-000002 🔴 DR04 business:social_security PZ-1 1,800.00 共 3 条
    YJ2026-000003 🟡 DR05 business:social_security PZ-1 1,200.00 共 2 条
    YJ2026-000004 🔴 DR11 business:social_security PZ-1 1,800.00 共 2 条
    YJ2026-000005 🟡 DR07 business:social_security PZ-1 600.00
    ");
});

office_story!(what_is_wrong_with_a_line_itself, async |office| {
    office.allocates(to_persons("100000.00")).await;
    registers_everybody(office).await;
    office.pays(payment("PZ-1", "6000.00")).await;
    let own = |n: u32| line("PZ-1", n, IDS[n as usize]).with("project_code", format!("DB-{n}"));
    for line in [
        own(0).with("line_no", 10).with("name", "汪桂花"),
        line("PZ-1", 1, "342427196503120013"),
        own(2).with("account_name", "储成林"),
        own(3).with("due", "700.00"),
        line("PZ-1", 4, "342427********0017"),
        line("PZ-1", 5, "").without("id_no"),
        // a passport has no check digit
        line("PZ-1", 6, "E12345678").with("id_type", "护照"),
    ] {
        office.lists(line).await;
    }
    let rules: Vec<String> = office.lights().await.iter().map(|light| light.split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(rules, ["🟡 DR02", "🟡 DR01", "🟡 DR03", "🟡 DR08", "🔔 DR10", "🔔 DR13"]);
    // what was left out is told after all: the bell closes itself
    office.lists(line("PZ-1", 4, IDS[4])).await;
    office.lists(line("PZ-1", 5, IDS[5])).await;
    let closed = office.lights().await;
    assert!(closed.iter().any(|light| light.contains("✅ DR13")), "{closed:?}");
});

office_story!(whoever_is_registered_later_is_known_from_then_on, async |office| {
    office.allocates(to_persons("100000.00")).await;
    office.registers(person("R-0", IDS[0])).await;
    office.pays(payment("PZ-1", "1800.00")).await;
    for (n, id) in (1..).zip(&IDS[..3]) {
        office.lists(line("PZ-1", n, id).with("account", "62170001")).await;
    }
    insta::assert_snapshot!(office.lights().await.join("\n"), @"YJ2026-000001 🟡 DR01 business:social_security PZ-1 1,200.00 共 2 条");
    // of the household that has the account: nothing more to say
    office.registers(person("R-1", IDS[1]).with("household_no", "HR-0")).await;
    assert_eq!(office.lights().await.len(), 1, "{:?}", office.lights().await);
    // of another household: now the account is known to serve two
    office.registers(person("R-2", IDS[2])).await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🟡 DR01 business:social_security PZ-1 1,200.00 共 2 条
    YJ2026-000002 🟡 DR07 business:social_security PZ-1 600.00
    ");
    // and what is paid to them from now on is right
    office.pays(payment("PZ-2", "1200.00").with("paid_at", "2026-11-23T09:40:00+08:00")).await;
    for (n, id) in [(1, IDS[1]), (2, IDS[2])] {
        office.lists(line("PZ-2", n, id).with("month", "12").with("account", format!("6217900{n}"))).await;
    }
    assert_eq!(office.lights().await.len(), 2, "{:?}", office.lights().await);
});

office_story!(a_payment_to_persons_owes_its_list_within_five_working_days, async |office| {
    office.allocates(to_persons("100000.00")).await;
    office.allocates(scan("ZB-1")).await;
    registers_everybody(office).await;
    office.pays(payment("PZ-1", "1200.00")).await;
    office.pays(payment("PZ-2", "600.00")).await;
    office.pays(payment("PZ-3", "600.00")).await;
    office.lists(line("PZ-3", 1, IDS[8])).await;
    office.wind(TimeDelta::days(7)); // Monday, 30 November: the fifth working day
    office.jobs().await;
    assert!(office.lights().await.is_empty(), "{:?}", office.lights().await);
    office.wind(TimeDelta::days(1));
    office.jobs().await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🔔 DR09 business:social_security PZ-1 1,200.00
    YJ2026-000002 🔔 DR09 business:social_security PZ-2 600.00
    ");
    office.lists(line("PZ-1", 1, IDS[0])).await;
    office.lists(line("PZ-2", 1, IDS[1])).await;
    insta::assert_snapshot!(office.lights().await.join("\n"), @r"
    YJ2026-000001 🟡 DR09 business:social_security PZ-1 1,200.00
    YJ2026-000002 ✅ DR09 business:social_security PZ-2 600.00
    ");
});
