//! The pages about people.

use maud::{Markup, html};

use crate::domain::people::{Person, Role};
use crate::ui::badge::badge;
use crate::ui::{Frame, Icon, Kind, pager};

pub mod activity;
pub mod add;
pub mod give;
pub mod groups;
pub mod list;
pub mod many;
pub mod merge;
pub mod person;
pub mod removal;
pub mod requests;
pub mod sessions;
pub mod when;

/// "a helper", "an admin".
pub fn with_article(role: Role) -> String {
    let word = role.label().to_lowercase();
    let article = if word.starts_with('a') { "an" } else { "a" };
    format!("{article} {word}")
}

/// Back and next of a list at this path that shows so many.
fn pages(frame: &Frame, path: &str, page: i64, per_page: i64, shown: usize, total: i64) -> Markup {
    let at = |page: i64| {
        let page = if page > 1 { page.to_string() } else { String::new() };
        frame.links.query(path, &[("page", &page)])
    };
    let from = (page - 1) * per_page + 1;
    let to = from + i64::try_from(shown).unwrap_or_default() - 1;
    let back = (page > 1).then(|| at(page - 1));
    let next = (to < total).then(|| at(page + 1));
    pager::pager(from, to, total, back.as_deref(), next.as_deref())
}

/// What is worth knowing at a glance besides the role, as badges.
fn badges(person: &Person, invited: bool) -> Markup {
    html! {
        @if person.is_owner { " " (badge(Kind::Info, Icon::Key, "Owner")) }
        @if person.removed_at.is_some() { " " (badge(Kind::Warn, Icon::Lock, "Removed")) }
        @else if person.gone_at.is_some() { " " (badge(Kind::Warn, Icon::Alert, "Gone from Plex")) }
        @else if invited { " " (badge(Kind::Neutral, Icon::Door, "Invited")) }
    }
}

/// The second line under a name.
fn below(person: &Person) -> String {
    match (&person.email, &person.username) {
        (Some(email), _) if *email != person.name => email.clone(),
        (_, Some(username)) => username.clone(),
        _ if person.restricted => "Managed by the Plex Home".to_owned(),
        _ if person.home => "Plex Home".to_owned(),
        _ => person.plex_username.clone().filter(|name| *name != person.name).unwrap_or_default(),
    }
}
