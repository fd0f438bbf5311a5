//! Getting at one's own account from a mail: what the links are signed for and about. Each is bound to how things stood
//! when it was made, and is good for nothing once they have changed.

use chrono::{DateTime, TimeDelta, Utc};

use super::ids::PersonId;

/// For a new password. What it is about tells the way to sign in that it replaces from any other.
pub const RESET: &str = "password reset";
pub const RESET_WORKS: TimeDelta = TimeDelta::hours(1);
/// Who asks for it more often gets one mail.
pub const RESET_AGAIN: TimeDelta = TimeDelta::minutes(5);

/// For a new address, by the one who reads what comes there.
pub const CONFIRM: &str = "mail change";
/// Against it, by the one who reads what comes to the old one.
pub const OBJECT: &str = "mail change objection";

/// A person, and a mark that is theirs for as long as things stay as they are.
pub fn about(person: PersonId, mark: &str) -> String {
    format!("{person}:{mark}")
}

pub fn read(about: &str) -> Option<(PersonId, String)> {
    let (person, mark) = about.split_once(':')?;
    Some((person.parse().ok()?, mark.to_owned()))
}

/// Another address that somebody asked for, and that nobody has confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailChange {
    pub person: PersonId,
    /// The address they had.
    pub old: Option<String>,
    pub new: String,
    /// Tells this change from any other.
    pub mark: String,
    pub asked_at: DateTime<Utc>,
}

impl MailChange {
    const WAITS: TimeDelta = TimeDelta::hours(24);

    pub fn until(&self) -> DateTime<Utc> {
        self.asked_at + Self::WAITS
    }

    /// It can be confirmed, or objected to: time is left, and their address is the one it was.
    pub fn is_open(&self, present: Option<&str>, now: DateTime<Utc>) -> bool {
        now < self.until() && self.old.as_deref() == present
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_link_is_about_one_person_and_one_mark() {
        assert_eq!(read(&about(PersonId(7), "ab12")), Some((PersonId(7), "ab12".to_owned())));
        assert_eq!([read("7"), read(":ab12"), read("x:ab12")], [None, None, None]);
    }

    #[test]
    fn a_change_waits_for_a_day_and_for_the_address_it_was_asked_at() {
        let asked_at: DateTime<Utc> = "2026-11-22T10:00:00Z".parse().unwrap();
        let old = Some("ana@example.org".to_owned());
        let change =
            MailChange { person: PersonId(7), old, new: "a@b.example".to_owned(), mark: "x".to_owned(), asked_at };
        let open = |present: Option<&str>, hours: i64| change.is_open(present, asked_at + TimeDelta::hours(hours));
        assert!(open(Some("ana@example.org"), 0) && open(Some("ana@example.org"), 23));
        assert!(!open(Some("ana@example.org"), 24) && !open(None, 0) && !open(Some("b@example.org"), 0));
    }
}
