//! What people speak through. A line becomes a question to the desk, its answer becomes a message; nothing here knows what the desk does.

pub mod console;
pub mod discord;
pub mod office;
