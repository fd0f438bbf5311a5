//! Changes that are applied together: how far they are, what became of each, and the way back.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{PLAN, batch_path, in_words, may_write, named, pages};
use crate::domain::access::batch::{Batch, Cause, Counts, State};
use crate::domain::access::told::{Part, Told};
use crate::ui::badge::plainly;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, button, card, format, live, progress};

pub struct Shown {
    pub batch: Batch,
    /// A page of its changes.
    pub rows: Part<Row>,
    /// How many of all of them are in each state.
    pub counts: Counts,
    /// The one whose turn it is.
    pub current: Option<Told>,
    /// Nobody has turned the pages: the one with that change is shown.
    pub follows: bool,
    /// Why the one whose turn it is waits, and when it is tried again.
    pub holdup: Option<(String, DateTime<Utc>)>,
    /// It was taken back already.
    pub undone: bool,
    /// What failed of it may be tried again.
    pub again: bool,
}

pub struct Row {
    pub told: Told,
    pub state: State,
    pub error: Option<String>,
    /// It is its turn.
    pub is_now: bool,
}

impl Shown {
    fn count(&self, wanted: State) -> usize {
        self.counts.of(wanted)
    }

    pub fn is_over(&self) -> bool {
        self.counts.is_over()
    }

    /// Where a page of it, or its stream, is.
    fn to(&self, frame: &Frame, end: &str, page: Option<usize>) -> String {
        let path = format!("{}{end}", batch_path(self.batch.id));
        match page {
            Some(page) => frame.links.query(&path, &[("page", &page.to_string())]),
            None => frame.links.to(&path),
        }
    }
}

/// The id of the live part.
pub const BATCH: &str = "batch";

pub fn page(frame: &Frame, shown: &Shown) -> Page {
    let at = (!shown.follows).then_some(shown.rows.page);
    let (here, stream) = (shown.to(frame, "", at), shown.to(frame, "/live", at));
    let over = shown.is_over();
    let inner = part(frame, shown);
    let body = if over { inner } else { live::live(BATCH, &stream, &here, &here, inner) };
    let page = Page::new(frame, Place::Plan, title(shown), body);
    if over { page } else { page.refresh(3) }
}

fn title(shown: &Shown) -> &'static str {
    if shown.is_over() { "What was changed" } else { being_made(shown.batch.cause) }
}

fn being_made(cause: Cause) -> &'static str {
    match cause {
        Cause::Plan | Cause::Schedule => "Applying the plan",
        Cause::Undo => "Taking changes back",
        Cause::Invite => "Letting a guest in",
        Cause::Membership => "Giving back what somebody had",
        Cause::Drift => "Putting back what was changed on Plex",
    }
}

fn begun(frame: &Frame, shown: &Shown) -> Markup {
    let by = match (&shown.batch.by, shown.batch.cause) {
        (Some((_, name)), _) => html! { " by " bdi { (name) } },
        (None, Cause::Schedule) => html! { " by the clock" },
        (None, _) => html! {},
    };
    let what = match shown.batch.cause {
        Cause::Undo => "Taking earlier changes back, begun",
        Cause::Invite => "Letting a guest in, begun",
        Cause::Membership => "Giving back what somebody had, begun",
        Cause::Drift => "Putting back what was changed on Plex, begun",
        Cause::Plan | Cause::Schedule => "Begun",
    };
    html! {
        @if !shown.is_over() { "You can leave this page; it goes on. " }
        (what) (by) " " (frame.clock.ago(shown.batch.at)) "."
    }
}

fn acts(frame: &Frame, shown: &Shown) -> Markup {
    if !may_write(frame) {
        return html! {};
    }
    let to = |act: &str| frame.links.to(&format!("{}/{act}", batch_path(shown.batch.id)));
    html! {
        @if !shown.is_over() {
            form method="post" action=(to("stop")) {
                (Button::new("Stop after this one").icon(Icon::Stop).busy("Stopping").submit())
            }
        } @else if shown.counts.made() > 0 && !shown.undone {
            (Button::new("Take it back").icon(Icon::Undo).link(&to("undo")))
        }
    }
}

/// The part that moves; final once all of it is over.
pub fn part(frame: &Frame, shown: &Shown) -> Markup {
    html! {
        (card::page_head_with(title(shown), html! { p { (begun(frame, shown)) } }, acts(frame, shown)))
        (summary(frame, shown))
        @if let Some((words, at)) = &shown.holdup { (waits(frame, words, *at)) }
        @if shown.count(State::Failed) > 0 && shown.is_over() { (failed(frame, shown)) }
        section.section aria-labelledby="each" {
            (card::section_head("each", "Person by person", html! {}))
            (card::rows(shown.rows.list.iter().map(row)))
            (pages(&shown.rows, |page| shown.to(frame, "", Some(page))))
        }
        @if shown.is_over() { (live::over()) }
    }
}

fn summary(frame: &Frame, shown: &Shown) -> Markup {
    let (all, waiting) = (shown.rows.total, shown.count(State::Waiting));
    let over = all - waiting;
    let people = |n: usize| format::count(n as i64, "change", "changes");
    let title = match shown.is_over() {
        false => format!("{over} of {}", people(all)),
        true => match (shown.count(State::Done), shown.count(State::Failed)) {
            (done, 0) if done == all => format!("All {} made", people(all)),
            (done, failed) => {
                let partly = shown.count(State::Partly);
                let left = all - done - failed - partly;
                let parts = [(done, "made"), (partly, "made in part"), (failed, "not made"), (left, "left out")];
                let told: Vec<String> =
                    parts.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
                format!("{}: {}", people(all), told.join(", "))
            }
        },
    };
    html! {
        div.card.stack aria-live="polite" {
            div.line { h2.grow { (title) } }
            @if !shown.is_over() {
                (progress::big("Changes made", over as f64, all as f64))
                @if let Some(told) = &shown.current {
                    p.soft { "Now: " bdi { (told.name) } ", " (in_words(told, "loses", "gains")) }
                }
            } @else if shown.undone {
                p.soft { "It was taken back since." }
            } @else {
                p.soft { "Before and after are kept with each of them, and in "
                    a href=(frame.links.query("/admin/activity", &[("kind", "access_changed")])) { "the record" } "." }
            }
        }
    }
}

/// What is being made at this moment, for the page of the plan.
pub struct UnderWay {
    pub batch: Batch,
    pub counts: Counts,
    /// Why the one whose turn it is waits, and when it is tried again.
    pub holdup: Option<(String, DateTime<Utc>)>,
}

/// How far it is, with the way to it, and what keeps it.
pub fn under_way(frame: &Frame, open: &UnderWay) -> Markup {
    let all = open.counts.all();
    let over = all - open.counts.of(State::Waiting);
    let far = format!("{}: {over} of {}", being_made(open.batch.cause), format::count(all as i64, "change", "changes"));
    let link = Button::new("Follow it").small().link(&frame.links.to(&batch_path(open.batch.id)));
    html! {
        (alert::alert(Kind::Info, Icon::Refresh, html! { p { (far) ". What is on its way counts as made here." } }, link))
        @if let Some((words, at)) = &open.holdup { (waits(frame, words, *at)) }
    }
}

fn waits(frame: &Frame, words: &str, at: DateTime<Utc>) -> Markup {
    // What lets others go first is tried again when they had their turn.
    let next = if at > frame.clock.now() { frame.clock.relative(at) } else { "soon".to_owned() };
    let words = html! {
        p { (words) }
        p { "Nobody loses anything by waiting. It is tried again " (next) "." }
    };
    let act = html! {
        @if may_write(frame) {
            (button::post(&frame.links.to(&format!("{PLAN}/hurry")),
                Button::new("Try now").icon(Icon::Refresh).small().busy("Trying").submit()))
        }
    };
    alert::alert(Kind::Warn, Icon::Alert, words, act)
}

fn failed(frame: &Frame, shown: &Shown) -> Markup {
    let failed = shown.count(State::Failed);
    let words = if failed == 1 {
        "One change was not made; that person has what they had.".to_owned()
    } else {
        format!("{failed} changes were not made; those people have what they had.")
    };
    let act = html! {
        @if may_write(frame) && shown.again {
            (button::post(&frame.links.to(&format!("{}/retry", batch_path(shown.batch.id))),
                Button::new("Try them again").icon(Icon::Refresh).small().busy("Trying").submit()))
        }
    };
    alert::alert(Kind::Bad, Icon::Alert, html! { p { (words) } }, act)
}

fn row(Row { told, state, error, is_now }: &Row) -> Markup {
    let badge = match state {
        State::Done => plainly(Kind::Good, Icon::Check, "Done"),
        State::Failed => plainly(Kind::Bad, Icon::X, "Not made"),
        State::Partly => plainly(Kind::Bad, Icon::Alert, "Made in part"),
        State::Superseded => plainly(Kind::Neutral, Icon::Minus, "Overtaken"),
        State::Stopped => plainly(Kind::Neutral, Icon::Stop, "Stopped"),
        State::Waiting if *is_now => plainly(Kind::Accent, Icon::Refresh, "Now"),
        State::Waiting => plainly(Kind::Neutral, Icon::Clock, "Next"),
    };
    let (lost, gained) =
        if matches!(state, State::Done | State::Partly) { ("lost", "gained") } else { ("loses", "gains") };
    html! {
        div.line {
            (named_with(told, error.as_deref(), &in_words(told, lost, gained)))
            (badge)
        }
    }
}

fn named_with(told: &Told, error: Option<&str>, words: &str) -> Markup {
    use crate::ui::badge::{Face, face};
    html! {
        (face(&told.name, Face::Small))
        div.grow {
            b.strong { bdi { (told.name) } }
            p.sub { (error.unwrap_or(words)) }
        }
    }
}

/// For the page that asks before taking back.
pub(super) fn lines(changes: &[Told]) -> Markup {
    card::rows(changes.iter().map(|told| {
        html! {
            div.diff {
                span {}
                div.line { (named(&told.name)) }
                div.what { (super::tags(told)) }
            }
        }
    }))
}
