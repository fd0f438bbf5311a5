//! Sessions, API keys and Plex sign-ins under way: everything that lets somebody in.

pub mod plex;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::{api_keys, people, plex_sign_ins, sessions};
use super::time::{Stamp, db, utc, utc_opt};
use super::word::Word;
use super::{Conn, Tx, people as people_db};
use crate::domain::ids::{ApiKeyId, PersonId};
use crate::domain::people::{KeyScope, Person, Session, SessionKind};
use crate::error::Outcome;

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    id: String,
    person_id: i64,
    kind: Word<SessionKind>,
    user_agent: Option<String>,
    address: Option<String>,
    created_at: Stamp,
    last_seen_at: Stamp,
    expires_at: Stamp,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            person: PersonId(row.person_id),
            kind: row.kind.or(SessionKind::Web),
            user_agent: row.user_agent,
            address: row.address,
            created_at: utc(row.created_at),
            last_seen_at: utc(row.last_seen_at),
            expires_at: utc(row.expires_at),
        }
    }
}

pub fn open(tx: &mut Tx<'_>, session: &Session) -> Outcome<()> {
    let row = (
        sessions::id.eq(&session.id),
        sessions::person_id.eq(session.person.0),
        sessions::kind.eq(session.kind.as_str()),
        sessions::user_agent.eq(&session.user_agent),
        sessions::address.eq(&session.address),
        sessions::created_at.eq(db(session.created_at)),
        sessions::last_seen_at.eq(db(session.last_seen_at)),
        sessions::expires_at.eq(db(session.expires_at)),
    );
    diesel::insert_into(sessions::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// The session and its person, when both still stand.
pub fn find(conn: &mut Conn, id: &str, now: DateTime<Utc>) -> Outcome<Option<(Session, Person)>> {
    let found: Option<(Row, people_db::Row)> = crate::each_backend!(conn, conn => sessions::table
        .inner_join(people::table)
        .filter(sessions::id.eq(id))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(db(now)))
        .filter(people_db::is_here())
        .select((Row::as_select(), people_db::Row::as_select()))
        .first(conn)
        .optional())?;
    Ok(found.map(|(session, person)| (Session::from(session), Person::from(person))))
}

pub fn touch(tx: &mut Tx<'_>, id: &str, now: DateTime<Utc>) -> Outcome<()> {
    diesel::update(sessions::table.find(id)).set(sessions::last_seen_at.eq(db(now))).execute(&mut **tx)?;
    Ok(())
}

pub fn of_person(conn: &mut Conn, person: PersonId, now: DateTime<Utc>) -> Outcome<Vec<Session>> {
    let rows: Vec<Row> = sessions::table
        .filter(sessions::person_id.eq(person.0))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::expires_at.gt(db(now)))
        .order((sessions::last_seen_at.desc(), sessions::id))
        .select(Row::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Ends one session of this person. False when there is none such.
pub fn revoke(tx: &mut Tx<'_>, person: PersonId, id: &str, now: DateTime<Utc>) -> Outcome<bool> {
    let ended = diesel::update(sessions::table.find(id))
        .filter(sessions::person_id.eq(person.0))
        .filter(sessions::revoked_at.is_null())
        .set(sessions::revoked_at.eq(Some(db(now))))
        .execute(&mut **tx)?;
    Ok(ended > 0)
}

/// Ends all sessions of this person, but for the one to keep.
pub fn revoke_all(tx: &mut Tx<'_>, person: PersonId, keep: Option<&str>, now: DateTime<Utc>) -> Outcome<usize> {
    Ok(diesel::update(sessions::table)
        .filter(sessions::person_id.eq(person.0))
        .filter(sessions::revoked_at.is_null())
        .filter(sessions::id.ne(keep.unwrap_or_default()))
        .set(sessions::revoked_at.eq(Some(db(now))))
        .execute(&mut **tx)?)
}

/// Forgets what ended before `limit`.
pub fn prune(tx: &mut Tx<'_>, limit: DateTime<Utc>) -> Outcome<usize> {
    let limit = db(limit);
    let old = sessions::table.filter(sessions::expires_at.lt(limit).or(sessions::revoked_at.lt(Some(limit))));
    let ended = diesel::delete(old).execute(&mut **tx)?;
    diesel::delete(plex_sign_ins::table.filter(plex_sign_ins::expires_at.lt(limit))).execute(&mut **tx)?;
    Ok(ended)
}

/// An API key as its list shows it. The key itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub person: PersonId,
    pub name: String,
    pub scope: KeyScope,
    pub prefix: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
}

pub fn add_key(
    tx: &mut Tx<'_>,
    person: PersonId,
    name: &str,
    scope: KeyScope,
    hash: &str,
    prefix: &str,
    now: DateTime<Utc>,
) -> Outcome<ApiKeyId> {
    let row = (
        api_keys::person_id.eq(person.0),
        api_keys::name.eq(name),
        api_keys::scope.eq(scope.as_str()),
        api_keys::hash.eq(hash),
        api_keys::prefix.eq(prefix),
        api_keys::created_at.eq(db(now)),
    );
    let id: i64 = diesel::insert_into(api_keys::table).values(row).returning(api_keys::id).get_result(&mut **tx)?;
    Ok(ApiKeyId(id))
}

type KeyRow = (i64, i64, String, String, String, chrono::NaiveDateTime, Option<chrono::NaiveDateTime>);

fn api_key((id, person, name, scope, prefix, created_at, last_used_at): KeyRow) -> ApiKey {
    ApiKey {
        id: ApiKeyId(id),
        person: PersonId(person),
        name,
        scope: scope.parse().unwrap_or(KeyScope::Read),
        prefix,
        created_at: utc(created_at),
        last_used_at: utc_opt(last_used_at),
    }
}

/// Ends all keys of this person.
pub fn revoke_keys(tx: &mut Tx<'_>, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let open = api_keys::table.filter(api_keys::person_id.eq(person.0)).filter(api_keys::revoked_at.is_null());
    diesel::update(open).set(api_keys::revoked_at.eq(Some(db(now)))).execute(&mut **tx)?;
    Ok(())
}

/// The key with this hash and its person, when both still stand.
pub fn find_key(conn: &mut Conn, hash: &str) -> Outcome<Option<(ApiKey, Person)>> {
    let found: Option<(KeyRow, people_db::Row)> = crate::each_backend!(conn, conn => api_keys::table
        .inner_join(people::table)
        .filter(api_keys::hash.eq(hash))
        .filter(api_keys::revoked_at.is_null())
        .filter(people_db::is_here())
        .select((
            (
                api_keys::id,
                api_keys::person_id,
                api_keys::name,
                api_keys::scope,
                api_keys::prefix,
                api_keys::created_at,
                api_keys::last_used_at,
            ),
            people_db::Row::as_select(),
        ))
        .first(conn)
        .optional())?;
    Ok(found.map(|(key, person)| (api_key(key), Person::from(person))))
}

pub fn touch_key(tx: &mut Tx<'_>, id: ApiKeyId, now: DateTime<Utc>) -> Outcome<()> {
    diesel::update(api_keys::table.find(id.0)).set(api_keys::last_used_at.eq(Some(db(now)))).execute(&mut **tx)?;
    Ok(())
}

/// A sign-in that waits for plex.tv. Its id is the random word in the visitor's cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlexSignIn {
    pub id: String,
    pub pin_id: i64,
    pub code: String,
    pub purpose: String,
    pub return_to: Option<String>,
    pub expires_at: DateTime<Utc>,
}

pub fn begin_plex(tx: &mut Tx<'_>, sign_in: &PlexSignIn, now: DateTime<Utc>) -> Outcome<()> {
    let row = (
        plex_sign_ins::id.eq(&sign_in.id),
        plex_sign_ins::pin_id.eq(sign_in.pin_id),
        plex_sign_ins::code.eq(&sign_in.code),
        plex_sign_ins::purpose.eq(&sign_in.purpose),
        plex_sign_ins::return_to.eq(&sign_in.return_to),
        plex_sign_ins::created_at.eq(db(now)),
        plex_sign_ins::expires_at.eq(db(sign_in.expires_at)),
    );
    diesel::insert_into(plex_sign_ins::table).values(row).execute(&mut **tx)?;
    Ok(())
}

/// Marks a Plex sign-in as spent. False when it was already.
pub fn spend_plex(tx: &mut Tx<'_>, id: &str, now: DateTime<Utc>) -> Outcome<bool> {
    let spent = diesel::update(plex_sign_ins::table.find(id))
        .filter(plex_sign_ins::used_at.is_null())
        .set(plex_sign_ins::used_at.eq(Some(db(now))))
        .execute(&mut **tx)?;
    Ok(spent > 0)
}
