//! Who came by an invite, newest first.

use maud::{Markup, html};

use super::home;
use crate::domain::ids::InviteId;
use crate::domain::invite::uses::{InviteUse, UseState};
use crate::ui::badge::badge;
use crate::ui::table::{Column, table};
use crate::ui::{Frame, Icon, Kind, pager};

pub struct Uses {
    pub rows: Vec<InviteUse>,
    pub total: i64,
    pub page: i64,
    /// The invite gives places in the Plex Home.
    pub gives_home: bool,
}

pub const PER_PAGE: i64 = 25;

pub fn uses(frame: &Frame, invite: InviteId, uses: &Uses) -> Markup {
    let is_admin = frame.viewer.as_ref().is_some_and(|viewer| viewer.role.is_admin());
    let with_home = uses.gives_home || uses.rows.iter().any(|one| one.home.is_some());
    let mut columns = vec![Column::new("Guest"), Column::new("State"), Column::new("Since")];
    columns.extend(with_home.then(|| Column::new("Plex Home")));
    let home = |one: &InviteUse| with_home.then(|| home::cell(frame, invite, one, is_admin, uses.gives_home));
    html! {
        section.stack #uses aria-labelledby="uses-title" {
            h2 #uses-title { "Who came by it" }
            @if uses.total == 0 { p.soft { "Nobody yet." } } @else {
                (table(&columns, html! { @for one in &uses.rows { (row(frame, one, home(one))) } }))
                (pages(frame, invite, uses))
            }
        }
    }
}

fn row(frame: &Frame, one: &InviteUse, home: Option<Markup>) -> Markup {
    html! {
        tr {
            th scope="row" {
                @match one.person {
                    Some(id) => a href=(frame.links.to(&format!("/admin/people/{id}"))) { bdi { (one.name) } },
                    None => bdi { (one.name) },
                }
            }
            td data-label="State" { (state(one)) }
            td data-label="Since" { (frame.clock.ago(one.changed_at)) }
            @if let Some(home) = home { td data-label="Plex Home" { (home) } }
        }
    }
}

/// Whoever was refused reads the same at the door.
pub(super) fn state(one: &InviteUse) -> Markup {
    match one.state {
        UseState::Checking | UseState::Sharing => badge(Kind::Info, Icon::Clock, "Being let in"),
        UseState::Accepting => badge(Kind::Info, Icon::Clock, "Saying yes to Plex"),
        UseState::In => badge(Kind::Good, Icon::Check, "In"),
        UseState::Refused => html! {
            div.stack-2 {
                (badge(Kind::Bad, Icon::X, "Not let in"))
                @if let Some(refusal) = one.refusal { p.small.soft { (refusal.headline()) ". " (refusal.sentence()) } }
            }
        },
    }
}

fn pages(frame: &Frame, invite: InviteId, uses: &Uses) -> Markup {
    let to = |page: i64| {
        let path = format!("/admin/invites/{invite}");
        format!("{}#uses", frame.links.query(&path, &[("page", &page.to_string())]))
    };
    let before = (uses.page - 1) * PER_PAGE;
    let until = before + i64::try_from(uses.rows.len()).unwrap_or_default();
    let back = (uses.page > 1).then(|| to(uses.page - 1));
    let next = (until < uses.total).then(|| to(uses.page + 1));
    pager::pager(before + 1, until, uses.total, back.as_deref(), next.as_deref())
}
