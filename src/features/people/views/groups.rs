//! The form that puts one person into groups.

use maud::html;

use crate::domain::group::Group;
use crate::domain::people::Person;
use crate::ui::form::{self, Errors};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, badge, card, empty, format};

pub struct Ticked {
    pub group: Group,
    pub in_it: bool,
    /// A rule of the group takes them; there is nothing to tick.
    pub by_rule: bool,
}

pub fn groups(frame: &Frame, person: &Person, groups: &[Ticked], errors: &Errors) -> Page {
    let name = format::first_name(&person.name);
    let page = format!("/admin/people/{}", person.id);
    let fields = html! {
        (errors.alert())
        @if let Some(words) = errors.of("groups") { (alert::note(Kind::Bad, Icon::Alert, words)) }
        fieldset {
            legend { "In these groups" }
            div.options {
                @for ticked in groups {
                    @let help = about(ticked);
                    @if ticked.by_rule {
                        div.option {
                            (badge::plainly(Kind::Good, Icon::Check, &ticked.group.name))
                            span { small { (help) } }
                        }
                    } @else {
                        (form::check("group", &ticked.group.id.to_string(), &ticked.group.name, &help, ticked.in_it))
                    }
                }
            }
        }
    };
    let end = html! {
        (Button::new("Keep these groups").primary().busy("Keeping").submit())
        (Button::new("Back").quiet().link(&frame.links.to(&page)))
    };
    let sentence = format!(
        "Groups carry libraries, rights and allowances. What {name} sees on Plex changes with the access plan."
    );
    let title = format!("Groups of {name}");
    let body = html! {
        (card::page_head(&title, Some(&sentence), html! {}))
        @if groups.is_empty() {
            (empty::empty(Icon::Groups, "There are no groups yet", html! { "Make one first; then people can be put into it." },
                Button::new("Back").link(&frame.links.to(&page))))
        } @else {
            (form::form(&frame.links.to(&format!("{page}/groups")), fields, end))
        }
    };
    Page::new(frame, Place::People, title, body)
}

fn about(ticked: &Ticked) -> String {
    match ticked.by_rule {
        true => "By a rule of the group".to_owned(),
        false => ticked.group.note.clone(),
    }
}
