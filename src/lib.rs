//! 警铃: the service that listens to a county's poverty-relief payments, lights a warning when something looks wrong, brings it to whoever is
//! responsible, and keeps it there until it is answered. This page is the map of the rooms; the README says how to run it.
//!
//! # How it moves
//!
//! Only three things set it going: an event from a machine, a command from a person, the clock. Only one thing leaves: a delivery.
//!
//! ```text
//!  a machine's event ──► intake ──┐                                       ┌──► discord, or the console (chat)
//!  a person's command ─► desk ────┼──► turn ─────────────────► commit ──► │
//!  the clock ──────────► jobs ────┘    journal + state + outbox           └──► email
//!                                      watch: apply, judge by rules, raise     delivery: the worker
//! ```
//!
//! A [turn](store::Turn) is one database transaction: what happened goes into the journal, in order and chained by hash; what follows from it goes
//! into the tables; what must be told goes into the outbox. Nobody is answered before the commit, nothing is sent before it either. The tables hold
//! nothing that [`rebuild`] could not make again from the journal.
//!
//! # The rooms
//!
//! | room | what happens in it |
//! | --- | --- |
//! | [`domain`] | the office's words as types that hold no wrong value: money in 分, lights and moves, calendar, names, text that chat may carry |
//! | [`rules`] | the rule language and the judge: (rule, record, day, history) → judgement; pure |
//! | [`store`] | journal, state, outbox, and their proof; SQLite and PostgreSQL; the only room with SQL |
//! | [`watch`] | a change of the ledger is applied, judged, and what it lights is raised: the same however it was grouped |
//! | [`sheet`] | tables out of workbooks and CSV, read row by row, safe against broken and hostile ones |
//! | [`intake`] | the machines' door: signed webhooks and files, one event or a batch, read, recorded, judged |
//! | [`desk`] | the people's door: who may, then one handler a command |
//! | [`jobs`] | the clock's door: the table of schedules |
//! | [`delivery`] | the outbox worked off, in lanes where a channel gathers; the card of a warning; one folder a channel; [Discord's REST API](delivery::discord::rest) |
//! | [`chat`](mod@chat) | what people speak through: the terminal and scripts of it, Discord |
//! | [`reports`] | what is read by the month, and tables aligned for a terminal |
//! | [`config`] | the settings, every fault told at once |
//! | [`keys`] | sealing at rest, keyed hashes, commitments; the door of randomness |
//! | [`clock`] | the door of time |
//! | [`troubles`] | what is wrong while the rest goes on: read at `/readyz` |
//! | [`metrics`] | what is counted for whoever watches the machine |
//! | [`proof`] | the journal told in words, for auditors |
//! | [`rebuild`] | the journal replayed into an empty database |
//! | [`server`] | what a connection may take before anybody is believed: time, number, place |
//! | [`app`] | everything put together, run, and shut down in order |
//! | [`cli`] | the subcommands of `jingling` |
//! | [`demo`] | a made-up county, and its month sent as signed webhooks |
//!
//! The command language is a crate of its own beneath all of these, [`commands`].
//!
//! # Who may know whom
//!
//! A room uses those to its left. The three doors do not call each other: they meet in the store. One thing is handed over: what a person tells as a
//! machine would (a document received, a review, a line of the quarantine) the desk reads by [`intake::hand`] and [`intake::take::read`].
//!
//! ```text
//! domain ◄─ rules, keys, sheet ◄─ store ◄─ delivery (card) ◄─ watch ◄─ intake, desk, jobs ◄─ chat, proof ◄─ app ◄─ cli, demo
//!                          store ◄─ reports ◄─ desk
//! ```
//!
//! # Where do I change …
//!
//! | what | where |
//! | --- | --- |
//! | a rule | `templates/rules/`, one TOML file a rule, its cases (`[[case]]`) in the same file; how to write one is told in `templates/rules/README.md`, which the tests hold to the program; a new word of the language in [`rules`] |
//! | a command | its file in `commands/src/`, then the handler of the same name in [`desk`], a `Deed` where it changes something; the compiler asks for both; then the tables in the README |
//! | a role, or which permission may be held where | `commands/src/roles.rs`; then the tables in the README |
//! | an event type | [`intake::event`], one file a family; which fields it fills in `src/intake/told.rs`, what it does to the ledger in [`intake::change`] |
//! | what is kept as a running total | `src/rules/total.rs` says which facts can be, `src/store/total.rs` keeps them; they follow from the ledger and the rules |
//! | a field of a record | [`domain::record`], its column in `migrations/`, and `src/intake/told.rs` |
//! | a move of a warning | [`domain::light`], its row in `tests/it/table.rs`, and a `Motion` in [`desk`] |
//! | a letter | `templates/email/`, and [`delivery::email::letter`] for what it may show |
//! | what chat shows of a warning | [`delivery::card`] |
//! | a message that is about no warning | [`delivery::note`], sent by [`watch::notify`] |
//! | what `/我的` lists besides warnings | `todos` in the command's file in [`desk`], and the list in `src/desk/mine.rs` |
//! | a register with numbers of its own (`QX2026-0007`) | `commands/src/serial.rs`; kept by [`store::register`] |
//! | a button below a warning | [`delivery::discord::button`], and what pressing it does in [`chat::discord`](mod@chat) |
//! | a table | a new file in `migrations/sqlite/` **and** `migrations/postgres/`, and the entity's file in [`store`] |
//! | a schedule | the table in [`jobs`] |
//! | what nobody is to be called for | nothing here: `/白名单 登记`; whom an entry concerns is [`domain::white_list`], what follows [`watch::white_list`] |
//! | how a warning is justified | [`rules::explain`] for each comparison, [`delivery::why`] for what of it chat may hear, `src/desk/why.rs` |
//! | whom a deadline calls, and when | [`watch::chase`], `src/jobs/deadlines.rs`, `[deadlines]` |
//! | a channel | a folder in [`delivery`], and [`app`] starts it |
//! | which funds are poverty relief | nothing here: `/台账 界定`; whose word on one of them holds is [`domain::scope`] |
//! | a setting | `templates/config/jingling.toml`, and the section's file in [`config`] |
//! | which columns of a file are understood | `templates/import/`, one TOML a table; how cells are read in [`sheet`] and [`intake::files`] |
//! | working days | `templates/calendar/`, read by [`domain::calendar`]; a new year without a new program: `jingling import holidays` |

/// Records come and go by the hundred thousand in small pieces: that is a quarter of an intake's time with the allocator of the C library.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub mod app;
pub mod chat;
pub mod cli;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod demo;
pub mod desk;
pub mod domain;
pub mod intake;
pub mod jobs;
pub mod keys;
pub mod metrics;
pub mod proof;
pub mod rebuild;
pub mod reports;
pub mod rules;
pub mod server;
pub mod sheet;
pub mod store;
pub mod troubles;
pub mod watch;
