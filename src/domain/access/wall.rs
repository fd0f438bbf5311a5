//! Schedules as people type and read them: days, hours and dates off the clock on the wall of the house.

use chrono::{DateTime, Datelike, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::when::{DAY, Span, When, moment};

/// Nobody has that many openings in a week; a program may send them.
const MOST_WINDOWS: usize = 50;

pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const SHORT_DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// A schedule as it was typed: nothing is lost when some of it is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedWhen {
    /// `2026-12-24T18:00`, empty for no bound.
    pub from: String,
    pub until: String,
    pub windows: Vec<TypedWindow>,
}

/// A window of one weekday (0 is Monday), `16:00` to `20:00`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypedWindow {
    pub day: usize,
    pub from: String,
    pub to: String,
}

impl TypedWhen {
    pub fn of(when: &When, zone: Tz) -> Self {
        let wall = |at: Option<DateTime<Utc>>| at.map(|at| shown(at, zone)).unwrap_or_default();
        Self { from: wall(when.from), until: wall(when.until), windows: when.weekly.iter().map(window).collect() }
    }

    /// The schedule, or what is wrong by field: "from", "until", "weekly".
    pub fn read(&self, zone: Tz) -> Result<When, Vec<(&'static str, String)>> {
        let mut wrong = Vec::new();
        let mut bound = |name, text: &str| {
            read(text, zone).unwrap_or_else(|words| {
                wrong.push((name, words));
                None
            })
        };
        let (from, until) = (bound("from", &self.from), bound("until", &self.until));
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            wrong.push(("until", "The end must come after the start.".to_owned()));
        }
        let weekly = self.weekly().unwrap_or_else(|words| {
            wrong.push(("weekly", words));
            Vec::new()
        });
        if wrong.is_empty() { Ok(When { from, until, weekly }) } else { Err(wrong) }
    }

    fn weekly(&self) -> Result<Vec<Span>, String> {
        let typed = self.windows.iter().filter(|window| !(window.from.is_empty() && window.to.is_empty()));
        let mut spans = typed.map(span).collect::<Result<Vec<Span>, String>>()?;
        spans.sort_unstable();
        spans.dedup();
        if spans.len() > MOST_WINDOWS {
            return Err(format!("At most {MOST_WINDOWS} times in a week."));
        }
        Ok(spans)
    }
}

fn span(window: &TypedWindow) -> Result<Span, String> {
    let day = DAYS.get(window.day).ok_or("There are seven days in a week.")?;
    let (from, to) = (minute(&window.from), minute(&window.to));
    let index = u16::try_from(window.day).unwrap_or_default();
    match (from.filter(|from| *from < DAY), to) {
        (Some(from), Some(to)) => Span::on_day(index, from, to).ok_or_else(|| format!("Check the hours of {day}.")),
        _ => Err(format!("{day} needs a start and an end, such as 16:00 to 20:00.")),
    }
}

fn window(span: &Span) -> TypedWindow {
    TypedWindow { day: usize::from(span.from / DAY), from: hour(span.from), to: hour(span.to) }
}

/// "16:00" as minutes since midnight; 24:00 is the end of the day.
fn minute(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60 || hours == 24 && minutes == 0).then_some(hours * 60 + minutes)
}

fn hour(minute: u16) -> String {
    format!("{:02}:{:02}", minute % DAY / 60, minute % 60)
}

/// `2026-12-24T18:00` on the wall of the house, as browsers send it, or with a zone of its own, as programs do; empty is
/// none.
pub fn read(text: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let words = "Write a day and an hour, such as 2026-12-24 18:00.";
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        // A leap second is the last one of its minute here.
        let at = DateTime::from_timestamp(at.timestamp(), 0).ok_or(words)?;
        return in_reach(at.year()).map(|()| Some(at));
    }
    let shapes = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"];
    let wall = shapes.iter().find_map(|shape| NaiveDateTime::parse_from_str(text, shape).ok());
    let wall = wall.ok_or(words)?;
    in_reach(wall.year())?;
    Ok(Some(moment(wall, zone, false)))
}

fn in_reach(year: i32) -> Result<(), String> {
    match year {
        ..1970 => Err("This day is too long ago.".to_owned()),
        1970..=9000 => Ok(()),
        _ => Err("This day is too far away.".to_owned()),
    }
}

/// The same the other way round.
pub fn shown(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%dT%H:%M").to_string()
}

/// "Mon to Fri 16:00 to 20:00, Sat 10:00 to 12:00": the windows of a week in words, days of one window drawn together.
pub fn weekly_words(spans: &[Span]) -> String {
    let mut runs: Vec<(u16, u16, u16, u16)> = Vec::new();
    for span in spans {
        let (day, from, length) = (span.from / DAY, span.from % DAY, span.to - span.from);
        match runs.last_mut() {
            Some((_, last, start, long)) if *last + 1 == day && *start == from && *long == length => *last = day,
            _ => runs.push((day, day, from, length)),
        }
    }
    let name = |day: u16| SHORT_DAYS.get(usize::from(day)).copied().unwrap_or_default();
    let words = runs.into_iter().map(|(first, last, from, length)| {
        let days = match last - first {
            0 => name(first).to_owned(),
            6 => "daily".to_owned(),
            _ => format!("{} to {}", name(first), name(last)),
        };
        let end = if (from + length) == DAY { "24:00".to_owned() } else { hour(from + length) };
        if length == DAY && from == 0 { days } else { format!("{days} {} to {end}", hour(from)) }
    });
    words.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono_tz::Europe::Stockholm;
    use proptest::prelude::*;

    use super::*;

    fn typed(day: usize, from: &str, to: &str) -> TypedWindow {
        TypedWindow { day, from: from.to_owned(), to: to.to_owned() }
    }

    #[test]
    fn what_is_typed_comes_back_as_it_was() {
        let typed = TypedWhen {
            from: "2026-12-01T00:00".to_owned(),
            until: "2027-01-06T18:30".to_owned(),
            windows: vec![typed(0, "16:00", "20:00"), typed(4, "22:00", "02:00"), typed(6, "00:00", "00:00")],
        };
        let when = typed.read(Stockholm).unwrap();
        assert_eq!(when.from.unwrap().to_rfc3339(), "2026-11-30T23:00:00+00:00");
        assert_eq!(TypedWhen::of(&when, Stockholm), typed);
    }

    #[test]
    fn a_moment_with_a_zone_of_its_own_is_that_moment() {
        let at = |text| read(text, Stockholm).map(|at| at.map(|at| at.to_rfc3339()));
        assert_eq!(at("2026-12-24T18:00:05Z"), Ok(Some("2026-12-24T18:00:05+00:00".to_owned())));
        assert_eq!(at("2027-06-30T23:59:60Z"), Ok(Some("2027-06-30T23:59:59+00:00".to_owned())));
        assert_eq!(at("2026-12-24T18:00:00+02:00"), Ok(Some("2026-12-24T16:00:00+00:00".to_owned())));
        assert!(at("9999-12-31T00:00:00Z").is_err() && at("0001-01-01T00:00:00Z").is_err());
        let many = (0..60).map(|n| typed(1, &format!("10:{n:02}"), "11:00")).collect();
        let many = TypedWhen { windows: many, ..TypedWhen::default() };
        assert_eq!(many.read(Stockholm).unwrap_err(), [("weekly", "At most 50 times in a week.".to_owned())]);
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let wrong = TypedWhen {
            from: "tomorrow".to_owned(),
            until: "2027-13-01T00:00".to_owned(),
            windows: vec![typed(2, "16:00", "")],
        };
        let names: Vec<&str> = wrong.read(Stockholm).unwrap_err().iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["from", "until", "weekly"]);
        let backwards = TypedWhen {
            from: "2027-01-02T00:00".to_owned(),
            until: "2027-01-01T00:00".to_owned(),
            windows: vec![typed(0, "", "")],
        };
        assert_eq!(
            backwards.read(Stockholm).unwrap_err(),
            [("until", "The end must come after the start.".to_owned())]
        );
        for bad in
            [typed(7, "10:00", "11:00"), typed(1, "25:00", "26:00"), typed(1, "24:00", "01:00"), typed(1, "1", "2")]
        {
            assert!(
                TypedWhen { windows: vec![bad.clone()], ..TypedWhen::default() }.read(Stockholm).is_err(),
                "{bad:?}"
            );
        }
    }

    #[test]
    fn a_week_in_words() {
        let week = |windows: &[(usize, &str, &str)]| {
            let windows = windows.iter().map(|(day, from, to)| typed(*day, from, to)).collect();
            weekly_words(&TypedWhen { windows, ..TypedWhen::default() }.read(Stockholm).unwrap().weekly)
        };
        let school = [0, 1, 2, 3, 4].map(|day| (day, "16:00", "20:00"));
        assert_eq!(week(&school), "Mon to Fri 16:00 to 20:00");
        assert_eq!(
            week(&[(4, "18:00", "24:00"), (5, "00:00", "24:00"), (6, "00:00", "00:00")]),
            "Fri 18:00 to 24:00, Sat to Sun"
        );
        assert_eq!(week(&[0, 1, 2, 3, 4, 5, 6].map(|day| (day, "06:00", "22:00"))), "daily 06:00 to 22:00");
        assert_eq!(week(&[(4, "22:00", "02:00")]), "Fri 22:00 to 02:00");
    }

    proptest! {
        #[test]
        fn no_text_breaks_it(from in ".*", to in ".*", at in ".*", day in 0_usize..9) {
            let window = TypedWindow { day, from, to };
            let _ = TypedWhen { from: at.clone(), until: at, windows: vec![window] }.read(Stockholm);
        }
    }
}
