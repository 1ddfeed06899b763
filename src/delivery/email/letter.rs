//! Letters.
use crate::delivery::card::Card;
use serde::{Deserialize, Serialize};
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LetterKind {
    Red,
    TurnedRed,
    Settled,
}
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub kind: LetterKind,
    pub card: Card,
    pub basis: Option<String>,
    pub facts: Vec<(String, String)>,
    pub payee: Option<String>,
}
