//! The plan in the back office: looked at by all who read there, applied and taken back by those who decide.

pub mod batches;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use poem::http::StatusCode;
use poem::web::Query;
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::actions::told::tell_page;
use super::actions::{self, Confirmed, Wanted};
use super::views::batch::UnderWay;
use super::views::{self, plan};
use crate::db::{Conn, changes, jobs};
use crate::domain::access::told::{Pages, PlanPage};
use crate::domain::ids::PersonId;
use crate::domain::jobs::{JobName, RunState};
use crate::error::{AppError, Outcome};
use crate::ui::{Page, form::Errors};
use crate::web::form::refusal;
use crate::web::{BackOffice, Fields, Moderator, Visit};

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    by: String,
    #[serde(default)]
    page: String,
    #[serde(default)]
    spared: String,
    #[serde(default)]
    drift: String,
    #[serde(default)]
    held_up: String,
}

impl Asked {
    fn pages(&self) -> Pages {
        Pages {
            changes: page_of(&self.page),
            spared: page_of(&self.spared),
            drift: page_of(&self.drift),
            held_up: page_of(&self.held_up),
        }
    }
}

/// What is no number is the first page.
fn page_of(text: &str) -> usize {
    text.parse().unwrap_or(1)
}

#[handler]
pub async fn show(visit: Visit, BackOffice(_me): BackOffice, asked: Option<Query<Asked>>) -> poem::Result<Response> {
    let asked = asked.map(|Query(asked)| asked).unwrap_or_default();
    let typed = plan::Typed::default();
    Ok(visit.show(page(&visit, asked.pages(), asked.by == "library", &typed).await?))
}

struct Read {
    told: PlanPage,
    confirm: Option<usize>,
    under_way: Option<UnderWay>,
    last: Option<plan::Last>,
    trouble: Option<String>,
}

fn read(conn: &mut Conn, pages: Pages, by_library: bool, zone: Tz, now: DateTime<Utc>) -> Outcome<Read> {
    let drawn = actions::draw(conn, zone, now)?;
    let last = changes::batches(conn, 1)?.pop().map(|batch| plan::Last {
        batch: batch.id,
        at: batch.at,
        by: batch.by.map(|(_, name)| name),
    });
    let import = jobs::all(conn)?.into_iter().find(|job| job.name == JobName::PeopleSync).and_then(|job| job.last);
    let trouble = import.filter(|run| run.state == RunState::Failed).and_then(|run| run.error);
    Ok(Read {
        told: tell_page(conn, &drawn, pages, by_library)?,
        confirm: drawn.many_lose(),
        under_way: batches::under_way(conn)?,
        last,
        trouble,
    })
}

async fn page(visit: &Visit, pages: Pages, by_library: bool, typed: &plan::Typed) -> Outcome<Page> {
    let app = &visit.app;
    let (zone, now) = (app.settings().await?.time_zone, app.now());
    let read = app.db.read(move |conn| read(conn, pages, by_library, zone, now)).await?;
    let Read { told, confirm, under_way, last, trouble } = read;
    let shown = plan::Shown { plan: &told, under_way, last, trouble, by_library, confirm, typed };
    Ok(plan::page(&visit.frame, &shown))
}

/// Where a form was refused its address stays; whoever opens it comes to the plan.
#[handler]
pub async fn form_page(req: &Request, visit: Visit, BackOffice(_me): BackOffice) -> poem::Result<Response> {
    Ok(visit.go(req, views::PLAN, None))
}

/// Those who are ticked, and who is on other pages where that is ticked, too.
#[handler]
pub async fn apply(req: &Request, visit: Visit, Moderator(me): Moderator, fields: Fields) -> poem::Result<Response> {
    let ids = |name: &str| -> HashSet<PersonId> { fields.all(name).iter().filter_map(|id| id.parse().ok()).collect() };
    let (people, shown, others) = (ids("apply"), ids("shown"), fields.ticked("others"));
    let at = page_of(fields.text("page"));
    let left: HashSet<PersonId> = shown.difference(&people).copied().collect();
    let confirm = fields.text("confirm").to_owned();
    let typed = plan::Typed { ticked: people.clone(), left: left.clone(), others, confirm, ..Default::default() };
    if people.is_empty() && !others {
        let words = "Nobody is ticked, so nothing was sent. Tick whom to change, or leave all out.";
        return Ok(again(&visit, at, plan::Typed { errors: Errors::one("", words), ..typed }).await?);
    }
    let wanted = Wanted {
        leave_out: left,
        people: (!others).then_some(people),
        mark: Some(fields.text("mark").to_owned()),
        confirmed: typed.confirm.parse().map_or(Confirmed::No, Confirmed::Number),
    };
    match actions::apply(&visit.app, Some(&me), wanted).await {
        Ok(applied) => match applied.batch {
            Some(batch) => Ok(visit.go(req, &views::batch_path(batch), None)),
            None => Ok(visit.go(req, views::PLAN, Some("There was nothing left to change."))),
        },
        Err(AppError::Conflict(words)) => {
            Ok(again(&visit, at, plan::Typed { errors: Errors::one("", words), ..typed }).await?)
        }
        Err(error) => Ok(again(&visit, at, plan::Typed { errors: refusal(error)?, ..typed }).await?),
    }
}

async fn again(visit: &Visit, changes: usize, typed: plan::Typed) -> Outcome<Response> {
    let pages = Pages { changes, ..Asked::default().pages() };
    Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page(visit, pages, false, &typed).await?))
}

/// The plan as it is now, and why nothing was done.
async fn refused(visit: &Visit, words: String) -> Outcome<Response> {
    again(visit, 1, plan::Typed { errors: Errors::one("", words), ..Default::default() }).await
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
        Err(AppError::Conflict(words)) => Ok(refused(&visit, words).await?),
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
        Err(AppError::Conflict(words)) => Ok(refused(&visit, words).await?),
        Err(error) => Err(error.into()),
    }
}
