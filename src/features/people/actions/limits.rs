//! Limits that Plex keeps of a managed user.

use super::access::touchable;
use crate::app::{App, Change};
use crate::db::{activity, people};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::PersonId;
use crate::domain::people::Actor;
use crate::error::Outcome;

/// Has plans send them ours again. Back: the person's name.
pub async fn plan_again(app: &App, actor: &Actor, id: PersonId) -> Outcome<String> {
    let (by, now) = (actor.clone(), app.now());
    let name = app
        .db
        .write(move |tx| {
            let person = touchable(tx, &by, id)?;
            if person.limits_kept_at.is_some() {
                people::note_limits_kept(tx, id, None)?;
                let entry = NewEntry::new(ActivityKind::LimitsAgain, &person.name).by(by.id, &by.name).about(id);
                activity::record(tx, &entry, now)?;
            }
            Ok(person.name)
        })
        .await?;
    app.changed(Change::Access);
    Ok(name)
}
