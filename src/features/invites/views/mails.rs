//! An invite that goes out by mail: the address, and what became of those before.

use maud::{Markup, html};

use crate::domain::ids::InviteId;
use crate::domain::invite::mail::{InviteMail, MailState};
use crate::ui::badge::badge;
use crate::ui::form::{Errors, Field};
use crate::ui::table::{Column, table};
use crate::ui::{Button, Frame, Icon, Kind};

pub struct Mails {
    /// The newest first.
    pub sent: Vec<InviteMail>,
    /// Why none can be sent at the moment.
    pub unsendable: Option<&'static str>,
    pub address: String,
    pub errors: Errors,
}

pub fn mails(frame: &Frame, invite: InviteId, mails: &Mails, may_write: bool) -> Markup {
    let columns = [Column::new("Address"), Column::new("State"), Column::new("Since")];
    html! {
        section.stack #mails aria-labelledby="mails-title" {
            h2 #mails-title { "By mail" }
            @match mails.unsendable {
                Some(why) => p.soft { (why) },
                None if may_write => (form(frame, invite, mails)),
                None => {}
            }
            @if mails.sent.is_empty() { p.soft { "Sent to nobody yet." } } @else {
                (table(&columns, html! { @for one in &mails.sent { (row(frame, one)) } }))
            }
        }
    }
}

fn form(frame: &Frame, invite: InviteId, mails: &Mails) -> Markup {
    html! {
        form.form method="post" action=(frame.links.to(&format!("/admin/invites/{invite}/mails"))) {
            (mails.errors.alert())
            (Field::new("email", "Mail address of your guest").value(&mails.address).errors(&mails.errors)
                .help("The link, your words, and how long they may stay.").email())
            div.cluster { (Button::new("Send the link").icon(Icon::Mail).busy("Sending").submit()) }
        }
    }
}

fn row(frame: &Frame, one: &InviteMail) -> Markup {
    html! {
        tr {
            th scope="row" { bdi { (one.address) } }
            td data-label="State" { (state(one)) }
            td data-label="Since" { (frame.clock.ago(one.asked_at)) }
        }
    }
}

fn state(one: &InviteMail) -> Markup {
    match one.state {
        MailState::Waiting => badge(Kind::Info, Icon::Clock, "On its way"),
        MailState::Sent => badge(Kind::Good, Icon::Check, "Sent"),
        MailState::Failed => html! {
            div.stack-2 {
                (badge(Kind::Bad, Icon::X, "Not sent"))
                @if let Some(fault) = &one.fault { p.small.soft { (fault) } }
            }
        },
    }
}
