//! Invites, with the groups or libraries that each gives.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::among::Among;
use super::schema::{invite_groups, invite_libraries, invites};
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx, is_taken};
use crate::domain::group::Flags;
use crate::domain::ids::{GroupId, InviteId, LibraryId, PersonId};
use crate::domain::invite::form::By;
use crate::domain::invite::{Gives, Invite, Standing};
use crate::error::{AppError, Outcome};

pub const CODE_TAKEN: &str = "There is an invite with this link already. Choose another end for it.";

#[derive(Queryable, Selectable)]
#[diesel(table_name = invites)]
pub(super) struct Row {
    id: i64,
    code: String,
    label: String,
    note: String,
    gives: String,
    allow_sync: bool,
    allow_camera_upload: bool,
    allow_tuners: bool,
    uses: Option<i32>,
    used: i32,
    expires_at: Option<NaiveDateTime>,
    paused: bool,
    made_by: Option<i64>,
    made_at: NaiveDateTime,
    stay: String,
    by_member: bool,
    home: bool,
}

impl Row {
    fn invite(self, gives: Gives) -> Outcome<Invite> {
        Ok(Invite {
            id: InviteId(self.id),
            code: self.code,
            label: self.label,
            note: self.note,
            gives,
            flags: Flags { sync: self.allow_sync, camera_upload: self.allow_camera_upload, tuners: self.allow_tuners },
            home: self.home,
            stay: self.stay.parse().map_err(AppError::internal)?,
            uses: self.uses.and_then(|uses| u32::try_from(uses).ok()),
            used: u32::try_from(self.used).unwrap_or_default(),
            expires_at: utc_opt(self.expires_at),
            paused: self.paused,
            made_by: self.made_by.map(PersonId),
            by_member: self.by_member,
            made_at: utc(self.made_at),
        })
    }
}

/// The words of `Standing`, for the same reasons in the same order.
#[diesel::dsl::auto_type]
fn standing_is(now: NaiveDateTime, standing: &'static str) -> _ {
    let is_over = invites::expires_at.le(now);
    let is_used_up = invites::used.nullable().ge(invites::uses);
    case_when(is_over, "expired".into_sql::<Text>())
        .when(is_used_up, "used_up".into_sql::<Text>())
        .when(invites::paused.eq(true), "paused".into_sql::<Text>())
        .otherwise("open".into_sql::<Text>())
        .eq(standing)
}

/// How many there are of each standing.
pub fn counts(conn: &mut Conn, now: DateTime<Utc>) -> Outcome<HashMap<Standing, i64>> {
    Standing::ALL
        .iter()
        .map(|standing| {
            let rows = invites::table.filter(standing_is(db(now), standing.as_str()));
            Ok((*standing, rows.count().get_result(conn)?))
        })
        .collect()
}

/// Those of a standing, or all, newest first.
pub fn list(
    conn: &mut Conn,
    standing: Option<Standing>,
    now: DateTime<Utc>,
    offset: i64,
    limit: i64,
) -> Outcome<Vec<Invite>> {
    let all = invites::table.order(invites::id.desc()).select(Row::as_select()).offset(offset).limit(limit);
    let rows: Vec<Row> = match standing {
        None => all.load(conn)?,
        Some(standing) => all.filter(standing_is(db(now), standing.as_str())).load(conn)?,
    };
    whole(conn, rows)
}

pub(super) fn whole(conn: &mut Conn, rows: Vec<Row>) -> Outcome<Vec<Invite>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let groups: Vec<(i64, i64)> = crate::each_backend!(conn, conn => invite_groups::table
        .filter(invite_groups::invite_id.among(ids.clone()))
        .order(invite_groups::group_id)
        .load(conn))?;
    let libraries: Vec<(i64, i64)> = crate::each_backend!(conn, conn => invite_libraries::table
        .filter(invite_libraries::invite_id.among(ids))
        .order(invite_libraries::library_id)
        .load(conn))?;
    rows.into_iter()
        .map(|row| {
            let of = |all: &[(i64, i64)]| -> Vec<i64> {
                all.iter().filter(|(invite, _)| *invite == row.id).map(|(_, given)| *given).collect()
            };
            let gives = match row.gives.parse().map_err(AppError::internal)? {
                By::Groups => Gives::Groups(of(&groups).into_iter().map(GroupId).collect()),
                By::Libraries => Gives::Libraries(of(&libraries).into_iter().map(LibraryId).collect()),
            };
            row.invite(gives)
        })
        .collect()
}

pub fn get(conn: &mut Conn, id: InviteId) -> Outcome<Option<Invite>> {
    let row: Option<Row> = invites::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    Ok(whole(conn, row.into_iter().collect())?.pop())
}

/// By the end of its link, in whatever case it was typed.
pub fn by_code(conn: &mut Conn, code: &str) -> Outcome<Option<Invite>> {
    let row: Option<Row> = invites::table
        .filter(invites::code.eq(code.trim().to_lowercase()))
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    Ok(whole(conn, row.into_iter().collect())?.pop())
}

/// Saves an invite; id 0 makes a new one. How often it was used is not written here.
pub fn save(tx: &mut Tx<'_>, invite: &Invite, now: DateTime<Utc>) -> Outcome<InviteId> {
    let by = match invite.gives {
        Gives::Groups(_) => By::Groups,
        Gives::Libraries(_) => By::Libraries,
    };
    let values = (
        invites::code.eq(&invite.code),
        invites::label.eq(&invite.label),
        invites::note.eq(&invite.note),
        invites::gives.eq(by.as_str()),
        invites::allow_sync.eq(invite.flags.sync),
        invites::allow_camera_upload.eq(invite.flags.camera_upload),
        invites::allow_tuners.eq(invite.flags.tuners),
        invites::home.eq(invite.home),
        invites::stay.eq(invite.stay.to_string()),
        invites::uses.eq(invite.uses.and_then(|uses| i32::try_from(uses).ok())),
        invites::expires_at.eq(invite.expires_at.map(db)),
        invites::paused.eq(invite.paused),
        invites::updated_at.eq(db(now)),
    );
    let id = match invite.id.0 {
        0 => {
            let made = (
                invites::made_by.eq(invite.made_by.map(|id| id.0)),
                invites::by_member.eq(invite.by_member),
                invites::made_at.eq(db(now)),
            );
            let new = diesel::insert_into(invites::table).values((values, made)).returning(invites::id);
            new.get_result(&mut **tx).map_err(as_taken)?
        }
        id => {
            diesel::update(invites::table.find(id)).set(values).execute(&mut **tx).map_err(as_taken)?;
            id
        }
    };
    keep_gives(tx, id, &invite.gives)?;
    Ok(InviteId(id))
}

fn as_taken(error: diesel::result::Error) -> AppError {
    match is_taken(&error) {
        true => AppError::field("code", CODE_TAKEN),
        false => error.into(),
    }
}

fn keep_gives(tx: &mut Tx<'_>, id: i64, gives: &Gives) -> Outcome<()> {
    diesel::delete(invite_groups::table.filter(invite_groups::invite_id.eq(id))).execute(&mut **tx)?;
    diesel::delete(invite_libraries::table.filter(invite_libraries::invite_id.eq(id))).execute(&mut **tx)?;
    match gives {
        Gives::Groups(groups) => {
            for group in groups {
                let row = (invite_groups::invite_id.eq(id), invite_groups::group_id.eq(group.0));
                diesel::insert_into(invite_groups::table).values(row).execute(&mut **tx)?;
            }
        }
        Gives::Libraries(libraries) => {
            for library in libraries {
                let row = (invite_libraries::invite_id.eq(id), invite_libraries::library_id.eq(library.0));
                diesel::insert_into(invite_libraries::table).values(row).execute(&mut **tx)?;
            }
        }
    }
    Ok(())
}

/// Pauses a link, or lets it work again.
pub fn pause(tx: &mut Tx<'_>, id: InviteId, paused: bool, now: DateTime<Utc>) -> Outcome<()> {
    let set = (invites::paused.eq(paused), invites::updated_at.eq(db(now)));
    diesel::update(invites::table.find(id.0)).set(set).execute(&mut **tx)?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, id: InviteId) -> Outcome<()> {
    diesel::delete(invites::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}

/// Removes all links, or those that are over or used up.
pub fn clear(tx: &mut Tx<'_>, only_over: bool, now: DateTime<Utc>) -> Outcome<usize> {
    if !only_over {
        return Ok(diesel::delete(invites::table).execute(&mut **tx)?);
    }
    let mut removed = 0;
    for standing in [Standing::Expired, Standing::UsedUp] {
        let rows = invites::table.filter(standing_is(db(now), standing.as_str()));
        removed += diesel::delete(rows).execute(&mut **tx)?;
    }
    Ok(removed)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use chrono::TimeDelta;
    use diesel::connection::SimpleConnection;

    use super::*;
    use crate::db::Db;
    use crate::db::testing::{TestDatabase, fresh};
    use crate::domain::invite::tests::invite;

    const SEED: &str = "
        INSERT INTO groups (id, name, created_at, updated_at) VALUES
            (3, 'Friends', '2026-01-01 00:00:00', '2026-01-01 00:00:00'), (4, 'Cousins', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
        INSERT INTO servers (id, name, url, token, position, created_at, updated_at) VALUES
            (1, 'Attic', 'http://a', '', 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
        INSERT INTO libraries (id, server_id, section_key, title, kind, agent) VALUES
            (5, 1, '1', 'Films', 'movie', ''), (6, 1, '2', 'Series', 'show', '');
    ";

    async fn house() -> (Db, TestDatabase) {
        let database = fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        db.write(|tx| {
            let conn: &mut Conn = tx;
            Ok(conn.batch_execute(SEED)?)
        })
        .await
        .unwrap();
        (db, database)
    }

    fn now() -> DateTime<Utc> {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn new(code: &str) -> Invite {
        Invite { id: InviteId(0), code: code.to_owned(), used: 0, made_at: now(), ..invite() }
    }

    #[tokio::test]
    async fn an_invite_is_kept_whole_and_found_by_its_link() {
        let (db, _database) = house().await;
        let by_groups = Invite {
            label: "For the cousins".to_owned(),
            note: "Come in!".to_owned(),
            gives: Gives::Groups(vec![GroupId(3), GroupId(4)]),
            flags: Flags { sync: true, camera_upload: false, tuners: true },
            home: true,
            stay: "12m".parse().unwrap(),
            expires_at: Some(now() + TimeDelta::days(7)),
            ..new("back-row-2026")
        };
        let kept = by_groups.clone();
        let id = db.write(move |tx| save(tx, &kept, now())).await.unwrap();
        let by_groups = Invite { id, ..by_groups };
        assert_eq!(db.read(|conn| by_code(conn, " Back-Row-2026 ")).await.unwrap(), Some(by_groups.clone()));
        let by_libraries = Invite {
            gives: Gives::Libraries(vec![LibraryId(5), LibraryId(6)]),
            uses: None,
            expires_at: None,
            ..by_groups
        };
        let kept = by_libraries.clone();
        db.write(move |tx| save(tx, &kept, now())).await.unwrap();
        assert_eq!(db.read(move |conn| get(conn, id)).await.unwrap(), Some(by_libraries));
        let taken = db.write(|tx| save(tx, &new("back-row-2026"), now())).await.unwrap_err();
        assert!(matches!(&taken, AppError::Refused { fields, .. } if fields["code"] == CODE_TAKEN), "{taken:?}");
        db.write(move |tx| remove(tx, id)).await.unwrap();
        assert_eq!(db.read(|conn| by_code(conn, "back-row-2026")).await.unwrap(), None);
    }

    #[tokio::test]
    async fn the_database_says_of_each_what_the_rules_say() {
        let (db, _database) = house().await;
        let over = Some(now());
        let soon = Some(now() + TimeDelta::seconds(1));
        // Every mixture of over, used up and paused.
        let mixtures: Vec<Invite> = (0..24)
            .map(|n| Invite {
                expires_at: [None, over, soon][n % 3],
                uses: [None, Some(2)][n / 3 % 2],
                paused: n / 6 % 2 == 1,
                used: if n < 12 { 2 } else { 1 },
                ..new(&format!("code-{n}"))
            })
            .collect();
        let kept = mixtures.clone();
        db.write(move |tx| {
            for invite in &kept {
                let id = save(tx, invite, now())?;
                let used = invites::used.eq(i32::try_from(invite.used).unwrap());
                diesel::update(invites::table.find(id.0)).set(used).execute(&mut **tx)?;
            }
            Ok(())
        })
        .await
        .unwrap();
        let counted = db.read(|conn| counts(conn, now())).await.unwrap();
        for standing in Standing::ALL {
            let mut wanted: Vec<&str> =
                mixtures.iter().filter(|one| one.standing(now()) == *standing).map(|one| one.code.as_str()).collect();
            wanted.reverse();
            let found = db.read(|conn| list(conn, Some(*standing), now(), 0, 50)).await.unwrap();
            assert_eq!(found.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), wanted, "{standing}");
            assert_eq!(counted[standing], i64::try_from(wanted.len()).unwrap(), "{standing}");
        }
        let part = db.read(|conn| list(conn, None, now(), 20, 3)).await.unwrap();
        assert_eq!(part.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["code-3", "code-2", "code-1"]);
        let gone = db.write(|tx| clear(tx, true, now())).await.unwrap();
        assert_eq!(gone, usize::try_from(counted[&Standing::Expired] + counted[&Standing::UsedUp]).unwrap());
        assert_eq!(db.write(|tx| clear(tx, false, now())).await.unwrap(), 24 - gone);
    }
}
