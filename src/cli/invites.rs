//! `usherr invites`: links that let somebody in.

use clap::Subcommand;

use crate::app::App;
use crate::error::Outcome;
use crate::features::invites::actions;

#[derive(Debug, Subcommand)]
pub enum Invites {
    /// Removes invite links; whoever came in by one stays in
    Clear {
        /// Only those that are over or used up
        #[arg(long)]
        expired_only: bool,
    },
}

impl Invites {
    pub async fn run(self, app: &App) -> Outcome<()> {
        let Self::Clear { expired_only } = self;
        match actions::clear(app, None, expired_only).await? {
            1 => println!("One invite was removed."),
            n => println!("{n} invites were removed."),
        }
        Ok(())
    }
}
