//! `/预警 配合|跟踪|督办|更正|重开`: each has a file of its own.

use commands::Handling;

use super::{Actor, Declined, Desk, Reply, moves};
use crate::store::{Entry, StoreError, Turn};
use crate::watch::Orders;

pub(super) async fn act(desk: &Desk, actor: &Actor, handling: Handling) -> Result<Reply, Declined> {
    match handling {
        Handling::Engage(engage) => moves::act(desk, actor, &engage).await,
        Handling::Urge(urge) => moves::act(desk, actor, &urge).await,
        Handling::Follow(follow) => moves::act(desk, actor, &follow).await,
        Handling::Reopen(reopen) => moves::act(desk, actor, &reopen).await,
        Handling::Amend(amend) => moves::act(desk, actor, &amend).await,
    }
}

pub(super) async fn replay(turn: &mut Turn, orders: &Orders, entry: &Entry, handling: &Handling) -> Result<(), StoreError> {
    match handling {
        Handling::Engage(engage) => moves::replay(turn, orders, entry, engage).await,
        Handling::Urge(urge) => moves::replay(turn, orders, entry, urge).await,
        Handling::Follow(follow) => moves::replay(turn, orders, entry, follow).await,
        Handling::Reopen(reopen) => moves::replay(turn, orders, entry, reopen).await,
        Handling::Amend(amend) => moves::replay(turn, orders, entry, amend).await,
    }
}
