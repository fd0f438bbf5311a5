//! Which part of a series is asked for, and what of it nobody has asked for yet.

use std::collections::BTreeSet;

use crate::domain::catalog::CandidateSeason;
use crate::domain::servarr::Monitor;

crate::text_enum! {
    pub enum ScopeKind {
        /// Every regular season, also those to come.
        All = "all",
        First = "first",
        /// The newest one that has aired.
        Latest = "latest",
        /// What airs from now on.
        Future = "future",
        Seasons = "seasons",
    }
}

impl ScopeKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "Everything",
            Self::First => "First season",
            Self::Latest => "Latest season",
            Self::Future => "Only new ones from now on",
            Self::Seasons => "Chosen seasons",
        }
    }
}

/// What somebody asks for of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    All,
    First,
    Latest,
    Future,
    /// Specials are season 0; they belong only where they are named.
    Seasons(Vec<i32>),
}

/// Seasons by number, and whether what is still to be announced belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    pub seasons: Vec<i32>,
    pub future: bool,
    /// Every regular season was meant. Without numbers: nobody knew them then.
    pub all: bool,
}

impl Scope {
    pub fn kind(&self) -> ScopeKind {
        match self {
            Self::All => ScopeKind::All,
            Self::First => ScopeKind::First,
            Self::Latest => ScopeKind::Latest,
            Self::Future => ScopeKind::Future,
            Self::Seasons(_) => ScopeKind::Seasons,
        }
    }

    /// The words of the API and the form, and season numbers where they are chosen.
    pub fn of(kind: ScopeKind, seasons: &[i32]) -> Option<Self> {
        Some(match kind {
            ScopeKind::All => Self::All,
            ScopeKind::First => Self::First,
            ScopeKind::Latest => Self::Latest,
            ScopeKind::Future => Self::Future,
            ScopeKind::Seasons => Self::Seasons(tidy(seasons)?),
        })
    }

    /// The season numbers it means, by what is known of the series; `None` when that is not enough to tell.
    pub fn resolve(&self, known: &[CandidateSeason]) -> Option<Vec<i32>> {
        let mut regular: Vec<&CandidateSeason> = known.iter().filter(|season| season.number > 0).collect();
        regular.sort_by_key(|season| season.number);
        match self {
            Self::Seasons(seasons) => Some(seasons.clone()),
            Self::Future => Some(Vec::new()),
            Self::First => Some(vec![regular.first().map_or(1, |season| season.number)]),
            _ if regular.is_empty() => None,
            Self::All => Some(regular.iter().map(|season| season.number).collect()),
            Self::Latest => latest(&regular).map(|season| vec![season]),
        }
    }
}

/// The newest season that has aired; the first one when none has. Nothing while that can't be told.
fn latest(regular: &[&CandidateSeason]) -> Option<i32> {
    let first = regular.first()?.number;
    for season in regular.iter().rev() {
        match season.aired {
            _ if season.is_over || season.number == first => return Some(season.number),
            Some(0) => {}
            Some(_) => return Some(season.number),
            None => return None,
        }
    }
    None
}

fn tidy(seasons: &[i32]) -> Option<Vec<i32>> {
    let tidy: BTreeSet<i32> = seasons.iter().copied().filter(|season| (0..=9999).contains(season)).collect();
    (!tidy.is_empty() && seasons.iter().all(|season| tidy.contains(season))).then(|| tidy.into_iter().collect())
}

/// What is left of a wish after what others have asked for already. `None`: nothing is left.
/// `wish` is none while nobody knows which seasons that is.
pub fn uncovered(scope: &Scope, wish: Option<&[i32]>, others: &[Covered]) -> Option<Covered> {
    let all = *scope == Scope::All;
    let future = (all || *scope == Scope::Future) && !others.iter().any(|other| other.future);
    let Some(wish) = wish else {
        let included = others.iter().any(|other| other.all);
        return (!included).then_some(Covered { seasons: Vec::new(), future, all });
    };
    let taken = |season: i32| others.iter().any(|other| other.has(season));
    let seasons: Vec<i32> = wish.iter().copied().filter(|season| !taken(*season)).collect();
    (!seasons.is_empty() || future).then_some(Covered { seasons, future, all: all && future })
}

impl Covered {
    pub fn has(&self, season: i32) -> bool {
        self.seasons.contains(&season) || (self.all && self.seasons.is_empty() && season > 0)
    }

    /// The word it is kept under: a wish of which a part was taken is smaller than it was.
    pub fn kind(&self, asked: ScopeKind) -> ScopeKind {
        match asked {
            ScopeKind::All if !self.future => ScopeKind::Seasons,
            kind => kind,
        }
    }

    /// How Sonarr is told, step by step. `alone`: nobody else has asked for another part of the series.
    pub fn monitors(&self, kind: ScopeKind, alone: bool) -> Vec<Monitor> {
        if kind == ScopeKind::All && (alone || self.seasons.is_empty()) {
            return vec![Monitor::All];
        }
        let seasons = (!self.seasons.is_empty()).then(|| Monitor::Seasons(self.seasons.clone()));
        let future = self.future.then_some(Monitor::Future);
        seasons.into_iter().chain(future).collect()
    }

    /// Seasons it takes from an allowance: what is to come counts as one.
    pub fn cost(&self) -> u32 {
        u32::try_from(self.seasons.len()).unwrap_or(u32::MAX).max(1)
    }
}
