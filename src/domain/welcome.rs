//! Welcome pages: what newcomers read once, one page after the other.

use super::ids::{InviteId, WelcomePageId};

pub mod defaults;
pub mod form;
pub mod markdown;
pub mod picture;
pub mod way;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WelcomePage {
    pub id: WelcomePageId,
    pub title: String,
    /// Markdown, as it was typed.
    pub body: String,
    pub gate: Option<Gate>,
    pub audience: Audience,
    /// Nobody is shown a page that is off.
    pub enabled: bool,
}

/// A link that has to be pressed before the next page opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What its button is called.
    pub label: String,
    /// Outside, or a path of ours.
    pub url: String,
}

/// Whom a page is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    Everybody,
    /// Those who came by one of these; nobody once all of them are deleted.
    Invites(Vec<InviteId>),
}
