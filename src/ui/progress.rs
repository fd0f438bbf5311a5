//! Something under way, and quantities: bars take their numbers as attributes, so no inline style is needed.

use maud::{Markup, html};

/// `label` says of what: "Downloaded of Harbour Lights". `done` of `of`, in any unit.
pub fn progress(label: &str, done: f64, of: f64) -> Markup {
    bar_of("", label, done, of)
}

/// The thick one, once a page.
pub fn big(label: &str, done: f64, of: f64) -> Markup {
    bar_of("big", label, done, of)
}

fn bar_of(class: &str, label: &str, done: f64, of: f64) -> Markup {
    let percent = hundredths(done, of);
    let class = (!class.is_empty()).then_some(class);
    html! { progress class=[class] value=(percent) max="100" aria-label=(label) { (percent) " %" } }
}

/// A step of a wizard: "2 of 6".
pub fn steps(now: u8, of: u8) -> Markup {
    html! {
        progress value=(now) max=(of) aria-label=(format!("Step {now} of {of}")) { (now) " of " (of) }
    }
}

/// The rail above a wizard step; `now` counts from 1.
pub fn rail(now: usize, names: &[&str]) -> Markup {
    html! {
        ol.rail aria-label="Steps" {
            @for (index, name) in names.iter().enumerate() {
                @let step = index + 1;
                @if step < now {
                    li.done { (super::icon::small(super::Icon::Check)) (step) ". " (name) }
                } @else if step == now {
                    li.now aria-current="step" { (step) ". " (name) }
                } @else {
                    li { (step) ". " (name) }
                }
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Used,
    /// What this request adds.
    New,
    /// Nearly full.
    High,
    Good,
}

/// A quantity: parts of a whole, from the left, each as a share of 1. `label` says it all in words.
pub fn quantity(label: &str, parts: &[(Part, f64)]) -> Markup {
    let parts = parts.iter().scan(0, |left, (part, share)| {
        let (start, width) = (*left, hundredths(*share, 1.0).min(100 - *left));
        *left += width;
        Some((*part, start, width))
    });
    html! {
        svg.bar role="img" aria-label=(label) preserveAspectRatio="none" {
            @for (part, start, width) in parts {
                rect x=(format!("{start}%")) width=(format!("{width}%")) height="100%" class=[class(part)] {}
            }
        }
    }
}

fn class(part: Part) -> Option<&'static str> {
    match part {
        Part::Used => None,
        Part::New => Some("is-new"),
        Part::High => Some("is-high"),
        Part::Good => Some("is-good"),
    }
}

/// What a request costs, before pressing: `amount` in bold, plain `words` beside it, a bar, the allowance below.
pub fn price(amount: &str, words: &[&str], bar: Markup, allowance: Markup) -> Markup {
    html! {
        div.price {
            div { b { (amount) } @for word in words { span { (word) } } }
            (bar)
            @if !allowance.0.is_empty() { div { span { (allowance) } } }
        }
    }
}

/// Whole percent, rounded down so that 100 means done.
fn hundredths(done: f64, of: f64) -> i64 {
    if of > 0.0 { (done / of * 100.0).clamp(0.0, 100.0) as i64 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_full_only_when_it_is_done() {
        assert_eq!(hundredths(999.0, 1000.0), 99);
        assert_eq!(hundredths(1000.0, 1000.0), 100);
        assert_eq!(hundredths(1.0, 0.0), 0);
        assert_eq!(hundredths(f64::NAN, 1.0), 0);
    }

    #[test]
    fn parts_of_a_quantity_stand_side_by_side_and_never_overflow() {
        let bar = quantity("Disk", &[(Part::Used, 0.71), (Part::New, 0.5)]).into_string();
        assert!(bar.contains(r#"<rect x="0%" width="71%" height="100%"></rect>"#), "{bar}");
        assert!(bar.contains(r#"<rect x="71%" width="29%" height="100%" class="is-new"></rect>"#), "{bar}");
    }
}
