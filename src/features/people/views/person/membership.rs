//! The card of a membership: until when, and what can be done about it.

use maud::{Markup, html};

use super::Seen;
use crate::domain::membership::{Membership, Standing};
use crate::domain::stay::{Stay, whole_day_of};
use crate::ui::form::Field;
use crate::ui::format::count;
use crate::ui::{Button, Frame, button, card};

pub fn membership(frame: &Frame, seen: &Seen) -> Markup {
    let one = &seen.membership;
    let asked = match one.standing(frame.clock.now()) {
        Standing::Over => "Asked to come back",
        _ => "Asked to stay longer",
    };
    card::card(html! {
        h2 { "Membership" }
        p { (stands(frame, one)) }
        @if let Some(at) = one.asked_at { p { b.strong { (asked) " " (frame.clock.ago(at)) "." } } }
        @if may(seen) { (acts(frame, seen)) }
    })
}

/// Whoever may not let somebody back who was removed leaves their membership alone, too.
fn may(seen: &Seen) -> bool {
    let may_let_back = seen.removed.as_ref().is_none_or(|removed| removed.may);
    seen.may && may_let_back && !seen.person.is_owner && !seen.person.role.is_admin()
}

/// "Until Sat 20 Mar 2027, 119 days from now."
pub fn stands(frame: &Frame, one: &Membership) -> Markup {
    let clock = &frame.clock;
    let last = one.last_day(clock.zone);
    let left = last.map(|day| (day - clock.today()).num_days()).unwrap_or_default();
    html! {
        @match (one.standing(clock.now()), one.ends_at.zip(last)) {
            (Standing::Paused, _) => {
                "Paused " @if let Some(at) = one.paused_at { (clock.ago(at)) } ": no access until it goes on."
                @if one.ends_at.is_some() { " What was left of it then is added." }
            }
            (Standing::Over, Some((end, _))) if whole_day_of(end, clock.zone).is_none() => { "Ended " (clock.ago(end)) "." }
            (Standing::Over, Some((end, day))) => { "Over since the end of " (clock.time(end, &clock.day(day))) "." }
            (Standing::Open, Some((end, day))) => {
                "Until the end of " (clock.time(end, &clock.day(day)))
                @if left > 0 { ", " (count(left, "day", "days")) " from now" }
                "."
            }
            (_, None) => { "Without end." }
        }
    }
}

fn acts(frame: &Frame, seen: &Seen) -> Markup {
    let action = frame.links.to(&format!("/admin/people/{}/membership", seen.person.id));
    let more = |label, stay| Button::new(label).small().busy("Adding").value("stay", stay).submit();
    let one = &seen.membership;
    let has_end = one.ends_at.is_some();
    let yes = match seen.extension {
        Stay::Open => "Let them stay without end".to_owned(),
        extension => format!("Give {}", extension.words()),
    };
    if one.paused_at.is_some() {
        return button::post(&action, Button::new("Let it go on").busy("Resuming").value("do", "resume").submit());
    }
    html! {
        @if has_end {
            (button::post(&action, html! {
                (more("+1 week", "7d")) (more("+1 month", "1m")) (more("+1 year", "12m"))
                @if one.asked_at.is_some() {
                    (Button::new(&yes).small().tonal().busy("Giving").value("stay", &seen.extension.to_string()).submit())
                    (Button::new("Decline").small().quiet().busy("Declining").value("do", "decline").submit())
                }
            }))
        }
        form.form method="post" action=(action) {
            (Field::new("stay", "Last day").value(&seen.last_day).errors(&seen.errors).date())
            div.cluster {
                (Button::new("Set the last day").busy("Setting").submit())
                @if has_end { (Button::new("Without end").quiet().unchecked().value("do", "open").submit()) }
                (Button::new("Pause").quiet().unchecked().busy("Pausing").value("do", "pause").submit())
            }
        }
    }
}
