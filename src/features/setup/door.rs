//! Who may open the wizard, and whether it is open at all.

use std::time::Duration;

use chrono::TimeDelta;
use poem::Request;
use secrecy::SecretString;

use super::steps::Step;
use crate::app::App;
use crate::crypto::token_hash;
use crate::db::{people, servers, settings};
use crate::domain::people::Actor;
use crate::domain::settings::SettingKey;
use crate::error::{AppError, Outcome};
use crate::web::{actor, client, cookies};

/// The row that tells at which step the wizard is; there while it is under way.
pub const STEP: &str = "setup:step";

/// How far set-up is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub has_admin: bool,
    pub has_server: bool,
    /// Opened again by `setup reset`.
    pub reopened: bool,
    /// The step that was reached, while the wizard is under way.
    pub step: Option<Step>,
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

    /// Where somebody goes on: never past what the next step needs.
    pub fn current(self) -> Step {
        let reached = self.step.unwrap_or(if self.is_done() && !self.reopened { Step::Arr } else { Step::Owner });
        reached.min(self.furthest())
    }

    /// The last step that makes sense yet.
    pub fn furthest(self) -> Step {
        match (self.has_admin, self.has_server) {
            (false, _) => Step::Owner,
            (true, false) => Step::Plex,
            (true, true) => Step::Ready,
        }
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

/// What lets a visitor through.
pub struct Pass {
    pub state: State,
    /// The admin who is signed in, from the second step on.
    pub me: Option<Actor>,
}

/// What stands before the wizard.
pub enum Door {
    Open(Box<Pass>),
    /// From elsewhere: the code first.
    AsksForCode,
}

/// How long the code opens the wizard in one browser.
const OPEN_FOR: TimeDelta = TimeDelta::hours(12);
const PURPOSE: &str = "setup";

/// Closed once set-up is done. Until then it opens on this machine, for the code, and for admins; what was begun and is
/// not finished opens for admins alone.
pub async fn knock(req: &Request, app: &App) -> Outcome<Door> {
    let state = state(app).await?;
    if !state.is_open() {
        return Err(AppError::NotFound);
    }
    let me = actor::caller(req).filter(|me| me.role.is_admin()).cloned();
    if me.is_some() || (state.needs_code() && (client::is_loopback(req) || has_code(req, app))) {
        return Ok(Door::Open(Box::new(Pass { state, me })));
    }
    match actor::caller(req) {
        _ if state.needs_code() => Ok(Door::AsksForCode),
        // Signing in would lead back here, again and again.
        Some(_) => Err(AppError::Forbidden("Setting up the house is finished by an admin.".to_owned())),
        None => Err(AppError::NotSignedIn),
    }
}

/// The same for a step that changes something: without a pass nothing happens.
pub async fn enter(req: &Request, app: &App) -> Outcome<Pass> {
    actor::check_origin(req).await?;
    match knock(req, app).await? {
        Door::Open(pass) => Ok(*pass),
        Door::AsksForCode => {
            Err(AppError::Forbidden("Open the wizard anew and type the one-time code first.".to_owned()))
        }
    }
}

fn has_code(req: &Request, app: &App) -> bool {
    let about = cookies::get(req, cookies::SETUP).and_then(|token| app.keys.read_link(PURPOSE, &token, app.now()));
    about.is_some_and(|about| about == token_hash(&app.setup_code))
}

/// Compared by hashes, so that the time it takes tells nothing.
pub fn is_the_code(app: &App, typed: &str) -> bool {
    token_hash(typed) == token_hash(&app.setup_code)
}

/// Remembers in this browser that the code was typed. A new start makes a new code.
pub fn let_in(req: &Request, app: &App) {
    let token = app.keys.sign_link(PURPOSE, &token_hash(&app.setup_code), app.now() + OPEN_FOR);
    let lasts = Duration::from_secs(OPEN_FOR.num_seconds().unsigned_abs());
    cookies::set(req, app, cookies::SETUP, &SecretString::from(token), lasts);
}
