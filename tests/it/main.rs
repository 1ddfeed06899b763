//! The office's day, told as stories on both databases: what a machine sends, what it is answered, what people then see.
//!
//! SQLite always; PostgreSQL when JINGLING_TEST_POSTGRES names a server (tests/all starts one).
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "all of this is tests")]

mod harness;

mod batches;
mod binding;
mod content;
mod county;
mod day;
mod desk;
mod discord_fake;
mod discord_in;
mod discord_out;
mod files;
mod folder;
mod groups;
mod handling;
mod identity;
mod leads;
mod lists;
mod log;
mod mail;
mod matters;
mod measures;
mod notices;
mod pressure;
mod program;
mod proof;
mod receipts;
mod service;
mod signatures;
mod table;
