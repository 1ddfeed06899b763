//! Group commit (成组提交): deliveries that wait together share a turn. One bad one hurts only itself.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use tokio::sync::{mpsc, oneshot, watch};
use tracing::error;

use super::problem::Problem;
use super::take::{Answer, Incoming, problem, take};
use crate::store::{Store, StoreError};
use crate::watch::Orders;

/// The most that share a turn.
const LARGEST: usize = 256;
/// Seconds a caller is asked to wait when the queue is full, and when the disk is.
const BUSY: u32 = 1;
const FULL: u32 = 60;

/// A delivery in the queue, and who waits for its answer.
#[derive(Debug)]
struct Waiting {
    incoming: Incoming,
    reply: oneshot::Sender<Answer>,
}

/// The way into the queue. When the last one is dropped, or the queue is closed, it is worked off and the task ends.
#[derive(Debug, Clone)]
pub struct Queue(mpsc::Sender<Waiting>);

impl Queue {
    /// A queue of at most `size` deliveries, open until `closing` changes, and the task that works it off.
    pub fn open(store: Store, orders: Arc<Orders>, size: usize, closing: watch::Receiver<bool>) -> (Queue, tokio::task::JoinHandle<()>) {
        let (sender, receiver) = mpsc::channel(size);
        (Queue(sender), tokio::spawn(work(store, orders, receiver, closing)))
    }

    /// Once queued, a delivery is taken in even if whoever sent it hangs up.
    pub async fn take(&self, incoming: Incoming) -> Answer {
        let (reply, answer) = oneshot::channel();
        if self.0.try_send(Waiting { incoming, reply }).is_err() {
            return problem(&Problem::busy(BUSY));
        }
        answer.await.unwrap_or_else(|_| problem(&Problem::busy(BUSY)))
    }

    /// For whoever asks after it.
    pub fn health(&self) -> Health {
        Health(self.0.downgrade())
    }
}

/// Whether the queue is still worked off; keeps nothing open.
#[derive(Debug, Clone)]
pub struct Health(mpsc::WeakSender<Waiting>);

impl Health {
    pub fn is_open(&self) -> bool {
        self.0.upgrade().is_some_and(|queue| !queue.is_closed())
    }
}

async fn work(store: Store, orders: Arc<Orders>, mut queue: mpsc::Receiver<Waiting>, mut closing: watch::Receiver<bool>) {
    let mut group = Vec::with_capacity(LARGEST);
    loop {
        tokio::select! {
            biased;
            taken = queue.recv_many(&mut group, LARGEST) => if taken == 0 { return },
            _ = closing.changed(), if !queue.is_closed() => {
                queue.close();
                continue;
            }
        }
        let (incoming, replies): (Vec<Incoming>, Vec<_>) = group.drain(..).map(|w| (w.incoming, w.reply)).unzip();
        for (answer, reply) in together(&store, &orders, incoming).await.into_iter().zip(replies) {
            // whoever hung up has lost nothing: the receipt answers when the delivery is sent again
            let _ = reply.send(answer);
        }
    }
}

/// Takes a group in; if that fails, halves it, down to the one that is to blame.
async fn together(store: &Store, orders: &Orders, group: Vec<Incoming>) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(group.len());
    let mut parts = vec![group];
    while let Some(mut part) = parts.pop() {
        match attempt(store, orders, &part).await {
            Ok(part_answers) => answers.extend(part_answers),
            Err(failure) if failure.is_full() => {
                error!(failure = %failure, "intake: no room left on the disk, {} deliveries refused", part.len());
                answers.extend(part.iter().map(|_| problem(&Problem::storage_full(FULL))));
            }
            Err(failure) if part.len() > 1 => {
                error!(failure = %failure, "intake: a group of {} failed and is halved", part.len());
                let second = part.split_off(part.len() / 2);
                parts.push(second);
                parts.push(part);
            }
            Err(failure) => {
                let id = part.first().map_or("", |i| i.delivered.webhook_id.as_str());
                error!(failure = %failure, webhook_id = id, "intake: delivery {id} could not be stored");
                answers.push(problem(&Problem::busy(FULL)));
            }
        }
    }
    answers
}

async fn attempt(store: &Store, orders: &Orders, group: &[Incoming]) -> Result<Vec<Answer>, StoreError> {
    let taking = async {
        let mut turn = store.turn().await?;
        let answers = take(&mut turn, orders, group).await?;
        turn.commit().await?;
        Ok(answers)
    };
    // a fault of ours in one group must not close the door for all that follow: the turn is rolled back, the group halved
    AssertUnwindSafe(taking).catch_unwind().await.unwrap_or_else(|_| Err(StoreError::BadEntry { seq: 0, reason: "a fault in the program".to_owned() }))
}
