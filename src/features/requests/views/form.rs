//! The request form: what of the title, what it costs, a word to whoever decides, and for those who decide also where it
//! goes. One form, as a page of its own and as a dialog.

use maud::{Markup, html};

use super::price::{self, Price};
use super::seasons::{self, Seasons};
use super::target::{self, Target};
use super::{Subject, words};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::RequestId;
use crate::ui::form::{Errors, Field};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, dialog, format, poster};

/// Everything the form shows.
#[derive(Debug, Clone)]
pub struct RequestForm {
    pub subject: Subject,
    /// None for a film.
    pub seasons: Option<Seasons>,
    pub price: Price,
    pub known: Known,
    pub decision: Decision,
    pub note: String,
    /// For those who decide.
    pub target: Option<Target>,
    pub errors: Errors,
}

/// What there is of the title already, as far as the reader may know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Nothing,
    /// Asked for by somebody: asking again follows it.
    AskedFor,
    /// All of it is asked for by the reader.
    Mine(RequestId),
    /// All that has aired is asked for by the reader; there is more to ask for.
    Begun,
    OnPlex,
}

/// Who says yes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Nobody has to.
    Itself,
    /// Names of those who may.
    By(Vec<String>),
}

impl RequestForm {
    /// The path the form is read from and sent to.
    pub fn path(&self) -> String {
        format!("{}/request", self.subject.path)
    }

    /// "Request 2 seasons", "Request the film", "Follow it".
    pub fn button(&self) -> String {
        match (&self.seasons, self.known) {
            (_, Known::AskedFor) => "Follow it".to_owned(),
            (None, _) => "Request the film".to_owned(),
            (Some(seasons), _) if seasons.ticked.is_empty() => "Request".to_owned(),
            (Some(seasons), _) => {
                let count = i64::try_from(seasons.ticked.len()).unwrap_or(i64::MAX);
                format!("Request {}", format::count(count, "season", "seasons"))
            }
        }
    }
}

/// As a page.
pub fn page(frame: &Frame, form: &RequestForm) -> Page {
    let heading = format!("Request {}", form.subject.title);
    let body = html! {
        (card::page_head(&heading, None, html! {}))
        form.split method="post" action=(frame.links.to(&form.path())) {
            div.form {
                (fields(frame, form))
                div.form-end.actions.dock {
                    (send(form))
                    (Button::new("Not now").quiet().link(&frame.links.to(&form.subject.path)))
                }
            }
            aside.stack.desk aria-label="The title" {
                (poster::poster(form.subject.poster.as_deref(), &form.subject.title))
                (deciders(form))
            }
        }
    };
    Page::new(frame, Place::Elsewhere, heading, body)
}

/// As the inside of the dialog.
pub fn dialog(frame: &Frame, form: &RequestForm) -> Markup {
    let heading = format!("Request {}", form.subject.title);
    let back = frame.links.to(&form.subject.path);
    let footer = html! {
        (deciders(form))
        a.btn.quiet href=(back) data-close { "Not now" }
        (send(form))
    };
    dialog::swapping(&heading, &frame.links.to(&form.path()), &back, fields(frame, form), footer)
}

/// The price and the button, after a tick: both follow what is chosen.
pub fn price_part(form: &RequestForm) -> Markup {
    html! {
        (price::block(&form.price))
        hx-partial hx-target="#send-request" hx-swap="outerHTML" { (send(form)) }
    }
}

fn send(form: &RequestForm) -> Markup {
    html! { span.bare-button #send-request { (Button::new(&form.button()).primary().busy("Sending").submit()) } }
}

fn fields(frame: &Frame, form: &RequestForm) -> Markup {
    let address = frame.links.to(&form.path());
    html! {
        (form.errors.alert())
        (known(form))
        @if let Some(choice) = &form.seasons { (seasons::fieldset(&address, choice, &form.errors)) }
        @if form.known != Known::AskedFor {
            (price::block(&form.price))
            @if let Some(label) = note_label(form) {
                (Field::new("note", &label).id("note-request").value(&form.note).maxlength(1000).optional()
                    .errors(&form.errors).textarea())
            }
            @if let Some(target) = &form.target { (target::fold(target, &form.errors)) }
        }
    }
}

fn known(form: &RequestForm) -> Markup {
    let sentence = match (form.known, form.subject.kind) {
        (Known::Nothing | Known::Mine(_), _) => return html! {},
        (Known::Begun, _) => "You have asked for this already. You can ask for what is left of it.",
        (Known::AskedFor, _) => "This is asked for already. Follow it, and you hear when it is there.",
        (Known::OnPlex, MediaKind::Movie) => "This film is on Plex already. Look there before you ask for it.",
        (Known::OnPlex, MediaKind::Series) => "All that has aired is on Plex. You can ask for what is still to come.",
    };
    alert::note(Kind::Info, Icon::Info, sentence)
}

/// Nobody to write to when no one has to say yes.
fn note_label(form: &RequestForm) -> Option<String> {
    match &form.decision {
        Decision::Itself => None,
        Decision::By(names) => Some(match names.as_slice() {
            [one] => format!("Note to {}", format::first_name(one)),
            [one, other] => format!("Note to {} or {}", format::first_name(one), format::first_name(other)),
            _ => "Note to whoever decides".to_owned(),
        }),
    }
}

fn deciders(form: &RequestForm) -> Markup {
    if form.known == Known::AskedFor {
        return html! {};
    }
    let words = match &form.decision {
        Decision::Itself => format!("No approval needed: it goes to {} at once.", words::fetcher(form.subject.kind)),
        Decision::By(names) => {
            let names: Vec<&str> = names.iter().take(3).map(|name| format::first_name(name)).collect();
            match names.as_slice() {
                [] => "Somebody has to approve it first.".to_owned(),
                [one] => format!("{one} approves it first."),
                [before @ .., last] => format!("{} or {last} approves it first.", before.join(", ")),
            }
        }
    };
    html! { p.small.muted { (words) } }
}
