//! Email (邮件): the letters of the bureau's own post.

pub mod letter;
mod masked;

pub use letter::{Letter, LetterFacts};
pub use masked::Masked;
