//! One's own page.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::account::MailChange;
use crate::domain::invite::guests::Allowance;
use crate::domain::membership::Membership;
use crate::domain::notice::NoticeKind;
use crate::domain::people::{Person, Session, rules};
use crate::ui::badge::{self, Face, face};
use crate::ui::card::{self, section};
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, button, device, facts, format};

pub mod email;
mod membership;
pub mod unsubscribe;

pub struct Me {
    pub person: Person,
    /// None for those of whom nobody has said otherwise: they stay without end.
    pub membership: Option<Membership>,
    /// Somebody removed them then, and nobody has taken it back.
    pub removed_at: Option<DateTime<Utc>>,
    /// Servers to which Plex has invited them, and waits for their yes.
    pub invited_to: Vec<String>,
    pub sessions: Vec<Session>,
    /// The session of this very visit.
    pub here: Option<String>,
    /// Those that concern this person, and whether they come.
    pub notices: Vec<(NoticeKind, bool)>,
    /// There are welcome pages for them.
    pub has_welcome: bool,
    /// Guests whom they may invite; none for those who may not.
    pub guests: Option<Allowance>,
    /// Another address that they asked for.
    pub change: Option<MailChange>,
    /// Mails can go out, and their links lead somewhere.
    pub by_mail: bool,
    /// They may give themselves a name and a password.
    pub may_register: bool,
    pub typed: Typed,
}

/// A form as it was left.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub errors: Errors,
    pub email: String,
    pub username: String,
}

impl From<Errors> for Typed {
    fn from(errors: Errors) -> Self {
        Self { errors, ..Self::default() }
    }
}

pub fn me(frame: &Frame, me: &Me) -> Page {
    let body = html! {
        (head(frame, me))
        (me.typed.errors.alert())
        (alert::invited_on_plex(&me.invited_to))
        @if let Some(one) = &me.membership { (membership::section(frame, one, me.removed_at)) }
        @if let Some(allowance) = me.guests { (section("guests", "Guests", html! {}, guests(frame, allowance))) }
        (section("sign-in", "How you sign in", html! {}, sign_in(frame, me)))
        (section("sessions", "Where you are signed in", everywhere(frame), sessions(frame, me)))
        @if !me.notices.is_empty() { (section("notices", "Mails", html! {}, notices(frame, me))) }
        (section("look", "Look", html! {}, look(frame, me)))
        @if me.may_register { (section("register-head", "Sign in without Plex, too", html! {}, register(frame, me))) }
        @if me.by_mail { (email::section(frame, me)) }
        @if me.has_welcome { (section("welcome", "Welcome pages", html! {}, welcome(frame))) }
        @if me.person.has_password { (section("password-head", "Password", html! {}, password(frame, me))) }
    };
    match frame.viewer {
        Some(_) => Page::new(frame, Place::Account, "Your account", body),
        None => Page::plain(frame, "Your account", body).wide().dark(),
    }
}

fn head(frame: &Frame, me: &Me) -> Markup {
    html! {
        div.page-head {
            div.line {
                (face(&me.person.name, Face::Large))
                div.grow {
                    h1 { bdi { (me.person.name) } }
                    div.cluster.small.soft {
                        span { (me.person.role.label()) }
                        @if me.person.is_owner { (badge::badge(Kind::Info, Icon::Key, "Owner")) }
                    }
                }
            }
            div.actions.dock {
                form method="post" action=(frame.links.to("/logout")) {
                    (Button::new("Sign out").icon(Icon::SignOut).submit())
                }
            }
        }
    }
}

fn sign_in(frame: &Frame, me: &Me) -> Markup {
    let person = &me.person;
    let mut rows = Vec::new();
    if let Some(username) = person.username.as_ref().filter(|_| person.has_password) {
        rows.push(("Name", html! { (username) p.sub { "with your password" } }));
    }
    if person.plex_id.is_some() {
        let name = person.plex_username.as_deref().unwrap_or("a managed user of the Home");
        rows.push(("Plex", html! { bdi { (name) } }));
    }
    rows.push((
        "Mail",
        match &person.email {
            Some(email) => html! { (email) },
            None => html! { span.muted { "none, so no mails come" } },
        },
    ));
    rows.push(("Since", frame.clock.stamp(person.created_at)));
    card::card(facts::facts(&rows))
}

fn everywhere(frame: &Frame) -> Markup {
    button::post(&frame.links.to("/me/sessions/end-all"), Button::new("Sign out everywhere").small().submit())
}

fn sessions(frame: &Frame, me: &Me) -> Markup {
    card::rows(me.sessions.iter().map(|session| {
        let here = me.here.as_deref() == Some(session.id.as_str());
        let action = frame.links.to(&format!("/me/sessions/{}/end", session.id));
        device::row(&frame.clock, session, here, device::sign_out(&action, session))
    }))
}

fn notices(frame: &Frame, me: &Me) -> Markup {
    html! {
        form.card.stack method="post" action=(frame.links.to("/me/notices")) {
            fieldset {
                legend { "Write me when" }
                div.options {
                    @for (kind, on) in &me.notices {
                        (form::switch("notice", kind.as_str(), kind.label(), "", *on))
                    }
                }
            }
            div { (Button::new("Keep this").busy("Keeping").submit()) }
        }
    }
}

fn look(frame: &Frame, me: &Me) -> Markup {
    let choices = [
        Choice::new("system", "As the device has it"),
        Choice::new("light", "Light").help("By day."),
        Choice::new("dark", "Dark").help("In the evening."),
    ];
    html! {
        form.card.stack method="post" action=(frame.links.to("/me/theme")) {
            (Field::new("theme", "Show pages").value(me.person.theme.as_str()).options(&choices))
            div { (Button::new("Use this look").busy("Changing").submit()) }
        }
    }
}

fn register(frame: &Frame, me: &Me) -> Markup {
    let errors = &me.typed.errors;
    html! {
        form.card.stack method="post" action=(frame.links.to("/me/sign-in")) {
            p.soft { "A name and a password of this house, for when Plex is away. You go on signing in with Plex as well." }
            (Field::new("username", "Name to sign in with").value(&me.typed.username).errors(errors)
                .help(&rules::username_in_words()).autocomplete("username").maxlength(50).required().text())
            (Field::new("password", "Password").errors(errors).help(&rules::password_in_words()).required()
                .password("new-password"))
            p.sub { "Other devices are signed out." }
            div { (Button::new("Keep name and password").busy("Keeping").submit()) }
        }
    }
}

fn welcome(frame: &Frame) -> Markup {
    let again = frame.links.query("/welcome", &[("from", "start")]);
    card::card(html! {
        p.soft { "How this house works, and how to make the most of it." }
        div { (Button::new("Read the welcome again").icon(Icon::Chat).link(&again)) }
    })
}

fn guests(frame: &Frame, allowance: Allowance) -> Markup {
    let left = match allowance.left() {
        0 => "None of your guests is left for now.".to_owned(),
        left => format!("You may let {} in by a link.", format::count(left.into(), "guest", "guests")),
    };
    card::card(html! {
        p { (left) }
        div { (Button::new("Invite somebody").icon(Icon::Door).link(&frame.links.to("/invites"))) }
    })
}

fn password(frame: &Frame, me: &Me) -> Markup {
    html! {
        form.card.stack method="post" action=(frame.links.to("/me/password")) {
            input type="hidden" name="username" autocomplete="username" value=(me.person.username.as_deref().unwrap_or_default());
            (Field::new("current", "Password now").errors(&me.typed.errors).required().password("current-password"))
            (Field::new("password", "New password").errors(&me.typed.errors).help(&rules::password_in_words()).required().password("new-password"))
            p.sub { "Other devices are signed out." }
            div { (Button::new("Change password").busy("Changing").submit()) }
        }
    }
}
