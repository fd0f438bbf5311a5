//! Passwords that people give themselves: whoever came in before is signed out, and the person hears of it by mail.

use chrono::{DateTime, Utc};

use crate::crypto::password_mark;
use crate::db::{Tx, activity, outbox, people, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::notice::AccountNotice;
use crate::domain::people::Person;
use crate::error::Outcome;

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
    outbox::push(tx, &effect, &format!("{notice} {} {}", person.id, password_mark(Some(hash))), now)?;
    Ok(())
}
