//! The plan in the back office: looked at by all who read there, applied and taken back by those who decide.

use std::collections::HashSet;

use poem::http::StatusCode;
use poem::web::sse::SSE;
use poem::web::{Data, Path, Query};
use poem::{IntoResponse, Request, Response, handler};
use serde::Deserialize;

use super::actions::told::{tell, tell_made};
use super::actions::{self, Drawn, Wanted};
use super::views::{self, batch, plan, undo};
use crate::app::{App, Change};
use crate::db::{Conn, changes, jobs, outbox};
use crate::domain::access::batch::State;
use crate::domain::access::told::ToldPlan;
use crate::domain::effect::ACCESS_LANE;
use crate::domain::ids::{BatchId, PersonId};
use crate::domain::jobs::{JobName, RunState};
use crate::error::{AppError, Outcome};
use crate::ui::{self, Page, form::Errors};
use crate::web::form::refusal;
use crate::web::sse::{Live, live};
use crate::web::{BackOffice, Fields, Moderator, Visit, visit};

const LATELY: i64 = 50;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    by: String,
}

#[handler]
pub async fn show(visit: Visit, BackOffice(_me): BackOffice, asked: Option<Query<Asked>>) -> poem::Result<Response> {
    let by_library = asked.is_some_and(|Query(asked)| asked.by == "library");
    Ok(visit.show(page(&visit, by_library, &Errors::default()).await?))
}

struct Read {
    drawn: Drawn,
    told: ToldPlan,
    under_way: Option<BatchId>,
    last: Option<plan::Last>,
    trouble: Option<String>,
}

fn read(conn: &mut Conn, zone: chrono_tz::Tz, now: chrono::DateTime<chrono::Utc>) -> Outcome<Read> {
    let drawn = actions::draw(conn, zone, now)?;
    let last = changes::batches(conn, 1)?.pop().map(|batch| plan::Last {
        batch: batch.id,
        at: batch.at,
        by: batch.by.map(|(_, name)| name),
    });
    let import = jobs::all(conn)?.into_iter().find(|job| job.name == JobName::PeopleSync).and_then(|job| job.last);
    let trouble = import.filter(|run| run.state == RunState::Failed).and_then(|run| run.error);
    Ok(Read {
        told: tell(conn, &drawn)?,
        drawn,
        under_way: changes::open(conn)?.first().map(|made| made.batch),
        last,
        trouble,
    })
}

async fn page(visit: &Visit, by_library: bool, errors: &Errors) -> Outcome<Page> {
    let app = &visit.app;
    let (zone, now) = (app.settings().await?.time_zone, app.now());
    let read = app.db.read(move |conn| read(conn, zone, now)).await?;
    let all: HashSet<PersonId> = read.told.changes.iter().map(|told| told.person).collect();
    let shown = plan::Shown {
        plan: &read.told,
        under_way: read.under_way,
        last: read.last,
        trouble: read.trouble,
        by_library,
        confirm: read.drawn.is_large(&all).then(|| read.drawn.losing(&all)),
        errors,
    };
    Ok(plan::page(&visit.frame, &shown))
}

#[handler]
pub async fn apply(req: &Request, visit: Visit, Moderator(me): Moderator, fields: Fields) -> poem::Result<Response> {
    let people: HashSet<PersonId> = fields.all("apply").iter().filter_map(|id| id.parse().ok()).collect();
    if people.is_empty() {
        let words = "Nobody is ticked, so nothing was sent. Tick whom to change, or leave all out.";
        return Ok(again(&visit, Errors::one("", words)).await?);
    }
    let confirmed = confirmed(&visit.app, &people, fields.text("confirm")).await?;
    let mark = Some(fields.text("mark").to_owned());
    let wanted = Wanted { people: Some(people), mark, spare_others: true, confirmed };
    match actions::apply(&visit.app, Some(&me), wanted).await {
        Ok(applied) => match applied.batch {
            Some(batch) => Ok(visit.go(req, &views::batch_path(batch), None)),
            None => Ok(visit.go(req, views::PLAN, Some("There was nothing left to change."))),
        },
        Err(AppError::Conflict(words)) => Ok(again(&visit, Errors::one("", words)).await?),
        Err(error) => Ok(again(&visit, refusal(error)?).await?),
    }
}

/// The number of those who lose something was typed.
async fn confirmed(app: &App, people: &HashSet<PersonId>, typed: &str) -> Outcome<bool> {
    let Ok(typed) = typed.parse::<usize>() else { return Ok(false) };
    let (zone, now, people) = (app.settings().await?.time_zone, app.now(), people.clone());
    let drawn = app.db.read(move |conn| actions::draw(conn, zone, now)).await?;
    Ok(drawn.losing(&people) == typed || all_losing(&drawn) == typed)
}

/// Unticking somebody makes the number smaller than the one the page had asked for; that one counts, too.
fn all_losing(drawn: &Drawn) -> usize {
    drawn.losing(&drawn.plan.changes.iter().map(|change| change.person).collect())
}

async fn again(visit: &Visit, errors: Errors) -> Outcome<Response> {
    Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page(visit, false, &errors).await?))
}

#[handler]
pub async fn throw_away(
    req: &Request,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    match actions::throw_away(&visit.app, &me, fields.text("mark").to_owned()).await {
        Ok(()) => Ok(visit.go(req, views::PLAN, Some("Left out. Nothing was sent to Plex."))),
        Err(AppError::Conflict(words)) => Ok(again(&visit, Errors::one("", words)).await?),
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn settle_drift(
    req: &Request,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    let (Some(person), Some(server)) = (fields.number("person"), fields.number("server")) else {
        return Err(AppError::NotFound.into());
    };
    let app = &visit.app;
    let settled = match fields.text("right") {
        "ours" => actions::put_back(app, &me, person, server).await.map(|(batch, _)| Some(batch)),
        "plex" => actions::keep_plex(app, &me, person, server).await.map(|()| None),
        _ => Err(AppError::Malformed("Say which side is right.".to_owned())),
    };
    match settled {
        Ok(Some(batch)) => Ok(visit.go(req, &views::batch_path(batch), None)),
        Ok(None) => Ok(visit.go(req, views::PLAN, Some("Kept as it is on Plex."))),
        Err(AppError::Conflict(words)) => Ok(again(&visit, Errors::one("", words)).await?),
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn earlier(visit: Visit, BackOffice(_me): BackOffice) -> poem::Result<Response> {
    let batches = visit
        .app
        .db
        .read(|conn| {
            let batches = changes::batches(conn, LATELY)?;
            let counts = changes::counts_of(conn, &batches.iter().map(|batch| batch.id).collect::<Vec<_>>())?;
            let of = |id: BatchId, state: State| {
                counts.get(&(id, state)).copied().and_then(|n| usize::try_from(n).ok()).unwrap_or_default()
            };
            let row = |batch: crate::domain::access::batch::Batch| {
                let (done, failed) = (of(batch.id, State::Done), of(batch.id, State::Failed));
                (batch, done, failed)
            };
            Ok(batches.into_iter().map(row).collect::<Vec<_>>())
        })
        .await?;
    Ok(visit.show(batch::list(&visit.frame, &batches)))
}

fn number(text: &str) -> Outcome<BatchId> {
    text.parse().map_err(|_| AppError::NotFound)
}

async fn read_batch(app: &App, id: BatchId) -> Outcome<batch::Shown> {
    app.db
        .read(move |conn| {
            let batch = changes::get_batch(conn, id)?.ok_or(AppError::NotFound)?;
            let made = changes::of_batch(conn, id)?;
            let list: Vec<_> = made.iter().map(|made| made.change.clone()).collect();
            let told = tell_made(conn, &list)?;
            let waits = made.iter().any(|made| made.state == State::Waiting);
            Ok(batch::Shown {
                changes: told.into_iter().zip(made).map(|(told, made)| (told, made.state, made.error)).collect(),
                holdup: if waits { outbox::holdup(conn, ACCESS_LANE)? } else { None },
                undone: changes::is_undone(conn, id)?,
                batch,
            })
        })
        .await
}

#[handler]
pub async fn one(visit: Visit, BackOffice(_me): BackOffice, Path(id): Path<String>) -> poem::Result<Response> {
    let shown = read_batch(&visit.app, number(&id)?).await?;
    if visit.fragment && visit.target.as_deref() == Some(batch::BATCH) {
        return Ok(ui::Fragment(batch::part(&visit.frame, &shown)).into_response());
    }
    Ok(visit.show(batch::page(&visit.frame, &shown)))
}

#[handler]
pub async fn one_live(BackOffice(me): BackOffice, Data(app): Data<&App>, Path(id): Path<String>) -> poem::Result<SSE> {
    let id = number(&id)?;
    read_batch(app, id).await?;
    let shown = app.clone();
    Ok(live(
        app.clone(),
        Some(me.clone()),
        move |change| change == Change::Access,
        move || {
            let (app, me) = (shown.clone(), me.clone());
            async move {
                let read = read_batch(&app, id).await?;
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
    Moderator(_me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = number(&id)?;
    let stopped = actions::stop(&visit.app, id).await?;
    let said = match stopped {
        0 => "It was done already.".to_owned(),
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
    let open = visit.app.db.read(changes::open).await?;
    let to = open.first().map_or_else(|| views::PLAN.to_owned(), |made| views::batch_path(made.batch));
    Ok(visit.go(req, &to, Some("Trying now.")))
}

#[handler]
pub async fn ask_undo(visit: Visit, Moderator(_me): Moderator, Path(id): Path<String>) -> poem::Result<Response> {
    let id = number(&id)?;
    let (of, told) = visit
        .app
        .db
        .read(move |conn| {
            let of = changes::get_batch(conn, id)?.ok_or(AppError::NotFound)?;
            let back = actions::undoing(&changes::of_batch(conn, id)?);
            Ok((of, tell_made(conn, &back)?))
        })
        .await?;
    if told.is_empty() {
        return Err(AppError::Conflict("There is nothing to take back: none of it was done.".to_owned()).into());
    }
    Ok(visit.show(undo::page(&visit.frame, &of, &told)))
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
