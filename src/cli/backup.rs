//! `usherr backup` and `usherr restore`: the whole house in one file, and back. They open no house: what they work on may
//! be older or newer than this program.

use std::path::PathBuf;

use chrono::{SecondsFormat, Utc};
use clap::Args;
use secrecy::SecretString;

use super::process;
use crate::app::backups::Vault;
use crate::app::secret_file;
use crate::config::{Config, fail_point};
use crate::domain::backup::BackupKind;
use crate::error::Outcome;

#[derive(Debug, Args)]
pub struct Backup {
    /// Where to [default: the folder backups in the data folder]
    file: Option<PathBuf>,
    /// Reads a passphrase from standard input and puts the master key into the file, locked with it
    #[arg(long)]
    passphrase_stdin: bool,
}

#[derive(Debug, Args)]
pub struct Restore {
    /// A file that `usherr backup`, the page or the job has made
    file: PathBuf,
    /// Reads the passphrase that opens the master key in the file from standard input
    #[arg(long)]
    passphrase_stdin: bool,
}

fn passphrase(wanted: bool) -> Outcome<Option<SecretString>> {
    wanted.then(|| process::secret_from_stdin("passphrase")).transpose()
}

impl Backup {
    pub fn run(self, config: &Config) -> Outcome<()> {
        process::log(config)?;
        let (vault, passphrase) = (Vault::of(config)?, passphrase(self.passphrase_stdin)?);
        let made =
            vault.make(BackupKind::ByHand, self.file.as_deref(), passphrase.as_ref(), Utc::now(), &mut |_| Ok(()))?;
        let (tables, rows) = (made.header.tables.len(), made.header.rows());
        println!("Backed up {rows} rows of {tables} tables to {} ({} bytes).", made.path.display(), made.bytes);
        if made.header.key.locked.is_none() {
            let key = match config.secret_key {
                Some(_) => "the USHERR_SECRET_KEY of this house".to_owned(),
                None => format!("the key of this house, {}", secret_file::path(&config.data_dir).display()),
            };
            println!("The secrets in it can only be read with {key}: keep it beside, or use --passphrase-stdin.");
        }
        Ok(())
    }
}

impl Restore {
    pub fn run(self, config: &Config) -> Outcome<()> {
        process::log(config)?;
        secret_file::prepare_data_dir(config)?;
        fail_point::arm(config.kill_at);
        let (vault, passphrase) = (Vault::of(config)?, passphrase(self.passphrase_stdin)?);
        let done = vault.restore(&self.file, passphrase.as_ref(), Utc::now(), &mut |_| Ok(()))?;
        let header = done.header;
        println!(
            "Restored the backup of {}, made by Usherr {} on {}: {} people, {} requests.",
            header.made_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            header.version,
            header.engine.label(),
            header.rows_of("people"),
            header.rows_of("requests"),
        );
        if let Some(before) = done.before {
            println!("What was here before is kept in {}.", before.display());
        }
        println!(
            "Everybody signs in anew. What waited to be sent was set aside; start Usherr, and it looks at everything."
        );
        Ok(())
    }
}
