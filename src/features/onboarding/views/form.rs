//! One welcome page as a form, with what a newcomer would see beside it.

use maud::{Markup, html};

use super::pictures;
use crate::domain::ids::WelcomePageId;
use crate::domain::welcome::form::{MOST_LABEL, MOST_TITLE, MOST_URL, Readers, TypedPage};
use crate::domain::welcome::picture::Picture;
use crate::ui::form::{Choice, Errors, Field, check, hidden, several, switch};
use crate::ui::icon::small;
use crate::ui::{Button, Frame, Icon, Page, Place, card, prose};

pub struct Form {
    /// None of a new one.
    pub id: Option<WelcomePageId>,
    pub typed: TypedPage,
    /// Id and name.
    pub invites: Vec<(String, String)>,
    pub pictures: Vec<Picture>,
    pub errors: Errors,
    /// Others read only.
    pub may_write: bool,
}

const SENTENCE: &str = "Newcomers read it after they have come in, in its place among the others.";

pub fn form(frame: &Frame, form: &Form) -> Page {
    let title = match (&form.id, form.typed.title.as_str()) {
        (None, _) => "New welcome page",
        (Some(_), "") => "Welcome page",
        (Some(_), title) => title,
    };
    let body = html! {
        (card::page_head(title, Some(SENTENCE), html! {}))
        div.split.lead {
            (fields(frame, form))
            section.stack aria-labelledby="preview-head" {
                h2 #preview-head { "What a newcomer sees" }
                div.card #preview { (preview(frame, &form.typed)) }
            }
        }
    };
    Page::new(frame, Place::Onboarding, title.to_owned(), body)
}

/// What the page looks like as typed.
pub fn preview(frame: &Frame, typed: &TypedPage) -> Markup {
    html! {
        div.stack {
            @if !typed.title.is_empty() { p.strong { bdi { (typed.title) } } }
            @if typed.body.is_empty() { p.soft { "Nothing yet." } } @else { (prose::prose(&frame.links, &typed.body)) }
            @if !typed.gate_label.is_empty() {
                p { span.tag { (small(Icon::External)) bdi { (typed.gate_label) } } }
            }
        }
    }
}

fn fields(frame: &Frame, form: &Form) -> Markup {
    let path = form.id.map_or("new".to_owned(), |id| id.to_string());
    let preview = frame.links.to("/admin/onboarding/preview");
    html! {
        form.form method="post" action=(frame.links.to(&format!("/admin/onboarding/{path}"))) {
            @if let Some(id) = form.id { (hidden("page", &id.to_string())) }
            fieldset.form disabled[!form.may_write] {
                (form.errors.alert())
                div.form hx-post=(preview) hx-trigger="input delay:400ms" hx-include="closest form" hx-target="#preview"
                    hx-swap="innerHTML" { (text(form)) (gate(form)) }
                (readers(form))
                (switch("enabled", "yes", "Newcomers read it", "Off, it is shown to nobody.", form.typed.enabled))
            }
            @if form.may_write {
                div.form-end.actions.dock {
                    (Button::new("Save").icon(Icon::Check).primary().busy("Saving").submit())
                    (Button::new("Preview").icon(Icon::Eye).to(&preview).unchecked().submit())
                    (Button::new("Not now").quiet().link(&frame.links.to("/admin/onboarding")))
                }
            }
        }
    }
}

fn text(form: &Form) -> Markup {
    const HELP: &str = "Markdown: # for a heading, an empty line between paragraphs, - or 1. for lists, **bold**, \
                        [words](https://address) for a link. Pictures come from this house; none from elsewhere are shown.";
    let (typed, errors) = (&form.typed, &form.errors);
    let title = Field::new("title", "Title").value(&typed.title).errors(errors).required().autocomplete("off");
    html! {
        (u16::try_from(MOST_TITLE).map_or(title, |most| title.maxlength(most)).text())
        div.long { (Field::new("body", "Text").value(&typed.body).errors(errors).help(HELP).required().textarea()) }
        @if !form.pictures.is_empty() { (shown(form)) }
    }
}

/// The pictures there are, with what to type for each.
fn shown(form: &Form) -> Markup {
    html! {
        details.fold {
            summary { (small(Icon::ChevronRight)) span.grow { "Pictures to put in" } }
            div.stack-2 {
                @for one in &form.pictures {
                    div.joined {
                        input.input.mono readonly value=(pictures::markdown(one)) aria-label=(one.name);
                        button.btn type="button" data-copy { "Copy" }
                    }
                }
            }
        }
    }
}

fn gate(form: &Form) -> Markup {
    let (typed, errors) = (&form.typed, &form.errors);
    let open = !typed.gate_label.is_empty() || !typed.gate_url.is_empty();
    let label = Field::new("gate_label", "What its button says")
        .value(&typed.gate_label)
        .errors(errors)
        .placeholder("Read the house rules")
        .autocomplete("off");
    let url = Field::new("gate_url", "Where it leads")
        .value(&typed.gate_url)
        .errors(errors)
        .placeholder("https://…")
        .autocomplete("off");
    html! {
        details.fold open[open] {
            summary { (small(Icon::ChevronRight)) span.grow { "Gate: a link to press before the next page opens" } }
            div.two {
                (u16::try_from(MOST_LABEL).map_or(label, |most| label.maxlength(most)).text())
                (u16::try_from(MOST_URL).map_or(url, |most| url.maxlength(most)).url())
            }
        }
    }
}

/// Both choices stand there; without scripts, too, only the chosen one is shown.
fn readers(form: &Form) -> Markup {
    let (typed, errors) = (&form.typed, &form.errors);
    let choices = [
        Choice::new(Readers::Everybody.as_str(), "Everybody"),
        Choice::new(Readers::Invites.as_str(), "Some invites").help("only those who came by one of them"),
    ];
    let invites = html! {
        @if form.invites.is_empty() { p.soft { "There are no invites yet." } }
        div.options {
            @for (id, name) in &form.invites { (check("invites", id, name, "", typed.invites.contains(id))) }
        }
    };
    html! {
        div.either {
            (Field::new("readers", "Who reads it").value(&typed.readers).errors(errors).options(&choices))
            div.other { (several("invites", "Invites", "", errors, invites)) }
        }
    }
}
