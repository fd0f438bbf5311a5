//! The list of people.

use maud::{Markup, html};

use super::{badges, below};
use crate::domain::jobs::{Run, RunState};
use crate::domain::membership::{Membership, Standing};
use crate::domain::people::{Person, Role};
use crate::ui::badge::{Face, badge, face, tag};
use crate::ui::chips::{Chip, chips};
use crate::ui::form::Choice;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, card, empty, form, format, pager};

pub struct List {
    pub rows: Vec<Row>,
    /// Rows on all pages.
    pub total: usize,
    /// How many each of the filters would show.
    pub counts: Vec<usize>,
    /// Libraries of all servers.
    pub libraries: usize,
    pub page: usize,
    pub words: String,
    /// The filter, as it is in the address.
    pub show: String,
    /// Groups to choose from: id and name.
    pub groups: Vec<(String, String)>,
    /// The group that narrows the list.
    pub group: Option<String>,
    pub sort: Sort,
    /// The last look at people and shares on Plex.
    pub import: Option<Run>,
    /// The reader may change people; else they look on.
    pub ticks: bool,
}

impl List {
    fn group(&self) -> &str {
        self.group.as_deref().unwrap_or_default()
    }
}

crate::text_enum! {
    #[derive(Default)]
    pub enum Sort {
        #[default]
        Name = "name",
        LastHere = "last_here",
        Newest = "newest",
    }
}

impl Sort {
    fn label(self) -> &'static str {
        match self {
            Self::Name => "By name",
            Self::LastHere => "Last here",
            Self::Newest => "Newest",
        }
    }

    /// As it stands in an address; what goes without saying is left out.
    fn word(self) -> &'static str {
        if self == Self::default() { "" } else { self.as_str() }
    }
}

pub struct Row {
    pub person: Person,
    pub invited: bool,
    /// On the keep list.
    pub keep: bool,
    /// What they see on Plex is not what was last sent there.
    pub differs: bool,
    /// None for those of whom nobody has said otherwise: they stay without end.
    pub membership: Option<Membership>,
    /// From anything, and nobody has let them back.
    pub removed: bool,
    /// None for those who see every library there is.
    pub libraries: Option<usize>,
    pub groups: Vec<String>,
}

/// The chips: word in the address, label.
pub const FILTERS: [(&str, &str); 14] = [
    ("", "All"),
    ("viewer", "Viewers"),
    ("requester", "Requesters"),
    ("moderator", "Helpers"),
    ("auditor", "Checkers"),
    ("admin", "Admins"),
    ("invited", "Invited"),
    ("home", "Plex Home"),
    ("gone", "Gone from Plex"),
    ("differing", "Plex differs"),
    ("ending", "With an end"),
    ("out", "Out"),
    ("asking", "Ask to stay"),
    ("removed", "Removed"),
];

pub fn people(frame: &Frame, list: &List, role: Role, per_page: usize) -> Page {
    let body = html! {
        (card::page_head_with("People", html! { p { (sentence(list)) } (import(frame, list)) }, acts(frame, role)))
        div.stack {
            (form::toolbar(&frame.links.to("/admin/people"), "find", &list.words, "Name or e-mail", kept(list)))
            (chips("Filter", &filters(frame, list)))
        }
        @if list.rows.is_empty() { (nobody(frame, list)) } @else {
            div.tickable {
                (table(&columns(list), html! { @for row in &list.rows { (person(frame, list, row)) } }))
                @if list.ticks { (bar(frame, list)) }
            }
            (pages(frame, list, per_page))
        }
    };
    Page::new(frame, Place::People, "People", body)
}

fn sentence(list: &List) -> String {
    let count = |word: &str| {
        let at = FILTERS.iter().position(|(name, _)| *name == word);
        at.and_then(|at| list.counts.get(at)).copied().unwrap_or_default()
    };
    let (all, invited) = (count(""), count("invited"));
    if !list.words.is_empty() {
        return format!(
            "{} found for {}.",
            format::count(as_i64(all), "person", "people"),
            format::quoted(&list.words)
        );
    }
    let known = format::spelled(as_i64(all));
    let people = if all == 1 { "person knows" } else { "people know" };
    let waiting = match invited {
        0 => String::new(),
        1 => " One was invited and has not come yet.".to_owned(),
        n => format!(" {} were invited and have not come yet.", format::number(as_i64(n))),
    };
    format!("{known} {people} the way in.{waiting}")
}

/// "Read from Plex 5 minutes ago: 14 people, 1 added; 12 shares, as before."
fn import(frame: &Frame, list: &List) -> Markup {
    let Some(run) = &list.import else { return html! {} };
    let href = frame.links.to(&format!("/admin/runs/{}", run.id));
    let at = frame.clock.ago(run.finished_at.unwrap_or(run.started_at));
    html! {
        p.small.soft {
            @match run.state {
                RunState::Running => { "Plex is being read now. " a href=(href) { "Look on" } },
                RunState::Failed => { "Plex could not be read whole " (at) ". " a href=(href) { "See why" } },
                RunState::Succeeded => {
                    "Read from Plex " (at) ": " (format::lower(&run.summary())) ". " a href=(href) { "See the run" }
                },
            }
        }
    }
}

fn as_i64(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn acts(frame: &Frame, role: Role) -> Markup {
    html! {
        @if role.may_decide() {
            form.desk method="post" action=(frame.links.to("/admin/people/import")) {
                (Button::new("Import from Plex").icon(Icon::Refresh).busy("Asking").submit())
            }
            (Button::new("Add somebody").icon(Icon::Plus).primary().link(&frame.links.to("/admin/people/new")))
        }
    }
}

/// The filter stays while one searches.
fn kept(list: &List) -> Markup {
    let sorts: Vec<Choice<'_>> = Sort::ALL.iter().map(|sort| Choice::new(sort.as_str(), sort.label())).collect();
    html! {
        @if !list.show.is_empty() { (form::hidden("show", &list.show)) }
        @if !list.groups.is_empty() {
            @let choices = group_choices(list);
            (form::narrow("group", "Group", &choices, list.group()))
        }
        (form::narrow("sort", "Order", &sorts, list.sort.as_str()))
    }
}

fn group_choices(list: &List) -> Vec<Choice<'_>> {
    let named = list.groups.iter().map(|(id, name)| Choice::new(id, name));
    std::iter::once(Choice::new("", "All groups")).chain(named).collect()
}

/// All and the one chosen always; others while there is somebody to show.
fn filters(frame: &Frame, list: &List) -> Vec<Chip> {
    FILTERS
        .iter()
        .zip(&list.counts)
        .filter(|((word, _), count)| word.is_empty() || **count > 0 || *word == list.show)
        .map(|((word, label), count)| {
            let asked =
                [("find", list.words.as_str()), ("show", word), ("group", list.group()), ("sort", list.sort.word())];
            let href = frame.links.query("/admin/people", &asked);
            Chip::new(*label, href, *word == list.show).count(as_i64(*count))
        })
        .collect()
}

fn columns(list: &List) -> Vec<Column<'static>> {
    let mut columns = vec![
        Column::new("Person"),
        Column::new("Role"),
        Column::new("Groups"),
        Column::new("Libraries"),
        Column::new("Last here"),
    ];
    if list.ticks {
        columns.insert(0, Column::new("Tick").hidden());
    }
    columns
}

/// The id of the form that the ticks belong to: forms can't stand in forms.
const BULK: &str = "bulk";

fn person(frame: &Frame, list: &List, row: &Row) -> Markup {
    let href = frame.links.to(&format!("/admin/people/{}", row.person.id));
    let below = below(&row.person);
    html! {
        tr {
            @if list.ticks {
                td.corner {
                    input.check.tick type="checkbox" name="id" value=(row.person.id) form=(BULK)
                        aria-label=(format!("Tick {}", row.person.name));
                }
            }
            th scope="row" {
                div.line {
                    (face(&row.person.name, Face::Medium))
                    div.grow {
                        a href=(href) { bdi { (row.person.name) } } (badges(&row.person, row.invited))
                        @if row.keep { " " (badge(Kind::Neutral, Icon::Lock, "Keep list")) }
                        @if row.differs { " " (badge(Kind::Warn, Icon::Plan, "Plex differs")) }
                        (stays(frame, row))
                        @if !below.is_empty() { p.sub { bdi { (below) } } }
                    }
                }
            }
            td data-label="Role" { (row.person.role.label()) }
            td data-label="Groups" {
                @if row.groups.is_empty() { span.muted { "none" } } @else {
                    div.cluster { @for group in &row.groups { (tag(None, group)) } }
                }
            }
            td data-label="Libraries" {
                (row.libraries.unwrap_or(list.libraries)) " of " (list.libraries)
            }
            td data-label="Last here" {
                @match row.person.last_seen_at {
                    Some(at) => (frame.clock.ago(at)),
                    None => span.muted { "not yet" },
                }
            }
        }
    }
}

fn stays(frame: &Frame, row: &Row) -> Markup {
    let Some(one) = &row.membership else { return html! {} };
    let out = match one.standing(frame.clock.now()) {
        Standing::Open => None,
        _ if row.removed => Some("Removed"),
        Standing::Paused => Some("Paused"),
        Standing::Over => Some("Membership over"),
    };
    html! {
        @if let Some(words) = out { " " (badge(Kind::Warn, Icon::Lock, words)) }
        @if one.asked_at.is_some() { " " (badge(Kind::Info, Icon::Clock, "Asks to stay")) }
    }
}

/// Leads to the form with what is ticked; or with all that were found, where the list is longer than the page.
fn bar(frame: &Frame, list: &List) -> Markup {
    let all = format!("Change all {} found", format::number(as_i64(list.total)));
    html! {
        form.bulk id=(BULK) action=(frame.links.to("/admin/people/edit")) role="group" aria-label="With the ticked people" {
            (form::hidden("find", &list.words))
            (form::hidden("show", &list.show))
            (form::hidden("group", list.group()))
            span.n { "ticked" }
            @if list.total > list.rows.len() {
                (Button::new(&all).small().value("all", "yes").submit())
            }
            (Button::new("Change").icon(Icon::Edit).small().tonal().submit())
        }
    }
}

fn nobody(frame: &Frame, list: &List) -> Markup {
    let all = Button::new("Show everybody").link(&frame.links.to("/admin/people"));
    match list.page {
        1 => empty::empty(
            Icon::Users,
            "Nobody fits",
            html! { "Try a part of the name or of the e-mail address, or another filter." },
            all,
        ),
        _ => empty::empty(Icon::Users, "This page is empty", html! { "The list is shorter than that." }, all),
    }
}

fn pages(frame: &Frame, list: &List, per_page: usize) -> Markup {
    let to = |page: usize| {
        let page = if page == 1 { String::new() } else { page.to_string() };
        let asked = [
            ("find", list.words.as_str()),
            ("show", &list.show),
            ("group", list.group()),
            ("sort", list.sort.word()),
            ("page", &page),
        ];
        frame.links.query("/admin/people", &asked)
    };
    let before = (list.page - 1) * per_page;
    let last = before + list.rows.len();
    let back = (list.page > 1).then(|| to(list.page - 1));
    let next = (last < list.total).then(|| to(list.page + 1));
    pager::pager(as_i64(before + 1), as_i64(last), as_i64(list.total), back.as_deref(), next.as_deref())
}
