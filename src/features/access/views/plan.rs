//! The plan as a page: who would lose and gain what, and why; drift set apart; what cannot be done and why not.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{PLAN, batch_path, drift, gain, loss, may_write, named, people, tags};
use crate::domain::access::plan::{Action, Obstacle};
use crate::domain::access::told::{Told, ToldPlan};
use crate::domain::ids::BatchId;
use crate::domain::people::Role;
use crate::ui::chips::{Chip, chips};
use crate::ui::form::{self, Errors, Field};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, empty, format};

pub struct Shown<'a> {
    pub plan: &'a ToldPlan,
    /// Changes are being made at this moment.
    pub under_way: Option<BatchId>,
    pub last: Option<Last>,
    /// Why the last look at plex.tv failed: what is shown may be old.
    pub trouble: Option<String>,
    pub by_library: bool,
    /// So many would lose something: typed to go on.
    pub confirm: Option<usize>,
    pub errors: &'a Errors,
}

/// What was applied last.
pub struct Last {
    pub batch: BatchId,
    pub at: DateTime<Utc>,
    pub by: Option<String>,
}

const FORM: &str = "plan";

pub fn page(frame: &Frame, shown: &Shown<'_>) -> Page {
    let plan = shown.plan;
    let body = html! {
        (card::page_head("Access plan", Some(&sentence(plan)), acts(frame, shown)))
        (shown.errors.alert())
        @if let Some(words) = &shown.trouble { (trouble(frame, words)) }
        @if let Some(batch) = shown.under_way { (under_way(frame, batch)) }
        @if !plan.changes.is_empty() || !plan.drift.is_empty() { (figures(plan)) }
        @if plan.changes.is_empty() {
            (nothing(frame, shown))
        } @else {
            (views(frame, shown))
            @if shown.by_library { (by_library(plan)) } @else { (by_person(frame, shown)) }
        }
        @if !plan.drift.is_empty() { (drift::drift(frame, plan)) }
        @if !plan.held_up.is_empty() { (held_up(plan)) }
        @if !plan.spared.is_empty() { (spared(frame, plan)) }
    };
    Page::new(frame, Place::Plan, "Access plan", body)
}

fn sentence(plan: &ToldPlan) -> String {
    let count = people(&plan.changes).len();
    let spared = people(&plan.spared).len();
    let left = match spared {
        0 => String::new(),
        1 => ", one is left out".to_owned(),
        n => format!(", {} are left out", format::number(n as i64)),
    };
    match count {
        0 if spared == 0 => "Everybody on Plex has what they should have.".to_owned(),
        0 => format!("Nothing waits to be sent{left}."),
        n => {
            let word = if n == 1 { "person" } else { "people" };
            let who = format::spelled(n as i64);
            format!(
                "{who} {word} would change{left}. Nothing has been sent to Plex yet, and you can undo it afterwards."
            )
        }
    }
}

fn acts(frame: &Frame, shown: &Shown<'_>) -> Markup {
    if shown.plan.changes.is_empty() || !may_write(frame) {
        return html! {};
    }
    let away = frame.links.to(&format!("{PLAN}/removal"));
    html! {
        form method="post" action=(away) {
            (form::hidden("mark", &shown.plan.mark))
            (Button::new("Leave all out").quiet().submit())
        }
        button.btn.primary type="submit" form=(FORM) data-busy="Applying" { "Apply to those ticked" }
    }
}

fn trouble(frame: &Frame, words: &str) -> Markup {
    let words = html! {
        p { "The last look at Plex failed, so what people have may have changed since: " (words) }
        p { "Nobody loses anything by that. Each share is read again before it is changed." }
    };
    let link = Button::new("See the job").small().link(&frame.links.to("/admin/jobs/people_sync"));
    alert::alert(Kind::Warn, Icon::Unplug, words, link)
}

fn under_way(frame: &Frame, batch: BatchId) -> Markup {
    let link = Button::new("Follow it").small().link(&frame.links.to(&batch_path(batch)));
    alert::alert(
        Kind::Info,
        Icon::Refresh,
        html! { p { "Changes are on their way to Plex. They count as made here." } },
        link,
    )
}

fn figures(plan: &ToldPlan) -> Markup {
    let all = people(&plan.changes);
    let gains = |told: &Told| !told.gain.is_empty() || told.turns.iter().any(|(_, on)| *on);
    let gain = all.iter().filter(|theirs| theirs.iter().any(gains)).count();
    let lose = all.iter().filter(|theirs| theirs.iter().any(loses)).count();
    let empty = plan.held_up.iter().filter(|(_, _, why)| *why == Obstacle::NothingLeft).count();
    let figures = [
        (gain, "gain something"),
        (lose, "lose something"),
        (plan.people.saturating_sub(all.len()), "stay as they are"),
        (empty, "would have nothing left"),
    ];
    html! {
        div.card { div.figures {
            @for (number, words) in figures { div.figure { b { (number) } span { (words) } } }
        } }
    }
}

fn loses(told: &Told) -> bool {
    !told.lose.is_empty() || told.turns.iter().any(|(_, on)| !on)
}

fn nothing(frame: &Frame, shown: &Shown<'_>) -> Markup {
    let words = match &shown.last {
        Some(last) => html! {
            "Last changed " (frame.clock.ago(last.at)) @if let Some(by) = &last.by { " by " bdi { (by) } } ". "
            "Change a group, a grant or who is in a group, and what that means for Plex stands here first."
        },
        None => {
            html! { "Change a group, a grant or who is in a group, and what that means for Plex stands here first." }
        }
    };
    let act = html! {
        div.cluster {
            (Button::new("Groups").icon(Icon::Groups).link(&frame.links.to("/admin/groups")))
            @if shown.last.is_some() {
                (Button::new("What was changed").icon(Icon::Log).link(&frame.links.to(&format!("{PLAN}/changes"))))
            }
        }
    };
    empty::empty(Icon::Check, "Nothing to send", words, act)
}

fn views(frame: &Frame, shown: &Shown<'_>) -> Markup {
    let by_person = Chip::new("By person", frame.links.to(PLAN), !shown.by_library);
    let by_library = Chip::new("By library", frame.links.query(PLAN, &[("by", "library")]), shown.by_library);
    html! {
        div.cluster {
            (chips("Grouped", &[by_person, by_library]))
            @if shown.last.is_some() { a href=(frame.links.to(&format!("{PLAN}/changes"))) { "Earlier changes" } }
        }
    }
}

fn by_person(frame: &Frame, shown: &Shown<'_>) -> Markup {
    let all = people(&shown.plan.changes);
    let (losing, gaining): (Vec<_>, Vec<_>) = all.into_iter().partition(|theirs| theirs.iter().any(loses));
    let several = shown.plan.servers > 1;
    html! {
        form.section.stack-8 id=(FORM) method="post" action=(frame.links.to(PLAN)) {
            (form::hidden("mark", &shown.plan.mark))
            @if let Some(number) = shown.confirm { (confirm(number, shown.errors)) }
            @if !losing.is_empty() {
                (part(frame, "losing", &heading(losing.len(), "loses something", "lose something"), &losing, several))
            }
            @if !gaining.is_empty() {
                (part(frame, "gaining", &heading(gaining.len(), "only gains", "only gain"), &gaining, several))
            }
        }
    }
}

fn heading(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", format::spelled(count as i64), if count == 1 { one } else { many })
}

fn confirm(number: usize, errors: &Errors) -> Markup {
    let label = format!("{number} people would lose something. Type {number} to go on");
    let help = "Asked because it is more than a fifth of all.";
    card::card(Field::new("confirm", &label).help(help).errors(errors).autocomplete("off").number())
}

fn part(frame: &Frame, id: &str, title: &str, all: &[&[Told]], several: bool) -> Markup {
    let aside = html! { @if may_write(frame) { span { "untick to leave out" } } };
    html! {
        section aria-labelledby=(id) {
            (card::section_head(id, title, aside))
            (card::rows(all.iter().filter_map(|theirs| diff(frame, theirs, several, true))))
        }
    }
}

fn diff(frame: &Frame, theirs: &[Told], several: bool, ticked: bool) -> Option<Markup> {
    let first = theirs.first()?;
    let reach = frame.viewer.as_ref().is_some_and(|viewer| viewer.role.is_admin()) || first.role != Role::Admin;
    let label = format!("Include {}", first.name);
    Some(html! {
        div.diff {
            @if may_write(frame) {
                input.check.tick type="checkbox" name="apply" value=(first.person) aria-label=(label)
                    checked[ticked && reach] disabled[!reach];
            } @else { span {} }
            div.line { (named(&first.name)) }
            div.what {
                @for told in theirs {
                    div.stack-2 {
                        @if several { span.small.muted { (told.server_name) } }
                        (tags(told))
                        p.plan-why { (why(told)) }
                    }
                }
                @if !reach { p.plan-why { "Only an admin changes what an admin sees." } }
            }
        }
    })
}

fn why(told: &Told) -> String {
    let invited = match told.action {
        Action::Invite => Some("Plex sends an invite.".to_owned()),
        Action::Remove => Some("The share ends.".to_owned()),
        Action::Update => None,
    };
    let sentences: Vec<String> = told.why.iter().map(|words| format!("{words}.")).chain(invited).collect();
    sentences.join(" ")
}

/// Names of those who gain and who lose.
type Moved<'a> = (Vec<&'a str>, Vec<&'a str>);

/// Who gains and loses each library: for reading, for what is ticked is people.
fn by_library(plan: &ToldPlan) -> Markup {
    let mut all: BTreeMap<(&str, &str), Moved<'_>> = BTreeMap::new();
    for told in &plan.changes {
        for title in &told.gain {
            all.entry((&told.server_name, title)).or_default().0.push(&told.name);
        }
        for title in &told.lose {
            all.entry((&told.server_name, title)).or_default().1.push(&told.name);
        }
    }
    let row = |((server, title), (gaining, losing)): ((&str, &str), Moved<'_>)| {
        html! {
            div.stack-2 {
                div.line {
                    b.strong.grow { (title) }
                    @if plan.servers > 1 { span.end { (server) } }
                }
                div.cluster {
                    @for name in losing { (loss(name)) }
                    @for name in gaining { (gain(name)) }
                }
            }
        }
    };
    html! {
        section.section aria-labelledby="libraries" {
            (card::section_head("libraries", "By library", html! { span { "to choose, go by person" } }))
            (card::rows(all.into_iter().map(row)))
        }
    }
}

fn held_up(plan: &ToldPlan) -> Markup {
    let row = |(name, server, why): &(String, String, Obstacle)| {
        let words = html! { b.strong { bdi { (name) } } p.sub { (why.words()) } };
        card::line(Some(Icon::Clock), words, card::end(html! { (server) }))
    };
    card::section("held-up", "Not possible yet", html! {}, card::rows(plan.held_up.iter().map(row)))
}

fn spared(frame: &Frame, plan: &ToldPlan) -> Markup {
    let all = people(&plan.spared);
    let several = plan.servers > 1;
    let rows = html! {
        form.stack method="post" action=(frame.links.to(PLAN)) {
            (form::hidden("mark", &plan.mark))
            (card::rows(all.iter().filter_map(|theirs| diff(frame, theirs, several, false))))
            @if may_write(frame) { div.cluster { (Button::new("Apply to those ticked").small().busy("Applying").submit()) } }
        }
    };
    let aside = html! { span { "until something else is planned for them" } };
    card::section("spared", "Left out before", aside, rows)
}
