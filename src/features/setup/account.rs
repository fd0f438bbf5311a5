//! What is kept between two pages of the wizard while the owner signs in at Plex: how far that is, then the account's
//! token, sealed. Both go when the wizard ends, or after a day.

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::settings::{self, StoredSetting};
use crate::db::{Conn, Tx};
use crate::domain::people::PlexPin;
use crate::error::{AppError, Outcome};

const SIGN_IN: &str = "draft:setup:pin";
const ACCOUNT: &str = "draft:setup:account";

/// What one look at plex.tv may take at the most, all its calls together.
const TURN: TimeDelta = TimeDelta::seconds(40);

/// A sign-in at Plex that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    pub stage: Stage,
    /// Somebody has the turn to ask plex.tv until then.
    turn_until: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Plex is asked for a pin.
    Asking,
    /// The owner is asked to confirm it.
    Waiting(Pin),
    /// Confirmed: the token, sealed. Whose it is, Plex has not said yet.
    Confirmed(String),
    /// It is over, and why.
    Failed(String),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub id: i64,
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

impl Pin {
    pub fn of(pin: PlexPin) -> Self {
        Self { id: pin.id, code: pin.code, expires_at: pin.expires_at }
    }

    pub fn pin(&self) -> PlexPin {
        PlexPin { id: self.id, code: self.code.clone(), expires_at: self.expires_at }
    }
}

/// The account that signed in, and the servers it owns.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub plex_id: i64,
    pub name: String,
    pub servers: Vec<Owned>,
    sealed: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Owned {
    pub machine_id: String,
    pub name: String,
    pub version: Option<String>,
}

impl Account {
    pub fn new(app: &App, plex_id: i64, name: String, servers: Vec<Owned>, token: &SecretString) -> Outcome<Self> {
        Ok(Self { plex_id, name, servers, sealed: app.seal(token, ACCOUNT)? })
    }

    pub fn token(&self, app: &App) -> Outcome<SecretString> {
        app.open(&self.sealed, ACCOUNT)
    }
}

pub fn seal(app: &App, token: &SecretString) -> Outcome<Stage> {
    Ok(Stage::Confirmed(app.seal(token, SIGN_IN)?))
}

pub fn open(app: &App, sealed: &str) -> Outcome<SecretString> {
    app.open(sealed, SIGN_IN)
}

/// Begins a sign-in anew, and has the turn to ask for its pin.
pub async fn begin(app: &App) -> Outcome<SignIn> {
    let now = app.now();
    let turn = SignIn { stage: Stage::Asking, turn_until: Some(now + TURN) };
    let kept = turn.clone();
    app.db
        .write(move |tx| {
            settings::remove(tx, ACCOUNT)?;
            keep(tx, SIGN_IN, &kept, now)
        })
        .await?;
    Ok(turn)
}

pub async fn sign_in(app: &App) -> Outcome<Option<SignIn>> {
    app.db.read(|conn| read(conn, SIGN_IN)).await
}

/// Takes the turn to ask plex.tv. None when somebody else has it, or when there is nothing to ask.
pub async fn take_turn(app: &App) -> Outcome<Option<SignIn>> {
    let now = app.now();
    app.db
        .write(move |tx| {
            let Some(known) = read::<SignIn>(tx, SIGN_IN)? else { return Ok(None) };
            if known.turn_until.is_some_and(|until| until > now) {
                return Ok(None);
            }
            let turn = SignIn { turn_until: Some(now + TURN), ..known };
            keep(tx, SIGN_IN, &turn, now)?;
            Ok(Some(turn))
        })
        .await
}

/// Ends a turn: the sign-in stands at `stage` now. Nothing happens when it was begun anew or dropped meanwhile.
pub async fn settle(app: &App, turn: SignIn, stage: Stage) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| match read::<SignIn>(tx, SIGN_IN)? {
            Some(known) if known == turn => keep(tx, SIGN_IN, &SignIn { stage, turn_until: None }, now),
            _ => Ok(()),
        })
        .await
}

/// Ends a turn, and with it the sign-in: this is the account.
pub async fn settle_as(app: &App, turn: SignIn, account: Account) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            if read::<SignIn>(tx, SIGN_IN)? != Some(turn) {
                return Ok(());
            }
            settings::remove(tx, SIGN_IN)?;
            keep(tx, ACCOUNT, &account, now)
        })
        .await
}

pub async fn account(app: &App) -> Outcome<Option<Account>> {
    app.db.read(|conn| read(conn, ACCOUNT)).await
}

/// Forgets both.
pub async fn forget(app: &App) -> Outcome<()> {
    app.db
        .write(|tx| {
            settings::remove(tx, SIGN_IN)?;
            settings::remove(tx, ACCOUNT)
        })
        .await
}

fn keep<T: Serialize>(tx: &mut Tx<'_>, key: &str, value: &T, now: DateTime<Utc>) -> Outcome<()> {
    let value = serde_json::to_string(value).map_err(AppError::internal)?;
    settings::put(tx, &StoredSetting { key: key.to_owned(), value, sealed: false, from_file: false }, now)
}

fn read<T: for<'de> Deserialize<'de>>(conn: &mut Conn, key: &str) -> Outcome<Option<T>> {
    Ok(settings::get(conn, key)?.and_then(|row| serde_json::from_str(&row).ok()))
}
