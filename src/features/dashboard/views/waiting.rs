//! What waits for somebody: requests to decide, people who ask to be let in or to stay, and requests that are stuck.

use maud::{Markup, html};

use super::may_decide;
use crate::domain::access::outlook::Outlook;
use crate::domain::catalog::MediaKind;
use crate::domain::dashboard::{Desk, OpenRequest};
use crate::domain::wording;
use crate::ui::{Button, Frame, Icon, Place, card, empty, format, media, poster};

pub(super) fn section(frame: &Frame, desk: &Desk) -> Markup {
    let total = desk.asked_total + desk.stuck_total;
    let all = html! { @if total > 0 {
        a href=(frame.links.to(Place::Requests.path())) { "All " (format::number(total)) }
    } };
    let title = if may_decide(frame) { "Waiting for you" } else { "Waiting" };
    let asked = desk.asked.iter().map(|request| asked(frame, request));
    let stuck = desk.stuck.iter().map(|request| stuck(frame, request));
    let plan = plan_of(desk);
    let people: Vec<Markup> = [asking(frame, desk), staying(frame, desk)].into_iter().flatten().collect();
    html! {
        section aria-labelledby="waiting" {
            (card::section_head("waiting", title, all))
            @if total == 0 && plan.is_none() && people.is_empty() {
                (empty::empty(Icon::Check, "Nothing waits", html! { "New requests and stuck ones show up here." }, html! {}))
            } @else {
                (card::rows(asked.chain(people).chain(plan.map(|outlook| differs(frame, outlook))).chain(stuck)))
            }
        }
    }
}

fn asked(frame: &Frame, request: &OpenRequest) -> Markup {
    let acts = html! { @if may_decide(frame) {
        form.cluster method="post" action=(at(frame, "/admin/requests", request, "/approval")) {
            (Button::new("Approve").icon(Icon::Check).tonal().small().busy("Approving").submit())
            (Button::new("Decline").small().dialog(&at(frame, "/admin/requests", request, "/decline")))
        }
    } };
    row(frame, request, &name(request), html! { p { (who(frame, request)) (cost(request)) (follow(request)) } }, acts)
}

fn who(frame: &Frame, request: &OpenRequest) -> Markup {
    html! { (request.asker) ", " (frame.clock.ago(request.created_at)) ". " }
}

/// "22 GB, 190 GB free afterwards."
fn cost(request: &OpenRequest) -> String {
    let Some(needed) = request.estimated_bytes.map(|bytes| bytes as f64) else {
        return "Size unknown.".to_owned();
    };
    let size = format::rough_size(needed);
    match request.free {
        Some(free) if free >= needed => format!("About {size}, {} free afterwards.", format::rough_size(free - needed)),
        Some(free) => format!("About {size}, but only {} free.", format::rough_size(free)),
        None => format!("About {size}."),
    }
}

fn follow(request: &OpenRequest) -> String {
    match request.followers {
        0 => String::new(),
        1 => " 1 follows.".to_owned(),
        n => format!(" {} follow.", format::number(n)),
    }
}

fn stuck(frame: &Frame, request: &OpenRequest) -> Markup {
    let words = html! {
        p {
            @match request.cause {
                Some(cause) => { (cause.headline()) ". " (cause.remedy()) },
                None => "Nobody knows why yet.",
            }
            " For " (request.asker) ", " (frame.clock.ago(request.stage_at)) "."
        }
    };
    let look = Button::new("Look").small().link(&at(frame, "/requests", request, ""));
    row(frame, request, &format!("{} is stuck", name(request)), words, look)
}

/// The plan, where there is something to decide about it.
pub(super) fn plan_of(desk: &Desk) -> Option<&Outlook> {
    desk.plan.as_ref().filter(|outlook| !outlook.is_quiet())
}

fn differs(frame: &Frame, outlook: &Outlook) -> Markup {
    let href = frame.links.to(Place::Plan.path());
    let people = |n: usize| format::count(i64::try_from(n).unwrap_or(i64::MAX), "person", "people");
    let words = html! {
        p {
            @if outlook.people > 0 { (people(outlook.people)) " would gain or lose something. " }
            @if outlook.differ > 0 { "Plex differs for " (people(outlook.differ)) ". " }
            "Counted " (frame.clock.ago(outlook.at)) "."
        }
    };
    let title = html! { a href=(href) { "The access plan waits" } };
    media::row(poster::thumb(None, Icon::Plan), title, words, Button::new("See the plan").small().link(&href))
}

fn asking(frame: &Frame, desk: &Desk) -> Option<Markup> {
    let href = frame.links.to(Place::AccessRequests.path());
    let row = |n: i64| people(n, "to be let in", "A yes sends an invite.", Icon::Door, &href);
    Some(desk.asking).filter(|n| *n > 0).map(row)
}

fn staying(frame: &Frame, desk: &Desk) -> Option<Markup> {
    let href = frame.links.query(Place::People.path(), &[("show", "asking")]);
    let row = |n: i64| people(n, "to stay longer", "Their membership ends, or is over.", Icon::Users, &href);
    Some(desk.staying).filter(|n| *n > 0).map(row)
}

/// "2 people ask to be let in."
fn people(n: i64, what: &str, more: &str, icon: Icon, href: &str) -> Markup {
    let verb = if n == 1 { "asks" } else { "ask" };
    let title = html! { a href=(href) { (format::count(n, "person", "people")) " " (verb) " " (what) } };
    media::row(poster::thumb(None, icon), title, html! { p { (more) } }, Button::new("Decide").small().link(href))
}

fn name(request: &OpenRequest) -> String {
    wording::named(&request.title, request.scope, &request.seasons, request.is_4k)
}

fn row(frame: &Frame, request: &OpenRequest, title: &str, words: Markup, acts: Markup) -> Markup {
    let picture = request.has_poster.then(|| frame.links.to(&format!("/images/title/{}?w=120", request.title_id)));
    let stand_in = if request.kind == MediaKind::Movie { Icon::Film } else { Icon::Tv };
    let link = html! { a href=(at(frame, "/requests", request, "")) { (title) } };
    media::row(poster::thumb(picture.as_deref(), stand_in), link, words, acts)
}

fn at(frame: &Frame, room: &str, request: &OpenRequest, act: &str) -> String {
    frame.links.to(&format!("{room}/{}{act}", request.id))
}
