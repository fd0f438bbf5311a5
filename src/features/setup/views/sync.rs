//! The last step: the first look at people and libraries, with its progress, and the door into the house.

use maud::{Markup, html};

use super::sheet;
use crate::domain::jobs::{Run, RunState};
use crate::features::setup::steps::Step;
use crate::ui::{Button, Frame, Icon, Kind, Page, alert, format, live, progress};

/// How the two looks stand.
pub struct Looks {
    pub people: Option<Run>,
    pub libraries: Option<Run>,
}

impl Looks {
    fn both(&self) -> [(&'static str, Option<&Run>); 2] {
        [("People and shares", self.people.as_ref()), ("Films and series", self.libraries.as_ref())]
    }

    pub fn is_over(&self) -> bool {
        self.both().iter().all(|(_, run)| run.is_some_and(|run| run.state != RunState::Running))
    }

    fn failed(&self) -> bool {
        self.both().iter().any(|(_, run)| run.is_some_and(|run| run.state == RunState::Failed))
    }

    fn begun(&self) -> bool {
        self.both().iter().any(|(_, run)| run.is_some())
    }
}

pub fn page(frame: &Frame, looks: &Looks) -> Page {
    let links = &frame.links;
    let here = links.to("/setup/ready");
    let body = html! {
        @if looks.begun() && !looks.is_over() {
            (live::live("looks", &links.to("/setup/ready/live"), &links.to("/setup/ready/part"), &here, part(frame, looks)))
        } @else {
            div.live { (part(frame, looks)) }
        }
    };
    let words =
        "Usherr copies what your libraries hold, so that search answers at once. This goes on when you leave the page.";
    let page = sheet(frame, Step::Ready, "The first look around", words, body);
    if looks.begun() && !looks.is_over() { page.refresh(4) } else { page }
}

/// What moves.
pub fn part(frame: &Frame, looks: &Looks) -> Markup {
    let done = frame.links.to("/setup/done");
    let again = frame.links.to("/setup/ready");
    html! {
        div.stack {
            @for (name, run) in looks.both() { (look(name, run)) }
            @if looks.failed() {
                (alert::note(Kind::Warn, Icon::Alert,
                    "Not everything could be read. Nothing is lost: it is tried again by itself, and you can try now."))
            } @else if looks.is_over() {
                (alert::note(Kind::Good, Icon::Check, "The house is ready. Everything can be changed later in the settings."))
            }
            div.form-end {
                @let label = if looks.begun() && !looks.is_over() { "Open the house, this goes on" } else { "Open the house" };
                form method="post" action=(done) { (Button::new(label).icon(Icon::Door).primary().submit()) }
                @if !looks.begun() || looks.failed() {
                    @let label = if looks.begun() { "Try again" } else { "Look around now" };
                    form method="post" action=(again) { (Button::new(label).icon(Icon::Refresh).submit()) }
                }
                (super::back(frame, Step::Ready))
            }
        }
        @if looks.is_over() { (live::over()) }
    }
}

fn look(name: &str, run: Option<&Run>) -> Markup {
    html! {
        div.stack-2 {
            p { b { (name) } ", " (state(run)) }
            @match run {
                Some(run) if run.state == RunState::Running => {
                    @match run.total {
                        Some(total) if total > 0 => (progress::big(name, run.done as f64, total as f64)),
                        _ => progress.big aria-label=(name) {},
                    }
                }
                Some(run) if run.state == RunState::Succeeded => (progress::big(name, 1.0, 1.0)),
                _ => (progress::big(name, 0.0, 1.0)),
            }
        }
    }
}

fn state(run: Option<&Run>) -> String {
    let Some(run) = run else { return "not begun".to_owned() };
    match run.state {
        RunState::Running => {
            let counted = match run.total {
                Some(0) => "under way".to_owned(),
                Some(total) => format!("{} of {}", format::number(run.done), format::number(total)),
                None => "under way".to_owned(),
            };
            match &run.current {
                Some(current) => format!("{counted}: {current}"),
                None => counted,
            }
        }
        RunState::Succeeded => "done".to_owned(),
        RunState::Failed => {
            format!("not finished. {}", run.error.as_deref().unwrap_or("It stopped half way."))
        }
    }
}
