//! A new password by a link in a mail.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::app::{App, Change, passwords};
use crate::crypto::{hash_password, token_hash};
use crate::db::{Conn, activity, outbox, people};
use crate::domain::account::{self, RESET, RESET_AGAIN};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::notice::AccountNotice;
use crate::domain::people::{Person, rules};
use crate::domain::settings::Registration;
use crate::error::{AppError, Outcome};

/// Whoever is meant, if anybody: the same is written down, so that neither words nor time tell.
pub async fn ask(app: &App, typed: &str, from: IpAddr) -> Outcome<()> {
    app.limits.reset(from)?;
    let (typed, now) = (typed.trim().to_lowercase(), app.now());
    app.db
        .write(move |tx| {
            let known = people::meant(tx, &typed)?;
            let subject = known.as_ref().map_or("A name nobody has", |person| person.name.as_str());
            let mut entry = NewEntry::new(ActivityKind::PasswordResetAsked, subject).detail(format!("from {from}"));
            let person = known.as_ref().map(|person| person.id);
            entry.person = person;
            activity::record(tx, &entry, now)?;
            let notice = AccountNotice::ResetAsked;
            let whom = person.map_or_else(|| token_hash(&typed), |person| person.to_string());
            let turn = now.timestamp() / RESET_AGAIN.num_seconds();
            outbox::push(tx, &Effect::TellAccount { notice, person }, &format!("{notice} {whom} {turn}"), now)?;
            Ok(())
        })
        .await?;
    app.wake_worker();
    Ok(())
}

/// Whom a link lets choose a password; nobody when it is not ours, has run out, or was used.
pub async fn read(app: &App, token: &str, from: IpAddr) -> Outcome<Option<Person>> {
    let look = app.limits.link(from)?;
    let Some((person, mark)) = about(app, token) else {
        look.was_in_vain();
        return Ok(None);
    };
    let rule = app.settings().await?.registration;
    app.db.read(move |conn| meant(conn, person, &mark, rule)).await
}

/// Sets the password and signs them out everywhere. `username` counts where they have none yet. None when the link is good
/// for nothing (any more).
pub async fn set(
    app: &App,
    token: &str,
    username: &str,
    password: SecretString,
    from: IpAddr,
) -> Outcome<Option<Person>> {
    let Some(person) = read(app, token, from).await? else { return Ok(None) };
    let Some((_, mark)) = about(app, token) else { return Ok(None) };
    let (username, hash) = match &person.username {
        Some(username) => {
            rules::password(password.expose_secret(), username).map_err(|words| AppError::field("password", words))?;
            (username.clone(), hash_password(password).await?)
        }
        None => passwords::chosen(&person, username, password).await?,
    };
    let (now, rule) = (app.now(), app.settings().await?.registration);
    let done = app
        .db
        .write(move |tx| {
            // Somebody else may have used it meanwhile.
            let Some(person) = meant(tx, person.id, &mark, rule)? else { return Ok(None) };
            let way = format!("by a link in a mail, from {from}");
            passwords::register(tx, &person, &username, &hash, None, &way, now)?;
            Ok(Some(person))
        })
        .await?;
    if done.is_some() {
        app.changed(Change::Sessions);
        app.wake_worker();
    }
    Ok(done)
}

fn about(app: &App, token: &str) -> Option<(PersonId, String)> {
    account::read(&app.keys.read_link(RESET, token, app.now())?)
}

/// The person, as long as they come in by the password and have the address that the link was made for.
fn meant(conn: &mut Conn, person: PersonId, mark: &str, rule: Registration) -> Outcome<Option<Person>> {
    if people::sign_in_mark(conn, person)?.as_deref() != Some(mark) {
        return Ok(None);
    }
    let Some(person) = people::get(conn, person)?.filter(|person| person.removed_at.is_none()) else { return Ok(None) };
    let may = person.has_password || people::may_register(conn, &person, rule)?;
    Ok(Some(person).filter(|_| may))
}
