//! The seasons of a series: what is on Plex, what is on its way, what there is in all as far as anybody knows.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::catalog::CandidateSeason;
use super::servarr::ArrEpisode;
use super::title::Episodes;
use super::title_wish::Wish;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    pub number: i32,
    pub have: usize,
    /// Unknown while nobody has told.
    pub total: Option<usize>,
    pub episodes: Vec<(i32, Episode)>,
    pub state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Episode {
    Have,
    Coming,
    Missing,
    /// Has not been shown yet.
    Later,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Complete,
    /// So many are on their way.
    Coming(usize),
    /// Some are there, nobody knows of how many.
    Some,
    /// All that has been shown is there.
    UpToDate,
    Partly,
    NotAsked,
    NotOutYet,
}

/// What Sonarr knows of the whole.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    pub seasons: Vec<CandidateSeason>,
    /// Empty when Sonarr has the series not (yet).
    pub episodes: Vec<ArrEpisode>,
}

/// In order, specials last. `known` is none while Sonarr has not answered. `is_4k`: what is present is so, and only what is
/// wished for in 4K counts.
pub fn seasons(
    present: &Episodes,
    known: Option<&Known>,
    wishes: &[Wish],
    is_4k: bool,
    now: DateTime<Utc>,
) -> Vec<Season> {
    let mut numbers: BTreeSet<i32> = present.keys().copied().collect();
    let mut listed: BTreeMap<i32, BTreeMap<i32, bool>> = BTreeMap::new();
    if let Some(known) = known {
        numbers.extend(known.seasons.iter().map(|season| season.number));
        for episode in &known.episodes {
            let aired = episode.air_date.is_some_and(|at| at <= now);
            listed.entry(episode.season).or_default().insert(episode.number, aired);
        }
        numbers.extend(listed.keys());
    }
    let mut all: Vec<Season> = numbers
        .into_iter()
        .map(|number| {
            let told = known.and_then(|known| known.seasons.iter().find(|season| season.number == number));
            let mut open = wishes.iter().filter(|wish| wish.is_open() && wish.is_4k == is_4k);
            let coming = open.any(|wish| wish.covers(number));
            season(number, present.get(&number), listed.get(&number), told.and_then(|season| season.total), coming)
        })
        .filter(|season| season.number > 0 || season.have > 0)
        .collect();
    all.sort_by_key(|season| (season.number == 0, season.number));
    all
}

fn season(
    number: i32,
    present: Option<&BTreeSet<i32>>,
    listed: Option<&BTreeMap<i32, bool>>,
    total: Option<i64>,
    wanted: bool,
) -> Season {
    let none = BTreeSet::new();
    let present = present.unwrap_or(&none);
    let mut episodes: BTreeMap<i32, bool> = listed.cloned().unwrap_or_default();
    let total = match listed {
        Some(listed) => Some(listed.len().max(present.len())),
        None => {
            total.and_then(|total| usize::try_from(total).ok()).filter(|total| *total >= present.len() && *total > 0)
        }
    };
    if listed.is_none() {
        // Only how many there are is known: they are counted from one.
        let last = total.and_then(|total| i32::try_from(total).ok()).unwrap_or_default();
        episodes.extend((1..=last).map(|number| (number, true)));
    }
    episodes.extend(present.iter().map(|number| (*number, true)));
    let state_of = |number: &i32, aired: bool| match (present.contains(number), wanted, aired) {
        (true, ..) => Episode::Have,
        (_, true, _) => Episode::Coming,
        (_, _, true) => Episode::Missing,
        _ => Episode::Later,
    };
    let episodes: Vec<(i32, Episode)> =
        episodes.iter().map(|(number, aired)| (*number, state_of(number, *aired))).collect();
    let state = state(present.len(), total, &episodes, wanted);
    Season { number, have: present.len(), total, episodes, state }
}

fn state(have: usize, total: Option<usize>, episodes: &[(i32, Episode)], wanted: bool) -> State {
    let count = |wanted: Episode| episodes.iter().filter(|(_, state)| *state == wanted).count();
    match total {
        Some(total) if have >= total => State::Complete,
        _ if wanted => State::Coming(count(Episode::Coming)),
        None if have > 0 => State::Some,
        None => State::NotAsked,
        Some(_) if count(Episode::Missing) == 0 && have > 0 => State::UpToDate,
        Some(_) if count(Episode::Missing) == 0 => State::NotOutYet,
        Some(_) if have > 0 => State::Partly,
        Some(_) => State::NotAsked,
    }
}

/// The next episode that will be shown.
pub fn next_airing(known: &Known, now: DateTime<Utc>) -> Option<&ArrEpisode> {
    known.episodes.iter().filter(|episode| episode.air_date.is_some_and(|at| at > now)).min_by_key(|one| one.air_date)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::ids::{RequestId, TitleId};
    use crate::domain::request::Stage;
    use crate::domain::title_wish::Asker;

    fn at(day: u32) -> DateTime<Utc> {
        chrono::TimeZone::with_ymd_and_hms(&Utc, 2026, 11, day, 20, 0, 0).unwrap()
    }

    fn wish(seasons: &[i32]) -> Wish {
        Wish {
            request: RequestId(1),
            title: TitleId(1),
            stage: Stage::Downloading,
            lit: Stage::Downloading,
            seasons: Some(seasons.to_vec()),
            is_4k: false,
            asker: Asker::You,
            following: false,
            followers: 0,
            follower_names: Vec::new(),
            asked_at: at(1),
            moved_at: at(1),
            progress: None,
            eta: None,
        }
    }

    fn told(number: i32, total: i64) -> CandidateSeason {
        CandidateSeason {
            number,
            monitored: false,
            aired: None,
            total: Some(total),
            files: None,
            size_on_disk: None,
            is_over: false,
        }
    }

    fn episode(season: i32, number: i32, day: u32) -> ArrEpisode {
        let air_date = Some(at(day));
        ArrEpisode { id: 1, season, number, title: None, air_date, has_file: false, monitored: false }
    }

    #[test]
    fn each_season_says_what_is_there_and_what_comes() {
        let present = Episodes::from([(1, (1..=8).collect()), (3, (1..=6).collect())]);
        let known = Known { seasons: vec![told(1, 8), told(3, 8), told(4, 8)], episodes: Vec::new() };
        let seasons = seasons(&present, Some(&known), &[wish(&[3])], false, at(20));
        let states: Vec<_> = seasons.iter().map(|season| (season.number, season.have, season.state)).collect();
        assert_eq!(states, [(1, 8, State::Complete), (3, 6, State::Coming(2)), (4, 0, State::NotAsked)]);
        assert_eq!(seasons[1].episodes.last(), Some(&(8, Episode::Coming)));
    }

    #[test]
    fn what_comes_in_4k_is_another_matter() {
        let present = Episodes::from([(1, (1..=8).collect())]);
        let known = Known { seasons: vec![told(1, 8), told(2, 8)], episodes: Vec::new() };
        let wishes = [Wish { is_4k: true, ..wish(&[1, 2]) }];
        let states = |present: &Episodes, is_4k: bool| {
            let seasons = seasons(present, Some(&known), &wishes, is_4k, at(20));
            seasons.iter().map(|season| season.state).collect::<Vec<_>>()
        };
        assert_eq!(states(&present, false), [State::Complete, State::NotAsked]);
        assert_eq!(states(&Episodes::new(), true), [State::Coming(8), State::Coming(8)]);
    }

    #[test]
    fn without_sonarr_the_whole_is_unknown() {
        let present = Episodes::from([(0, [1].into()), (2, [3].into())]);
        let seasons = seasons(&present, None, &[], false, at(20));
        assert_eq!(
            seasons.iter().map(|season| (season.number, season.total)).collect::<Vec<_>>(),
            [(2, None), (0, None)]
        );
        assert_eq!((seasons[0].state, seasons[0].episodes.clone()), (State::Some, vec![(3, Episode::Have)]));
    }

    #[test]
    fn what_has_not_been_shown_is_not_missing() {
        let known =
            Known { seasons: Vec::new(), episodes: vec![episode(1, 1, 10), episode(1, 2, 25), episode(2, 1, 28)] };
        let seasons = seasons(&Episodes::from([(1, [1].into())]), Some(&known), &[], false, at(20));
        assert_eq!(seasons.iter().map(|season| season.state).collect::<Vec<_>>(), [State::UpToDate, State::NotOutYet]);
        assert_eq!(next_airing(&known, at(20)).map(|next| next.number), Some(2));
    }
}
