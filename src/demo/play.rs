//! Plays a month of the county: each moment is sent as a signed webhook over HTTP at its simulated instant, and the clock's jobs run in between.

use chrono::NaiveDate;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

use super::county::{Delivery, Moment};
use crate::app::App;
use crate::domain::calendar::local_date;
use crate::intake::signature::{Secret, sign};

/// What was sent, and what came back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub singles: usize,
    pub batches: usize,
    pub lines: usize,
    /// Answers that were not 2xx.
    pub refused: usize,
}

/// Sends the moments in order, winding the clock; `progress` is told after each.
pub async fn play(app: &App, moments: &[Moment], secret: &str, mut progress: impl FnMut(usize)) -> anyhow::Result<Sent> {
    let secret = Secret::parse(secret)?;
    let client = Client::builder().no_proxy().build()?;
    let mut sent = Sent::default();
    let mut today: Option<NaiveDate> = None;
    for (n, moment) in moments.iter().enumerate() {
        app.clock.advance_to(moment.at);
        if today != Some(local_date(moment.at)) {
            today = Some(local_date(moment.at));
            app.jobs.run_all().await?;
        }
        let (media, body) = match &moment.body {
            Delivery::Single(event) => {
                sent.singles += 1;
                ("application/json", event.clone())
            }
            Delivery::Batch(lines) => {
                sent.batches += 1;
                sent.lines += lines.len();
                ("application/x-ndjson", lines.join("\n"))
            }
        };
        let (id, now) = (format!("demo-{n:06}"), app.clock.now().timestamp());
        let signature = sign(&secret, &id, now, body.as_bytes());
        let url = format!("http://{}/webhooks/{}", app.listen, moment.source);
        let request = client.post(url).header(CONTENT_TYPE, media).header("webhook-id", id);
        let answer = request.header("webhook-timestamp", now.to_string()).header("webhook-signature", signature).body(body).send().await?;
        sent.refused += usize::from(!answer.status().is_success());
        progress(n + 1);
    }
    Ok(sent)
}
