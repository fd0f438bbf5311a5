//! Asks before a page or a picture is deleted.

use maud::html;

use crate::domain::welcome::WelcomePage;
use crate::domain::welcome::picture::Picture;
use crate::ui::{Button, Frame, Icon, Page, Place, card, form, format};

pub fn page(frame: &Frame, page: &WelcomePage) -> Page {
    let words = "Newcomers are not shown it any more, and nobody can read it again. Its text is gone for good; to keep \
                 it for later, switch it off.";
    let title = format!("Delete the page {}?", format::quoted(&page.title));
    ask(frame, &title, words, &format!("/admin/onboarding/{}/removal", page.id), "Delete this page")
}

/// `on` are the titles of pages that show it.
pub fn picture(frame: &Frame, picture: &Picture, on: &[&str]) -> Page {
    let words = match on {
        [] => "No page shows it.".to_owned(),
        on => format!("It is shown on {}: only its description will stand there.", format::list(on)),
    };
    let title = format!("Delete the picture {}?", format::quoted(&picture.name));
    let action = format!("/admin/onboarding/pictures/{}/removal", picture.id);
    ask(frame, &title, &words, &action, "Delete this picture")
}

fn ask(frame: &Frame, title: &str, words: &str, action: &str, label: &str) -> Page {
    let end = html! {
        (Button::new(label).icon(Icon::Trash).danger().busy("Deleting").submit())
        (Button::new("Keep it").quiet().link(&frame.links.to("/admin/onboarding")))
    };
    let body = html! {
        (card::page_head(title, Some(words), html! {}))
        (form::form(&frame.links.to(action), html! {}, end))
    };
    Page::new(frame, Place::Onboarding, title.to_owned(), body)
}
