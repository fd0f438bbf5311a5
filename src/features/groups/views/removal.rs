//! Deleting a group: what it means, and the button.

use maud::html;

use super::words;
use crate::domain::group::Group;
use crate::ui::{Button, Frame, Icon, Page, Place, button, card, format};

/// `libraries` are titles, `people` how many are in it.
pub fn removal(frame: &Frame, group: &Group, libraries: &[String], people: usize) -> Page {
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
    };
    Page::new(frame, Place::Groups, format!("Delete {}", group.name), body)
}
