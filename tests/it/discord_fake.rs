//! The fake Discord itself: it answers as Discord does, and refuses what Discord refuses.

mod bot;
mod conversation;
mod serenity;
