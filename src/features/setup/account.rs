//! What is kept between two pages of the wizard while the owner signs in at Plex: the pin, then the account's token,
//! sealed. Both go when the wizard ends, or after a day.

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::db::settings::{self, StoredSetting};
use crate::domain::people::PlexPin;
use crate::error::{AppError, Outcome};

const PIN: &str = "draft:setup:pin";
const ACCOUNT: &str = "draft:setup:account";

/// A sign-in at Plex that is under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pin {
    pub id: i64,
    pub code: String,
    pub expires_at: chrono::DateTime<chrono::Utc>,
}

impl Pin {
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

pub async fn keep_pin(app: &App, pin: &PlexPin) -> Outcome<()> {
    keep(app, PIN, &Pin { id: pin.id, code: pin.code.clone(), expires_at: pin.expires_at }).await
}

pub async fn pin(app: &App) -> Outcome<Option<Pin>> {
    read(app, PIN).await
}

pub async fn drop_pin(app: &App) -> Outcome<()> {
    app.db.write(|tx| settings::remove(tx, PIN)).await
}

pub async fn keep_account(app: &App, account: &Account) -> Outcome<()> {
    drop_pin(app).await?;
    keep(app, ACCOUNT, account).await
}

pub async fn account(app: &App) -> Outcome<Option<Account>> {
    read(app, ACCOUNT).await
}

pub async fn drop_account(app: &App) -> Outcome<()> {
    app.db.write(|tx| settings::remove(tx, ACCOUNT)).await
}

async fn keep<T: Serialize>(app: &App, key: &str, value: &T) -> Outcome<()> {
    let value = serde_json::to_string(value).map_err(AppError::internal)?;
    let row = StoredSetting { key: key.to_owned(), value, sealed: false, from_file: false };
    let now = app.now();
    app.db.write(move |tx| settings::put(tx, &row, now)).await
}

async fn read<T: for<'de> Deserialize<'de>>(app: &App, key: &'static str) -> Outcome<Option<T>> {
    let row = app.db.read(move |conn| settings::get(conn, key)).await?;
    Ok(row.and_then(|row| serde_json::from_str(&row).ok()))
}
