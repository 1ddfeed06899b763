//! Delivery (投递): the outbox is worked off here. One folder a channel; a dead channel never holds up another.

pub mod card;
pub mod console;
pub mod discord;
pub mod email;
pub mod note;
pub mod why;
pub mod worker;
