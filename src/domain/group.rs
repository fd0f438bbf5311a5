//! Groups: a named set of people that carries libraries, rights, allowances, flags, an age ceiling and a schedule. Someone
//! in several gets the most generous of each, and the strictest ceiling.

use chrono::{DateTime, Utc};

use super::access::when::When;
use super::ids::{GroupId, LibraryId};
use super::people::{Person, Role};
use super::stay::Stay;

pub mod form;
pub mod rights;
pub mod told;

pub use rights::{Flags, Rights};

crate::text_enum! {
    /// A part of a group, as it is named where somebody changed it.
    pub enum Part {
        Name = "name",
        Note = "note",
        Libraries = "libraries",
        Rights = "rights",
        Allowances = "allowances",
        Flags = "what Plex lets them do",
        Ceiling = "age rating",
        When = "times",
        Rules = "who is in it",
        Newcomers = "newcomers",
        Stay = "how long they stay",
        Guests = "guests of members",
    }
}

impl Part {
    /// It decides what Plex gives to those who are in the group.
    pub fn is_access(self) -> bool {
        matches!(self, Self::Libraries | Self::Flags | Self::Ceiling | Self::When)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    pub name: String,
    /// What it is for, in a line.
    pub note: String,
    /// Newcomers are put into it.
    pub for_newcomers: bool,
    /// How long whoever is put into it by hand may be there; without end says nothing.
    pub stay: Stay,
    /// Guests whom members invite are put into it. Whoever is in it invites nobody.
    pub for_guests: bool,
    pub rights: Rights,
    pub flags: Flags,
    /// The age up to which titles are shown; none shows all.
    pub ceiling: Option<u8>,
    pub when: When,
    pub rules: Vec<Rule>,
    /// By title.
    pub libraries: Vec<LibraryId>,
}

/// Who is in a group without being put there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Everybody in the Plex Home.
    Home,
    /// Everybody else with a Plex account.
    Friends,
    Role(Role),
}

/// Ages a ceiling may be set at.
pub const CEILINGS: [u8; 7] = [0, 6, 9, 12, 14, 16, 18];

impl Rule {
    pub const ALL: [Self; 6] = [
        Self::Home,
        Self::Friends,
        Self::Role(Role::Viewer),
        Self::Role(Role::Requester),
        Self::Role(Role::Moderator),
        Self::Role(Role::Auditor),
    ];

    /// Nobody owns a server by rule: the owner sees everything already.
    pub fn fits(self, person: &Person) -> bool {
        let is_member = person.gone_at.is_none() && !person.is_owner;
        is_member
            && match self {
                Self::Home => person.home,
                Self::Friends => person.plex_id.is_some() && !person.home,
                Self::Role(role) => person.role == role,
            }
    }

    /// As a choice of a form.
    pub fn label(self) -> String {
        match self {
            Self::Home => "Everybody in the Plex Home".to_owned(),
            Self::Friends => "Everybody else with a Plex account".to_owned(),
            Self::Role(role) => format!("Every {}", role.label().to_lowercase()),
        }
    }

    fn word(self) -> String {
        match self {
            Self::Home => "home".to_owned(),
            Self::Friends => "friends".to_owned(),
            Self::Role(role) => format!("role:{role}"),
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.word())
    }
}

impl std::str::FromStr for Rule {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|rule| rule.word() == text).ok_or(())
    }
}

impl Group {
    /// As a new one begins: it carries nothing yet.
    pub fn new(name: &str) -> Self {
        Self {
            id: GroupId(0),
            name: name.to_owned(),
            note: String::new(),
            for_newcomers: false,
            stay: Stay::Open,
            for_guests: false,
            rights: Rights::USUAL,
            flags: Flags::default(),
            ceiling: None,
            when: When::default(),
            rules: Vec::new(),
            libraries: Vec::new(),
        }
    }

    /// What is different in another one.
    pub fn differences(&self, other: &Self) -> Vec<Part> {
        let sorted = |group: &Self| {
            let mut ids = group.libraries.clone();
            ids.sort_unstable();
            ids
        };
        let allowances = |group: &Self| (group.rights.movie_quota, group.rights.season_quota, group.rights.guests);
        let rights = |group: &Self| Rights { movie_quota: None, season_quota: None, guests: 0, ..group.rights };
        let parts = [
            (Part::Name, self.name != other.name),
            (Part::Note, self.note != other.note),
            (Part::Libraries, sorted(self) != sorted(other)),
            (Part::Rights, rights(self) != rights(other)),
            (Part::Allowances, allowances(self) != allowances(other)),
            (Part::Flags, self.flags != other.flags),
            (Part::Ceiling, self.ceiling != other.ceiling),
            (Part::When, self.when != other.when),
            (Part::Rules, self.rules != other.rules),
            (Part::Newcomers, self.for_newcomers != other.for_newcomers),
            (Part::Stay, self.stay != other.stay),
            (Part::Guests, self.for_guests != other.for_guests),
        ];
        parts.into_iter().filter_map(|(part, differs)| differs.then_some(part)).collect()
    }

    /// Somebody is in it by one of its rules.
    pub fn takes(&self, person: &Person) -> bool {
        self.rules.iter().any(|rule| rule.fits(person))
    }

    /// The clock makes at Plex what a saved group changes, and nobody is asked then: it is or was a group with times, and
    /// what it carries, when, or for whom is other than `before`.
    pub fn moves_by_clock(&self, before: Option<&Self>) -> bool {
        let decides = |part: &Part| part.is_access() || *part == Part::Rules;
        let is_timed = |group: &Self| group.when != When::default();
        let changes = before.is_none_or(|before| before.differences(self).iter().any(decides));
        changes && before.into_iter().chain([self]).any(is_timed)
    }

    /// Within its dates. A weekly window opens and closes its libraries only; rights, flags and ceiling stay.
    pub fn is_on(&self, now: DateTime<Utc>) -> bool {
        self.when.is_between(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_changed_has_a_name() {
        let before = Group { libraries: vec![LibraryId(2), LibraryId(1)], ..Group::new("Friends") };
        let same = Group { libraries: vec![LibraryId(1), LibraryId(2)], ..before.clone() };
        assert_eq!(before.differences(&same), []);
        let after = Group {
            ceiling: Some(12),
            rights: Rights { movie_quota: Some(5), guests: 1, ..before.rights },
            for_guests: true,
            libraries: vec![LibraryId(1)],
            ..before.clone()
        };
        assert_eq!(before.differences(&after), [Part::Libraries, Part::Allowances, Part::Ceiling, Part::Guests]);
        let all: Vec<Part> = before.differences(&after).into_iter().filter(|part| part.is_access()).collect();
        assert_eq!(all, [Part::Libraries, Part::Ceiling]);
    }

    #[test]
    fn only_what_is_given_by_the_hour_moves_by_the_clock() {
        let plain = Group { libraries: vec![LibraryId(1)], ..Group::new("Friends") };
        let more = Group { libraries: vec![LibraryId(1), LibraryId(2)], ..plain.clone() };
        assert!(!more.moves_by_clock(None) && !more.moves_by_clock(Some(&plain)));
        let until = When { until: Some(DateTime::UNIX_EPOCH), ..When::default() };
        let timed = Group { when: until, ..plain.clone() };
        assert!(timed.moves_by_clock(None) && timed.moves_by_clock(Some(&plain)) && plain.moves_by_clock(Some(&timed)));
        let renamed = Group { name: "Guests".to_owned(), note: "New".to_owned(), for_newcomers: true, ..timed.clone() };
        assert!(!renamed.moves_by_clock(Some(&timed)));
        let for_others = Group { rules: vec![Rule::Home], ..timed.clone() };
        assert!(for_others.moves_by_clock(Some(&timed)));
    }
}
