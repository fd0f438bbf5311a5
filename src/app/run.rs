//! The hand of a running job: says how far it is, and hears when to stop.

use super::{App, Change};
use crate::db::jobs::{self, RunClaim};
use crate::error::Outcome;

#[derive(Clone)]
pub struct RunHandle {
    pub app: App,
    claim: RunClaim,
}

impl RunHandle {
    pub fn new(app: App, claim: RunClaim) -> Self {
        Self { app, claim }
    }

    pub fn claim(&self) -> &RunClaim {
        &self.claim
    }

    /// Keeps and shows how far the run is, and renews its lease. An error means another run has taken over: stop.
    pub async fn progress(&self, done: i64, total: Option<i64>, current: impl Into<String>) -> Outcome<()> {
        let (claim, current, now) = (self.claim.clone(), current.into(), self.app.now());
        self.app.db.write(move |tx| jobs::progress(tx, &claim, done, total, Some(&current), now)).await?;
        self.app.changed(Change::Run(self.claim.id));
        Ok(())
    }

    /// True when the house closes; a job then leaves its cursor where it is.
    pub fn must_stop(&self) -> bool {
        self.app.stop.is_cancelled()
    }
}
