//! Invites in the back office: the list, one of them, pausing, deleting.

use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use self::page::{Shown, errors, typed};
use super::actions;
use super::views::list;
use crate::app::App;
use crate::db::invites;
use crate::domain::ids::InviteId;
use crate::domain::invite::Standing;
use crate::domain::invite::form::TypedInvite;
use crate::error::{AppError, Outcome};
use crate::web::form::refusal;
use crate::web::{BackOffice, Fields, Moderator, Visit};

pub mod home;
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
    BackOffice(me): BackOffice,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let Query(asked) = asked.unwrap_or_default();
    let (standing, now): (Option<Standing>, _) = (asked.show.parse().ok(), app.now());
    let (base, wanted) = (page::base(req, app).await?, asked.page.parse().unwrap_or(1));
    let settings = app.settings().await?;
    let shown = app.db.read(move |conn| {
        let counts = invites::counts(conn, now)?;
        let total = standing.map_or_else(|| counts.values().sum(), |standing| counts[&standing]);
        let page = i64::clamp(wanted, 1, ((total + PER_PAGE - 1) / PER_PAGE).max(1));
        let all = invites::list(conn, standing, now, (page - 1) * PER_PAGE, PER_PAGE)?;
        Ok(list::List {
            rows: page::told(conn, &settings, all, &base, now)?,
            counts,
            standing,
            page,
            per_page: PER_PAGE,
        })
    });
    Ok(visit.show(list::invites(&visit.frame, &shown.await?, me.role)))
}

fn id(text: &str) -> Outcome<InviteId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[derive(Deserialize, Default)]
pub struct Begun {
    /// The invite that a new one begins as a copy of.
    #[serde(default)]
    like: String,
}

#[handler]
pub async fn new(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    begun: Option<Query<Begun>>,
) -> poem::Result<Response> {
    let like: Option<InviteId> = begun.and_then(|Query(begun)| begun.like.parse().ok());
    let (zone, now) = (visit.frame.clock.zone, app.now());
    let typed = app.db.read(move |conn| {
        let like = like.map(|like| invites::get(conn, like)).transpose()?.flatten();
        Ok(like.map_or_else(page::begin, |like| page::copy(&like, me.role, zone, now)))
    });
    Ok(visit.show(page::form(req, app, &visit, Shown::new(None, typed.await?)).await?))
}

#[handler]
pub async fn create(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    fields: Fields,
) -> poem::Result<Response> {
    save_or_show(req, app, visit, &me, None, &fields).await
}

#[handler]
pub async fn show(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(name): Path<String>,
    asked: Option<Query<Asked>>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let page = asked.and_then(|Query(asked)| asked.page.parse().ok()).unwrap_or(1);
    let invite = app.db.read(move |conn| invites::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    let typed = TypedInvite::of(&invite, visit.frame.clock.zone);
    let shown = Shown { may_write: me.role.may_decide(), page, ..Shown::new(Some(id), typed) };
    Ok(visit.show(page::form(req, app, &visit, shown).await?))
}

#[handler]
pub async fn save(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    save_or_show(req, app, visit, &me, Some(id(&name)?), &fields).await
}

async fn save_or_show(
    req: &Request,
    app: &App,
    visit: Visit,
    me: &crate::domain::people::Actor,
    id: Option<InviteId>,
    fields: &Fields,
) -> poem::Result<Response> {
    let typed = typed(fields);
    match actions::save(app, me, id, typed.clone(), fields.seen()).await {
        Ok(saved) => {
            let said = if id.is_some() {
                "The invite is saved."
            } else {
                "The invite is there. Copy its link, or let it be scanned."
            };
            Ok(visit.go(req, &format!("/admin/invites/{}", saved.id), Some(said)))
        }
        Err(AppError::Refused { fields, .. }) => {
            let shown = Shown { errors: errors(fields), ..Shown::new(id, typed) };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page::form(req, app, &visit, shown).await?))
        }
        Err(error) => Err(error.into()),
    }
}

#[handler]
pub async fn pause(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let invite = actions::pause(app, &me, id(&name)?, fields.text("paused") == "yes").await?;
    let said = match invite.paused {
        true => "The link lets nobody in until you say so.",
        false => "The link works again.",
    };
    Ok(visit.go(req, "/admin/invites", Some(said)))
}

#[handler]
pub async fn mail(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let (id, typed) = (id(&name)?, fields.text("email").to_owned());
    match actions::mail(app, &me, id, &typed).await {
        Ok(mail) => {
            let said = format!("The link is on its way to {}.", mail.address);
            Ok(visit.go(req, &format!("/admin/invites/{id}#mails"), Some(&said)))
        }
        Err(error) => {
            let errors = refusal(error)?;
            let invite = app.db.read(move |conn| invites::get(conn, id)).await?.ok_or(AppError::NotFound)?;
            let shown = Shown::new(Some(id), TypedInvite::of(&invite, visit.frame.clock.zone));
            let shown = Shown { mail: (typed, errors), ..shown };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page::form(req, app, &visit, shown).await?))
        }
    }
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(_): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let invite = app.db.read(move |conn| invites::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    let words = "Its link leads nowhere from then on. Whoever came in by it stays in.";
    let title = format!("Delete {}?", invite.name());
    Ok(visit.show(list::removal(
        &visit.frame,
        &title,
        words,
        &format!("/admin/invites/{id}/removal"),
        "Delete this invite",
    )))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let said = match actions::remove(app, &me, id(&name)?).await {
        Ok(invite) => format!("{} is deleted.", invite.name()),
        Err(AppError::NotFound) => "This invite is deleted already.".to_owned(),
        Err(error) => return Err(error.into()),
    };
    Ok(visit.go(req, "/admin/invites", Some(&said)))
}

#[handler]
pub async fn ask_clear(Data(app): Data<&App>, visit: Visit, Moderator(_): Moderator) -> poem::Result<Response> {
    let now = app.now();
    let counts = app.db.read(move |conn| invites::counts(conn, now)).await?;
    let over = counts[&Standing::Expired] + counts[&Standing::UsedUp];
    let words = match over {
        0 => "There are none.".to_owned(),
        1 => "One link lets nobody in any more. Whoever came in by it stays in.".to_owned(),
        n => format!("{n} links let nobody in any more. Whoever came in by them stays in."),
    };
    let title = "Clear invites that are over?";
    Ok(visit.show(list::removal(&visit.frame, title, &words, "/admin/invites/clear", "Clear them")))
}

#[handler]
pub async fn clear(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
) -> poem::Result<Response> {
    let said = match actions::clear(app, Some(me), true).await? {
        0 => "There was nothing to clear.".to_owned(),
        1 => "One invite was deleted.".to_owned(),
        n => format!("{n} invites were deleted."),
    };
    Ok(visit.go(req, "/admin/invites", Some(&said)))
}
