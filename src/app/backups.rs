//! Making backups and putting them back, for the command line, the job and the start alike. It needs no open house: what
//! it works on may be older or newer than this program, or hold no tables at all.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::secret_file;
use crate::config::Config;
use crate::crypto::{LockedKey, key_mark};
use crate::db::backups::export::{self, About, snapshot};
use crate::db::backups::folder::{self, Folder};
use crate::db::backups::restore::{self, Alone};
use crate::db::backups::{Header, Key, Told};
use crate::db::conn::Manager;
use crate::db::{Conn, migrate};
use crate::domain::backup::{BackupKind, BackupName, SAFETY_KEPT};
use crate::error::{AppError, Outcome};

/// Where the house of this configuration keeps what.
#[derive(Clone)]
pub struct Vault {
    database_url: String,
    data_dir: PathBuf,
    pub folder: Folder,
    key: Option<SecretString>,
    /// The key comes from the environment: no file takes its place.
    key_is_fixed: bool,
}

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub path: PathBuf,
    pub bytes: u64,
    pub header: Header,
}

/// What a restore brought.
#[derive(Debug, Clone)]
pub struct Restored {
    pub header: Header,
    /// Where what was there before is kept; None where nothing was.
    pub before: Option<PathBuf>,
}

impl Vault {
    pub fn of(config: &Config) -> Outcome<Self> {
        let key = match &config.secret_key {
            Some(key) => Some(key.clone()),
            None => secret_file::read(&config.data_dir)?,
        };
        Ok(Self {
            database_url: config.database_url.clone(),
            data_dir: config.data_dir.clone(),
            folder: Folder::below(&config.data_dir),
            key,
            key_is_fixed: config.secret_key.is_some(),
        })
    }

    /// Backs up into the folder, or into a file of its own. With a passphrase the master key goes in, too. Others go on
    /// writing meanwhile.
    pub fn make(
        &self,
        kind: BackupKind,
        to: Option<&Path>,
        passphrase: Option<&SecretString>,
        now: DateTime<Utc>,
        told: &mut Told<'_>,
    ) -> Outcome<Made> {
        let nothing = || AppError::refused("there is nothing to back up yet: this house has no database");
        let manager = Manager::parse(&self.database_url)?;
        if !manager.may_exist() {
            return Err(nothing());
        }
        let mut conn = manager.first()?;
        if migrate::is_empty(&mut conn)? {
            return Err(nothing());
        }
        let about = About { kind, made_at: now, key: self.key_material(passphrase)? };
        let name = BackupName::new(kind, now);
        let fill = |out: &mut dyn std::io::Write| snapshot(&mut conn, |conn| export::write(conn, about, out, told));
        let (path, (header, bytes)) = match to {
            Some(path) => (path.to_owned(), folder::add_at(path, fill)?),
            None => (self.folder.path_of(&name), self.folder.add(&name, fill)?),
        };
        Ok(Made { path, bytes, header })
    }

    fn key_material(&self, passphrase: Option<&SecretString>) -> Outcome<Key> {
        let mark = self.key.as_ref().map(key_mark).transpose()?;
        let locked = match (&self.key, passphrase) {
            (Some(key), Some(passphrase)) => Some(LockedKey::lock(key, long_enough(passphrase)?)?),
            (None, Some(_)) => {
                return Err(AppError::refused("there is no key to put into the backup: secret.key is gone"));
            }
            (_, None) => None,
        };
        Ok(Key { mark, locked })
    }

    /// Before the steps of an update, within their transaction.
    pub fn before_update(&self, conn: &mut Conn, newest: &str, now: DateTime<Utc>) -> Outcome<()> {
        let about = About { kind: BackupKind::BeforeUpdate, made_at: now, key: self.key_material(None)? };
        let name = BackupName::before_step(newest, now);
        let kept = self.folder.add(&name, |out| export::write(conn, about, out, &mut |_| Ok(())));
        kept.map_err(|error| {
            AppError::Internal(format!(
                "the database was not brought up to date, because the backup before it failed: {error}. The database is as it was"
            ))
        })?;
        tracing::info!(backup = %self.folder.path_of(&name).display(), "the database is brought up to date; this is how it was");
        self.folder.keep(BackupKind::BeforeUpdate, SAFETY_KEPT).map(drop)
    }

    /// Puts a backup in the place of everything that is there. It is read to its end first, and what was there is kept.
    pub fn restore(
        &self,
        file: &Path,
        passphrase: Option<&SecretString>,
        now: DateTime<Utc>,
        told: &mut Told<'_>,
    ) -> Outcome<Restored> {
        let header = restore::check(file, told)?;
        let new_key = self.key_for(&header.key, passphrase)?;
        let manager = Manager::parse(&self.database_url)?;
        let made = manager.make();
        let done = Alone::with(&manager).and_then(|mut alone| {
            let before = self.keep_what_is_there(alone.conn(), now)?;
            if let Some(key) = &new_key {
                secret_file::prepare_change(&self.data_dir, key)?;
            }
            let header = restore::replace(&mut alone, file, now, told)?;
            Ok(Restored { header, before })
        });
        match (&done, new_key) {
            (Ok(_), Some(_)) => secret_file::finish_change(&self.data_dir, now)?,
            (Err(_), Some(_)) => secret_file::drop_change(&self.data_dir),
            (_, None) => {}
        }
        if made && done.is_err() {
            manager.take_back();
        }
        done
    }

    fn keep_what_is_there(&self, conn: &mut Conn, now: DateTime<Utc>) -> Outcome<Option<PathBuf>> {
        if migrate::is_empty(conn)? {
            return Ok(None);
        }
        let about = About { kind: BackupKind::BeforeRestore, made_at: now, key: self.key_material(None)? };
        let name = BackupName::new(BackupKind::BeforeRestore, now);
        let kept =
            self.folder.add(&name, |out| snapshot(conn, |conn| export::write(conn, about, out, &mut |_| Ok(()))));
        kept.map_err(|error| {
            AppError::Internal(format!("what is there now could not be kept, so nothing was restored: {error}"))
        })?;
        self.folder.keep(BackupKind::BeforeRestore, SAFETY_KEPT)?;
        Ok(Some(self.folder.path_of(&name)))
    }

    /// The key that has to take the place of ours. None where ours opens what is in the backup.
    fn key_for(&self, key: &Key, passphrase: Option<&SecretString>) -> Outcome<Option<SecretString>> {
        let ours = self.key.as_ref().map(key_mark).transpose()?;
        if key.mark.is_none() || ours == key.mark {
            return Ok(None);
        }
        let found = match (&key.locked, passphrase) {
            (None, _) => {
                return Err(AppError::refused(
                    "the backup holds no key, and the key here is another one: its secrets could not be read. Put the secret.key of its house into the data folder, or set USHERR_SECRET_KEY, then restore again; nothing was changed",
                ));
            }
            (Some(_), None) => {
                return Err(AppError::refused(
                    "the backup holds the key of another house, locked with a passphrase. Give it with --passphrase-stdin; nothing was changed",
                ));
            }
            (Some(locked), Some(passphrase)) => locked.unlock(passphrase)?,
        };
        let found = found.ok_or_else(|| {
            AppError::refused("the passphrase does not open the key in this backup. Nothing was changed")
        })?;
        match self.key_is_fixed {
            false => Ok(Some(found)),
            true => Err(AppError::refused(
                "USHERR_SECRET_KEY is another key than the one in this backup. Leave it out, and the key comes from the backup; nothing was changed",
            )),
        }
    }
}

fn long_enough(passphrase: &SecretString) -> Outcome<&SecretString> {
    const LEAST: usize = 8;
    match passphrase.expose_secret().chars().count() >= LEAST {
        true => Ok(passphrase),
        false => {
            Err(AppError::refused(format!("the passphrase must have {LEAST} letters or more; nothing was written")))
        }
    }
}
