//! Two people who turn out to be one: everything that refers to the one who goes is given to the one who stays, and written
//! down, so that they can be split again. Every column that refers to people is in `REFERRING`; a test counts them.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use serde::{Deserialize, Serialize};

use crate::db::schema::{merges, people};
use crate::db::time::{db, utc};
use crate::db::{Conn, Tx, sessions};
use crate::domain::ids::{MergeId, PersonId};
use crate::domain::people::Role;
use crate::error::{AppError, Outcome};

/// What becomes of rows that refer to the one who goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// They are the other's from then on, each by its id.
    Moves,
    /// One row for each key: where the other has none they move; `rest` is copied when they split again.
    Unites { key: &'static str, rest: Option<&'static str> },
    /// They stay the other's, also after a split.
    Stays,
    /// They go with the one who goes.
    Ends,
}

const fn unites(key: &'static str, rest: &'static str) -> Fate {
    Fate::Unites { key, rest: Some(rest) }
}

/// By server, where the one who stays is the one on Plex.
const BY_SERVER: Fate = Fate::Unites { key: "server_id", rest: None };

pub const REFERRING: &[(&str, &str, Fate)] = &[
    ("sessions", "person_id", Fate::Ends),
    ("plex_sign_ins", "person_id", Fate::Ends),
    ("api_keys", "person_id", Fate::Moves),
    ("notice_choices", "person_id", unites("event", "by_mail")),
    ("shares", "person_id", BY_SERVER),
    ("sent_shares", "person_id", BY_SERVER),
    ("spared_changes", "person_id", BY_SERVER),
    ("runs", "asked_by", Fate::Moves),
    ("requests", "asker_id", Fate::Moves),
    ("requests", "decided_by", Fate::Moves),
    ("request_events", "actor_id", Fate::Moves),
    ("request_follows", "person_id", unites("request_id", "created_at")),
    ("activity", "actor_id", Fate::Moves),
    ("activity", "person_id", Fate::Moves),
    ("group_members", "person_id", unites("group_id", "since")),
    ("grants", "person_id", Fate::Moves),
    ("grants", "granted_by", Fate::Moves),
    ("exclusions", "person_id", unites("library_id", "excluded_by, created_at")),
    ("exclusions", "excluded_by", Fate::Stays),
    ("access_batches", "made_by", Fate::Moves),
    ("access_changes", "person_id", Fate::Moves),
    ("invites", "made_by", Fate::Moves),
    ("ask_links", "made_by", Fate::Moves),
    ("access_requests", "decided_by", Fate::Moves),
    ("invite_uses", "person_id", Fate::Moves),
    ("invite_uses", "invited_by", Fate::Moves),
    ("invite_mails", "asked_by", Fate::Moves),
    ("welcome_reads", "person_id", unites("page_id", "pressed_at, read_at")),
    ("person_flags", "person_id", Fate::Ends),
    ("memberships", "person_id", Fate::Ends),
    ("removals", "person_id", Fate::Ends),
    ("removals", "made_by", Fate::Moves),
    ("mail_changes", "person_id", Fate::Ends),
    ("merges", "person_id", Fate::Moves),
    ("merges", "merged_by", Fate::Moves),
];

/// A person's row with all that is in it.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = people)]
struct Whole {
    id: i64,
    name: String,
    email: Option<String>,
    username: Option<String>,
    password_hash: Option<String>,
    role: String,
    plex_id: Option<i64>,
    plex_username: Option<String>,
    plex_token: Option<String>,
    thumb: Option<String>,
    is_owner: bool,
    home: bool,
    restricted: bool,
    theme: String,
    missed_reads: i32,
    gone_at: Option<NaiveDateTime>,
    last_seen_at: Option<NaiveDateTime>,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
    invited: bool,
    notes: String,
    keep: bool,
    missed_at: Option<NaiveDateTime>,
    #[serde(default)]
    limits_kept_at: Option<NaiveDateTime>,
    #[serde(default)]
    email_confirmed_at: Option<NaiveDateTime>,
    #[serde(default)]
    removed_at: Option<NaiveDateTime>,
}

/// What of the one who stays may change by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Shared {
    email: Option<String>,
    username: Option<String>,
    role: String,
    notes: String,
    keep: bool,
}

impl Shared {
    fn of(row: &Whole) -> Self {
        Self {
            email: row.email.clone(),
            username: row.username.clone(),
            role: row.role.clone(),
            notes: row.notes.clone(),
            keep: row.keep,
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Moved {
    person: Whole,
    /// Of the one who stays: before and after.
    before: Shared,
    before_password: Option<String>,
    after: Shared,
    /// Table, column, ids.
    rows: Vec<(String, String, Vec<i64>)>,
    /// Table, keys that moved, keys that both had.
    pairs: Vec<(String, Vec<String>, Vec<String>)>,
}

/// Somebody who was merged into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub id: MergeId,
    pub name: String,
    pub at: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Key {
    #[diesel(sql_type = Text)]
    key: String,
}

/// `gone` becomes part of `kept`, who has this role from then on.
pub fn merge(
    tx: &mut Tx<'_>,
    kept: PersonId,
    gone: PersonId,
    role: Role,
    by: PersonId,
    now: DateTime<Utc>,
) -> Outcome<MergeId> {
    let (stays, goes) = (whole(tx, kept)?, whole(tx, gone)?);
    sessions::revoke_keys(tx, gone, now)?;
    let (mut rows, mut pairs) = (Vec::new(), Vec::new());
    for (table, column, fate) in REFERRING {
        match fate {
            Fate::Moves => {
                rows.push(((*table).to_owned(), (*column).to_owned(), move_rows(tx, table, column, kept, gone)?))
            }
            Fate::Unites { key, .. } => {
                let (moved, both) = unite(tx, table, key, kept, gone)?;
                pairs.push(((*table).to_owned(), moved, both));
            }
            Fate::Stays => run(tx, &format!("UPDATE {table} SET {column} = {kept} WHERE {column} = {gone}"))?,
            Fate::Ends => {}
        }
    }
    diesel::delete(people::table.find(gone.0)).execute(&mut **tx)?;
    let after = united(&stays, &goes, role);
    let password = if stays.username.is_some() { &stays.password_hash } else { &goes.password_hash };
    set(tx, kept, &after, password.as_deref(), now)?;
    diesel::update(people::table.find(kept.0))
        .set(people::last_seen_at.eq(stays.last_seen_at.max(goes.last_seen_at)))
        .execute(&mut **tx)?;
    let name = goes.name.clone();
    let (before, before_password) = (Shared::of(&stays), stays.password_hash);
    let moved = Moved { person: goes, before, before_password, after, rows, pairs };
    let row = (
        merges::person_id.eq(kept.0),
        merges::name.eq(name),
        merges::moved.eq(serde_json::to_string(&moved).map_err(AppError::internal)?),
        merges::merged_by.eq(Some(if by == gone { kept.0 } else { by.0 })),
        merges::merged_at.eq(db(now)),
    );
    let id: i64 = diesel::insert_into(merges::table).values(row).returning(merges::id).get_result(&mut **tx)?;
    Ok(MergeId(id))
}

fn whole(conn: &mut Conn, id: PersonId) -> Outcome<Whole> {
    let row: Option<Whole> = people::table.find(id.0).select(Whole::as_select()).first(conn).optional()?;
    row.ok_or(AppError::NotFound)
}

/// What is there of either; the sign-in of the one who stays goes before.
fn united(stays: &Whole, goes: &Whole, role: Role) -> Shared {
    let notes: Vec<&str> =
        [&stays.notes, &goes.notes].into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    Shared {
        email: stays.email.clone().or(goes.email.clone()),
        username: stays.username.clone().or(goes.username.clone()),
        role: role.as_str().to_owned(),
        notes: notes.join("\n"),
        keep: stays.keep || goes.keep,
    }
}

fn set(tx: &mut Tx<'_>, id: PersonId, shared: &Shared, password: Option<&str>, now: DateTime<Utc>) -> Outcome<()> {
    let values = (
        people::email.eq(&shared.email),
        people::username.eq(&shared.username),
        people::password_hash.eq(password),
        people::role.eq(&shared.role),
        people::notes.eq(&shared.notes),
        people::keep.eq(shared.keep),
        people::updated_at.eq(db(now)),
    );
    diesel::update(people::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

/// Names of tables and columns are ours, ids are row ids: nothing can be slipped in.
fn run(tx: &mut Tx<'_>, sql: &str) -> Outcome<()> {
    diesel::sql_query(sql).execute(&mut **tx)?;
    Ok(())
}

fn move_rows(tx: &mut Tx<'_>, table: &str, column: &str, to: PersonId, from: PersonId) -> Outcome<Vec<i64>> {
    let ids: Vec<Id> =
        diesel::sql_query(format!("SELECT id FROM {table} WHERE {column} = {from} ORDER BY id")).load(&mut **tx)?;
    run(tx, &format!("UPDATE {table} SET {column} = {to} WHERE {column} = {from}"))?;
    Ok(ids.into_iter().map(|row| row.id).collect())
}

/// Back: the keys that moved, and those that both had.
fn unite(tx: &mut Tx<'_>, table: &str, key: &str, to: PersonId, from: PersonId) -> Outcome<(Vec<String>, Vec<String>)> {
    let keys = |tx: &mut Tx<'_>, person: PersonId| -> Outcome<Vec<String>> {
        let sql = format!("SELECT CAST({key} AS TEXT) AS key FROM {table} WHERE person_id = {person} ORDER BY {key}");
        let rows: Vec<Key> = diesel::sql_query(sql).load(&mut **tx)?;
        Ok(rows.into_iter().map(|row| row.key).collect())
    };
    let (theirs, others) = (keys(tx, from)?, keys(tx, to)?);
    let (both, moved): (Vec<String>, Vec<String>) = theirs.into_iter().partition(|key| others.contains(key));
    for one in &moved {
        hand_over(tx, table, key, one, to, from)?;
    }
    Ok((moved, both))
}

fn hand_over(tx: &mut Tx<'_>, table: &str, key: &str, value: &str, to: PersonId, from: PersonId) -> Outcome<()> {
    let sql = format!("UPDATE {table} SET person_id = {to} WHERE person_id = {from} AND CAST({key} AS TEXT) = $1");
    diesel::sql_query(sql).bind::<Text, _>(value).execute(&mut **tx)?;
    Ok(())
}

/// Those who were merged into somebody, the last one first.
pub fn of_person(conn: &mut Conn, id: PersonId) -> Outcome<Vec<Merged>> {
    let rows: Vec<(i64, String, NaiveDateTime)> = merges::table
        .filter(merges::person_id.eq(id.0))
        .order(merges::id.desc())
        .select((merges::id, merges::name, merges::merged_at))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, name, at)| Merged { id: MergeId(id), name, at: utc(at) }).collect())
}

/// The role that somebody who was merged had, and comes back with.
pub fn role_of(conn: &mut Conn, kept: PersonId, id: MergeId) -> Outcome<Option<Role>> {
    let moved = moved(conn, kept, id)?;
    Ok(moved.map(|moved| moved.person.role.parse().unwrap_or(Role::Viewer)))
}

fn moved(conn: &mut Conn, kept: PersonId, id: MergeId) -> Outcome<Option<Moved>> {
    let row = merges::table.find(id.0).filter(merges::person_id.eq(kept.0));
    let text: Option<String> = row.select(merges::moved).first(conn).optional()?;
    text.map(|text| serde_json::from_str(&text).map_err(AppError::internal)).transpose()
}

/// Brings back who was merged, with what was theirs. What the one who stays has changed since stays theirs.
pub fn split(tx: &mut Tx<'_>, kept: PersonId, id: MergeId, now: DateTime<Utc>) -> Outcome<(PersonId, String)> {
    let Moved { mut person, before, before_password, after, rows, pairs } =
        moved(tx, kept, id)?.ok_or(AppError::NotFound)?;
    let has = whole(tx, kept)?;
    let now_has = Shared::of(&has);
    let lent = before.username.is_none() && person.username.is_some() && has.username == person.username;
    let left = Shared {
        email: back(now_has.email, &after.email, before.email),
        username: if lent { None } else { now_has.username },
        role: back(now_has.role, &after.role, before.role),
        notes: back(now_has.notes, &after.notes, before.notes),
        keep: back(now_has.keep, &after.keep, before.keep),
    };
    let password = if lent {
        // The password of that sign-in may be a new one.
        person.password_hash = has.password_hash;
        before_password
    } else {
        has.password_hash
    };
    set(tx, kept, &left, password.as_deref(), now)?;
    let (back, name) = (PersonId(person.id), person.name.clone());
    diesel::insert_into(people::table).values(&person).execute(&mut **tx).map_err(
        |error| match crate::db::is_taken(&error) {
            true => AppError::Conflict("Somebody else has this sign-in name by now. Nothing was changed.".to_owned()),
            false => error.into(),
        },
    )?;
    for (table, column, ids) in &rows {
        for id in ids {
            run(tx, &format!("UPDATE {table} SET {column} = {back} WHERE id = {id} AND {column} = {kept}"))?;
        }
    }
    for (table, moved, both) in &pairs {
        let known = REFERRING.iter().find_map(|(name, _, fate)| match fate {
            Fate::Unites { key, rest } if name == table => Some((*key, *rest)),
            _ => None,
        });
        let Some((key, rest)) = known else { continue };
        for one in moved {
            hand_over(tx, table, key, one, back, kept)?;
        }
        let Some(rest) = rest else { continue };
        for one in both {
            let sql = format!(
                "INSERT INTO {table} (person_id, {key}, {rest}) SELECT {back}, {key}, {rest} FROM {table} WHERE person_id = {kept} AND CAST({key} AS TEXT) = $1"
            );
            diesel::sql_query(sql).bind::<Text, _>(one).execute(&mut **tx)?;
        }
    }
    diesel::delete(merges::table.find(id.0)).execute(&mut **tx)?;
    Ok((back, name))
}

/// As it was before, unless somebody has changed it since.
fn back<T: PartialEq>(has: T, after: &T, before: T) -> T {
    if has == *after { before } else { has }
}
