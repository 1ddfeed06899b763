//! The made-up county's month: every defect that was planted is found, and nothing is lit that nobody planted.

use std::collections::BTreeSet;

use jingling::app::App;
use jingling::clock::Clock;
use jingling::demo::county::{County, Month, Size};
use jingling::demo::{office, play};
use jingling::store::warning::{self, Filter};

#[tokio::test(flavor = "multi_thread")]
async fn every_planted_defect_is_lit_and_no_other_rule_rings() {
    let folder = tempfile::tempdir().unwrap();
    let month = "2026-10-01".parse().unwrap();
    let county = County::generate(2026, Month::of(month), Size { payments: 200, lines: 1_200, households: 500 });
    let secret = office::secret().unwrap();
    let config = office::config(folder.path(), month, &secret).unwrap();
    let app = App::start(&config, Clock::standing_at(county.moments[0].at)).await.unwrap();
    let sent = play::play(&app, &county.moments, &secret, |_| ()).await.unwrap();
    assert_eq!(sent.refused, 0);
    app.clock.advance(chrono::TimeDelta::days(5));
    app.jobs.run_all().await.unwrap();

    // rule, level, and every number by which a warning or one of its records may be known
    let mut lit = BTreeSet::new();
    for w in warning::list(&app.store, &Filter::default(), i64::MAX).await.unwrap() {
        for item in warning::items(&app.store, w.no, i64::MAX).await.unwrap() {
            let last = item.key.rsplit('/').next().unwrap_or_default().to_owned();
            for name in [w.voucher_no.clone(), Some(last), Some(w.matter.clone()), item.key.split('/').nth(3).map(str::to_owned)].into_iter().flatten() {
                lit.insert((w.rule.clone(), item.level, name));
            }
        }
    }
    let missed: Vec<_> =
        county.plan.iter().filter(|p| p.lights.is_some_and(|(rule, level)| !lit.contains(&(rule.to_owned(), level, p.subject.clone())))).collect();
    assert!(missed.is_empty(), "planted, but not lit: {missed:#?}");
    let planted: BTreeSet<&str> = county.plan.iter().filter_map(|p| p.lights).map(|(rule, _)| rule).collect();
    let rules: BTreeSet<&str> = lit.iter().map(|(rule, ..)| rule.as_str()).collect();
    assert_eq!(rules, planted);
    app.stop().await;
}
