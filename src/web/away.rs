//! What is known of a service that does not answer, for the page that says so.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::{jobs, services};
use crate::domain::fault::Fault;
use crate::domain::jobs::JobName;

pub struct Away {
    pub name: String,
    pub since: DateTime<Utc>,
    pub next_look: Option<DateTime<Utc>>,
}

/// The service that a fault speaks of, once it is known to be down.
pub async fn find(app: &App, fault: &Fault) -> Option<Away> {
    let words = fault.message.clone();
    let found = app.db.read(move |conn| {
        let down = services::health(conn)?.into_iter().find(|health| !health.up && words.contains(&health.name));
        let Some(health) = down else { return Ok(None) };
        let next_look = jobs::next_run(conn, JobName::ServiceHealth)?;
        Ok(Some(Away { name: health.name, since: health.since, next_look }))
    });
    found.await.ok().flatten()
}
