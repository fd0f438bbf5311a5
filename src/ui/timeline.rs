//! The way of a request, oldest first: what was, what is, what comes, or where it stopped.

use maud::{Markup, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Done,
    Now,
    Next,
    /// It stopped here.
    Halt,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub at: At,
    pub title: String,
    /// A stamp, "now", "about 20:10", or nothing.
    pub when: Markup,
    pub note: Option<String>,
}

pub fn timeline(steps: &[Step]) -> Markup {
    html! {
        ol.timeline {
            @for step in steps {
                li class=[class(step.at)] {
                    div.cluster.between {
                        b { (step.title) }
                        @if !step.when.0.is_empty() { span.sub { (step.when) } }
                    }
                    @if let Some(note) = &step.note { p.sub { (note) } }
                }
            }
        }
    }
}

fn class(at: At) -> Option<&'static str> {
    match at {
        At::Done => None,
        At::Now => Some("now"),
        At::Next => Some("next"),
        At::Halt => Some("halt"),
    }
}
