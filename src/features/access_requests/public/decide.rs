//! Deciding by the links in a mail to somebody who decides: looking changes nothing, the button acts, once.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::{over, read};
use crate::app::App;
use crate::db::{access_requests, memberships, people};
use crate::domain::access_request::form::reason;
use crate::domain::access_request::{AccessRequest, State, link};
use crate::domain::people::Person;
use crate::error::{AppError, Outcome};
use crate::features::access_requests::actions;
use crate::features::access_requests::admin::page::{self, approval};
use crate::features::access_requests::views::decide::{self as views, Yes};
use crate::ui::form::Errors;
use crate::web::{Fields, Visit, actor};

#[handler]
pub async fn ask_approval(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    let Some((_, one)) = found(req, app, link::APPROVE, &token).await? else { return Ok(over(&visit)) };
    if one.state != State::Open {
        return Ok(settled(app, &visit, &one).await?);
    }
    let yes = page::yes(app, &one, None, Errors::default()).await?;
    Ok(visit.show(views::approve(&visit.frame, &one, &yes, &token)))
}

#[handler]
pub async fn approve(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    let Some((by, one)) = found(req, app, link::APPROVE, &token).await? else { return Ok(over(&visit)) };
    let typed = approval(&fields);
    match actions::approve(app, (&by).into(), one.id, typed.clone()).await {
        Ok(one) => Ok(visit.show(views::done(&visit.frame, &one, app.sends_links().await?))),
        Err(AppError::Refused { fields, .. }) => {
            let yes: Yes = page::yes(app, &one, Some(typed), page::errors(fields)).await?;
            let form = views::approve(&visit.frame, &one, &yes, &token);
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Err(AppError::Conflict(_)) => Ok(anew(app, &visit, &one).await?),
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn ask_decline(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    let Some((_, one)) = found(req, app, link::DECLINE, &token).await? else { return Ok(over(&visit)) };
    if one.state != State::Open {
        return Ok(settled(app, &visit, &one).await?);
    }
    let no = page::no(None, Errors::default());
    Ok(visit.show(views::decline(&visit.frame, &one, &no, app.sends_links().await?, &token)))
}

#[handler]
pub async fn decline(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    let Some((by, one)) = found(req, app, link::DECLINE, &token).await? else { return Ok(over(&visit)) };
    let no = page::no(Some(&fields), Errors::default());
    let reason = match reason(no.why, &no.words) {
        Ok(reason) => reason,
        Err(wrong) => {
            let no = page::no(Some(&fields), page::errors(wrong));
            let form = views::decline(&visit.frame, &one, &no, app.sends_links().await?, &token);
            return Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, form));
        }
    };
    match actions::decline(app, (&by).into(), one.id, reason).await {
        Ok(one) => Ok(visit.show(views::done(&visit.frame, &one, app.sends_links().await?))),
        Err(AppError::Conflict(_)) => Ok(anew(app, &visit, &one).await?),
        Err(error) => Err(error.into()),
    }
}

/// Whose link it is, and what it is about. Who may decide no more has no link any more.
async fn found(req: &Request, app: &App, purpose: &str, token: &str) -> Outcome<Option<(Person, AccessRequest)>> {
    let Some((person, id)) = read(req, app, purpose, token)?.and_then(|about| link::read(&about)) else {
        return Ok(None);
    };
    let now = app.now();
    app.db
        .read(move |conn| {
            let person = people::get(conn, person)?.filter(|one| one.is_here() && one.role.may_decide());
            let Some(person) = person else { return Ok(None) };
            if memberships::is_out(conn, person.id, now)? {
                return Ok(None);
            }
            Ok(access_requests::get(conn, id)?.map(|one| (person, one)))
        })
        .await
}

/// Somebody was faster: what they have decided.
async fn anew(app: &App, visit: &Visit, one: &AccessRequest) -> Outcome<Response> {
    let id = one.id;
    match app.db.read(move |conn| access_requests::get(conn, id)).await? {
        Some(one) => settled(app, visit, &one).await,
        None => Ok(over(visit)),
    }
}

async fn settled(app: &App, visit: &Visit, one: &AccessRequest) -> Outcome<Response> {
    let by = one.decided_by;
    let by = app.db.read(move |conn| Ok(by.map(|id| people::get(conn, id)).transpose()?.flatten())).await?;
    Ok(visit.show(views::settled(&visit.frame, one, by.map(|by| by.name).as_deref())))
}
