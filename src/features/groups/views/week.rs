//! Weekly windows as rows of a form: a weekday with two hours each, and one row for another time.

use maud::{Markup, html};

use crate::domain::access::wall::{DAYS, TypedWhen, TypedWindow};
use crate::ui::card;
use crate::ui::form::{self, Errors, hidden};

/// Folds away while there are no windows.
pub fn week(typed: &TypedWhen, errors: &Errors) -> Markup {
    let open = !typed.windows.iter().all(is_empty) || errors.of("weekly").is_some();
    let rows = html! {
        @for (day, name) in DAYS.iter().enumerate() {
            @for window in of_day(typed, day) { (row(&window, hidden("day", &day.to_string()), name)) }
        }
        (another())
    };
    let help = "Empty is closed. An end that is not later than its start is on the next day.";
    let body = form::several("weekly", "Days and hours", help, errors, html! { div.two.wide { (rows) } });
    html! { div { (card::fold(html! { "Only in weekly windows" }, html! {}, open, body)) } }
}

/// Those of one weekday; an empty one where it is closed.
fn of_day(typed: &TypedWhen, day: usize) -> Vec<TypedWindow> {
    let windows: Vec<TypedWindow> =
        typed.windows.iter().filter(|one| one.day == day && !is_empty(one)).cloned().collect();
    if windows.is_empty() { vec![TypedWindow { day, ..TypedWindow::default() }] } else { windows }
}

fn is_empty(window: &TypedWindow) -> bool {
    window.from.is_empty() && window.to.is_empty()
}

fn row(window: &TypedWindow, day: Markup, name: &str) -> Markup {
    html! {
        div.field {
            span.strong { (name) }
            (day)
            div.joined {
                input.input type="time" name="opens" value=(window.from) aria-label=(format!("{name}, from"));
                input.input type="time" name="closes" value=(window.to) aria-label=(format!("{name}, to"));
            }
        }
    }
}

/// A day that opens twice is written here the second time.
fn another() -> Markup {
    let day = html! {
        select.select name="day" aria-label="Day of another time" {
            @for (day, name) in DAYS.iter().enumerate() { option value=(day) { (name) } }
        }
    };
    row(&TypedWindow::default(), day, "Another time")
}
