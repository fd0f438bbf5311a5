//! The data folder and the master key in it. The key is made on first start, readable by its owner only.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use secrecy::SecretString;
use tempfile::NamedTempFile;

use crate::config::Config;
use crate::crypto::random_token;
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

/// Whole or not at all, and for its owner alone.
fn write(dir: &Path) -> std::io::Result<()> {
    let mut file = NamedTempFile::new_in(dir)?;
    file.write_all(random_token().as_bytes())?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(dir.join(NAME)) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(error.error),
        _ => Ok(()),
    }
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
