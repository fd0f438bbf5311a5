//! How long somebody stays, as forms ask for it.

use maud::{Markup, html};

use super::form::{Choice, Errors, Field};
use crate::domain::stay::Stay;

/// A choice, "until a date" among it, and the date beside it.
pub fn fields(label: &str, help: &str, stay: &str, last_day: &str, errors: &Errors) -> Markup {
    // One that a program has chosen is offered, too.
    let own = stay.parse().ok().filter(|own| !Stay::OFFERED.contains(own));
    let offered = Stay::OFFERED.into_iter().chain(own).map(|stay| (stay.to_string(), stay.words()));
    let offered: Vec<(String, String)> = offered.chain([("until".to_owned(), "until a date".to_owned())]).collect();
    let stays: Vec<Choice<'_>> = offered.iter().map(|(word, words)| Choice::new(word, words)).collect();
    html! {
        div.dated {
            (Field::new("stay", label).value(stay).errors(errors).help(help).select(&stays))
            (Field::new("last_day", "Last day").value(last_day).errors(errors).date())
        }
    }
}
