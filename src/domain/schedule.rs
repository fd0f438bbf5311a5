//! When a job runs next: "every N minutes", "daily at HH:MM", or a cron expression, in the zone of the house.
//! Pure: zone and text in, instant out. A daily time that a change of clocks skips runs right after the gap; one that
//! comes twice runs once.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use croner::Cron;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Schedule {
    Every { minutes: i64 },
    Daily { hour: u32, minute: u32 },
    Cron(String),
}

/// The bounds that people may set; while something moves, progress is polled more often on its own.
pub const LEAST_MINUTES: i64 = 5;
pub const MOST_MINUTES: i64 = 1440;

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix("every ") {
            return every(rest.trim_end_matches("minutes").trim());
        }
        if let Some(time) = text.strip_prefix("daily at ") {
            return daily(time);
        }
        match Cron::from_str(text) {
            Ok(_) => Ok(Self::Cron(text.to_owned())),
            Err(_) => Err("Write every N minutes, daily at HH:MM, or a cron expression such as 0 3 * * *.".to_owned()),
        }
    }
}

fn every(minutes: &str) -> Result<Schedule, String> {
    match minutes.parse() {
        Ok(minutes) if (LEAST_MINUTES..=MOST_MINUTES).contains(&minutes) => Ok(Schedule::Every { minutes }),
        _ => Err(format!("The interval must be {LEAST_MINUTES} to {MOST_MINUTES} minutes.")),
    }
}

fn daily(time: &str) -> Result<Schedule, String> {
    let parts = time.trim().split_once(':').and_then(|(h, m)| Some((h.parse().ok()?, m.parse().ok()?)));
    match parts {
        Some((hour @ 0..24, minute @ 0..60)) => Ok(Schedule::Daily { hour, minute }),
        _ => Err("Write the time as HH:MM, such as 03:30.".to_owned()),
    }
}

impl std::fmt::Display for Schedule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Every { minutes } => write!(f, "every {minutes} minutes"),
            Self::Daily { hour, minute } => write!(f, "daily at {hour:02}:{minute:02}"),
            Self::Cron(text) => f.write_str(text),
        }
    }
}

impl Schedule {
    /// The first time after `after`.
    pub fn next(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        match self {
            Self::Every { minutes } => Some(after + TimeDelta::minutes(*minutes)),
            Self::Daily { hour, minute } => next_cron(&format!("{minute} {hour} * * *"), after, zone),
            Self::Cron(text) => next_cron(text, after, zone),
        }
    }
}

fn next_cron(text: &str, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let cron = Cron::from_str(text).ok()?;
    let next = cron.find_next_occurrence(&after.with_timezone(&zone), false).ok()?;
    Some(next.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn next(schedule: &str, after: &str, zone: &str) -> DateTime<Utc> {
        schedule.parse::<Schedule>().unwrap().next(at(after), zone.parse().unwrap()).unwrap()
    }

    #[test]
    fn daily_follows_the_zone_through_both_clock_changes() {
        assert_eq!(next("daily at 03:00", "2026-03-28T12:00:00Z", "Europe/Berlin"), at("2026-03-29T01:00:00Z"));
        assert_eq!(next("daily at 03:00", "2026-10-24T12:00:00Z", "Europe/Berlin"), at("2026-10-25T02:00:00Z"));
        assert_eq!(next("daily at 03:00", "2026-10-25T02:00:00Z", "Europe/Berlin"), at("2026-10-26T02:00:00Z"));
    }

    #[test]
    fn a_skipped_time_runs_after_the_gap_and_a_double_one_once() {
        assert_eq!(next("daily at 02:30", "2026-03-28T12:00:00Z", "Europe/Berlin"), at("2026-03-29T01:00:00Z"));
        let first = next("daily at 02:30", "2026-10-24T12:00:00Z", "Europe/Berlin");
        let second = next("daily at 02:30", &first.to_rfc3339(), "Europe/Berlin");
        assert_eq!(second, at("2026-10-26T01:30:00Z"));
    }

    #[test]
    fn reads_and_writes_the_three_forms() {
        for text in ["every 15 minutes", "daily at 04:10", "*/7 2 * * 1"] {
            assert_eq!(text.parse::<Schedule>().unwrap().to_string(), text);
        }
        for text in ["every 4 minutes", "every 1441 minutes", "daily at 24:00", "daily at 4", "soon", ""] {
            assert!(text.parse::<Schedule>().is_err(), "{text}");
        }
    }
}
