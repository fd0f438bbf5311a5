//! A group as it is typed or sent, and what is wrong with it. Everything that is wrong is said at once.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::{CEILINGS, Flags, Group, Rights, Rule};
use crate::domain::access::wall::TypedWhen;
use crate::domain::ids::{GroupId, LibraryId};
use crate::domain::stay::Stay;
use crate::domain::text::one_line;
use crate::domain::typed::{Wrong, chosen, short};

pub const MOST_NAME: usize = 60;
pub const MOST_NOTE: usize = 200;
const MOST_QUOTA: u32 = 1000;
pub const MOST_GUESTS: u32 = 100;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedGroup {
    pub name: String,
    pub note: String,
    pub for_newcomers: bool,
    pub for_guests: bool,
    /// "open", "30d", "12m", or "until" with `last_day`.
    pub stay: String,
    pub last_day: String,
    pub movies: bool,
    pub series: bool,
    pub four_k: bool,
    pub auto_approve: bool,
    pub sees_requests: bool,
    /// Empty for as many as one likes.
    pub movie_quota: String,
    pub season_quota: String,
    /// Empty for none.
    pub guests: String,
    pub sync: bool,
    pub camera_upload: bool,
    pub tuners: bool,
    /// Empty for none.
    pub ceiling: String,
    pub when: TypedWhen,
    pub rules: Vec<String>,
    pub libraries: Vec<String>,
}

impl TypedGroup {
    pub fn of(group: &Group, zone: Tz) -> Self {
        let number = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        let (stay, last_day) = group.stay.in_form();
        Self {
            name: group.name.clone(),
            note: group.note.clone(),
            for_newcomers: group.for_newcomers,
            for_guests: group.for_guests,
            stay,
            last_day,
            movies: group.rights.movies,
            series: group.rights.series,
            four_k: group.rights.four_k,
            auto_approve: group.rights.auto_approve,
            sees_requests: group.rights.sees_requests,
            movie_quota: number(group.rights.movie_quota),
            season_quota: number(group.rights.season_quota),
            guests: number(Some(group.rights.guests).filter(|guests| *guests > 0)),
            sync: group.flags.sync,
            camera_upload: group.flags.camera_upload,
            tuners: group.flags.tuners,
            ceiling: group.ceiling.map(|age| age.to_string()).unwrap_or_default(),
            when: TypedWhen::of(&group.when, zone),
            rules: group.rules.iter().map(Rule::to_string).collect(),
            libraries: group.libraries.iter().map(LibraryId::to_string).collect(),
        }
    }

    /// The group, or what is wrong by field. `known` are the libraries that there are.
    pub fn read(&self, id: GroupId, known: &[LibraryId], zone: Tz) -> Result<Group, BTreeMap<String, String>> {
        let mut wrong = Wrong::default();
        let group = Group {
            id,
            name: wrong.check("name", name(&self.name)),
            note: wrong.check("note", short(one_line(&self.note), MOST_NOTE)),
            for_newcomers: self.for_newcomers,
            for_guests: self.for_guests,
            stay: match Stay::typed(&self.stay, &self.last_day) {
                Ok(stay) => stay,
                Err((field, words)) => wrong.check(field, Err(words)),
            },
            rights: Rights {
                movies: self.movies,
                series: self.series,
                four_k: self.four_k,
                auto_approve: self.auto_approve,
                sees_requests: self.sees_requests,
                movie_quota: wrong.check("movie_quota", quota(&self.movie_quota)),
                season_quota: wrong.check("season_quota", quota(&self.season_quota)),
                guests: wrong.check("guests", guests(&self.guests, self.for_guests)),
            },
            flags: Flags { sync: self.sync, camera_upload: self.camera_upload, tuners: self.tuners },
            ceiling: wrong.check("ceiling", ceiling(&self.ceiling)),
            when: self.when.read(zone).unwrap_or_else(|troubles| {
                troubles.into_iter().for_each(|(name, words)| wrong.add(name, words));
                Default::default()
            }),
            rules: wrong.check("rules", rules(&self.rules)),
            libraries: wrong.check("libraries", chosen(&self.libraries, known, "libraries")),
        };
        wrong.or(group)
    }
}

fn rules(typed: &[String]) -> Result<Vec<Rule>, String> {
    let rules: Result<Vec<Rule>, ()> = typed.iter().map(|word| word.parse()).collect();
    let mut rules = rules.map_err(|()| "Choose among these rules.".to_owned())?;
    rules.sort_unstable();
    rules.dedup();
    Ok(rules)
}

fn name(typed: &str) -> Result<String, String> {
    match one_line(typed) {
        name if name.is_empty() => Err("Give it a name.".to_owned()),
        name => short(name, MOST_NAME),
    }
}

fn quota(text: &str) -> Result<Option<u32>, String> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(number @ 0..=MOST_QUOTA) => Ok(Some(number)),
            _ => Err(format!("A number from 0 to {MOST_QUOTA}. Leave it empty for no limit.")),
        },
    }
}

fn guests(text: &str, for_guests: bool) -> Result<u32, String> {
    let number = match text.trim() {
        "" => Some(0),
        text => text.parse().ok().filter(|number| *number <= MOST_GUESTS),
    };
    match number {
        None => Err(format!("A number from 0 to {MOST_GUESTS}. Leave it empty for none.")),
        Some(1..) if for_guests => {
            Err("Guests could invite guests. Leave it empty, or have another group for guests.".to_owned())
        }
        Some(number) => Ok(number),
    }
}

fn ceiling(text: &str) -> Result<Option<u8>, String> {
    match text.trim() {
        "" => Ok(None),
        text => {
            let age = text.parse().ok().filter(|age| CEILINGS.contains(age));
            age.map(Some).ok_or_else(|| "Choose one of these ages.".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::people::Role;

    const KNOWN: [LibraryId; 2] = [LibraryId(3), LibraryId(5)];

    fn typed() -> TypedGroup {
        TypedGroup {
            name: " Night  owls ".to_owned(),
            movies: true,
            movie_quota: "5".to_owned(),
            guests: "2".to_owned(),
            ceiling: "12".to_owned(),
            rules: vec!["role:viewer".to_owned(), "home".to_owned()],
            libraries: vec!["5".to_owned(), "3".to_owned(), "5".to_owned()],
            ..TypedGroup::default()
        }
    }

    #[test]
    fn what_is_typed_becomes_a_group_and_back() {
        let group = typed().read(GroupId(7), &KNOWN, chrono_tz::UTC).unwrap();
        assert_eq!((group.name.as_str(), group.libraries.as_slice()), ("Night owls", KNOWN.as_slice()));
        assert_eq!(group.rules, [Rule::Home, Rule::Role(Role::Viewer)]);
        assert_eq!((group.rights.movie_quota, group.rights.season_quota, group.ceiling), (Some(5), None, Some(12)));
        assert_eq!(group.rights.guests, 2);
        let again = TypedGroup::of(&group, chrono_tz::UTC).read(GroupId(7), &KNOWN, chrono_tz::UTC);
        assert_eq!(again, Ok(group));
    }

    #[test]
    fn guests_invite_no_guests() {
        let read = |guests: &str, for_guests: bool| {
            let typed = TypedGroup { guests: guests.to_owned(), for_guests, ..typed() };
            typed.read(GroupId(0), &KNOWN, chrono_tz::UTC).map(|group| (group.rights.guests, group.for_guests))
        };
        assert_eq!(
            (read("", true), read(" 0 ", true), read("100", false)),
            (Ok((0, true)), Ok((0, true)), Ok((100, false)))
        );
        assert!(read("1", true).unwrap_err()["guests"].starts_with("Guests could invite guests."));
        for bad in ["-1", "101", "many", "1.5"] {
            assert!(read(bad, false).unwrap_err()["guests"].starts_with("A number from 0 to 100."), "{bad}");
        }
    }

    #[test]
    fn a_name_is_one_line_and_says_what_is_wrong_with_it() {
        let read = |name: &str| {
            let typed = TypedGroup { name: name.to_owned(), note: "a\0b\n c".to_owned(), ..typed() };
            typed.read(GroupId(0), &KNOWN, chrono_tz::UTC).map(|group| (group.name, group.note))
        };
        assert_eq!(read("Fri\0ends 🎬"), Ok(("Fri ends 🎬".to_owned(), "a b c".to_owned())));
        assert_eq!(read("\u{1}").unwrap_err()["name"], "Give it a name.");
        assert_eq!(read(&"x".repeat(20_000)).unwrap_err()["name"], "At most 60 characters.");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = TypedGroup {
            name: " ".to_owned(),
            note: "x".repeat(201),
            movie_quota: "-1".to_owned(),
            season_quota: "1001".to_owned(),
            guests: "101".to_owned(),
            ceiling: "13".to_owned(),
            rules: vec!["role:admin".to_owned()],
            libraries: vec!["4".to_owned()],
            ..TypedGroup::default()
        };
        let fields = wrong.read(GroupId(0), &KNOWN, chrono_tz::UTC).unwrap_err();
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["ceiling", "guests", "libraries", "movie_quota", "name", "note", "rules", "season_quota"]);
    }
}
