//! What happens on the gateway's side of the line.

use std::time::Duration;

use serde_json::json;

use super::FakeDiscord;
use super::gateway::Frame;

pub struct Wire<'d>(pub(super) &'d FakeDiscord);

impl Wire<'_> {
    /// The connections break without a word.
    pub fn drops(&self) {
        self.0.world.with(|state| state.gateway.everybody(|| Frame::Cut));
    }

    pub fn asks_to_reconnect(&self) {
        self.0.world.with(|state| state.gateway.everybody(|| Frame::Tell(json!({"op": 7, "s": null, "t": null, "d": null}))));
    }

    pub fn invalidates(&self, resumable: bool) {
        self.0.world.with(|state| state.gateway.invalidates(resumable));
    }

    /// No heartbeat is answered and no event told on the connections there are.
    pub fn falls_silent(&self) {
        self.0.world.with(|state| state.gateway.falls_silent());
    }

    pub fn closes(&self, code: u16) {
        self.0.world.with(|state| state.gateway.everybody(|| Frame::Close(code)));
    }

    /// Whoever identifies is turned away, until `None`.
    pub fn refuses(&self, code: Option<u16>) {
        self.0.world.with(|state| state.gateway.refuses = code);
    }

    /// For connections from now on.
    pub fn beats_every(&self, interval: Duration) {
        self.0.world.with(|state| state.gateway.interval = interval);
    }

    /// Waits until a session is listened to.
    pub async fn connected(&self) {
        self.0.wait_for("the gateway's session", |discord| discord.gateway().listening() > 0).await;
    }

    pub fn listening(&self) -> usize {
        self.0.world.look(|state| state.gateway.listening())
    }

    pub fn connections(&self) -> usize {
        self.0.world.look(|state| state.gateway.connections())
    }

    /// How often somebody identified.
    pub fn sessions(&self) -> u32 {
        self.0.world.look(|state| state.gateway.identified)
    }

    pub fn resumed(&self) -> u32 {
        self.0.world.look(|state| state.gateway.resumed)
    }

    pub fn heartbeats(&self) -> u32 {
        self.0.world.look(|state| state.gateway.heartbeats)
    }
}
