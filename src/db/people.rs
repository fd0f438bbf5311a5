//! People: who they are, how they sign in, what they chose. Identity is the Plex account id, or the local name.
//! Somebody who is gone from Plex still comes in when they have a password of their own here.

pub mod import;
pub mod lists;
pub mod merge;
pub mod notes;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::among::Among;
use super::conn::MultiBackend;
use super::schema::people;
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx};
use crate::crypto::token_hash;
use crate::domain::ids::PersonId;
use crate::domain::people::{Person, Role, Theme};
use crate::domain::settings::{Registration, SettingKey};
use crate::error::Outcome;

#[derive(Queryable, Selectable)]
#[diesel(table_name = people)]
pub(super) struct Row {
    id: i64,
    name: String,
    email: Option<String>,
    username: Option<String>,
    password_hash: Option<String>,
    role: String,
    plex_id: Option<i64>,
    plex_username: Option<String>,
    thumb: Option<String>,
    is_owner: bool,
    home: bool,
    restricted: bool,
    limits_kept_at: Option<chrono::NaiveDateTime>,
    theme: String,
    gone_at: Option<chrono::NaiveDateTime>,
    removed_at: Option<chrono::NaiveDateTime>,
    last_seen_at: Option<chrono::NaiveDateTime>,
    created_at: chrono::NaiveDateTime,
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        Self {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
            username: row.username,
            has_password: row.password_hash.is_some(),
            // An unknown word in the table gives the least.
            role: row.role.parse().unwrap_or(Role::Viewer),
            plex_id: row.plex_id,
            plex_username: row.plex_username,
            thumb: row.thumb,
            is_owner: row.is_owner,
            home: row.home,
            restricted: row.restricted,
            limits_kept_at: utc_opt(row.limits_kept_at),
            theme: row.theme.parse().unwrap_or(Theme::System),
            gone_at: utc_opt(row.gone_at),
            removed_at: utc_opt(row.removed_at),
            last_seen_at: utc_opt(row.last_seen_at),
            created_at: utc(row.created_at),
        }
    }
}

/// What is known of somebody who is written down for the first time.
#[derive(Debug, Clone)]
pub struct NewPerson {
    pub name: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub password_hash: Option<String>,
    pub role: Role,
    pub plex_id: Option<i64>,
    pub plex_username: Option<String>,
    pub thumb: Option<String>,
    pub is_owner: bool,
    pub home: bool,
    pub restricted: bool,
}

impl NewPerson {
    /// Somebody who has nothing to do with Plex, or not yet.
    pub fn local(name: &str, username: &str, role: Role) -> Self {
        Self {
            name: name.to_owned(),
            email: None,
            username: Some(username.to_owned()),
            password_hash: None,
            role,
            plex_id: None,
            plex_username: None,
            thumb: None,
            is_owner: false,
            home: false,
            restricted: false,
        }
    }
}

/// The same as `Person::is_here`, for queries.
#[diesel::dsl::auto_type]
pub(super) fn is_here() -> _ {
    let on_plex_or_local = people::gone_at.is_null().or(people::password_hash.is_not_null());
    people::removed_at.is_null().and(on_plex_or_local)
}

/// Notes when Plex said that it keeps somebody's limits itself; none once it has taken some from us.
pub fn note_limits_kept(tx: &mut Tx<'_>, id: PersonId, at: Option<DateTime<Utc>>) -> Outcome<()> {
    let values = people::limits_kept_at.eq(at.map(db));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

pub fn get(conn: &mut Conn, id: PersonId) -> Outcome<Option<Person>> {
    one(conn, people::table.find(id.0).into_boxed())
}

pub fn by_username(conn: &mut Conn, username: &str) -> Outcome<Option<Person>> {
    let wanted = username.trim().to_lowercase();
    one(conn, people::table.filter(people::username.eq(wanted)).into_boxed())
}

pub fn by_plex_id(conn: &mut Conn, plex_id: i64) -> Outcome<Option<Person>> {
    one(conn, people::table.filter(people::plex_id.eq(plex_id)).into_boxed())
}

/// Somebody known by mail address alone: a pending invite.
pub fn by_email_without_plex(conn: &mut Conn, email: &str) -> Outcome<Option<Person>> {
    let wanted = email.trim().to_lowercase();
    one(
        conn,
        people::table
            .filter(people::plex_id.is_null())
            .filter(people::username.is_null())
            .filter(people::email.eq(wanted))
            .into_boxed(),
    )
}

fn one(conn: &mut Conn, query: people::BoxedQuery<'_, MultiBackend>) -> Outcome<Option<Person>> {
    let row: Option<Row> = query.select(Row::as_select()).first(conn).optional()?;
    Ok(row.map(Person::from))
}

/// The stored password hash behind a sign-in name, or nothing for both "unknown" and "has none". A mail address will do
/// where it leads to one person only.
pub fn password_hash(conn: &mut Conn, username: &str) -> Outcome<Option<(PersonId, String)>> {
    let wanted = username.trim().to_lowercase();
    let with_password = people::table.filter(people::password_hash.is_not_null()).filter(people::removed_at.is_null());
    let columns = (people::id, people::password_hash.assume_not_null());
    let found: Option<(i64, String)> =
        with_password.filter(people::username.eq(&wanted)).select(columns).first(conn).optional()?;
    if let Some((id, hash)) = found {
        return Ok(Some((PersonId(id), hash)));
    }
    let mut by_email: Vec<(i64, String)> =
        with_password.filter(people::email.eq(&wanted)).select(columns).limit(2).load(conn)?;
    Ok(if by_email.len() == 1 { by_email.pop().map(|(id, hash)| (PersonId(id), hash)) } else { None })
}

/// Whom somebody means who has forgotten how to come in: by sign-in name, else by a mail address that leads to one person
/// only. One look, whoever it is.
pub fn meant(conn: &mut Conn, typed: &str) -> Outcome<Option<Person>> {
    let wanted = typed.trim().to_lowercase();
    let rows: Vec<Row> = people::table
        .filter(people::username.eq(&wanted).or(people::email.eq(&wanted)))
        .filter(people::removed_at.is_null())
        .select(Row::as_select())
        .load(conn)?;
    let (named, mut by_mail): (Vec<Person>, Vec<Person>) =
        rows.into_iter().map(Person::from).partition(|person| person.username.as_deref() == Some(&wanted));
    if by_mail.len() > 1 {
        by_mail.retain(|person| person.has_password);
    }
    Ok(named.into_iter().next().or_else(|| by_mail.pop().filter(|_| by_mail.is_empty())))
}

/// The hash of this person's own password.
pub fn password_hash_of(conn: &mut Conn, id: PersonId) -> Outcome<Option<String>> {
    let found: Option<Option<String>> =
        people::table.find(id.0).select(people::password_hash).first(conn).optional()?;
    Ok(found.flatten())
}

pub fn add(tx: &mut Tx<'_>, person: &NewPerson, now: DateTime<Utc>) -> Outcome<PersonId> {
    let row = (
        people::name.eq(&person.name),
        people::email.eq(person.email.as_ref().map(|email| email.trim().to_lowercase())),
        people::username.eq(person.username.as_ref().map(|name| name.trim().to_lowercase())),
        people::password_hash.eq(&person.password_hash),
        people::role.eq(person.role.as_str()),
        people::plex_id.eq(person.plex_id),
        people::plex_username.eq(&person.plex_username),
        people::thumb.eq(&person.thumb),
        people::is_owner.eq(person.is_owner),
        people::home.eq(person.home),
        people::restricted.eq(person.restricted),
        people::created_at.eq(db(now)),
        people::updated_at.eq(db(now)),
    );
    let id: i64 = diesel::insert_into(people::table).values(row).returning(people::id).get_result(&mut **tx)?;
    Ok(PersonId(id))
}

pub fn set_password(tx: &mut Tx<'_>, id: PersonId, hash: &str, now: DateTime<Utc>) -> Outcome<()> {
    let values = (people::password_hash.eq(Some(hash)), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

pub fn set_role(tx: &mut Tx<'_>, id: PersonId, role: Role, now: DateTime<Utc>) -> Outcome<()> {
    let values = (people::role.eq(role.as_str()), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Lets somebody in again who had been taken off.
pub fn welcome_back(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let none = None::<chrono::NaiveDateTime>;
    let values = (people::gone_at.eq(none), people::removed_at.eq(none), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    super::removals::take_in(tx, id, now)
}

/// They are nobody here from now on; what is theirs stays.
pub fn remove(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let row = people::table.find(id.0);
    diesel::update(row.filter(people::gone_at.is_null())).set(people::gone_at.eq(Some(db(now)))).execute(&mut **tx)?;
    let values = (people::removed_at.eq(Some(db(now))), people::updated_at.eq(db(now)));
    diesel::update(row).set(values).execute(&mut **tx)?;
    Ok(())
}

/// They are somebody again, as Plex has them.
pub fn take_in_again(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let none = None::<chrono::NaiveDateTime>;
    let row = people::table.find(id.0);
    // Who was gone from Plex before is so still.
    let gone_by_it = row.filter(people::gone_at.nullable().eq(people::removed_at));
    diesel::update(gone_by_it).set(people::gone_at.eq(none)).execute(&mut **tx)?;
    diesel::update(row).set((people::removed_at.eq(none), people::updated_at.eq(db(now)))).execute(&mut **tx)?;
    super::removals::take_in(tx, id, now)
}

/// Plex has taken somebody out of the Home; a managed user is gone with it.
pub fn left_home(tx: &mut Tx<'_>, id: PersonId, is_gone: bool, now: DateTime<Utc>) -> Outcome<()> {
    let row = people::table.find(id.0);
    diesel::update(row).set((people::home.eq(false), people::updated_at.eq(db(now)))).execute(&mut **tx)?;
    if is_gone {
        let here = row.filter(people::gone_at.is_null());
        diesel::update(here).set(people::gone_at.eq(Some(db(now)))).execute(&mut **tx)?;
    }
    Ok(())
}

/// Somebody with this account was removed from Usherr.
pub fn is_removed(conn: &mut Conn, plex_id: i64) -> Outcome<bool> {
    Ok(by_plex_id(conn, plex_id)?.is_some_and(|person| person.removed_at.is_some()))
}

pub fn set_theme(tx: &mut Tx<'_>, id: PersonId, theme: Theme, now: DateTime<Utc>) -> Outcome<()> {
    let values = (people::theme.eq(theme.as_str()), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

pub fn set_email(tx: &mut Tx<'_>, id: PersonId, email: Option<&str>, now: DateTime<Utc>) -> Outcome<()> {
    let email = email.map(|email| email.trim().to_lowercase());
    let values = (people::email.eq(email), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Keeps an address whose reader has confirmed it; Plex does not change it any more.
pub fn confirm_email(tx: &mut Tx<'_>, id: PersonId, email: &str, now: DateTime<Utc>) -> Outcome<()> {
    set_email(tx, id, Some(email), now)?;
    diesel::update(people::table.find(id.0)).set(people::email_confirmed_at.eq(Some(db(now)))).execute(&mut **tx)?;
    Ok(())
}

/// Somebody has this address.
pub fn has_address(conn: &mut Conn, email: &str) -> Outcome<bool> {
    let holders: i64 = people::table.filter(people::email.eq(email)).count().get_result(conn)?;
    Ok(holders > 0)
}

/// Tells how somebody comes in, password and address, from any other way; it tells nothing else of it.
pub fn sign_in_mark(conn: &mut Conn, id: PersonId) -> Outcome<Option<String>> {
    let found: Option<(Option<String>, Option<String>)> =
        people::table.find(id.0).select((people::password_hash, people::email)).first(conn).optional()?;
    Ok(found.map(|(hash, email)| {
        let both = format!("{}\n{}", hash.unwrap_or_default(), email.unwrap_or_default());
        token_hash(&both).chars().take(MARK).collect()
    }))
}

const MARK: usize = 16;

/// Keeps the sealed account token of somebody who signed in with Plex.
pub fn set_plex_token(tx: &mut Tx<'_>, id: PersonId, sealed: &str) -> Outcome<()> {
    diesel::update(people::table.find(id.0)).set(people::plex_token.eq(Some(sealed))).execute(&mut **tx)?;
    Ok(())
}

pub fn plex_token(conn: &mut Conn, id: PersonId) -> Outcome<Option<String>> {
    Ok(people::table.find(id.0).select(people::plex_token).first::<Option<String>>(conn).optional()?.flatten())
}

pub fn touch(tx: &mut Tx<'_>, id: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    diesel::update(people::table.find(id.0)).set(people::last_seen_at.eq(Some(db(now)))).execute(&mut **tx)?;
    Ok(())
}

/// Those with one of these roles who are still here.
pub fn with_roles(conn: &mut Conn, roles: &[Role]) -> Outcome<Vec<Person>> {
    let words: Vec<&str> = roles.iter().map(|role| role.as_str()).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => people::table
        .filter(people::role.among(words))
        .filter(is_here())
        .order(people::id)
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Person::from).collect())
}

/// The people of these ids, in no order.
pub fn named(conn: &mut Conn, ids: &[PersonId]) -> Outcome<Vec<Person>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => people::table
        .filter(people::id.among(ids))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Person::from).collect())
}

pub fn an_admin_exists(conn: &mut Conn) -> Outcome<bool> {
    let admins = people::table.filter(people::role.eq(Role::Admin.as_str())).filter(is_here());
    let count: i64 = admins.count().get_result(conn)?;
    Ok(count > 0)
}

/// How many admins there would be without this one.
pub fn other_admins(conn: &mut Conn, id: PersonId) -> Outcome<i64> {
    let others =
        people::table.filter(people::role.eq(Role::Admin.as_str())).filter(is_here()).filter(people::id.ne(id.0));
    Ok(others.count().get_result(conn)?)
}

/// True when an admin and a media server exist, and nobody asked for the wizard again.
pub fn setup_done(conn: &mut Conn) -> Outcome<bool> {
    let servers: i64 = super::schema::servers::table.count().get_result(conn)?;
    if servers == 0 || !an_admin_exists(conn)? {
        return Ok(false);
    }
    let reopened = super::settings::get(conn, SettingKey::SetupOpen.as_str())?;
    Ok(reopened.as_deref() != Some("true"))
}

/// Somebody who signs in with Plex only so far, by their mail address.
pub fn by_email_without_sign_in(conn: &mut Conn, email: &str) -> Outcome<Option<Person>> {
    let wanted = email.trim().to_lowercase();
    one(conn, people::table.filter(people::username.is_null()).filter(people::email.eq(wanted)).into_boxed())
}

/// Whether somebody who comes by Plex may give themselves a name and a password.
pub fn may_register(conn: &mut Conn, person: &Person, rule: Registration) -> Outcome<bool> {
    let Some(plex_id) = person.plex_id.filter(|_| !person.has_password && rule != Registration::Nobody) else {
        return Ok(false);
    };
    if person.is_owner || super::shares::is_accepted(conn, plex_id)? {
        return Ok(true);
    }
    Ok(rule == Registration::Invited && super::invite_uses::any_of(conn, plex_id)?)
}

/// Gives somebody a local sign-in name.
pub fn set_username(tx: &mut Tx<'_>, id: PersonId, username: &str, now: DateTime<Utc>) -> Outcome<()> {
    let values = (people::username.eq(Some(username.trim().to_lowercase())), people::updated_at.eq(db(now)));
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}
