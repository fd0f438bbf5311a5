//! What a request is called, on pages, in mails and in the record alike.

use super::request::{Request, ScopeKind};

/// "Kestrel", "Orrery, season 2", "Understory, all seasons", "Tin Parade in 4K".
pub fn name(title: &str, request: &Request) -> String {
    named(title, request.scope, request.seasons.as_deref().unwrap_or_default(), request.is_4k)
}

/// The same of one of which only this is known.
pub fn named(title: &str, scope: Option<ScopeKind>, seasons: &[i32], is_4k: bool) -> String {
    let picture = if is_4k { " in 4K" } else { "" };
    match scope {
        None => format!("{title}{picture}"),
        Some(scope) => format!("{title}, {}{picture}", part(scope, seasons)),
    }
}

/// "season 3", "seasons 1 to 3", "all seasons", "latest season" while nobody knows which that is.
pub fn part(scope: ScopeKind, numbers: &[i32]) -> String {
    match scope {
        ScopeKind::All => "all seasons".to_owned(),
        ScopeKind::Future => "what is new from now on".to_owned(),
        ScopeKind::First if numbers.is_empty() => "first season".to_owned(),
        ScopeKind::Latest if numbers.is_empty() => "latest season".to_owned(),
        ScopeKind::First | ScopeKind::Latest | ScopeKind::Seasons => seasons(numbers),
    }
}

/// "season 3", "seasons 1 to 3", "seasons 1, 2 and 5", "the specials".
pub fn seasons(numbers: &[i32]) -> String {
    let regular: Vec<i32> = numbers.iter().copied().filter(|season| *season > 0).collect();
    let specials = numbers.contains(&0);
    let in_a_row = regular.windows(2).all(|pair| pair[1] == pair[0] + 1);
    let words = match regular.as_slice() {
        [] if specials => return "the specials".to_owned(),
        [] => return "no season".to_owned(),
        [one] => format!("season {one}"),
        [first, .., last] if in_a_row && regular.len() > 2 => format!("seasons {first} to {last}"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(i32::to_string).collect();
            format!("seasons {} and {last}", first.join(", "))
        }
    };
    if specials { format!("{words} and the specials") } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seasons_are_said_as_one_says_them() {
        for (numbers, words) in [
            (&[3][..], "season 3"),
            (&[1, 2], "seasons 1 and 2"),
            (&[1, 2, 3], "seasons 1 to 3"),
            (&[1, 2, 5], "seasons 1, 2 and 5"),
            (&[0], "the specials"),
            (&[0, 4], "season 4 and the specials"),
        ] {
            assert_eq!(part(ScopeKind::Seasons, numbers), words);
        }
        assert_eq!(part(ScopeKind::Latest, &[]), "latest season");
        assert_eq!(part(ScopeKind::All, &[1, 2]), "all seasons");
    }
}
