//! What Discord answers when it does not do what it is asked: status, code, and for a bad body the tree of errors.

use serde_json::{Map, Value, json};

pub type Outcome = Result<(u16, Value), Refusal>;

#[derive(Debug, Clone)]
pub struct Refusal {
    pub status: u16,
    pub body: Value,
    /// A mistake of the bot's own, which must not happen whatever people and networks do.
    pub mistake: bool,
}

/// Status, code, message, and whether it is the bot's own mistake.
#[derive(Debug, Clone, Copy)]
pub struct No(u16, u64, &'static str, bool);

const fn no(status: u16, code: u64, message: &'static str) -> No {
    No(status, code, message, false)
}

const fn own(status: u16, code: u64, message: &'static str) -> No {
    No(status, code, message, true)
}

pub const UNAUTHORIZED: No = no(401, 0, "401: Unauthorized");
/// A route that Discord does not have, or that is not told here.
pub const NO_ROUTE: No = own(404, 0, "404: Not Found");
pub const UNKNOWN_CHANNEL: No = no(404, 10003, "Unknown Channel");
pub const UNKNOWN_GUILD: No = no(404, 10004, "Unknown Guild");
pub const UNKNOWN_MEMBER: No = no(404, 10007, "Unknown Member");
pub const UNKNOWN_MESSAGE: No = no(404, 10008, "Unknown Message");
pub const UNKNOWN_USER: No = no(404, 10013, "Unknown User");
pub const UNKNOWN_WEBHOOK: No = no(404, 10015, "Unknown Webhook");
pub const UNKNOWN_INTERACTION: No = no(404, 10062, "Unknown interaction");
pub const ALREADY_ACKNOWLEDGED: No = own(400, 40060, "Interaction has already been acknowledged.");
pub const MISSING_ACCESS: No = no(403, 50001, "Missing Access");
pub const NOT_THE_AUTHOR: No = own(403, 50005, "Cannot edit a message authored by another user");
pub const EMPTY_MESSAGE: No = own(400, 50006, "Cannot send an empty message");
pub const SHUT_TO_US: No = no(403, 50007, "Cannot send messages to this user");
pub const MISSING_PERMISSIONS: No = no(403, 50013, "Missing Permissions");
pub const BAD_TOKEN: No = no(401, 50027, "Invalid Webhook Token");
pub const NOT_JSON: No = own(400, 50109, "The request body contains invalid JSON.");

impl From<No> for Refusal {
    fn from(No(status, code, message, mistake): No) -> Refusal {
        Refusal { status, body: json!({"message": message, "code": code}), mistake }
    }
}

impl Refusal {
    /// Discord counts the edits of a message older than an hour as a limit: a 429 whose body bears a code.
    pub fn too_many_edits() -> Refusal {
        let body = json!({
            "message": "Maximum number of edits to messages older than 1 hour reached. Try again later.",
            "retry_after": 3600.0, "global": false, "code": 30046,
        });
        Refusal { status: 429, body, mistake: false }
    }

    pub fn unknown_reply() -> Refusal {
        let mut errors = Errors::default();
        errors.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
        Refusal { mistake: false, ..errors.refusal() }
    }
}

/// What is wrong with a body, each at its path (`components/0/components/1/custom_id`).
#[derive(Debug, Default)]
pub struct Errors(Vec<(String, String, String)>);

impl Errors {
    pub fn add(&mut self, path: impl Into<String>, code: &str, message: impl Into<String>) {
        self.0.push((path.into(), code.to_owned(), message.into()));
    }

    /// Text whose length is counted in characters, as Discord counts.
    pub fn length(&mut self, path: impl Into<String>, text: &str, least: usize, most: usize) {
        if !(least..=most).contains(&text.chars().count()) {
            self.add(path, "BASE_TYPE_BAD_LENGTH", format!("Must be between {least} and {most} in length."));
        }
    }

    /// The judgement of a library, at a path; what it says goes into the message.
    pub fn judged(&mut self, path: impl Into<String>, verdict: Result<(), impl std::error::Error>) {
        if let Err(error) = verdict {
            let mut message = error.to_string();
            let mut cause = error.source();
            while let Some(error) = cause {
                message += &format!(": {error}");
                cause = error.source();
            }
            self.add(path, "INVALID_FORM_BODY", message);
        }
    }

    pub fn verdict(self) -> Result<(), Refusal> {
        if self.0.is_empty() { Ok(()) } else { Err(self.refusal()) }
    }

    fn refusal(self) -> Refusal {
        let mut tree = Value::Object(Map::new());
        for (path, code, message) in self.0 {
            let place = path.split('/').filter(|step| !step.is_empty()).fold(&mut tree, |tree, step| &mut tree[step]);
            let error = json!({"code": code, "message": message});
            match place["_errors"].as_array_mut() {
                Some(errors) => errors.push(error),
                None => place["_errors"] = json!([error]),
            }
        }
        Refusal { status: 400, body: json!({"message": "Invalid Form Body", "code": 50035, "errors": tree}), mistake: true }
    }
}
