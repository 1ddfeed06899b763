//! An account on Discord becomes a person's own: by a one-time code, once, and nobody else's.

use chrono::TimeDelta;
use commands::{Command, parse};
use jingling::config::Snowflake;
use jingling::desk::Account;
use jingling::domain::calendar::local_date;
use jingling::store::{account, journal, staff};

use crate::harness::{Office, office_story, snowflake};

const ZHANG: u64 = 1_100_000_000_000_000_101;
const OTHER: u64 = 1_100_000_000_000_000_102;

/// An account says `/绑定 代码`.
async fn says(office: &Office, who: u64, line: &str) -> String {
    let Command::Bind(code) = parse(line, local_date(office.clock.now())).unwrap() else { panic!("{line}") };
    office.app().desk.bind(Account::Discord(snowflake(who)), &code).await.to_string()
}

/// What `jingling staff bind 姓名 --discord` does.
async fn is_given(office: &Office, name: &str, code: &str) -> Result<(), String> {
    account::offer(office.store(), office.clock.now(), name, code).await.map_err(|e| e.to_string())
}

async fn account_of(office: &Office, name: &str) -> Option<Snowflake> {
    staff::by_name(office.store(), name).await.unwrap().unwrap().discord
}

const WRONG: &str = "这个代码不对、已经用过或已过期。请核对,或请财政信息中心重新办理。";

office_story!(a_code_binds_one_account_to_one_person_once, async |office| {
    let stranger = office.app().desk.known(snowflake(ZHANG)).await.unwrap_err();
    insta::assert_snapshot!(stranger, @"您的账号还没有绑定到本人。请向财政信息中心领取一次性代码,再在这里输入 /绑定 代码。");
    assert_eq!(says(office, ZHANG, "/绑定 abcde-fghjk").await, WRONG);
    is_given(office, "张敏", "abcde-fghjk").await.unwrap();
    // typed on a telephone
    insta::assert_snapshot!(says(office, ZHANG, "/绑定 Abcdefghjk").await, @"已绑定,@张敏,您好。用 /我的 查看待办,/帮助 查看命令。");
    assert_eq!(account_of(office, "张敏").await, Some(snowflake(ZHANG)));
    let actor = office.app().desk.known(snowflake(ZHANG)).await.unwrap();
    assert_eq!((actor.staff.name.as_str(), actor.account.to_string().as_str()), ("张敏", "discord:1100000000000000101"));
    assert_eq!(says(office, OTHER, "/绑定 abcde-fghjk").await, WRONG, "used up");
    assert_eq!(
        is_given(office, "张敏", "kkkkk-kkkkk").await.unwrap_err(),
        "张敏已经绑定了一个 Discord 账号。如需更换,请先运行:jingling staff unbind 张敏 --discord"
    );
    assert_eq!(is_given(office, "路人", "kkkkk-kkkkk").await.unwrap_err(), "没有叫“路人”的用户。用 jingling staff list 查看。");
});

office_story!(an_account_of_one_person_is_not_anothers, async |office| {
    is_given(office, "张敏", "zzzzz-zzzzz").await.unwrap();
    says(office, ZHANG, "/绑定 zzzzz-zzzzz").await;
    is_given(office, "李国强", "yyyyy-yyyyy").await.unwrap();
    insta::assert_snapshot!(says(office, ZHANG, "/绑定 yyyyy-yyyyy").await, @"这个 Discord 账号已绑定给另一位用户。一人一个账号,请用您自己的账号;如需更换,请找财政信息中心先解除绑定。");
    assert_eq!(account_of(office, "李国强").await, None);
    assert!(says(office, OTHER, "/绑定 yyyyy-yyyyy").await.starts_with("已绑定,@李国强"), "the code was not spent on it");
    // unbound, the account may be bound anew, and the person too
    account::release(office.store(), office.clock.now(), "张敏").await.unwrap();
    assert!(office.app().desk.known(snowflake(ZHANG)).await.is_err(), "at once");
    assert_eq!(account::release(office.store(), office.clock.now(), "张敏").await.unwrap_err().to_string(), "张敏没有绑定 Discord 账号。");
    is_given(office, "王芳", "xxxxx-xxxxx").await.unwrap();
    assert!(says(office, ZHANG, "/绑定 xxxxx-xxxxx").await.starts_with("已绑定,@王芳"));
});

office_story!(a_code_is_good_for_half_an_hour_and_the_latest_one_only, async |office| {
    is_given(office, "张敏", "aaaaa-aaaaa").await.unwrap();
    is_given(office, "张敏", "bbbbb-bbbbb").await.unwrap();
    assert_eq!(says(office, ZHANG, "/绑定 aaaaa-aaaaa").await, WRONG);
    office.wind(TimeDelta::minutes(30) + TimeDelta::seconds(1));
    assert_eq!(says(office, ZHANG, "/绑定 bbbbb-bbbbb").await, WRONG);
    is_given(office, "张敏", "ccccc-ccccc").await.unwrap();
    office.wind(TimeDelta::minutes(30));
    assert!(says(office, ZHANG, "/绑定 ccccc-ccccc").await.starts_with("已绑定"));
});

office_story!(who_guesses_has_to_wait_longer_each_time, async |office| {
    is_given(office, "张敏", "aaaaa-aaaaa").await.unwrap();
    for _ in 0..5 {
        assert_eq!(says(office, OTHER, "/绑定 kkkkk").await, WRONG);
    }
    insta::assert_snapshot!(says(office, OTHER, "/绑定 aaaaa-aaaaa").await, @"代码输错的次数太多,请在 11-23 10:01 以后再试。");
    assert_eq!(says(office, ZHANG, "/绑定 kkkkk").await, WRONG, "another account is not held up");
    office.restart().await;
    office.wind(TimeDelta::minutes(1));
    assert_eq!(says(office, OTHER, "/绑定 kkkkk").await, WRONG);
    insta::assert_snapshot!(says(office, OTHER, "/绑定 aaaaa-aaaaa").await, @"代码输错的次数太多,请在 11-23 10:03 以后再试。");
    office.wind(TimeDelta::minutes(2));
    assert!(says(office, OTHER, "/绑定 aaaaa-aaaaa").await.starts_with("已绑定"));
});

office_story!(the_journal_tells_who_bound_which_account_and_no_code, async |office| {
    is_given(office, "张敏", "abcde-fghjk").await.unwrap();
    says(office, ZHANG, "/绑定 abcde-fghjk").await;
    let entries = journal::read(office.store(), 0, 1000).await.unwrap();
    let texts: Vec<_> = entries.iter().map(|entry| entry.open(office.store().office, &office.store().keys).unwrap()).collect();
    let last = texts.last().unwrap();
    assert_eq!((last.actor, String::from_utf8_lossy(&last.content).as_ref()), (Some(1), r#"{"setting":"account","id":1,"discord":"1100000000000000101"}"#));
    assert!(texts.iter().all(|entry| !String::from_utf8_lossy(&entry.content).contains("fghjk")));
});

office_story!(the_terminal_has_its_passphrase_and_needs_no_code, async |office| {
    assert_eq!(office.says("张敏", "/绑定 abcde-fghjk").await, "/绑定 要在 Discord 里输入,终端用口令登录。");
});
