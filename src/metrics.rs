//! Metrics (指标量), for whoever watches the machine. Nothing personal: counts, sizes and times only.

use std::sync::Mutex;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

use crate::domain::WarningState;
use crate::store::delivery::Channel;
use crate::store::{Store, StoreError, delivery, journal, receipt, warning};
use crate::troubles::Troubles;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    kind: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Standing {
    of: String,
    status: String,
}

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Mutex<Registry>,
    answers: Family<Answered, Counter>,
    seconds: Histogram,
    warnings: Family<Standing, Gauge>,
    deliveries: Family<Standing, Gauge>,
    quarantined: Gauge,
    journal: Gauge,
    troubles: Gauge,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let mut registry = Registry::with_prefix("jingling");
        let (answers, warnings, deliveries) = (Family::default(), Family::default(), Family::default());
        let seconds = Histogram::new(exponential_buckets(0.0005, 2.0, 16));
        let (quarantined, journal, troubles) = (Gauge::default(), Gauge::default(), Gauge::default());
        registry.register("webhook_answers", "Webhook requests by kind and status", Family::clone(&answers));
        registry.register("webhook_seconds", "Time to answer a webhook request", Histogram::clone(&seconds));
        registry.register("warnings", "Warnings by state", Family::clone(&warnings));
        registry.register("deliveries", "Deliveries by channel and status", Family::clone(&deliveries));
        registry.register("quarantined", "Deliveries and lines in quarantine", Gauge::clone(&quarantined));
        registry.register("journal_entries", "Entries in the journal", Gauge::clone(&journal));
        registry.register("troubles", "What is wrong, as /readyz tells it", Gauge::clone(&troubles));
        Metrics { registry: Mutex::new(registry), answers, seconds, warnings, deliveries, quarantined, journal, troubles }
    }
}

impl Metrics {
    /// A webhook request was answered.
    pub fn answered(&self, kind: &'static str, status: u16, took: Duration) {
        self.answers.get_or_create(&Answered { kind, status }).inc();
        self.seconds.observe(took.as_secs_f64());
    }

    /// The text that a scraper reads; what stands in the database is counted now.
    pub async fn scrape(&self, store: &Store, troubles: &Troubles) -> Result<String, StoreError> {
        let warnings = warning::counts(store).await?;
        for state in WarningState::ALL {
            // what stands at none any more must say so, not keep its last count
            let count = warnings.iter().find(|(counted, _)| *counted == state).map_or(0, |(_, count)| *count);
            self.warnings.get_or_create(&Standing { of: "warning".to_owned(), status: state.code().to_owned() }).set(count);
        }
        let deliveries = delivery::counts(store).await?;
        for channel in Channel::ALL {
            for status in delivery::STATUSES {
                let count = deliveries.iter().find(|(on, at, _)| on == channel.code() && at == status).map_or(0, |(_, _, count)| *count);
                self.deliveries.get_or_create(&Standing { of: channel.code().to_owned(), status: status.to_owned() }).set(count);
            }
        }
        self.quarantined.set(receipt::quarantined(store).await?);
        self.journal.set(journal::head(store).await?.map_or(0, |(seq, _)| seq));
        self.troubles.set(i64::try_from(troubles.all().len()).unwrap_or(i64::MAX));
        let mut text = String::new();
        if let Ok(registry) = self.registry.lock() {
            let _ = encode(&mut text, &registry);
        }
        Ok(text)
    }
}
