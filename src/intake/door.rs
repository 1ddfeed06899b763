//! The door itself: `POST /webhooks/{source}`. A handler only ever meets a delivery whose signature held.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tracing::{error, info};

use super::batch::{Batches, spool};
use super::event::Malformed;
use super::group::Queue;
use super::openapi;
use super::problem::{MEDIA_TYPE, Problem};
use super::signature::{Checker, Presented, Secret};
use super::take::{Answer, Incoming, read};
use crate::clock::Clock;
use crate::keys::Keyring;
use crate::metrics::Metrics;
use crate::store::audit::hex;
use crate::store::event::{Delivered, Raw};

/// Batches that are read at the same time; more are asked to come back.
const BATCHES: usize = 2;
const RETRY: u32 = 5;
/// Events of one source that may wait at a time: their bodies are what fills memory, and one source is not to crowd out the others.
const IN_FLIGHT: usize = 256;
/// A batch may take this many times as long to arrive as an event.
const BATCH_PATIENCE: u32 = 10;

/// What one caller may take of the service.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub event_bytes: usize,
    pub batch_bytes: u64,
    /// To read one request.
    pub read_timeout: Duration,
}

/// A source and its place at the door.
#[derive(Debug)]
struct Caller {
    secrets: Vec<Secret>,
    places: Semaphore,
}

/// What stands behind the door.
#[derive(Debug)]
pub struct Door {
    sources: HashMap<String, Caller>,
    pub keys: Arc<Keyring>,
    pub clock: Clock,
    pub queue: Queue,
    pub batches: Batches,
    pub limits: Limits,
    pub metrics: Arc<Metrics>,
    reading: Semaphore,
}

impl Door {
    /// A door for these sources, by name, each with its live secrets.
    pub fn new(sources: HashMap<String, Vec<Secret>>, queue: Queue, batches: Batches, limits: Limits, metrics: Arc<Metrics>) -> Door {
        let (keys, clock) = (Arc::clone(&batches.store.keys), batches.clock.clone());
        let caller = |secrets| Caller { secrets, places: Semaphore::new(IN_FLIGHT) };
        let sources = sources.into_iter().map(|(name, secrets)| (name, caller(secrets))).collect();
        Door { sources, keys, clock, queue, batches, limits, metrics, reading: Semaphore::new(BATCHES) }
    }

    /// `POST /webhooks/{source}` and `GET /openapi.json`.
    pub fn router(self) -> Router {
        let describe = || async { axum::Json(openapi::document()) };
        Router::new().route("/webhooks/{source}", post(webhook)).route("/openapi.json", get(describe)).with_state(Arc::new(self))
    }

    /// Believes the headers so far as they can be believed before the body is read.
    fn admit(&self, source: &str, headers: &HeaderMap) -> Result<(&Caller, Presented, Checker), Problem> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        // a source nobody knows is answered like a wrong signature: a stranger learns nothing
        let caller = self.sources.get(source).ok_or_else(Problem::bad_signature)?;
        let presented = Presented::parse(text("webhook-id"), text("webhook-timestamp"), text("webhook-signature"))?;
        let checker = Checker::new(&caller.secrets, &presented, self.clock.now().timestamp())?;
        Ok((caller, presented, checker))
    }

    async fn single(&self, source: String, caller: &Caller, presented: Presented, mut checker: Checker, body: Body) -> Result<Answer, Problem> {
        let reading = timeout(self.limits.read_timeout, to_bytes(body, self.limits.event_bytes));
        let bytes: Bytes = reading.await.map_err(|_| Problem::too_slow())?.map_err(|e| self.unread(&e))?;
        checker.feed(&bytes);
        checker.finish()?;
        // only now: whoever cannot sign takes nobody's place
        let _place = caller.places.try_acquire().map_err(|_| Problem::too_many_requests(RETRY))?;
        let reading = read(&source, &bytes, &self.keys);
        let delivered =
            Delivered { source, webhook_id: presented.id, digest: hex(&self.keys.commit(&bytes)[..16]), lines: vec![Raw::new(&bytes)], chunk: None };
        let incoming = Incoming::new(delivered, vec![reading], self.clock.now()).map_err(|_| Problem::busy(RETRY))?;
        Ok(self.queue.take(incoming).await)
    }

    fn unread(&self, failure: &axum::Error) -> Problem {
        let too_large = std::error::Error::source(failure).is_some_and(|e| e.is::<http_body_util::LengthLimitError>());
        if too_large {
            Problem::too_large(self.limits.event_bytes as u64)
        } else {
            Problem::malformed(&Malformed::new("", "内容没有传完,请重新发送"))
        }
    }

    async fn batch(&self, source: String, presented: Presented, checker: Checker, body: Body) -> Result<Answer, Problem> {
        let _reading = self.reading.try_acquire().map_err(|_| Problem::busy(RETRY))?;
        let reading = timeout(self.limits.read_timeout * BATCH_PATIENCE, spool(body, checker, &self.keys, self.limits.batch_bytes));
        let spooled = reading.await.map_err(|_| Problem::too_slow())??;
        let (batches, id) = (self.batches.clone(), presented.id);
        // from here on it belongs to the service, even if the caller hangs up
        let work = tokio::spawn(async move { batches.take(&source, &id, spooled).await.map_err(|failure| (failure, id)) });
        match work.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err((failure, _))) if failure.is_full() => Err(Problem::storage_full(60)),
            Ok(Err((failure, id))) => {
                error!(failure = %failure, webhook_id = id, "intake: batch {id} could not be taken in");
                Err(Problem::busy(60))
            }
            Err(_) => Err(Problem::busy(60)),
        }
    }
}

async fn webhook(State(door): State<Arc<Door>>, Path(source): Path<String>, request: Request) -> Response {
    let started = std::time::Instant::now();
    let kind = media_type(request.headers());
    let response = respond(&door, source, kind, request).await;
    door.metrics.answered(kind.name(), response.status().as_u16(), started.elapsed());
    response
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MediaType {
    Event,
    Batch,
    Other,
}

impl MediaType {
    const fn name(self) -> &'static str {
        match self {
            MediaType::Event => "event",
            MediaType::Batch => "batch",
            MediaType::Other => "other",
        }
    }
}

fn media_type(headers: &HeaderMap) -> MediaType {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    match value.split(';').next().unwrap_or("").trim().to_ascii_lowercase().as_str() {
        "application/json" => MediaType::Event,
        "application/x-ndjson" => MediaType::Batch,
        _ => MediaType::Other,
    }
}

async fn respond(door: &Door, source: String, kind: MediaType, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let result = match door.admit(&source, &parts.headers) {
        Err(refusal) => Err(refusal),
        Ok((caller, presented, checker)) => match kind {
            MediaType::Event => door.single(source, caller, presented, checker, body).await,
            MediaType::Batch => door.batch(source, presented, checker, body).await,
            MediaType::Other => Err(Problem::unsupported_media_type()),
        },
    };
    match result {
        Ok(answer) => respond_with(answer, kind),
        Err(refusal) => {
            info!(status = refusal.status, "intake: a delivery was answered {}", refusal.status);
            refusal.into_response()
        }
    }
}

fn respond_with(answer: Answer, kind: MediaType) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let media = match (status.is_success(), kind) {
        (true, MediaType::Batch) => "application/x-ndjson",
        (true, MediaType::Event | MediaType::Other) => "application/json",
        (false, _) => MEDIA_TYPE,
    };
    let mut response = (status, [(header::CONTENT_TYPE, media)], answer.body).into_response();
    if let Some(seconds) = answer.retry_after {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
