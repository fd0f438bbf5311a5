//! One run: how far it is while it runs, what it brought when it is over.

use maud::{Markup, html};

use super::{job_path, may_run, post_run, run_path, state};
use crate::domain::jobs::{Run, RunCause, RunState};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, facts, format, live, progress};

/// The id of the live part.
pub const RUN: &str = "run";

pub fn run_page(frame: &Frame, shown: &Run, asker: Option<&str>) -> Page {
    let label = shown.job.label();
    let below = html! {
        p { "Run " (shown.id) " of "
            a href=(frame.links.to(&job_path(shown.job))) { (label) }
            ". " (shown.job.why()) }
    };
    let here = frame.links.to(&run_path(shown.id));
    let stream = frame.links.to(&format!("{}/live", run_path(shown.id)));
    let body = html! {
        (card::page_head_with(label, below, html! {}))
        @if shown.state == RunState::Running {
            (live::live(RUN, &stream, &here, &here, run(frame, shown, asker)))
        } @else {
            (run(frame, shown, asker))
        }
    };
    let page = Page::new(frame, Place::Jobs, label, body);
    if shown.state == RunState::Running { page.refresh(5) } else { page }
}

/// The part that moves; final once the run is over.
pub fn run(frame: &Frame, run: &Run, asker: Option<&str>) -> Markup {
    html! {
        @match run.state {
            RunState::Running => (under_way(run)),
            RunState::Failed => (failed(frame, run)),
            RunState::Succeeded => {},
        }
        (card::card(html! {
            (told(frame, run, asker))
        }))
        @if run.state != RunState::Running { (live::over()) }
    }
}

fn under_way(run: &Run) -> Markup {
    let done = format::number(run.done);
    card::card(html! {
        div.line {
            div.grow { b.strong { (run.current.as_deref().unwrap_or("Getting ready")) } }
            @match run.total {
                Some(total) => (card::end(html! { (done) " of " (format::number(total)) })),
                None if run.done > 0 => (card::end(html! { (done) " so far" })),
                None => {},
            }
        }
        @if let Some(total) = run.total {
            (progress::big(&format!("Done of {}", run.job.label()), run.done as f64, total as f64))
        }
        p.sub { "It goes on when you leave this page." }
    })
}

fn failed(frame: &Frame, run: &Run) -> Markup {
    let why = run.error.as_deref().filter(|why| !why.is_empty()).unwrap_or("It gave no reason.");
    let again = Button::new("Run again").icon(Icon::Refresh).small().busy("Starting");
    let again = html! { @if may_run(frame, run.job) { (post_run(frame, run.job, again)) } };
    let why = why.trim_end_matches('.');
    let words = html! { p { (why) ". Nothing is lost: the next run goes on from here." } };
    alert::alert(Kind::Bad, Icon::Alert, words, again)
}

fn told(frame: &Frame, run: &Run, asker: Option<&str>) -> Markup {
    let cause = match (run.cause, asker) {
        (RunCause::Schedule, _) => "By schedule".to_owned(),
        (RunCause::Start, _) => "When Usherr started".to_owned(),
        (RunCause::Asked, Some(name)) => format!("By {name}"),
        (RunCause::Asked, None) => "By hand".to_owned(),
    };
    let summary = run.summary();
    let mut lines = vec![
        ("State", state(run)),
        ("Started", html! { (frame.clock.stamp(run.started_at)) }),
        ("Why", html! { (cause) }),
    ];
    if let Some(took) = run.took() {
        lines.push(("Took", html! { (format::duration(took.num_seconds())) }));
    }
    if run.state == RunState::Succeeded {
        lines.push(("Result", html! { (if summary.is_empty() { "Nothing to tell" } else { &summary }) }));
    }
    facts::facts(&lines)
}
