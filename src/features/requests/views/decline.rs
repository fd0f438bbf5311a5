//! Saying no, with a reason that the asker reads.

use maud::{Markup, html};

use super::desk::Query;
use super::desk_row::{self, Row};
use super::{desk_path, row_id};
use crate::domain::ids::RequestId;
use crate::ui::form::{Errors, Field, hidden};
use crate::ui::{Button, Frame, Page, Place, card, dialog};

#[derive(Debug, Clone)]
pub struct Decline {
    pub id: RequestId,
    /// The asker's first name, for the button.
    pub asker: String,
    pub why: Why,
    pub words: String,
    /// The way leads back to the request's own page, not to the list.
    pub from_parcel: bool,
    pub errors: Errors,
}

crate::text_enum! {
    /// The reasons that come up most.
    #[derive(Default)]
    pub enum Why {
        NotOut = "not_out",
        OnPlex = "on_plex",
        NoRoom = "no_room",
        #[default]
        Other = "other",
    }
}

impl Why {
    pub fn label(self) -> &'static str {
        match self {
            Self::NotOut => "Not out yet",
            Self::OnPlex => "Already on Plex",
            Self::NoRoom => "No room",
            Self::Other => "Something else",
        }
    }

    /// What the asker reads: the reason, and the words if there are any. None when neither says anything.
    pub fn reason(self, words: &str) -> Option<String> {
        match (self, words.trim()) {
            (Self::Other, "") => None,
            (Self::Other, words) => Some(words.to_owned()),
            (why, "") => Some(format!("{}.", why.label())),
            (why, words) => Some(format!("{}. {words}", why.label())),
        }
    }
}

/// Below its row at the desk.
pub fn form(frame: &Frame, query: &Query, decline: &Decline) -> Markup {
    let action = frame.links.to(&desk_path(decline.id, "decline"));
    let keep = query.under(frame, &desk_path(decline.id, "row"));
    let target = format!("#{}", row_id(decline.id));
    html! {
        form.form method="post" action=(action) hx-post=(action) hx-target=(target) hx-swap="outerHTML" {
            (fields(decline))
            (query.carried())
            div.form-end {
                (send(decline))
                a.btn.quiet href=(query.address(frame)) hx-get=(keep) hx-target=(target) hx-swap="outerHTML" { "Keep it open" }
            }
        }
    }
}

/// Below it on a page of its own.
pub fn plain(frame: &Frame, query: &Query, decline: &Decline) -> Markup {
    html! {
        form.form method="post" action=(frame.links.to(&desk_path(decline.id, "decline"))) {
            (fields(decline))
            (query.carried())
            div.form-end { (send(decline)) (Button::new("Keep it open").quiet().link(&query.address(frame))) }
        }
    }
}

/// A page of its own: the row and the form.
pub fn page(frame: &Frame, query: &Query, row: &Row, decline: &Decline) -> Page {
    let heading = format!("Decline {}", row.card.name());
    let body = html! {
        (card::page_head(&heading, None, html! {}))
        div.card.flush { ul.rows { (desk_row::item_alone(frame, query, row, decline)) } }
    };
    Page::new(frame, Place::Requests, heading, body)
}

/// As a dialog, from the request's own page.
pub fn dialog(frame: &Frame, name: &str, decline: &Decline) -> Markup {
    let back = frame.links.to(&super::path(decline.id));
    let action = frame.links.to(&desk_path(decline.id, "decline"));
    let footer = html! { a.btn.quiet href=(back) data-close { "Keep it open" } (send(decline)) };
    dialog::swapping(&format!("Decline {name}"), &action, &back, fields(decline), footer)
}

/// One reason for several requests.
pub fn many(frame: &Frame, query: &Query, names: &[(RequestId, String)], decline: &Decline) -> Page {
    let count = crate::ui::format::count(names.len() as i64, "request", "requests");
    let heading = format!("Decline {count}");
    let body = html! {
        (card::page_head(&heading, Some("Everybody who asked reads the same words."), html! {}))
        (card::rows(names.iter().map(|(_, name)| html! { (name) })))
        form.form method="post" action=(frame.links.to("/admin/requests/decline")) {
            @for (id, _) in names { (hidden("request", &id.to_string())) }
            (hidden("sure", "1"))
            (fields(decline))
            (query.carried())
            div.form-end.actions.dock {
                (Button::new(&format!("Decline {count}")).danger().busy("Declining").submit())
                (Button::new("Keep them open").quiet().link(&query.address(frame)))
            }
        }
    };
    Page::new(frame, Place::Requests, heading, body)
}

fn fields(decline: &Decline) -> Markup {
    let label = format!("Words to {}", decline.asker);
    let id = format!("words-{}", decline.id);
    html! {
        (decline.errors.alert())
        fieldset {
            legend { "Decline, and say why" }
            div.cluster.wide {
                @for why in Why::ALL {
                    label.option {
                        input.check type="radio" name="why" value=(why) checked[*why == decline.why]
                            autofocus[*why == decline.why];
                        span { (why.label()) }
                    }
                }
            }
        }
        (Field::new("reason", &label).id(&id).value(&decline.words).maxlength(1000).errors(&decline.errors).text())
        @if decline.from_parcel { (hidden("from", "parcel")) }
    }
}

fn send(decline: &Decline) -> Markup {
    Button::new(&format!("Decline and tell {}", decline.asker)).danger().busy("Declining").submit()
}
