//! What is known of a service that does not answer, for the page that says so.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::services;
use crate::domain::fault::Fault;
use crate::domain::service::LOOK_AGAIN;

pub struct Away {
    pub name: String,
    pub since: DateTime<Utc>,
    pub next_look: DateTime<Utc>,
}

/// The service that a fault speaks of, once it is known to be down.
pub async fn find(app: &App, fault: &Fault) -> Option<Away> {
    let known = app.db.read(services::health).await.ok()?;
    let health = known.into_iter().find(|health| !health.up && fault.message.contains(&health.name))?;
    let next_look = app.now().max(health.checked_at + LOOK_AGAIN);
    Some(Away { name: health.name, since: health.since, next_look })
}
