//! The seasons of the form: where each of them is, what the quick choices tick, and which part is meant in the end.

use super::{Typed, Wish, profile};
use crate::domain::catalog::CandidateSeason;
use crate::domain::request::{Covered, Request, Scope, ScopeKind, Stage};
use crate::features::requests::views::seasons::{List, Now, Season, Seasons};
use crate::features::requests::views::target::Target;

impl Wish {
    /// Which part is meant: the quick choice when its seasons are ticked, else those that are. Or what is wrong with it.
    pub fn scope(&self, seasons: &Seasons) -> Result<Scope, &'static str> {
        let rows = match &seasons.list {
            List::Known(rows) if !rows.is_empty() => rows,
            _ => return Scope::of(seasons.chosen, &seasons.ticked).ok_or("Choose one of the quick choices."),
        };
        match seasons.chosen {
            _ if !seasons.is_preset() => named(rows, seasons, &seasons.late),
            ScopeKind::Future => Ok(Scope::Future),
            // Nothing is missing, so what is meant is what is still to come.
            ScopeKind::All if seasons.ticked.is_empty() => match is_awaited(rows) {
                true => Ok(Scope::All),
                false => Ok(Scope::Future),
            },
            // What is there already must not count against an allowance; what is on its way is followed.
            ScopeKind::All if rows.iter().any(|season| season.number > 0 && season.now == Now::OnPlex) => {
                named(rows, seasons, &regular(rows))
            }
            ScopeKind::All => Ok(Scope::All),
            // Sonarr tells which one that is once it has the series.
            ScopeKind::Latest if Scope::Latest.resolve(self.seasons()).is_none() => Ok(Scope::Latest),
            _ if seasons.ticked.is_empty() => named(rows, seasons, &seasons.late).map_err(|_| TAKEN),
            kind => Scope::of(kind, &seasons.ticked).ok_or(NOTHING),
        }
    }

    /// All that others have asked for, to be followed: nothing new is asked for by that.
    pub fn awaited(seasons: &Seasons) -> Option<Scope> {
        let List::Known(rows) = &seasons.list else { return None };
        let numbers: Vec<i32> = rows.iter().map(|season| season.number).collect();
        Scope::of(ScopeKind::Seasons, &on_its_way(rows, &numbers))
    }

    pub(super) fn choice_of_seasons(&self, typed: &Typed, target: &Target) -> Seasons {
        let chosen = typed.scope.filter(|scope| *scope != ScopeKind::Seasons).unwrap_or(ScopeKind::All);
        let list = match (&self.candidate, self.silent) {
            (Some(_), _) => List::Known(self.rows(target)),
            (None, true) => List::Silent(
                "Still asking Sonarr which seasons there are. You can ask for these without it.".to_owned(),
            ),
            (None, false) => List::Known(Vec::new()),
        };
        let preset = match &list {
            List::Known(rows) => self.preset(chosen, rows),
            List::Silent(_) => Vec::new(),
        };
        let rows = match &list {
            List::Known(rows) => rows.as_slice(),
            List::Silent(_) => &[],
        };
        let known = typed.ticked.iter().flatten().filter_map(|number| rows.iter().find(|row| row.number == *number));
        let (open, late): (Vec<&Season>, Vec<&Season>) = known.partition(|season| season.now == Now::Missing);
        let numbers = |seasons: Vec<&Season>| seasons.into_iter().map(|season| season.number).collect();
        let ticked = if typed.ticked.is_some() { numbers(open) } else { preset.clone() };
        let late = numbers(late);
        Seasons { chosen, list, ticked, late, preset, is_4k: self.is_4k, in_dialog: typed.in_dialog }
    }

    fn rows(&self, target: &Target) -> Vec<Season> {
        let covered: Vec<Covered> =
            self.holding.iter().filter(|request| request.stage != Stage::Ready).map(Request::covered).collect();
        let mut rows: Vec<Season> = self.seasons().iter().map(|season| self.row(season, &covered, target)).collect();
        // Specials come last: they are asked for by name only.
        rows.sort_by_key(|season| (season.number == 0, season.number));
        rows
    }

    fn row(&self, season: &CandidateSeason, covered: &[Covered], target: &Target) -> Season {
        let there = self.there.get(&season.number).map_or(0, |numbers| numbers.len());
        let there_count = i64::try_from(there).unwrap_or(i64::MAX);
        let of = season.total.filter(|total| *total > 0);
        let aired = season.aired.filter(|aired| *aired > 0).or(of);
        let now = if there > 0 && aired.is_some_and(|aired| there_count >= aired) {
            Now::OnPlex
        } else if covered.iter().any(|covered| covered.has(season.number)) {
            Now::OnItsWay
        } else {
            Now::Missing
        };
        let bytes = self.sizes(target).and_then(|sizes| sizes.season(profile(target), season, &self.there));
        Season { number: season.number, there, of, now, bytes }
    }

    fn preset(&self, chosen: ScopeKind, rows: &[Season]) -> Vec<i32> {
        let meant: Vec<i32> = match Scope::of(chosen, &[]) {
            Some(scope) => scope.resolve(self.seasons()).unwrap_or_default(),
            None => Vec::new(),
        };
        let open = |number: &i32| rows.iter().any(|season| season.number == *number && season.now == Now::Missing);
        meant.into_iter().filter(open).collect()
    }
}

const NOTHING: &str = "Tick at least one season.";
const TAKEN: &str = "That season is there or on its way already. Choose another one.";

/// The ticked seasons by number, and those of `besides` that somebody has asked for: they are followed.
fn named(rows: &[Season], seasons: &Seasons, besides: &[i32]) -> Result<Scope, &'static str> {
    let numbers = [&seasons.ticked[..], &on_its_way(rows, besides)].concat();
    let wrong = if seasons.late.is_empty() { NOTHING } else { TAKEN };
    Scope::of(ScopeKind::Seasons, &numbers).ok_or(wrong)
}

fn on_its_way(rows: &[Season], numbers: &[i32]) -> Vec<i32> {
    let on_its_way = |number: &i32| rows.iter().any(|row| row.number == *number && row.now == Now::OnItsWay);
    numbers.iter().copied().filter(on_its_way).collect()
}

fn regular(rows: &[Season]) -> Vec<i32> {
    rows.iter().map(|season| season.number).filter(|number| *number > 0).collect()
}

/// The ticked seasons together; unknown when one of them is.
pub fn together(seasons: &Seasons) -> Option<i64> {
    let List::Known(rows) = &seasons.list else { return None };
    let bytes = |number: &i32| rows.iter().find(|season| season.number == *number).and_then(|season| season.bytes);
    let sum = seasons.ticked.iter().map(bytes).try_fold(0_i64, |sum, bytes| Some(sum.saturating_add(bytes?)));
    sum.filter(|_| !seasons.ticked.is_empty())
}

pub fn is_missing(season: &Season) -> bool {
    season.number > 0 && season.now == Now::Missing
}

/// Specials belong only to what names them.
pub fn is_left(rows: &[Season]) -> bool {
    rows.iter().any(|season| season.now == Now::Missing)
}

pub fn is_awaited(rows: &[Season]) -> bool {
    rows.iter().any(|season| season.now == Now::OnItsWay)
}
