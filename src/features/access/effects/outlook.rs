//! Counts for whom the plan would change something and for whom Plex differs, so that the dashboard need not draw it.

use crate::app::{App, Change as News};
use crate::db::access::outlook;
use crate::domain::access::outlook::Outlook;
use crate::error::Outcome;
use crate::features::access::actions;

pub async fn count(app: &App) -> Outcome<Outlook> {
    let (zone, now) = (app.settings().await?.time_zone, app.now());
    let (counted, before) = app
        .db
        .read(move |conn| Ok((Outlook::of(&actions::draw(conn, zone, now)?.plan, now), outlook::last(conn)?)))
        .await?;
    app.db.write(move |tx| outlook::keep(tx, &counted)).await?;
    if !before.is_some_and(|before| before.is_like(&counted)) {
        app.changed(News::Access);
    }
    Ok(counted)
}
