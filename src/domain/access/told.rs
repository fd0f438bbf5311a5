//! The plan with the names of people, servers and libraries in it: what pages, programs and the command line show.

use super::plan::{Action, Change, Obstacle};
use crate::domain::ids::{PersonId, ServerId};
use crate::domain::people::Role;

/// One change of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub server: ServerId,
    pub server_name: String,
    pub action: Action,
    pub gain: Vec<String>,
    pub lose: Vec<String>,
    /// What of the flags turns, and whether it is on afterwards.
    pub turns: Vec<(&'static str, bool)>,
    pub why: Vec<String>,
    pub change: Change,
}

/// What somebody changed on Plex itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldDrift {
    pub person: PersonId,
    pub name: String,
    pub role: Role,
    pub server: ServerId,
    pub server_name: String,
    /// On Plex beyond what was sent, and missing there.
    pub more: Vec<String>,
    pub missing: Vec<String>,
    pub sent: Vec<String>,
    /// The share itself is gone.
    pub gone: bool,
    pub settings_differ: bool,
}

#[derive(Debug, Clone, Default)]
pub struct ToldPlan {
    pub changes: Vec<Told>,
    pub spared: Vec<Told>,
    pub drift: Vec<ToldDrift>,
    /// Name, server, why not.
    pub held_up: Vec<(String, String, Obstacle)>,
    /// People whose access is Plex's to give.
    pub people: usize,
    pub servers: usize,
    pub mark: String,
}
