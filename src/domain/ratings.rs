//! Age ratings of films and series as Plex knows them, and the ages behind them. What is not in the table is for grown-ups:
//! nobody under a ceiling sees what nobody has rated.

use std::sync::LazyLock;

use super::group::CEILINGS;

/// Rating as Plex writes it, and the age from which it is meant to be seen. From the boards' own tables; where a board
/// advises without an age ("PG", "M"), the age that most guides give.
const RATINGS: &[(&str, u8)] = &[
    // United States: films (MPA), television.
    ("G", 0),
    ("PG", 9),
    ("PG-13", 13),
    ("R", 17),
    ("NC-17", 18),
    ("TV-Y", 0),
    ("TV-Y7", 7),
    ("TV-Y7-FV", 7),
    ("TV-G", 0),
    ("TV-PG", 9),
    ("TV-14", 14),
    ("TV-MA", 17),
    // Plain ages, as agents without a country write them.
    ("0", 0),
    ("0+", 0),
    ("6", 6),
    ("6+", 6),
    ("7", 7),
    ("9", 9),
    ("10", 10),
    ("11", 11),
    ("12", 12),
    ("12+", 12),
    ("13", 13),
    ("14", 14),
    ("15", 15),
    ("16", 16),
    ("16+", 16),
    ("18", 18),
    ("18+", 18),
    // Germany (FSK), Austria, Switzerland.
    ("de/0", 0),
    ("de/6", 6),
    ("de/12", 12),
    ("de/16", 16),
    ("de/18", 18),
    ("FSK 0", 0),
    ("FSK 6", 6),
    ("FSK 12", 12),
    ("FSK 16", 16),
    ("FSK 18", 18),
    ("at/0", 0),
    ("at/6", 6),
    ("at/10", 10),
    ("at/12", 12),
    ("at/14", 14),
    ("at/16", 16),
    ("at/18", 18),
    ("ch/0", 0),
    ("ch/6", 6),
    ("ch/8", 8),
    ("ch/10", 10),
    ("ch/12", 12),
    ("ch/14", 14),
    ("ch/16", 16),
    ("ch/18", 18),
    // United Kingdom (BBFC), Ireland.
    ("U", 0),
    ("gb/U", 0),
    ("gb/PG", 9),
    ("gb/12", 12),
    ("gb/12A", 12),
    ("gb/15", 15),
    ("gb/18", 18),
    ("gb/R18", 18),
    ("12A", 12),
    ("ie/G", 0),
    ("ie/PG", 9),
    ("ie/12A", 12),
    ("ie/15A", 15),
    ("ie/16", 16),
    ("ie/18", 18),
    // Sweden, Norway, Denmark, Finland, Iceland.
    ("se/Btl", 0),
    ("se/7", 7),
    ("se/11", 11),
    ("se/15", 15),
    ("no/A", 0),
    ("no/6", 6),
    ("no/9", 9),
    ("no/12", 12),
    ("no/15", 15),
    ("no/18", 18),
    ("dk/A", 0),
    ("dk/7", 7),
    ("dk/11", 11),
    ("dk/15", 15),
    ("fi/S", 0),
    ("fi/K-7", 7),
    ("fi/K-12", 12),
    ("fi/K-16", 16),
    ("fi/K-18", 18),
    ("is/L", 0),
    ("is/6", 6),
    ("is/9", 9),
    ("is/12", 12),
    ("is/14", 14),
    ("is/16", 16),
    ("is/18", 18),
    // Netherlands, Belgium, France, Spain, Portugal, Italy, Poland.
    ("nl/AL", 0),
    ("nl/6", 6),
    ("nl/9", 9),
    ("nl/12", 12),
    ("nl/14", 14),
    ("nl/16", 16),
    ("nl/18", 18),
    ("be/AL", 0),
    ("be/6", 6),
    ("be/9", 9),
    ("be/12", 12),
    ("be/14", 14),
    ("be/16", 16),
    ("be/18", 18),
    ("fr/U", 0),
    ("fr/TP", 0),
    ("fr/10", 10),
    ("fr/12", 12),
    ("fr/16", 16),
    ("fr/18", 18),
    ("es/APTA", 0),
    ("es/A", 0),
    ("es/7", 7),
    ("es/12", 12),
    ("es/16", 16),
    ("es/18", 18),
    ("pt/M/3", 3),
    ("pt/M/6", 6),
    ("pt/M/12", 12),
    ("pt/M/14", 14),
    ("pt/M/16", 16),
    ("pt/M/18", 18),
    ("it/T", 0),
    ("it/6+", 6),
    ("it/VM14", 14),
    ("it/VM18", 18),
    ("pl/0", 0),
    ("pl/7", 7),
    ("pl/12", 12),
    ("pl/16", 16),
    ("pl/18", 18),
    // Canada, Australia, New Zealand, Brazil.
    ("ca/G", 0),
    ("ca/PG", 9),
    ("ca/14A", 14),
    ("ca/18A", 18),
    ("ca/R", 18),
    ("au/G", 0),
    ("au/PG", 9),
    ("au/M", 15),
    ("au/MA15+", 15),
    ("au/R18+", 18),
    ("nz/G", 0),
    ("nz/PG", 9),
    ("nz/M", 16),
    ("nz/R13", 13),
    ("nz/R15", 15),
    ("nz/R16", 16),
    ("nz/R18", 18),
    ("br/L", 0),
    ("br/10", 10),
    ("br/12", 12),
    ("br/14", 14),
    ("br/16", 16),
    ("br/18", 18),
];

const KEY: &str = "contentRating";

/// The age behind a rating; none when nobody knows.
pub fn age(rating: &str) -> Option<u8> {
    let wanted = rating.trim();
    RATINGS.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, age)| *age)
}

/// Whether somebody under this ceiling may see what is rated so.
pub fn is_within(rating: Option<&str>, ceiling: u8) -> bool {
    rating.and_then(age).is_some_and(|age| age <= ceiling)
}

/// Ratings up to this age.
pub fn up_to(ceiling: u8) -> impl Iterator<Item = &'static str> {
    RATINGS.iter().filter(move |(_, age)| *age <= ceiling).map(|(name, _)| *name)
}

/// For each ceiling the part of a filter that lets through what is within it (plex.md B8): values joined by commas,
/// percent-encoded within the filter.
static PARTS: LazyLock<Vec<(u8, String)>> = LazyLock::new(|| {
    let encoded = |rating: &str| url::form_urlencoded::byte_serialize(rating.as_bytes()).collect::<String>();
    let values = |age: u8| up_to(age).map(|rating| encoded(rating).replace('+', "%20")).collect::<Vec<_>>().join("%2C");
    CEILINGS.into_iter().map(|age| (age, format!("{KEY}={}", values(age)))).collect()
});

/// That of the ceiling itself, or of the next stricter one.
fn part(ceiling: u8) -> Option<&'static str> {
    PARTS.iter().rev().find(|(age, _)| *age <= ceiling).map(|(_, part)| part.as_str())
}

/// The filter with its ages as a ceiling wants them and all else as it is; none when nothing changes. Without a ceiling only
/// ages that are ours are taken out.
pub fn under(filter: &str, ceiling: Option<u8>) -> Option<String> {
    let wanted = ceiling.and_then(part);
    let (ages, others): (Vec<&str>, Vec<&str>) =
        filter.split(['|', '&']).filter(|part| !part.is_empty()).partition(|part| part.starts_with("contentRating="));
    match (wanted, ages.as_slice()) {
        (None, []) => return None,
        (Some(wanted), [one]) if *one == wanted => return None,
        (None, [one]) if !PARTS.iter().any(|(_, ours)| ours == one) => return None,
        (None, [_, _, ..]) => return None,
        _ => {}
    }
    let kept: Vec<&str> = others.into_iter().chain(wanted).collect();
    Some(kept.join("|"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_rating_stands_once() {
        let names: BTreeSet<String> = RATINGS.iter().map(|(name, _)| name.to_lowercase()).collect();
        assert_eq!(names.len(), RATINGS.len());
    }

    #[test]
    fn what_nobody_has_rated_is_for_grown_ups() {
        assert!(is_within(Some("de/12"), 12) && is_within(Some("tv-pg"), 9));
        assert!(!is_within(Some("PG-13"), 12) && !is_within(Some("NR"), 18) && !is_within(None, 18));
    }

    #[test]
    fn a_ceiling_changes_the_ages_and_nothing_else() {
        let kids = under("", Some(6)).unwrap();
        assert!(kids.starts_with("contentRating=G%2CTV-Y%2C") && kids.contains("de%2F6%2C") && !kids.contains("PG"));
        let own = under("label=kids|contentRating=R", Some(6)).unwrap();
        assert_eq!(own, format!("label=kids|{kids}"));
        assert_eq!(under(&own, Some(6)), None, "it is so already");
        assert_eq!(under(&own, None).as_deref(), Some("label=kids"), "ours is taken out again");
        assert_eq!(under("contentRating=R|label=kids", None), None, "the owner's own stays");
        assert_eq!(under("", None), None);
        assert!(!kids.contains(['+', ' ', '/', ',']), "all of it is encoded");
    }
}
