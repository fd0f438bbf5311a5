//! The face: maud building blocks and the frame around every page, after `look/`. Pure functions of what they are given;
//! it imports the domain and maud, and never a feature, the database or a web framework.
//!
//! * A handler makes a view-model, a view makes `Markup`, a `Page` or `Fragment` goes back.
//! * Every address is made by `frame.links.to("/…")`, every time by `frame.clock`; components take ready addresses.
//! * No inline script or style, no `hx-on`, no trigger filter, no `js:` (the policy forbids them, and htmx stops at one).
//! * htmx goes on forms (`hx-post` on the `form`, never on its button, so that the guard against sending twice sees it).
//!   4xx and 5xx answers are swapped in too; nothing is inherited without `:inherited`.
//! * A link made by `Button::dialog` asks with `HX-Target: dialog#dialog` and wants `dialog::form(…)` back; a plain visit
//!   to the same address wants the page.
//!
//! ```
//! use usherr::ui::{Button, Frame, Icon, Page, Place, card, poster};
//! use maud::{Markup, html};
//!
//! fn shelf(frame: &Frame, films: &[(String, i64)]) -> Page {
//!     let body: Markup = html! {
//!         (card::page_head("Films", Some("Two are new."), html! {
//!             (Button::new("Find something").icon(Icon::Search).primary().link(&frame.links.to("/search")))
//!         }))
//!         ul.posters {
//!             @for (title, id) in films {
//!                 li { (poster::card(&frame.links.to(&format!("/titles/movie/{id}")), title, "Film", None)) }
//!             }
//!         }
//!     };
//!     Page::new(frame, Place::Home, "Films", body)
//! }
//! ```

pub mod activity;
pub mod alert;
pub mod api_docs;
pub mod assets;
pub mod badge;
pub mod bulbs;
pub mod button;
pub mod card;
pub mod chips;
pub mod device;
pub mod dialog;
pub mod empty;
pub mod episodes;
pub mod facts;
pub mod form;
pub mod format;
pub mod frame;
pub mod icon;
pub mod layout;
pub mod link;
pub mod live;
pub mod media;
pub mod page;
pub mod pager;
pub mod poster;
pub mod progress;
pub mod prose;
pub mod stay;
pub mod table;
pub mod ticket;
pub mod timeline;
pub mod toast;
pub mod waiting;

pub use badge::Kind;
pub use button::Button;
pub use format::Clock;
pub use frame::{Frame, HouseState, Place, Theme, Viewer};
pub use icon::Icon;
pub use link::Links;
pub use page::{Fragment, Page};
pub use toast::Toast;

#[cfg(test)]
mod tests;
