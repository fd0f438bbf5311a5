//! What the reader can do with a request: rows for one that is stuck or waits for them, a card for one on its way.

use maud::{Markup, html};

use super::parcel::{LIVE, Parcel};
use super::{desk_path, words};
use crate::domain::request::Stage;
use crate::ui::{Button, Frame, Icon, card, format};

/// A stuck request, and one that waits for this reader's decision, say first what can be done.
pub fn has_own_block(parcel: &Parcel) -> bool {
    let waits_for_reader = parcel.card.request.stage == Stage::Asked && parcel.may.approve;
    parcel.card.request.stage == Stage::Stuck || waits_for_reader
}

pub fn section(frame: &Frame, parcel: &Parcel) -> Markup {
    html! {
        section.stack aria-labelledby="h-do" {
            h2 #h-do { "What you can do" }
            (card::rows(rows(frame, parcel)))
        }
    }
}

fn rows(frame: &Frame, parcel: &Parcel) -> Vec<Markup> {
    let request = &parcel.card.request;
    let may = parcel.may;
    let to = |act: &str| frame.links.to(&desk_path(request.id, act));
    let mut rows = Vec::new();
    if may.approve {
        let button = sent(&to("approval"), Button::new("Approve").icon(Icon::Check).tonal().small().busy("Approving"));
        rows.push(row(Icon::Check, "Approve", &approving(parcel), button));
    }
    if request.stage == Stage::Stuck {
        let words = "Nothing to press. We tell you when something changes.";
        rows.push(row(Icon::Clock, "Wait", words, html! {}));
    }
    if may.retry {
        let words = request.cause.map_or("It is sent once more.", |cause| cause.remedy());
        let button = sent(&to("retry"), Button::new("Try again").small().busy("Trying"));
        rows.push(row(Icon::Refresh, "Try again", words, button));
    }
    if may.edit {
        let words = "Another instance, quality, folder, tags or seasons.";
        rows.push(row(Icon::Edit, "Change it", words, Button::new("Change").small().dialog(&to("edit?from=parcel"))));
    }
    if may.decline {
        let words = format!("{} is told why.", format::capital(parcel.card.asker.first()));
        rows.push(row(
            Icon::Minus,
            "Decline",
            &words,
            Button::new("Decline").small().dialog(&to("decline?from=parcel")),
        ));
    }
    if may.withdraw {
        let button = Button::new("Withdraw").small().danger().dialog(&withdraw_path(frame, parcel));
        rows.push(row(Icon::X, "Withdraw", &given_back(parcel), button));
    }
    rows
}

fn sent(action: &str, button: Button<'_>) -> Markup {
    super::act(action, LIVE, "innerMorph", html! { (crate::ui::form::hidden("from", "parcel")) (button.submit()) })
}

fn row(icon: Icon, title: &str, words: &str, end: Markup) -> Markup {
    card::line(Some(icon), html! { b { (title) } p.sub { (words) } }, end)
}

fn approving(parcel: &Parcel) -> String {
    let request = &parcel.card.request;
    let fetcher = words::fetcher(request.kind);
    match request.estimated_bytes {
        Some(bytes) => format!("It goes to {fetcher} at once; about {}.", format::rough_size(bytes as f64)),
        None => format!("It goes to {fetcher} at once; nobody knows yet how big it gets."),
    }
}

/// For a request on its way: the two acts that are left.
pub fn card(frame: &Frame, parcel: &Parcel) -> Markup {
    let request = &parcel.card.request;
    html! {
        @if parcel.may.retry {
            div.card.stack {
                h2 { "Bring it back?" }
                p.small.soft { "It is asked for once more, as it was." }
                (sent(&frame.links.to(&desk_path(request.id, "retry")), Button::new("Try again").busy("Trying")))
            }
        }
        @if parcel.may.withdraw {
            div.card.stack {
                h2 { @if parcel.card.asker == super::Who::You { "Changed your mind?" } @else { "Take it back?" } }
                p.small.soft { (withdrawing(parcel)) }
                (Button::new("Withdraw request").danger().dialog(&withdraw_path(frame, parcel)))
            }
        }
    }
}

pub fn withdraw_path(frame: &Frame, parcel: &Parcel) -> String {
    frame.links.to(&format!("{}/withdrawal", super::path(parcel.card.request.id)))
}

/// What withdrawing does, in full.
pub fn withdrawing(parcel: &Parcel) -> String {
    let request = &parcel.card.request;
    let others = parcel.followers.iter().any(|who| *who != super::Who::You);
    let stops = match (request.stage, others, request.added_by_us) {
        (Stage::Asked, ..) => "Nobody has to decide any more.".to_owned(),
        (_, true, _) => "Others follow it, so it goes on for them.".to_owned(),
        (Stage::Approved, ..) => "It is not sent any more.".to_owned(),
        (_, _, false) => {
            let fetcher = words::fetcher(request.kind);
            format!("{fetcher} had it before, so what it fetches by itself goes on.")
        }
        _ => "Fetching stops. What is there already stays.".to_owned(),
    };
    format!("{stops} {}", given_back(parcel))
}

fn given_back(parcel: &Parcel) -> String {
    let request = &parcel.card.request;
    let amount = words::allowance(request.kind, words::cost(request));
    match &parcel.card.asker {
        super::Who::You => format!("{amount} {} back to your allowance.", goes(request)),
        super::Who::Somebody(_) => {
            format!("{amount} {} back to the allowance of {}.", goes(request), parcel.card.asker.first())
        }
    }
}

fn goes(request: &crate::domain::request::Request) -> &'static str {
    if words::cost(request) == 1 { "goes" } else { "go" }
}
