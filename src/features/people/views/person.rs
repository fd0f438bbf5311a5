//! One person: what they see and why, what happened lately, who they are to Plex and to us.

use std::collections::HashMap;

use maud::{Markup, html};

use super::badges;
use crate::domain::access::person::Row;
use crate::domain::access::when::When;
use crate::domain::activity::Entry;
use crate::domain::group::Flags;
use crate::domain::ids::{GrantId, LibraryId, PersonId, ServerId};
use crate::domain::invite::guests;
use crate::domain::membership::Membership;
use crate::domain::people::{Person, Role};
use crate::domain::quota::QuotaState;
use crate::domain::stay::Stay;
use crate::ui::badge::{Face, badge, face, tag};
use crate::ui::form::Errors;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, button};

mod cards;
mod lately;
mod membership;
mod removed;
mod sees;

pub use cards::Share;
pub use removed::Removed;

pub struct Seen {
    pub person: Person,
    pub servers: Vec<Server>,
    pub lately: Vec<Entry>,
    /// Of those whom it concerns.
    pub names: HashMap<PersonId, String>,
    /// Whoever looks may see where they are signed in.
    pub devices: bool,
    /// Roles the one who looks may give them; none when they may not.
    pub roles: &'static [Role],
    /// The one who looks may change what is on this page.
    pub may: bool,
    pub membership: Membership,
    /// As it stands in the form.
    pub last_day: String,
    /// What a yes gives to somebody who asks for more.
    pub extension: Stay,
    pub groups: Vec<InGroup>,
    /// What an invite lets them do on Plex, beyond what their groups say.
    pub flags: Flags,
    /// None for those who may not ask for anything.
    pub allowance: Option<Allowance>,
    /// None for those who may not invite.
    pub guests: Option<guests::Allowance>,
    /// The member whose link they came by.
    pub invited_by: Option<(PersonId, String)>,
    pub notes: String,
    pub keep: bool,
    pub differs: Vec<Differs>,
    /// None for those who are removed from nothing.
    pub removed: Option<Removed>,
    /// Those who were merged into them.
    pub merged: Vec<String>,
    pub errors: Errors,
}

pub struct Server {
    pub id: ServerId,
    pub name: String,
    pub libraries: Vec<Library>,
    pub share: Option<Share>,
}

pub struct Library {
    pub title: String,
    pub row: Row,
    pub grants: Vec<Own>,
}

/// A grant of their own.
pub struct Own {
    pub id: GrantId,
    pub library: LibraryId,
    pub when: When,
    pub note: String,
    pub by: Option<String>,
}

pub struct InGroup {
    pub name: String,
    pub by_rule: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// None: may not ask for them at all.
    pub films: Option<QuotaState>,
    pub seasons: Option<QuotaState>,
}

/// Where Plex is not as it should be.
#[derive(Debug, Clone, Default)]
pub struct Differs {
    pub server: String,
    pub gain: Vec<String>,
    pub lose: Vec<String>,
    /// Flags that turn, and why nothing is planned.
    pub words: Vec<String>,
}

pub fn person(frame: &Frame, seen: &Seen) -> Page {
    let body = html! {
        (head(frame, seen))
        (tabs(frame, &seen.person, Tab::Access, seen.devices))
        (troubles(&seen.errors))
        (removed::note(frame, seen))
        @if !seen.differs.is_empty() { (differs(frame, seen)) }
        div.split {
            div.stack-8 {
                @for (number, server) in seen.servers.iter().enumerate() { (sees::libraries(frame, seen, server, number)) }
                (lately::lately(frame, seen))
            }
            (cards::aside(frame, seen))
        }
    };
    Page::new(frame, Place::People, seen.person.name.clone(), body)
}

/// What is wrong with a form further down is said first of all, too.
fn troubles(errors: &Errors) -> Markup {
    let wrong = [("role", "Role: "), ("stay", "Membership: "), ("notes", ""), ("library", "")];
    html! {
        (errors.alert())
        @for (name, about) in wrong {
            @if let Some(words) = errors.of(name) {
                (alert::note(Kind::Bad, Icon::Alert, &format!("{about}{words}")))
            }
        }
    }
}

fn head(frame: &Frame, seen: &Seen) -> Markup {
    let person = &seen.person;
    let to = |part: &str| frame.links.to(&format!("/admin/people/{}/{part}", person.id));
    html! {
        div.page-head {
            (who(person, seen.keep))
            @if seen.may {
                div.actions.dock {
                    @if !person.is_owner && person.removed_at.is_none() {
                        (Button::new("Give a library").icon(Icon::Plus).primary().link(&to("grants")))
                    }
                    (button::menu(&person.name, html! {
                        (Button::new("Merge with somebody").icon(Icon::Users).link(&to("merge")))
                        @if !seen.merged.is_empty() {
                            (Button::new("Split again").icon(Icon::Undo).link(&to("split")))
                        }
                        @if !person.is_owner && person.removed_at.is_none() {
                            (Button::new("Remove …").icon(Icon::Minus).link(&to("removal")))
                        }
                    }))
                }
            }
        }
    }
}

fn who(person: &Person, keep: bool) -> Markup {
    html! {
        div.line {
            (face(&person.name, Face::Large))
            div.grow {
                h1 { bdi { (person.name) } }
                div.cluster.small.soft {
                    @if let Some(email) = &person.email { span { (email) } }
                    span { (person.role.label()) }
                    (badges(person, false))
                    @if keep { (badge(Kind::Neutral, Icon::Lock, "Keep list")) }
                }
            }
        }
    }
}

/// The head of the other pages about somebody.
pub fn short_head(person: &Person) -> Markup {
    html! { div.page-head { (who(person, false)) } }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Access,
    Requests,
    Activity,
    Devices,
}

/// The pages about somebody; that of their devices for who may see it.
pub fn tabs(frame: &Frame, person: &Person, here: Tab, devices: bool) -> Markup {
    let tabs = [
        (Tab::Access, "", "Access"),
        (Tab::Requests, "/requests", "Requests"),
        (Tab::Activity, "/activity", "Activity"),
        (Tab::Devices, "/sessions", "Devices"),
    ];
    html! {
        nav.tabs aria-label=(format!("About {}", person.name)) {
            @for (tab, part, label) in tabs.into_iter().filter(|(tab, ..)| devices || *tab != Tab::Devices) {
                a href=(frame.links.to(&format!("/admin/people/{}{part}", person.id)))
                    aria-current=[(tab == here).then_some("page")] { (label) }
            }
        }
    }
}

fn differs(frame: &Frame, seen: &Seen) -> Markup {
    let several = seen.servers.len() > 1;
    let words = html! {
        p { b.strong { "Not as it should be on Plex yet" } }
        @for one in &seen.differs {
            p {
                span.cluster {
                    @if several { span { (one.server) ":" } }
                    @for title in &one.lose { span.tag.loss { (crate::ui::icon::small(Icon::Minus)) span.visually-hidden { "loses " } (title) } }
                    @for title in &one.gain { span.tag.gain { (crate::ui::icon::small(Icon::Plus)) span.visually-hidden { "gains " } (title) } }
                    @for words in &one.words { span { (words) } }
                }
            }
        }
    };
    let act = Button::new("To the access plan").icon(Icon::Plan).small().link(&frame.links.to("/admin/plan"));
    alert::alert(Kind::Warn, Icon::Plan, words, act)
}

fn group_tags(groups: &[InGroup]) -> Markup {
    html! {
        div.cluster {
            @for group in groups { (tag(group.by_rule.then_some(Icon::Filter), &group.name)) }
        }
    }
}
