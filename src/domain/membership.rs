//! Membership: until when somebody may be on a server at all, when they are reminded, and what becomes of the rest while it
//! is paused. It ends with a day of the house.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;

use super::ids::PersonId;
use super::stay::{Stay, day_of, end_of, last_day_of};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub person: PersonId,
    /// From then on they are out; none is without end.
    pub ends_at: Option<DateTime<Utc>>,
    /// Since when it is paused; what was left of it then is added when it goes on.
    pub paused_at: Option<DateTime<Utc>>,
    /// When they asked for more; none once somebody has decided.
    pub asked_at: Option<DateTime<Utc>>,
    /// How often in a row it was extended as they asked, without anybody deciding.
    pub granted: u32,
}

crate::text_enum! {
    /// How a membership stands.
    pub enum Standing {
        Open = "open",
        Paused = "paused",
        /// Its end has come.
        Over = "over",
    }
}

/// So many days before the end somebody is told of it; 0 is the end itself.
const LADDER: [i64; 4] = [30, 7, 1, 0];

impl Membership {
    /// Without end, as everybody's is of whom nobody has said otherwise.
    pub fn open(person: PersonId) -> Self {
        Self { person, ends_at: None, paused_at: None, asked_at: None, granted: 0 }
    }

    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match self {
            _ if self.paused_at.is_some() => Standing::Paused,
            _ if self.ends_at.is_some_and(|end| end <= now) => Standing::Over,
            _ => Standing::Open,
        }
    }

    /// From then on they are on no server.
    pub fn out_from(&self) -> Option<DateTime<Utc>> {
        self.paused_at.or(self.ends_at)
    }

    /// Since when they are out who are so now.
    pub fn out_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.out_from().filter(|from| *from <= now)
    }

    /// For the record: "until 2027-03-20".
    pub fn words(&self, zone: Tz) -> String {
        let end = self.last_day(zone).map_or_else(|| "without end".to_owned(), |day| format!("until {day}"));
        if self.paused_at.is_some() { format!("paused, {end}") } else { end }
    }

    /// The last day on which they may be there.
    pub fn last_day(&self, zone: Tz) -> Option<NaiveDate> {
        self.ends_at.map(|end| last_day_of(end, zone))
    }

    /// What is due to be told: the last rung that was passed, and none that was passed before the one that was told last.
    pub fn rung(&self, told: Option<i64>, now: DateTime<Utc>) -> Option<i64> {
        let end = self.ends_at.filter(|_| self.paused_at.is_none())?;
        let passed = LADDER.into_iter().filter(|days| now >= end - TimeDelta::days(*days)).min()?;
        told.is_none_or(|told| passed < told).then_some(passed)
    }

    /// It is paused from now on.
    pub fn pause(self, now: DateTime<Utc>) -> Self {
        Self { paused_at: self.paused_at.or(Some(now)), ..self }
    }

    /// It goes on, and ends as many days later as it was paused.
    pub fn resume(self, now: DateTime<Utc>, zone: Tz) -> Self {
        let Some(since) = self.paused_at else { return self };
        let rested = (day_of(now, zone) - day_of(since, zone)).num_days().max(0).unsigned_abs();
        let later = |day: NaiveDate| day.checked_add_days(Days::new(rested));
        let ends_at = self.last_day(zone).and_then(later).map(|day| end_of(day, zone));
        Self { ends_at, paused_at: None, ..self }
    }

    /// It is over from now on. Whoever is out already stays so, since when they are.
    pub fn ended(self, now: DateTime<Utc>) -> Self {
        match self.out_since(now) {
            Some(_) => self,
            None => Self { ends_at: Some(now), ..Self::open(self.person) },
        }
    }

    /// Whoever comes by an invite stays as long as it says. For somebody who is here already that is never less than before.
    pub fn invited(self, stay: Stay, is_newcomer: bool, now: DateTime<Utc>, zone: Tz) -> Self {
        let end = stay.ends_at(now, zone);
        let is_anew = is_newcomer || self.out_since(now).is_some();
        let ends_at = if is_anew { end } else { self.ends_at.zip(end).map(|(before, end)| before.max(end)) };
        if !is_anew && ends_at == self.ends_at { self } else { Self { ends_at, ..Self::open(self.person) } }
    }

    /// Whoever was put into a group may stay until then, or longer where they may already by a date of their own.
    pub fn joined(self, end: DateTime<Utc>) -> Self {
        let ends_at = Some(self.ends_at.map_or(end, |before| before.max(end)));
        if ends_at == self.ends_at { self } else { Self { ends_at, ..Self::open(self.person) } }
    }

    /// It ends so much later, counted from its last day, or from today where that is over.
    pub fn extended(self, stay: Stay, now: DateTime<Utc>, zone: Tz) -> Self {
        let today = day_of(now, zone);
        let from = self.last_day(zone).map_or(today, |last| last.max(today));
        Self { ends_at: stay.last_day(from).map(|day| end_of(day, zone)), asked_at: None, granted: 0, ..self }
    }
}

/// The link of a reminder, by which somebody asks for more: it is about one end, and good for nothing once there is another.
pub mod link {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::Membership;
    use crate::domain::ids::PersonId;

    pub const PURPOSE: &str = "membership";
    /// After the end.
    const WORKS: TimeDelta = TimeDelta::days(90);

    pub fn about(one: &Membership) -> String {
        format!("{}:{}", one.person, one.ends_at.map(|end| end.timestamp()).unwrap_or_default())
    }

    /// It was made for the end that this one still has.
    pub fn is_for(one: &Membership, end: DateTime<Utc>) -> bool {
        one.ends_at.is_some_and(|at| at.timestamp() == end.timestamp())
    }

    pub fn until(one: &Membership, now: DateTime<Utc>) -> DateTime<Utc> {
        one.ends_at.map_or(now, |end| end.max(now)) + WORKS
    }

    pub fn read(about: &str) -> Option<(PersonId, DateTime<Utc>)> {
        let (person, end) = about.split_once(':')?;
        Some((person.parse().ok()?, DateTime::from_timestamp(end.parse().ok()?, 0)?))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono_tz::Europe::Stockholm;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Until the end of 20 March 2027 in Stockholm.
    fn until_march() -> Membership {
        Membership { ends_at: Some(at("2027-03-20T23:00:00Z")), ..Membership::open(PersonId(1)) }
    }

    #[test]
    fn it_ends_with_its_last_day() {
        let one = until_march();
        assert_eq!(one.last_day(Stockholm), Some("2027-03-20".parse().unwrap()));
        assert_eq!(one.standing(at("2027-03-20T22:59:59Z")), Standing::Open);
        assert_eq!(one.standing(at("2027-03-20T23:00:00Z")), Standing::Over);
        assert_eq!(Membership::open(PersonId(1)).standing(at("2099-01-01T00:00:00Z")), Standing::Open);
    }

    #[test]
    fn each_rung_is_told_once_and_those_that_were_missed_are_not_made_up_for() {
        let one = until_march();
        let rung = |told, now: &str| one.rung(told, at(now));
        assert_eq!(rung(None, "2027-02-18T22:59:00Z"), None);
        assert_eq!(rung(None, "2027-02-18T23:00:00Z"), Some(30));
        assert_eq!(rung(Some(30), "2027-03-01T00:00:00Z"), None);
        assert_eq!(rung(Some(30), "2027-03-14T00:00:00Z"), Some(7));
        assert_eq!(rung(None, "2027-03-20T00:00:00Z"), Some(1), "the house was closed for a month");
        assert_eq!(rung(Some(1), "2027-03-20T12:00:00Z"), None);
        assert_eq!(rung(Some(1), "2027-03-20T23:00:00Z"), Some(0), "it is over");
        assert_eq!(rung(None, "2027-05-01T00:00:00Z"), Some(0));
        assert_eq!(rung(Some(0), "2027-05-01T00:00:00Z"), None);
        assert_eq!(until_march().pause(at("2027-03-01T00:00:00Z")).rung(None, at("2027-03-19T00:00:00Z")), None);
    }

    #[test]
    fn whoever_joins_stays_as_long_as_that_and_no_shorter_than_by_a_date_of_their_own() {
        let (soon, late) = (at("2027-01-01T23:00:00Z"), at("2028-01-01T23:00:00Z"));
        assert_eq!(Membership::open(PersonId(1)).joined(soon).ends_at, Some(soon));
        assert_eq!(until_march().joined(soon), until_march());
        let asked = Membership { asked_at: Some(soon), granted: 2, ..until_march() };
        assert_eq!(asked.joined(late), Membership { ends_at: Some(late), ..Membership::open(PersonId(1)) });
    }

    #[test]
    fn what_rests_ends_later_by_as_many_days() {
        let rests = until_march().pause(at("2027-03-10T12:00:00Z"));
        assert_eq!(rests.standing(at("2027-05-01T00:00:00Z")), Standing::Paused);
        assert_eq!(rests.clone().pause(at("2027-04-01T00:00:00Z")), rests);
        let goes_on = rests.resume(at("2027-03-30T08:00:00Z"), Stockholm);
        assert_eq!(goes_on.last_day(Stockholm), Some("2027-04-09".parse().unwrap()));
        assert_eq!(goes_on.ends_at, Some(at("2027-04-09T22:00:00Z")), "it is summer by then");
        assert_eq!(until_march().resume(at("2027-03-30T08:00:00Z"), Stockholm), until_march());
    }

    #[test]
    fn what_is_ended_is_over_at_once_and_once() {
        let now = at("2027-03-01T12:00:00Z");
        let asked = Membership { asked_at: Some(now), granted: 1, ..until_march() };
        let over = asked.ended(now);
        assert_eq!((over.standing(now), over.out_since(now)), (Standing::Over, Some(now)));
        assert_eq!((over.asked_at, over.granted), (None, 0), "nothing is left to decide");
        assert_eq!(over.clone().ended(at("2027-03-02T12:00:00Z")), over);
        let rests = until_march().pause(at("2027-02-01T12:00:00Z"));
        assert_eq!(rests.clone().ended(now), rests, "what was taken since then is what comes back");
        assert_eq!(Membership::open(PersonId(1)).ended(now).last_day(Stockholm), Some("2027-03-01".parse().unwrap()));
    }

    #[test]
    fn an_invite_says_how_long_a_newcomer_stays_and_shortens_nothing() {
        let now = at("2027-03-01T12:00:00Z");
        let invited = |one: Membership, stay: Stay, is_newcomer| one.invited(stay, is_newcomer, now, Stockholm);
        let day = |one: Membership| one.last_day(Stockholm).map(|day| day.to_string());
        let open = || Membership::open(PersonId(1));
        assert_eq!(day(invited(open(), Stay::Months(1), true)).as_deref(), Some("2027-04-01"));
        assert_eq!(invited(open(), Stay::Months(1), false), open(), "as found on Plex, without end");
        assert_eq!(invited(until_march(), Stay::Days(7), false), until_march());
        assert_eq!(day(invited(until_march(), Stay::Days(30), false)).as_deref(), Some("2027-03-31"));
        assert_eq!(invited(until_march(), Stay::Open, false), open());
        let paused = until_march().pause(at("2027-02-01T12:00:00Z"));
        assert_eq!(
            day(invited(paused.clone(), Stay::Days(7), false)).as_deref(),
            Some("2027-03-08"),
            "back for that long"
        );
        assert_eq!(invited(paused, Stay::Open, false), open());
    }

    #[test]
    fn more_is_counted_from_the_end_or_from_today() {
        let now = at("2027-03-01T12:00:00Z");
        let day = |one: Membership| one.last_day(Stockholm).unwrap().to_string();
        assert_eq!(day(until_march().extended(Stay::Days(7), now, Stockholm)), "2027-03-27");
        assert_eq!(day(until_march().extended(Stay::Months(12), now, Stockholm)), "2028-03-20");
        let until = until_march().extended("2027-03-10".parse().unwrap(), now, Stockholm);
        assert_eq!(day(until), "2027-03-10");
        assert_eq!(until_march().extended(Stay::Open, now, Stockholm), Membership::open(PersonId(1)));
        let late = at("2027-06-30T12:00:00Z");
        assert_eq!(until_march().standing(late), Standing::Over);
        let back = until_march().extended(Stay::Months(1), late, Stockholm);
        assert_eq!((day(back.clone()).as_str(), back.standing(late)), ("2027-07-30", Standing::Open));
    }
}
