//! A server that is down, slow, silent, full of refusals or not what it says: nothing is lost, nothing told wrongly.

use std::time::Duration;

use chrono::TimeDelta;
use jingling::config::Secret;
use jingling::config::smtp::Security;
use jingling::delivery::email::Smtp;
use jingling::troubles::Troubles;

use super::{overspends, reasons, refused_for_now, told_in_chat, trouble, troubles};
use crate::harness::{MailServer, Mood, office_story};

office_story!(what_the_server_will_never_take_is_parked_and_listed, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    office.parked = 2;
    server.is(Mood::KnowsNobody);
    overspends(office, 1).await;
    office.wait_until_sent().await;
    assert_eq!(reasons(office).await, ["parked 邮件服务器拒收,收件地址不通(550 5.1.1)"; 2]);
    insta::assert_snapshot!(office.inspects("/readyz").await.body, @r"
    ready
    delivery: 有 2 件通知或邮件被退回,不再重发。用 /投递 列表 查看,并核对收件人。
    ");
    insta::assert_snapshot!(office.says("吴凡", "/投递 列表").await, @r"
    聊天 已送达 1 件
    邮件 已搁置 2 件
    邮件 排队于 11-23 10:00  已搁置  已试 1 次 YJ2026-000001
    邮件 排队于 11-23 10:00  已搁置  已试 1 次 YJ2026-000001
    ");
    server.is(Mood::RefusesContent);
    office.parked = 4;
    overspends(office, 2).await;
    office.wait_until_sent().await;
    assert_eq!(reasons(office).await[2..], ["parked 邮件服务器拒收,信件不合其规定(554 5.7.1)"; 2]);
    assert!(!troubles(office).await.contains("mail:"), "a letter that is not taken is no trouble with the server");
    assert!(server.mailbox().all().is_empty());
    assert!(server.connections() <= 2, "who is refused in words goes on: {} connections", server.connections());
});

office_story!(a_server_that_says_later_is_asked_later, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    server.is(Mood::Greylists);
    overspends(office, 1).await;
    assert_eq!(refused_for_now(office, 2).await, "queued 邮件服务器请稍后再发(451 4.7.1)");
    assert_eq!(troubles(office).await, "ready\n");
    let met = server.connections();
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(server.connections(), met, "not before its time");
    server.is(Mood::Well);
    office.waits_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 2);
});

office_story!(a_server_that_is_down_loses_nothing_and_holds_up_nobody, async |office| {
    let mut server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    server.goes_down().await;
    overspends(office, 1).await;
    let told = refused_for_now(office, 1).await;
    assert!(
        told.starts_with("queued 连不上邮件服务器 127.0.0.1:") && told.ends_with("或连接中断。请检查网络,核对 mail.smtp 的 host、port 和 security。"),
        "{told}"
    );
    assert!(troubles(office).await.starts_with("ready\nmail: 连不上邮件服务器 127.0.0.1:"), "{}", troubles(office).await);
    assert!(office.inspects("/metrics").await.body.contains("jingling_troubles 1"));
    told_in_chat(office, "🔴 红灯预警 YJ2026-000001").await;
    office.restart().await;
    server.comes_up().await;
    office.waits_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 2);
    assert_eq!(troubles(office).await, "ready\n");
});

office_story!(a_server_that_falls_silent_after_the_content_is_tried_again, |config| config.server.shutdown_timeout_secs = 1, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    office.config.mail.smtp.timeout_secs = 4;
    office.restart().await;
    server.is(Mood::HangsAfterContent);
    overspends(office, 1).await;
    insta::assert_snapshot!(refused_for_now(office, 1).await, @"queued 邮件服务器 127.0.0.1 在 4 秒内没有答完。请检查网络,核对 mail.smtp 的 port 和 security;服务器确实慢,就加大 timeout_secs。");
    assert!(troubles(office).await.contains("mail: 邮件服务器 127.0.0.1 在 4 秒内没有答完"));
    assert_eq!(server.connections(), 1, "the second letter is not tried on a server that does not answer");
    // while it hangs again, chat goes on and the service stops in its time
    office.config.mail.smtp.timeout_secs = 90;
    office.restart().await;
    office.wind(TimeDelta::hours(2));
    server.was_met(2).await;
    overspends(office, 2).await;
    told_in_chat(office, "🔴 红灯预警 YJ2026-000002").await;
    tokio::time::timeout(Duration::from_secs(10), office.stop()).await.expect("it stops within its time");
    server.is(Mood::Well);
    office.start().await;
    office.waits_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 4);
    assert_eq!(troubles(office).await, "ready\n");
});

office_story!(a_letter_whose_answer_was_lost_comes_again_as_the_same, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    server.is(Mood::CutsAfterContent);
    overspends(office, 1).await;
    refused_for_now(office, 1).await;
    server.is(Mood::Well);
    office.waits_until_sent().await;
    let mailbox = server.mailbox();
    let twice = mailbox.of("liguoqiang@huoshan.example");
    assert_eq!(twice.len(), 2, "it was kept, and nobody was told");
    assert_eq!((&twice[0].message_id, twice[0].header("Date"), &twice[0].text), (&twice[1].message_id, twice[1].header("Date"), &twice[1].text));
    assert_eq!(mailbox.of("zhangmin@huoshan.example").len(), 1);
});

office_story!(a_server_that_cannot_prove_who_it_is_gets_nothing, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    let own = std::mem::take(&mut office.config.mail.smtp.ca_file);
    office.restart().await;
    overspends(office, 1).await;
    insta::assert_snapshot!(refused_for_now(office, 1).await, @"queued 邮件服务器 127.0.0.1 的证书不是可信的机构签发的。单位自己签发的,请把根证书写进 mail.smtp 的 ca_file。信没有发出。");
    // trusted, but for another name
    office.config.mail.smtp.ca_file = own;
    office.config.mail.smtp.host = "localhost".to_owned();
    office.restart().await;
    office.wind(TimeDelta::hours(2));
    insta::assert_snapshot!(trouble(office, "localhost").await, @r"
    ready
    mail: 邮件服务器 localhost 的证书上面的名称与 mail.smtp 的 host 不同。请把 host 改成证书上的名称。信没有发出。
    ");
    assert!(server.mailbox().all().is_empty());
    office.config.mail.smtp.host = "127.0.0.1".to_owned();
    office.restart().await;
    office.waits_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 2);
    assert_eq!(troubles(office).await, "ready\n");
});

office_story!(what_is_wrong_with_the_settings_is_told_and_parks_no_letter, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    server.is(Mood::Busy);
    overspends(office, 1).await;
    insta::assert_snapshot!(trouble(office, "(421").await, @r"
    ready
    mail: 邮件服务器 127.0.0.1 现在不接受连接(421 4.3.2)。请问管邮件服务器的人,是否要登记本机的地址。
    ");
    server.is(Mood::RefusesSender);
    overspends(office, 2).await;
    insta::assert_snapshot!(trouble(office, "(553").await, @r"
    ready
    mail: 邮件服务器 127.0.0.1 不接受发件人(553 5.7.1)。请核对 mail.from 是不是登录用户自己的地址,以及是否要登录。
    ");
    server.wants_password("another");
    server.is(Mood::Well);
    overspends(office, 3).await;
    insta::assert_snapshot!(trouble(office, "(535").await, @r"
    ready
    mail: 邮件服务器 127.0.0.1 不认登录的用户名或口令(535 5.7.8)。请核对 mail.smtp 的 user 和口令。
    ");
    office.config.mail.smtp.password = Some(Secret::new("another".to_owned()));
    office.restart().await;
    office.waits_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 6);
    assert_eq!(troubles(office).await, "ready\n");
});

office_story!(a_server_without_what_is_asked_of_it_gets_nothing, async |office| {
    let server = MailServer::open(Security::Plain).await;
    office.posts_by(&server).await;
    office.config.mail.smtp.security = Security::Starttls;
    office.restart().await;
    overspends(office, 1).await;
    insta::assert_snapshot!(refused_for_now(office, 1).await, @"queued 邮件服务器 127.0.0.1 没有提供 STARTTLS,信没有发出。请核对 mail.smtp 的 port,或把 security 改为 tls。");
    office.config.mail.smtp.security = Security::Plain;
    server.offers("CRAM-MD5");
    office.restart().await;
    office.wind(TimeDelta::hours(2));
    insta::assert_snapshot!(trouble(office, "口令登录").await, @r"
    ready
    mail: 邮件服务器 127.0.0.1 没有提供口令登录(PLAIN、LOGIN)。请核对 mail.smtp 的 port 和 security;不用登录的,把 user 空着。
    ");
    server.offers("PLAIN");
    office.waits_until_sent().await;
    assert_eq!(server.mailbox().all().len(), 2);
});

office_story!(whoever_sets_it_up_can_try_the_server_without_a_letter, async |office| {
    let server = MailServer::open(Security::Starttls).await;
    office.posts_by(&server).await;
    let tried = async |settings| Smtp::new(settings, Troubles::default()).unwrap().probe().await;
    assert_eq!(tried(&office.config.mail.smtp).await, Ok(()));
    server.wants_password("another");
    insta::assert_snapshot!(tried(&office.config.mail.smtp).await.unwrap_err(), @"邮件服务器 127.0.0.1 不认登录的用户名或口令(535 5.7.8)。请核对 mail.smtp 的 user 和口令。");
    assert!(server.mailbox().all().is_empty());
});
