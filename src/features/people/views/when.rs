//! Bounds and weekly windows: in words, and as fields.

use chrono::{DateTime, Timelike, Utc};
use maud::{Markup, html};

use crate::domain::access::wall::{DAYS, TypedWhen, weekly_words};
use crate::domain::access::when::When;
use crate::domain::stay::whole_day_of;
use crate::ui::form::{Errors, Field};
use crate::ui::icon::small;
use crate::ui::{Clock, Icon};

/// "20:00" today, "1 Dec" at midnight, else "1 Dec, 18:00".
pub fn moment(clock: &Clock, at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&clock.zone);
    let day = clock.day(local.date_naive());
    match (local.date_naive() == clock.today(), local.hour(), local.minute()) {
        (true, ..) => clock.hour(at),
        (false, 0, 0) => day,
        _ => format!("{day}, {}", clock.hour(at)),
    }
}

/// The same of an end: "the end of 30 Nov" where it ends with a day, for "1 Dec" would be one more.
pub fn end(clock: &Clock, at: DateTime<Utc>) -> String {
    match whole_day_of(at, clock.zone) {
        Some(day) => format!("the end of {}", clock.day(day)),
        None => moment(clock, at),
    }
}

/// "Fri 18:00 to 24:00, until the end of 30 Nov"; "for good".
pub fn words(clock: &Clock, when: &When) -> String {
    let weekly = Some(weekly_words(&when.weekly)).filter(|words| !words.is_empty());
    let from = when.from.map(|from| format!("from {}", moment(clock, from)));
    let until = when.until.map(|until| format!("until {}", end(clock, until)));
    let parts: Vec<String> = [weekly, from, until].into_iter().flatten().collect();
    if parts.is_empty() { "for good".to_owned() } else { parts.join(", ") }
}

/// Two moments, both optional.
pub fn bounds(typed: &TypedWhen, errors: &Errors) -> Markup {
    html! {
        div.two.wide {
            (moment_field("from", "From", &typed.from, "Empty: from now on.", errors))
            (moment_field("until", "Until", &typed.until, "Empty: for good.", errors))
        }
    }
}

pub fn moment_field(name: &str, label: &str, value: &str, help: &str, errors: &Errors) -> Markup {
    Field::new(name, label).value(value).help(help).errors(errors).optional().moment()
}

/// One window a day: "from-0" and "to-0" are Monday's.
pub fn weekly(typed: &TypedWhen, errors: &Errors) -> Markup {
    let open = errors.of("weekly").is_some() || typed.windows.iter().any(|window| !window.from.is_empty());
    let value = |day: usize| typed.windows.iter().find(|window| window.day == day);
    html! {
        details.reveal open[open] {
            summary { "Only at certain hours of the week" }
            fieldset aria-describedby="weekly-help" {
                legend.visually-hidden { "Hours of the week" }
                div.stack-2 {
                    @if let Some(error) = errors.of("weekly") { p.error { (small(Icon::Alert)) (error) } }
                    @for (day, name) in DAYS.iter().enumerate() {
                        @let window = value(day);
                        div.hours {
                            span { (name) }
                            input.input type="time" name=(format!("from-{day}")) aria-label=(format!("{name} from"))
                                value=(window.map_or("", |window| &window.from));
                            input.input type="time" name=(format!("to-{day}")) aria-label=(format!("{name} to"))
                                value=(window.map_or("", |window| &window.to));
                        }
                    }
                    p.help id="weekly-help" { "By the clock of the house. An end that is not later is the next day’s; 00:00 is midnight." }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_ends_with_a_day_is_said_by_its_last_one() {
        let clock = Clock::new("2026-11-21T12:00:00Z".parse().unwrap(), chrono_tz::Europe::Stockholm);
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(end(&clock, at("2026-11-30T23:00:00Z")), "the end of 30 Nov");
        assert_eq!(end(&clock, at("2026-12-31T23:00:00Z")), "the end of 31 Dec");
        assert_eq!(end(&clock, at("2026-11-30T17:00:00Z")), "30 Nov, 18:00");
        assert_eq!(end(&clock, at("2026-11-21T17:00:00Z")), "18:00");
        // A beginning is the day that begins.
        let when =
            When { from: Some(at("2026-11-30T23:00:00Z")), until: Some(at("2027-01-01T23:00:00Z")), weekly: vec![] };
        assert_eq!(words(&clock, &when), "from 1 Dec, until the end of 1 Jan 2027");
    }
}
