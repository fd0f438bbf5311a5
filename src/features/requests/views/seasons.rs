//! Which seasons: quick choices that stay in the address, and a table to tick. Where the list is not there (yet), the quick
//! choices that need none remain.

use maud::{Markup, html};

use super::words;
use crate::domain::request::ScopeKind;
use crate::ui::badge::badge;
use crate::ui::form::{Errors, hidden};
use crate::ui::table::{Column, kept};
use crate::ui::{Icon, Kind, alert, format};

#[derive(Debug, Clone)]
pub struct Seasons {
    /// The quick choice that is taken.
    pub chosen: ScopeKind,
    /// The list of seasons, or why there is none.
    pub list: List,
    /// Season numbers that are ticked.
    pub ticked: Vec<i32>,
    /// Ticked in a form that was read before they were asked for, or came.
    pub late: Vec<i32>,
    /// What the quick choice ticked; another set means chosen seasons.
    pub preset: Vec<i32>,
    /// All of this is about 4K.
    pub is_4k: bool,
    /// It is shown in the dialog, whose links load it anew.
    pub in_dialog: bool,
}

impl Seasons {
    /// Just what the quick choice ticked is ticked.
    pub fn is_preset(&self) -> bool {
        self.ticked.len() == self.preset.len() && self.ticked.iter().all(|number| self.preset.contains(number))
    }

    /// What the quick choice ticked, in a hidden field: who has changed nothing of it gets the same choice anew.
    pub fn preset_words(&self) -> String {
        let numbers: Vec<String> = self.preset.iter().map(i32::to_string).collect();
        numbers.join(",")
    }

    /// The address of the form with a quick choice.
    fn choosing(&self, address: &str, scope: ScopeKind) -> String {
        let picture = if self.is_4k { "&is_4k=yes" } else { "" };
        format!("{address}?scope={scope}{picture}")
    }
}

#[derive(Debug, Clone)]
pub enum List {
    Known(Vec<Season>),
    /// The service did not answer within a page's patience: what to say.
    Silent(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Season {
    pub number: i32,
    /// Episodes on Plex, as far as the reader may see.
    pub there: usize,
    /// Episodes it has or will have, when that is known.
    pub of: Option<i64>,
    pub now: Now,
    pub bytes: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    OnPlex,
    OnItsWay,
    Missing,
}

/// Quick choices in the order they are offered.
pub const QUICK: [ScopeKind; 4] = [ScopeKind::All, ScopeKind::Latest, ScopeKind::Future, ScopeKind::First];

pub fn fieldset(address: &str, seasons: &Seasons, errors: &Errors) -> Markup {
    let here = seasons.choosing(address, seasons.chosen);
    html! {
        fieldset aria-describedby=[errors.of("seasons").map(|_| "seasons-error")] {
            legend { @if seasons.is_4k { "What would you like in 4K?" } @else { "What would you like?" } }
            div.stack-2 {
                (quick(address, seasons))
                @match &seasons.list {
                    List::Known(rows) => { @if !rows.is_empty() { (table(address, seasons, rows)) } },
                    List::Silent(words) => (alert::degraded(words, &here)),
                }
                @if let Some(words) = errors.of("seasons") {
                    p.error #seasons-error { (crate::ui::icon::small(Icon::Alert)) (words) }
                }
            }
        }
        (hidden("scope", seasons.chosen.as_str()))
        (hidden("preset", &seasons.preset_words()))
    }
}

/// Links, so that they work without scripts; in the dialog they load its content anew.
fn quick(address: &str, seasons: &Seasons) -> Markup {
    html! {
        div.chips role="group" aria-label="Quick choice" {
            @for scope in QUICK {
                @let href = seasons.choosing(address, scope);
                a.chip href=(href) hx-get=[seasons.in_dialog.then_some(&href)]
                    hx-target=[seasons.in_dialog.then_some("#dialog")] hx-swap=[seasons.in_dialog.then_some("innerHTML")]
                    aria-current=[(scope == seasons.chosen && seasons.is_preset()).then_some("true")] { (label(scope)) }
            }
        }
    }
}

fn label(scope: ScopeKind) -> &'static str {
    match scope {
        ScopeKind::All => "All that is missing",
        ScopeKind::Seasons => "Chosen seasons",
        other => other.label(),
    }
}

fn table(address: &str, seasons: &Seasons, rows: &[Season]) -> Markup {
    let columns =
        [Column::new("Choose").hidden(), Column::new("Season"), Column::new("Now"), Column::new("Size").number()];
    html! {
        div hx-post=(address) hx-trigger="change" hx-include="closest form" hx-vals=r#"{"look":"price"}"# hx-target="#price"
            hx-swap="outerHTML" {
            (kept(&columns, html! { @for season in rows { (row(season, seasons.ticked.contains(&season.number))) } }))
        }
    }
}

fn row(season: &Season, ticked: bool) -> Markup {
    let name = words::season(season.number);
    let open = season.now == Now::Missing;
    html! {
        tr {
            td {
                input.check type="checkbox" name="seasons" value=(season.number) aria-label=(name) checked[ticked && open]
                    disabled[!open];
            }
            th scope="row" {
                span.nowrap { (name) }
                p.sub { (there(season)) }
            }
            td { (now(season.now)) }
            td.num {
                @match season.bytes.filter(|_| open) {
                    Some(bytes) => (format::rough_size(bytes as f64)),
                    None => span.muted { "–" },
                }
            }
        }
    }
}

fn there(season: &Season) -> String {
    match season.of {
        Some(of) => format!("{} of {} there", season.there, of.max(season.there as i64)),
        None if season.there == 0 => "none there".to_owned(),
        None => format!("{} there", format::count(season.there as i64, "episode", "episodes")),
    }
}

fn now(now: Now) -> Markup {
    match now {
        Now::OnPlex => badge(Kind::Good, Icon::Check, "On Plex"),
        Now::OnItsWay => badge(Kind::Accent, Icon::Download, "On its way"),
        Now::Missing => badge(Kind::Neutral, Icon::Plus, "Missing"),
    }
}
