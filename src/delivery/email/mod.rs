//! Mail (邮件).

pub mod letter;
