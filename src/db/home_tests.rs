//! Rows that tests of titles need and that other slices write: requests and follows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::{outbox, request_follows, requests, share_libraries, shares};
use super::time::db;
use super::{Conn, Tx};
use crate::domain::catalog::MediaKind;
use crate::domain::effect::Effect;
use crate::domain::ids::{LibraryId, PersonId, RequestId, ServerId, TitleId};
use crate::domain::request::Stage;
use crate::error::Outcome;

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
