//! `usherr api-key create`: a key for a program. It is printed once and kept only as a hash.

use clap::Subcommand;

use crate::app::App;
use crate::domain::people::KeyScope;
use crate::error::Outcome;
use crate::features::settings::actions;

#[derive(Debug, Subcommand)]
pub enum ApiKey {
    /// Makes a key and prints it, this once
    Create {
        #[arg(long)]
        name: String,
        /// read, write or admin
        #[arg(long, default_value = "read")]
        scope: KeyScope,
        /// Sign-in name of the person it acts as [default: the first admin]
        #[arg(long)]
        username: Option<String>,
    },
}

impl ApiKey {
    pub async fn run(self, app: &App) -> Outcome<()> {
        let Self::Create { name, scope, username } = self;
        let key = actions::make_key(app, &name, scope, username).await?;
        println!("{key}");
        Ok(())
    }
}
