//! What a group carries, in words.

use crate::domain::access::wall;
use crate::domain::access::when::When;
use crate::domain::group::{Flags, Rights};
use crate::ui::{Clock, format};

/// "5 films and 6 seasons in 30 days": what its people may ask for.
pub fn rights(rights: &Rights, flags: Flags, days: u32) -> String {
    let mut said = match (rights.movies, rights.series) {
        (false, false) => "May not request".to_owned(),
        asks if rights.auto_approve => format!("Requests approved at once, {}", allowance(rights, asks, days)),
        asks => format::capital(&allowance(rights, asks, days)),
    };
    if rights.four_k && (rights.movies || rights.series) {
        said.push_str(", 4K too");
    }
    if flags.sync {
        said.push_str(", downloads");
    }
    if rights.guests > 0 {
        said.push_str(&format!(", may invite {}", format::count(rights.guests.into(), "guest", "guests")));
    }
    said
}

/// What they may ask for in so many days, where they may ask for anything.
fn allowance(rights: &Rights, asks: (bool, bool), days: u32) -> String {
    let count = |n: u32, one, many| if n == 0 { format!("no {many}") } else { format::count(n.into(), one, many) };
    let films = rights.movie_quota.map(|n| count(n, "film", "films"));
    let seasons = rights.season_quota.map(|n| count(n, "season", "seasons"));
    match (asks, films, seasons) {
        ((true, true), Some(films), Some(seasons)) => format!("{films} and {seasons} in {days} days"),
        ((true, true), Some(films), None) => format!("{films} in {days} days, series without limit"),
        ((true, true), None, Some(seasons)) => format!("{seasons} in {days} days, films without limit"),
        ((true, true), None, None) => "no limit".to_owned(),
        ((true, _), Some(films), _) => format!("{films} in {days} days, no series"),
        ((true, _), None, _) => "films without limit, no series".to_owned(),
        (_, _, Some(seasons)) => format!("{seasons} in {days} days, no films"),
        (_, _, None) => "series without limit, no films".to_owned(),
    }
}

/// "Up to 12".
pub fn ceiling(age: u8) -> String {
    if age == 0 { "For all ages".to_owned() } else { format!("Up to {age}") }
}

/// "From 1 Dec, 18:00 until 6 Jan 2027, 00:00. Mon to Fri 16:00 to 20:00." Nothing for always.
pub fn times(clock: &Clock, when: &When) -> String {
    let moment = |at: chrono::DateTime<chrono::Utc>| {
        format!("{}, {}", clock.day(at.with_timezone(&clock.zone).date_naive()), clock.hour(at))
    };
    let dates = match (when.from, when.until) {
        (Some(from), Some(until)) => format!("From {} until {}.", moment(from), moment(until)),
        (Some(from), None) => format!("From {}.", moment(from)),
        (None, Some(until)) => format!("Until {}.", moment(until)),
        (None, None) => String::new(),
    };
    let weekly = format::capital(&wall::weekly_words(&when.weekly));
    let weekly = if weekly.is_empty() { weekly } else { format!("{weekly}.") };
    [dates, weekly].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// "5 people".
pub fn people(count: usize) -> String {
    match count {
        0 => "Nobody yet".to_owned(),
        n => format::count(i64::try_from(n).unwrap_or(i64::MAX), "person", "people"),
    }
}

/// "3 people are in it."
pub fn are_in_it(count: usize) -> String {
    match count {
        0 => "Nobody is in it yet.".to_owned(),
        1 => "One person is in it.".to_owned(),
        n => format!("{} are in it.", people(n)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn rights_are_one_short_line() {
        let none = Flags::default();
        let usual = Rights::USUAL;
        let some = Rights { movie_quota: Some(5), season_quota: Some(1), ..usual };
        let said = |rights: Rights| super::rights(&rights, none, 30);
        assert_eq!(said(usual), "No limit");
        assert_eq!(said(Rights { auto_approve: true, ..usual }), "Requests approved at once, no limit");
        assert_eq!(said(some), "5 films and 1 season in 30 days");
        assert_eq!(said(Rights { movies: false, series: false, four_k: true, ..some }), "May not request");
        assert_eq!(said(Rights { series: false, ..some }), "5 films in 30 days, no series");
        assert_eq!(said(Rights { movies: false, season_quota: None, ..some }), "Series without limit, no films");
        assert_eq!(said(Rights { movie_quota: Some(0), ..some }), "No films and 1 season in 30 days");
        assert_eq!(said(Rights { guests: 1, ..usual }), "No limit, may invite 1 guest");
        let all = super::rights(&Rights { four_k: true, ..some }, Flags { sync: true, ..none }, 7);
        assert_eq!(all, "5 films and 1 season in 7 days, 4K too, downloads");
    }

    #[test]
    fn times_are_those_of_the_house() {
        let clock = Clock::new("2026-11-21T12:00:00Z".parse().unwrap(), chrono_tz::Europe::Stockholm);
        assert_eq!(times(&clock, &When::default()), "");
        let typed = wall::TypedWhen {
            from: "2026-12-01T18:00".to_owned(),
            until: "2027-01-06T00:00".to_owned(),
            windows: vec![wall::TypedWindow { day: 0, from: "16:00".to_owned(), to: "20:00".to_owned() }],
        };
        let when = typed.read(clock.zone).unwrap();
        assert_eq!(times(&clock, &when), "From 1 Dec, 18:00 until 6 Jan 2027, 00:00. Mon 16:00 to 20:00.");
    }
}
