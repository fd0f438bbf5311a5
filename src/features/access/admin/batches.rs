//! Plans that were applied: how far they are, what came of them, and the way back.

use std::collections::{HashMap, HashSet};

use poem::web::sse::SSE;
use poem::web::{Data, Path, Query};
use poem::{IntoResponse, Request, Response, handler};
use serde::Deserialize;

use super::page_of;
use crate::app::{App, Change};
use crate::db::{Conn, changes, outbox};
use crate::domain::access::batch::{Batch, Counts, Made, State};
use crate::domain::access::told::{PER_PAGE, Part, Told};
use crate::domain::effect::ACCESS_LANE;
use crate::domain::ids::BatchId;
use crate::error::{AppError, Outcome};
use crate::features::access::actions::{self, Back, nothing_to_take_back, told::tell_made};
use crate::features::access::views::earlier::{Row, list};
use crate::features::access::views::{self, batch, undo};
use crate::ui;
use crate::web::sse::{Live, live};
use crate::web::{BackOffice, Moderator, Visit, visit};

const LATELY: i64 = 50;

#[handler]
pub async fn earlier(visit: Visit, BackOffice(_me): BackOffice) -> poem::Result<Response> {
    let rows = visit.app.db.read(|conn| {
        let batches = changes::batches(conn, LATELY)?;
        let ids: Vec<BatchId> = batches.iter().map(|batch| batch.id).collect();
        // What takes another one back is newer than that.
        let undone: HashSet<BatchId> = batches.iter().filter_map(|batch| batch.undoes).collect();
        let mut counts = counts(conn, &ids)?;
        let row = |batch: Batch| Row {
            counts: counts.remove(&batch.id).unwrap_or_default(),
            undone: undone.contains(&batch.id),
            batch,
        };
        Ok(batches.into_iter().map(row).collect::<Vec<_>>())
    });
    Ok(visit.show(list(&visit.frame, &rows.await?)))
}

fn counts(conn: &mut Conn, ids: &[BatchId]) -> Outcome<HashMap<BatchId, Counts>> {
    let mut counted: HashMap<BatchId, Vec<(State, usize)>> = HashMap::new();
    for ((id, state), count) in changes::counts_of(conn, ids)? {
        counted.entry(id).or_default().push((state, usize::try_from(count).unwrap_or_default()));
    }
    Ok(counted.into_iter().map(|(id, counted)| (id, counted.into_iter().collect())).collect())
}

/// What is being made at this moment.
pub(super) fn under_way(conn: &mut Conn) -> Outcome<Option<batch::UnderWay>> {
    let Some(id) = changes::under_way(conn)? else { return Ok(None) };
    let Some(open) = changes::get_batch(conn, id)? else { return Ok(None) };
    let counts = counts(conn, &[id])?.remove(&id).unwrap_or_default();
    Ok(Some(batch::UnderWay { batch: open, counts, holdup: outbox::holdup(conn, ACCESS_LANE)? }))
}

fn number(text: &str) -> Outcome<BatchId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[derive(Deserialize, Default)]
pub struct AskedOfBatch {
    /// Left out, the page with the change whose turn it is.
    page: Option<String>,
}

impl AskedOfBatch {
    fn page(asked: Option<Query<Self>>) -> Option<usize> {
        asked.and_then(|Query(asked)| asked.page).map(|page| page_of(&page))
    }
}

async fn read_batch(app: &App, id: BatchId, page: Option<usize>) -> Outcome<batch::Shown> {
    app.db.read(move |conn| batch_in(conn, id, page)).await
}

fn batch_in(conn: &mut Conn, id: BatchId, asked: Option<usize>) -> Outcome<batch::Shown> {
    let batch = changes::get_batch(conn, id)?.ok_or(AppError::NotFound)?;
    let counts = counts(conn, &[id])?.remove(&id).unwrap_or_default();
    let total = counts.all();
    let turn = changes::turn_of(conn, id)?;
    let here = turn.as_ref().map_or(0, |(_, before)| usize::try_from(*before).unwrap_or_default() / PER_PAGE) + 1;
    let page = Part::<()>::within(asked.unwrap_or(here), total);
    let offset = i64::try_from((page - 1) * PER_PAGE).unwrap_or_default();
    let made = changes::part_of_batch(conn, id, turn.is_none(), offset, PER_PAGE as i64)?;
    let mut list: Vec<_> = made.iter().map(|made| made.change.clone()).collect();
    list.extend(turn.iter().map(|(made, _)| made.change.clone()));
    let mut told = tell_made(conn, &list)?;
    let current = turn.as_ref().and_then(|_| told.pop());
    let row = |(told, made): (Told, Made)| batch::Row {
        told,
        is_now: turn.as_ref().is_some_and(|(now, _)| now.id == made.id),
        state: made.state,
        error: made.error,
    };
    Ok(batch::Shown {
        rows: Part { list: told.into_iter().zip(made).map(row).collect(), page, total },
        follows: asked.is_none(),
        holdup: if turn.is_some() { outbox::holdup(conn, ACCESS_LANE)? } else { None },
        undone: changes::is_undone(conn, id)?,
        again: counts.of(State::Failed) > 0 && changes::can_be_tried_again(conn, id)?,
        current,
        counts,
        batch,
    })
}

#[handler]
pub async fn one(
    visit: Visit,
    BackOffice(_me): BackOffice,
    Path(id): Path<String>,
    asked: Option<Query<AskedOfBatch>>,
) -> poem::Result<Response> {
    let shown = read_batch(&visit.app, number(&id)?, AskedOfBatch::page(asked)).await?;
    if visit.fragment && visit.target.as_deref() == Some(batch::BATCH) {
        return Ok(ui::Fragment(batch::part(&visit.frame, &shown)).into_response());
    }
    Ok(visit.show(batch::page(&visit.frame, &shown)))
}

#[handler]
pub async fn one_live(
    BackOffice(me): BackOffice,
    Data(app): Data<&App>,
    Path(id): Path<String>,
    asked: Option<Query<AskedOfBatch>>,
) -> poem::Result<SSE> {
    let (id, page) = (number(&id)?, AskedOfBatch::page(asked));
    read_batch(app, id, page).await?;
    let shown = app.clone();
    Ok(live(
        app.clone(),
        Some(me.clone()),
        move |change| change == Change::Access,
        move || {
            let (app, me) = (shown.clone(), me.clone());
            async move {
                let read = read_batch(&app, id, page).await?;
                let frame = visit::frame(&app, Some(me)).await?;
                let html = batch::part(&frame, &read).into_string();
                Ok(if read.is_over() { Live::Last(html) } else { Live::More(html) })
            }
        },
    ))
}

#[handler]
pub async fn stop(
    req: &Request,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = number(&id)?;
    let stopped = actions::stop(&visit.app, &me, id).await?;
    let said = match stopped {
        0 => "Nothing of it waits any more.".to_owned(),
        1 => "One change was stopped. It stands in the plan again.".to_owned(),
        n => format!("{n} changes were stopped. They stand in the plan again."),
    };
    Ok(visit.go(req, &views::batch_path(id), Some(&said)))
}

#[handler]
pub async fn retry(
    req: &Request,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = number(&id)?;
    let (again, _) = actions::retry(&visit.app, &me, id).await?;
    let said = if again == 0 { Some("There was nothing to try again.") } else { None };
    Ok(visit.go(req, &views::batch_path(id), said))
}

#[handler]
pub async fn hurry(req: &Request, visit: Visit, Moderator(_me): Moderator) -> poem::Result<Response> {
    actions::hurry(&visit.app).await?;
    let open = visit.app.db.read(changes::under_way).await?;
    let to = open.map_or_else(|| views::PLAN.to_owned(), views::batch_path);
    Ok(visit.go(req, &to, Some("Trying now.")))
}

#[handler]
pub async fn ask_undo(visit: Visit, Moderator(_me): Moderator, Path(id): Path<String>) -> poem::Result<Response> {
    let id = number(&id)?;
    let (of, told, people, more, left) = visit
        .app
        .db
        .read(move |conn| {
            let of = changes::get_batch(conn, id)?.ok_or(AppError::NotFound)?;
            let Back { changes: back, left } = actions::undoing(conn, id)?;
            if back.is_empty() {
                return Err(nothing_to_take_back(left));
            }
            let people = back.iter().map(|change| change.person).collect::<HashSet<_>>().len();
            let more = back.len().saturating_sub(PER_PAGE);
            Ok((of, tell_made(conn, &back[..back.len() - more])?, people, more, left))
        })
        .await?;
    Ok(visit.show(undo::page(&visit.frame, &of, &told, people, more, left)))
}

#[handler]
pub async fn take_back(
    req: &Request,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let (batch, _) = actions::undo(&visit.app, &me, number(&id)?).await?;
    Ok(visit.go(req, &views::batch_path(batch), None))
}
