//! The data folder and the master key in it. The key is made on first start, readable by its owner only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use secrecy::SecretString;

use crate::config::Config;
use crate::crypto::random_token;
use crate::error::{AppError, Outcome};

/// Makes the data folder and proves that it can be written to, before anything else is touched.
pub fn prepare_data_dir(config: &Config) -> Outcome<()> {
    let dir = &config.data_dir;
    let unusable = |error: std::io::Error| {
        AppError::Internal(format!(
            "the data folder {} can't be written to: {error}. Nothing was changed; give it to the user that runs Usherr, or set USHERR_DATA_DIR",
            dir.display()
        ))
    };
    fs::create_dir_all(dir).map_err(unusable)?;
    let probe = dir.join(".usherr-write-test");
    fs::write(&probe, b"usherr").map_err(unusable)?;
    fs::remove_file(&probe).map_err(unusable)
}

pub fn read_or_make(dir: &Path) -> Outcome<SecretString> {
    let path = dir.join("secret.key");
    let unusable =
        |error: std::io::Error| AppError::Internal(format!("the key file {} can't be used: {error}", path.display()));
    match fs::read_to_string(&path) {
        Ok(key) if key.trim().len() >= 32 => Ok(SecretString::from(key.trim().to_owned())),
        Ok(_) => Err(AppError::Internal(format!(
            "the key file {} is damaged. Restore it from a backup; without it stored secrets can't be read",
            path.display()
        ))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key = random_token();
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(unusable)?;
            file.write_all(key.as_bytes()).and_then(|()| file.sync_all()).map_err(unusable)?;
            Ok(SecretString::from(key))
        }
        Err(error) => Err(unusable(error)),
    }
}
