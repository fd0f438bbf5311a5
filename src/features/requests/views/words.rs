//! What belongs to a request, in words. What it is called is `domain::wording`'s.

use crate::domain::catalog::MediaKind;
use crate::domain::request::Request;
use crate::domain::service::ServiceKind;
use crate::ui::format;

/// What a season is called in a table: "Season 3", "Specials".
pub fn season(number: i32) -> String {
    if number == 0 { "Specials".to_owned() } else { format!("Season {number}") }
}

/// "1 film", "3 seasons": what an allowance counts.
pub fn allowance(kind: MediaKind, amount: u32) -> String {
    match kind {
        MediaKind::Movie => format::count(i64::from(amount), "film", "films"),
        MediaKind::Series => format::count(i64::from(amount), "season", "seasons"),
    }
}

/// How much of an allowance a request takes.
pub fn cost(request: &Request) -> u32 {
    match request.kind {
        MediaKind::Movie => 1,
        MediaKind::Series => request.covered().cost(),
    }
}

/// "3 follow", "1 follows".
pub fn followers(count: i64) -> String {
    if count == 1 { "1 follows".to_owned() } else { format!("{} follow", format::number(count)) }
}

/// The number on the ticket: "0412".
pub fn number(request: &Request) -> String {
    format!("{:04}", request.id.0)
}

/// The service that fetches titles of this kind.
pub fn fetcher(kind: MediaKind) -> &'static str {
    ServiceKind::fetching(kind).label()
}
