//! How a sign-in with Plex goes on between the visitor's looks: the pin arrives, somebody asks about it, it ends.
//! It keeps no token; whoever learns one hands it on at once.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

use super::PlexSignIn;
use crate::db::schema::plex_sign_ins;
use crate::db::time::{db, utc};
use crate::db::{Conn, Tx};
use crate::domain::ids::PersonId;
use crate::domain::people::{PlexPin, PlexVerdict};
use crate::error::Outcome;

/// The id of a pin that Plex has not given yet.
pub const NO_PIN: i64 = 0;

/// Where a sign-in stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub sign_in: PlexSignIn,
    pub verdict: Option<PlexVerdict>,
    /// Who it let in.
    pub person: Option<PersonId>,
    /// It has done what it was for.
    pub spent: bool,
}

type Row = (
    String,
    i64,
    String,
    String,
    Option<String>,
    chrono::NaiveDateTime,
    Option<chrono::NaiveDateTime>,
    Option<String>,
    Option<i64>,
);

pub fn standing(conn: &mut Conn, id: &str) -> Outcome<Option<Standing>> {
    let found: Option<Row> = plex_sign_ins::table
        .find(id)
        .select((
            plex_sign_ins::id,
            plex_sign_ins::pin_id,
            plex_sign_ins::code,
            plex_sign_ins::purpose,
            plex_sign_ins::return_to,
            plex_sign_ins::expires_at,
            plex_sign_ins::used_at,
            plex_sign_ins::verdict,
            plex_sign_ins::person_id,
        ))
        .first(conn)
        .optional()?;
    Ok(found.map(|(id, pin_id, code, purpose, return_to, expires_at, used_at, verdict, person)| Standing {
        sign_in: PlexSignIn { id, pin_id, code, purpose, return_to, expires_at: utc(expires_at) },
        verdict: verdict.and_then(|word| word.parse().ok()),
        person: person.map(PersonId),
        spent: used_at.is_some(),
    }))
}

/// Writes down the pin that Plex gave.
pub fn keep_pin(tx: &mut Tx<'_>, id: &str, pin: &PlexPin) -> Outcome<()> {
    let values = (
        plex_sign_ins::pin_id.eq(pin.id),
        plex_sign_ins::code.eq(&pin.code),
        plex_sign_ins::expires_at.eq(db(pin.expires_at)),
    );
    diesel::update(plex_sign_ins::table.find(id)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Takes the turn to ask Plex about a pin, for it tells its token only once. False while somebody else has the turn.
pub fn take_turn(tx: &mut Tx<'_>, id: &str, lasts: TimeDelta, now: DateTime<Utc>) -> Outcome<bool> {
    let free = plex_sign_ins::asking_until.is_null().or(plex_sign_ins::asking_until.lt(Some(db(now))));
    let taken = diesel::update(plex_sign_ins::table.find(id))
        .filter(plex_sign_ins::verdict.is_null())
        .filter(plex_sign_ins::used_at.is_null())
        .filter(plex_sign_ins::pin_id.ne(NO_PIN))
        .filter(free)
        .set(plex_sign_ins::asking_until.eq(Some(db(now + lasts))))
        .execute(&mut **tx)?;
    Ok(taken > 0)
}

/// Whoever had a turn is gone: the server has begun anew.
pub fn give_turns_back(tx: &mut Tx<'_>) -> Outcome<()> {
    let none: Option<chrono::NaiveDateTime> = None;
    let taken = plex_sign_ins::table.filter(plex_sign_ins::asking_until.is_not_null());
    diesel::update(taken).set(plex_sign_ins::asking_until.eq(none)).execute(&mut **tx)?;
    Ok(())
}

pub fn give_turn_back(tx: &mut Tx<'_>, id: &str) -> Outcome<()> {
    let none: Option<chrono::NaiveDateTime> = None;
    diesel::update(plex_sign_ins::table.find(id)).set(plex_sign_ins::asking_until.eq(none)).execute(&mut **tx)?;
    Ok(())
}

/// Notes how it came out. The first verdict stands.
pub fn settle(tx: &mut Tx<'_>, id: &str, verdict: PlexVerdict, person: Option<PersonId>) -> Outcome<bool> {
    let settled = diesel::update(plex_sign_ins::table.find(id))
        .filter(plex_sign_ins::verdict.is_null())
        .set((plex_sign_ins::verdict.eq(Some(verdict.as_str())), plex_sign_ins::person_id.eq(person.map(|id| id.0))))
        .execute(&mut **tx)?;
    Ok(settled > 0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::db::testing::fresh;
    use crate::db::{Db, sessions};

    /// A server that was ended in the middle of asking keeps nobody waiting once it is back.
    #[tokio::test]
    async fn a_turn_ends_with_the_server_that_took_it() {
        let database = fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let taken = db
            .write(move |tx| {
                let sign_in = PlexSignIn {
                    id: "one".to_owned(),
                    pin_id: 7,
                    code: "abcd".to_owned(),
                    purpose: "guest".to_owned(),
                    return_to: None,
                    expires_at: now + TimeDelta::minutes(15),
                };
                sessions::begin_plex(tx, &sign_in, now)?;
                let take = |tx: &mut Tx<'_>| take_turn(tx, "one", TimeDelta::seconds(90), now);
                let before = [take(tx)?, take(tx)?];
                give_turns_back(tx)?;
                Ok((before, take(tx)?))
            })
            .await
            .unwrap();
        assert_eq!(taken, ([true, false], true));
    }
}
