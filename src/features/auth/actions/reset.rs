//! A new password by a link in a mail.

use std::net::IpAddr;

use secrecy::{ExposeSecret, SecretString};

use crate::app::{App, Change, passwords};
use crate::crypto::{hash_password, password_mark, token_hash};
use crate::db::{Conn, activity, outbox, people};
use crate::domain::account::reset;
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::notice::AccountNotice;
use crate::domain::people::{Person, rules};
use crate::domain::service::ServiceKind;
use crate::error::{AppError, Outcome};

/// Mails can go out, and their links lead somewhere.
pub async fn is_open(app: &App) -> Outcome<bool> {
    let house = app.house().await?;
    Ok(house.settings.base_url.is_some() && house.services.iter().any(|service| service.kind == ServiceKind::Smtp))
}

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
            let turn = now.timestamp() / reset::AGAIN.num_seconds();
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
    app.db.read(move |conn| meant(conn, person, &mark)).await
}

/// Sets the password and signs them out everywhere. None when the link is good for nothing (any more).
pub async fn set(app: &App, token: &str, password: SecretString, from: IpAddr) -> Outcome<Option<Person>> {
    let Some(person) = read(app, token, from).await? else { return Ok(None) };
    let Some((_, mark)) = about(app, token) else { return Ok(None) };
    let username = person.username.unwrap_or_default();
    rules::password(password.expose_secret(), &username).map_err(|words| AppError::field("password", words))?;
    let hash = hash_password(password).await?;
    let now = app.now();
    let done = app
        .db
        .write(move |tx| {
            // Somebody else may have used it meanwhile.
            let Some(person) = meant(tx, person.id, &mark)? else { return Ok(None) };
            passwords::set(tx, &person, &hash, None, Some(&format!("by a link in a mail, from {from}")), now)?;
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
    reset::read(&app.keys.read_link(reset::PURPOSE, token, app.now())?)
}

/// The person, as long as they have the password that the link is to replace.
fn meant(conn: &mut Conn, person: PersonId, mark: &str) -> Outcome<Option<Person>> {
    let hash = people::password_hash_of(conn, person)?;
    if hash.is_none() || password_mark(hash.as_deref()) != mark {
        return Ok(None);
    }
    people::get(conn, person)
}
