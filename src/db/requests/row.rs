//! How a request lies in its row.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::db::schema::requests;
use crate::db::time::{Stamp, db, utc, utc_opt};
use crate::db::word::Word;
use crate::domain::catalog::MediaKind;
use crate::domain::ids::{PersonId, RequestId, ServiceId, TitleId};
use crate::domain::request::{Cause, Choice, Request, ScopeKind, Stage};
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = requests)]
pub(super) struct Row {
    id: i64,
    title_id: i64,
    kind: Word<MediaKind>,
    asker_id: i64,
    scope: Option<Word<ScopeKind>>,
    seasons: Option<String>,
    is_4k: bool,
    stage: Word<Stage>,
    lit_stage: Word<Stage>,
    cause: Option<Word<Cause>>,
    cause_detail: Option<String>,
    reason: Option<String>,
    note: Option<String>,
    service_id: Option<i64>,
    quality_profile_id: Option<i64>,
    root_folder: Option<String>,
    tags: Option<String>,
    arr_id: Option<i64>,
    added_by_us: bool,
    estimated_bytes: Option<i64>,
    searches: i32,
    attempts: i32,
    missed_reads: i32,
    decided_by: Option<i64>,
    decided_at: Option<Stamp>,
    stage_at: Stamp,
    checked_at: Option<Stamp>,
    created_at: Stamp,
    updated_at: Stamp,
}

impl From<Row> for Request {
    fn from(row: Row) -> Self {
        let list = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            id: RequestId(row.id),
            title: TitleId(row.title_id),
            kind: row.kind.or(MediaKind::Movie),
            asker: PersonId(row.asker_id),
            scope: row.scope.and_then(|word| word.0),
            seasons: row.seasons.and_then(|text| serde_json::from_str(&text).ok()),
            is_4k: row.is_4k,
            // A word nobody knows any more: it waits for a person.
            stage: row.stage.or(Stage::Stuck),
            lit: row.lit_stage.or(Stage::Approved),
            cause: row.cause.and_then(|word| word.0),
            cause_detail: row.cause_detail,
            reason: row.reason,
            note: row.note,
            choice: Choice {
                service: row.service_id.map(ServiceId),
                quality_profile_id: row.quality_profile_id,
                root_folder: row.root_folder,
                tags: list(row.tags),
            },
            arr_id: row.arr_id,
            added_by_us: row.added_by_us,
            estimated_bytes: row.estimated_bytes,
            searches: row.searches,
            attempts: row.attempts,
            missed_reads: row.missed_reads,
            decided_by: row.decided_by.map(PersonId),
            decided_at: utc_opt(row.decided_at),
            stage_at: utc(row.stage_at),
            checked_at: utc_opt(row.checked_at),
            created_at: utc(row.created_at),
            updated_at: utc(row.updated_at),
        }
    }
}

/// A request that was just asked for.
#[derive(Debug, Clone)]
pub struct NewRequest {
    pub title: TitleId,
    pub kind: MediaKind,
    pub asker: PersonId,
    pub scope: Option<ScopeKind>,
    pub seasons: Option<Vec<i32>>,
    pub is_4k: bool,
    pub note: Option<String>,
    pub choice: Choice,
    pub estimated_bytes: Option<i64>,
}

#[derive(Insertable)]
#[diesel(table_name = requests)]
pub(super) struct New<'a> {
    title_id: i64,
    kind: &'static str,
    asker_id: i64,
    is_4k: bool,
    note: Option<&'a str>,
    scope: Option<&'static str>,
    seasons: Option<String>,
    stage: &'static str,
    lit_stage: &'static str,
    service_id: Option<i64>,
    quality_profile_id: Option<i64>,
    root_folder: Option<&'a str>,
    tags: Option<String>,
    estimated_bytes: Option<i64>,
    stage_at: NaiveDateTime,
    created_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

impl NewRequest {
    pub(super) fn values(&self, now: DateTime<Utc>) -> Outcome<New<'_>> {
        Ok(New {
            title_id: self.title.0,
            kind: self.kind.as_str(),
            asker_id: self.asker.0,
            is_4k: self.is_4k,
            note: self.note.as_deref(),
            scope: self.scope.map(ScopeKind::as_str),
            seasons: json(self.seasons.as_ref())?,
            stage: Stage::Asked.as_str(),
            lit_stage: Stage::Asked.as_str(),
            service_id: self.choice.service.map(|id| id.0),
            quality_profile_id: self.choice.quality_profile_id,
            root_folder: self.choice.root_folder.as_deref(),
            tags: json(self.choice.tags.as_ref())?,
            estimated_bytes: self.estimated_bytes,
            stage_at: db(now),
            created_at: db(now),
            updated_at: db(now),
        })
    }
}

/// What a change may touch: everything but who asked for which title, and when.
#[derive(AsChangeset)]
#[diesel(table_name = requests, treat_none_as_null = true)]
pub(super) struct Changes<'a> {
    scope: Option<&'static str>,
    seasons: Option<String>,
    is_4k: bool,
    stage: &'static str,
    lit_stage: &'static str,
    cause: Option<&'static str>,
    cause_detail: Option<&'a str>,
    reason: Option<&'a str>,
    service_id: Option<i64>,
    quality_profile_id: Option<i64>,
    root_folder: Option<&'a str>,
    tags: Option<String>,
    arr_id: Option<i64>,
    added_by_us: bool,
    searches: i32,
    attempts: i32,
    missed_reads: i32,
    decided_by: Option<i64>,
    decided_at: Option<NaiveDateTime>,
    stage_at: NaiveDateTime,
    updated_at: NaiveDateTime,
}

pub(super) fn changes(request: &Request) -> Outcome<Changes<'_>> {
    Ok(Changes {
        scope: request.scope.map(ScopeKind::as_str),
        seasons: json(request.seasons.as_ref())?,
        is_4k: request.is_4k,
        stage: request.stage.as_str(),
        lit_stage: request.lit.as_str(),
        cause: request.cause.map(|cause| cause.as_str()),
        cause_detail: request.cause_detail.as_deref(),
        reason: request.reason.as_deref(),
        service_id: request.choice.service.map(|id| id.0),
        quality_profile_id: request.choice.quality_profile_id,
        root_folder: request.choice.root_folder.as_deref(),
        tags: json(request.choice.tags.as_ref())?,
        arr_id: request.arr_id,
        added_by_us: request.added_by_us,
        searches: request.searches,
        attempts: request.attempts,
        missed_reads: request.missed_reads,
        decided_by: request.decided_by.map(|id| id.0),
        decided_at: request.decided_at.map(db),
        stage_at: db(request.stage_at),
        updated_at: db(request.updated_at),
    })
}

fn json<T: serde::Serialize>(list: Option<&T>) -> Outcome<Option<String>> {
    list.map(serde_json::to_string).transpose().map_err(AppError::internal)
}
