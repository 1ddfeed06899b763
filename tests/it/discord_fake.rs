//! The fake Discord itself: it answers as Discord does, and refuses what Discord refuses.

mod bot;
mod conversation;
mod gateway;
mod refusals;
mod rest;
mod serenity;
