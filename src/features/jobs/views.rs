//! The pages of jobs: the list, one job with its schedule and history, one run.

use chrono::TimeDelta;
use maud::{Markup, html};

use crate::domain::ids::RunId;
use crate::domain::jobs::{Job, JobName, Run, RunCause, RunState};
use crate::ui::badge::plainly;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, button, card, empty, format, live, pager};

mod form;
mod run;

pub use form::ScheduleForm;
pub use run::{RUN, run, run_page};

/// The id of the live list.
pub const LIST: &str = "jobs";
pub const RUNS_A_PAGE: i64 = 20;

pub fn job_path(name: JobName) -> String {
    format!("/admin/jobs/{name}")
}

pub fn run_path(id: RunId) -> String {
    format!("/admin/runs/{id}")
}

/// One page of a job's runs.
pub struct History {
    pub runs: Vec<Run>,
    pub page: i64,
    pub total: i64,
}

pub fn jobs_page(frame: &Frame, jobs: &[Job]) -> Page {
    let here = frame.links.to(Place::Jobs.path());
    let body = html! {
        (card::page_head("Jobs", Some(&sentence(jobs)), html! {}))
        (live::live(LIST, &frame.links.to("/admin/jobs/live"), &here, &here, list(frame, jobs)))
    };
    Page::new(frame, Place::Jobs, "Jobs", body)
}

fn sentence(jobs: &[Job]) -> String {
    let off = jobs.iter().filter(|job| !job.enabled).count();
    match (last_of(jobs, RunState::Failed), last_of(jobs, RunState::Running)) {
        (Some(failed), _) => format!("Failed at last: {failed}. The next run tries again by itself."),
        (None, Some(running)) => format!("Running now: {running}."),
        (None, None) if off > 0 => format!("The last runs went well. {} switched off.", are(off)),
        (None, None) => "Usherr does all of this by itself, and the last runs went well.".to_owned(),
    }
}

fn are(n: usize) -> String {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    format!("{} {}", format::spelled(n), if n == 1 { "is" } else { "are" })
}

/// The jobs whose last run is like this: “Look at Plex” and “Tidy up”.
fn last_of(jobs: &[Job], state: RunState) -> Option<String> {
    let is = |job: &&Job| job.last.as_ref().is_some_and(|run| run.state == state);
    let names: Vec<String> = jobs.iter().filter(is).map(|job| format!("“{}”", job.name.label())).collect();
    (!names.is_empty()).then(|| format::list(&names.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// The live part of the list.
pub fn list(frame: &Frame, jobs: &[Job]) -> Markup {
    let columns = [
        Column::new("Job"),
        Column::new("Schedule"),
        Column::new("Next run"),
        Column::new("Last run"),
        Column::new("Run").hidden(),
    ];
    table(&columns, html! { @for job in jobs { (row(frame, job)) } })
}

fn row(frame: &Frame, job: &Job) -> Markup {
    html! {
        tr {
            th scope="row" {
                a href=(frame.links.to(&job_path(job.name))) { (job.name.label()) }
                p.sub { (job.name.why()) }
            }
            td data-label="Schedule" { (job.schedule_in_words()) }
            td data-label="Next run" { (next(frame, job)) }
            td data-label="Last run" { div { (last(frame, job.last.as_ref())) } }
            td {
                @if may_run(frame, job.name) && !is_running(job) {
                    (post_run(frame, job.name, Button::new("Run now").icon(Icon::Play).small().busy("Starting")))
                }
            }
        }
    }
}

fn is_running(job: &Job) -> bool {
    job.last.as_ref().is_some_and(|run| run.state == RunState::Running)
}

fn next(frame: &Frame, job: &Job) -> Markup {
    html! {
        @match job.next_run_at {
            Some(at) if at <= frame.clock.now + TimeDelta::minutes(1) => (frame.clock.time(at, "in a moment")),
            Some(at) => (frame.clock.ago(at)),
            None => span.muted { "Not planned" },
        }
    }
}

fn last(frame: &Frame, run: Option<&Run>) -> Markup {
    let Some(run) = run else { return html! { span.muted { "Never ran" } } };
    html! {
        a href=(frame.links.to(&run_path(run.id))) { (state(run)) }
        p.sub { (frame.clock.ago(run.finished_at.unwrap_or(run.started_at))) (brought(run)) }
    }
}

/// ", took 4 s. 12 added" beside when it was.
fn brought(run: &Run) -> Markup {
    let how_far = match (run.state, run.total) {
        (RunState::Running, Some(total)) => format!("{} of {}", format::number(run.done), format::number(total)),
        (RunState::Failed, _) => run.error.clone().unwrap_or_default(),
        _ => run.summary(),
    };
    html! {
        @if let Some(took) = run.took() { ", took " (format::duration(took.num_seconds())) }
        @if !how_far.is_empty() { ". " (how_far) }
    }
}

pub(super) fn state(run: &Run) -> Markup {
    match run.state {
        RunState::Running => plainly(Kind::Accent, Icon::Refresh, "Running"),
        RunState::Succeeded => plainly(Kind::Good, Icon::Check, "Done"),
        RunState::Failed => plainly(Kind::Bad, Icon::X, "Failed"),
    }
}

pub(super) fn may_run(frame: &Frame, job: JobName) -> bool {
    frame.viewer.as_ref().is_some_and(|viewer| job.may_be_run_by(viewer.role))
}

/// A button that starts a job.
pub(super) fn post_run(frame: &Frame, job: JobName, pressed: Button<'_>) -> Markup {
    button::post(&frame.links.to(&format!("{}/run", job_path(job))), pressed.submit())
}

/// One job. `form` is there for those who may change its schedule.
pub fn job_page(frame: &Frame, job: &Job, form: Option<&ScheduleForm>, history: &History) -> Page {
    let label = job.name.label();
    let run = Button::new("Run now").icon(Icon::Play).primary().busy("Starting");
    let act = html! { @if may_run(frame, job.name) { (post_run(frame, job.name, run)) } };
    let planned = html! {
        p { (job.name.why()) }
        p.sub { (job.schedule_in_words()) ". Next run: " (next(frame, job)) "." }
    };
    let body = html! {
        (card::page_head_with(label, planned, act))
        @if let Some(form) = form {
            (card::section("schedule", "Schedule", html! {}, form::schedule(frame, job, form)))
        }
        (card::section("history", "History", html! {}, html! { div.stack { (runs(frame, job, history)) } }))
    };
    Page::new(frame, Place::Jobs, label, body)
}

fn runs(frame: &Frame, job: &Job, history: &History) -> Markup {
    if history.total == 0 {
        let words = html! { "Its first run comes by itself." };
        return empty::empty(Icon::Clock, "It has not run yet", words, html! {});
    }
    let columns =
        [Column::new("Started"), Column::new("State"), Column::new("Took").number(), Column::new("What it brought")];
    let from = (history.page - 1) * RUNS_A_PAGE;
    let shown = i64::try_from(history.runs.len()).unwrap_or_default();
    let turn = |page: i64| frame.links.query(&job_path(job.name), &[("page", &page.to_string())]);
    let back = (history.page > 1).then(|| turn(history.page - 1));
    let next = (from + shown < history.total).then(|| turn(history.page + 1));
    html! {
        (table(&columns, html! { @for run in &history.runs { (run_row(frame, run)) } }))
        (pager::pager(from + shown.min(1), from + shown, history.total, back.as_deref(), next.as_deref()))
    }
}

fn run_row(frame: &Frame, run: &Run) -> Markup {
    let words = match run.state {
        RunState::Running => run.current.clone().unwrap_or_else(|| "Getting ready".to_owned()),
        RunState::Failed => run.error.clone().unwrap_or_default(),
        RunState::Succeeded => run.summary(),
    };
    html! {
        tr {
            th scope="row" {
                a href=(frame.links.to(&run_path(run.id))) { (frame.clock.ago(run.started_at)) }
                @if run.cause == RunCause::Asked { p.sub { "by hand" } }
            }
            td data-label="State" { (state(run)) }
            td.num data-label="Took" { @match run.took() {
                Some(took) => (format::duration(took.num_seconds())),
                None => { (format::duration((frame.clock.now - run.started_at).num_seconds())) " so far" },
            } }
            td data-label="What it brought" { (if words.is_empty() { "Nothing to tell" } else { &words }) }
        }
    }
}
