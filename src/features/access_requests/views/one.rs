//! One access request: who asks, what happened so far, and the decision.

use maud::{Markup, html};

use super::decide::{self, No, Yes};
use super::words;
use crate::domain::access_request::{AccessRequest, State};
use crate::domain::invite::mail::MailState;
use crate::ui::timeline::{At, Step, timeline};
use crate::ui::{Button, Frame, Page, Place, card, facts, format};

pub struct One {
    pub one: AccessRequest,
    /// Who decided.
    pub by: Option<String>,
    /// What became of the mail with the invite; none where none was sent.
    pub mail: Option<MailState>,
    /// By which private link they asked.
    pub link: Option<String>,
    /// What the same address asked at other times.
    pub others: Vec<AccessRequest>,
    pub yes: Yes,
    pub no: No,
    pub may_write: bool,
}

pub fn page(frame: &Frame, shown: &One) -> Page {
    let one = &shown.one;
    let body = html! {
        div.page-head { div { h1 { bdi { (one.name) } } p { (words::state(one)) } } }
        div.split {
            div.stack-8 {
                (card::section("asks", "Who asks", html! {}, who(frame, shown)))
                @match one.state {
                    State::Open if shown.may_write => (decision(frame, shown)),
                    State::Unconfirmed => p.soft { "Nobody has said yet that this address is theirs. After a week without that it is forgotten." },
                    _ => {}
                }
                @if !shown.others.is_empty() { (others(frame, &shown.others)) }
            }
            aside.stack aria-label="What happened" { h2 { "What happened" } (timeline(&steps(frame, shown))) }
        }
    };
    Page::new(frame, Place::AccessRequests, one.name.clone(), body)
}

fn who(frame: &Frame, shown: &One) -> Markup {
    let one = &shown.one;
    let mut known = vec![("Address", html! { bdi { (one.email) } })];
    if let Some(link) = &shown.link {
        known.push(("Asked by the link", html! { bdi { (link) } }));
    }
    if let Some(invite) = one.invite {
        let at = frame.links.to(&format!("/admin/invites/{invite}"));
        known.push(("Invite", html! { a href=(at) { "See the invite" } }));
    }
    html! {
        (card::card(html! {
            @if !one.message.is_empty() { p { (format::quoted(&one.message)) } }
            (facts::facts(&known))
        }))
    }
}

fn decision(frame: &Frame, shown: &One) -> Markup {
    let one = &shown.one;
    let at = |end: &str| frame.links.to(&format!("/admin/access-requests/{}/{end}", one.id));
    let says_no = !shown.no.errors.is_empty();
    html! {
        (card::section("yes", "Let them in", html! {}, html! {
            form.form method="post" action=(at("approval")) {
                (decide::yes_fields(&shown.yes))
                (decide::yes_follows(one, &shown.yes))
                div.form-end { (decide::yes_button(one)) }
            }
        }))
        details.fold open[says_no] {
            summary { (crate::ui::icon::small(crate::ui::Icon::ChevronRight)) span.grow { "Decline" } }
            form.form method="post" action=(at("decline")) {
                (decide::no_fields(&shown.no))
                div.form-end { (decide::no_button(one, shown.yes.can_write)) }
            }
        }
    }
}

fn steps(frame: &Frame, shown: &One) -> Vec<Step> {
    let one = &shown.one;
    let by = shown.by.as_deref().unwrap_or("Somebody");
    let step = |at: At, title: String, when: Markup| Step { at, title, when, note: None };
    let mut steps = vec![step(At::Done, "Asked".to_owned(), frame.clock.stamp(one.asked_at))];
    match one.confirmed_at {
        Some(at) => steps.push(step(At::Done, "Address confirmed".to_owned(), frame.clock.stamp(at))),
        None => steps.push(step(At::Now, "Address to be confirmed".to_owned(), html! {})),
    }
    let decided = one.decided_at.map(|at| frame.clock.stamp(at)).unwrap_or_default();
    match one.state {
        State::Unconfirmed => steps.push(step(At::Next, "Somebody decides".to_owned(), html! {})),
        State::Open => steps.push(step(At::Now, "Waits for a decision".to_owned(), html! {})),
        State::Approved => {
            steps.push(step(At::Done, format!("{by} approved"), decided));
            steps.push(invited(frame, shown));
        }
        State::Declined => {
            let note = one.reason.as_deref().map(format::quoted);
            steps.push(Step { note, ..step(At::Halt, format!("{by} declined"), decided) });
        }
    }
    steps
}

/// Where the invite is; while nobody has it the way to its link stands beside.
fn invited(frame: &Frame, shown: &One) -> Step {
    let (one, step) =
        (&shown.one, |at: At, title: &str, when: Markup| Step { at, title: title.to_owned(), when, note: None });
    let Some(invite) = one.invite.filter(|_| !one.came_in) else {
        return match one.came_in {
            true => step(At::Done, "Followed the invite", html! {}),
            false => step(At::Halt, "The invite was deleted", html! {}),
        };
    };
    let link = html! { a href=(frame.links.to(&format!("/admin/invites/{invite}"))) { "Copy its link" } };
    match shown.mail {
        Some(MailState::Sent) => step(At::Now, "Has the invite", html! {}),
        Some(MailState::Waiting) => step(At::Now, "The invite is on its way", html! {}),
        Some(MailState::Failed) => step(At::Halt, "The invite could not be sent", link),
        None => step(At::Now, "The invite was not sent", link),
    }
}

fn others(frame: &Frame, others: &[AccessRequest]) -> Markup {
    let row = |one: &AccessRequest| {
        let at = frame.links.to(&format!("/admin/access-requests/{}", one.id));
        card::line(None, html! { a href=(at) { "Asked " (frame.clock.ago(one.asked_at)) } }, words::state(one))
    };
    card::section("others", "The same address at other times", html! {}, card::rows(others.iter().map(row)))
}

/// Asks before a link is deleted.
pub fn removal(frame: &Frame, label: &str, action: &str) -> Page {
    let title = format!("Delete the link “{label}”?");
    let end = html! {
        (Button::new("Delete this link").danger().busy("Deleting").submit())
        (Button::new("Keep").quiet().link(&frame.links.to("/admin/access-requests/links")))
    };
    let body = html! {
        (card::page_head(&title, Some("It leads nowhere from then on. Whoever asked by it still waits."), html! {}))
        (crate::ui::form::form(&frame.links.to(action), html! {}, end))
    };
    Page::new(frame, Place::AccessRequests, title, body)
}
