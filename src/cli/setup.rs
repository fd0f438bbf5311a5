//! `usherr setup reset`: opens the wizard again. Deletes nothing.

use clap::Subcommand;

use crate::app::App;
use crate::error::Outcome;
use crate::features::setup::actions;

#[derive(Debug, Subcommand)]
pub enum Setup {
    /// The wizard runs again; nothing is deleted
    Reset,
}

impl Setup {
    pub async fn run(self, app: &App) -> Outcome<()> {
        let Self::Reset = self;
        actions::reopen(app).await?;
        println!("The wizard is open again at /setup, with everything as it is. Nothing was deleted.");
        println!("It opens for admins, on this machine, and with the one-time code that the next start prints.");
        Ok(())
    }
}
