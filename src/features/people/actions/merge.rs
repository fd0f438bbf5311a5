//! Two people who are one, and one who are two after all.

use super::access::touchable;
use crate::app::{App, Change};
use crate::db::people::{self, merge};
use crate::db::{activity, changes, jobs, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::{MergeId, PersonId};
use crate::domain::jobs::JobName;
use crate::domain::people::{Actor, Person, rules};
use crate::error::{AppError, Outcome};

/// Makes one of both. Back: who stays, and the name of who became part of them.
pub async fn merge(app: &App, actor: &Actor, id: PersonId, other: PersonId) -> Outcome<(Person, String)> {
    let (by, now) = (actor.clone(), app.now());
    let merged = app
        .db
        .write(move |tx| {
            let one = touchable(tx, &by, id)?;
            let gone = || AppError::field("other", "Choose one of the people there are.");
            let other = people::get(tx, other)?.ok_or_else(gone)?;
            let other = touchable(tx, &by, other.id)?;
            let (kept, goes) = rules::who_stays(one, other);
            let role = rules::merge(&by, &kept, &goes).map_err(|words| AppError::field("other", words))?;
            if !changes::open_targets_of(tx, goes.id)?.is_empty() {
                return Err(AppError::field("other", "A change of their access is on its way. Try again in a minute."));
            }
            merge::merge(tx, kept.id, goes.id, role, by.id, now)?;
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            let actor = if by.id == goes.id { kept.id } else { by.id };
            let entry = NewEntry::new(ActivityKind::PeopleMerged, &kept.name).by(actor, &by.name).about(kept.id);
            activity::record(tx, &entry.detail(format!("{} became part of {}", goes.name, kept.name)), now)?;
            Ok((kept, goes.name))
        })
        .await?;
    app.changed(Change::Sessions);
    app.changed(Change::Access);
    Ok(merged)
}

/// Brings back who became part of somebody. Back: their id and name.
pub async fn split(app: &App, actor: &Actor, id: PersonId, merged: MergeId) -> Outcome<(PersonId, String)> {
    let (by, now) = (actor.clone(), app.now());
    let back = app
        .db
        .write(move |tx| {
            let kept = touchable(tx, &by, id)?;
            let role = merge::role_of(tx, id, merged)?.ok_or(AppError::NotFound)?;
            if !rules::roles_to_give(&by).contains(&role) {
                return Err(AppError::Forbidden("Only an admin brings back somebody with this role.".to_owned()));
            }
            let (back, name) = merge::split(tx, id, merged, now)?;
            jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
            // Whoever came in by the sign-in that is theirs no more.
            sessions::revoke_all(tx, id, by.session.as_deref().filter(|_| by.id == id), now)?;
            let entry = NewEntry::new(ActivityKind::PeopleSplit, &kept.name).by(by.id, &by.name).about(id);
            activity::record(tx, &entry.detail(format!("{name} is somebody of their own again")), now)?;
            Ok((back, name))
        })
        .await?;
    app.changed(Change::Sessions);
    app.changed(Change::Access);
    Ok(back)
}
