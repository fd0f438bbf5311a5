//! How long somebody may be on a server: so many days or months, until a day, or without end. A stay ends with a day of the
//! house: whoever may stay until the 20th may be there all of the 20th.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::access::when::moment;

const MOST_DAYS: u32 = 3_660;
const MOST_MONTHS: u32 = 120;
/// Days of other years are a slip of the finger.
const FIRST_YEAR: i32 = 1970;
const LAST_YEAR: i32 = 9000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Stay {
    #[default]
    Open,
    Days(u32),
    Months(u32),
    /// The last day.
    Until(NaiveDate),
}

impl Stay {
    /// What forms offer, shortest first.
    pub const OFFERED: [Self; 6] =
        [Self::Days(7), Self::Months(1), Self::Months(3), Self::Months(6), Self::Months(12), Self::Open];

    /// The last day of a stay that is counted from this one.
    pub fn last_day(self, from: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Open => None,
            Self::Days(days) => from.checked_add_days(Days::new(days.into())),
            Self::Months(months) => from.checked_add_months(Months::new(months)),
            Self::Until(day) => Some(day),
        }
    }

    /// As it stands in a form: a word, or "until" with a last day. What is wrong comes with its field.
    pub fn typed(word: &str, last_day: &str) -> Result<Self, (&'static str, String)> {
        match word.trim() {
            "until" => typed_day(last_day).map(Self::Until).map_err(|words| ("last_day", words)),
            "" => Ok(Self::Open),
            word => word.parse().map_err(|words: NoStay| ("stay", words.to_string())),
        }
    }

    /// The other way about: the word, and the last day.
    pub fn in_form(self) -> (String, String) {
        match self {
            Self::Until(day) => ("until".to_owned(), day.to_string()),
            stay => (stay.to_string(), String::new()),
        }
    }

    /// When it is over for somebody who comes now: with the last day.
    pub fn ends_at(self, now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        self.last_day(day_of(now, zone)).map(|day| end_of(day, zone))
    }

    /// Whoever comes now would have nothing of it.
    pub fn is_over(self, now: DateTime<Utc>, zone: Tz) -> bool {
        self.ends_at(now, zone).is_some_and(|end| end <= now)
    }

    /// Nothing that somebody comes by works longer than they could stay.
    pub fn no_later(self, at: Option<DateTime<Utc>>, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Until(day) => Some(at.map_or(end_of(day, zone), |at| at.min(end_of(day, zone)))),
            _ => at,
        }
    }

    /// "1 year", "30 days", "until 2027-03-03", "without end".
    pub fn words(self) -> String {
        let count = |n: u32, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
        match self {
            Self::Open => "without end".to_owned(),
            Self::Days(7) => "1 week".to_owned(),
            Self::Days(days) => count(days, "day"),
            Self::Months(months) if months > 0 && months % 12 == 0 => count(months / 12, "year"),
            Self::Months(months) => count(months, "month"),
            Self::Until(day) => format!("until {day}"),
        }
    }

    fn is_sound(self) -> bool {
        match self {
            Self::Open => true,
            Self::Days(days) => (1..=MOST_DAYS).contains(&days),
            Self::Months(months) => (1..=MOST_MONTHS).contains(&months),
            Self::Until(day) => (FIRST_YEAR..=LAST_YEAR).contains(&day.year()),
        }
    }
}

/// The day that the wall shows.
pub fn day_of(at: DateTime<Utc>, zone: Tz) -> NaiveDate {
    at.with_timezone(&zone).date_naive()
}

/// When this day is over in the house.
pub fn end_of(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let next = day.succ_opt().unwrap_or(day);
    moment(next.and_time(NaiveTime::MIN), zone, false)
}

/// The last day of what ends then: the one that ends at this moment, or in which it lies.
pub fn last_day_of(end: DateTime<Utc>, zone: Tz) -> NaiveDate {
    day_of(end - TimeDelta::seconds(1), zone)
}

/// The same of what ends with a day of the house; none of what ends at an hour.
pub fn whole_day_of(end: DateTime<Utc>, zone: Tz) -> Option<NaiveDate> {
    Some(last_day_of(end, zone)).filter(|day| end_of(*day, zone) == end)
}

/// A last day as it is typed.
pub fn typed_day(text: &str) -> Result<NaiveDate, String> {
    let day: NaiveDate = text.trim().parse().map_err(|_| "Write a day, such as 2027-03-03.".to_owned())?;
    match day.year() {
        ..FIRST_YEAR => Err("This day is too long ago.".to_owned()),
        FIRST_YEAR..=LAST_YEAR => Ok(day),
        _ => Err("This day is too far away.".to_owned()),
    }
}

/// "open", "30d", "12m", "2027-03-03".
impl fmt::Display for Stay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Days(days) => write!(f, "{days}d"),
            Self::Months(months) => write!(f, "{months}m"),
            Self::Until(day) => day.fmt(f),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Write open, days such as 30d, months such as 12m, or a last day such as 2027-03-03.")]
pub struct NoStay;

impl FromStr for Stay {
    type Err = NoStay;

    fn from_str(text: &str) -> Result<Self, NoStay> {
        let number = |end: char| text.strip_suffix(end).and_then(|digits| digits.parse().ok());
        let day = || text.parse().ok().map(Self::Until);
        let stay = match text {
            "open" => Some(Self::Open),
            _ => number('d').map(Self::Days).or_else(|| number('m').map(Self::Months)).or_else(day),
        };
        stay.filter(|stay| stay.is_sound()).ok_or(NoStay)
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

    #[test]
    fn a_stay_is_a_word_and_back() {
        for (word, stay) in [
            ("open", Stay::Open),
            ("30d", Stay::Days(30)),
            ("12m", Stay::Months(12)),
            ("2027-03-03", Stay::Until(NaiveDate::from_ymd_opt(2027, 3, 3).unwrap())),
        ] {
            assert_eq!((word.parse(), stay.to_string().as_str()), (Ok(stay), word));
        }
        for bad in ["", "0d", "-1d", "3661d", "121m", "1y", "d", "+", "2027-02-30", "99999-01-01", "4294967296d"] {
            assert_eq!(bad.parse::<Stay>(), Err(NoStay), "{bad}");
        }
    }

    #[test]
    fn it_ends_with_the_last_day_in_the_house() {
        // 23:30 in Stockholm on 31 January; February has no 31st, and summer time begins on 28 March.
        let now = at("2027-01-31T22:30:00Z");
        let end = |stay: Stay| stay.ends_at(now, Stockholm);
        assert_eq!(end(Stay::Open), None);
        assert_eq!(end(Stay::Days(1)), Some(at("2027-02-01T23:00:00Z")));
        assert_eq!(end(Stay::Months(1)), Some(at("2027-02-28T23:00:00Z")));
        assert_eq!(end(Stay::Months(2)), Some(at("2027-03-31T22:00:00Z")));
        let today: Stay = "2027-01-31".parse().unwrap();
        assert_eq!((end(today), today.is_over(now, Stockholm)), (Some(at("2027-01-31T23:00:00Z")), false));
        assert!("2027-01-30".parse::<Stay>().unwrap().is_over(now, Stockholm));
    }

    #[test]
    fn what_ends_with_a_day_is_known_by_it() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        // Summer time begins on 28 March and ends on 31 October.
        for last in ["2027-01-01", "2027-03-27", "2027-03-28", "2027-10-30", "2027-10-31"] {
            let end = end_of(day(last), Stockholm);
            assert_eq!((last_day_of(end, Stockholm), whole_day_of(end, Stockholm)), (day(last), Some(day(last))));
        }
        let noon = at("2027-01-01T11:00:00Z");
        assert_eq!((last_day_of(noon, Stockholm), whole_day_of(noon, Stockholm)), (day("2027-01-01"), None));
    }

    #[test]
    fn a_last_day_that_is_none_says_what_is_wrong() {
        assert_eq!(typed_day(" 2027-03-03 "), Ok(NaiveDate::from_ymd_opt(2027, 3, 3).unwrap()));
        let wrong = |text: &str| Stay::typed("until", text).unwrap_err();
        assert_eq!(wrong("9999-12-31"), ("last_day", "This day is too far away.".to_owned()));
        assert_eq!(wrong("0207-03-03"), ("last_day", "This day is too long ago.".to_owned()));
        for bad in ["", "soon", "2027-02-30"] {
            assert_eq!(wrong(bad), ("last_day", "Write a day, such as 2027-03-03.".to_owned()), "{bad}");
        }
    }

    #[test]
    fn it_is_said_in_words() {
        let words = |text: &str| text.parse::<Stay>().unwrap().words();
        assert_eq!(
            ["open", "1d", "7d", "30d", "1m", "12m", "24m", "18m"].map(words),
            ["without end", "1 day", "1 week", "30 days", "1 month", "1 year", "2 years", "18 months"]
        );
    }
}
