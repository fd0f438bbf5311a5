//! Term and value.

use maud::{Markup, html};

pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! { dl.facts { (pairs(facts)) } }
}

/// The small one, for a ticket's stub.
pub fn tight(facts: &[(&str, Markup)]) -> Markup {
    html! { dl.facts.tight { (pairs(facts)) } }
}

fn pairs(facts: &[(&str, Markup)]) -> Markup {
    html! { @for (term, value) in facts { dt { (term) } dd { (value) } } }
}
