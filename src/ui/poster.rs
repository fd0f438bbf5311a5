//! Posters: a fixed 2:3 box that never jumps, with a drawn stand-in where there is no picture.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// `src` is a ready address under `/images`; the words beside it name the title.
pub fn poster(src: Option<&str>, title: &str) -> Markup {
    boxed(src, html! { (icon(Icon::Film)) span { (title) } })
}

/// A small one for rows, where there is no room for a title in the stand-in.
pub fn thumb(src: Option<&str>, stand_in: Icon) -> Markup {
    boxed(src, html! { (icon(stand_in)) })
}

/// The stand-in lies below the picture: it is seen where there is none, and where it does not come.
fn boxed(src: Option<&str>, stand_in: Markup) -> Markup {
    html! {
        span.poster {
            span.none aria-hidden="true" { (stand_in) }
            @if let Some(src) = src {
                img src=(src) width="240" height="360" alt="" loading="lazy" decoding="async";
            }
        }
    }
}

/// One of a shelf: goes into `ul.posters > li`.
pub fn card(href: &str, title: &str, below: &str, src: Option<&str>) -> Markup {
    html! {
        a.poster-card href=(href) { (poster(src, title)) b { (title) } small { (below) } }
    }
}

/// The shelf itself, three across on phones.
pub fn shelf(cards: impl IntoIterator<Item = Markup>) -> Markup {
    html! { ul.posters { @for card in cards { li { (card) } } } }
}
