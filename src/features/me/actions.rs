//! What people change about themselves.

pub mod email;

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::app::{App, Change, passwords};
use crate::crypto::hash_password;
use crate::db::{Conn, Tx, activity, notice_choices, people, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::PersonId;
use crate::domain::notice::{NoticeKind, UNSUBSCRIBE};
use crate::domain::people::{Actor, Person, Theme, rules};
use crate::domain::settings::Registration;
use crate::error::{AppError, Outcome};

pub async fn set_theme(app: &App, me: &Actor, theme: Theme) -> Outcome<()> {
    let (id, now) = (me.id, app.now());
    app.db.write(move |tx| people::set_theme(tx, id, theme, now)).await
}

/// Of the notices that somebody like this gets, those named come by mail and the others don't.
pub async fn set_notices(app: &App, me: &Actor, wanted: Vec<NoticeKind>) -> Outcome<()> {
    let (id, role) = (me.id, me.role);
    app.db
        .write(move |tx| {
            for kind in NoticeKind::ALL.iter().filter(|kind| kind.concerns(role)) {
                notice_choices::choose(tx, id, *kind, wanted.contains(kind))?;
            }
            Ok(())
        })
        .await
}

/// Ends one session of one's own.
pub async fn end_session(app: &App, me: &Actor, session: String) -> Outcome<()> {
    let (by, now) = (me.clone(), app.now());
    app.db
        .write(move |tx| {
            if !sessions::revoke(tx, by.id, &session, now)? {
                return Err(AppError::NotFound);
            }
            note_ended(tx, &by, "one device", now)
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(())
}

/// Ends all sessions of one's own, this one too.
pub async fn end_all(app: &App, me: &Actor) -> Outcome<()> {
    let (by, now) = (me.clone(), app.now());
    app.db
        .write(move |tx| {
            sessions::revoke_all(tx, by.id, None, now)?;
            note_ended(tx, &by, "everywhere", now)
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(())
}

fn note_ended(tx: &mut Tx<'_>, by: &Actor, where_: &str, now: DateTime<Utc>) -> Outcome<()> {
    let entry = NewEntry::new(ActivityKind::SessionsEnded, &by.name).by(by.id, &by.name).about(by.id);
    activity::record(tx, &entry.detail(where_), now)
}

const NOT_YOURS: &str = "That is not your password now. Try again.";

/// Another password; the other places where one is signed in are signed out.
pub async fn change_password(
    app: &App,
    me: &Actor,
    from: IpAddr,
    current: SecretString,
    new: SecretString,
) -> Outcome<()> {
    let id = me.id;
    let known = app.db.read(move |conn| Ok((people::get(conn, id)?, people::password_hash_of(conn, id)?))).await?;
    let (Some(person @ Person { username: Some(_), .. }), Some(before)) = known else {
        return Err(AppError::refused("You sign in with Plex, so there is no password here to change."));
    };
    let username = person.username.clone().unwrap_or_default();
    rules::password(new.expose_secret(), &username).map_err(|words| AppError::field("password", words))?;
    if !app.limits.password(from, &username, current, Some(before.clone())).await? {
        return Err(AppError::field("current", NOT_YOURS));
    }
    let hash = hash_password(new).await?;
    let (session, now) = (me.session.clone(), app.now());
    app.db
        .write(move |tx| {
            // Somebody may have reset it while this one was hashed.
            if people::password_hash_of(tx, person.id)?.as_ref() != Some(&before) {
                return Err(AppError::field("current", NOT_YOURS));
            }
            passwords::set(tx, &person, &hash, session.as_deref(), None, now)
        })
        .await?;
    app.changed(Change::Sessions);
    app.wake_worker();
    Ok(())
}

/// A name and a password beside the sign-in with Plex, where the house lets them.
pub async fn register(app: &App, me: &Actor, from: IpAddr, username: &str, password: SecretString) -> Outcome<()> {
    let (id, rule) = (me.id, app.settings().await?.registration);
    let person = app.db.read(move |conn| registering(conn, id, rule)).await?;
    let look = app.limits.names(from)?;
    let (username, hash) = passwords::chosen(&person, username, password).await?;
    let (session, now) = (me.session.clone(), app.now());
    let done = app
        .db
        .write(move |tx| {
            let person = registering(tx, id, rule)?;
            passwords::register(tx, &person, &username, &hash, session.as_deref(), "beside Plex", now)
        })
        .await;
    if matches!(done, Err(AppError::Refused { .. })) {
        look.was_in_vain();
    }
    done?;
    app.changed(Change::Sessions);
    app.wake_worker();
    Ok(())
}

fn registering(conn: &mut Conn, id: PersonId, rule: Registration) -> Outcome<Person> {
    let person = people::get(conn, id)?.ok_or(AppError::NotSignedIn)?;
    match people::may_register(conn, &person, rule)? {
        true => Ok(person),
        false => Err(AppError::refused("Only an admin gives you a password here.")),
    }
}

/// Whom and what an unsubscribe link is about; one that is not ours counts as a guess.
pub fn read_unsubscribe(app: &App, token: &str, from: IpAddr) -> Outcome<(PersonId, NoticeKind)> {
    let look = app.limits.link(from)?;
    let about = app.keys.read_link(UNSUBSCRIBE, token, app.now()).and_then(|about| NoticeKind::unsubscribed(&about));
    about.ok_or_else(|| {
        look.was_in_vain();
        AppError::NotFound
    })
}

pub async fn unsubscribe(app: &App, token: &str, from: IpAddr) -> Outcome<NoticeKind> {
    let (person, kind) = read_unsubscribe(app, token, from)?;
    app.db
        .write(move |tx| {
            people::get(tx, person)?.ok_or(AppError::NotFound)?;
            notice_choices::choose(tx, person, kind, false)
        })
        .await?;
    Ok(kind)
}
