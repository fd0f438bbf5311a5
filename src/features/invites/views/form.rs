//! One invite as a form, with what a guest would see beside it.

use maud::{Markup, PreEscaped, html};

use super::mails::{self, Mails};
use super::uses::{self, Uses};
use super::words::{self, Told};
use crate::domain::ids::InviteId;
use crate::domain::invite::form::{By, MOST_CODE, MOST_LABEL, MOST_NOTE, TypedInvite};
use crate::domain::invite::home::MOST;
use crate::domain::stay::Stay;
use crate::ui::badge::tag;
use crate::ui::form::{Choice, Errors, Field, check, group_check, hidden, several, switch};
use crate::ui::icon::icon;
use crate::ui::{Button, Frame, Icon, Page, Place, button, card, stay};

pub struct Form {
    /// None of a new one.
    pub told: Option<Told>,
    /// Sent with the form, so that it is saved over nothing that was not seen.
    pub mark: Option<String>,
    pub uses: Option<Uses>,
    pub mails: Option<Mails>,
    pub typed: TypedInvite,
    /// Id, name, titles of what it carries.
    pub groups: Vec<(String, String, Vec<String>)>,
    pub servers: Vec<Server>,
    /// The address before the end of the link.
    pub base: String,
    pub errors: Errors,
    /// Others read only.
    pub may_write: bool,
    pub may_give_home: bool,
}

pub struct Server {
    pub name: String,
    /// Id and title.
    pub libraries: Vec<(String, String)>,
}

const REMINDED: &str = "We remind them 30, 7 and 1 days before. “Without end” is as long as the groups say.";
const SENTENCE: &str = "A link that lets somebody in. You can pause or delete it at any time; who is in stays in.";

pub fn invite(frame: &Frame, form: &Form) -> Page {
    let title = form.told.as_ref().map_or("New invite", |told| told.invite.name());
    let body = html! {
        (head(frame, form))
        @match &form.told {
            Some(told) => {
                @let ticket = aside(frame, told);
                div.stack.narrow-only { (ticket) (to_mails(form)) }
                div.split { (fields(frame, form)) div.wide-only { (ticket) } }
                @if let Some(mails) = &form.mails { (mails::mails(frame, told.invite.id, mails, form.may_write)) }
                @if let Some(uses) = &form.uses { (uses::uses(frame, told.invite.id, uses)) }
            }
            None => (fields(frame, form)),
        }
    };
    Page::new(frame, Place::Invites, title.to_owned(), body)
}

fn head(frame: &Frame, form: &Form) -> Markup {
    match &form.told {
        Some(told) => html! {
            div.page-head {
                div.line {
                    div.grow { h1 { bdi { (told.invite.name()) } } p { (words::gives(&frame.clock, told)) } @if let Some(by) = words::of_member(told) { p { (by) } } }
                    @if form.may_write { (menu(frame, told.invite.id, told)) }
                }
            }
        },
        None => card::page_head("New invite", Some(SENTENCE), html! {}),
    }
}

fn menu(frame: &Frame, id: InviteId, told: &Told) -> Markup {
    let at = |end: &str| frame.links.to(&format!("/admin/invites/{id}/{end}"));
    let like = frame.links.query("/admin/invites/new", &[("like", &id.to_string())]);
    button::menu(
        told.invite.name(),
        html! {
            a href=(like) { (icon(Icon::Copy)) "Duplicate" }
            a href=(at("removal")) { (icon(Icon::Trash)) "Delete" }
        },
    )
}

fn fields(frame: &Frame, form: &Form) -> Markup {
    let path = form.told.as_ref().map_or("new".to_owned(), |told| told.invite.id.to_string());
    html! {
        form.form method="post" action=(frame.links.to(&format!("/admin/invites/{path}"))) {
            @if let Some(mark) = &form.mark { (hidden("seen", mark)) }
            fieldset.form disabled[!form.may_write] {
                (form.errors.alert())
                (link(form))
                (what(form))
                (bounds(form))
                (note(form))
                (more(form))
            }
            @if form.may_write { (end(frame, form)) }
        }
    }
}

fn link(form: &Form) -> Markup {
    let empty = if form.told.is_some() { "Left empty it stays as it is." } else { "Leave it empty for a random one." };
    let help = format!("{}… {empty}", form.base);
    let code = Field::new("code", "Link").value(&form.typed.code).errors(&form.errors).help(&help).autocomplete("off");
    u16::try_from(MOST_CODE).map_or(code, |most| code.maxlength(most)).mono().text()
}

/// Both choices stand there; without scripts, too, only the chosen one is shown.
fn what(form: &Form) -> Markup {
    let (typed, errors) = (&form.typed, &form.errors);
    let choices = [
        Choice::new(By::Groups.as_str(), "Join groups").help("libraries, rights and allowance come from the group"),
        Choice::new(By::Libraries.as_str(), "Chosen libraries").help("for a one-off guest"),
    ];
    let groups = html! {
        div.options {
            @for group in &form.groups { (group_check(group, &typed.groups)) }
        }
    };
    let libraries = html! {
        @for server in &form.servers {
            @if form.servers.len() > 1 { p.small.soft { "On " bdi { (server.name) } } }
            div.options {
                @for (id, title) in &server.libraries {
                    (check("libraries", id, title, "", typed.libraries.contains(id)))
                }
            }
        }
    };
    html! {
        div.either {
            (Field::new("by", "What they may see").value(&typed.by).errors(errors).options(&choices))
            div.one { (several("groups", "Groups", "", errors, groups)) }
            div.other { (several("libraries", "Libraries", "", errors, libraries)) }
        }
    }
}

const EXPIRES: [(&str, &str); 5] =
    [("1d", "in 1 day"), ("7d", "in 7 days"), ("30d", "in 30 days"), ("at", "on a date"), ("never", "never")];

fn bounds(form: &Form) -> Markup {
    let (typed, errors) = (&form.typed, &form.errors);
    let ends: Vec<Choice<'_>> = EXPIRES.iter().map(|(word, label)| Choice::new(word, label)).collect();
    html! {
        div.two.wide {
            (Field::new("uses", "How often it works").value(&typed.uses).errors(errors).maxlength(10)
                .help("Empty means without limit.").number())
            div.dated {
                (Field::new("expires", "The link ends").value(&typed.expires).errors(errors).select(&ends))
                (Field::new("expires_at", "On").value(&typed.expires_at).errors(errors).moment())
            }
            (stay::fields("They may stay", REMINDED, &typed.stay, &typed.last_day, errors))
        }
    }
}

fn note(form: &Form) -> Markup {
    let note = Field::new("note", "Words for the invite page").value(&form.typed.note).errors(&form.errors).optional();
    u16::try_from(MOST_NOTE).map_or(note, |most| note.maxlength(most)).textarea()
}

fn more(form: &Form) -> Markup {
    let (typed, errors) = (&form.typed, &form.errors);
    let open = !typed.label.is_empty() || typed.sync || typed.tuners || typed.camera_upload || gives_home(form);
    let label =
        Field::new("label", "Note for yourself").value(&typed.label).errors(errors).optional().autocomplete("off");
    let label = u16::try_from(MOST_LABEL).map_or(label, |most| label.maxlength(most)).text();
    html! {
        details.fold open[open || ["label", "home"].iter().any(|name| errors.of(name).is_some())] {
            summary { (crate::ui::icon::small(Icon::ChevronRight)) span.grow { "More: downloads, Plex Home, note for yourself" } }
            div.form {
                (switch("sync", "yes", "May download to a device", "", typed.sync))
                (switch("tuners", "yes", "May watch live TV", "", typed.tuners))
                (switch("camera_upload", "yes", "May upload from a camera", "", typed.camera_upload))
                (home(form))
                (label)
            }
        }
    }
}

fn gives_home(form: &Form) -> bool {
    match &form.told {
        Some(told) if !form.may_give_home => told.invite.home,
        _ => form.typed.home == Some(true),
    }
}

fn home(form: &Form) -> Markup {
    let help = format!(
        "They switch between people on the same TV, and the owner sees and manages them. At most {MOST} fit in, and each says yes in a mail of Plex."
    );
    let help = if form.may_give_home { help } else { format!("{help} An admin decides it.") };
    html! {
        fieldset disabled[!form.may_give_home] {
            (several("home", "Plex Home", "", &form.errors, switch("home", "yes", "A place in our Plex Home, too", &help, gives_home(form))))
        }
    }
}

fn end(frame: &Frame, form: &Form) -> Markup {
    let label = if form.told.is_some() { "Save" } else { "Create invite" };
    html! {
        div.form-end.actions.dock {
            (Button::new(label).icon(Icon::Door).primary().busy("Saving").submit())
            (Button::new("Not now").quiet().link(&frame.links.to("/admin/invites")))
        }
    }
}

/// On a narrow screen mails stand far below the ticket.
fn to_mails(form: &Form) -> Markup {
    let sendable = form.mails.as_ref().is_some_and(|mails| mails.unsendable.is_none());
    html! {
        @if sendable && form.may_write { (Button::new("Send it by mail").icon(Icon::Mail).link("#mails")) }
    }
}

/// The ticket that a guest would hold. Beside the form where there is room, before it where there is not: it stands twice, and
/// only one of them is there for eyes, keyboard and screen reader.
fn aside(frame: &Frame, told: &Told) -> Markup {
    let invite = &told.invite;
    html! {
        aside.stack aria-label="Preview" {
            article.ticket.tall {
                div.body.stack {
                    p.sub { "What your guest sees" }
                    h2 { @if let Some(by) = &told.by { bdi { (by) } " invites you to " } @else { "You are invited to " } bdi { (frame.house) } }
                    @if !invite.note.is_empty() { p.soft.small { bdi { (invite.note) } } }
                    div.cluster { @for title in &told.sees { (tag(None, title)) } }
                }
                div.stub {
                    (PreEscaped(super::super::qr::svg(&told.link)))
                    dl.facts.tight {
                        dt { "Works" } dd { (words::used(invite)) " used" }
                        dt { "Until" } dd { @match invite.expires_at { Some(at) => (frame.clock.until(at)), None => "it is deleted" } }
                        dt { "Stay" } dd { @match told.stay { Stay::Until(day) => { "until " (frame.clock.day(day)) } stay => (stay.words()) } }
                        @if invite.home { dt { "Also" } dd { "a place in the Plex Home" } }
                    }
                }
            }
            div.joined {
                input.input.mono readonly value=(told.link) aria-label="The whole link";
                button.btn type="button" data-copy { "Copy" }
            }
            (Button::new("Open as a guest").icon(Icon::Eye).link(&frame.links.to(&format!("/invite/{}", invite.code))))
        }
    }
}
