//! The form that changes many people at once.

use maud::{Markup, html};

use super::give::Offer;
use super::when;
use crate::domain::group::Group;
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::icon::small;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, badge, card, format};

/// As it was typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub joins: Vec<String>,
    pub leaves: Vec<String>,
    pub gives: Vec<String>,
    pub until: String,
    pub withholds: Vec<String>,
    /// "", "on" or "off".
    pub keep: String,
    /// "", a stay, or "until" with `last_day`.
    pub stay: String,
    pub last_day: String,
    pub errors: Errors,
}

pub struct Many {
    /// Id and name of those it is about.
    pub people: Vec<(String, String)>,
    /// The same of those who are left out.
    pub left_out: Vec<(String, String)>,
    pub groups: Vec<Group>,
    pub libraries: Vec<Offer>,
    pub typed: Typed,
}

/// So many are named.
const NAMED: usize = 24;

pub fn many(frame: &Frame, many: &Many) -> Page {
    let count = i64::try_from(many.people.len()).unwrap_or(i64::MAX);
    let title = format!("Change {}", format::count(count, "person", "people"));
    let (typed, errors) = (&many.typed, &many.typed.errors);
    let fields = html! {
        @for (id, _) in &many.people { (form::hidden("id", id)) }
        @for (id, _) in &many.left_out { (form::hidden("out", id)) }
        (errors.alert())
        @if !many.groups.is_empty() {
            (ticks("joins", "Put into", &groups(many), &typed.joins, errors))
            (ticks("leaves", "Take out of", &groups(many), &typed.leaves, errors))
        }
        @if !many.libraries.is_empty() {
            (ticks("gives", "Give", &libraries(many), &typed.gives, errors))
            (when::moment_field("until", "Until", &typed.until, "For what is given. Empty: for good.", errors))
            (ticks("withholds", "Withhold", &libraries(many), &typed.withholds, errors))
        }
        (Field::new("keep", "Keep list").value(&typed.keep).errors(errors)
            .help("Who is on it is never removed for being quiet.").select(&[
                Choice::new("", "Leave as it is"),
                Choice::new("on", "Put on it"),
                Choice::new("off", "Take off it"),
            ]))
        div.dated {
            (Field::new("stay", "Membership").value(&typed.stay).errors(errors)
                .help("More is counted from the last day, or from today. Whoever is out by now comes back at once.").select(&[
                    Choice::new("", "Leave as it is"),
                    Choice::new("7d", "1 week more"),
                    Choice::new("1m", "1 month more"),
                    Choice::new("12m", "1 year more"),
                    Choice::new("until", "Until a date"),
                    Choice::new("open", "Without end"),
                ]))
            (Field::new("last_day", "Last day").value(&typed.last_day).errors(errors).date())
        }
    };
    let end = html! {
        (Button::new("Change them").primary().busy("Changing").submit())
        (Button::new("Back").quiet().link(&frame.links.to("/admin/people")))
    };
    let body = html! {
        (card::page_head(&title, Some("Nothing is sent to Plex yet. One access plan shows what changes in groups and libraries, to be applied or thrown away."), html! {}))
        (named(many))
        @if many.people.is_empty() {
            div { (Button::new("Back to the people").link(&frame.links.to("/admin/people"))) }
        } @else {
            (form::form(&frame.links.to("/admin/people/edit"), fields, end))
        }
    };
    Page::new(frame, Place::People, title, body)
}

fn named(many: &Many) -> Markup {
    let more = many.people.len().saturating_sub(NAMED);
    let out: Vec<&str> = many.left_out.iter().take(NAMED).map(|(_, name)| name.as_str()).collect();
    html! {
        div.cluster {
            @for (_, name) in many.people.iter().take(NAMED) { (badge::tag(None, name)) }
            @if more > 0 { span.muted { "and " (format::number(i64::try_from(more).unwrap_or(i64::MAX))) " more" } }
        }
        @if !out.is_empty() {
            @let words = format!("{} left out: admins are for admins to change, and the owner sees everything.", format::list(&out));
            (alert::note(Kind::Info, Icon::Info, &words))
        }
    }
}

fn groups(many: &Many) -> Vec<(String, &str)> {
    many.groups.iter().map(|group| (group.id.to_string(), group.name.as_str())).collect()
}

fn libraries(many: &Many) -> Vec<(String, &str)> {
    many.libraries.iter().map(|offer| (offer.id.clone(), offer.title.as_str())).collect()
}

fn ticks(name: &str, legend: &str, choices: &[(String, &str)], ticked: &[String], errors: &Errors) -> Markup {
    let error = errors.of(name);
    let id = format!("{name}-error");
    html! {
        fieldset aria-describedby=[error.map(|_| &id)] {
            legend { (legend) }
            div.options {
                @for (value, label) in choices { (form::check(name, value, label, "", ticked.contains(value))) }
            }
            @if let Some(words) = error { p.error id=(id) { (small(Icon::Alert)) (words) } }
        }
    }
}
