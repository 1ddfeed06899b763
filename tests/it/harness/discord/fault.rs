//! What may go wrong between a bot and Discord, on the next requests of a kind or until it is lifted.

use axum::http::Method;

/// The kinds of requests, as a bot thinks of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum On {
    Anything,
    /// A new message in a channel.
    Sends,
    /// The change of a message in a channel.
    Edits,
    /// Messages or a channel looked up.
    Reads,
    /// The first response to an interaction.
    Callbacks,
    /// The response of an interaction looked up, changed or taken away later.
    Originals,
    /// Messages after the first response.
    FollowUps,
    Registrations,
    /// Where the gateway is.
    Gateway,
    /// The opening of a private channel.
    Dms,
    /// Who the bot is, and whatever else.
    Else,
}

impl On {
    pub fn of(method: &Method, path: &[&str]) -> On {
        match (method.as_str(), path) {
            ("POST", ["channels", _, "messages"]) => On::Sends,
            ("PATCH", ["channels", _, "messages", _]) => On::Edits,
            ("GET", ["channels", ..]) => On::Reads,
            ("POST", ["interactions", _, _, "callback"]) => On::Callbacks,
            (_, ["webhooks", _, _, "messages", _]) => On::Originals,
            ("POST", ["webhooks", _, _]) => On::FollowUps,
            (_, ["applications", _, "guilds", _, "commands", ..]) => On::Registrations,
            ("GET", ["gateway", ..]) => On::Gateway,
            ("POST", ["users", "@me", "channels"]) => On::Dms,
            _ => On::Else,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// 500, 502, 503 …: nothing was done.
    Status(u16),
    /// 429 with these seconds, for this route or for everything.
    Limited { retry_after: f64, global: bool },
    /// No answer ever comes; nothing was done.
    Hang,
    /// Done, and a 200 whose body is cut in the middle of its JSON.
    Garbage,
    /// The connection is cut before anything is done.
    CutBefore,
    /// It is done, and the connection is cut before the answer: who asks again without care doubles it.
    CutAfter,
}

#[derive(Debug, Default)]
pub struct Faults(Vec<(On, Fault, Option<u32>)>);

impl Faults {
    /// `times` of `None` lasts until it is lifted.
    pub fn inject(&mut self, on: On, fault: Fault, times: Option<u32>) {
        self.0.push((on, fault, times));
    }

    pub fn lift(&mut self) {
        self.0.clear();
    }

    /// How many are still to come, those until lifted not counted.
    pub fn left(&self) -> u32 {
        self.0.iter().filter_map(|(_, _, times)| *times).sum()
    }

    pub fn meet(&mut self, kind: On) -> Option<Fault> {
        let (_, fault, times) = self.0.iter_mut().find(|(on, _, times)| (*on == On::Anything || *on == kind) && *times != Some(0))?;
        if let Some(times) = times {
            *times -= 1;
        }
        Some(*fault)
    }
}
