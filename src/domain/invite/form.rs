//! An invite as it is typed or sent, and what is wrong with it. Everything that is wrong is said at once.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{Gives, Invite};
use crate::domain::access::wall;
use crate::domain::group::Flags;
use crate::domain::ids::{GroupId, LibraryId};
use crate::domain::stay::Stay;
use crate::domain::text::{lines, one_line};
use crate::domain::typed::{Wrong, chosen, short};

pub const LEAST_CODE: usize = 3;
pub const MOST_CODE: usize = 40;
pub const MOST_LABEL: usize = 100;
pub const MOST_NOTE: usize = 500;
pub const MOST_USES: u32 = 10_000;
const MOST_DAYS: i64 = 3_660;

crate::text_enum! {
    /// What the choice "what they may see" says.
    pub enum By {
        Groups = "groups",
        Libraries = "libraries",
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedInvite {
    /// Empty for a random one.
    pub code: String,
    pub label: String,
    pub note: String,
    /// "groups" or "libraries".
    pub by: String,
    pub groups: Vec<String>,
    pub libraries: Vec<String>,
    pub sync: bool,
    pub camera_upload: bool,
    pub tuners: bool,
    /// A place in the Plex Home. None is not said: that is no from an admin, and as it is from others.
    pub home: Option<bool>,
    /// "open", "30d", "12m", or "until" with `last_day`.
    pub stay: String,
    pub last_day: String,
    /// Empty for without limit.
    pub uses: String,
    /// "never", "7d", or "at" with `expires_at`.
    pub expires: String,
    pub expires_at: String,
}

/// What an invite is read against.
pub struct Known<'a> {
    pub groups: &'a [GroupId],
    pub libraries: &'a [LibraryId],
    /// Only admins give places in the Plex Home: it is the owner's.
    pub may_give_home: bool,
    pub zone: Tz,
    pub now: DateTime<Utc>,
}

impl TypedInvite {
    pub fn of(invite: &Invite, zone: Tz) -> Self {
        let (by, groups, libraries) = match &invite.gives {
            Gives::Groups(ids) => (By::Groups, ids.iter().map(GroupId::to_string).collect(), Vec::new()),
            Gives::Libraries(ids) => (By::Libraries, Vec::new(), ids.iter().map(LibraryId::to_string).collect()),
        };
        let (stay, last_day) = invite.stay.in_form();
        let expires_at = invite.expires_at.map(|at| wall::shown(at, zone));
        Self {
            code: invite.code.clone(),
            label: invite.label.clone(),
            note: invite.note.clone(),
            by: by.to_string(),
            groups,
            libraries,
            sync: invite.flags.sync,
            camera_upload: invite.flags.camera_upload,
            tuners: invite.flags.tuners,
            home: Some(invite.home),
            stay,
            last_day,
            uses: invite.uses.map(|uses| uses.to_string()).unwrap_or_default(),
            expires: if expires_at.is_some() { "at" } else { "never" }.to_owned(),
            expires_at: expires_at.unwrap_or_default(),
        }
    }

    /// What `before` becomes, or what is wrong by field. The code of a new one may still be empty.
    pub fn read(&self, before: &Invite, known: &Known<'_>) -> Result<Invite, BTreeMap<String, String>> {
        let mut wrong = Wrong::default();
        let stay = self.stay(before, known, &mut wrong);
        let invite = Invite {
            code: wrong.check("code", code(&self.code)),
            label: wrong.check("label", short(one_line(&self.label), MOST_LABEL)),
            note: wrong.check("note", short(lines(self.note.trim()), MOST_NOTE)),
            gives: self.gives(known, &mut wrong),
            flags: Flags { sync: self.sync, camera_upload: self.camera_upload, tuners: self.tuners },
            home: wrong.check("home", self.home(before, known)),
            stay,
            uses: wrong.check("uses", uses(&self.uses, before.used)),
            expires_at: stay.no_later(self.expires_at(before, known, &mut wrong), known.zone),
            ..before.clone()
        };
        let invite = wrong.or(invite)?;
        if before.home && !known.may_give_home { no_wider(before, invite) } else { Ok(invite) }
    }

    fn gives(&self, known: &Known<'_>, wrong: &mut Wrong) -> Gives {
        let some = |field: &str, none: bool| match none {
            true => Err(format!("Choose at least one of the {field}.")),
            false => Ok(()),
        };
        match self.by.parse() {
            Ok(By::Groups) => {
                let ids = chosen(&self.groups, known.groups, "groups");
                Gives::Groups(wrong.check("groups", ids.and_then(|ids| some("groups", ids.is_empty()).map(|()| ids))))
            }
            Ok(By::Libraries) => {
                let ids = chosen(&self.libraries, known.libraries, "libraries");
                let ids = ids.and_then(|ids| some("libraries", ids.is_empty()).map(|()| ids));
                Gives::Libraries(wrong.check("libraries", ids))
            }
            Err(_) => {
                wrong.add("by", "Choose groups or libraries.".to_owned());
                Gives::Groups(Vec::new())
            }
        }
    }

    fn home(&self, before: &Invite, known: &Known<'_>) -> Result<bool, String> {
        match self.home {
            home if known.may_give_home => Ok(home.unwrap_or_default()),
            Some(home) if home != before.home => {
                Err("Only an admin decides whether it gives a place in the Plex Home.".to_owned())
            }
            _ => Ok(before.home),
        }
    }

    /// A day that has gone by since is no reason to refuse what else is changed.
    fn stay(&self, before: &Invite, known: &Known<'_>, wrong: &mut Wrong) -> Stay {
        let over = |stay: &Stay| *stay != before.stay && stay.is_over(known.now, known.zone);
        match Stay::typed(&self.stay, &self.last_day) {
            Ok(stay) if over(&stay) => wrong.check(
                if self.stay.trim() == "until" { "last_day" } else { "stay" },
                Err("This day is over.".to_owned()),
            ),
            Ok(stay) => stay,
            Err((field, words)) => wrong.check(field, Err(words)),
        }
    }

    fn expires_at(&self, before: &Invite, known: &Known<'_>, wrong: &mut Wrong) -> Option<DateTime<Utc>> {
        match self.expires.trim() {
            "" | "never" => None,
            "at" => {
                let at = wall::read(&self.expires_at, known.zone);
                let at = at.and_then(|at| at.ok_or_else(|| "Write when, or choose that it never ends.".to_owned()));
                let is_over = |at: DateTime<Utc>| Some(at) != before.expires_at && at <= known.now;
                let at = at.and_then(|at| if is_over(at) { Err("This is over already.".to_owned()) } else { Ok(at) });
                wrong.check("expires_at", at.map(Some))
            }
            word => {
                let days = word.strip_suffix('d').and_then(|days| days.parse().ok());
                let days = days.filter(|days| (1..=MOST_DAYS).contains(days));
                let at = days.map(|days| known.now + TimeDelta::days(days));
                let words = || "Write never, at, or days such as 7d.".to_owned();
                wrong.check("expires", at.ok_or_else(words).map(Some))
            }
        }
    }
}

/// Nobody but an admin lets more people into the Plex Home, or for longer.
fn no_wider(before: &Invite, after: Invite) -> Result<Invite, BTreeMap<String, String>> {
    let mut wrong = Wrong::default();
    if before.uses.is_some_and(|most| after.uses.is_none_or(|uses| uses > most)) {
        wrong.add("uses", "Only an admin lets more people into the Plex Home.".to_owned());
    }
    if before.expires_at.is_some_and(|end| after.expires_at.is_none_or(|at| at > end)) {
        wrong.add("expires", "Only an admin lets a link into the Plex Home work longer.".to_owned());
    }
    wrong.or(after)
}

/// The end of a link that somebody chose; empty for a random one.
pub fn code(typed: &str) -> Result<String, String> {
    let code = typed.trim().to_lowercase();
    let fits = code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    match code.len() {
        0 => Ok(code),
        LEAST_CODE..=MOST_CODE if fits && !code.starts_with('-') && !code.ends_with('-') => Ok(code),
        LEAST_CODE..=MOST_CODE => Err("Use only the letters a to z, digits, and - between them.".to_owned()),
        _ => Err(format!("Use {LEAST_CODE} to {MOST_CODE} characters.")),
    }
}

fn uses(text: &str, used: u32) -> Result<Option<u32>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    match text.parse() {
        Ok(uses @ 1..=MOST_USES) if uses >= used => Ok(Some(uses)),
        Ok(0..=MOST_USES) if used > 0 => Err(format!("It was used {used} times already: at least {used}.")),
        _ => Err(format!("A number from 1 to {MOST_USES}. Leave it empty for no limit.")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::tests::invite;
    use super::*;

    const GROUPS: [GroupId; 2] = [GroupId(3), GroupId(4)];
    const LIBRARIES: [LibraryId; 2] = [LibraryId(5), LibraryId(6)];

    fn known() -> Known<'static> {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        let zone = chrono_tz::Europe::Stockholm;
        Known { groups: &GROUPS, libraries: &LIBRARIES, may_give_home: true, zone, now }
    }

    fn typed() -> TypedInvite {
        TypedInvite {
            code: " Back-Row-2026 ".to_owned(),
            label: " For  the\ncousins".to_owned(),
            note: "Come in!\r\nPopcorn is yours to bring. ".to_owned(),
            by: "groups".to_owned(),
            groups: vec!["4".to_owned(), "3".to_owned(), "4".to_owned()],
            libraries: vec!["99".to_owned()],
            sync: true,
            stay: "12m".to_owned(),
            uses: "3".to_owned(),
            expires: "7d".to_owned(),
            ..TypedInvite::default()
        }
    }

    fn wrong(typed: &TypedInvite) -> Vec<(String, String)> {
        typed.read(&invite(), &known()).unwrap_err().into_iter().collect()
    }

    fn one(field: &str, words: &str) -> Vec<(String, String)> {
        vec![(field.to_owned(), words.to_owned())]
    }

    #[test]
    fn what_is_typed_becomes_an_invite_and_back() {
        let read = typed().read(&invite(), &known()).unwrap();
        assert_eq!((read.code.as_str(), read.label.as_str()), ("back-row-2026", "For the cousins"));
        assert_eq!(read.note, "Come in!\nPopcorn is yours to bring.");
        assert_eq!(read.gives, Gives::Groups(GROUPS.to_vec()), "what belongs to the other choice counts for nothing");
        assert_eq!((read.stay, read.uses, read.used), (Stay::Months(12), Some(3), 1));
        assert_eq!(read.expires_at, Some("2026-11-28T12:00:00Z".parse().unwrap()));
        let again = TypedInvite::of(&read, known().zone);
        assert_eq!((again.expires.as_str(), again.expires_at.as_str()), ("at", "2026-11-28T13:00"));
        assert_eq!(again.read(&read, &known()), Ok(read));
    }

    #[test]
    fn libraries_are_the_other_choice() {
        let typed = TypedInvite { by: "libraries".to_owned(), libraries: vec!["6".to_owned()], ..typed() };
        assert_eq!(typed.read(&invite(), &known()).unwrap().gives, Gives::Libraries(vec![LibraryId(6)]));
        let none = TypedInvite { libraries: Vec::new(), ..typed.clone() };
        assert_eq!(wrong(&none), one("libraries", "Choose at least one of the libraries."));
        let gone = TypedInvite { libraries: vec!["99".to_owned()], ..typed };
        assert_eq!(wrong(&gone), one("libraries", "One of these libraries is gone. Choose anew."));
    }

    #[test]
    fn only_an_admin_gives_places_in_the_home() {
        let with = |home: Option<bool>| TypedInvite { home, ..typed() };
        let read = |home, before: bool, may_give_home| {
            let known = Known { may_give_home, ..known() };
            with(home).read(&Invite { home: before, ..invite() }, &known).map(|read| read.home)
        };
        assert_eq!((read(Some(true), false, true), read(None, true, true)), (Ok(true), Ok(false)));
        // What others leave alone stays as it is.
        assert_eq!((read(None, true, false), read(None, false, false)), (Ok(true), Ok(false)));
        assert_eq!((read(Some(true), true, false), read(Some(false), false, false)), (Ok(true), Ok(false)));
        for (wanted, before) in [(true, false), (false, true)] {
            let wrong = read(Some(wanted), before, false).unwrap_err();
            assert_eq!(wrong.keys().collect::<Vec<_>>(), ["home"]);
        }
        assert_eq!(TypedInvite::of(&Invite { home: true, ..invite() }, known().zone).home, Some(true));
    }

    #[test]
    fn only_an_admin_lets_more_into_the_home_or_for_longer() {
        let end = |text: &str| Some(text.parse().unwrap());
        let before = Invite { home: true, uses: Some(3), expires_at: end("2026-11-28T12:00:00Z"), ..invite() };
        let read = |uses: &str, expires: &str, may_give_home| {
            let typed = TypedInvite { home: None, uses: uses.to_owned(), expires: expires.to_owned(), ..typed() };
            let known = Known { may_give_home, ..known() };
            typed.read(&before, &known).err().map(|wrong| wrong.into_keys().collect::<Vec<_>>())
        };
        assert_eq!((read("3", "7d", false), read("2", "1d", false)), (None, None));
        assert_eq!(read("4", "8d", false), Some(vec!["expires".to_owned(), "uses".to_owned()]));
        assert_eq!(read("", "never", false), Some(vec!["expires".to_owned(), "uses".to_owned()]));
        assert_eq!(read("", "never", true), None);
    }

    #[test]
    fn a_link_ends_with_the_last_day_that_it_gives() {
        let until = |expires: &str| TypedInvite {
            stay: "until".to_owned(),
            last_day: "2026-11-24".to_owned(),
            expires: expires.to_owned(),
            ..typed()
        };
        let expires =
            |expires: &str| until(expires).read(&invite(), &known()).unwrap().expires_at.unwrap().to_rfc3339();
        assert_eq!(expires("7d"), "2026-11-24T23:00:00+00:00");
        assert_eq!(expires("never"), "2026-11-24T23:00:00+00:00");
        assert_eq!(expires("1d"), "2026-11-22T12:00:00+00:00");
    }

    #[test]
    fn an_own_end_of_the_link_is_plain() {
        for good in ["", "abc", "A-1", &"x".repeat(40)] {
            assert_eq!(code(good), Ok(good.to_lowercase()));
        }
        for bad in ["ab", "a b", "-ab", "ab-", "för-alla", "a/b", "a_b", &"x".repeat(41)] {
            assert!(code(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_end_may_stay_in_the_past_but_not_be_put_there() {
        let past = TypedInvite {
            expires: "at".to_owned(),
            expires_at: "2026-11-21T12:59".to_owned(),
            stay: "until".to_owned(),
            last_day: "2026-11-20".to_owned(),
            ..typed()
        };
        let fields: Vec<String> = wrong(&past).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["expires_at", "last_day"]);
        let before = Invite {
            expires_at: Some("2026-11-21T11:59:00Z".parse().unwrap()),
            stay: "2026-11-20".parse().unwrap(),
            ..invite()
        };
        assert!(past.read(&before, &known()).is_ok());
        let nothing = TypedInvite { expires_at: String::new(), ..past };
        assert_eq!(
            nothing.read(&before, &known()).unwrap_err()["expires_at"],
            "Write when, or choose that it never ends."
        );
    }

    #[test]
    fn it_works_at_least_as_often_as_it_did() {
        let times = |text: &str, used: u32| uses(text, used);
        assert_eq!((times("", 9), times(" 3 ", 3)), (Ok(None), Ok(Some(3))));
        assert_eq!(times("2", 3), Err("It was used 3 times already: at least 3.".to_owned()));
        for bad in ["0", "-1", "10001", "many", "1.5", "99999999999"] {
            assert!(times(bad, 0).is_err(), "{bad}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = TypedInvite {
            code: "?".to_owned(),
            label: "x".repeat(101),
            note: "x".repeat(501),
            by: "both".to_owned(),
            stay: "1y".to_owned(),
            uses: "0".to_owned(),
            expires: "soon".to_owned(),
            ..TypedInvite::default()
        };
        let fields = wrong.read(&invite(), &known()).unwrap_err();
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(names, ["by", "code", "expires", "label", "note", "stay", "uses"]);
    }
}
