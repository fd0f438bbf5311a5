//! A group in words, part by part: for the record.

use std::collections::HashMap;

use chrono_tz::Tz;

use super::{Group, Part};
use crate::domain::access::wall;
use crate::domain::ids::LibraryId;

/// "libraries: Films, Series; age rating: up to 12".
pub fn told(group: &Group, parts: &[Part], titles: &HashMap<LibraryId, String>, zone: Tz) -> String {
    let said: Vec<String> = parts.iter().map(|part| format!("{part}: {}", one(group, *part, titles, zone))).collect();
    said.join("; ")
}

fn one(group: &Group, part: Part, titles: &HashMap<LibraryId, String>, zone: Tz) -> String {
    let (rights, flags) = (&group.rights, group.flags);
    match part {
        Part::Name => group.name.clone(),
        Part::Note if group.note.is_empty() => "none".to_owned(),
        Part::Note => group.note.clone(),
        Part::Libraries => {
            listed(group.libraries.iter().filter_map(|id| titles.get(id)).map(|title| title.trim().to_owned()))
        }
        Part::Rights => chosen(&[
            (rights.movies, "films"),
            (rights.series, "series"),
            (rights.four_k, "4K"),
            (rights.auto_approve, "approved at once"),
            (rights.sees_requests, "sees what others request"),
        ]),
        Part::Allowances => format!(
            "{}, {}, {}",
            allowed(rights.movie_quota, "film", "films"),
            allowed(rights.season_quota, "season", "seasons"),
            allowed(Some(rights.guests), "guest", "guests")
        ),
        Part::Flags => {
            chosen(&[(flags.sync, "downloads"), (flags.camera_upload, "camera upload"), (flags.tuners, "Live TV")])
        }
        Part::Ceiling => group.ceiling.map_or_else(|| "no limit".to_owned(), |age| format!("up to {age}")),
        Part::When => {
            let bound = |word: &str, at: Option<_>| at.map(|at| format!("{word} {}", wall::shown(at, zone)));
            let dates = [bound("from", group.when.from), bound("until", group.when.until)].into_iter().flatten();
            let weekly = Some(wall::weekly_words(&group.when.weekly)).filter(|words| !words.is_empty());
            let all: Vec<String> = dates.chain(weekly).collect();
            if all.is_empty() { "always".to_owned() } else { all.join(", ") }
        }
        Part::Rules => listed(group.rules.iter().map(|rule| rule.label())),
        Part::Newcomers => yes(group.for_newcomers),
        Part::Stay => group.stay.words(),
        Part::Guests => yes(group.for_guests),
    }
}

fn yes(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}

fn listed(words: impl Iterator<Item = String>) -> String {
    let words: Vec<String> = words.collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn chosen(of: &[(bool, &str)]) -> String {
    listed(of.iter().filter(|(on, _)| *on).map(|(_, word)| (*word).to_owned()))
}

fn allowed(most: Option<u32>, one: &str, many: &str) -> String {
    match most {
        None => format!("{many} without limit"),
        Some(1) => format!("1 {one}"),
        Some(n) => format!("{n} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::group::Rule;

    #[test]
    fn every_part_is_said() {
        let titles = HashMap::from([(LibraryId(1), "Films ".to_owned()), (LibraryId(2), "Kids".to_owned())]);
        let mut group =
            Group { libraries: vec![LibraryId(1), LibraryId(2)], ceiling: Some(6), ..Group::new("Friends") };
        (group.rights.movie_quota, group.rules) = (Some(1), vec![Rule::Home]);
        group.when.until = "2026-12-24T17:00:00Z".parse().ok();
        let zone = chrono_tz::Europe::Stockholm;
        assert_eq!(
            told(&group, Part::ALL, &titles, zone),
            "name: Friends; note: none; libraries: Films, Kids; rights: films, series; \
             allowances: 1 film, seasons without limit, 0 guests; what Plex lets them do: none; age rating: up to 6; \
             times: until 2026-12-24T18:00; who is in it: Everybody in the Plex Home; newcomers: no; \
             how long they stay: without end; guests of members: no"
        );
        assert_eq!(
            told(&Group::new("x"), &[Part::When, Part::Ceiling], &titles, zone),
            "times: always; age rating: no limit"
        );
    }
}
