//! The office's day, told as stories on both databases: what a machine sends, what it is answered, what people then see.
//!
//! SQLite always; PostgreSQL when JINGLING_TEST_POSTGRES names a server (tests/all starts one).
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "all of this is tests")]

mod harness;

mod access;
mod batch;
mod batches;
mod bells;
mod binding;
mod content;
mod countersign;
mod county;
mod day;
mod deadlines;
mod desk;
mod discord_fake;
mod discord_in;
mod discord_out;
mod documents;
mod files;
mod folder;
mod groups;
mod handling;
mod identity;
mod leads;
mod ledger;
mod limits;
mod lists;
mod log;
mod mail;
mod matters;
mod measures;
mod month_of_the_office;
mod notices;
mod passphrase;
mod pressure;
mod privacy;
mod program;
mod program_proof;
mod program_rule;
mod proof;
mod quarantine;
mod receipts;
mod records;
mod service;
mod signatures;
mod spending;
mod table;
mod taken_back;
mod to_persons;
mod white_list;
mod why;
