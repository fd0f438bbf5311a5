//! The data folder and the master key in it. The key is made on first start, readable by its owner only.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use tempfile::NamedTempFile;

use crate::config::Config;
use crate::crypto::{key_mark, random_token};
use crate::db::backups::restore::RESTORED_KEY;
use crate::db::{Db, settings};
use crate::error::{AppError, Outcome};

const NAME: &str = "secret.key";

/// Makes the data folder and proves that it can be written to, before anything else is touched.
pub fn prepare_data_dir(config: &Config) -> Outcome<()> {
    let dir = &config.data_dir;
    let unusable = |error| AppError::Internal(unusable_folder(dir, &error));
    fs::create_dir_all(dir).map_err(unusable)?;
    let mut probe = NamedTempFile::new_in(dir).map_err(unusable)?;
    probe.write_all(b"usherr").map_err(unusable)?;
    probe.close().map_err(unusable)
}

fn unusable_folder(dir: &Path, error: &std::io::Error) -> String {
    let dir = dir.display();
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            format!(
                "the disk with the data folder {dir} is full, so nothing was changed. Make room there, then try again"
            )
        }
        _ => format!(
            "the data folder {dir} can't be written to: {error}. Nothing was changed; give it to the user that runs Usherr, or set USHERR_DATA_DIR"
        ),
    }
}

pub fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// None when there is none yet.
pub fn read(dir: &Path) -> Outcome<Option<SecretString>> {
    let path = dir.join(NAME);
    match fs::read_to_string(&path) {
        Ok(key) if key.trim().len() >= 32 => Ok(Some(SecretString::from(key.trim().to_owned()))),
        Ok(_) => Err(AppError::Internal(format!(
            "the key file {} is damaged. Restore it from a backup; without it stored secrets can't be read",
            path.display()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unusable_key(dir, &error)),
    }
}

/// Another process may be quicker; its key is as good.
pub fn make(dir: &Path) -> Outcome<SecretString> {
    write(dir).map_err(|error| unusable_key(dir, &error))?;
    read(dir)?.ok_or_else(|| unusable_key(dir, &ErrorKind::NotFound.into()))
}

fn unusable_key(dir: &Path, error: &std::io::Error) -> AppError {
    AppError::Internal(format!("the key file {} can't be used: {error}", dir.join(NAME).display()))
}

fn write(dir: &Path) -> std::io::Result<()> {
    match written(dir, &SecretString::from(random_token()))?.persist_noclobber(dir.join(NAME)) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
}

/// Whole or not at all, and for its owner alone.
fn written(dir: &Path, key: &SecretString) -> std::io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new_in(dir)?;
    file.write_all(key.expose_secret().as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The key of a house that is being restored. It becomes ours when the database that belongs to it is in its place: which
/// of the two it is after a power cut, the database tells.
const COMING: &str = "secret.key.coming";

pub fn prepare_change(dir: &Path, key: &SecretString) -> Outcome<()> {
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(dir)?;
        written(dir, key)?.persist(dir.join(COMING)).map_err(|error| error.error)?;
        fs::File::open(dir)?.sync_all()
    };
    put().map_err(|error| unusable_key(dir, &error))
}

/// The key that was prepared takes its place; the one before stays beside it.
pub fn finish_change(dir: &Path, now: DateTime<Utc>) -> Outcome<()> {
    let change = || -> std::io::Result<()> {
        let before = dir.join(format!("{NAME}.before-{}", now.format("%Y%m%d-%H%M%S")));
        match fs::copy(dir.join(NAME), before) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(dir.join(COMING), dir.join(NAME))?;
        fs::File::open(dir)?.sync_all()
    };
    change().map_err(|error| unusable_key(dir, &error))
}

/// The restore came to nothing.
pub fn drop_change(dir: &Path) {
    // What can't be removed now is looked at again at the next start.
    let _ = fs::remove_file(dir.join(COMING));
}

/// Ends what a restore that was cut off has begun. Returns the key that is ours since.
pub async fn settle_change(config: &Config, db: &Db) -> Outcome<Option<SecretString>> {
    let dir = &config.data_dir;
    if config.secret_key.is_some() || !dir.join(COMING).exists() {
        return Ok(None);
    }
    let coming = fs::read_to_string(dir.join(COMING)).map_err(|error| unusable_key(dir, &error))?;
    let mark = key_mark(&SecretString::from(coming.trim().to_owned()))?;
    let belongs = db.read(|conn| settings::get(conn, RESTORED_KEY)).await?;
    match belongs == Some(mark) {
        true => finish_change(dir, Utc::now())?,
        false => fs::remove_file(dir.join(COMING)).map_err(|error| unusable_key(dir, &error))?,
    }
    read(dir)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_folder_of_somebody_else() {
        let words = |kind: ErrorKind| unusable_folder(Path::new("/data"), &kind.into());
        assert!(words(ErrorKind::StorageFull).contains("Make room there"));
        assert!(words(ErrorKind::PermissionDenied).contains("give it to the user that runs Usherr"));
    }
}
