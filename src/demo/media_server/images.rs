//! Posters, drawn when asked for (plex.md C17). Never fetches an address.

use poem::Response;
use poem::http::StatusCode;

use super::listing::Listing;
use super::page;
use crate::demo::poster;

pub fn of(listing: &Listing<'_>, key: &str, width: u32, height: u32) -> Response {
    match listing.title_of(key) {
        Some(title) => Response::builder().content_type("image/png").body(poster::png(&title, width, height)),
        None => page(StatusCode::NOT_FOUND),
    }
}

/// `/photo/:/transcode`: only paths of this server; an absolute address would make it fetch for others.
pub fn transcoded(listing: &Listing<'_>) -> Response {
    let number = |name: &str| listing.ask.query(name).and_then(|value| value.parse().ok());
    let size = number("width").zip(number("height"));
    let path = listing.ask.query("url").and_then(|url| url.strip_prefix("/library/metadata/"));
    match (path.and_then(|path| path.split('/').next()), size) {
        (Some(key), Some((width, height))) => of(listing, key, width, height),
        _ => page(StatusCode::BAD_REQUEST),
    }
}
