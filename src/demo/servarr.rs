//! What the simulated Radarr and Sonarr have in common: the door (address base, key, headers), system pages,
//! profiles, tags, queue, history, commands, notifications (services.md 1, 2.1, 2.2, 2.6-2.8, 3.1).
//! Never knows a movie from a series: `Arr` asks the one at hand.

mod base;
mod body;
mod commands;
mod door;
mod history;
mod instance;
mod notifications;
pub mod parts;
mod queue;
mod releases;
mod system;
mod tags;
pub mod wire;

pub use base::{Arr, Base, Common, Disk, Flavour, Options, Root};
pub use body::Body;
pub use commands::{Command, Commands};
pub use door::endpoint;
pub use history::Event;
pub use instance::Instance;
pub use notifications::Notification;
pub use queue::{languages, quality};
pub use releases::Found;
