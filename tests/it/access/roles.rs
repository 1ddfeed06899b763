//! The table of roles, cell by cell: every form's example said by somebody of every role is refused for its right exactly where the table says so.

use commands::{Form, roles};
use jingling::config::SectionKind;
use jingling::config::office::Section;
use jingling::desk::{Account, Actor};
use jingling::domain::{SectionCode, SectionName, local_date};
use jingling::store::staff;

use super::enters;
use crate::harness::{Office, office_story, snowflake};

/// Whether they were told that it is not theirs to say.
fn refused(answer: &str) -> bool {
    answer.starts_with("这个命令需要“") || answer.starts_with("这个命令由")
}

async fn actor(office: &Office, name: &str, kind: SectionKind, account: Account) -> Actor {
    Actor { staff: staff::by_name(office.store(), name).await.unwrap().unwrap(), kind: Some(kind), account }
}

office_story!(
    every_cell_of_the_table_of_roles_holds_at_the_desk,
    |config| {
        for (code, name, kind) in [("township:hengshan", "衡山镇财政所", SectionKind::Township), ("department:education", "教育局", SectionKind::Department)]
        {
            let (code, name) = (SectionCode::new(code).unwrap(), SectionName::new(name).unwrap());
            config.office.sections.push(Section { code, name, kind, managed_by: None });
        }
    },
    async |office: &mut Office| {
        let section = |kind: SectionKind| office.config.office.section(kind).unwrap().code.to_string();
        for (role, tenth) in roles::ROLES.iter().zip("甲乙丙丁戊己庚辛壬癸子丑寅卯".chars()) {
            enters(office, &format!("角色{tenth}"), &section(role.kind), role.permissions).await;
        }
        let today = local_date(office.clock.now());
        for (form, cells) in roles::table() {
            for ((role, may), tenth) in roles::ROLES.iter().zip(cells).zip("甲乙丙丁戊己庚辛壬癸子丑寅卯".chars()) {
                let name = format!("角色{tenth}");
                let answer = office.says(&name, form.example).await;
                assert_eq!(!refused(&answer), may, "{} {}: {answer}", role.name, form.example);
                // on Discord the same, but for what is the terminal's alone
                let actor = actor(office, &name, role.kind, Account::Discord(snowflake(1_100_000_000_000_000_101))).await;
                if form.allowed.at_terminal && may {
                    let answer = office.app().desk.act(&actor, commands::parse(form.example, today).unwrap()).await.to_string();
                    assert!(answer.contains("只能在单位内部的终端上用"), "{} {}: {answer}", role.name, form.example);
                }
            }
        }
    }
);

office_story!(the_table_is_shown_to_everybody, async |office| {
    let table = office.says("周涛", "/权限 一览").await;
    assert!(table.starts_with("1 业务股室经办(查询、处置)\n2 业务股室负责人(查询、处置、审批)\n"), "{table}");
    let row = |form: &Form| table.lines().find(|line| line.starts_with(&form.title())).unwrap().to_owned();
    assert_eq!(row(&commands::access::GRANT).split_whitespace().collect::<Vec<_>>(), ["/权限", "授予", "●"]);
    assert!(row(&commands::access::OPEN).contains("(只在终端)"));
});
