//! Requests: the stages a title goes through from "asked" to "ready", and everything known about one.

mod cause;
mod moves;
mod scope;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

pub use cause::Cause;
pub use moves::{Command, Consequence, Moved, Refusal, advance};
pub use scope::{Covered, Scope, ScopeKind, uncovered};

use super::catalog::MediaKind;
use super::ids::{PersonId, RequestId, ServiceId, TitleId};
use super::people::Role;
use super::room::Bound;

crate::text_enum! {
    pub enum Stage {
        Asked = "asked",
        Approved = "approved",
        Sent = "sent",
        Searching = "searching",
        Grabbed = "grabbed",
        Downloading = "downloading",
        Importing = "importing",
        Ready = "ready",
        Partial = "partial",
        Stuck = "stuck",
        Declined = "declined",
        Withdrawn = "withdrawn",
        Gone = "gone",
    }
}

impl Stage {
    /// Nothing more will happen by itself.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Ready | Self::Declined | Self::Withdrawn | Self::Gone)
    }

    /// Somebody said yes, and it is not over.
    pub fn is_under_way(self) -> bool {
        !self.is_over() && self != Self::Asked
    }

    /// The words of those that are so, as they are stored.
    pub fn words(is_so: impl Fn(Self) -> bool) -> Vec<&'static str> {
        Self::ALL.iter().copied().filter(|stage| is_so(*stage)).map(Self::as_str).collect()
    }

    /// Asking for the same title again joins it instead of making a second request.
    pub fn holds_the_title(self) -> bool {
        !matches!(self, Self::Declined | Self::Withdrawn | Self::Gone)
    }

    /// What the services note of this step is for those who look after them: the name of a release.
    pub fn tells_its_note_to(self, reader: Role) -> bool {
        self != Self::Grabbed || reader.sees_back_office()
    }

    /// Something is being fetched: worth looking at every few seconds.
    pub fn is_moving(self) -> bool {
        matches!(self, Self::Grabbed | Self::Downloading | Self::Importing)
    }
}

/// Where a request goes, as it was decided: exactly this arrives at the service. `None` takes the service's own default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    pub service: Option<ServiceId>,
    pub quality_profile_id: Option<i64>,
    pub root_folder: Option<String>,
    pub tags: Option<Vec<i64>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub id: RequestId,
    pub title: TitleId,
    pub kind: MediaKind,
    pub asker: PersonId,
    /// Of a series.
    pub scope: Option<ScopeKind>,
    /// The season numbers of the scope; none while nobody knows them (Sonarr was down when it was asked).
    pub seasons: Option<Vec<i32>>,
    pub is_4k: bool,
    pub stage: Stage,
    /// The last stage that was not `stuck`: its lights stay on, dimmed.
    pub lit: Stage,
    pub cause: Option<Cause>,
    /// What the service itself said about the cause.
    pub cause_detail: Option<String>,
    /// Why it was declined.
    pub reason: Option<String>,
    /// From the asker to those who decide.
    pub note: Option<String>,
    pub choice: Choice,
    /// Its row at the service.
    pub arr_id: Option<i64>,
    /// The service did not have the title before.
    pub added_by_us: bool,
    pub estimated_bytes: Option<i64>,
    /// How often the service was told to search.
    pub searches: i32,
    /// How often it was to be sent; tells the newest effect from older ones.
    pub attempts: i32,
    /// Readings in a row that did not find the title anywhere.
    pub missed_reads: i32,
    /// Nobody, though decided: approved by the rule of the house.
    pub decided_by: Option<PersonId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub stage_at: DateTime<Utc>,
    pub checked_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Request {
    /// What it covers of a series. A film covers nothing but itself.
    pub fn covered(&self) -> Covered {
        let all = self.scope == Some(ScopeKind::All);
        let future = all || self.scope == Some(ScopeKind::Future);
        Covered { seasons: self.seasons.clone().unwrap_or_default(), future, all }
    }

    /// What decides where it goes.
    pub fn bound(&self) -> Bound<'_> {
        let choice = &self.choice;
        Bound { kind: self.kind, is_4k: self.is_4k, service: choice.service, folder: choice.root_folder.as_deref() }
    }

    /// Whether an episode of this season may belong to it.
    pub fn wants_season(&self, season: i32) -> bool {
        let known = self.seasons.as_deref().unwrap_or_default();
        match self.scope {
            None => true,
            Some(ScopeKind::Future) => season > 0,
            Some(ScopeKind::All) => known.contains(&season) || season > known.iter().copied().max().unwrap_or(0),
            Some(_) if known.is_empty() => season > 0,
            Some(_) => known.contains(&season),
        }
    }

    /// Whether this episode belongs to it; "from now on" begins when it was asked for.
    pub fn wants(&self, season: i32, airs_at: Option<DateTime<Utc>>) -> bool {
        self.wants_season(season)
            && (self.scope != Some(ScopeKind::Future) || airs_at.is_none_or(|at| at >= self.created_at))
    }
}

/// An episode that a request waits for, as Sonarr last listed it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct WantedEpisode {
    pub season: i32,
    pub number: i32,
    pub airs_at: Option<DateTime<Utc>>,
}

impl WantedEpisode {
    pub fn has_aired(&self, now: DateTime<Utc>) -> bool {
        self.airs_at.is_some_and(|at| at <= now)
    }
}

/// How much of what a request waits for is on Plex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// Aired episodes of the scope (1 for a film).
    pub wanted: usize,
    pub there: usize,
}

impl Arrival {
    /// A film is there or not.
    pub fn of_film(there: bool) -> Self {
        Self { wanted: 1, there: usize::from(there) }
    }

    /// Counts the aired episodes of the scope, and those that Plex has.
    pub fn of_series(wanted: &[WantedEpisode], on_plex: &BTreeSet<(i32, i32)>, now: DateTime<Utc>) -> Self {
        let aired: Vec<_> = wanted.iter().filter(|episode| episode.has_aired(now)).collect();
        let there = aired.iter().filter(|episode| on_plex.contains(&(episode.season, episode.number))).count();
        Self { wanted: aired.len(), there }
    }

    pub fn is_complete(self) -> bool {
        self.wanted > 0 && self.there >= self.wanted
    }

    pub fn is_partial(self) -> bool {
        self.there > 0 && !self.is_complete()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests;
