//! What does not get out, and what is said instead.

use chrono::TimeDelta;
use commands::Permission::{Approve, Query};
use commands::{Command, parse};
use jingling::desk::{Account, Desk};
use jingling::domain::calendar::local_date;
use jingling::store::account;

use super::{agreed, at, opens, outgoing, plainly};
use crate::harness::{Office, office_story, snowflake};

const APPLY: &str = "/会签 申请 预警 本月 接收单位=省财政厅 用途=上报";

fn command(office: &Office, line: &str) -> Command {
    parse(line, local_date(office.clock.now())).unwrap()
}

office_story!(without_a_consent_no_file, async |office: &mut Office| {
    opens(office).await;
    office.says("张敏", APPLY).await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 1").await, @"HQ2026-0001 还没有会签,不能提供。请等领导小组办公室同意。");
    insta::assert_snapshot!(office.says("张敏", "/会签 登记外送 1 文件=甲.csv 方式=邮件").await, @"HQ2026-0001 还没有会签,不能提供。请等领导小组办公室同意。");
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 99").await, @"没有 HQ2026-0099 这份会签,或者它不归您所在的股室。用 /会签 列表 查看。");
    assert_eq!(office.journal().await, before);
    insta::assert_snapshot!(office.says("郑勇", "/会签 退回 1 原因=\"口径不一致\"").await, @"已退回 HQ2026-0001。已通知申请人。");
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 1").await, @"HQ2026-0001 已被退回,不能提供。请按意见修改后重新申请。");
    insta::assert_snapshot!(office.says("郑勇", "/会签 批准 1").await, @"HQ2026-0001 已由 @郑勇 于 11-23 10:00 退回,不用再办。");
    let mailbox = office.mailbox().await;
    let told = mailbox.of("zhangmin@huoshan.example");
    let told = told.iter().find(|mail| mail.subject.contains("会签退回")).unwrap();
    assert!(told.text.contains("原因:口径不一致"), "{}", told.text);

    // a consent holds for ten working days
    agreed(office, "预警", "本月").await;
    office.wind(TimeDelta::days(14));
    assert!(office.says("张敏", "/我的").await.contains("HQ2026-0002"), "on the last day");
    office.wind(TimeDelta::days(1));
    insta::assert_snapshot!(office.says("张敏", "/会签 导出 2").await, @"HQ2026-0002 的会签已过期,不能提供。请用 /会签 申请 重新申请。");
    assert!(office.says("张敏", "/会签 列表").await.contains("HQ2026-0002 已过期"));
    assert!(!office.says("张敏", "/我的").await.contains("HQ2026-0002"));
    assert!(outgoing(office).is_empty());
});

office_story!(the_days_that_a_consent_holds_are_the_offices_own, |config| config.deadlines.countersign = 1, async |office: &mut Office| {
    opens(office).await;
    office.says("张敏", APPLY).await;
    insta::assert_snapshot!(office.says("郑勇", "/会签 批准 1").await, @"已同意 HQ2026-0001,11月24日前可以提供,过期要重新申请。已通知申请人。");
});

office_story!(who_is_not_concerned_learns_nothing, async |office: &mut Office| {
    opens(office).await;
    agreed(office, "预警", "本月").await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    assert_eq!(office.says("王芳", "/会签 列表").await, "还没有会签。用 /会签 申请 提出。");
    for verb in ["查看", "导出"] {
        let there = office.says("王芳", &format!("/会签 {verb} 1")).await;
        assert_eq!(there, "没有 HQ2026-0001 这份会签,或者它不归您所在的股室。用 /会签 列表 查看。");
        assert_eq!(there.replace("0001", "0099"), office.says("王芳", &format!("/会签 {verb} 99")).await);
    }
    assert!(office.says("王芳", "/会签 登记外送 1 文件=甲.csv 方式=邮件").await.starts_with("没有 HQ2026-0001 这份会签"));
    insta::assert_snapshot!(office.says("孙丽", "/会签 导出 1").await, @"HQ2026-0001 由社保股或财政信息中心提供,您可以查看。");
    insta::assert_snapshot!(office.says("李国强", "/会签 批准 1").await, @"这个命令由领导小组办公室有“审批”权限的人使用。");
    assert_eq!(office.says("路人", "/会签 列表").await, "您还没有登记为用户。请找财政信息中心办理。");
    assert_eq!(office.journal().await, before);
    assert!(outgoing(office).is_empty());
});

office_story!(nobody_consents_to_what_they_asked_for_themselves, async |office: &mut Office| {
    opens(office).await;
    insta::assert_snapshot!(office.says("郑勇", APPLY).await, @"领导小组办公室还没有能会签的其他人,申请没有人能办。请先找财政信息中心开通“审批”权限。");
    office.hires("秦岚", "lead_office", &[Query, Approve], "qinlan").await;
    office.says("郑勇", APPLY).await;
    insta::assert_snapshot!(office.says("郑勇", "/会签 批准 1").await, @"HQ2026-0001 是您自己申请的,须由领导小组办公室的另一人会签。");
    assert!(!office.says("郑勇", "/我的").await.contains("HQ2026-0001") && office.says("秦岚", "/我的").await.contains("HQ2026-0001"));

    // the other account is the same person
    let other = snowflake(1_100_000_000_000_000_101);
    account::offer(office.store(), office.clock.now(), "郑勇", "abcde-fghjk").await.unwrap();
    let Command::Bind(code) = command(office, "/绑定 abcde-fghjk") else { panic!() };
    office.app().desk.bind(Account::Discord(other), &code).await;
    let zheng = office.app().desk.known(other).await.unwrap();
    let answer = office.app().desk.act(&zheng, command(office, "/会签 批准 1")).await.to_string();
    insta::assert_snapshot!(answer, @"HQ2026-0001 是您自己申请的,须由领导小组办公室的另一人会签。");
    // and what tells of recipients stays at the terminal
    let answer = office.app().desk.act(&zheng, command(office, "/会签 查看 1")).await.to_string();
    insta::assert_snapshot!(answer, @"为保护个人信息,这个命令只能在单位内部的终端上用。请运行 jingling console 办理。");
    insta::assert_snapshot!(office.says("秦岚", "/会签 批准 1").await, @"已同意 HQ2026-0001,12月7日前可以提供,过期要重新申请。已通知申请人。");
});

office_story!(whose_rights_were_taken_back_a_moment_ago_has_none, async |office: &mut Office| {
    opens(office).await;
    office.says("张敏", APPLY).await;
    office.hires("秦岚", "lead_office", &[Query], "qinlan").await;
    let desk = &office.app().desk;
    // as the line to chat still remembers them
    let mut qin = desk.person("秦岚", Account::Console).await.unwrap();
    qin.staff.permissions.push(Approve);
    let answer = desk.act(&qin, command(office, "/会签 批准 1")).await.to_string();
    insta::assert_snapshot!(answer, @"您的权限已经变更,不能再办这件事。请找财政信息中心。");
    office.says("郑勇", "/会签 批准 1").await;
    let mut wang = desk.person("王芳", Account::Console).await.unwrap();
    wang.staff.section = "business:social_security".to_owned();
    let answer = desk.act(&wang, command(office, "/会签 导出 1")).await.to_string();
    assert_eq!(answer, "没有 HQ2026-0001 这份会签,或者它不归您所在的股室。用 /会签 列表 查看。");
    assert!(outgoing(office).is_empty());
});

office_story!(of_two_at_once_one_wins_and_the_other_is_told, async |office: &mut Office| {
    opens(office).await;
    office.hires("秦岚", "lead_office", &[Query, Approve], "qinlan").await;
    office.says("张敏", APPLY).await;
    let (one, other) = tokio::join!(office.says("郑勇", "/会签 批准 1"), office.says("秦岚", "/会签 退回 1 原因=不急"));
    let late = [&one, &other].into_iter().filter(|answer| answer.ends_with("不用再办。")).count();
    assert_eq!(late, 1, "{one}\n{other}");

    agreed(office, "预警", "本月").await;
    let (one, other) = tokio::join!(office.says("张敏", "/会签 导出 2"), office.says("吴凡", "/会签 导出 2"));
    let made = [&one, &other].into_iter().filter(|answer| answer.starts_with("已导出")).count();
    assert_eq!(made, 1, "{one}\n{other}");
    assert_eq!(outgoing(office), ["HQ2026-0002_预警_2026-11.csv"]);
    let log = office.says("孙丽", "/会签 台账").await;
    let sums: std::collections::BTreeSet<&str> = log.lines().skip(1).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(sums.len(), 1, "{log}");
});

office_story!(a_place_that_takes_no_file, async |office: &mut Office| {
    opens(office).await;
    agreed(office, "预警", "本月").await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    let elsewhere = |folder| Desk { outgoing: at(office, folder), ..office.app().desk.clone() };
    let export = "/会签 导出 1";
    std::fs::write(at(office, "文件"), "x").unwrap();
    insta::assert_snapshot!(plainly(office, &elsewhere("没有").hear("张敏", Account::Console, export).await.to_string()), @"没有 外送/没有 这个文件夹。请先建好,或换一个文件夹。没有导出。");
    insta::assert_snapshot!(plainly(office, &elsewhere("文件").hear("张敏", Account::Console, export).await.to_string()), @"外送/文件 不是文件夹。请换一个文件夹。没有导出。");
    std::fs::write(at(office, "HQ2026-0001_预警_2026-11.csv"), "别人的").unwrap();
    insta::assert_snapshot!(plainly(office, &office.says("张敏", export).await), @"外送/HQ2026-0001_预警_2026-11.csv 已经有了,没有覆盖,也没有导出。请移走它,或换一个文件夹。");
    assert_eq!(office.journal().await, before, "nothing left");
    std::fs::create_dir(at(office, "别处")).unwrap();
    let done = elsewhere("别处").hear("张敏", Account::Console, export).await.to_string();
    assert!(done.starts_with("已导出"), "{done}");
    assert_eq!(std::fs::read_to_string(at(office, "HQ2026-0001_预警_2026-11.csv")).unwrap(), "别人的");
    assert_eq!(std::fs::read_dir(at(office, "别处")).unwrap().count(), 1, "nothing half done");
});

office_story!(what_cannot_be_registered_as_having_left, async |office: &mut Office| {
    opens(office).await;
    agreed(office, "其他", "本月").await;
    office.wait_until_sent().await;
    let before = office.journal().await;
    std::fs::write(at(office, "汇总13812345678.xlsx"), "x").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", at(office, "链接")).unwrap();
    let missing = "外送文件夹 外送 里没有这个文件。请先把文件放进去,文件= 只写文件名。没有登记。";
    for (file, answer) in [
        ("没有.csv", missing),
        ("../jingling.key", missing),
        ("/etc/hostname", missing),
        ("链接", missing),
        ("汇总13812345678.xlsx", "文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。"),
    ] {
        assert_eq!(plainly(office, &office.says("张敏", &format!("/会签 登记外送 1 文件=\"{file}\" 方式=邮件")).await), answer, "{file}");
    }
    insta::assert_snapshot!(office.says("张敏", "/会签 申请 其他 本月 接收单位=省财政厅 用途=\"联系 13812345678\"").await, @"文字里好像有电话号码。请只写前三位和后四位,如 138****1234。没有保存。");
    assert_eq!(office.journal().await, before);
});
