//! Guests of members: how many somebody may invite by links of their own, what is left of it, and such a link as it is typed.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::form::MOST_NOTE;
use super::{Gives, Invite};
use crate::domain::group::Flags;
use crate::domain::ids::{GroupId, InviteId, PersonId};
use crate::domain::stay::{Stay, day_of};
use crate::domain::text::lines;
use crate::domain::typed::{Wrong, short};

/// A link works for so long at most: nobody keeps places for ever.
pub const MOST_DAYS: u32 = 30;
/// How long it works where nobody says otherwise.
pub const USUAL_DAYS: u32 = 7;

/// How many guests a member may invite. A place is taken while a link keeps it open, and for so many days after somebody has
/// come by it; a link that is over, or taken back, gives back what nobody used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub limit: u32,
    pub days: u32,
    /// Places that links keep open.
    pub open: u32,
    /// Guests who have come within the days.
    pub came: u32,
    /// When the first of them counts no more.
    pub resets_at: Option<DateTime<Utc>>,
}

impl Allowance {
    /// From the places that each link keeps open, and when guests have come.
    pub fn of(limit: u32, days: u32, open: &[u32], came: &[DateTime<Utc>], now: DateTime<Utc>) -> Self {
        let counts = || came.iter().copied().filter(|at| *at > Self::begins(days, now));
        Self {
            limit,
            days,
            open: open.iter().fold(0, |sum, places| sum.saturating_add(*places)),
            came: u32::try_from(counts().count()).unwrap_or(u32::MAX),
            resets_at: counts().min().map(|at| at + TimeDelta::days(days.into())),
        }
    }

    /// Who came before this does not count any more.
    pub fn begins(days: u32, now: DateTime<Utc>) -> DateTime<Utc> {
        now - TimeDelta::days(days.into())
    }

    pub fn left(self) -> u32 {
        self.limit.saturating_sub(self.open.saturating_add(self.came))
    }

    /// The day before which nobody can be invited. Not known while links keep places open, which may end or be taken back, or
    /// while more have come than may by now.
    fn shut_before(self, zone: Tz) -> Option<NaiveDate> {
        let is_known = self.left() == 0 && self.open == 0 && self.came <= self.limit;
        self.resets_at.filter(|_| is_known).map(|at| day_of(at, zone))
    }

    fn none_left(self, zone: Tz) -> String {
        match self.shut_before(zone) {
            Some(day) => format!("You can’t invite anybody before {}.", day.format("%-d %b %Y")),
            None => "None of your guests is left for now.".to_owned(),
        }
    }
}

/// A link of a member as it is typed or sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedGuests {
    /// Words for the guest.
    pub note: String,
    pub uses: String,
    /// How long it works.
    pub days: String,
}

/// Such a link as it may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestLink {
    pub note: String,
    pub uses: u32,
    pub expires_at: DateTime<Utc>,
}

impl TypedGuests {
    /// The link, or what is wrong by field.
    pub fn read(
        &self,
        allowance: Allowance,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Result<GuestLink, BTreeMap<String, String>> {
        let mut wrong = Wrong::default();
        let link = GuestLink {
            note: wrong.check("note", short(lines(self.note.trim()), MOST_NOTE)),
            uses: wrong.check("uses", uses(&self.uses, allowance, zone)),
            expires_at: now + TimeDelta::days(wrong.check("days", days(&self.days)).into()),
        };
        wrong.or(link)
    }
}

fn uses(text: &str, allowance: Allowance, zone: Tz) -> Result<u32, String> {
    let left = allowance.left();
    match text.trim().parse() {
        _ if left == 0 => Err(allowance.none_left(zone)),
        Ok(uses) if (1..=left).contains(&uses) => Ok(uses),
        _ if left == 1 => Err("Only 1 is left: write 1.".to_owned()),
        _ => Err(format!("A number from 1 to {left}: no more are left.")),
    }
}

fn days(text: &str) -> Result<u32, String> {
    let days = match text.trim() {
        "" => Some(USUAL_DAYS),
        text => text.parse().ok().filter(|days| (1..=MOST_DAYS).contains(days)),
    };
    days.ok_or_else(|| format!("A number of days from 1 to {MOST_DAYS}."))
}

impl GuestLink {
    /// The invite that it is: whoever comes by it is put into these groups.
    pub fn invite(self, code: String, by: PersonId, groups: Vec<GroupId>, now: DateTime<Utc>) -> Invite {
        Invite {
            id: InviteId(0),
            code,
            label: String::new(),
            note: self.note,
            gives: Gives::Groups(groups),
            flags: Flags::default(),
            stay: Stay::Open,
            home: false,
            uses: Some(self.uses),
            used: 0,
            expires_at: Some(self.expires_at),
            paused: false,
            made_by: Some(by),
            by_member: true,
            made_at: now,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn day(n: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + n)
    }

    fn left(limit: u32, open: &[u32], came: &[DateTime<Utc>]) -> u32 {
        Allowance::of(limit, 30, open, came, day(0)).left()
    }

    #[test]
    fn a_place_is_taken_while_a_link_keeps_it_and_after_somebody_has_come() {
        assert_eq!(left(3, &[], &[]), 3);
        assert_eq!(left(3, &[1, 1], &[]), 1);
        assert_eq!(left(3, &[0, 1], &[day(-29)]), 1);
        assert_eq!(left(3, &[], &[day(-30), day(-31)]), 3, "who came long ago counts no more");
        // The right may be less than it was when the links were made, and an admin may have given more.
        assert_eq!((left(1, &[2], &[day(-1)]), left(3, &[u32::MAX, 2], &[day(-1)])), (0, 0));
    }

    #[test]
    fn the_next_place_is_free_when_the_first_guest_counts_no_more() {
        let came = [day(-31), day(-3), day(-10)];
        let allowance = Allowance::of(5, 30, &[1], &came, day(0));
        assert_eq!((allowance.came, allowance.left(), allowance.resets_at), (2, 2, Some(day(20))));
        assert_eq!(Allowance::of(5, 30, &[1], &came[..1], day(0)).resets_at, None);
    }

    #[test]
    fn who_has_no_guest_left_reads_from_when_on_where_that_is_sure() {
        let said = |limit: u32, open: &[u32], came: &[DateTime<Utc>]| {
            Allowance::of(limit, 30, open, came, day(0)).none_left(Tz::UTC)
        };
        let before = format!("You can’t invite anybody before {}.", day(20).format("%-d %b %Y"));
        assert_eq!(said(2, &[], &[day(-3), day(-10)]), before);
        let unsure = "None of your guests is left for now.";
        assert_eq!(said(2, &[1], &[day(-10)]), unsure, "the link may be taken back");
        assert_eq!(
            said(1, &[], &[day(-3), day(-10)]),
            unsure,
            "the first counts no more, and still it is one too many"
        );
        assert_eq!(said(0, &[], &[]), unsure);
    }

    #[test]
    fn a_link_lets_in_no_more_than_are_left_and_ends() {
        let read = |uses: &str, days: &str, limit: u32| {
            let typed = TypedGuests { note: " Come\r\nin! ".to_owned(), uses: uses.to_owned(), days: days.to_owned() };
            typed.read(Allowance::of(limit, 30, &[], &[], day(0)), day(0), Tz::UTC)
        };
        let link = |uses: u32, n: i64| GuestLink { note: "Come\nin!".to_owned(), uses, expires_at: day(n) };
        assert_eq!(read(" 2 ", "", 2), Ok(link(2, 7)));
        assert_eq!(read("1", "30", 2), Ok(link(1, 30)));
        for bad in ["", "0", "3", "-1", "many", "1.5", "99999999999"] {
            assert_eq!(read(bad, "1", 2).unwrap_err()["uses"], "A number from 1 to 2: no more are left.", "{bad}");
        }
        assert_eq!(read("2", "1", 1).unwrap_err()["uses"], "Only 1 is left: write 1.");
        assert_eq!(read("1", "1", 0).unwrap_err()["uses"], "None of your guests is left for now.");
        for bad in ["0", "31", "7d", "never"] {
            assert_eq!(read("1", bad, 1).unwrap_err()["days"], "A number of days from 1 to 30.", "{bad}");
        }
    }

    #[test]
    fn it_is_an_invite_that_only_lets_in() {
        let link = GuestLink { note: String::new(), uses: 2, expires_at: day(7) };
        let invite = link.invite("back-row".to_owned(), PersonId(5), vec![GroupId(3)], day(0));
        assert_eq!(
            (invite.gives, invite.flags, invite.stay),
            (Gives::Groups(vec![GroupId(3)]), Flags::default(), Stay::Open)
        );
        assert!(invite.by_member && invite.made_by == Some(PersonId(5)) && invite.expires_at == Some(day(7)));
    }
}
