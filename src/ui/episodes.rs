//! A season's episodes as numbered seats: there, on its way, missing, still to come.

use maud::{Markup, html};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    OnPlex,
    OnItsWay,
    Missing,
    NotOutYet,
}

/// Number and state of each, in order.
pub fn episodes(seats: &[(i32, Seat)]) -> Markup {
    html! {
        ol.episodes {
            @for (number, seat) in seats {
                @let (class, words) = match seat {
                    Seat::OnPlex => (Some("have"), ", on Plex"),
                    Seat::OnItsWay => (Some("coming"), ", on its way"),
                    Seat::Missing => (None, ", missing"),
                    Seat::NotOutYet => (None, ", not out yet"),
                };
                li class=[class] { (number) span.visually-hidden { (words) } }
            }
        }
    }
}
