//! `usherr admin create`: makes or resets a local sign-in, also when nobody can get in any more.

use clap::Subcommand;

use super::process;
use crate::app::App;
use crate::domain::people::Role;
use crate::error::Outcome;
use crate::features::setup::actions::{self, NewSignIn};

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Makes the sign-in, or gives an existing one a new password and role
    Create {
        #[arg(long)]
        username: String,
        #[arg(long)]
        email: Option<String>,
        /// viewer, requester, moderator, admin or auditor
        #[arg(long, default_value = "admin")]
        role: Role,
        /// Reads the password from standard input, so that it is in no history
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

impl Admin {
    pub async fn run(self, app: &App) -> Outcome<()> {
        let Self::Create { username, email, role, .. } = self;
        let password = process::secret_from_stdin("password")?;
        let said = username.trim().to_lowercase();
        let sign_in = NewSignIn { name: username.clone(), username, email, role, password };
        let is_new = actions::make_sign_in(app, sign_in).await?.is_new;
        let done = if is_new { "was made" } else { "has a new password; its sessions were ended" };
        println!("The sign-in {said} ({role}) {done}.");
        Ok(())
    }
}
