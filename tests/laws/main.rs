//! The laws: what holds whatever happens, on either database. SQLite always; PostgreSQL too when `JINGLING_TEST_POSTGRES` names a server.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "in a test what cannot be had is a failure, and what was left out is said")]

mod audit;
mod contract;
mod contract_warning;
mod desk;
mod gather;
mod grouping;
mod keys;
mod known;
mod lanes;
mod lookups;
mod migrations;
mod month;
mod place;
mod privacy;
mod rebuild;
mod tale;
mod totals;
mod world;
