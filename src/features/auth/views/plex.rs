//! The pages of a sign-in with Plex: waiting, over, and not for you.

use maud::{Markup, html};

use crate::domain::people::PlexVerdict;
use crate::ui::icon::icon;
use crate::ui::{Button, Frame, Icon, Links, Page};

/// How often the waiting page looks again where scripts don't run.
const LOOK_AGAIN: u16 = 3;

/// The page that waits. A guest's says whose it is, so that the invite is found also without the cookie.
pub fn wait_path(invite: Option<&str>) -> String {
    Links::default().query("/login/plex/wait", &[("next", invite.unwrap_or_default())])
}

/// `plex` is Plex's own page, once Plex has given one; `invite` is that of a guest.
pub fn waiting(frame: &Frame, plex: Option<&str>, invite: Option<&str>) -> Page {
    Page::plain(frame, "Waiting for Plex", waiting_part(frame, plex, invite)).refresh(LOOK_AGAIN)
}

/// The part that is looked at again and again, and replaced by what comes next.
pub fn waiting_part(frame: &Frame, plex: Option<&str>, invite: Option<&str>) -> Markup {
    let here = frame.links.to(&wait_path(invite));
    html! {
        div.stack-8 #plex-wait hx-get=(here) hx-trigger="every 2s" hx-swap="outerHTML" {
            div.stack-2 role="status" {
                h1 { "Waiting for Plex" }
                @match plex {
                    Some(_) => p.soft { "Say yes on Plex’s page. This page goes on by itself as soon as Plex tells us." },
                    None => p.soft { "Plex is slow to answer today. Still asking; there is nothing to do but wait." },
                }
            }
            div.actions {
                @if let Some(plex) = plex {
                    a.btn.primary href=(plex) { (icon(Icon::Plex)) "Open Plex’s page" }
                    (Button::new("Look again").icon(Icon::Refresh).link(&here))
                }
                (Button::new("Back").quiet().link(&frame.links.to(invite.unwrap_or("/login"))))
            }
        }
    }
}

/// It let nobody in. `verdict` is missing when there is no sign-in at all. Whoever is not known may ask, where anybody may.
pub fn over(frame: &Frame, verdict: Option<PlexVerdict>, may_ask: bool) -> Page {
    let may_ask = may_ask && verdict == Some(PlexVerdict::Refused);
    let (title, words) = match verdict {
        Some(PlexVerdict::Refused) => (
            "This house does not know you yet",
            "You are signed in to Plex, but nothing of this house is shared with your account. If you were invited, accept \
             the invitation in Plex first; else ask whoever runs this house to share it with you.",
        ),
        Some(PlexVerdict::Unanswered) => (
            "Plex is not answering",
            "The sign-in could not be finished and nothing was changed. Try again in a moment, or use a name and password.",
        ),
        Some(PlexVerdict::Lapsed | PlexVerdict::Admitted) => (
            "This sign-in is over",
            "Plex was not told yes in time, or it was used already. Nothing was changed. Begin again.",
        ),
        None => (
            "No sign-in is under way here",
            "Begin on the sign-in page. If you did, your browser may have refused Usherr’s cookie.",
        ),
    };
    let body = html! {
        div.stack.center { h1 { (title) } p.soft { (words) } }
        @if may_ask { (Button::new("Ask to come in").icon(Icon::Door).primary().big().link(&frame.links.to("/ask"))) }
        (to_sign_in(frame, !may_ask))
    };
    Page::plain(frame, title, body).dark()
}

/// It did not come to know a guest, who goes on where they began.
pub fn over_for_guest(frame: &Frame, verdict: Option<PlexVerdict>, invite: &str) -> Page {
    let (title, words) = match verdict {
        Some(PlexVerdict::Unanswered) => ("Plex is not answering", "Your invite is safe; try again in a moment."),
        Some(_) => (
            "This sign-in is over",
            "Plex was not told yes in time, or it was used already. Your invite is safe; sign in once more from there.",
        ),
        None => (
            "No sign-in is under way here",
            "Your invite is safe; sign in from there. If you did, your browser may have refused Usherr’s cookie.",
        ),
    };
    let body = html! {
        div.stack.center { h1 { (title) } p.soft { (words) } }
        (Button::new("Back to the invite").icon(Icon::Door).primary().big().link(&frame.links.to(invite)))
    };
    Page::plain(frame, title, body).dark()
}

fn to_sign_in(frame: &Frame, is_main: bool) -> Markup {
    let button = Button::new("To the sign-in page");
    let button = if is_main { button.primary().big() } else { button.quiet() };
    button.link(&frame.links.to("/login"))
}
