//! Who is believed at the machines' door: whoever signs with a live secret, at about our time.

use chrono::TimeDelta;
use jingling::app::App;
use jingling::config::Secret;

use crate::harness::{allocation, office_story, payment, secret};

const NEW_SECRET: &str = "whsec_bmV3ZXIgdGhhbiB0aGUgb3RoZXIgb25lLCBhbmQgbG9uZyBlbm91Z2g=";

office_story!(whoever_does_not_sign_rightly_is_refused_and_leaves_no_trace, async |office| {
    let before = office.journal().await;
    let right = office.delivery("treasury", payment("PZ-1", "100.00").text());
    let other = secret("budget");
    for (wrong, delivery) in [
        ("no signature", right.clone().unsigned()),
        ("an empty one", right.clone().signed_as("")),
        ("no version", right.clone().signed_as("aGVsbG8=")),
        ("another's secret", right.clone().signed_with(&other)),
        ("junk", right.clone().signed_as("v1,!!! v2,abc v1a,def")),
        ("a source nobody knows", right.clone().to("nobody")),
        ("another source's door", right.clone().to("budget")),
        ("an id of two words", right.clone().under("a b")),
        ("an endless id", right.clone().under(&"x".repeat(201))),
    ] {
        assert_eq!(office.sends(&delivery).await.told(), "401 bad-signature", "{wrong}");
        assert_eq!(office.sends(delivery.batch()).await.told(), "401 bad-signature", "{wrong}, as a batch");
    }
    assert_eq!(office.journal().await, before);
    assert_eq!(office.quarantine().await, 0);
});

office_story!(a_time_that_is_not_ours_is_refused, async |office| {
    let before = office.journal().await;
    let now = office.clock.now().timestamp();
    let right = office.delivery("treasury", payment("PZ-1", "100.00").text());
    for timestamp in [
        (now - 301).to_string(),
        (now + 301).to_string(),
        i64::MIN.to_string(),
        i64::MAX.to_string(),
        "99999999999999999999999".to_owned(),
        format!("{now}.5"),
        format!("{now}.0"),
        format!("+{now}"),
        "-1".to_owned(),
        "soon".to_owned(),
    ] {
        // each is signed rightly: it is the time itself that is refused
        assert_eq!(office.sends(right.clone().dated(&timestamp)).await.told(), "401 stale-timestamp", "{timestamp}");
    }
    assert_eq!(office.journal().await, before);
    for (n, timestamp) in [now - 300, now + 300].into_iter().enumerate() {
        let delivery = office.delivery("treasury", payment(&format!("PZ-{n}"), "100.00").text());
        assert_eq!(office.sends(delivery.dated(timestamp)).await.told(), "200 accepted", "{timestamp}");
    }
    // the same bytes again after ten minutes: signed too long ago, whatever they say
    office.wind(TimeDelta::minutes(10));
    assert_eq!(office.sends(right).await.told(), "401 stale-timestamp");
    office.allocates(allocation("ZB-1", "1000.00")).await;
});

office_story!(
    while_a_secret_is_rotated_either_is_taken,
    |config| {
        let treasury = config.sources.iter_mut().find(|source| source.name == "treasury").unwrap();
        treasury.secrets.push(Secret::new(NEW_SECRET.to_owned()));
    },
    async |office| {
        office.allocates(allocation("ZB-1", "1000.00")).await;
        let old = office.delivery("treasury", payment("PZ-1", "100.00").text());
        assert_eq!(office.sends(old).await.told(), "200 accepted");
        let new = office.delivery("treasury", payment("PZ-2", "200.00").text());
        assert_eq!(office.sends(new.signed_with(NEW_SECRET)).await.told(), "200 accepted");
        let neither = office.delivery("treasury", payment("PZ-3", "300.00").text());
        assert_eq!(office.sends(neither.signed_with("whsec_c29tZXRoaW5nIGVsc2UgYWx0b2dldGhlcg==")).await.told(), "401 bad-signature");
    }
);

office_story!(with_a_secret_that_is_none_the_service_does_not_start, async |office| {
    office.stop().await;
    let mut refusals = Vec::new();
    for weak in ["", "whsec_", "whsec_AAAA", "swordfish"] {
        let mut config = office.config.clone();
        config.sources[0].secrets.push(Secret::new(weak.to_owned()));
        refusals.push(App::start(&config, office.clock.clone()).await.unwrap_err().to_string());
    }
    insta::assert_snapshot!(refusals.join("\n"), @r"
    来源 treasury 的密钥不能用:密钥应以 whsec_ 开头
    来源 treasury 的密钥不能用:密钥太短,至少 16 个字节
    来源 treasury 的密钥不能用:密钥太短,至少 16 个字节
    来源 treasury 的密钥不能用:密钥应以 whsec_ 开头
    ");
    office.start().await;
    let mut config = office.config.clone();
    config.sources[0].secrets.clear();
    let unguarded = App::start(&config, office.clock.clone()).await.unwrap();
    let delivery = office.delivery("treasury", payment("PZ-1", "1.00").text());
    assert_eq!(office.door_of(&unguarded).sends(delivery.signed_as("")).await.told(), "401 bad-signature", "no secret at all lets nobody in");
    unguarded.stop().await;
});
