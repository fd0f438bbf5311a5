//! Taking a request back: says what that does, and asks once.

use maud::{Markup, html};

use super::options::withdrawing;
use super::parcel::Parcel;
use crate::ui::{Button, Frame, Page, Place, card, dialog};

pub fn page(frame: &Frame, parcel: &Parcel) -> Page {
    let heading = heading(parcel);
    let body = html! {
        (card::page_head(&heading, None, html! {}))
        form.form method="post" action=(super::options::withdraw_path(frame, parcel)) {
            p { (withdrawing(parcel)) }
            div.form-end.actions.dock { (send()) (Button::new("Keep it").quiet().link(&back(frame, parcel))) }
        }
    };
    Page::new(frame, Place::MyRequests, heading, body)
}

pub fn dialog(frame: &Frame, parcel: &Parcel) -> Markup {
    let back = back(frame, parcel);
    let footer = html! { a.btn.quiet href=(back) data-close { "Keep it" } (send()) };
    let action = super::options::withdraw_path(frame, parcel);
    dialog::swapping(&heading(parcel), &action, &back, html! { p { (withdrawing(parcel)) } }, footer)
}

fn heading(parcel: &Parcel) -> String {
    format!("Withdraw {}", parcel.card.name())
}

fn send() -> Markup {
    Button::new("Withdraw request").danger().busy("Withdrawing").submit()
}

fn back(frame: &Frame, parcel: &Parcel) -> String {
    frame.links.to(&super::path(parcel.card.request.id))
}
