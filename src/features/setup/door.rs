//! Who may open the wizard, and whether it is open at all.

use crate::app::App;
use crate::db::{people, servers, settings};
use crate::domain::settings::SettingKey;
use crate::error::Outcome;

/// The row that tells at which step the wizard is; there while it is under way.
pub const STEP: &str = "setup:step";

/// How far set-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub has_admin: bool,
    pub has_server: bool,
    /// Opened again by `setup reset`.
    pub reopened: bool,
    /// The step at which somebody is, when the wizard is under way.
    pub step: Option<u8>,
}

impl State {
    /// An admin and a media server are there: the house works.
    pub fn is_done(self) -> bool {
        self.has_admin && self.has_server
    }

    /// Somebody may go through the wizard.
    pub fn is_open(self) -> bool {
        !self.is_done() || self.reopened || self.step.is_some()
    }

    /// Strangers need this machine's own address or the code. Later only admins finish what was begun.
    pub fn needs_code(self) -> bool {
        !self.is_done() || self.reopened
    }
}

pub async fn state(app: &App) -> Outcome<State> {
    app.db
        .read(|conn| {
            Ok(State {
                has_admin: people::an_admin_exists(conn)?,
                has_server: !servers::all(conn)?.is_empty(),
                reopened: settings::get(conn, SettingKey::SetupOpen.as_str())?.as_deref() == Some("true"),
                step: settings::get(conn, STEP)?.and_then(|step| step.parse().ok()),
            })
        })
        .await
}
