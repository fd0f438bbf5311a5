//! The two pages behind the link in a mail.

use maud::html;

use crate::domain::notice::NoticeKind;
use crate::ui::{Button, Frame, Page};

pub fn ask(frame: &Frame, kind: NoticeKind, token: &str) -> Page {
    let action = frame.links.to(&format!("/unsubscribe/{token}"));
    let body = html! {
        div.stack-2 {
            h1 { "No more of these mails?" }
            p.soft { "This stops one kind: “" (kind.label()) "”. The others go on, and you can turn it on again on your page." }
        }
        form.actions method="post" action=(action) {
            (Button::new("Stop these mails").primary().busy("Stopping").submit())
            (Button::new("Keep them").quiet().link(&frame.links.to("/")))
        }
    };
    Page::plain(frame, "Stop mails", body)
}

pub fn done(frame: &Frame, kind: NoticeKind) -> Page {
    let body = html! {
        div.stack-2 {
            h1 { "These mails have stopped" }
            p.soft { "“" (kind.label()) "” is not written to you any more. Your page turns it on again." }
        }
        div.actions { (Button::new("To your page").primary().link(&frame.links.to("/me"))) }
    };
    Page::plain(frame, "Mails stopped", body)
}
