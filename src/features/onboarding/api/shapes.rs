//! Welcome pages as programs send and read them.

use poem_openapi::Object;

use crate::domain::ids::InviteId;
use crate::domain::welcome::form::{Readers, TypedPage};
use crate::domain::welcome::{Audience, WelcomePage};
use crate::error::AppError;

/// A link that has to be pressed before the next page opens.
#[derive(Debug, Object)]
#[oai(rename = "WelcomeGate", deny_unknown_fields)]
pub struct GateShape {
    /// What its button says.
    label: String,
    /// Where it leads: http, https, or a path of the house.
    url: String,
}

/// A welcome page as it is made or changed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct WelcomePageDraft {
    title: String,
    /// Markdown. Pictures are those of the house only.
    body: String,
    /// Left out, there is none.
    gate: Option<GateShape>,
    /// Only those who came by one of these invites read it. Left out, everybody does.
    invites: Option<Vec<i64>>,
    /// Left out, it is shown.
    enabled: Option<bool>,
}

/// What newcomers read after they have come in.
#[derive(Debug, Object)]
#[oai(rename = "WelcomePage")]
pub struct WelcomePageShape {
    id: i64,
    title: String,
    /// Markdown.
    body: String,
    gate: Option<GateShape>,
    /// Those who came by one of these invites read it; None is everybody. Empty: its invites are deleted.
    invites: Option<Vec<i64>>,
    enabled: bool,
}

impl WelcomePageShape {
    pub fn of(page: WelcomePage) -> Self {
        let invites = match page.audience {
            Audience::Everybody => None,
            Audience::Invites(ids) => Some(ids.into_iter().map(|id| id.0).collect()),
        };
        Self {
            id: page.id.0,
            title: page.title,
            body: page.body,
            gate: page.gate.map(|gate| GateShape { label: gate.label, url: gate.url }),
            invites,
            enabled: page.enabled,
        }
    }
}

impl WelcomePageDraft {
    /// As if it stood in the form.
    pub fn typed(self) -> TypedPage {
        let readers = if self.invites.is_some() { Readers::Invites } else { Readers::Everybody };
        let (gate_label, gate_url) = self.gate.map(|gate| (gate.label, gate.url)).unwrap_or_default();
        TypedPage {
            title: self.title,
            body: self.body,
            gate_label,
            gate_url,
            readers: readers.to_string(),
            invites: self.invites.unwrap_or_default().into_iter().map(|id| InviteId(id).to_string()).collect(),
            enabled: self.enabled.unwrap_or(true),
        }
    }
}

/// What is wrong by the names that fields have here.
pub fn renamed(error: AppError) -> AppError {
    error.renamed(&[("gate_label", "gate.label"), ("gate_url", "gate.url"), ("readers", "invites")])
}
