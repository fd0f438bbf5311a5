//! Figures and times in words. `now` and the zone come with the `Clock`; nothing here looks at a clock itself.

use std::sync::LazyLock;

use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, Timelike, Utc};
use chrono_tz::Tz;
use maud::{Markup, html};

use crate::domain::stay::whole_day_of;

/// Read once: every time on a page is said so.
static EXACT: LazyLock<Vec<Item<'static>>> = LazyLock::new(|| StrftimeItems::new("%A %-d %B %Y, %H:%M").collect());

/// The moment a page is made for and the zone it is read in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    pub now: DateTime<Utc>,
    pub zone: Tz,
}

impl Clock {
    pub fn new(now: DateTime<Utc>, zone: Tz) -> Self {
        Self { now, zone }
    }

    /// "2 hours ago", "yesterday", "tonight at 22:00", with the exact moment on hover.
    pub fn ago(&self, at: DateTime<Utc>) -> Markup {
        self.time(at, &self.relative(at))
    }

    /// Of what ends then: "today", "tomorrow", "1 Jan 2027" for the last day where it ends with one; what is over, and what
    /// ends at an hour, as any other moment.
    pub fn ends(&self, at: DateTime<Utc>) -> Markup {
        self.last_day(at).unwrap_or_else(|| self.ago(at))
    }

    /// The same with the hour of what ends at one.
    pub fn until(&self, at: DateTime<Utc>) -> Markup {
        self.last_day(at).unwrap_or_else(|| self.stamp(at))
    }

    fn last_day(&self, at: DateTime<Utc>) -> Option<Markup> {
        let day = whole_day_of(at, self.zone).filter(|_| at > self.now)?;
        let words = match (day - self.today()).num_days() {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            _ => self.day(day),
        };
        Some(self.time(at, &words))
    }

    /// For the right end of a row or a step: "today, 16:00", "Mon 18:02", "16 Nov, 20:11".
    pub fn stamp(&self, at: DateTime<Utc>) -> Markup {
        let local = at.with_timezone(&self.zone);
        let words = match self.days_until(at) {
            0 => local.format("today, %H:%M").to_string(),
            -6..=-1 => local.format("%a %H:%M").to_string(),
            _ => format!("{}, {}", self.day(local.date_naive()), local.format("%H:%M")),
        };
        self.time(at, &words)
    }

    /// The shortest there is: "18:40" today, "Thu" this week, "2 Oct" before.
    pub fn brief(&self, at: DateTime<Utc>) -> Markup {
        let local = at.with_timezone(&self.zone);
        let words = match self.days_until(at) {
            0 => local.format("%H:%M").to_string(),
            -6..=-1 => local.format("%a").to_string(),
            _ => self.day(local.date_naive()),
        };
        self.time(at, &words)
    }

    /// Words of the caller's choice, with the exact moment on hover.
    pub fn time(&self, at: DateTime<Utc>, words: &str) -> Markup {
        let stamp = at.with_timezone(&self.zone).to_rfc3339_opts(SecondsFormat::Secs, true);
        html! { time datetime=(stamp) title=(self.exact(at)) { (words) } }
    }

    /// "Friday 20 November 2026, 21:00".
    pub fn exact(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format_with_items(EXACT.iter()).to_string()
    }

    /// "20:15".
    pub fn hour(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }

    /// "2 Oct"; with the year when it is another one.
    pub fn day(&self, date: NaiveDate) -> String {
        let pattern = if date.year() == self.today().year() { "%-d %b" } else { "%-d %b %Y" };
        date.format(pattern).to_string()
    }

    /// "Good morning", "Good afternoon", "Good evening", by the hour of the reader.
    pub fn greeting(&self) -> &'static str {
        match self.now.with_timezone(&self.zone).hour() {
            5..=11 => "Good morning",
            12..=17 => "Good afternoon",
            _ => "Good evening",
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone).date_naive()
    }

    /// Text without markup, for a sentence that is read or mailed.
    pub fn relative(&self, at: DateTime<Utc>) -> String {
        let seconds = (self.now - at).num_seconds();
        if seconds >= 0 { self.past(at, seconds) } else { self.future(at, -seconds) }
    }

    fn past(&self, at: DateTime<Utc>, seconds: i64) -> String {
        match (seconds, -self.days_until(at)) {
            (..45, _) => "just now".to_owned(),
            (..3_570, _) => format!("{} ago", count(((seconds + 30) / 60).max(1), "minute", "minutes")),
            (..21_600, _) | (_, 0) => format!("{} ago", count((seconds + 1_800) / 3_600, "hour", "hours")),
            (_, 1) => "yesterday".to_owned(),
            (_, days @ ..=13) => format!("{days} days ago"),
            _ => self.day(at.with_timezone(&self.zone).date_naive()),
        }
    }

    fn future(&self, at: DateTime<Utc>, seconds: i64) -> String {
        let local = at.with_timezone(&self.zone);
        match (seconds, self.days_until(at)) {
            (..45, _) => "in a moment".to_owned(),
            (..3_570, _) => format!("in {}", count(((seconds + 30) / 60).max(1), "minute", "minutes")),
            (_, 0) if local.hour() >= 18 => local.format("tonight at %H:%M").to_string(),
            (_, 0) => local.format("today at %H:%M").to_string(),
            (_, 1) => local.format("tomorrow at %H:%M").to_string(),
            (_, ..=6) => local.format("%A at %H:%M").to_string(),
            _ => self.day(local.date_naive()),
        }
    }

    /// Calendar days from today, in the reader's zone; past ones are negative.
    fn days_until(&self, at: DateTime<Utc>) -> i64 {
        (at.with_timezone(&self.zone).date_naive() - self.today()).num_days()
    }
}

/// "1 film", "3 films", "1,200 films".
pub fn count(n: i64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// "12,345".
pub fn number(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::from(if n < 0 { "-" } else { "" });
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The first word of a sentence that counts: "Four", "No", "21".
pub fn spelled(n: i64) -> String {
    const WORDS: [&str; 21] = [
        "No",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
        "Twenty",
    ];
    usize::try_from(n).ok().and_then(|n| WORDS.get(n)).map_or_else(|| number(n), |word| (*word).to_owned())
}

/// Bytes in decimal units, as disks are sold: "18.4 GB", "212 GB", "2.9 TB", "850 MB".
pub fn size(bytes: f64) -> String {
    const UNITS: [&str; 5] = ["kB", "MB", "GB", "TB", "PB"];
    let mut value = bytes.max(0.0) / 1e3;
    let mut unit = 0;
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1e3;
        unit += 1;
    }
    let text = if value < 99.95 { format!("{value:.1}") } else { format!("{value:.0}") };
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), UNITS[unit])
}

/// An estimate, without false precision: "31 GB", "2.1 GB". The caller writes "about".
pub fn rough_size(bytes: f64) -> String {
    let mut unit = 1e3;
    while bytes >= unit * 999.5 {
        unit *= 1e3;
    }
    if bytes < unit * 9.95 { size(bytes) } else { size((bytes / unit).round() * unit) }
}

/// "11.9 of 18.4 GB": the unit is said once where it is the same.
pub fn size_of(part: f64, whole: f64) -> String {
    let (part, whole) = (size(part), size(whole));
    match (part.split_once(' '), whole.split_once(' ')) {
        (Some((figure, unit)), Some((_, same))) if unit == same => format!("{figure} of {whole}"),
        _ => format!("{part} of {whole}"),
    }
}

/// "9.2 MB a second".
pub fn speed(bytes_a_second: f64) -> String {
    format!("{} a second", size(bytes_a_second))
}

/// A span in words: "4 s", "12 min", "1 h 40 min", "3 days".
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let minutes = (seconds + 30) / 60;
    match seconds {
        0 => "under 1 s".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3_570 => format!("{minutes} min"),
        3_570..172_800 if minutes % 60 == 0 => format!("{} h", minutes / 60),
        3_570..172_800 => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => count((seconds + 43_200) / 86_400, "day", "days"),
    }
}

/// "64 %".
pub fn percent(part: f64) -> String {
    format!("{:.0} %", (part * 100.0).clamp(0.0, 100.0).floor())
}

/// "Sam", "Sam and Ana", "Sam, Ana and Teo".
pub fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The same words with a capital at the beginning.
pub fn capital(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// The same words as they stand in the middle of a sentence.
pub fn lower(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().into_iter().flat_map(char::to_lowercase).chain(chars).collect()
}

/// What somebody wrote, in quotation marks. Words that run from right to left, or try to turn what follows, stay among
/// themselves.
pub fn quoted(words: &str) -> String {
    let turns = |c: char| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}')
    };
    if words.contains(turns) { format!("“\u{2068}{words}\u{2069}”") } else { format!("“{words}”") }
}

/// As one is spoken to: "Priya" of "Priya Raman".
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

/// Up to two letters for a face: "Priya Raman" is "PR".
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
#[path = "format_tests.rs"]
mod tests;
