//! The plan as a page: who would lose and gain what, and why; drift set apart; what cannot be done and why not.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::batch::{UnderWay, under_way};
use super::{PLAN, drift, gain, loss, may_write, named, tags};
use crate::domain::access::plan::{Action, Obstacle};
use crate::domain::access::told::{Crowd, Moved, Part, PlanPage, Told};
use crate::domain::ids::{BatchId, PersonId};
use crate::domain::people::Role;
use crate::ui::chips::{Chip, chips};
use crate::ui::form::{self, Errors, Field};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, empty, format};

pub struct Shown<'a> {
    pub plan: &'a PlanPage,
    /// Changes are being made at this moment.
    pub under_way: Option<UnderWay>,
    pub last: Option<Last>,
    /// Why the last look at plex.tv failed: what is shown may be old.
    pub trouble: Option<String>,
    pub by_library: bool,
    /// So many would lose something: typed to go on.
    pub confirm: Option<usize>,
    pub typed: &'a Typed,
}

/// As the form was sent, when it comes back.
#[derive(Debug, Default)]
pub struct Typed {
    pub ticked: HashSet<PersonId>,
    /// Unticked.
    pub left: HashSet<PersonId>,
    pub others: bool,
    pub confirm: String,
    pub errors: Errors,
}

impl Typed {
    /// The form that was sent is that of those who were left out before.
    fn is_among(&self, spared: &Part<Vec<Told>>) -> bool {
        spared.list.iter().flatten().any(|told| self.ticked.contains(&told.person))
    }
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
        (card::page_head("Access plan", Some(&sentence(plan, shown.under_way.is_some())), acts(frame, shown)))
        (shown.typed.errors.alert())
        @if let Some(words) = &shown.trouble { (trouble(frame, words)) }
        @if let Some(open) = &shown.under_way { (under_way(frame, open)) }
        @if plan.changes.total > 0 || plan.drift.total > 0 { (figures(plan)) }
        @if plan.changes.total == 0 {
            (nothing(frame, shown))
        } @else {
            (views(frame, shown))
            @if shown.by_library { (by_library(plan)) } @else { (by_person(frame, shown)) }
        }
        @if plan.drift.total > 0 { (drift::drift(frame, plan)) }
        @if plan.held_up.total > 0 { (held_up(frame, plan)) }
        @if plan.spared.total > 0 { (spared(frame, shown)) }
    };
    Page::new(frame, Place::Plan, "Access plan", body)
}

fn sentence(plan: &PlanPage, under_way: bool) -> String {
    let (count, spared) = (plan.changes.total, plan.spared.total);
    let left = match spared {
        0 => String::new(),
        1 => ", one is left out".to_owned(),
        n => format!(", {} are left out", format::number(n as i64)),
    };
    match count {
        0 if under_way => format!("What was applied is on its way. Nothing else waits to be sent{left}."),
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
    if shown.plan.changes.total == 0 || !may_write(frame) {
        return html! {};
    }
    let away = frame.links.to(&format!("{PLAN}/removal"));
    html! {
        form method="post" action=(away) {
            (form::hidden("mark", &shown.plan.mark))
            (Button::new("Leave all out").quiet().submit())
        }
        @if !shown.by_library {
            button.btn.primary type="submit" form=(FORM) data-busy="Applying" { "Apply to those ticked" }
        }
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

fn figures(plan: &PlanPage) -> Markup {
    let figures = [
        (plan.gain, "gain something"),
        (plan.lose, "lose something"),
        (plan.people.saturating_sub(plan.changes.total), "stay as they are"),
        (plan.nothing_left, "would have nothing left"),
    ];
    html! {
        div.card { div.figures {
            @for (number, words) in figures {
                div.figure { b { (format::number(number as i64)) } span { (words) } }
            }
        } }
    }
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
    let title = if shown.under_way.is_some() { "Nothing else to send" } else { "Nothing to send" };
    empty::empty(Icon::Check, title, words, act)
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

/// Those who lose something come first; both parts may stand on one page.
fn by_person(frame: &Frame, shown: &Shown<'_>) -> Markup {
    let (plan, part) = (shown.plan, &shown.plan.changes);
    let losing = plan.lose.saturating_sub(part.before()).min(part.list.len());
    let (losing, gaining) = part.list.split_at(losing);
    let several = plan.servers > 1;
    let others = part.total - part.list.len();
    html! {
        form.section.stack-8 id=(FORM) method="post" action=(frame.links.to(PLAN)) {
            (form::hidden("mark", &plan.mark))
            (form::hidden("page", &part.page.to_string()))
            @if may_write(frame) && !shown.typed.is_among(&plan.spared) { (confirm(shown.confirm, others > 0, shown.typed)) }
            @if !losing.is_empty() {
                (rows(frame, "losing", &heading(plan.lose, "loses something", "lose something"), losing, several, shown.typed))
            }
            @if !gaining.is_empty() {
                @let title = heading(part.total - plan.lose, "only gains", "only gain");
                (rows(frame, "gaining", &title, gaining, several, shown.typed))
            }
            @if others > 0 && may_write(frame) { (with_others(others, shown.typed.others)) }
        }
        (pages(frame, part, "page"))
    }
}

fn with_others(others: usize, ticked: bool) -> Markup {
    let label = format!("Apply to the {} on other pages, too", format::count(others as i64, "person", "people"));
    let help = "All of them, whatever was ticked there. Without it they stay in the plan.";
    card::card(form::check("others", "yes", &label, help, ticked))
}

pub(super) fn pages<T>(frame: &Frame, part: &Part<T>, name: &str) -> Markup {
    super::pages(part, |page| frame.links.query(PLAN, &[(name, &page.to_string())]))
}

fn heading(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", format::spelled(count as i64), if count == 1 { one } else { many })
}

/// Once it was refused, the number to type is that of those who are ticked; it stands beside the field alone.
fn confirm(number: Option<usize>, on_other_pages: bool, typed: &Typed) -> Markup {
    let label = match (typed.errors.of("confirm"), number) {
        (Some(_), _) => "How many people would lose something".to_owned(),
        (None, Some(number)) => format!("{number} people would lose something. Type {number} to go on"),
        (None, None) => return html! {},
    };
    let help = match on_other_pages {
        true => "Asked for all pages together: it is more than a fifth of all people.",
        false => "Asked because it is more than a fifth of all.",
    };
    let field = Field::new("confirm", &label).value(&typed.confirm).help(help).errors(&typed.errors);
    card::card(field.autocomplete("off").number())
}

fn rows(frame: &Frame, id: &str, title: &str, all: &[Vec<Told>], several: bool, typed: &Typed) -> Markup {
    let aside = html! { @if may_write(frame) { span { "untick to leave out" } } };
    html! {
        section aria-labelledby=(id) {
            (card::section_head(id, title, aside))
            (card::rows(all.iter().filter_map(|theirs| diff(frame, theirs, several, true, typed))))
        }
    }
}

/// `planned` ones are ticked until somebody unticks them.
fn diff(frame: &Frame, theirs: &[Told], several: bool, planned: bool, typed: &Typed) -> Option<Markup> {
    let first = theirs.first()?;
    let ticked = if planned { !typed.left.contains(&first.person) } else { typed.ticked.contains(&first.person) };
    let reach = frame.viewer.as_ref().is_some_and(|viewer| viewer.role.is_admin()) || first.role != Role::Admin;
    let label = format!("Include {}", first.name);
    Some(html! {
        div.diff {
            @if may_write(frame) {
                input.check.tick type="checkbox" name="apply" value=(first.person) aria-label=(label)
                    checked[ticked && reach] disabled[!reach];
                @if planned && reach { (form::hidden("shown", &first.person.to_string())) }
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

/// Who gains and loses each library: for reading, for what is ticked is people.
fn by_library(plan: &PlanPage) -> Markup {
    let row = |moved: &Moved| {
        html! {
            div.stack-2 {
                div.line {
                    b.strong.grow { (moved.title) }
                    @if plan.servers > 1 && !moved.server.is_empty() { span.end { (moved.server) } }
                }
                (crowd(&moved.losing, loss))
                (crowd(&moved.gaining, gain))
            }
        }
    };
    html! {
        section.section aria-labelledby="libraries" {
            (card::section_head("libraries", "By library", html! { span { "to choose, go by person" } }))
            (card::rows(plan.libraries.iter().map(row)))
        }
    }
}

fn crowd(crowd: &Crowd, tag: fn(&str) -> Markup) -> Markup {
    html! {
        @if !crowd.names.is_empty() {
            div.cluster {
                @for name in &crowd.names { (tag(name)) }
                @if crowd.more > 0 { (tag(&format!("{} more", format::number(crowd.more as i64)))) }
            }
        }
    }
}

fn held_up(frame: &Frame, plan: &PlanPage) -> Markup {
    let row = |(name, server, why): &(String, String, Obstacle)| {
        let words = html! { b.strong { bdi { (name) } } p.sub { (why.words()) } };
        card::line(Some(Icon::Clock), words, card::end(html! { (server) }))
    };
    let rows = html! {
        (card::rows(plan.held_up.list.iter().map(row)))
        (pages(frame, &plan.held_up, "held_up"))
    };
    card::section("held-up", "Not possible yet", html! {}, rows)
}

fn spared(frame: &Frame, shown: &Shown<'_>) -> Markup {
    let plan = shown.plan;
    let several = plan.servers > 1;
    let rows = html! {
        form.stack method="post" action=(frame.links.to(PLAN)) {
            (form::hidden("mark", &plan.mark))
            @if shown.typed.is_among(&plan.spared) { (confirm(None, false, shown.typed)) }
            (card::rows(plan.spared.list.iter().filter_map(|theirs| diff(frame, theirs, several, false, shown.typed))))
            @if may_write(frame) { div.cluster { (Button::new("Apply to those ticked").small().busy("Applying").submit()) } }
        }
        (pages(frame, &plan.spared, "spared"))
    };
    let aside = html! { span { "until something else is planned for them" } };
    card::section("spared", "Left out before", aside, rows)
}
