//! Where somebody is signed in, ended for them.

use chrono::{DateTime, Utc};

use super::access::touchable;
use crate::app::{App, Change};
use crate::db::{Conn, Tx, activity, people, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::PersonId;
use crate::domain::people::{Actor, Person, Session, rules};
use crate::error::{AppError, Outcome};

/// The one seen last comes first.
pub fn seen(conn: &mut Conn, actor: &Actor, id: PersonId, now: DateTime<Utc>) -> Outcome<(Person, Vec<Session>)> {
    let person = people::get(conn, id)?.ok_or(AppError::NotFound)?;
    match rules::may_see_sessions(actor, &person) {
        true => Ok((person, sessions::of_person(conn, id, now)?)),
        false => Err(AppError::Forbidden("Only an admin sees where an admin is signed in.".to_owned())),
    }
}

/// Signs somebody out of one place. Back: their name.
pub async fn end(app: &App, actor: &Actor, id: PersonId, session: String) -> Outcome<String> {
    let (by, now) = (actor.clone(), app.now());
    let name = app
        .db
        .write(move |tx| {
            let person = touchable(tx, &by, id)?;
            if !sessions::revoke(tx, id, &session, now)? {
                return Err(AppError::NotFound);
            }
            note(tx, &by, person, "one device", now)
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(name)
}

/// Signs somebody out everywhere; oneself everywhere else. Back: their name.
pub async fn end_all(app: &App, actor: &Actor, id: PersonId) -> Outcome<String> {
    let (by, now) = (actor.clone(), app.now());
    let name = app
        .db
        .write(move |tx| {
            let person = touchable(tx, &by, id)?;
            sessions::revoke_all(tx, id, by.session.as_deref().filter(|_| by.id == id), now)?;
            note(tx, &by, person, "everywhere", now)
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(name)
}

fn note(tx: &mut Tx<'_>, by: &Actor, person: Person, where_: &str, now: DateTime<Utc>) -> Outcome<String> {
    let entry = NewEntry::new(ActivityKind::SessionsEnded, &person.name).by(by.id, &by.name).about(person.id);
    activity::record(tx, &entry.detail(where_), now)?;
    Ok(person.name)
}
