//! A member's own links: what is left of their guests, a form for another link, and those that they have made.

use maud::{Markup, PreEscaped, html};

use super::uses::state;
use super::words::{self, Told};
use crate::domain::invite::form::MOST_NOTE;
use crate::domain::invite::guests::{Allowance, TypedGuests};
use crate::domain::invite::uses::InviteUse;
use crate::domain::invite::{Invite, Standing};
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, empty, format, pager};

pub struct Mine {
    pub allowance: Allowance,
    /// They may make another link, if some are left.
    pub may: bool,
    /// Titles of what their guests would see.
    pub sees: Vec<String>,
    pub links: Vec<Link>,
    /// How many there are on all pages.
    pub total: i64,
    pub page: i64,
    pub per_page: i64,
    pub typed: TypedGuests,
    pub errors: Errors,
}

/// A link with those who came by it, newest first.
pub struct Link {
    pub told: Told,
    pub came: Vec<InviteUse>,
}

/// So many guests of a link are named.
const MOST_NAMED: usize = 12;

/// How long a link may work, as the form offers it.
const DAYS: [(&str, &str); 5] =
    [("1", "in 1 day"), ("3", "in 3 days"), ("7", "in 7 days"), ("14", "in 14 days"), ("30", "in 30 days")];

pub fn page(frame: &Frame, mine: &Mine) -> Page {
    let body = html! {
        (card::page_head("Invite somebody", Some(&sentence(mine)), html! {}))
        @if mine.may { (another(frame, mine)) }
        (card::section("links", "Your links", html! {}, links(frame, mine)))
    };
    Page::new(frame, Place::Account, "Invite somebody", body)
}

fn sentence(mine: &Mine) -> String {
    let Allowance { limit, days, .. } = mine.allowance;
    if mine.may {
        let guests = format::count(limit.into(), "guest", "guests");
        return format!(
            "A link lets somebody in who has not been here before. You may invite {guests} in {days} days."
        );
    }
    match limit {
        0 => {
            "You may not invite guests any more. Your links let nobody in; whoever came in by them stays in.".to_owned()
        }
        _ => "There is nothing to invite to at the moment, so you can’t make another link.".to_owned(),
    }
}

fn another(frame: &Frame, mine: &Mine) -> Markup {
    let left = mine.allowance.left();
    // What somebody typed before the last one went stays in the form.
    if left == 0 && mine.errors.is_empty() {
        let words = html! {
            p { b.strong { "None of your guests is left." } }
            p { (back(frame, mine.allowance)) }
        };
        return alert::alert(Kind::Info, Icon::Users, words, html! {});
    }
    let (typed, errors) = (&mine.typed, &mine.errors);
    let own = DAYS.iter().all(|(days, _)| *days != typed.days).then(|| format!("in {} days", typed.days));
    let own = own.iter().filter(|_| errors.of("days").is_none()).map(|words| Choice::new(&typed.days, words));
    let days: Vec<Choice<'_>> = DAYS.iter().map(|(days, label)| Choice::new(days, label)).chain(own).collect();
    let note = Field::new("note", "Words for your guest").value(&typed.note).errors(errors).optional();
    html! {
        form.card.stack method="post" action=(frame.links.to("/invites")) {
            p { b.strong { (left) " of " (format::count(mine.allowance.limit.into(), "guest", "guests")) " left." } " " (back(frame, mine.allowance)) }
            (errors.alert())
            div.two {
                (Field::new("uses", "How many it lets in").value(&typed.uses).errors(errors).maxlength(3).required().number())
                (Field::new("days", "The link ends").value(&typed.days).errors(errors).select(&days))
            }
            (u16::try_from(MOST_NOTE).map_or(note, |most| note.maxlength(most)).textarea())
            p.sub { (sees(&mine.sees)) }
            div { (Button::new("Make a link").icon(Icon::Door).primary().busy("Making").submit()) }
        }
    }
}

fn sees(titles: &[String]) -> String {
    match titles {
        [] => "They can sign in here; on Plex they see what everybody does.".to_owned(),
        some => format!("They will see {}.", format::list(&some.iter().map(String::as_str).collect::<Vec<_>>())),
    }
}

/// How places come back: "Your links keep 1 place open: take it back, and it is yours again. One more from 12 Dec on."
fn back(frame: &Frame, allowance: Allowance) -> Markup {
    let kept = match allowance.open {
        0 => None,
        1 => Some("Your links keep 1 place open: take it back, and it is yours again.".to_owned()),
        n => Some(format!("Your links keep {n} places open: take them back, and they are yours again.")),
    };
    // Who has more than they may by now has to wait longer than for the first.
    let is_within = allowance.open.saturating_add(allowance.came) <= allowance.limit;
    let day = |at: chrono::DateTime<chrono::Utc>| {
        frame.clock.time(at, &frame.clock.day(at.with_timezone(&frame.clock.zone).date_naive()))
    };
    html! {
        @if let Some(kept) = &kept { (kept) " " }
        @if let Some(at) = allowance.resets_at.filter(|_| is_within) { "One more from " (day(at)) " on." }
    }
}

fn links(frame: &Frame, mine: &Mine) -> Markup {
    if mine.total == 0 {
        let words = html! { "A link is there as soon as you make one. Send it, or let it be scanned." };
        return empty::empty(Icon::Door, "You have not invited anybody yet", words, html! {});
    }
    html! {
        div.stack { @for link in &mine.links { (one(frame, link)) } (pages(frame, mine)) }
    }
}

fn one(frame: &Frame, link: &Link) -> Markup {
    let (told, now) = (&link.told, frame.clock.now());
    let invite = &told.invite;
    let works = invite.standing(now) == Standing::Open && !told.is_forsaken;
    let stands = matches!(invite.standing(now), Standing::Open | Standing::Paused);
    card::card(html! {
        div.line {
            div.grow {
                b.strong { "Made " (frame.clock.ago(invite.made_at)) }
                p.sub { (words::used(invite)) " used. " (ends(frame, invite)) }
            }
            (words::state_of(told, now))
        }
        @if !invite.note.is_empty() { p.small.soft { (format::quoted(&invite.note)) } }
        @if works {
            div.joined {
                input.input.mono readonly value=(told.link) aria-label="The whole link";
                button.btn type="button" data-copy { "Copy" }
            }
            (card::fold(html! { "To be scanned" }, html! {}, false, PreEscaped(super::super::qr::svg(&told.link))))
        }
        (came(frame, &link.came))
        @if stands {
            div { (Button::new("Take back").icon(Icon::Undo).small().link(&frame.links.to(&format!("/invites/{}/end", invite.id)))) }
        }
    })
}

fn ends(frame: &Frame, invite: &Invite) -> Markup {
    html! {
        @match invite.expires_at {
            Some(at) if at <= frame.clock.now() => { "It ended " (frame.clock.ago(at)) "." }
            Some(at) => { "It ends " (frame.clock.stamp(at)) "." }
            None => "It has no end.",
        }
    }
}

fn came(frame: &Frame, came: &[InviteUse]) -> Markup {
    let more = came.len().saturating_sub(MOST_NAMED);
    html! {
        @if !came.is_empty() {
            ul.rows aria-label="Who came by it" {
                @for one in came.iter().take(MOST_NAMED) {
                    li { div.line { div.grow { bdi { (one.name) } p.sub { (frame.clock.ago(one.changed_at)) } } (state(one)) } }
                }
            }
            @if more > 0 { p.small.muted { "And " (more) " more." } }
        }
    }
}

fn pages(frame: &Frame, mine: &Mine) -> Markup {
    let from = (mine.page - 1) * mine.per_page + 1;
    let to = from + mine.links.len() as i64 - 1;
    let at = |page: i64| {
        let page = if page > 1 { page.to_string() } else { String::new() };
        frame.links.query("/invites", &[("page", &page)])
    };
    let back = (mine.page > 1).then(|| at(mine.page - 1));
    let next = (to < mine.total).then(|| at(mine.page + 1));
    pager::pager(from, to, mine.total, back.as_deref(), next.as_deref())
}

/// Asks before a link is taken back.
pub fn end(frame: &Frame, invite: &Invite) -> Page {
    let words = match invite.left() {
        Some(1) => {
            "It lets nobody in from then on, and the place that nobody has used is yours again. Whoever came in stays in."
        }
        _ => {
            "It lets nobody in from then on, and the places that nobody has used are yours again. Whoever came in stays in."
        }
    };
    let end = html! {
        (Button::new("Take it back").icon(Icon::Undo).danger().busy("Taking back").submit())
        (Button::new("Keep it").quiet().link(&frame.links.to("/invites")))
    };
    let body = html! {
        (card::page_head("Take this link back?", Some(words), html! {}))
        (form::form(&frame.links.to(&format!("/invites/{}/end", invite.id)), html! {}, end))
    };
    Page::new(frame, Place::Account, "Take a link back", body)
}
