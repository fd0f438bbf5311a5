//! Invites for programs: the same rules as the pages.

pub mod guests;
mod shapes;

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::shapes::{InviteDraft, InviteMailDraft, InviteMailShape, InvitePause, InviteShape, InviteUseShape};
use super::actions;
use crate::app::App;
use crate::db::{invite_mails, invite_uses, invites};
use crate::domain::ids::{InviteId, InviteUseId};
use crate::domain::invite::Invite;
use crate::domain::invite::Standing;
use crate::error::{AppError, Outcome};
use crate::web::api::{Listed, Paging, Tag};
use crate::web::{Admin, BackOffice, Moderator, public_address};

pub struct InvitesApi;

#[derive(ApiResponse)]
enum Created {
    /// The new invite.
    #[oai(status = 201)]
    New(Json<InviteShape>),
}

#[derive(ApiResponse)]
enum Asked {
    /// Plex is being told.
    #[oai(status = 202)]
    OnItsWay(Json<InviteUseShape>),
}

#[derive(ApiResponse)]
enum Mailed {
    /// It is on its way.
    #[oai(status = 202)]
    OnItsWay(Json<InviteMailShape>),
}

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/invites", tag = "Tag::Invites")]
impl InvitesApi {
    /// Every invite, newest first
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/", method = "get")]
    async fn list(
        &self,
        req: &Request,
        app: Data<&App>,
        _me: BackOffice,
        /// open, paused, expired or used_up; left out, all of them.
        state: Query<Option<String>>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<InviteShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let standing: Option<Standing> = match state.0 {
            Some(word) => Some(word.parse().map_err(|error| AppError::Malformed(format!("state: {error}.")))?),
            None => None,
        };
        let now = app.now();
        let (total, all) = app
            .db
            .read(move |conn| {
                let counts = invites::counts(conn, now)?;
                let total: i64 = standing.map_or_else(|| counts.values().sum(), |standing| counts[&standing]);
                Ok((total, invites::list(conn, standing, now, paging.offset(), paging.per_page)?))
            })
            .await?;
        let base = base(req, &app).await?;
        let shown = all.into_iter().map(|invite| shape(&app, &base, invite)).collect();
        Ok(Json(paging.list(shown, total)))
    }

    /// Make an invite
    ///
    /// For moderators and admins. What is left out is as in a new invite of the page.
    #[oai(path = "/", method = "post")]
    async fn create(
        &self,
        req: &Request,
        app: Data<&App>,
        me: Moderator,
        body: Json<InviteDraft>,
    ) -> poem::Result<Created> {
        let saved = actions::save(&app, &me.0, None, body.0.typed()?, None).await.map_err(shapes::renamed)?;
        let base = base(req, &app).await?;
        Ok(Created::New(Json(shape(&app, &base, saved))))
    }

    /// One invite
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id", method = "get")]
    async fn get(
        &self,
        req: &Request,
        app: Data<&App>,
        _me: BackOffice,
        id: Path<i64>,
    ) -> poem::Result<Json<InviteShape>> {
        let invite = existing(&app, id.0).await?;
        let base = base(req, &app).await?;
        Ok(Json(shape(&app, &base, invite)))
    }

    /// Change an invite
    ///
    /// For moderators and admins. The body is the whole invite: what is left out is as in a new one.
    #[oai(path = "/:id", method = "put")]
    async fn put(
        &self,
        req: &Request,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<InviteDraft>,
    ) -> poem::Result<Json<InviteShape>> {
        let id = existing(&app, id.0).await?.id;
        let saved = actions::save(&app, &me.0, Some(id), body.0.typed()?, None).await.map_err(shapes::renamed)?;
        let base = base(req, &app).await?;
        Ok(Json(shape(&app, &base, saved)))
    }

    /// Who came by an invite, newest first
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id/uses", method = "get")]
    async fn uses(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        id: Path<i64>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<InviteUseShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let id = existing(&app, id.0).await?.id;
        let (total, all) = app
            .db
            .read(move |conn| {
                let total = invite_uses::count(conn, id)?;
                Ok((total, invite_uses::of_invite(conn, id, paging.offset(), paging.per_page)?))
            })
            .await?;
        Ok(Json(paging.list(all.into_iter().map(InviteUseShape::of).collect(), total)))
    }

    /// Ask Plex for a guest's place in the Home
    ///
    /// For admins. 409 where the invite gives none, they are not in yet, have one, or Plex is being asked already. Where an
    /// invitation to the Home waits for their yes, no second one is sent.
    #[oai(path = "/:id/uses/:use_id/home", method = "post")]
    async fn ask_home(
        &self,
        app: Data<&App>,
        me: Admin,
        id: Path<i64>,
        /// As the list of those who came by it has it.
        use_id: Path<i64>,
    ) -> poem::Result<Asked> {
        let asked = actions::home::again(&app, &me.0, InviteId(id.0), InviteUseId(use_id.0)).await?;
        Ok(Asked::OnItsWay(Json(InviteUseShape::of(asked))))
    }

    /// Take back a guest's place in the Home
    ///
    /// For admins. 409 where no invitation to the Home waits for them. What they see stays as it is, and whoever has said yes
    /// meanwhile stays in the Home.
    #[oai(path = "/:id/uses/:use_id/home", method = "delete")]
    async fn stop_home(
        &self,
        app: Data<&App>,
        me: Admin,
        id: Path<i64>,
        /// As the list of those who came by it has it.
        use_id: Path<i64>,
    ) -> poem::Result<Asked> {
        let stopped = actions::home::stop(&app, &me.0, InviteId(id.0), InviteUseId(use_id.0)).await?;
        Ok(Asked::OnItsWay(Json(InviteUseShape::of(stopped))))
    }

    /// Pause an invite, or let it work again
    ///
    /// For moderators and admins.
    #[oai(path = "/:id/pause", method = "put")]
    async fn pause(
        &self,
        req: &Request,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<InvitePause>,
    ) -> poem::Result<Json<InviteShape>> {
        let saved = actions::pause(&app, &me.0, InviteId(id.0), body.0.paused).await?;
        let base = base(req, &app).await?;
        Ok(Json(shape(&app, &base, saved)))
    }

    /// Mails that an invite was sent by, newest first
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id/mails", method = "get")]
    async fn mails(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        id: Path<i64>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<InviteMailShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let id = existing(&app, id.0).await?.id;
        let (total, sent) = app
            .db
            .read(move |conn| {
                let total = invite_mails::count(conn, id)?;
                Ok((total, invite_mails::of_invite(conn, id, paging.offset(), paging.per_page)?))
            })
            .await?;
        Ok(Json(paging.list(sent.into_iter().map(InviteMailShape::of).collect(), total)))
    }

    /// Send an invite by mail
    ///
    /// For moderators and admins. 409 while it lets nobody in, or no mail would arrive or lead here.
    #[oai(path = "/:id/mails", method = "post")]
    async fn mail(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<InviteMailDraft>,
    ) -> poem::Result<Mailed> {
        let mail = actions::mail(&app, &me.0, InviteId(id.0), &body.0.email).await?;
        Ok(Mailed::OnItsWay(Json(InviteMailShape::of(mail))))
    }

    /// Delete an invite
    ///
    /// For moderators and admins. Whoever came in by it stays in.
    #[oai(path = "/:id", method = "delete")]
    async fn delete(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Done> {
        actions::remove(&app, &me.0, InviteId(id.0)).await?;
        Ok(Done::Done)
    }
}

async fn existing(app: &App, id: i64) -> Outcome<Invite> {
    app.db.read(move |conn| invites::get(conn, InviteId(id))).await?.ok_or(AppError::NotFound)
}

fn shape(app: &App, base: &str, invite: Invite) -> InviteShape {
    InviteShape::of(invite, base, app.now())
}

/// What stands before the end of every link.
async fn base(req: &Request, app: &App) -> Outcome<String> {
    Ok(format!("{}/invite/", public_address(req, app).await?))
}
