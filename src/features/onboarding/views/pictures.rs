//! The pictures that welcome pages can show.

use maud::{Markup, html};

use crate::domain::welcome::picture::{self, Picture};
use crate::ui::form::{Errors, several};
use crate::ui::{Button, Frame, Icon, card, format};

pub struct Pictures {
    pub all: Vec<Picture>,
    /// Of the form that adds one.
    pub errors: Errors,
}

const HELP: &str = "PNG, JPEG, WebP or GIF, up to 1 MB. Everybody who is signed in can see it.";

pub fn section(frame: &Frame, pictures: &Pictures, writes: bool) -> Markup {
    let body = html! {
        div.stack {
            @if pictures.all.is_empty() { p.soft { "None yet. Pages show pictures of this house only." } }
            @else { (card::rows(pictures.all.iter().map(|one| row(frame, one, writes)))) }
            @if writes { (upload(frame, &pictures.errors)) }
        }
    };
    card::section("pictures", "Pictures", html! {}, body)
}

fn row(frame: &Frame, one: &Picture, writes: bool) -> Markup {
    let path = picture::path(one.id);
    let about = format!("Markdown for {}", one.name);
    html! {
        div.line.picture {
            img src=(frame.links.to(&path)) alt="" width="56" height="56" loading="lazy";
            div.grow.stack-2 {
                p { b.strong { bdi { (one.name) } } " " span.sub { (format::size(one.bytes as f64)) } }
                div.joined {
                    input.input.mono readonly value=(markdown(one)) aria-label=(about);
                    button.btn type="button" data-copy { "Copy" }
                }
            }
            @if writes {
                (Button::new("Delete").small().quiet()
                    .link(&frame.links.to(&format!("/admin/onboarding/pictures/{}/removal", one.id))))
            }
        }
    }
}

/// What stands in a text that shows it.
pub fn markdown(one: &Picture) -> String {
    let words: String =
        one.name.rsplit_once('.').map_or(one.name.as_str(), |(stem, _)| stem).replace(['[', ']', '\\'], "");
    format!("![{words}]({})", picture::path(one.id))
}

fn upload(frame: &Frame, errors: &Errors) -> Markup {
    let field = html! {
        input.input type="file" name="file" aria-label="A picture for the pages"
            accept="image/png,image/jpeg,image/webp,image/gif" required;
    };
    html! {
        form.card.stack method="post" action=(frame.links.to("/admin/onboarding/pictures")) enctype="multipart/form-data" {
            (several("file", "Add a picture", HELP, errors, field))
            div { (Button::new("Upload").icon(Icon::Plus).busy("Uploading").submit()) }
        }
    }
}
