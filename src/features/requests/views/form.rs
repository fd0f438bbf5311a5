//! The request form: what of the title, what it costs, a word to whoever decides, and for those who decide also where it
//! goes. One form, as a page of its own and as a dialog.

use maud::{Markup, html};

use super::price::{self, Price};
use super::seasons::{self, Seasons};
use super::target::{self, Target};
use super::{Subject, words};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::RequestId;
use crate::ui::form::{Errors, Field, check, hidden};
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
    /// Whether it is to be in 4K; none where that can't be asked for.
    pub picture: Option<bool>,
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

    pub fn is_4k(&self) -> bool {
        self.picture == Some(true)
    }

    /// Nothing new would be asked for.
    fn is_there(&self) -> bool {
        matches!(self.known, Known::AskedFor | Known::Mine(_))
    }

    /// "Request 2 seasons", "Request the film in 4K", "Follow it".
    pub fn button(&self) -> String {
        let picture = if self.is_4k() { " in 4K" } else { "" };
        match (&self.seasons, self.known) {
            (_, Known::AskedFor) => "Follow it".to_owned(),
            (_, Known::Mine(_)) => "Track this request".to_owned(),
            (None, _) => format!("Request the film{picture}"),
            (Some(seasons), _) if seasons.ticked.is_empty() => format!("Request{picture}"),
            (Some(seasons), _) => {
                let count = i64::try_from(seasons.ticked.len()).unwrap_or(i64::MAX);
                format!("Request {}{picture}", format::count(count, "season", "seasons"))
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
    let body = html! { (hidden("in_dialog", "yes")) (fields(frame, form)) };
    dialog::swapping(&heading, &frame.links.to(&form.path()), &back, body, footer)
}

/// The price and the button, after a tick: both follow what is chosen.
pub fn price_part(form: &RequestForm) -> Markup {
    html! { (price::block(&form.price)) (send_part(form)) }
}

/// All that is other in another picture, after that was chosen.
pub fn picture_part(frame: &Frame, form: &RequestForm) -> Markup {
    html! {
        (wish(frame, form))
        (send_part(form))
        hx-partial hx-target="#who-decides" hx-swap="outerHTML" { (deciders(form)) }
    }
}

fn send_part(form: &RequestForm) -> Markup {
    html! { hx-partial hx-target="#send-request" hx-swap="outerHTML" { (send(form)) } }
}

fn send(form: &RequestForm) -> Markup {
    html! { span.bare-button #send-request { (Button::new(&form.button()).primary().busy("Sending").submit()) } }
}

fn fields(frame: &Frame, form: &RequestForm) -> Markup {
    html! {
        (form.errors.alert())
        @if let Some(is_4k) = form.picture { (picture(&frame.links.to(&form.path()), is_4k)) }
        (wish(frame, form))
    }
}

/// Stands outside of what it changes, so that it keeps the focus.
fn picture(address: &str, is_4k: bool) -> Markup {
    html! {
        div hx-post=(address) hx-trigger="change" hx-include="closest form" hx-vals=r#"{"look":"picture"}"#
            hx-target=(format!("#{WISH}")) hx-swap="outerHTML" {
            (check("is_4k", "yes", "In 4K", "needs a fast line", is_4k))
        }
    }
}

const WISH: &str = "wish";

fn wish(frame: &Frame, form: &RequestForm) -> Markup {
    let address = frame.links.to(&form.path());
    html! {
        div.stack id=(WISH) {
            @if let Some(is_4k) = form.picture { (hidden("shown_4k", if is_4k { "yes" } else { "no" })) }
            (known(form))
            @if let Some(choice) = &form.seasons { (seasons::fieldset(&address, choice, &form.errors)) }
            @if !form.is_there() {
                (price::block(&form.price))
                @if let Some(label) = note_label(form) {
                    (Field::new("note", &label).id("note-request").value(&form.note).maxlength(1000).optional()
                        .errors(&form.errors).textarea())
                }
                @if let Some(target) = &form.target { (target::fold(target, &form.errors)) }
            } @else if !form.note.is_empty() {
                (hidden("note", &form.note))
            }
        }
    }
}

fn known(form: &RequestForm) -> Markup {
    let picture = if form.is_4k() { " in 4K" } else { "" };
    let sentence = match (form.known, form.subject.kind) {
        (Known::Nothing, _) => return html! {},
        (Known::Mine(_), _) => format!("You have asked for this{picture} already."),
        (Known::Begun, _) => format!("You have asked for this{picture} already. You can ask for what is left of it."),
        (Known::AskedFor, _) => {
            format!("This is asked for{picture} already. Follow it, and you hear when it is there.")
        }
        (Known::OnPlex, MediaKind::Movie) => {
            format!("This film is on Plex{picture} already. Look there before you ask for it.")
        }
        (Known::OnPlex, MediaKind::Series) => {
            format!("All that has aired is on Plex{picture}. You can ask for what is still to come.")
        }
    };
    alert::note(Kind::Info, Icon::Info, &sentence)
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
    let words = match &form.decision {
        _ if form.is_there() => String::new(),
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
    html! { p.small.muted #who-decides hidden[words.is_empty()] { (words) } }
}
