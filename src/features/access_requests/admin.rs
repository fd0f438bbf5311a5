//! Access requests in the back office: the list, one of them, the decision.

use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use self::page::{approval, errors};
use super::actions;
use super::views::list::List;
use super::views::{list, one};
use crate::app::App;
use crate::db::{access_requests, people};
use crate::domain::access_request::form::reason;
use crate::domain::access_request::{AccessRequest, State};
use crate::domain::ids::AccessRequestId;
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::ui::form::Errors;
use crate::web::{BackOffice, Fields, Moderator, Visit};

pub mod links;
pub mod page;

const PER_PAGE: i64 = 50;

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    show: String,
    #[serde(default)]
    page: String,
}

#[handler]
pub async fn index(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(_): BackOffice,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let Query(asked) = asked.unwrap_or_default();
    let state: Option<State> = match asked.show.as_str() {
        "all" => None,
        word => Some(word.parse().unwrap_or(State::Open)),
    };
    let (door, wanted) = (page::door(req, app).await?, asked.page.parse().unwrap_or(1));
    let shown = app.db.read(move |conn| {
        let counts = access_requests::counts(conn)?;
        let total = match state {
            Some(state) => counts.get(&state).copied().unwrap_or_default(),
            None => counts.values().sum(),
        };
        let page = i64::clamp(wanted, 1, ((total + PER_PAGE - 1) / PER_PAGE).max(1));
        let rows = access_requests::list(conn, state, (page - 1) * PER_PAGE, PER_PAGE)?;
        let deciders: Vec<_> = rows.iter().filter_map(|one| one.decided_by).collect();
        let names = people::named(conn, &deciders)?.into_iter().map(|one| (one.id, one.name)).collect();
        Ok(List { rows, counts, state, names, page, per_page: PER_PAGE, door })
    });
    Ok(visit.show(list::page(&visit.frame, &shown.await?)))
}

fn id(text: &str) -> Outcome<AccessRequestId> {
    text.parse().map_err(|_| AppError::NotFound)
}

async fn existing(app: &App, name: &str) -> Outcome<AccessRequest> {
    let id = id(name)?;
    app.db.read(move |conn| access_requests::get(conn, id)).await?.ok_or(AppError::NotFound)
}

#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let one = existing(app, &name).await?;
    let yes = page::yes(app, &one, None, Errors::default()).await?;
    let shown = page::one(app, &me, one, yes, page::no(None, Errors::default())).await?;
    Ok(visit.show(one::page(&visit.frame, &shown)))
}

#[handler]
pub async fn approve(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let one = existing(app, &name).await?;
    let typed = approval(&fields);
    match actions::approve(app, (&me).into(), one.id, typed.clone()).await {
        Ok(one) => Ok(approved(req, &visit, &one, app.sends_links().await?)),
        Err(AppError::Refused { fields, .. }) => {
            let yes = page::yes(app, &one, Some(typed), errors(fields)).await?;
            again(app, &visit, &me, one, yes, page::no(None, Errors::default())).await
        }
        Err(AppError::Conflict(words)) => Ok(decided(req, &visit, &one, &words)),
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn decline(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let one = existing(app, &name).await?;
    let no = page::no(Some(&fields), Errors::default());
    let reason = match reason(no.why, &no.words) {
        Ok(reason) => reason,
        Err(wrong) => {
            let yes = page::yes(app, &one, None, Errors::default()).await?;
            return again(app, &visit, &me, one, yes, page::no(Some(&fields), errors(wrong))).await;
        }
    };
    match actions::decline(app, (&me).into(), one.id, reason).await {
        Ok(one) => {
            let told = match app.sends_links().await? {
                true => format!("{} is told by mail.", one.name),
                false => format!("No mail can go out, so {} hears nothing of it.", one.name),
            };
            Ok(decided(req, &visit, &one, &format!("Declined. {told}")))
        }
        Err(AppError::Conflict(words)) => Ok(decided(req, &visit, &one, &words)),
        Err(error) => Err(error.into()),
    }
}

/// Where no mail can go out the link of the invite has to be copied, where it stands.
fn approved(req: &Request, visit: &Visit, one: &AccessRequest, can_write: bool) -> Response {
    match one.invite.filter(|_| !can_write) {
        Some(invite) => {
            let said = format!("Approved. No mail can go out: copy this link and send it to {}.", one.name);
            visit.go(req, &format!("/admin/invites/{invite}"), Some(&said))
        }
        None => decided(req, visit, one, &format!("An invite goes to {} now.", one.name)),
    }
}

fn decided(req: &Request, visit: &Visit, one: &AccessRequest, said: &str) -> Response {
    visit.go(req, &format!("/admin/access-requests/{}", one.id), Some(said))
}

/// The page again, with what was wrong.
async fn again(
    app: &App,
    visit: &Visit,
    me: &Actor,
    one: AccessRequest,
    yes: super::views::decide::Yes,
    no: super::views::decide::No,
) -> poem::Result<Response> {
    let shown = page::one(app, me, one, yes, no).await?;
    Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, one::page(&visit.frame, &shown)))
}
