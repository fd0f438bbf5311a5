//! Requests as people see them: filtered, in pages, with everything a row shows, and never one that is not theirs to see.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::Row;
use crate::db::among::Among;
use crate::db::schema::{people, request_follows, requests, titles};
use crate::db::word::Word;
use crate::db::{Conn, downloads, follows};
use crate::domain::catalog::{ExternalIds, MediaKind};
use crate::domain::ids::{PersonId, RequestId, TitleId};
use crate::domain::parcel::{Download, Progress};
use crate::domain::people::Actor;
use crate::domain::request::{Request, Stage};
use crate::domain::title::Caption;
use crate::error::Outcome;

/// Which requests a list shows.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// All of them when empty.
    pub stages: Vec<Stage>,
    /// One's own and those one follows.
    pub mine: bool,
}

/// A request with everything around it that a row, a card or a page shows.
#[derive(Debug, Clone)]
pub struct Listing {
    pub request: Request,
    pub title: Caption,
    pub asker: (PersonId, String),
    /// Nobody, though decided: the rule of the house.
    pub decider: Option<(PersonId, String)>,
    /// Who will be told too, in the order in which they came.
    pub followers: Vec<(PersonId, String)>,
    pub downloads: Vec<Download>,
}

impl Listing {
    pub fn progress(&self) -> Option<Progress> {
        Progress::of(&self.downloads)
    }

    pub fn is_followed_by(&self, person: PersonId) -> bool {
        self.followers.iter().any(|(follower, _)| *follower == person)
    }
}

/// Asked for or followed by somebody.
#[diesel::dsl::auto_type]
fn is_of(person: i64) -> _ {
    let followed = request_follows::table.filter(request_follows::person_id.eq(person));
    requests::asker_id.eq(person).or(requests::id.eq_any(followed.select(request_follows::request_id)))
}

/// Others' requests are left out: for want of the right to see them, or of the wish.
fn only_own(actor: &Actor, mine: bool) -> bool {
    mine || !actor.rights.sees_requests
}

/// One page, newest first.
pub fn page(conn: &mut Conn, actor: &Actor, filter: &ListFilter, offset: i64, limit: i64) -> Outcome<Vec<Listing>> {
    let rows = requests::table.order(requests::id.desc()).offset(offset).limit(limit).select(requests::id);
    let own = is_of(actor.id.0);
    let here = requests::stage.among(filter.stages.iter().map(|stage| stage.as_str()));
    let ids: Vec<i64> = match (only_own(actor, filter.mine), filter.stages.is_empty()) {
        (true, true) => crate::each_backend!(conn, conn => rows.filter(own).load(conn)),
        (true, false) => crate::each_backend!(conn, conn => rows.filter(own).filter(here).load(conn)),
        (false, true) => crate::each_backend!(conn, conn => rows.load(conn)),
        (false, false) => crate::each_backend!(conn, conn => rows.filter(here).load(conn)),
    }?;
    listings(conn, &ids)
}

/// One page, and how many there are in all.
pub fn list(
    conn: &mut Conn,
    actor: &Actor,
    filter: &ListFilter,
    offset: i64,
    limit: i64,
) -> Outcome<(Vec<Listing>, i64)> {
    let page = page(conn, actor, filter, offset, limit)?;
    let shown = i64::try_from(page.len()).unwrap_or(i64::MAX);
    // The last page tells by itself how many there are.
    let total = match shown > 0 && shown < limit {
        true => offset + shown,
        false => {
            let counts = counts(conn, actor, filter.mine)?;
            let here = |stage: &Stage| filter.stages.is_empty() || filter.stages.contains(stage);
            counts.iter().filter(|(stage, _)| here(stage)).map(|(_, count)| count).sum()
        }
    };
    Ok((page, total))
}

/// What somebody asked for, newest first, and how much it is in all: for callers who may see all requests. Past the end is
/// the last page.
pub fn asked_by(conn: &mut Conn, asker: PersonId, page: i64, per_page: i64) -> Outcome<(Vec<Listing>, i64, i64)> {
    let theirs = requests::table.filter(requests::asker_id.eq(asker.0));
    let total: i64 = crate::each_backend!(conn, conn => theirs.count().get_result(conn))?;
    let page = page.min((total + per_page - 1) / per_page).max(1);
    let rows = theirs.order(requests::id.desc()).offset((page - 1) * per_page).limit(per_page).select(requests::id);
    let ids: Vec<i64> = crate::each_backend!(conn, conn => rows.load(conn))?;
    Ok((listings(conn, &ids)?, total, page))
}

/// One request, if it is theirs to see.
pub fn detail(conn: &mut Conn, actor: &Actor, id: RequestId) -> Outcome<Option<Listing>> {
    let row = requests::table.filter(requests::id.eq(id.0)).select(requests::id);
    let seen: Vec<i64> = match actor.rights.sees_requests {
        true => vec![id.0],
        false => crate::each_backend!(conn, conn => row.filter(is_of(actor.id.0)).load(conn))?,
    };
    Ok(listings(conn, &seen)?.pop())
}

/// Rows whole, newest first: for callers who have made sure that they may be seen.
pub fn listings(conn: &mut Conn, ids: &[i64]) -> Outcome<Vec<Listing>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (asker, decider) = diesel::alias!(people as asker, people as decider);
    let rows: Vec<(Row, TitleRow, String, Option<String>)> = crate::each_backend!(conn, conn => requests::table
        .inner_join(titles::table)
        .inner_join(asker.on(asker.field(people::id).eq(requests::asker_id)))
        .left_join(decider.on(decider.field(people::id).nullable().eq(requests::decided_by)))
        .filter(requests::id.among(ids.iter().copied()))
        .order(requests::id.desc())
        .select((
            Row::as_select(),
            TitleRow::as_select(),
            asker.field(people::name),
            decider.field(people::name).nullable(),
        ))
        .load(conn))?;
    let ids: Vec<RequestId> = ids.iter().copied().map(RequestId).collect();
    let mut followers = follows::of(conn, &ids)?;
    let mut downloads = downloads::of(conn, &ids)?;
    Ok(rows
        .into_iter()
        .map(|(row, title, asker, decider)| {
            let request = Request::from(row);
            Listing {
                title: Caption::from(title),
                asker: (request.asker, asker),
                decider: request.decided_by.zip(decider),
                followers: followers.remove(&request.id).unwrap_or_default(),
                downloads: downloads.remove(&request.id).unwrap_or_default(),
                request,
            }
        })
        .collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = titles)]
struct TitleRow {
    id: i64,
    kind: Word<MediaKind>,
    tmdb_id: Option<i64>,
    tvdb_id: Option<i64>,
    title: String,
    year: Option<i32>,
    poster: Option<String>,
    release_date: Option<NaiveDate>,
}

impl From<TitleRow> for Caption {
    fn from(row: TitleRow) -> Self {
        Self {
            id: TitleId(row.id),
            kind: row.kind.or(MediaKind::Movie),
            ids: ExternalIds { tmdb: row.tmdb_id, tvdb: row.tvdb_id, imdb: None },
            title: row.title,
            year: row.year,
            poster: row.poster,
            release_date: row.release_date,
        }
    }
}

/// How many requests are in each stage, of those that one may see.
pub type StageCounts = HashMap<Stage, i64>;

pub fn counts(conn: &mut Conn, actor: &Actor, mine: bool) -> Outcome<StageCounts> {
    let by_stage = requests::table.group_by(requests::stage).select((requests::stage, diesel::dsl::count_star()));
    let rows: Vec<(Word<Stage>, i64)> = match only_own(actor, mine) {
        true => crate::each_backend!(conn, conn => by_stage.filter(is_of(actor.id.0)).load(conn))?,
        false => crate::each_backend!(conn, conn => by_stage.load(conn))?,
    };
    Ok(rows.into_iter().filter_map(|(stage, count)| Some((stage.0?, count))).collect())
}
