//! The step of the Plex server: sign in as its owner and pick, or an address and a token; then the default library.

use maud::{Markup, html};

use super::{Onward, onward, sheet};
use crate::features::services::views::{FormView, form as service_form};
use crate::features::setup::account::Owned;
use crate::features::setup::steps::Step;
use crate::ui::form::{Choice, Errors, Field, hidden};
use crate::ui::{Button, Frame, Icon, Kind, Page, alert, form};

const QUESTION: &str = "Which server is yours?";
const READS_ONLY: &str =
    "Usherr only reads from it. Importing never removes anybody, never ends anything, and changes nothing on Plex.";

/// A server that is set up.
pub struct Taken {
    pub name: String,
    pub url: String,
    pub libraries: Vec<String>,
    pub default_library: String,
    pub from_file: bool,
}

/// Nothing is there yet: both ways in. `by_hand` stands open when it came back with an error.
pub fn ways(frame: &Frame, by_hand: &FormView<'_>, open: bool, trouble: Option<&str>) -> Page {
    let sign_in = Button::new("Sign in with Plex").icon(Icon::Plex).primary().busy("Asking Plex").submit();
    let body = html! {
        @if let Some(words) = trouble { (alert::note(Kind::Bad, Icon::Alert, words)) }
        form.stack method="post" action=(frame.links.to("/setup/plex/sign-in")) {
            p { "Sign in as the owner, and your servers are found by themselves." }
            div.form-end { (sign_in) (super::back(frame, Step::Plex)) }
        }
        details.reveal open[open] {
            summary { "Or with an address and a token" }
            (service_form::form(by_hand))
        }
    };
    sheet(frame, Step::Plex, QUESTION, READS_ONLY, body)
}

/// While the owner is at Plex; `plex` is Plex's own page, once Plex has given one.
pub fn waiting(frame: &Frame, plex: Option<&str>, is_slow: bool) -> Page {
    let words = "Sign in there as the owner of the server, and come back.";
    sheet(frame, Step::Plex, "Say yes at Plex", words, waiting_part(frame, plex, is_slow)).refresh(4)
}

/// The part that looks again by itself.
pub fn waiting_part(frame: &Frame, plex: Option<&str>, is_slow: bool) -> Markup {
    let look = frame.links.to("/setup/plex/wait");
    let words = match is_slow {
        true => "Plex is slow to answer. Still asking; there is nothing to do but wait.",
        false => "Waiting for Plex.",
    };
    html! {
        div.stack #plex-wait hx-get=(look) hx-trigger="every 3s" hx-target="#plex-wait" hx-swap="outerHTML" {
            p role="status" { (words) }
            div.form-end {
                @if let Some(plex) = plex {
                    a.btn.primary href=(plex) target="_blank" rel="noopener" { (crate::ui::icon::icon(Icon::External)) "Open Plex" }
                }
                (Button::new("Look again").icon(Icon::Refresh).link(&look))
                (Button::new("Back").quiet().link(&frame.links.to("/setup/plex")))
            }
        }
    }
}

/// The servers of the account, to take one.
pub struct Pick<'a> {
    pub account: &'a str,
    pub servers: &'a [Owned],
    pub machine_id: &'a str,
    pub url: &'a str,
    pub errors: &'a Errors,
}

pub fn pick(frame: &Frame, view: &Pick<'_>) -> Page {
    let words = match view.servers.len() {
        0 => "This account owns no server.".to_owned(),
        1 => "We found one on your Plex account.".to_owned(),
        n => format!("We found {n} on your Plex account."),
    };
    let again = html! {
        form method="post" action=(frame.links.to("/setup/plex/other")) {
            (Button::new("Find it another way").quiet().submit())
        }
    };
    if view.servers.is_empty() {
        let sorry = format!("{} owns no Plex server. Sign in with the account that does.", view.account);
        let body = html! { (alert::note(Kind::Warn, Icon::Alert, &sorry)) (again) };
        return sheet(frame, Step::Plex, QUESTION, &words, body);
    }
    let versions: Vec<String> = view.servers.iter().map(|server| server.version.clone().unwrap_or_default()).collect();
    let choices: Vec<Choice<'_>> = view
        .servers
        .iter()
        .zip(&versions)
        .map(|(server, version)| Choice::new(&server.machine_id, &server.name).help(version))
        .collect();
    let fields = html! {
        (view.errors.alert())
        (Field::new("machine_id", "Server").value(view.machine_id).errors(view.errors).options(&choices))
        (Field::new("url", "Address inside your network").value(view.url).errors(view.errors).optional().maxlength(500)
            .placeholder("http://192.168.1.20:32400").help("Empty: we try those that Plex knows and take the best that answers.").url())
    };
    let label = match view.servers {
        [only] => format!("Take {}", only.name),
        _ => "Take this server".to_owned(),
    };
    let end = html! {
        (Button::new(&label).icon(Icon::ArrowRight).primary().busy("Trying, up to 10 s").submit())
        (super::back(frame, Step::Plex))
    };
    let body = html! { (form::form(&frame.links.to("/setup/plex/server"), fields, end)) (again) };
    sheet(frame, Step::Plex, QUESTION, &format!("{words} {READS_ONLY}"), body)
}

/// A server is there: its default library, and on.
pub fn taken(frame: &Frame, taken: &Taken, trouble: Option<&str>) -> Page {
    let known = format!("{} is connected at {}.", taken.name, taken.url);
    let body = html! {
        (alert::note(Kind::Good, Icon::Check, &known))
        @if let Some(words) = trouble { (alert::note(Kind::Warn, Icon::Alert, words)) }
        @if taken.from_file || taken.libraries.is_empty() {
            (onward(frame, Step::Plex, Onward::GoOn))
        } @else {
            (form::form(&frame.links.to("/setup/plex/library"), html! {
                (hidden("pickers", "yes"))
                (service_form::library("library", &taken.libraries, &taken.default_library))
            }, html! {
                (Button::new("Go on").icon(Icon::ArrowRight).primary().submit())
                (super::back(frame, Step::Plex))
            }))
        }
        form method="post" action=(frame.links.to("/setup/plex/sign-in")) {
            (Button::new("Take another server instead").quiet().busy("Asking Plex").submit())
        }
    };
    let words = "Everybody on the server keeps the default library, whatever else changes. A small one that greets people is best.";
    sheet(frame, Step::Plex, "Which library does everybody keep?", words, body)
}
