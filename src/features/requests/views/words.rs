//! How a request is called and what its stages mean, in words.

use crate::domain::catalog::MediaKind;
use crate::domain::request::{Request, ScopeKind};
use crate::ui::format;

/// "Kestrel", "Orrery, season 2", "Understory, all seasons", "Tin Parade in 4K".
pub fn name(title: &str, request: &Request) -> String {
    let picture = if request.is_4k { " in 4K" } else { "" };
    match request.scope {
        None => format!("{title}{picture}"),
        Some(scope) => format!("{title}, {}{picture}", part(scope, request.seasons.as_deref().unwrap_or_default())),
    }
}

/// "season 3", "seasons 1 to 3", "all seasons", "latest season" while nobody knows which that is.
pub fn part(scope: ScopeKind, seasons: &[i32]) -> String {
    match scope {
        ScopeKind::All => "all seasons".to_owned(),
        ScopeKind::Future => "what is new from now on".to_owned(),
        ScopeKind::First if seasons.is_empty() => "first season".to_owned(),
        ScopeKind::Latest if seasons.is_empty() => "latest season".to_owned(),
        ScopeKind::First | ScopeKind::Latest | ScopeKind::Seasons => seasons_in_words(seasons),
    }
}

/// "season 3", "seasons 1 to 3", "seasons 1, 2 and 5", "the specials".
fn seasons_in_words(seasons: &[i32]) -> String {
    let regular: Vec<i32> = seasons.iter().copied().filter(|season| *season > 0).collect();
    let specials = seasons.contains(&0);
    let in_a_row = regular.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let words = match regular.as_slice() {
        [] if specials => return "the specials".to_owned(),
        [] => return "no season".to_owned(),
        [one] => format!("season {one}"),
        [first, .., last] if in_a_row && regular.len() > 2 => format!("seasons {first} to {last}"),
        many => {
            let numbers: Vec<String> = many.iter().map(i32::to_string).collect();
            format!("seasons {}", format::list(&numbers.iter().map(String::as_str).collect::<Vec<_>>()))
        }
    };
    if specials { format!("{words} and the specials") } else { words }
}

/// What a season is called in a table: "Season 3", "Specials".
pub fn season(number: i32) -> String {
    if number == 0 { "Specials".to_owned() } else { format!("Season {number}") }
}

/// "1 film", "3 seasons": what an allowance counts.
pub fn allowance(kind: MediaKind, amount: u32) -> String {
    match kind {
        MediaKind::Movie => format::count(i64::from(amount), "film", "films"),
        MediaKind::Series => format::count(i64::from(amount), "season", "seasons"),
    }
}

/// How much of an allowance a request takes.
pub fn cost(request: &Request) -> u32 {
    match request.kind {
        MediaKind::Movie => 1,
        MediaKind::Series => request.covered().cost(),
    }
}

/// "3 follow", "1 follows".
pub fn followers(count: i64) -> String {
    if count == 1 { "1 follows".to_owned() } else { format!("{} follow", format::number(count)) }
}

/// The number on the ticket: "0412".
pub fn number(request: &Request) -> String {
    format!("{:04}", request.id.0)
}

/// The service that fetches titles of this kind.
pub fn fetcher(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Movie => "Radarr",
        MediaKind::Series => "Sonarr",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_are_said_as_one_says_them() {
        for (seasons, words) in [
            (&[3][..], "season 3"),
            (&[1, 2], "seasons 1 and 2"),
            (&[1, 2, 3], "seasons 1 to 3"),
            (&[1, 2, 5], "seasons 1, 2 and 5"),
            (&[0], "the specials"),
            (&[0, 4], "season 4 and the specials"),
        ] {
            assert_eq!(part(ScopeKind::Seasons, seasons), words);
        }
        assert_eq!(part(ScopeKind::Latest, &[]), "latest season");
        assert_eq!(part(ScopeKind::All, &[1, 2]), "all seasons");
    }
}
