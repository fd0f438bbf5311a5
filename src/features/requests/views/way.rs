//! The way of a request in the six steps of the bulbs: what was, what is now, what comes, or where it stopped.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::Who;
use super::parcel::Parcel;
use crate::domain::request::Stage;
use crate::ui::format::{self, Clock};
use crate::ui::timeline::{At, Step, timeline as draw};

/// A stage it went through.
#[derive(Debug, Clone)]
pub struct Passed {
    pub stage: Stage,
    pub at: DateTime<Utc>,
    pub note: Option<String>,
    /// Nobody when it happened by itself.
    pub by: Option<Who>,
}

const NEXT: [&str; 6] = ["Asked", "Approved", "Searched", "Downloading", "Put on the shelf", "Ready on Plex"];

pub fn timeline(clock: &Clock, parcel: &Parcel) -> Markup {
    draw(&steps(clock, parcel))
}

fn steps(clock: &Clock, parcel: &Parcel) -> Vec<Step> {
    let request = &parcel.card.request;
    let stage = if request.stage == Stage::Stuck { request.lit } else { request.stage };
    let Some(now) = step_under_way(stage) else { return ended(clock, parcel) };
    let at = |step: usize| match step.cmp(&now) {
        std::cmp::Ordering::Less => At::Done,
        std::cmp::Ordering::Equal if request.stage == Stage::Stuck => At::Halt,
        std::cmp::Ordering::Equal => At::Now,
        std::cmp::Ordering::Greater => At::Next,
    };
    (0..NEXT.len())
        .filter(|step| at(*step) != At::Done || reached(parcel, *step))
        .map(|step| one(clock, parcel, step, at(step)))
        .collect()
}

/// A request may skip steps (it was on Plex all along); what never happened is not listed as done.
fn reached(parcel: &Parcel, step: usize) -> bool {
    last(parcel, step).is_some()
}

/// Declined, withdrawn, gone: what was, and how it ended.
fn ended(clock: &Clock, parcel: &Parcel) -> Vec<Step> {
    let request = &parcel.card.request;
    let mut steps: Vec<Step> =
        (0..NEXT.len()).filter(|step| reached(parcel, *step)).map(|step| one(clock, parcel, step, At::Done)).collect();
    let end = parcel.passed.iter().rev().find(|passed| passed.stage == request.stage);
    let by = end.and_then(|end| end.by.as_ref()).map(|who| format!(" by {}", who.first())).unwrap_or_default();
    let title = match request.stage {
        Stage::Declined => format!("Declined{by}"),
        Stage::Withdrawn => format!("Withdrawn{by}"),
        _ => "No longer there".to_owned(),
    };
    let when = end.map_or(request.stage_at, |end| end.at);
    let note =
        request.reason.clone().filter(|_| request.stage == Stage::Declined).map(|reason| format::quoted(&reason));
    steps.push(Step { at: At::Halt, title, when: clock.stamp(when), note });
    steps
}

fn one(clock: &Clock, parcel: &Parcel, step: usize, at: At) -> Step {
    let passed = last(parcel, step);
    let when = match (at, passed) {
        (At::Now, _) => html! { "now" },
        (At::Done | At::Halt, Some(passed)) => clock.stamp(passed.at),
        _ => html! {},
    };
    Step { at, title: title(parcel, step, at), when, note: note(parcel, step, at) }
}

fn title(parcel: &Parcel, step: usize, at: At) -> String {
    let request = &parcel.card.request;
    match (step, at) {
        (_, At::Next) => NEXT[step].to_owned(),
        (1, At::Now) => "Waiting for a decision".to_owned(),
        (1, _) => match &parcel.decider {
            Some(who) => format!("Approved by {}", who.first()),
            None => "Approved by the house rule".to_owned(),
        },
        (2, At::Now) => match request.stage {
            Stage::Approved => "Going out".to_owned(),
            Stage::Sent => "Watched for".to_owned(),
            Stage::Grabbed => "Found, about to start".to_owned(),
            _ => "Searching".to_owned(),
        },
        (2, At::Halt) if request.arr_id.is_none() => "Not sent yet".to_owned(),
        (2, At::Halt) if request.searches > 1 => {
            format!("Searched, {}", format::count(i64::from(request.searches), "time", "times"))
        }
        (3, At::Done) => "Downloaded".to_owned(),
        (4, At::Now) if request.stage == Stage::Partial => "Partly there".to_owned(),
        (4, At::Now) => "Being put on the shelf".to_owned(),
        _ => NEXT[step].to_owned(),
    }
}

fn note(parcel: &Parcel, step: usize, at: At) -> Option<String> {
    let request = &parcel.card.request;
    match (step, at) {
        (0, _) => request.note.as_ref().map(|note| format::quoted(note)),
        (1, At::Done) => request.estimated_bytes.map(|bytes| format!("About {}", format::rough_size(bytes as f64))),
        (_, At::Halt) => request.cause.map(|cause| cause.headline().to_owned()),
        (3, At::Now) => parcel.card.progress.and_then(|progress| progress.share()).map(format::percent),
        (5, At::Next) => Some(who_is_told(parcel)),
        (_, At::Next) => None,
        _ => last(parcel, step).and_then(|passed| passed.note.clone()),
    }
}

/// "You get a message, and so do Sam and Ana".
fn who_is_told(parcel: &Parcel) -> String {
    let others: Vec<&str> = parcel.followers.iter().filter(|who| **who != Who::You).map(Who::first).take(3).collect();
    let asker = &parcel.card.asker;
    match (asker, others.as_slice()) {
        (Who::You, []) => "You get a message".to_owned(),
        (Who::You, [one]) => format!("You get a message, and so does {one}"),
        (Who::You, many) => format!("You get a message, and so do {}", format::list(many)),
        (Who::Somebody(_), _) => format!("{} gets a message", asker.first()),
    }
}

/// The step that a stage is busy with; none for one that has ended. `Ready` is past the last.
fn step_under_way(stage: Stage) -> Option<usize> {
    Some(match stage {
        Stage::Asked => 1,
        Stage::Approved | Stage::Sent | Stage::Searching | Stage::Grabbed => 2,
        Stage::Downloading => 3,
        Stage::Importing | Stage::Partial => 4,
        Stage::Ready => 6,
        Stage::Stuck => 2,
        Stage::Declined | Stage::Withdrawn | Stage::Gone => return None,
    })
}

fn step_of(stage: Stage) -> Option<usize> {
    Some(match stage {
        Stage::Asked => 0,
        Stage::Approved => 1,
        Stage::Sent | Stage::Searching | Stage::Grabbed => 2,
        Stage::Downloading => 3,
        Stage::Importing | Stage::Partial => 4,
        Stage::Ready => 5,
        Stage::Stuck | Stage::Declined | Stage::Withdrawn | Stage::Gone => return None,
    })
}

/// When the step was last taken.
fn last(parcel: &Parcel, step: usize) -> Option<&Passed> {
    parcel.passed.iter().rev().find(|passed| step_of(passed.stage) == Some(step))
}
