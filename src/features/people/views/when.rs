//! Bounds and weekly windows: in words, and as fields.

use chrono::{DateTime, Timelike, Utc};
use maud::{Markup, html};

use crate::domain::access::wall::{DAYS, TypedWhen, weekly_words};
use crate::domain::access::when::When;
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

/// "Fri 18:00 to 24:00, until 1 Dec"; "for good".
pub fn words(clock: &Clock, when: &When) -> String {
    let weekly = Some(weekly_words(&when.weekly)).filter(|words| !words.is_empty());
    let from = when.from.map(|from| format!("from {}", moment(clock, from)));
    let until = when.until.map(|until| format!("until {}", moment(clock, until)));
    let parts: Vec<String> = [weekly, from, until].into_iter().flatten().collect();
    if parts.is_empty() { "for good".to_owned() } else { parts.join(", ") }
}

/// Two moments, both optional.
pub fn bounds(typed: &TypedWhen, errors: &Errors) -> Markup {
    html! {
        div.two {
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
