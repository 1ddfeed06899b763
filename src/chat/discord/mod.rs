//! Discord as people speak through it: slash commands, buttons, windows and the wizard. The one room that knows serenity's gateway.

mod gateway;
mod hear;
mod modal;
mod part;
mod register;
mod reply;
mod slash;
mod wizard;

pub use gateway::{Line, listen};
