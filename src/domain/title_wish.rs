//! What people want of a title, as one reader may know it: a request reduced to what pages about titles show. Whoever may
//! not see a request learns that somebody asked, and nothing of whom.

use chrono::{DateTime, Utc};

use super::ids::{RequestId, TitleId};
use super::request::{ScopeKind, Stage};

#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    pub request: RequestId,
    pub title: TitleId,
    pub stage: Stage,
    /// The stage a stuck one was in before.
    pub lit: Stage,
    /// Seasons that are meant; none for a film, or for all of them.
    pub seasons: Option<Vec<i32>>,
    pub is_4k: bool,
    pub asker: Asker,
    pub following: bool,
    pub followers: i64,
    /// Names of those who follow, without the reader's own; empty when the request may not be seen.
    pub follower_names: Vec<String>,
    pub asked_at: DateTime<Utc>,
    pub moved_at: DateTime<Utc>,
    /// 0 to 1, while something downloads.
    pub progress: Option<f64>,
    pub eta: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    You,
    Named(String),
    /// For those who may not see the request.
    Somebody,
}

/// The seasons that are meant, as far as they are known: the latest is one of them, not all.
pub fn seasons_of(scope: Option<ScopeKind>, known: Option<Vec<i32>>) -> Option<Vec<i32>> {
    known.or_else(|| (scope == Some(ScopeKind::Latest)).then(Vec::new))
}

impl Wish {
    /// Under way: neither there nor given up.
    pub fn is_open(&self) -> bool {
        !self.stage.is_over()
    }

    /// True when the request's own page may be opened.
    pub fn may_be_seen(&self) -> bool {
        self.asker != Asker::Somebody
    }

    /// True when this season is part of it. Specials only when named.
    pub fn covers(&self, season: i32) -> bool {
        self.seasons.as_ref().map_or(season > 0, |seasons| seasons.contains(&season))
    }
}

/// What is under way, first what the reader may see.
pub fn open(wishes: &[Wish]) -> Option<&Wish> {
    first(wishes.iter().filter(|wish| wish.is_open()))
}

/// The same of what is under way in this picture.
pub fn open_in(wishes: &[Wish], is_4k: bool) -> Option<&Wish> {
    first(wishes.iter().filter(|wish| wish.is_open() && wish.is_4k == is_4k))
}

fn first<'a>(open: impl Iterator<Item = &'a Wish> + Clone) -> Option<&'a Wish> {
    open.clone().find(|wish| wish.may_be_seen()).or_else(|| open.clone().next())
}

crate::text_enum! {
    /// How far one can get a title, in the words of the API.
    pub enum Availability {
        None = "none",
        Requested = "requested",
        Partial = "partial",
        Available = "available",
    }
}

/// What one can have of a title now. What comes in 4K besides takes nothing from what is there.
pub fn availability(on_plex: bool, wishes: &[Wish]) -> Availability {
    let mut open = wishes.iter().filter(|wish| wish.is_open());
    match on_plex {
        true if open.any(|wish| !wish.is_4k) => Availability::Partial,
        true => Availability::Available,
        false if open.next().is_some() => Availability::Requested,
        false => Availability::None,
    }
}
