//! Passwords that people give themselves: whoever came in before is signed out, and the person hears of it by mail.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::crypto::{hash_password, token_hash};
use crate::db::{Tx, activity, outbox, people, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::notice::AccountNotice;
use crate::domain::people::{Person, rules};
use crate::error::{AppError, Outcome};

/// Gives somebody the first name and password of their own.
pub fn register(
    tx: &mut Tx<'_>,
    person: &Person,
    username: &str,
    hash: &str,
    here: Option<&str>,
    way: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    if people::by_username(tx, username)?.is_some_and(|holder| holder.id != person.id) {
        return Err(AppError::field("username", "Somebody has this name. Choose another."));
    }
    people::set_username(tx, person.id, username, now)?;
    set(tx, person, hash, here, Some(way), now)
}

/// What they chose, checked, and the password as it is kept.
pub async fn chosen(person: &Person, username: &str, password: SecretString) -> Outcome<(String, String)> {
    let checked = rules::own_username(username, person.email.as_deref());
    let short = rules::password(password.expose_secret(), username);
    match (checked, short) {
        (Ok(username), Ok(())) => Ok((username, hash_password(password).await?)),
        (checked, short) => {
            let wrong = [("username", checked.err()), ("password", short.err())];
            let fields = wrong.into_iter().filter_map(|(field, words)| Some((field.to_owned(), words?))).collect();
            Err(AppError::Refused { message: "That can’t be used as it is.".to_owned(), fields })
        }
    }
}

/// `here` is the session that stays; `way` says how they came to do it.
pub fn set(
    tx: &mut Tx<'_>,
    person: &Person,
    hash: &str,
    here: Option<&str>,
    way: Option<&str>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    people::set_password(tx, person.id, hash, now)?;
    sessions::revoke_all(tx, person.id, here, now)?;
    let mut entry = NewEntry::new(ActivityKind::PasswordSet, &person.name).by(person.id, &person.name).about(person.id);
    entry.detail = way.map(str::to_owned);
    activity::record(tx, &entry, now)?;
    let notice = AccountNotice::PasswordSet;
    let effect = Effect::TellAccount { notice, person: Some(person.id) };
    outbox::push(tx, &effect, &format!("{notice} {} {}", person.id, token_hash(hash)), now)?;
    Ok(())
}
