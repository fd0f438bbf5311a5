//! Guests: who has shown their Plex account at the door, by the secret in their browser.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::guests;
use super::time::{db, utc};
use super::{Conn, Tx, people};
use crate::domain::guest::Guest;
use crate::domain::ids::PersonId;
use crate::domain::people::PlexAccount;
use crate::error::Outcome;

/// `id` is the hash of what the guest's browser holds.
pub fn add(tx: &mut Tx<'_>, id: &str, guest: &Guest, until: DateTime<Utc>) -> Outcome<()> {
    let account = &guest.account;
    let row = (
        guests::id.eq(id),
        guests::plex_id.eq(account.id),
        guests::uuid.eq(&account.uuid),
        guests::username.eq(&account.username),
        guests::email.eq(&account.email),
        guests::name.eq(&account.display_name),
        guests::thumb.eq(&account.thumb),
        guests::token.eq(&guest.token),
        guests::signed_in_at.eq(db(guest.signed_in_at)),
        guests::expires_at.eq(db(until)),
    );
    diesel::insert_into(guests::table).values(row).execute(&mut **tx)?;
    Ok(())
}

type Row = (i64, Option<String>, Option<String>, Option<String>, String, Option<String>, String, NaiveDateTime);

pub fn get(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Outcome<Option<Guest>> {
    let row: Option<Row> = guests::table
        .find(id)
        .filter(guests::expires_at.gt(db(now)))
        .select((
            guests::plex_id,
            guests::uuid,
            guests::username,
            guests::email,
            guests::name,
            guests::thumb,
            guests::token,
            guests::signed_in_at,
        ))
        .first(conn)
        .optional()?;
    Ok(row.map(|(id, uuid, username, email, display_name, thumb, token, signed_in_at)| Guest {
        account: PlexAccount { id, uuid, username, email, display_name, thumb },
        token,
        signed_in_at: utc(signed_in_at),
    }))
}

/// Somebody who is signed in with Plex has shown their account.
pub fn of_person(conn: &mut Conn, id: PersonId, now: DateTime<Utc>) -> Outcome<Option<Guest>> {
    let person = people::get(conn, id)?;
    let (Some(person), Some(token)) = (person, people::plex_token(conn, id)?) else { return Ok(None) };
    let guest = |plex_id| Guest {
        account: PlexAccount {
            id: plex_id,
            uuid: None,
            username: person.plex_username,
            email: person.email,
            display_name: person.name,
            thumb: person.thumb,
        },
        token,
        signed_in_at: now,
    };
    Ok(person.plex_id.map(guest))
}

/// Forgets this one.
pub fn forget(tx: &mut Tx<'_>, id: &str) -> Outcome<()> {
    diesel::delete(guests::table.find(id)).execute(&mut **tx)?;
    Ok(())
}

/// Forgets those whose time is over.
pub fn prune(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<usize> {
    let over: NaiveDateTime = db(now);
    Ok(diesel::delete(guests::table.filter(guests::expires_at.le(over))).execute(&mut **tx)?)
}
