//! Making one of two people, and two of one again: what becomes of each is said before.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::{below, with_article};
use crate::domain::people::{Person, Role};
use crate::ui::badge::{Face, face};
use crate::ui::form::{self, Errors, hidden};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, empty, facts, format};

pub struct Choose {
    pub person: Person,
    pub words: String,
    pub others: Vec<Person>,
    pub errors: Errors,
}

pub fn choose(frame: &Frame, choose: &Choose) -> Page {
    let person = &choose.person;
    let path = format!("/admin/people/{}/merge", person.id);
    let title = format!("Who else is {}?", format::first_name(&person.name));
    let line = |other: &Person| {
        let href = frame.links.query(&path, &[("other", &other.id.to_string())]);
        html! {
            div.line {
                (face(&other.name, Face::Medium))
                div.grow { bdi { (other.name) } @if !below(other).is_empty() { p.sub { (below(other)) } } }
                (Button::new("This one").small().link(&href))
            }
        }
    };
    let sentence =
        "When somebody with a local sign-in and somebody with a Plex account are the same human, they become one.";
    let body = html! {
        (card::page_head(&title, Some(sentence), html! {}))
        @if let Some(words) = choose.errors.of("other") { (alert::note(Kind::Bad, Icon::Alert, words)) }
        (form::toolbar(&frame.links.to(&path), "find", &choose.words, "Name or e-mail", html! {}))
        @if choose.others.is_empty() {
            (empty::empty(Icon::Users, "Nobody fits", html! { "One of both must have no Plex account, and you must be allowed to change both." }, html! {}))
        } @else { (card::rows(choose.others.iter().map(line))) }
        div { (Button::new("Back").quiet().link(&frame.links.to(&format!("/admin/people/{}", person.id)))) }
    };
    Page::new(frame, Place::People, title, body)
}

pub struct Confirm {
    /// Whose page this is.
    pub person: Person,
    pub other: Person,
    pub kept: Person,
    pub gone: Person,
    pub role: Role,
}

pub fn confirm(frame: &Frame, confirm: &Confirm) -> Page {
    let Confirm { person, other, kept, gone, role } = confirm;
    let path = format!("/admin/people/{}/merge", person.id);
    let title = format!("Make one of {} and {}", kept.name, gone.name);
    let sign_in = match (&kept.username, &gone.username) {
        (Some(own), Some(lost)) => format!("{own} stays; {lost} can’t sign in until they are split again"),
        (None, Some(name)) => format!("Plex, and {name} with its password"),
        _ => "as before".to_owned(),
    };
    let text = |words: &str| html! { (words) };
    let rows = [
        ("Who stays", html! { bdi { (kept.name) } }),
        ("Role", text(&format!("{} from then on", with_article(*role)))),
        ("Sign-in", text(&sign_in)),
        ("Requests, follows", text("all of both")),
        ("Groups, grants", text("all of both; what is withheld from either stays withheld")),
        ("Notes, keep list", text("of both, one below the other")),
        ("Devices, API keys", text(&format!("those of {} end", gone.name))),
    ];
    let button = format!("Make {} part of {}", gone.name, kept.name);
    let end = html! {
        (Button::new(&button).danger().busy("Merging").submit())
        (Button::new("Back").quiet().link(&frame.links.to(&path)))
    };
    let body = html! {
        (card::page_head(&title, Some("It can be taken back: they can be split again."), html! {}))
        (card::card(facts::facts(&rows)))
        (form::form(&frame.links.to(&path), hidden("other", &other.id.to_string()), end))
    };
    Page::new(frame, Place::People, title, body)
}

pub struct Split {
    pub person: Person,
    /// Id, name, when they became part of this one.
    pub merged: Vec<(String, String, DateTime<Utc>)>,
}

pub fn split(frame: &Frame, split: &Split) -> Page {
    let person = &split.person;
    let path = format!("/admin/people/{}", person.id);
    let title = format!("Split {} again", person.name);
    let line = |(id, name, at): &(String, String, DateTime<Utc>)| -> Markup {
        let label = format!("Bring {name} back");
        html! {
            div.line {
                div.grow { bdi { (name) } p.sub { "part of them since " (frame.clock.stamp(*at)) } }
                form method="post" action=(frame.links.to(&format!("{path}/split"))) {
                    (hidden("merge", id))
                    (Button::new(&label).small().busy("Splitting").submit())
                }
            }
        }
    };
    let sentence = "Who comes back has their sign-in again, and what was theirs. Everybody is signed out of both.";
    let body = html! {
        (card::page_head(&title, Some(sentence), html! {}))
        @if split.merged.is_empty() {
            (empty::empty(Icon::Users, "Nobody became part of them", html! { "There is nobody to bring back." }, html! {}))
        } @else { (card::rows(split.merged.iter().map(line))) }
        div { (Button::new("Back").quiet().link(&frame.links.to(&path))) }
    };
    Page::new(frame, Place::People, title, body)
}
