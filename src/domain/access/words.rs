//! Reasons in words: one sentence for each, from the same answers that decide.

use std::collections::HashMap;

use super::plan::Change;
use super::resolve::{Member, Resolver, Why};
use super::wall::weekly_words;
use super::when::Rest;
use crate::domain::group::Group;
use crate::domain::ids::LibraryId;
use crate::domain::sharing::ShareSettings;

/// Why somebody sees a library or not. `groups` are those of the house.
pub fn reason(why: &Why, groups: &[Group]) -> String {
    let named = |id| groups.iter().find(|group| group.id == id).map_or("a group that is gone", |group| &group.name);
    match why {
        Why::Default => "Default library, everyone has it".to_owned(),
        Why::Group(id) => format!("Group {}", named(*id)),
        Why::Grant => "Own grant".to_owned(),
        Why::AsFound => "Shared on Plex, and nobody has said otherwise".to_owned(),
        Why::Excluded => "Withheld by hand".to_owned(),
        Why::GroupRests(id, rest) => {
            let hours = groups.iter().find(|group| group.id == *id).map(|group| weekly_words(&group.when.weekly));
            format!("Group {}, {}", named(*id), resting(*rest, &format!("but only {}", hours.unwrap_or_default())))
        }
        Why::GrantRests(rest) => format!("Own grant, {}", resting(*rest, "but not at this hour")),
        Why::Nothing => "No group that has it, and no grant".to_owned(),
        Why::Out => "Their membership is over, or paused".to_owned(),
    }
}

fn resting(rest: Rest, at_hours: &str) -> String {
    match rest {
        Rest::Begins(day) => format!("which begins on {}", day.format("%-d %b %Y")),
        Rest::Over => "which is over".to_owned(),
        Rest::Hours => at_hours.to_owned(),
    }
}

/// Why a change is planned: what it gives first, then what it takes, each reason once with the libraries it is about.
pub fn of_change(
    change: &Change,
    resolver: &Resolver<'_>,
    member: &Member,
    groups: &[Group],
    titles: &HashMap<LibraryId, String>,
) -> Vec<String> {
    let mut said: Vec<(String, Vec<&str>)> = Vec::new();
    let moved: Vec<LibraryId> = change.gain().chain(change.lose()).collect();
    for library in &moved {
        let why = resolver.why(member, *library);
        let Some(words) = why.first().map(|why| reason(why, groups)) else { continue };
        let title = titles.get(library).map_or("a library", |title| title.trim());
        match said.iter_mut().find(|(known, _)| *known == words) {
            Some((_, titles)) => titles.push(title),
            None => said.push((words, vec![title])),
        }
    }
    let alone = said.len() == 1;
    let mut words: Vec<String> = said
        .into_iter()
        .map(|(words, titles)| if alone { words } else { format!("{words}: {}", titles.join(", ")) })
        .collect();
    words.extend(of_turns(change, member, groups));
    if change.before.as_ref().is_some_and(|before| before.all) && change.moves_libraries() {
        words.push(
            "Had all libraries, also those to come; from now on each is named, and Plex can’t turn that back"
                .to_owned(),
        );
    }
    words
}

/// "Downloads and Live TV as group Friends says".
fn of_turns(change: &Change, member: &Member, groups: &[Group]) -> Option<String> {
    let turns = turns(change);
    let names: Vec<&str> = turns.iter().map(|(name, _)| *name).collect();
    let theirs: Vec<&str> =
        groups.iter().filter(|group| member.groups.contains(&group.id)).map(|group| group.name.as_str()).collect();
    let (first, rest) = names.split_first()?;
    let names = rest.iter().fold((*first).to_owned(), |all, name| format!("{all}, {}", lower(name)));
    match theirs.as_slice() {
        [] => None,
        [one] => Some(format!("{names}: as group {one} says")),
        several => Some(format!("{names}: as groups {} say together", several.join(", "))),
    }
}

/// A name of `turns` in the middle of a sentence.
pub fn lower(name: &str) -> String {
    if name == "Live TV" { name.to_owned() } else { name.to_lowercase() }
}

/// What of the settings turns: name, and whether somebody has it afterwards.
pub fn turns(change: &Change) -> Vec<(&'static str, bool)> {
    let Some(after) = &change.after else { return Vec::new() };
    let none = ShareSettings::default();
    let (was, is) = (change.before.as_ref().map_or(&none, |before| &before.settings), &after.settings);
    let flags = [
        ("Downloads", was.allow_sync, is.allow_sync),
        ("Camera upload", was.allow_camera_upload, is.allow_camera_upload),
        ("Live TV", was.allow_tuners > 0, is.allow_tuners > 0),
    ];
    let mut turns: Vec<_> =
        flags.into_iter().filter(|(_, was, is)| was != is).map(|(name, _, is)| (name, is)).collect();
    if (&was.filter_movies, &was.filter_television) != (&is.filter_movies, &is.filter_television) {
        turns.push(("Titles for older ones", is.lets_all_of(was)));
    }
    turns
}

/// Something is taken away by it.
pub fn loses(change: &Change) -> bool {
    change.lose().next().is_some() || turns(change).iter().any(|(_, on)| !on)
}

/// Something is given by it.
pub fn gains(change: &Change) -> bool {
    change.gain().next().is_some() || turns(change).iter().any(|(_, on)| *on)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::access::given::Given;
    use crate::domain::ids::{PersonId, ServerId};

    #[test]
    fn what_is_to_come_or_over_is_not_said_to_wait_for_an_hour() {
        let said = |rest| reason(&Why::GrantRests(rest), &[]);
        let first = chrono::NaiveDate::from_ymd_opt(2027, 1, 2).unwrap();
        assert_eq!(said(Rest::Begins(first)), "Own grant, which begins on 2 Jan 2027");
        assert_eq!(said(Rest::Over), "Own grant, which is over");
        assert_eq!(said(Rest::Hours), "Own grant, but not at this hour");
        let group = reason(&Why::GroupRests(crate::domain::ids::GroupId(1), Rest::Over), &[]);
        assert_eq!(group, "Group a group that is gone, which is over");
    }

    #[test]
    fn a_stricter_rating_is_a_loss_and_a_looser_one_a_gain() {
        let given = |filter: &str| {
            let settings =
                ShareSettings { filter_movies: filter.to_owned(), allow_sync: true, ..ShareSettings::default() };
            Some(Given { settings, ..Given::default() })
        };
        let turned = |before: &str, after: &str| {
            turns(&Change { person: PersonId(1), server: ServerId(1), before: given(before), after: given(after) })
        };
        assert_eq!(turned("", "contentRating=G%2CPG"), [("Titles for older ones", false)]);
        assert_eq!(
            turned("contentRating=G|label=x", "contentRating=G%2CPG|label=x"),
            [("Titles for older ones", true)]
        );
        assert_eq!(turned("contentRating=G|label=x", "label=x"), [("Titles for older ones", true)]);
        assert_eq!(turned("label=x", "label=x"), []);
    }
}
