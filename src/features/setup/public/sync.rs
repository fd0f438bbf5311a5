//! The last step: the first look at people and libraries, live.

use poem::web::Data;
use poem::{IntoResponse, Request, Response, handler};

use super::at;
use crate::app::{App, Change};
use crate::db::jobs;
use crate::domain::jobs::JobName;
use crate::error::Outcome;
use crate::features::services::desk;
use crate::features::setup::steps::Step;
use crate::features::setup::views::sync::{self as views, Looks};
use crate::features::setup::{actions, door};
use crate::ui;
use crate::web::Visit;
use crate::web::sse::{Live, live};

async fn looks(app: &App) -> Outcome<Looks> {
    let all = app.db.read(jobs::all).await?;
    let last = |name: JobName| all.iter().find(|job| job.name == name).and_then(|job| job.last.clone());
    Ok(Looks { people: last(JobName::PeopleSync), libraries: last(JobName::LibrarySync) })
}

#[handler]
pub async fn show(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    Ok(match at(req, app, &visit, Step::Ready).await? {
        Err(instead) => instead,
        Ok(_) => visit.show(views::page(&visit.frame, &looks(app).await?)),
    })
}

/// The same for a look from time to time.
#[handler]
pub async fn part(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    Ok(match at(req, app, &visit, Step::Ready).await? {
        Err(instead) => instead,
        Ok(_) => ui::Fragment(views::part(&visit.frame, &looks(app).await?)).into_response(),
    })
}

#[handler]
pub async fn stream(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    if let Err(instead) = at(req, app, &visit, Step::Ready).await? {
        return Ok(instead);
    }
    let (watched, frame) = (app.clone(), visit.frame.clone());
    let render = move || {
        let (app, frame) = (watched.clone(), frame.clone());
        async move {
            let looks = looks(&app).await?;
            let html = views::part(&frame, &looks).into_string();
            Ok(if looks.is_over() { Live::Last(html) } else { Live::More(html) })
        }
    };
    Ok(live(app.clone(), None, |change| matches!(change, Change::Run(_)), render).into_response())
}

#[handler]
pub async fn again(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    if pass.state.has_server {
        actions::first_sync(app, &desk::by(pass.me.as_ref())).await?;
    }
    Ok(visit.go(req, &Step::Ready.path(), None))
}
