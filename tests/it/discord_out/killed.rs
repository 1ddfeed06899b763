//! The service is killed in the middle of sending, again and again.

use std::time::Duration;

use chrono::TimeDelta;
use jingling::app::App;
use tokio::runtime::Runtime;

use super::{cash, numbers};
use crate::harness::discord::{FakeDiscord, On};
use crate::harness::{allocation, office_story};

const PAYMENTS: usize = 12;

office_story!(killed_at_any_instant_it_loses_none_and_shows_none_twice, async |office| {
    let discord = FakeDiscord::open().await;
    office.moves_to(&discord).await;
    discord.limits(On::Sends, 1, Duration::from_millis(60));
    office.allocates(allocation("ZB-1", "1000000.00")).await;
    discord.hides("社保股");
    discord.hides("公共");
    for n in 1..=PAYMENTS {
        office.pays(cash(n)).await;
    }
    office.stop().await;
    discord.allows("社保股");
    discord.allows("公共");
    for killed in 0..10_u64 {
        let doomed = Runtime::new().unwrap();
        let (config, clock, asked) = (office.config.clone(), office.clock.clone(), discord.requests().len());
        doomed.spawn(async move {
            let _app = App::start(&config, clock).await.unwrap();
            std::future::pending::<()>().await;
        });
        // each time a little later after it has begun to speak
        discord.wait_for("a request", |discord| discord.requests().len() > asked).await;
        tokio::time::sleep(Duration::from_millis(killed * 7)).await;
        doomed.shutdown_background();
        // whoever held a delivery is gone, and Discord remembers no nonce
        office.wind(TimeDelta::minutes(3));
        discord.nonces_expire();
    }
    let so_far = numbers(&discord, "社保股").len();
    assert!((1..PAYMENTS).contains(&so_far), "killed in the middle: {so_far}");
    office.start().await;
    office.wait_until_sent().await;
    let mut all = numbers(&discord, "社保股");
    all.sort_unstable();
    assert_eq!(all, (1..=PAYMENTS).collect::<Vec<_>>());
    assert!(discord.messages("公共").is_empty());
});
