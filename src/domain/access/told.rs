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

/// So many people, or rows, of a part of the plan stand on a page.
pub const PER_PAGE: usize = 50;

/// Which page of each part of the plan is looked at, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    pub changes: usize,
    pub spared: usize,
    pub drift: usize,
    pub held_up: usize,
}

/// A page of something longer.
#[derive(Debug, Clone)]
pub struct Part<T> {
    pub list: Vec<T>,
    /// From 1; the last one for whoever asks for more.
    pub page: usize,
    /// On all pages; people, where the list is of changes.
    pub total: usize,
}

impl<T> Part<T> {
    /// Rows before the first one of this page.
    pub fn before(&self) -> usize {
        (self.page - 1) * PER_PAGE
    }

    /// The page that there is, for the one that is asked for.
    pub fn within(page: usize, total: usize) -> usize {
        page.clamp(1, total.div_ceil(PER_PAGE).max(1))
    }

    pub fn cut<S>(all: &[S], page: usize, tell: impl FnMut(&S) -> Option<T>) -> Self {
        let page = Self::within(page, all.len());
        let list = all.iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).filter_map(tell).collect();
        Self { list, page, total: all.len() }
    }
}

/// What the page of the plan shows.
#[derive(Debug, Clone)]
pub struct PlanPage {
    /// Person by person: those who lose something come first.
    pub changes: Part<Vec<Told>>,
    /// How many lose something, and how many gain something.
    pub lose: usize,
    pub gain: usize,
    /// Who gains and loses each library; only where that is asked for.
    pub libraries: Vec<Moved>,
    pub spared: Part<Vec<Told>>,
    pub drift: Part<ToldDrift>,
    pub held_up: Part<(String, String, Obstacle)>,
    /// How many would have nothing left.
    pub nothing_left: usize,
    pub people: usize,
    pub servers: usize,
    pub mark: String,
}

/// Who gains and loses a library, a flag, or titles by their age rating.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moved {
    /// Empty where it is the same for all: flags and limits.
    pub server: String,
    pub title: String,
    pub gaining: Crowd,
    pub losing: Crowd,
}

/// People, of whom the first are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crowd {
    pub names: Vec<String>,
    pub more: usize,
}

impl Crowd {
    const NAMED: usize = 12;

    pub fn add(&mut self, name: &str) {
        match self.names.len() < Self::NAMED {
            true => self.names.push(name.to_owned()),
            false => self.more += 1,
        }
    }
}
