//! Deleting a group: what it means, and the button.

use maud::{Markup, html};

use super::words;
use crate::domain::group::Group;
use crate::ui::badge::{Face, face};
use crate::ui::icon::small;
use crate::ui::{Button, Frame, Icon, Page, Place, button, card, format};

/// What the plan would have for somebody without the group.
pub struct Caused {
    pub name: String,
    pub lose: Vec<String>,
    pub gain: Vec<String>,
    /// Downloads, Live TV or the age rating turn, too.
    pub flags: bool,
}

/// So many changes are shown one by one.
pub const MOST: usize = 50;

/// `libraries` are titles, `people` how many are in it, `more` how many changes there are beside those shown.
pub fn removal(
    frame: &Frame,
    group: &Group,
    libraries: &[String],
    people: usize,
    caused: &[Caused],
    more: usize,
) -> Page {
    let here = format!("/admin/groups/{}", group.id);
    let title = format!("Delete the group {}?", format::quoted(&group.name));
    let titles: Vec<&str> = libraries.iter().map(String::as_str).collect();
    let who = words::are_in_it(people);
    let what = match titles.as_slice() {
        [] => "It carries no libraries.".to_owned(),
        titles => format!("It carries {}.", format::list(titles)),
    };
    let buttons = html! {
        (Button::new("Delete this group").icon(Icon::Trash).danger().busy("Deleting").submit())
        (Button::new("Keep it").quiet().link(&frame.links.to(&here)))
    };
    let body = html! {
        (card::page_head(&title, None, html! {}))
        (card::card(html! {
            p { (who) " " (what) }
            @if people > 0 {
                p {
                    "They keep what other groups and grants give them; in no other group, they ask by the rules of the "
                    "settings again. Nothing changes on Plex before the plan is applied."
                }
            }
            (button::post(&frame.links.to(&format!("{here}/removal")), buttons))
        }))
        (plan(caused, more))
    };
    Page::new(frame, Place::Groups, format!("Delete {}", group.name), body)
}

/// Whoever keeps what they have is not named.
fn plan(caused: &[Caused], more: usize) -> Markup {
    let row = |one: &Caused| {
        let tags = html! {
            @for title in &one.lose { span.tag.loss { (small(Icon::Minus)) span.visually-hidden { "loses " } (title) } }
            @for title in &one.gain { span.tag.gain { (small(Icon::Plus)) span.visually-hidden { "gains " } (title) } }
            @if one.flags { span.tag { "flags and age rating" } }
        };
        html! {
            div.diff {
                span {}
                div.line { (face(&one.name, Face::Small)) b.strong.grow { bdi { (one.name) } } }
                div.what { div.cluster { (tags) } }
            }
        }
    };
    let body = match caused {
        [] => html! { p.soft { "Nobody would lose or gain anything on Plex." } },
        caused => html! {
            (card::rows(caused.iter().map(row)))
            @if more > 0 { p.soft { "And " (format::count(more as i64, "more change", "more changes")) "." } }
        },
    };
    card::section("caused", "What the plan would be then", html! {}, body)
}
