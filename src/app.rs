//! What every part of the running house shares. Built once; a clone costs a pointer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::Config;
pub use crate::config::fail_point;
use crate::crypto::Keys;
use crate::db::settings::{self, StoredSetting};
use crate::db::{Conn, Db};
use crate::domain::ids::{RequestId, RunId};
use crate::domain::settings::{SettingKey, Settings};
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv_writes::ShareWrites;
use backups::Vault;

pub mod backups;
pub mod callers;
pub mod house;
pub mod keep;
pub mod limits;
pub mod lookups;
pub mod passwords;
pub mod pictures;
mod recent;
pub mod run;
pub mod secret_file;
pub mod services;

#[derive(Clone)]
pub struct App(Arc<Shared>);

pub struct Shared {
    pub config: Config,
    pub db: Db,
    pub clock: Clock,
    pub keys: Keys,
    /// The name by which plex.tv knows this installation.
    pub client_id: String,
    /// Rung when an effect was written down.
    pub wake: Notify,
    /// Rung when a job was asked for.
    pub wake_jobs: Notify,
    /// Ends open streams, the worker and running jobs.
    pub stop: CancellationToken,
    /// What must be typed into the wizard by a visitor from elsewhere. Printed at start while set-up is open.
    pub setup_code: String,
    /// How often somebody may guess wrong.
    pub limits: limits::Limits,
    /// Rung when something may be downloading.
    pub wake_poll: Notify,
    /// Until when somebody looks at a parcel page, in seconds since 1970.
    looked_at_until: AtomicI64,
    qbittorrents: services::Qbittorrents,
    house: house::LastRead,
    callers: callers::LastRead,
    changes: broadcast::Sender<Change>,
    share_writes: Arc<ShareWrites>,
}

/// Something a live page may be showing has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Request(RequestId),
    Run(RunId),
    Health,
    /// A share on Plex, what is planned for one, or who asks to be let in.
    Access,
    /// Somebody was signed out, or may do more or less than before.
    Sessions,
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl App {
    /// Opens the database, makes or reads the master key, and gets everything ready.
    pub async fn build(config: Config, clock: Clock) -> Outcome<Self> {
        secret_file::prepare_data_dir(&config)?;
        let known = match &config.secret_key {
            Some(key) => Some(key.clone()),
            None => secret_file::read(&config.data_dir)?,
        };
        let (url, vault, now) = (config.database_url.clone(), Vault::of(&config)?, clock.now());
        let open = move || Db::open_after(&url, |conn, newest| vault.before_update(conn, newest, now));
        let db = tokio::task::spawn_blocking(open).await.map_err(AppError::internal)??;
        let known = secret_file::settle_change(&config, &db).await?.or(known);
        let master = known.map_or_else(|| secret_file::make(&config.data_dir), Ok)?;
        let keys = Keys::derive(&master)?;
        let client_id = client_id(&db, clock.now()).await?;
        fail_point::arm(config.kill_at);
        let share_writes = Arc::new(ShareWrites::new(config.share_pace));
        Ok(Self(Arc::new(Shared {
            config,
            db,
            clock,
            keys,
            client_id,
            wake: Notify::new(),
            wake_jobs: Notify::new(),
            stop: CancellationToken::new(),
            setup_code: crate::crypto::random_code(),
            limits: Default::default(),
            wake_poll: Notify::new(),
            looked_at_until: AtomicI64::new(0),
            qbittorrents: Default::default(),
            house: Default::default(),
            callers: Default::default(),
            changes: broadcast::channel(64).0,
            share_writes,
        })))
    }

    /// Lets some time pass before Plex is looked at once more.
    pub async fn pace(&self) {
        tokio::time::sleep(self.config.share_pace).await;
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The settings of this moment.
    pub async fn settings(&self) -> Outcome<Settings> {
        let app = self.clone();
        self.db.read(move |conn| app.settings_in(conn)).await
    }

    /// The same in the middle of other reading.
    pub fn settings_in(&self, conn: &mut Conn) -> Outcome<Settings> {
        let zone = self.config.time_zone.parse().unwrap_or(chrono_tz::UTC);
        let rows = settings::all(conn)?;
        let mut settings = Settings::read(zone, rows.iter().map(|row| (row.key.as_str(), row.value.as_str())));
        if let Some(fixed) = &self.config.base_url {
            settings.base_url = Some(fixed.clone());
        }
        Ok(settings)
    }

    /// Tells live pages that something changed.
    pub fn changed(&self, change: Change) {
        // Nobody listening is no failure.
        let _ = self.changes.send(change);
    }

    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.changes.subscribe()
    }

    /// Rings the worker: an effect was written down.
    pub fn wake_worker(&self) {
        self.wake.notify_one();
    }

    /// A parcel page is open: what it shows is asked for every few seconds, for half a minute from now.
    pub fn look_closely(&self) {
        self.looked_at_until.fetch_max(self.now().timestamp() + 30, Ordering::Relaxed);
        self.wake_poll.notify_one();
    }

    pub fn somebody_looks(&self) -> bool {
        self.looked_at_until.load(Ordering::Relaxed) > self.now().timestamp()
    }

    pub fn seal(&self, secret: &SecretString, place: &str) -> Outcome<String> {
        self.keys.seal(secret, place)
    }

    pub fn open(&self, sealed: &str, place: &str) -> Outcome<SecretString> {
        self.keys.open(sealed, place)
    }
}

async fn client_id(db: &Db, now: DateTime<Utc>) -> Outcome<String> {
    db.write(move |tx| {
        let key = SettingKey::ClientId.as_str();
        if let Some(id) = settings::get(tx, key)? {
            return Ok(id);
        }
        let id = uuid::Uuid::new_v4().to_string();
        // What opens and closes from now on is followed, also before anybody has looked.
        for (key, value) in [(key, id.clone()), (SettingKey::AccessLookedAt.as_str(), now.to_rfc3339())] {
            settings::put(tx, &StoredSetting { key: key.to_owned(), value, sealed: false, from_file: false }, now)?;
        }
        Ok(id)
    })
    .await
}
