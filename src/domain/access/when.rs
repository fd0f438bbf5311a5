//! When something holds: between two moments, in weekly windows, or always. Windows are read off the clock on the wall of
//! the house; a change of clocks neither skips one nor opens it twice.

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub(super) const DAY: u16 = 24 * 60;
const WEEK: u16 = 7 * DAY;

/// A part of every week, in minutes since Monday 00:00. `to` is past `from`; past the week's end it goes on into the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    pub from: u16,
    pub to: u16,
}

impl Span {
    /// None when it is no part of a week: it begins past its end, or it is longer than the week.
    pub fn new(from: u16, to: u16) -> Option<Self> {
        (from < WEEK && to > from && to - from <= WEEK).then_some(Self { from, to })
    }

    /// On one weekday (0 is Monday), from one minute of the day to another; up to an hour that is not later, into the next
    /// day. 24:00 is the end of the day.
    pub fn on_day(weekday: u16, from: u16, to: u16) -> Option<Self> {
        if weekday > 6 || from >= DAY || to > DAY {
            return None;
        }
        let end = if to > from { to } else { to + DAY };
        Self::new(weekday * DAY + from, weekday * DAY + end)
    }
}

/// When a group or a grant holds. No window means at any hour.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    #[serde(default)]
    pub weekly: Vec<Span>,
}

/// Why something does not hold at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// Not before this day of the house.
    Begins(NaiveDate),
    Over,
    /// None of its windows is open.
    Hours,
}

impl When {
    pub fn holds(&self, at: DateTime<Utc>, zone: Tz) -> bool {
        self.is_between(at) && (self.weekly.is_empty() || self.around(at, zone).any(|(from, to)| from <= at && at < to))
    }

    /// The first moment after `at` at which it begins to hold, or ceases to; none when it stays as it is.
    pub fn next_change(&self, at: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let now = self.holds(at, zone);
        let starting = self.from.filter(|from| *from > at);
        let windows =
            std::iter::once(at).chain(starting).flat_map(|base| self.around(base, zone)).flat_map(<[_; 2]>::from);
        let mut moments: Vec<DateTime<Utc>> =
            windows.chain(starting).chain(self.until).filter(|moment| *moment > at).collect();
        moments.sort_unstable();
        moments.into_iter().find(|moment| self.holds(*moment, zone) != now)
    }

    /// Why it rests, at a moment at which it does not hold.
    pub fn rest(&self, at: DateTime<Utc>, zone: Tz) -> Rest {
        match self.from.filter(|from| *from > at) {
            Some(from) => Rest::Begins(from.with_timezone(&zone).date_naive()),
            None if self.until.is_some_and(|until| until <= at) => Rest::Over,
            None => Rest::Hours,
        }
    }

    pub fn is_between(&self, at: DateTime<Utc>) -> bool {
        self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }

    /// The windows of the weeks before, of and after a moment.
    fn around(&self, at: DateTime<Utc>, zone: Tz) -> impl Iterator<Item = (DateTime<Utc>, DateTime<Utc>)> {
        let today = at.with_timezone(&zone).date_naive();
        let monday = today.checked_sub_days(Days::new(today.weekday().num_days_from_monday().into())).unwrap_or(today);
        let weeks = [-7, 0, 7].map(|days| NaiveDateTime::new(monday, NaiveTime::MIN) + TimeDelta::days(days));
        weeks.into_iter().flat_map(move |week| self.weekly.iter().map(move |span| opening(week, *span, zone)))
    }
}

/// One opening of a window. Where the clock skips all of it, it is as long as ever, right after.
fn opening(week: NaiveDateTime, span: Span, zone: Tz) -> (DateTime<Utc>, DateTime<Utc>) {
    let wall = |minute: u16| week + TimeDelta::minutes(minute.into());
    let (from, to) = (moment(wall(span.from), zone, false), moment(wall(span.to), zone, true));
    if to > from { (from, to) } else { (from, from + TimeDelta::minutes((span.to - span.from).into())) }
}

/// The moment at which the clock on the wall shows this. Shown twice, it is the first, or for an end the last; never shown,
/// it is as long after the last time that was.
pub fn moment(wall: NaiveDateTime, zone: Tz, last: bool) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall) {
        MappedLocalTime::Single(at) => at.to_utc(),
        MappedLocalTime::Ambiguous(first, second) => if last { second } else { first }.to_utc(),
        MappedLocalTime::None => {
            // Clocks never skip more than a day.
            let before = wall - TimeDelta::hours(25);
            let known = zone.from_local_datetime(&before).earliest();
            known.map_or_else(|| wall.and_utc(), |at| at.to_utc() + TimeDelta::hours(25))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono_tz::{Europe::Stockholm, Pacific::Apia, UTC};
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn weekly(spans: &[Span]) -> When {
        When { weekly: spans.to_vec(), ..When::default() }
    }

    /// 16:00 to 20:00 on weekdays.
    fn school_days() -> When {
        weekly(&[0, 1, 2, 3, 4].map(|day| Span::on_day(day, 16 * 60, 20 * 60).unwrap()))
    }

    #[test]
    fn no_bounds_and_no_window_is_always() {
        let when = When::default();
        assert!(when.holds(at("2026-11-21T09:00:00Z"), UTC));
        assert_eq!(when.next_change(at("2026-11-21T09:00:00Z"), UTC), None);
    }

    #[test]
    fn bounds_hold_from_the_first_and_up_to_the_last() {
        let (from, until) = (at("2026-11-21T16:00:00Z"), at("2026-12-01T00:00:00Z"));
        let when = When { from: Some(from), until: Some(until), weekly: Vec::new() };
        let second = TimeDelta::seconds(1);
        let held = [from - second, from, until - second, until].map(|at| when.holds(at, Stockholm));
        assert_eq!(held, [false, true, true, false]);
        assert_eq!(when.next_change(from - second, Stockholm), Some(from));
        assert_eq!(when.next_change(from, Stockholm), Some(until));
        assert_eq!(when.next_change(until, Stockholm), None);
    }

    #[test]
    fn what_rests_says_whether_it_is_to_come_is_over_or_waits_for_its_hour() {
        let (from, until) = (at("2026-11-30T23:00:00Z"), at("2026-12-31T00:00:00Z"));
        let when = When { from: Some(from), until: Some(until), ..school_days() };
        let rests = |moment: &str| when.rest(at(moment), Stockholm);
        let first = NaiveDate::from_ymd_opt(2026, 12, 1).unwrap();
        assert_eq!(rests("2026-11-21T09:00:00Z"), Rest::Begins(first), "by the wall of the house");
        assert_eq!(rests("2026-12-02T09:00:00Z"), Rest::Hours);
        assert_eq!(rests("2026-12-31T00:00:00Z"), Rest::Over);
    }

    #[test]
    fn a_window_is_read_off_the_wall() {
        let when = school_days();
        // Friday: 15:59, 16:00 and 19:59 in Stockholm, an hour before UTC in winter.
        let held = ["14:59", "15:00", "18:59", "19:00"]
            .map(|hour| when.holds(at(&format!("2026-11-20T{hour}:00Z")), Stockholm));
        assert_eq!(held, [false, true, true, false]);
        let end = at("2026-11-20T19:00:00Z");
        assert_eq!(when.next_change(at("2026-11-20T15:00:00Z"), Stockholm), Some(end));
        assert_eq!(when.next_change(end, Stockholm), Some(at("2026-11-23T15:00:00Z")), "not before Monday");
    }

    #[test]
    fn a_window_may_go_over_midnight_and_over_the_week() {
        let late = weekly(&[Span::on_day(4, 22 * 60, 2 * 60).unwrap()]);
        assert!(late.holds(at("2026-11-21T01:59:00Z"), UTC) && !late.holds(at("2026-11-21T02:00:00Z"), UTC));
        let weekend = weekly(&[Span::new(4 * DAY + 18 * 60, WEEK + 6 * 60).unwrap()]);
        assert!(weekend.holds(at("2026-11-23T05:59:00Z"), UTC) && !weekend.holds(at("2026-11-23T06:00:00Z"), UTC));
        let whole = weekly(&[Span::new(0, WEEK).unwrap()]);
        assert_eq!(whole.next_change(at("2026-11-23T00:00:00Z"), Stockholm), None);
    }

    #[test]
    fn a_window_within_bounds_opens_no_earlier_than_they_do() {
        let from = at("2027-03-02T18:30:00Z");
        let when = When { from: Some(from), until: Some(at("2027-03-04T16:00:00Z")), ..school_days() };
        let mut seen = Vec::new();
        let mut now = at("2026-11-21T09:00:00Z");
        while let Some(next) = when.next_change(now, UTC) {
            seen.push((next.format("%d %H:%M").to_string(), when.holds(next, UTC)));
            now = next;
        }
        let seen: Vec<(&str, bool)> = seen.iter().map(|(at, holds)| (at.as_str(), *holds)).collect();
        assert_eq!(
            seen,
            [("02 18:30", true), ("02 20:00", false), ("03 16:00", true), ("03 20:00", false)],
            "on the 4th it would open when it ends"
        );
    }

    #[test]
    fn windows_that_touch_are_one() {
        let when = weekly(&[Span::on_day(5, 0, DAY).unwrap(), Span::on_day(6, 0, DAY).unwrap()]);
        let saturday = at("2026-11-21T09:00:00Z");
        assert_eq!(when.next_change(saturday, UTC), Some(at("2026-11-23T00:00:00Z")));
    }

    /// Sunday 28 March 2027, 02:00 to 03:00 does not come in Stockholm.
    #[test]
    fn an_hour_that_the_clock_skips_is_made_up_for() {
        let when = weekly(&[Span::on_day(6, 2 * 60, 3 * 60).unwrap()]);
        let opens = at("2027-03-28T01:00:00Z");
        assert_eq!(when.next_change(at("2027-03-27T12:00:00Z"), Stockholm), Some(opens));
        assert_eq!(when.next_change(opens, Stockholm), Some(at("2027-03-28T02:00:00Z")), "an hour, as on other days");
    }

    /// Sunday 31 October 2027, 02:00 to 03:00 comes twice.
    #[test]
    fn an_hour_that_comes_twice_is_one_window() {
        let when = weekly(&[Span::on_day(6, 2 * 60, 3 * 60).unwrap()]);
        let opens = at("2027-10-31T00:00:00Z");
        assert_eq!(when.next_change(at("2027-10-30T12:00:00Z"), Stockholm), Some(opens));
        assert_eq!(when.next_change(opens, Stockholm), Some(at("2027-10-31T02:00:00Z")));
    }

    /// Samoa had no 30 December 2011.
    #[test]
    fn a_day_that_never_was_does_not_stop_the_clock() {
        let when = weekly(&[Span::on_day(4, 10 * 60, 12 * 60).unwrap()]);
        let next = when.next_change(at("2011-12-29T12:00:00Z"), Apia).unwrap();
        assert!(when.next_change(next, Apia).unwrap() > next);
    }

    #[test]
    fn what_is_no_part_of_a_week_is_none() {
        assert_eq!([Span::new(5, 5), Span::new(6, 5), Span::new(WEEK, WEEK + 1), Span::new(1, WEEK + 2)], [None; 4]);
        assert_eq!([Span::on_day(7, 0, 1), Span::on_day(0, DAY, 1), Span::on_day(0, 0, DAY + 1)], [None; 3]);
        assert_eq!(Span::on_day(0, 60, 60), Span::new(60, DAY + 60), "the same hour is the next day's");
    }

    fn any_when() -> impl Strategy<Value = When> {
        let moment = 0_i64..400;
        let span = (0..WEEK, 1..=WEEK).prop_map(|(from, length)| Span { from, to: from + length });
        let hour = |n: i64| at("2027-03-01T00:00:00Z") + TimeDelta::hours(n * 3);
        (prop::option::of(moment.clone()), prop::option::of(moment), prop::collection::vec(span, 0..4))
            .prop_map(move |(from, until, weekly)| When { from: from.map(hour), until: until.map(hour), weekly })
    }

    proptest! {
        /// Between a moment and the next change nothing changes, and at the next change it does.
        #[test]
        fn nothing_changes_before_the_next_change(when in any_when(), start in 0_i64..60_000, part in 0.0_f64..1.0) {
            let now = at("2027-03-01T00:00:00Z") + TimeDelta::minutes(start);
            let holds = when.holds(now, Stockholm);
            let next = when.next_change(now, Stockholm);
            let end = next.unwrap_or(now + TimeDelta::days(40));
            let between = now + TimeDelta::seconds(((end - now).num_seconds() as f64 * part) as i64);
            if between < end {
                prop_assert_eq!(when.holds(between, Stockholm), holds);
            }
            if let Some(next) = next {
                prop_assert!(next > now);
                prop_assert_ne!(when.holds(next, Stockholm), holds);
            }
        }
    }
}
