//! The libraries of one server: whether they see it, why, until when, whether Plex has it so; and what can be done about it.

use maud::{Markup, html};

use super::{Library, Own, Seen, Server};
use crate::domain::access::person::Beside;
use crate::features::people::views::when;
use crate::ui::badge::plainly;
use crate::ui::form::hidden;
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind, button, card, empty, format};

pub fn libraries(frame: &Frame, seen: &Seen, server: &Server, number: usize) -> Markup {
    let title = format!("What {} sees, and why", format::first_name(&seen.person.name));
    let id = format!("sees-{number}");
    let acts = seen.may && !seen.person.is_owner;
    let mut columns = vec![
        Column::new("Library"),
        Column::new("Sees it"),
        Column::new("Why"),
        Column::new("Until"),
        Column::new("On Plex"),
    ];
    if acts {
        columns.push(Column::new("More").hidden());
    }
    let rows = html! { @for library in &server.libraries { (row(frame, seen, library, acts)) } };
    html! {
        section aria-labelledby=(id) {
            (card::section_head(&id, &title, html! { span { "Server " (server.name) } }))
            @if server.libraries.is_empty() {
                (empty::empty(Icon::Film, "No libraries yet", html! { "They show here after the first look at Plex." }, html! {}))
            } @else { (table(&columns, rows)) }
        }
    }
}

fn row(frame: &Frame, seen: &Seen, library: &Library, acts: bool) -> Markup {
    let row = &library.row;
    html! {
        tr {
            th scope="row" { (library.title) }
            td data-label="Sees it" {
                @if row.sees { (plainly(Kind::Good, Icon::Check, "Yes")) }
                @else { (plainly(Kind::Neutral, Icon::Minus, "No")) }
            }
            td data-label="Why" { (why(frame, library)) }
            td data-label="Until" { (until(frame, library)) }
            td data-label="On Plex" { (on_plex(row.beside)) }
            @if acts {
                td.corner { @if !row.is_default { (menu(frame, seen, library)) } }
            }
        }
    }
}

fn why(frame: &Frame, library: &Library) -> Markup {
    html! {
        div.stack-2 {
            @for reason in &library.row.why {
                span {
                    (reason.words)
                    @if let Some(since) = reason.since {
                        ", since " (frame.clock.time(since, &frame.clock.day(since.with_timezone(&frame.clock.zone).date_naive())))
                    }
                }
            }
            @for grant in &library.grants { span.muted.small { (given(frame, grant)) } }
        }
    }
}

/// "By Mara: Fri 18:00 to 24:00, until the end of 30 Nov. For the weekend"
fn given(frame: &Frame, grant: &Own) -> Markup {
    html! {
        "Grant" @if let Some(by) = &grant.by { " by " bdi { (by) } } ": " (when::words(&frame.clock, &grant.when)) "."
        @if !grant.note.is_empty() { " " (format::quoted(&grant.note)) }
    }
}

fn until(frame: &Frame, library: &Library) -> Markup {
    html! {
        @match (library.row.sees, library.row.until) {
            (true, Some(at)) => (frame.clock.time(at, &when::end(&frame.clock, at))),
            (true, None) => span.muted { "open" },
            (false, Some(at)) => { "from " (frame.clock.time(at, &when::moment(&frame.clock, at))) },
            (false, None) => span.muted { "–" },
        }
    }
}

fn on_plex(beside: Option<Beside>) -> Markup {
    match beside {
        Some(Beside::Same) => plainly(Kind::Neutral, Icon::Check, "same"),
        Some(Beside::Missing) => plainly(Kind::Bad, Icon::Alert, "missing"),
        Some(Beside::More) => plainly(Kind::Bad, Icon::Alert, "more"),
        Some(Beside::Waiting) => plainly(Kind::Warn, Icon::Clock, "waiting"),
        None => html! { span.muted { "–" } },
    }
}

fn menu(frame: &Frame, seen: &Seen, library: &Library) -> Markup {
    let id = seen.person.id;
    let to = |part: &str| frame.links.to(&format!("/admin/people/{id}/{part}"));
    let row = &library.row;
    let key = row.library.to_string();
    let give = frame.links.query(&format!("/admin/people/{id}/grants"), &[("library", &key)]);
    let post = |action: &str, button: Button<'_>| {
        html! { form method="post" action=(action) { (hidden("library", &key)) (button.submit()) } }
    };
    button::menu(
        &library.title,
        html! {
            @for grant in &library.grants {
                (post(&to(&format!("grants/{}/removal", grant.id)), Button::new(&taking(frame, library, grant)).icon(Icon::Undo)))
            }
            @if row.withheld {
                (post(&to("exclusions/removal"), Button::new("Give again").icon(Icon::Plus)))
            } @else {
                (Button::new("Give").icon(Icon::Plus).link(&give))
                (post(&to("exclusions"), Button::new("Withhold").icon(Icon::Lock)))
            }
        },
    )
}

/// With several grants of one library each is told by who gave it, when it holds, and what for.
fn taking(frame: &Frame, library: &Library, grant: &Own) -> String {
    if library.grants.len() == 1 {
        return "Take the grant back".to_owned();
    }
    let by = grant.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let note = Some(&grant.note).filter(|note| !note.is_empty()).map(|note| format!(" {}", format::quoted(note)));
    format!("Take back the grant{by}: {}{}", when::words(&frame.clock, &grant.when), note.unwrap_or_default())
}
