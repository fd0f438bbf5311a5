//! `usherr settings`: reads and changes settings. Secrets stay hidden unless asked for.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::App;
use crate::domain::settings::SettingKey;
use crate::error::{AppError, Outcome};
use crate::features::settings::{actions, file, listing};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Every setting; secrets as ********
    List {
        #[arg(long)]
        reveal: bool,
    },
    /// One setting, as `list` names it
    Get {
        key: String,
        #[arg(long)]
        reveal: bool,
    },
    /// Changes a setting of the house (base_url, time_zone, …); services are changed with `apply` or on the page
    Set {
        #[arg(value_parser = key)]
        key: SettingKey,
        value: String,
    },
    /// Applies a settings file; what it leaves out is kept
    Apply { file: PathBuf },
}

fn key(text: &str) -> Result<SettingKey, String> {
    let known = SettingKey::ALL.iter().filter(|key| !key.is_internal());
    let names = known.map(|key| key.as_str()).collect::<Vec<_>>().join(", ");
    text.parse().ok().filter(|key: &SettingKey| !key.is_internal()).ok_or_else(|| format!("choose one of {names}"))
}

impl Command {
    pub async fn run(self, app: &App) -> Outcome<()> {
        match self {
            Self::List { reveal } => {
                for line in listing::all(app, reveal).await? {
                    println!("{} = {}", line.key, line.value);
                }
            }
            Self::Get { key, reveal } => {
                let all = listing::all(app, reveal).await?;
                let found = all.into_iter().find(|line| line.key == key);
                let missing =
                    || AppError::refused(format!("there is no setting '{key}'; `usherr settings list` names them all"));
                println!("{}", found.ok_or_else(missing)?.value);
            }
            Self::Set { key, value } => {
                let value = actions::set(app, None, key, &value).await?;
                println!("{key} = {value}");
            }
            Self::Apply { file } => println!("{}", file::apply_at(app, &file).await?),
        }
        Ok(())
    }
}
