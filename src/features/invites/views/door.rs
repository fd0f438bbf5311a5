//! The door as a guest sees it: the ticket, the steps, and the one thing to do now.

use maud::{Markup, html};

use self::home::HomeStep;
use super::words::{self, Told};
use crate::domain::invite::Standing;
use crate::domain::invite::refusal::Refusal;
use crate::ui::form::hidden;
use crate::ui::icon::{icon, small};
use crate::ui::{Button, Frame, Icon, Kind, Page, alert, badge, format};

pub mod home;

pub struct Door {
    pub told: Told,
    pub scene: Scene,
}

/// How far a guest is.
pub enum Scene {
    /// Nobody knows them yet.
    Stranger,
    /// By the name of their account.
    Known(String),
    UnderWay {
        name: String,
        accepting: bool,
        is_slow: bool,
    },
    In {
        name: String,
        /// None where the invite gives no place in the Plex Home.
        home: Option<HomeStep>,
    },
    Refused {
        name: String,
        refusal: Refusal,
        /// Another try may help; of those who are out, signing in.
        may_try: bool,
        /// Plex's own words, where ours say little.
        said: Option<String>,
    },
    Closed(Standing),
    /// Whoever made the link may not invite any more.
    Forsaken,
}

impl Scene {
    pub fn refused(name: String, refusal: Refusal, may_try: bool) -> Self {
        Self::Refused { name, refusal, may_try, said: None }
    }
}

/// How often the page looks again where scripts don't run.
const LOOK_AGAIN: u16 = 3;

pub fn page(frame: &Frame, door: &Door) -> Page {
    let page = Page::plain(frame, format!("Come in to {}", frame.house), part(frame, door));
    match &door.scene {
        Scene::UnderWay { .. } => page.refresh(LOOK_AGAIN),
        Scene::In { home: Some(home), .. } if home.waits() && !home.is_slow => page.refresh(LOOK_AGAIN),
        Scene::Closed(_) | Scene::Forsaken | Scene::Refused { .. } => page.dark(),
        _ => page,
    }
}

pub fn unknown(frame: &Frame) -> Page {
    let body = html! {
        div.stack.center {
            h1 { "There is no such invite" }
            p.soft { "The link may be cut off, or the invite was deleted. Ask whoever sent it to you for a new one." }
        }
        (Button::new("I have an account here").link(&frame.links.to("/login")))
    };
    Page::plain(frame, "No such invite", body).dark()
}

/// The part that goes on by itself while something is being done.
pub fn part(frame: &Frame, door: &Door) -> Markup {
    let here = frame.links.to(&format!("/invite/{}", door.told.invite.code));
    let live = matches!(door.scene, Scene::UnderWay { .. });
    html! {
        div.stack-8 #door hx-get=[live.then_some(&here)] hx-trigger=[live.then_some("every 2s")] hx-swap="outerHTML" {
            (ticket(frame, door))
            @match &door.scene {
                Scene::Closed(standing) => (closed(frame, *standing)),
                Scene::Forsaken => (forsaken(frame, &door.told)),
                Scene::Refused { name, refusal, may_try, said } => (refused(frame, door, name, (*refusal, said.as_deref()), *may_try)),
                scene => (steps(frame, door, scene)),
            }
            (foot(frame, door))
        }
    }
}

fn ticket(frame: &Frame, door: &Door) -> Markup {
    let told = &door.told;
    let invite = &told.invite;
    let now = frame.clock.now();
    html! {
        article.ticket.tall {
            div.body.stack.center {
                p.sub { @match &told.by { Some(by) => { bdi { (by) } " invites you to" } None => "You are invited to" } }
                h1 { bdi { (frame.house) } }
                @if !invite.note.is_empty() { p.soft { "“" bdi { (invite.note) } "”" } }
            }
            div.stub {
                div.line {
                    div.grow { (sees(told)) }
                    @match invite.standing(now) {
                        // A place in it is theirs, whatever becomes of it.
                        _ if matches!(door.scene, Scene::UnderWay { .. } | Scene::In { .. }) => (badge::badge(Kind::Good, Icon::Check, "Yours")),
                        Standing::Open if !told.is_forsaken => (badge::badge(Kind::Good, Icon::Check, "Valid")),
                        _ => (words::state_of(told, now)),
                    }
                }
                div.line {
                    div.grow { (stay(frame, told)) }
                    @if let (Some(left), Some(uses)) = (invite.left(), invite.uses) {
                        @if uses > 1 { span.muted { (left) " of " (format::count(uses.into(), "place", "places")) " left" } }
                    }
                }
                @if invite.home { div.line { div.grow { "And a place in the Plex Home" } } }
                @if let (Standing::Open, Some(end)) = (invite.standing(now), invite.expires_at) {
                    div.line { div.grow.muted { "The link works until " (frame.clock.until(end)) } }
                }
            }
        }
    }
}

fn sees(told: &Told) -> String {
    match told.sees.as_slice() {
        [] => "Nothing yet".to_owned(),
        some => format::list(&some.iter().map(String::as_str).collect::<Vec<_>>()),
    }
}

fn stay(frame: &Frame, told: &Told) -> String {
    match told.stay.last_day(frame.clock.today()) {
        Some(day) => format!("Stay until {}", frame.clock.day(day)),
        None => "Stay as long as you like".to_owned(),
    }
}

/// Where a step of the way stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Done,
    Now,
    Later,
}

fn steps(frame: &Frame, door: &Door, scene: &Scene) -> Markup {
    let reached = match scene {
        Scene::Stranger => 0,
        Scene::Known(_) => 1,
        Scene::UnderWay { accepting: false, .. } => 1,
        Scene::UnderWay { accepting: true, .. } => 2,
        _ => 3,
    };
    let at = |step: usize| match () {
        () if step < reached => At::Done,
        () if step == reached => At::Now,
        () => At::Later,
    };
    let here = frame.links.to(&format!("/invite/{}", door.told.invite.code));
    html! {
        section.stack aria-labelledby="steps" {
            h2.visually-hidden #steps { "Steps" }
            ol.steps {
                (step(1, at(0), "Sign in with Plex", sign_in(frame, door, scene)))
                (step(2, at(1), "We open the door", open(frame, door, scene)))
                (step(3, at(2), "Plex hears your yes", yes(door, scene)))
                (step(4, at(3), "Your first film", first(frame, scene)))
                (home::step(5, &here, scene, door.told.invite.home))
            }
        }
    }
}

fn step(number: usize, at: At, title: &str, more: Markup) -> Markup {
    let class = match at {
        At::Done => "done",
        At::Now => "now",
        At::Later => "later",
    };
    html! {
        li class=(class) aria-current=[(at == At::Now).then_some("step")] {
            (inner(number, at, title, more))
        }
    }
}

fn inner(number: usize, at: At, title: &str, more: Markup) -> Markup {
    html! {
        span.dot aria-hidden="true" { @if at == At::Done { (small(Icon::Check)) } @else { (number) } }
        div.stack-2 { p { b.strong { (title) } } (more) }
    }
}

fn said(words: &str) -> Markup {
    html! { p.small.soft { (words) } }
}

fn sign_in(frame: &Frame, door: &Door, scene: &Scene) -> Markup {
    match scene {
        Scene::Stranger => html! {
            (said("So that Plex knows whom to let in. New to Plex? You can make an account there; it costs nothing."))
            (to_plex(frame, door, to_plex_button()))
        },
        Scene::Known(name) | Scene::UnderWay { name, .. } | Scene::In { name, .. } => {
            html! { p.small.soft { "as " bdi { (name) } } }
        }
        _ => html! {},
    }
}

fn to_plex(frame: &Frame, door: &Door, button: Markup) -> Markup {
    html! {
        form.cluster method="post" action=(frame.links.to("/login/plex")) {
            (hidden("as_guest", "yes"))
            (hidden("next", &format!("/invite/{}", door.told.invite.code)))
            (button)
        }
    }
}

fn to_plex_button() -> Markup {
    html! { button.btn.primary.big type="submit" data-busy="Asking Plex" { (icon(Icon::Plex)) "Sign in with Plex" } }
}

fn open(frame: &Frame, door: &Door, scene: &Scene) -> Markup {
    let shared = format!("We share {} with you.", sees(&door.told));
    match scene {
        Scene::Known(_) => html! {
            (said(&shared))
            (come_in(frame, door, "Come in"))
        },
        Scene::UnderWay { accepting: false, is_slow, .. } => {
            going_on(*is_slow, "Being shared with you at this moment …")
        }
        _ => said(&shared),
    }
}

fn yes(door: &Door, scene: &Scene) -> Markup {
    match scene {
        Scene::UnderWay { accepting: true, is_slow, .. } => going_on(*is_slow, "Plex is being told at this moment …"),
        // There is one to look for yet.
        _ if door.told.invite.home => said("We tell Plex for you."),
        _ => said("No mail to look for: we tell Plex for you."),
    }
}

fn going_on(is_slow: bool, words: &str) -> Markup {
    let slow = "Plex is slow today. Your place is kept, and this goes on by itself, also when you close the page.";
    html! { p.small.soft role="status" { (if is_slow { slow } else { words }) } }
}

fn come_in(frame: &Frame, door: &Door, label: &str) -> Markup {
    let here = frame.links.to(&format!("/invite/{}/accept", door.told.invite.code));
    html! {
        form.cluster method="post" action=(here) { (Button::new(label).icon(Icon::Door).primary().big().busy("Opening").submit()) }
    }
}

fn first(frame: &Frame, scene: &Scene) -> Markup {
    match scene {
        Scene::In { .. } => html! {
            (said("The door is open. See what is new here, and ask for films."))
            (go_in(frame, "/welcome", html! { (icon(Icon::Play)) "Go in" }))
        },
        _ => said("On your phone, TV or in the browser"),
    }
}

/// Into Usherr, by the account that was shown at the door.
fn go_in(frame: &Frame, to: &str, words: Markup) -> Markup {
    if frame.viewer.is_some() {
        return html! { a.btn.primary.big href=(frame.links.to(to)) { (words) } };
    }
    html! {
        form.cluster method="post" action=(frame.links.to("/login/plex")) {
            (hidden("go_in", "yes"))
            (hidden("next", to))
            button.btn.primary.big type="submit" data-busy="Opening" { (words) }
        }
    }
}

fn refused(frame: &Frame, door: &Door, name: &str, (refusal, said): (Refusal, Option<&str>), may_try: bool) -> Markup {
    html! {
        section.stack role="status" {
            h2 { (refusal.headline()) }
            p { (refusal.sentence()) }
            @if let Some(words) = said { p.small.soft { (words) } }
            p.strong { (refusal.next()) }
            p.small.soft { "Signed in with Plex as " bdi { (name) } "." }
            @match refusal {
                Refusal::SignInAgain => (to_plex(frame, door, to_plex_button())),
                Refusal::KnownAlready => (go_in(frame, "/", html! { "Sign in" })),
                Refusal::Out if may_try => (go_in(frame, "/me", html! { "Sign in and see why" })),
                Refusal::Out => {}
                _ if may_try => (come_in(frame, door, "Try again")),
                _ => {}
            }
        }
    }
}

fn closed(frame: &Frame, standing: Standing) -> Markup {
    let words = match standing {
        Standing::Paused => "This invite rests at the moment. Come back later, or ask whoever sent it to you.",
        Standing::Expired => "Its time is over. Ask whoever sent it to you for a new one.",
        _ => "It was used as often as it works. Ask whoever sent it to you for a new one.",
    };
    html! { (alert::note(Kind::Warn, Icon::Door, words)) (have_an_account(frame)) }
}

/// For whoever has been here before.
fn have_an_account(frame: &Frame) -> Markup {
    html! { div { (Button::new("I have an account here").quiet().link(&frame.links.to("/login"))) } }
}

fn forsaken(frame: &Frame, told: &Told) -> Markup {
    let by = told.by.as_deref().unwrap_or("Whoever sent it to you");
    let words =
        html! { bdi { (by) } " can’t invite anybody any more, so this link lets nobody in. Whoever is in stays in." };
    html! { (alert::alert(Kind::Warn, Icon::Door, html! { p { (words) } }, html! {})) (have_an_account(frame)) }
}

fn foot(frame: &Frame, door: &Door) -> Markup {
    let may_change = matches!(door.scene, Scene::Known(_) | Scene::Refused { .. });
    let other = Button::new("Not you? Use another Plex account").quiet().small().busy("Asking Plex").submit();
    let may_go_on =
        !matches!(door.scene, Scene::Closed(_) | Scene::Forsaken | Scene::Refused { .. } | Scene::In { .. });
    html! {
        @if may_go_on { p.small.muted.center { "Takes about two minutes. Usherr never sees your Plex password." } }
        @if may_change { (to_plex(frame, door, other)) }
    }
}
