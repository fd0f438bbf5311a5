//! Reasons in words: one sentence for each, from the same answers that decide.

use std::collections::HashMap;

use super::plan::Change;
use super::resolve::{Answer, Member, Resolver, Why};
use super::wall::weekly_words;
use crate::domain::group::Group;
use crate::domain::ids::LibraryId;

/// Why somebody sees a library or not. `groups` are those of the house.
pub fn reason(why: &Why, groups: &[Group]) -> String {
    let named = |id| groups.iter().find(|group| group.id == id).map_or("a group that is gone", |group| &group.name);
    match why {
        Why::Default => "Default library, everyone has it".to_owned(),
        Why::Group(id) => format!("Group {}", named(*id)),
        Why::Grant => "Own grant".to_owned(),
        Why::AsFound => "Shared on Plex, and nobody has said otherwise".to_owned(),
        Why::Excluded => "Withheld by hand".to_owned(),
        Why::GroupRests(id, _) => {
            let hours = groups.iter().find(|group| group.id == *id).map(|group| weekly_words(&group.when.weekly));
            match hours.filter(|hours| !hours.is_empty()) {
                Some(hours) => format!("Group {}, but only {hours}", named(*id)),
                None => format!("Group {}, but not today", named(*id)),
            }
        }
        Why::GrantRests(_) => "Own grant, but not at this hour".to_owned(),
        Why::Nothing => "No group that has it, and no grant".to_owned(),
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
        let Answer { why, .. } = resolver.answer(member, *library);
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
    if change.moves_settings() {
        words.push("Downloads, Live TV and age rating as the groups say".to_owned());
    }
    if change.before.as_ref().is_some_and(|before| before.all) && change.moves_libraries() {
        words.push(
            "Had all libraries, also those to come; from now on each is named, and Plex can’t turn that back"
                .to_owned(),
        );
    }
    words
}

/// What of the settings turns: name, and whether it is on afterwards.
pub fn turns(change: &Change) -> Vec<(&'static str, bool)> {
    let (Some(after), before) = (&change.after, change.before.clone().unwrap_or_default()) else { return Vec::new() };
    let (was, is) = (&before.settings, &after.settings);
    let flags = [
        ("Downloads", was.allow_sync, is.allow_sync),
        ("Camera upload", was.allow_camera_upload, is.allow_camera_upload),
        ("Live TV", was.allow_tuners > 0, is.allow_tuners > 0),
    ];
    let mut turns: Vec<_> =
        flags.into_iter().filter(|(_, was, is)| was != is).map(|(name, _, is)| (name, is)).collect();
    let limits = |settings: &crate::domain::sharing::ShareSettings| {
        (settings.filter_movies.clone(), settings.filter_television.clone())
    };
    if limits(was) != limits(is) {
        let is_stricter = is.filters().map(str::len).sum::<usize>() >= was.filters().map(str::len).sum();
        turns.push(("Age rating", is_stricter));
    }
    turns
}
