//! What is typed about access requests, and what is wrong with it. Everything that is wrong is said at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::domain::ids::GroupId;
use crate::domain::people::rules;
use crate::domain::stay::{Stay, end_of, typed_day};
use crate::domain::text::{lines, one_line};
use crate::domain::typed::{Wrong, chosen, short};

pub const MOST_NAME: usize = 80;
pub const MOST_EMAIL: usize = 254;
pub const MOST_MESSAGE: usize = 1_000;
pub const MOST_REASON: usize = 500;
pub const MOST_LABEL: usize = 100;

type Fields = BTreeMap<String, String>;

/// As somebody asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedAsk {
    pub name: String,
    pub email: String,
    pub message: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ask {
    pub name: String,
    pub email: String,
    pub message: String,
}

impl TypedAsk {
    pub fn read(&self) -> Result<Ask, Fields> {
        let mut wrong = Wrong::default();
        let name = match one_line(&self.name) {
            name if name.is_empty() => Err("Say who you are.".to_owned()),
            name => short(name, MOST_NAME),
        };
        let email = match rules::email(&self.email) {
            Ok(Some(email)) => Ok(email),
            _ => Err("Write your whole mail address, such as ana@example.org.".to_owned()),
        };
        let ask = Ask {
            name: wrong.check("name", name),
            email: wrong.check("email", email),
            message: wrong.check("message", short(lines(self.message.trim()), MOST_MESSAGE)),
        };
        wrong.or(ask)
    }
}

/// As somebody says yes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedApproval {
    pub groups: Vec<String>,
    /// Empty is without end.
    pub stay: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Approval {
    pub groups: Vec<GroupId>,
    pub stay: Stay,
}

impl TypedApproval {
    pub fn read(&self, known: &[GroupId], now: DateTime<Utc>, zone: Tz) -> Result<Approval, Fields> {
        let mut wrong = Wrong::default();
        let groups = chosen(&self.groups, known, "groups").and_then(|groups| match groups.is_empty() {
            true => Err("Choose at least one of the groups.".to_owned()),
            false => Ok(groups),
        });
        let approval =
            Approval { groups: wrong.check("groups", groups), stay: wrong.check("stay", self.stay(now, zone)) };
        wrong.or(approval)
    }

    fn stay(&self, now: DateTime<Utc>, zone: Tz) -> Result<Stay, String> {
        let stay = match self.stay.trim() {
            "" => Ok(Stay::Open),
            word => word.parse::<Stay>().map_err(|error| error.to_string()),
        };
        stay.and_then(|stay| if stay.is_over(now, zone) { Err("This is over already.".to_owned()) } else { Ok(stay) })
    }
}

crate::text_enum! {
    /// The reasons against it that come up most.
    #[derive(Default)]
    pub enum Why {
        Stranger = "stranger",
        Full = "full",
        #[default]
        Other = "other",
    }
}

impl Why {
    pub fn label(self) -> &'static str {
        match self {
            Self::Stranger => "We don’t know each other",
            Self::Full => "The house is full",
            Self::Other => "Something else, or nothing",
        }
    }
}

/// What whoever asked reads; nothing where nothing was said.
pub fn reason(why: Why, words: &str) -> Result<Option<String>, Fields> {
    let words = lines(words.trim());
    let whole = match (why, words.as_str()) {
        (Why::Other, "") => return Ok(None),
        (Why::Other, words) => words.to_owned(),
        (why, "") => format!("{}.", why.label()),
        (why, words) => format!("{}. {words}", why.label()),
    };
    let whole = short(whole, MOST_REASON).map_err(|words| Fields::from([("reason".to_owned(), words)]))?;
    Ok(Some(whole))
}

/// A private link as it is made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedLink {
    pub label: String,
    pub groups: Vec<String>,
    /// Its last day; empty for none.
    pub until: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewLink {
    pub label: String,
    pub groups: Vec<GroupId>,
    pub expires_at: Option<DateTime<Utc>>,
}

impl TypedLink {
    pub fn read(&self, known: &[GroupId], now: DateTime<Utc>, zone: Tz) -> Result<NewLink, Fields> {
        let mut wrong = Wrong::default();
        let label = match one_line(&self.label) {
            label if label.is_empty() => Err("Say whom it is for.".to_owned()),
            label => short(label, MOST_LABEL),
        };
        let link = NewLink {
            label: wrong.check("label", label),
            groups: wrong.check("groups", chosen(&self.groups, known, "groups")),
            expires_at: wrong.check("until", self.expires_at(now, zone)),
        };
        wrong.or(link)
    }

    fn expires_at(&self, now: DateTime<Utc>, zone: Tz) -> Result<Option<DateTime<Utc>>, String> {
        let text = self.until.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let end = end_of(typed_day(text)?, zone);
        if end <= now { Err("This is over already.".to_owned()) } else { Ok(Some(end)) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono_tz::Europe::Stockholm;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn names(wrong: Fields) -> Vec<String> {
        wrong.into_keys().collect()
    }

    #[test]
    fn who_asks_says_who_they_are_and_where_mail_finds_them() {
        let typed = TypedAsk {
            name: " Nadia \n Berg".to_owned(),
            email: " Nadia@Example.org ".to_owned(),
            message: "Hi!\r\nWe met at the allotment. ".to_owned(),
        };
        let ask = typed.read().unwrap();
        assert_eq!((ask.name.as_str(), ask.email.as_str()), ("Nadia Berg", "nadia@example.org"));
        assert_eq!(ask.message, "Hi!\nWe met at the allotment.");
        let nothing = TypedAsk { message: "x".repeat(1_001), ..TypedAsk::default() };
        assert_eq!(names(nothing.read().unwrap_err()), ["email", "message", "name"]);
        for bad in ["nadia", "nadia@example", "a b@example.org", "a@example.org, b@example.org", "<a@example.org>"] {
            let wrong = TypedAsk { email: bad.to_owned(), ..typed.clone() };
            assert_eq!(names(wrong.read().unwrap_err()), ["email"], "{bad}");
        }
    }

    #[test]
    fn a_yes_names_groups_and_how_long() {
        let known = [GroupId(3), GroupId(4)];
        let typed = |groups: &[&str], stay: &str| TypedApproval {
            groups: groups.iter().map(|id| (*id).to_owned()).collect(),
            stay: stay.to_owned(),
        };
        let read = |typed: TypedApproval| typed.read(&known, now(), Stockholm);
        let yes = read(typed(&["4", "3"], "12m")).unwrap();
        assert_eq!((yes.groups, yes.stay), (known.to_vec(), Stay::Months(12)));
        assert_eq!(read(typed(&["3"], "")).unwrap().stay, Stay::Open);
        assert_eq!(names(read(typed(&[], "soon")).unwrap_err()), ["groups", "stay"]);
        assert_eq!(names(read(typed(&["5"], "2026-11-21")).unwrap_err()), ["groups", "stay"]);
    }

    #[test]
    fn a_no_says_why_or_nothing() {
        assert_eq!(reason(Why::Other, "  "), Ok(None));
        assert_eq!(reason(Why::Full, ""), Ok(Some("The house is full.".to_owned())));
        assert_eq!(reason(Why::Full, "Try in spring."), Ok(Some("The house is full. Try in spring.".to_owned())));
        assert_eq!(names(reason(Why::Full, &"x".repeat(490)).unwrap_err()), ["reason"]);
    }

    #[test]
    fn a_link_ends_with_its_last_day() {
        let typed =
            |until: &str| TypedLink { label: "Choir".to_owned(), until: until.to_owned(), ..TypedLink::default() };
        let read = |until: &str| typed(until).read(&[], now(), Stockholm);
        assert_eq!(read("").unwrap().expires_at, None);
        assert_eq!(read("2026-11-22").unwrap().expires_at, Some("2026-11-22T23:00:00Z".parse().unwrap()));
        assert_eq!(names(read("2026-11-21").unwrap_err()), ["until"]);
        assert_eq!(read("9999-12-31").unwrap_err()["until"], "This day is too far away.");
        assert_eq!(read("soon").unwrap_err()["until"], "Write a day, such as 2027-03-03.");
        assert_eq!(
            names(TypedLink { until: "x".to_owned(), ..TypedLink::default() }.read(&[], now(), Stockholm).unwrap_err()),
            ["label", "until"]
        );
    }
}
