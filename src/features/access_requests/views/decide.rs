//! Saying yes or no: the fields, and the pages behind the links in a mail.

use maud::{Markup, html};

use crate::domain::access_request::form::{MOST_REASON, TypedApproval, Why};
use crate::domain::access_request::{AccessRequest, State};
use crate::domain::stay::Stay;
use crate::ui::form::{Choice, Errors, Field, group_check, several};
use crate::ui::{Button, Frame, Icon, Page, format};

/// The fields of a yes.
pub struct Yes {
    pub typed: TypedApproval,
    /// Id, name, titles of what it carries.
    pub groups: Vec<(String, String, Vec<String>)>,
    pub errors: Errors,
    /// Mails can go out.
    pub can_write: bool,
}

/// The fields of a no.
#[derive(Default)]
pub struct No {
    pub why: Why,
    pub words: String,
    pub errors: Errors,
}

pub fn yes_fields(yes: &Yes) -> Markup {
    let stays = Stay::OFFERED.map(|stay| (stay.to_string(), stay.words()));
    let choices: Vec<Choice<'_>> = stays.iter().map(|(word, words)| Choice::new(word, words)).collect();
    let groups = html! {
        div.options {
            @for group in &yes.groups { (group_check(group, &yes.typed.groups)) }
        }
        @if yes.groups.is_empty() { p.soft { "There are no groups yet. Make one first." } }
    };
    html! {
        (yes.errors.alert())
        (several("groups", "Joins", "", &yes.errors, groups))
        (Field::new("stay", "May stay").value(&yes.typed.stay).errors(&yes.errors).select(&choices))
    }
}

/// What becomes of a yes, said before.
pub fn yes_follows(one: &AccessRequest, yes: &Yes) -> Markup {
    html! {
        p.small.soft {
            @if yes.can_write {
                "An invite for one person goes to " bdi { (one.email) } ". It works for two weeks."
            } @else {
                "No mail can go out. You can copy the link of the invite afterwards and send it yourself; it is for one person and works for two weeks."
            }
        }
    }
}

pub fn yes_button(one: &AccessRequest) -> Markup {
    let label = format!("Let {} in", format::first_name(&one.name));
    Button::new(&label).icon(Icon::Check).primary().busy("Inviting").submit()
}

pub fn no_fields(no: &No) -> Markup {
    html! {
        (no.errors.alert())
        fieldset {
            legend { "Why not" }
            div.cluster.wide {
                @for why in Why::ALL {
                    label.option {
                        input.check type="radio" name="why" value=(why) checked[*why == no.why];
                        span { (why.label()) }
                    }
                }
            }
        }
        (Field::new("reason", "In your own words").value(&no.words).errors(&no.errors).optional()
            .maxlength(MOST_REASON as u16).text())
    }
}

pub fn no_button(one: &AccessRequest, can_write: bool) -> Markup {
    let name = format::first_name(&one.name);
    let label = if can_write { format!("Decline and tell {name}") } else { format!("Decline {name}") };
    html! {
        @if !can_write { p.small.soft { "No mail can go out: " bdi { (name) } " hears nothing of it." } }
        (Button::new(&label).danger().busy("Declining").submit())
    }
}

/// Who asks, and with which words.
fn who(frame: &Frame, one: &AccessRequest) -> Markup {
    html! {
        p.soft { bdi.strong { (one.name) } " (" bdi { (one.email) } ") asked " (frame.clock.ago(one.asked_at)) "." }
        @if !one.message.is_empty() { p { (format::quoted(&one.message)) } }
    }
}

pub fn approve(frame: &Frame, one: &AccessRequest, yes: &Yes, token: &str) -> Page {
    let title = format!("Let {} in?", one.name);
    let body = html! {
        div.stack-2 { h1 { (title) } (who(frame, one)) }
        form.form method="post" action=(frame.links.to(&format!("/ask/approve/{token}"))) {
            (yes_fields(yes))
            (yes_follows(one, yes))
            (yes_button(one))
        }
    };
    Page::plain(frame, title, body)
}

pub fn decline(frame: &Frame, one: &AccessRequest, no: &No, can_write: bool, token: &str) -> Page {
    let title = format!("Decline {}?", one.name);
    let body = html! {
        div.stack-2 { h1 { (title) } (who(frame, one)) }
        form.form method="post" action=(frame.links.to(&format!("/ask/decline/{token}"))) {
            (no_fields(no))
            (no_button(one, can_write))
        }
    };
    Page::plain(frame, title, body)
}

/// What was decided just now.
pub fn done(frame: &Frame, one: &AccessRequest, can_write: bool) -> Page {
    let title = match one.state {
        State::Approved => format!("{} is invited", one.name),
        _ => format!("{} is declined", one.name),
    };
    let words = match (one.state, can_write) {
        (State::Approved, true) => format!("The invite goes to {} now.", one.email),
        (State::Approved, false) => "No mail can go out: copy the link of the invite and send it yourself.".to_owned(),
        (_, true) => format!("A mail to {} says so.", one.email),
        (_, false) => "No mail can go out, so they hear nothing of it.".to_owned(),
    };
    ended(frame, one, title, &words)
}

/// The link comes too late.
pub fn settled(frame: &Frame, one: &AccessRequest, by: Option<&str>) -> Page {
    let by = by.unwrap_or("Somebody");
    let words = match one.state {
        State::Approved => format!("{by} has let {} in.", one.name),
        State::Declined => format!("{by} has declined {}.", one.name),
        State::Open | State::Unconfirmed => "It is open.".to_owned(),
    };
    ended(frame, one, "This is decided already".to_owned(), &words)
}

fn ended(frame: &Frame, one: &AccessRequest, title: String, words: &str) -> Page {
    let at = frame.links.to(&format!("/admin/access-requests/{}", one.id));
    let body = html! {
        div.stack-2 role="status" { h1 { (title) } p.soft { (words) } }
        div.actions { (Button::new("See the request").link(&at)) }
    };
    Page::plain(frame, title, body)
}
