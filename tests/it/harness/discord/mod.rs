//! A Discord of our own: REST v10 and gateway v10 on 127.0.0.1, which knows nothing of the bot's library and nothing of the service.
//!
//! ```ignore
//! let discord = FakeDiscord::open().await;                       // the bot is given discord.url(), discord.token(), discord.guild()
//! let section = discord.channel("社保股");                        // made if it is new; its id
//! let zhang = discord.member("张敏");                             // zhang.id, zhang.mention(), zhang.at("社保股"), zhang.in_private()
//!
//! // what people do: each verb waits for the answer and never panics for a missing one – that prints as `(did not respond)`
//! let answer = zhang.says("/预警 详情 编号=1").await;              // only what is REGISTERED can be said; a wrong option is a panic that says why
//! zhang.types("/预警 详情", "编号", "12").await;                  // Vec<String>: the names of the choices
//! let message = discord.message("社保股", |m| m.content.contains("YJ2026-000001")).await;   // waits for it
//! let form = zhang.presses(&message, "核实").await;
//! zhang.fills(&form, &[("情况", "已核实")]).await;                 // fills_carelessly: without the client's checks
//! zhang.selects(&answer, "核实结论", &["正常"]).await;
//! let [one, other] = zhang.presses_twice(&message, "认领").await;
//! zhang.at("社保股").writes("大家看一下");                          // talk between the bot's own messages
//! insta::assert_snapshot!(answer, @"(only you) …");              // also answer.ephemeral(), answer.modal(), answer.as_ref(): &Message; zhang.sees(&answer): as it is by now
//!
//! // what is to be seen
//! discord.messages("社保股");                                     // Vec<Message>: Display, .edits, .reply_to, .pings, .buttons(), .record (as sent)
//! discord.private_messages(&zhang);
//! discord.wait_for("two messages", |discord| discord.messages("社保股").len() == 2).await;
//! discord.commands(); discord.registrations();                   // names; how often they were put
//! discord.requests();                                            // ["POST /channels/1/messages 200", …]
//! discord.limited(); discord.too_early();                        // 429 given; those the bot could have known of
//!
//! // what goes wrong
//! discord.fails(On::Sends, Fault::Status(503), 2);               // the next two; fails_until_lifted(…), lifts()
//! discord.fails(On::Sends, Fault::CutAfter, 1);                  // sent, but the bot never hears of it
//! discord.limits(On::Sends, 5, Duration::from_secs(1));          // per channel; On::Anything: over everything
//! discord.waits_for_responses(Duration::from_millis(200));        // for the first response; 3 s otherwise
//! discord.tokens_expire(); discord.nonces_expire(); discord.grows_old(&message); discord.resets_token();
//! discord.forbids("社保股"); discord.hides("社保股"); discord.allows("社保股"); discord.deletes_channel("社保股"); discord.deletes(&message);
//! discord.gateway().drops();                                     // asks_to_reconnect, invalidates(resumable), falls_silent, refuses(4014), beats_every
//! discord.gateway().connected().await;                           // waits; .sessions() identified, .resumed(), .heartbeats()
//!
//! // Whatever Discord would refuse as the bot's own mistake (50035, 40060, an unknown route …) panics when `discord` is dropped.
//! assert!(discord.takes_objections()[0].contains("BASE_TYPE_BAD_LENGTH"));    // unless it was expected
//! ```

mod commands;
mod door;
mod fault;
mod gateway;
mod interactions;
mod judge;
mod line;
mod messages;
mod person;
mod rates;
mod refusal;
mod rest;
mod shapes;
mod shown;
mod state;
mod wire;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use gateway::Frame;
use person::PATIENCE;
use state::{Access, Channel, State, World};

pub use fault::{Fault, On};
pub use person::Person;
pub use shown::{Answer, Message, Part};
pub use wire::Wire;

pub struct FakeDiscord {
    world: Arc<World>,
    door: JoinHandle<()>,
}

impl FakeDiscord {
    pub async fn open() -> FakeDiscord {
        FakeDiscord::open_at(([127, 0, 0, 1], 0).into()).await
    }

    pub async fn open_at(address: SocketAddr) -> FakeDiscord {
        let listener = TcpListener::bind(address).await.unwrap();
        let world = Arc::new(World::new(listener.local_addr().unwrap()));
        world.with(|state| state.gateway.url = format!("ws://{}", world.address));
        let door = tokio::spawn(door::serve(listener, world.clone()));
        FakeDiscord { world, door }
    }

    /// In the place of `https://discord.com`.
    pub fn url(&self) -> String {
        format!("http://{}", self.world.address)
    }

    pub fn token(&self) -> String {
        self.world.look(|state| state.token.clone())
    }

    pub fn guild(&self) -> u64 {
        self.world.look(|state| state.guild)
    }

    /// The id of the bot's user and of its application.
    pub fn bot(&self) -> u64 {
        self.world.look(|state| state.bot)
    }

    pub fn channel(&self, name: &str) -> u64 {
        let known = self.world.look(|state| state.channels.iter().find(|channel| channel.dm.is_none() && channel.name == name).map(|channel| channel.id));
        known.unwrap_or_else(|| self.world.with(|state| state.channel_named(name).id))
    }

    pub fn member(&self, name: &str) -> Person {
        let (id, channel) = self.world.with(|state| (state.member(name), state.channel_named("大厅").id));
        Person { world: self.world.clone(), id, name: name.to_owned(), channel }
    }

    // what is to be seen

    /// What everybody in the channel sees, the oldest first.
    pub fn messages(&self, channel: &str) -> Vec<Message> {
        self.messages_where(|place| place.dm.is_none() && place.name == channel)
    }

    pub fn private_messages(&self, person: &Person) -> Vec<Message> {
        self.messages_where(|place| place.dm == Some(person.id))
    }

    fn messages_where(&self, is_there: impl Fn(&Channel) -> bool) -> Vec<Message> {
        self.world.look(|state| {
            let place = state.channels.iter().find(|place| is_there(place)).map(|place| place.id);
            let seen = state.messages.iter().filter(|record| Some(record.channel) == place && record.only_for.is_none());
            seen.map(|record| Message::of(state, record)).collect()
        })
    }

    /// The first message in a channel that is so, now or soon.
    pub async fn message(&self, channel: &str, is_so: impl Fn(&Message) -> bool) -> Message {
        self.wait_for(&format!("the message in {channel}"), |discord| discord.messages(channel).iter().any(&is_so)).await;
        self.messages(channel).into_iter().find(is_so).unwrap()
    }

    /// Waits until it is so.
    ///
    /// # Panics
    /// When it is not in time, and shows what there is.
    pub async fn wait_for(&self, what: &str, is_so: impl Fn(&FakeDiscord) -> bool) {
        let mut changes = self.world.changes();
        let waited = tokio::time::timeout(PATIENCE, async {
            while !is_so(self) {
                changes.changed().await.unwrap();
            }
        });
        if waited.await.is_err() {
            panic!("waited in vain for {what}\n{}", self.world.look(State::story));
        }
    }

    /// The names of the registered commands.
    pub fn commands(&self) -> Vec<String> {
        self.registered().iter().map(|command| command["name"].as_str().unwrap().to_owned()).collect()
    }

    /// The commands as they were registered.
    pub fn registered(&self) -> Vec<Value> {
        self.world.look(|state| state.commands.clone())
    }

    /// A command as a client still knows it from before, in the place of the registered one.
    pub fn remembers(&self, command: Value) {
        self.world.with(|state| {
            state.commands.retain(|known| known["name"] != command["name"]);
            state.commands.push(command);
        });
    }

    pub fn registrations(&self) -> u32 {
        self.world.look(|state| state.registrations)
    }

    /// Every request and what it came to, without its query.
    pub fn requests(&self) -> Vec<String> {
        self.world.look(|state| state.requests.clone())
    }

    /// How many 429 were given, injected ones among them.
    pub fn limited(&self) -> u32 {
        self.world.look(|state| state.rates.given)
    }

    /// How many requests came although their refusal had been announced.
    pub fn too_early(&self) -> u32 {
        self.world.look(|state| state.rates.early)
    }

    /// What Discord refused as the bot's own mistake.
    pub fn objections(&self) -> Vec<String> {
        self.world.look(|state| state.objections.clone())
    }

    /// The same, expected: the story may end well.
    pub fn takes_objections(&self) -> Vec<String> {
        self.world.with(|state| std::mem::take(&mut state.objections))
    }

    // what goes wrong

    pub fn limits(&self, on: On, requests: u32, per: Duration) {
        self.world.with(|state| state.rates.limit(on, requests, per));
    }

    pub fn fails(&self, on: On, fault: Fault, times: u32) {
        self.world.with(|state| state.faults.inject(on, fault, Some(times)));
    }

    pub fn fails_until_lifted(&self, on: On, fault: Fault) {
        self.world.with(|state| state.faults.inject(on, fault, None));
    }

    pub fn lifts(&self) {
        self.world.with(|state| state.faults.lift());
    }

    /// How many of the counted faults have not been met.
    pub fn faults_left(&self) -> u32 {
        self.world.look(|state| state.faults.left())
    }

    /// How long an interaction waits for its first response: three seconds, as Discord has it, unless a story has less time or a machine is slow.
    pub fn waits_for_responses(&self, patience: Duration) {
        self.world.with(|state| state.first_response = patience);
    }

    /// A quarter of an hour passes for every interaction there is.
    pub fn tokens_expire(&self) {
        self.world.with(|state| state.interactions.iter_mut().for_each(|interaction| interaction.expired = true));
    }

    /// Some minutes pass: a nonce seen before is new again.
    pub fn nonces_expire(&self) {
        self.world.with(|state| state.nonces.clear());
    }

    /// An hour passes, in which the message was changed as often as Discord allows.
    pub fn grows_old(&self, message: &Message) {
        self.world.with(|state| state.messages.iter_mut().filter(|record| record.id == message.id).for_each(|record| record.settled = true));
    }

    pub fn deletes(&self, message: &Message) {
        self.world.with(|state| state.messages.retain(|record| record.id != message.id));
    }

    /// The bot may read there, but not write.
    pub fn forbids(&self, channel: &str) {
        self.world.with(|state| state.channel_named(channel).access = Access::ReadOnly);
    }

    /// The bot does not see it any more.
    pub fn hides(&self, channel: &str) {
        self.world.with(|state| state.channel_named(channel).access = Access::Hidden);
    }

    pub fn allows(&self, channel: &str) {
        self.world.with(|state| state.channel_named(channel).access = Access::Full);
    }

    pub fn deletes_channel(&self, channel: &str) {
        self.world.with(|state| {
            let gone = state.channel_named(channel).clone();
            let json = state.channel_json(&gone);
            state.channels.retain(|channel| channel.id != gone.id);
            state.messages.retain(|record| record.channel != gone.id);
            state.gateway.dispatch(gateway::GUILDS, "CHANNEL_DELETE", &json);
        });
    }

    /// Somebody made a new token in the developer portal: the old one is worth nothing from now on.
    pub fn resets_token(&self) {
        self.world.with(|state| {
            state.token.push_str("-new");
            state.gateway.everybody(|| Frame::Close(4004));
            state.gateway.invalidates(false);
        });
    }

    /// The bot was made anew: what it wrote before is another's.
    pub fn changes_bot(&self) {
        self.world.with(|state| {
            let (before, other) = (state.bot, state.new_id());
            state.messages.iter_mut().filter(|record| record.author == before).for_each(|record| record.author = other);
        });
    }

    pub fn gateway(&self) -> Wire<'_> {
        Wire(self)
    }
}

impl Drop for FakeDiscord {
    fn drop(&mut self) {
        self.door.abort();
        self.world.with(|state| state.gateway.everybody(|| Frame::Cut));
        let objections = self.objections();
        if !std::thread::panicking() {
            assert!(objections.is_empty(), "Discord would have refused: {objections:#?}");
        }
    }
}
