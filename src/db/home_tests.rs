//! A house for tests of titles, and rows that other slices write: requests, follows, shares.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, TimeZone, Utc};
use diesel::prelude::*;

use super::schema::{outbox, request_follows, requests, share_libraries, shares};
use super::testing::{TestDatabase, fresh};
use super::time::db;
use super::{Conn, Db, Tx, libraries, servers};
use crate::domain::catalog::{ExternalIds, MediaKind, PlexItem, PlexLibrary};
use crate::domain::effect::Effect;
use crate::domain::ids::{LibraryId, PersonId, RequestId, ServerId, TitleId};
use crate::domain::request::Stage;
use crate::domain::service::Server;
use crate::error::Outcome;

pub fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 12, 0, 0).unwrap()
}

/// As Plex tells of it.
pub fn item(key: &str, kind: MediaKind, ids: ExternalIds, title: &str) -> PlexItem {
    PlexItem {
        rating_key: key.to_owned(),
        guid: None,
        kind,
        ids,
        title: title.to_owned(),
        original_title: None,
        sort_title: None,
        year: Some(2023),
        summary: Some("As Plex tells it.".to_owned()),
        content_rating: None,
        genres: Vec::new(),
        duration_ms: Some(7_080_000),
        thumb: None,
        added_at: now(),
        updated_at: None,
        is_4k: false,
        leaf_count: None,
    }
}

/// A server with three libraries and nothing in them.
pub async fn house() -> (TestDatabase, Db) {
    let database = fresh(|url| drop(Db::open(url).unwrap()));
    let db = Db::open(&database.url).unwrap();
    db.write(|tx| {
        let server = Server {
            id: ServerId(0),
            name: "Home".to_owned(),
            url: "http://plex".to_owned(),
            sealed: String::new(),
            machine_id: None,
            version: None,
            owner_plex_id: None,
            default_library: Some("Welcome".to_owned()),
            from_file: false,
        };
        let server = servers::save(tx, &server, 0, now())?;
        let section = |key: &str, title: &str, kind: &str| PlexLibrary {
            key: key.to_owned(),
            title: title.to_owned(),
            kind: kind.to_owned(),
            agent: String::new(),
        };
        let list = [section("1", "Films", "movie"), section("2", "Series", "show"), section("3", "Welcome", "movie")];
        libraries::import(tx, server, &list, now())
    })
    .await
    .unwrap();
    (database, db)
}

pub fn ask(
    tx: &mut Tx<'_>,
    title: TitleId,
    kind: MediaKind,
    asker: PersonId,
    stage: Stage,
    now: DateTime<Utc>,
) -> Outcome<RequestId> {
    let id: i64 = diesel::insert_into(requests::table)
        .values((
            requests::title_id.eq(title.0),
            requests::kind.eq(kind.as_str()),
            requests::asker_id.eq(asker.0),
            requests::scope.eq((kind == MediaKind::Series).then_some("all")),
            requests::stage.eq(stage.as_str()),
            requests::lit_stage.eq(stage.as_str()),
            requests::stage_at.eq(db(now)),
            requests::created_at.eq(db(now)),
            requests::updated_at.eq(db(now)),
        ))
        .returning(requests::id)
        .get_result(&mut **tx)?;
    Ok(RequestId(id))
}

pub fn follow(tx: &mut Tx<'_>, request: RequestId, person: PersonId, now: DateTime<Utc>) -> Outcome<()> {
    let row = (
        request_follows::request_id.eq(request.0),
        request_follows::person_id.eq(person.0),
        request_follows::created_at.eq(db(now)),
    );
    diesel::insert_into(request_follows::table).values(row).execute(&mut **tx)?;
    Ok(())
}

pub fn share(tx: &mut Tx<'_>, person: PersonId, libraries: &[LibraryId], now: DateTime<Utc>) -> Outcome<()> {
    let id: i64 = diesel::insert_into(shares::table)
        .values((
            shares::server_id.eq(ServerId(1).0),
            shares::person_id.eq(person.0),
            shares::accepted.eq(true),
            shares::all_libraries.eq(false),
            shares::updated_at.eq(db(now)),
        ))
        .returning(shares::id)
        .get_result(&mut **tx)?;
    for library in libraries {
        diesel::insert_into(share_libraries::table)
            .values((share_libraries::share_id.eq(id), share_libraries::library_id.eq(library.0)))
            .execute(&mut **tx)?;
    }
    Ok(())
}

pub fn waiting_effects(conn: &mut Conn) -> Outcome<Vec<Effect>> {
    let rows: Vec<String> = outbox::table.filter(outbox::state.eq("waiting")).select(outbox::payload).load(conn)?;
    Ok(rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect())
}
