//! The settings page of services: a card each, with how it fares and its form; adding one, removing one.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use crate::domain::service::{Health, Service, ServiceKind};
use crate::domain::service_form::FormKey;
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, badge, button, card, chips, empty, facts, format};

pub mod form;

pub use form::FormView;

/// One card.
pub struct CardView<'a> {
    pub key: FormKey,
    pub name: &'a str,
    pub health: Option<&'a Health>,
    /// Of a mail server: "smtp.example.org:587, secured".
    pub place: Option<String>,
    /// Whether it reports to us by itself; only for Sonarr and Radarr.
    pub hook: Option<Hook>,
    pub from_file: bool,
    pub open: bool,
    /// What is set, for those who may not change it, and where the file sets it.
    pub facts: Vec<(&'static str, String)>,
    /// The form, for those who may change it.
    pub form: Option<FormView<'a>>,
}

/// How a Sonarr or Radarr comes to report to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hook {
    InPlace,
    /// Nobody has asked for it, or it is being set up.
    Absent,
    /// What it said the last time, and when it is asked again.
    Refused {
        words: String,
        again: DateTime<Utc>,
    },
}

impl Hook {
    fn words(&self) -> &'static str {
        match self {
            Self::InPlace => "webhook in place",
            Self::Absent | Self::Refused { .. } => "no webhook, asked every few minutes",
        }
    }
}

pub fn list(frame: &Frame, cards: &[CardView<'_>], may_write: bool) -> Page {
    let sentence =
        "The programs Usherr talks to. A change works at once; secrets are kept encrypted and never shown again.";
    let add = html! {
        @if may_write {
            (Button::new("Add a service").icon(Icon::Plus).primary().link(&frame.links.to("/admin/services/add")))
        }
    };
    let body = html! {
        (card::page_head("Services", Some(sentence), add))
        (chips::settings(&frame.links, "/admin/services"))
        @if cards.is_empty() {
            (empty::empty(Icon::Plug, "Nothing is connected yet", html! { "Begin with your Plex server." }, html! {}))
        }
        div.stack { @for one in cards { (service(frame, one)) } }
    };
    Page::new(frame, Place::Services, "Services", body)
}

fn service(frame: &Frame, view: &CardView<'_>) -> Markup {
    let down = view.health.is_some_and(|health| !health.up);
    let body = html! {
        div.stack {
            @if let Some(health) = view.health.filter(|health| !health.up) { (trouble(health)) }
            @if let Some(Hook::Refused { words, again }) = &view.hook { (unheard(frame, view.name, words, *again)) }
            @if view.from_file {
                (alert::note(Kind::Info, Icon::Log, "The settings file sets this. Change it there; it is applied at every start."))
            }
            @match &view.form {
                Some(form) => (form::form(form)),
                None => (facts::facts(&facts_of(view))),
            }
        }
    };
    html! {
        div id=(view.key) {
            (card::opening(icon(view.key), view.name, &sub(view), state(frame, view.health), view.open || down, body))
        }
    }
}

fn facts_of<'a>(view: &'a CardView<'_>) -> Vec<(&'a str, Markup)> {
    view.facts.iter().map(|(term, value)| (*term, html! { (value) })).collect()
}

fn trouble(health: &Health) -> Markup {
    let words = html! {
        p { b { (health.name) " does not answer as it should." } " " (health.message.as_deref().unwrap_or_default()) }
        p { "Nothing is lost: what waits for it goes out by itself when it is back." }
    };
    alert::alert(Kind::Bad, Icon::Alert, words, html! {})
}

fn unheard(frame: &Frame, name: &str, said: &str, again: DateTime<Utc>) -> Markup {
    let words = html! {
        p { b { (name) " can’t report to Usherr." } " " (said) }
        p {
            "Nothing is lost: Usherr asks every few minutes by itself, and tries to set the webhook again "
            (frame.clock.relative(again)) ". It needs an address at which " (name) " reaches Usherr: "
            a href=(frame.links.to("/admin/settings/general")) { "see the general settings" } "."
        }
    };
    alert::alert(Kind::Warn, Icon::Alert, words, html! {})
}

pub fn icon(key: FormKey) -> Icon {
    match key {
        FormKey::Server(_) => Icon::Plex,
        FormKey::Service(ServiceKind::Radarr, _) => Icon::Film,
        FormKey::Service(ServiceKind::Sonarr, _) => Icon::Tv,
        FormKey::Service(ServiceKind::Qbittorrent, _) => Icon::Download,
        FormKey::Service(ServiceKind::Smtp, _) => Icon::Mail,
    }
}

/// "4.0.10, 31 ms, webhook in place".
fn sub(view: &CardView<'_>) -> String {
    let health = view.health.filter(|health| health.up);
    let mut parts: Vec<String> = Vec::new();
    if view.name != view.key.label() {
        parts.push(view.key.label().to_owned());
    }
    parts.extend(view.place.clone());
    parts.extend(health.and_then(|health| health.short_version()));
    parts.extend(health.and_then(|health| health.latency_ms).map(|ms| format!("{ms} ms")));
    parts.extend(view.hook.as_ref().map(|hook| hook.words().to_owned()));
    parts.join(", ")
}

fn state(frame: &Frame, health: Option<&Health>) -> Markup {
    match health {
        Some(health) if health.up => badge::badge(Kind::Good, Icon::Check, "Up"),
        Some(health) => {
            let span = format::duration((frame.clock.now - health.since).num_seconds());
            badge::badge(Kind::Bad, Icon::X, &format!("Down for {span}"))
        }
        None => badge::badge(Kind::Neutral, Icon::Clock, "Not asked yet"),
    }
}

/// What can be added.
pub fn choose(frame: &Frame, kinds: &[FormKey]) -> Page {
    let rows = kinds.iter().map(|key| {
        let words = html! { p { (key.label()) } p.sub { (purpose(*key)) } };
        let path = format!("/admin/services/{key}");
        let end = Button::new("Add").icon(Icon::Plus).small().link(&frame.links.to(&path));
        card::line(Some(icon(*key)), words, end)
    });
    let body = html! {
        (card::page_head("Add a service", Some("Which one?"), html! {}))
        (card::rows(rows))
        p { a href=(frame.links.to("/admin/services")) { "Back to the services" } }
    };
    Page::new(frame, Place::Services, "Add a service", body)
}

fn purpose(key: FormKey) -> &'static str {
    match key {
        FormKey::Server(_) => "Another media server.",
        FormKey::Service(ServiceKind::Radarr, _) => "Gets films. There may be several, one of them for 4K.",
        FormKey::Service(ServiceKind::Sonarr, _) => "Gets series. There may be several, one of them for 4K.",
        FormKey::Service(ServiceKind::Qbittorrent, _) => "Tells how fast a download is and when it will be done.",
        FormKey::Service(ServiceKind::Smtp, _) => "Sends mails to those who ask and those who decide.",
    }
}

/// The form of one that is not there yet.
pub fn add(frame: &Frame, form: &FormView<'_>) -> Page {
    let title = format!("Add {}", form.key.label());
    let body = html! {
        (card::page_head(&title, Some(purpose(form.key)), html! {}))
        (card::card(form::form(form)))
    };
    Page::new(frame, Place::Services, title, body)
}

/// Buttons of a card, beside Save and Test.
pub fn more(frame: &Frame, key: FormKey, name: &str, hook: bool) -> Markup {
    let remove = format!("/admin/services/{key}/removal");
    let again = frame.links.to(&format!("/admin/services/{key}/hook"));
    html! {
        @if hook {
            (Button::new("Set the webhook again").icon(Icon::Refresh).quiet().to(&again).unchecked().submit())
        }
        (Button::new(&format!("Remove {name}")).danger().class("push").link(&frame.links.to(&remove)))
    }
}

/// Asked once, with what will happen.
pub fn removal(frame: &Frame, key: FormKey, name: &str) -> Page {
    let action = frame.links.to(&format!("/admin/services/{key}/removal"));
    let label = format!("Remove {name}");
    let buttons = html! {
        (Button::new(&label).icon(Icon::Trash).danger().submit())
        (Button::new("Keep it").quiet().link(&frame.links.to("/admin/services")))
    };
    let body = html! {
        (card::page_head(&format!("Remove {name}?"), None, html! {}))
        (card::card(html! { p { (what_happens(key, name)) } (button::post(&action, buttons)) }))
    };
    Page::new(frame, Place::Services, label, body)
}

fn what_happens(key: FormKey, name: &str) -> String {
    match key {
        FormKey::Server(_) => format!(
            "Usherr forgets {name}, its libraries and who may see them. On Plex itself nothing changes: nobody loses access, no file is touched."
        ),
        FormKey::Service(ServiceKind::Radarr | ServiceKind::Sonarr, _) => format!(
            "Usherr forgets {name} and its key, and takes its webhook out of it. What {name} is downloading goes on there; requests that were sent to it stay, but are no longer followed. No file is touched."
        ),
        FormKey::Service(ServiceKind::Qbittorrent, _) => {
            format!("Usherr forgets {name}. Downloads go on; their speed and time left are no longer shown.")
        }
        FormKey::Service(ServiceKind::Smtp, _) => {
            "Usherr forgets the mail server. Nobody gets mails until there is another one; what waits to be sent keeps waiting."
                .to_owned()
        }
    }
}

/// What is set, without its secret.
pub fn service_facts(service: &Service) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Address", service.url.clone())];
    if let Some(mail) = &service.mail {
        facts.push(("Port", mail.port.to_string()));
        facts.push(("Protection", mail.security.to_string()));
        facts.push(("Sender", mail.from.clone()));
    }
    facts.extend(service.username.clone().map(|name| ("User name", name)));
    facts.push(("Secret", if service.sealed.is_some() { "kept" } else { "none" }.to_owned()));
    facts.extend(service.quality_profile.clone().map(|name| ("Quality", name)));
    facts.extend(service.root_folder.clone().map(|path| ("Folder", path)));
    if matches!(service.kind, ServiceKind::Radarr | ServiceKind::Sonarr) {
        facts.push(("The usual one", yes(service.is_default)));
        facts.push(("For 4K", yes(service.is_4k)));
    }
    facts
}

fn yes(so: bool) -> String {
    if so { "yes" } else { "no" }.to_owned()
}
