//! Which episodes an add monitors (services.md 2.3). Pure.

use chrono::{NaiveDate, TimeDelta};

use super::Series;

pub const MONITORS: [&str; 14] = [
    "unknown",
    "all",
    "future",
    "missing",
    "existing",
    "firstSeason",
    "lastSeason",
    "latestSeason",
    "pilot",
    "recent",
    "monitorSpecials",
    "unmonitorSpecials",
    "none",
    "skip",
];

/// `addOptions`, as far as they are about monitoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// One of `MONITORS`; `unknown` means the older rule by season flags.
    pub monitor: &'static str,
    pub ignore_with_files: bool,
    pub ignore_without_files: bool,
}

/// Carries the rule out on a series whose episodes are known, season flags included.
pub fn apply(series: &mut Series, rule: Rule, today: NaiveDate) {
    by_seasons(series);
    if rule.monitor == "unknown" {
        for episode in &mut series.episodes {
            let ignored = if episode.file.is_some() { rule.ignore_with_files } else { rule.ignore_without_files };
            episode.is_monitored &= !ignored;
        }
        return;
    }
    if rule.monitor == "skip" {
        return;
    }
    let regular = series.seasons.iter().map(|(number, _)| *number).filter(|number| *number > 0);
    let (first, last) = (regular.clone().min().unwrap_or(1), regular.max().unwrap_or(1));
    for episode in &mut series.episodes {
        let is_regular = episode.season > 0;
        let has_aired = episode.has_aired(today);
        episode.is_monitored = match rule.monitor {
            "all" => is_regular,
            "future" => is_regular && !has_aired,
            "missing" => is_regular && episode.file.is_none(),
            "existing" => is_regular && episode.file.is_some(),
            "firstSeason" => episode.season == first,
            "lastSeason" | "latestSeason" => episode.season == last,
            "pilot" => (episode.season, episode.number) == (first, 1),
            "recent" => is_regular && episode.air_date.is_none_or(|day| day > today - TimeDelta::days(90)),
            "monitorSpecials" => !is_regular || episode.is_monitored,
            "unmonitorSpecials" => is_regular && episode.is_monitored,
            _ => false,
        };
    }
    let episodes = &series.episodes;
    for (number, is_monitored) in &mut series.seasons {
        let any = episodes.iter().any(|episode| episode.season == *number && episode.is_monitored);
        // What is to come belongs to the last season, so it stays on.
        *is_monitored = any || (*number == last && matches!(rule.monitor, "future" | "all" | "recent" | "missing"));
    }
}

/// Every episode follows its season's flag.
pub fn by_seasons(series: &mut Series) {
    for episode in &mut series.episodes {
        episode.is_monitored = series.seasons.iter().any(|(number, on)| *number == episode.season && *on);
    }
}
