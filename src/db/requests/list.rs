//! Requests as people see them: filtered, in pages, with everything a row shows, and never one that is not theirs to see.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Row;
use crate::db::among::Among;
use crate::db::conn::MultiBackend;
use crate::db::schema::{people, request_follows, requests, titles};
use crate::db::titles::Row as TitleRow;
use crate::db::{Conn, downloads, follows};
use crate::domain::ids::{PersonId, RequestId, TitleId};
use crate::domain::parcel::{Download, Progress};
use crate::domain::people::Actor;
use crate::domain::request::{Request, Stage};
use crate::domain::title::Title;
use crate::error::Outcome;

/// Which requests a list shows.
#[derive(Debug, Clone, Default)]
pub struct ListFilter {
    /// All of them when empty.
    pub stages: Vec<Stage>,
    /// One's own and those one follows.
    pub mine: bool,
    pub asker: Option<PersonId>,
    pub title: Option<TitleId>,
}

/// A request with everything around it that a row, a card or a page shows.
#[derive(Debug, Clone)]
pub struct Listing {
    pub request: Request,
    pub title: Title,
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

type Visible<'a> = requests::BoxedQuery<'a, MultiBackend>;

/// One's own, those one follows, or all with the right to see all.
fn visible_to<'a>(actor: &Actor) -> Visible<'a> {
    match actor.role.sees_all_requests() {
        true => requests::table.into_boxed(),
        false => mine(requests::table.into_boxed(), actor),
    }
}

fn mine<'a>(query: Visible<'a>, actor: &Actor) -> Visible<'a> {
    let followed =
        request_follows::table.filter(request_follows::person_id.eq(actor.id.0)).select(request_follows::request_id);
    query.filter(requests::asker_id.eq(actor.id.0).or(requests::id.eq_any(followed)))
}

fn matching<'a>(actor: &Actor, filter: &ListFilter) -> Visible<'a> {
    let mut query = visible_to(actor);
    if filter.mine {
        query = mine(query, actor);
    }
    if !filter.stages.is_empty() {
        let words: Vec<&'static str> = filter.stages.iter().map(|stage| stage.as_str()).collect();
        query = query.filter(requests::stage.among(words));
    }
    if let Some(asker) = filter.asker {
        query = query.filter(requests::asker_id.eq(asker.0));
    }
    if let Some(title) = filter.title {
        query = query.filter(requests::title_id.eq(title.0));
    }
    query
}

/// One page, newest first.
pub fn page(conn: &mut Conn, actor: &Actor, filter: &ListFilter, offset: i64, limit: i64) -> Outcome<Vec<Listing>> {
    let ids: Vec<i64> = matching(actor, filter)
        .order(requests::id.desc())
        .offset(offset)
        .limit(limit)
        .select(requests::id)
        .load(conn)?;
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
        false => matching(actor, filter).count().get_result(conn)?,
    };
    Ok((page, total))
}

/// One request, if it is theirs to see.
pub fn detail(conn: &mut Conn, actor: &Actor, id: RequestId) -> Outcome<Option<Listing>> {
    let seen: Option<i64> =
        visible_to(actor).filter(requests::id.eq(id.0)).select(requests::id).first(conn).optional()?;
    Ok(listings(conn, &seen.into_iter().collect::<Vec<_>>())?.pop())
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
                title: Title::from(title),
                asker: (request.asker, asker),
                decider: request.decided_by.zip(decider),
                followers: followers.remove(&request.id).unwrap_or_default(),
                downloads: downloads.remove(&request.id).unwrap_or_default(),
                request,
            }
        })
        .collect())
}

/// How many requests are in each stage, of those that one may see.
pub type StageCounts = HashMap<Stage, i64>;

pub fn counts(conn: &mut Conn, actor: &Actor, only_mine: bool) -> Outcome<StageCounts> {
    let by_stage = requests::table.group_by(requests::stage).select((requests::stage, diesel::dsl::count_star()));
    let rows: Vec<(String, i64)> = match actor.role.sees_all_requests() && !only_mine {
        true => crate::each_backend!(conn, conn => by_stage.load(conn))?,
        false => {
            let me = request_follows::person_id.eq(actor.id.0);
            let followed = request_follows::table.filter(me).select(request_follows::request_id);
            let mine = requests::asker_id.eq(actor.id.0).or(requests::id.eq_any(followed));
            crate::each_backend!(conn, conn => by_stage.filter(mine).load(conn))?
        }
    };
    Ok(rows.into_iter().filter_map(|(stage, count)| Some((stage.parse().ok()?, count))).collect())
}
