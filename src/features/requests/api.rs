//! Requests for programs: the same rules as the pages.

mod shapes;

use std::time::Duration;

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::shapes::{Approval, Asked, Reason, RequestShape, stages};
use super::actions::{self, Ask, Edit, Wanted};
use crate::app::App;
use crate::app::lookups::{self, Reply};
use crate::app::services::PAGE_PATIENCE;
use crate::db::requests::{self, ListFilter};
use crate::db::{services, titles};
use crate::domain::catalog::{CandidateSeason, MediaKind};
use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::domain::request::Choice;
use crate::domain::service::{self, ServiceKind};
use crate::error::{AppError, Outcome};
use crate::web::api::{Listed, Paging, Tag};
use crate::web::{Moderator, Requester, Viewer};

pub struct RequestsApi;

#[derive(ApiResponse)]
enum Created {
    /// A new request.
    #[oai(status = 201)]
    New(Json<RequestShape>),
    /// It was asked for already: the caller follows that request now.
    #[oai(status = 200)]
    Joined(Json<RequestShape>),
}

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

/// How long a program may wait for Sonarr or Radarr to say what a title is that nobody here has heard of. One that is known
/// waits no longer than a page.
const PATIENCE: Duration = Duration::from_secs(8);

#[OpenApi(prefix_path = "/requests", tag = "Tag::Requests")]
impl RequestsApi {
    /// List requests
    ///
    /// One's own and those one follows; all with the right to see all.
    #[oai(path = "/", method = "get")]
    async fn list(
        &self,
        app: Data<&App>,
        me: Viewer,
        /// Stages, with commas between: `asked,stuck`.
        stage: Query<Option<String>>,
        /// Only one's own and followed ones.
        mine: Query<Option<bool>>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<RequestShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let filter = ListFilter { stages: stages(stage.0.as_deref())?, mine: mine.0.unwrap_or(false) };
        let reader = me.0.clone();
        let (rows, events, total) = app
            .db
            .read(move |conn| {
                let (rows, total) = requests::list(conn, &me.0, &filter, paging.offset(), paging.per_page)?;
                let ids: Vec<RequestId> = rows.iter().map(|row| row.request.id).collect();
                Ok((rows, requests::events_of(conn, &ids)?, total))
            })
            .await?;
        let items = rows.iter().map(|row| RequestShape::of(row, &events, &reader)).collect();
        Ok(Json(paging.list(items, total)))
    }

    /// One request
    #[oai(path = "/:id", method = "get")]
    async fn get(&self, app: Data<&App>, me: Viewer, id: Path<i64>) -> poem::Result<Json<RequestShape>> {
        Ok(Json(shape(&app, &me.0, RequestId(id.0)).await?))
    }

    /// Ask for a film or a series
    #[oai(path = "/", method = "post")]
    async fn create(&self, app: Data<&App>, me: Requester, body: Json<Asked>) -> poem::Result<Created> {
        let ask = ask(&app, &me.0, body.0).await?;
        let submitted = actions::submit(&app, &me.0, ask).await?;
        let mut shape = shape(&app, &me.0, submitted.id).await?;
        shape.joined = Some(submitted.joined);
        Ok(if submitted.joined { Created::Joined(Json(shape)) } else { Created::New(Json(shape)) })
    }

    /// Be told too
    #[oai(path = "/:id/follow", method = "put")]
    async fn follow(&self, app: Data<&App>, me: Requester, id: Path<i64>) -> poem::Result<Done> {
        actions::follow(&app, &me.0, RequestId(id.0)).await?;
        Ok(Done::Done)
    }

    /// Not be told any more
    #[oai(path = "/:id/follow", method = "delete")]
    async fn unfollow(&self, app: Data<&App>, me: Requester, id: Path<i64>) -> poem::Result<Done> {
        actions::unfollow(&app, &me.0, RequestId(id.0)).await?;
        Ok(Done::Done)
    }

    /// Say yes, as it is or with changes
    ///
    /// For moderators and admins. Without a body nothing is changed.
    #[oai(path = "/:id/approve", method = "post")]
    async fn approve(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<Option<Approval>>,
    ) -> poem::Result<Json<RequestShape>> {
        let edit = body.0.map(Approval::edit).filter(|edit| *edit != Edit::default());
        actions::approve(&app, &me.0, RequestId(id.0), edit).await?;
        Ok(Json(shape(&app, &me.0, RequestId(id.0)).await?))
    }

    /// Say no, and why
    ///
    /// For moderators and admins.
    #[oai(path = "/:id/decline", method = "post")]
    async fn decline(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<Reason>,
    ) -> poem::Result<Json<RequestShape>> {
        actions::decline(&app, &me.0, RequestId(id.0), &body.0.reason).await?;
        Ok(Json(shape(&app, &me.0, RequestId(id.0)).await?))
    }

    /// Take it back
    ///
    /// One’s own; moderators and admins anybody’s.
    #[oai(path = "/:id/withdraw", method = "post")]
    async fn withdraw(&self, app: Data<&App>, me: Requester, id: Path<i64>) -> poem::Result<Json<RequestShape>> {
        actions::withdraw(&app, &me.0, RequestId(id.0)).await?;
        Ok(Json(shape(&app, &me.0, RequestId(id.0)).await?))
    }

    /// Try a stuck one again
    ///
    /// For moderators and admins.
    #[oai(path = "/:id/retry", method = "post")]
    async fn retry(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Json<RequestShape>> {
        actions::retry(&app, &me.0, RequestId(id.0), None).await?;
        Ok(Json(shape(&app, &me.0, RequestId(id.0)).await?))
    }
}

async fn shape(app: &App, me: &Actor, id: RequestId) -> Outcome<RequestShape> {
    let reader = me.clone();
    let found = app
        .db
        .read(move |conn| {
            let Some(row) = requests::detail(conn, &reader, id)? else { return Ok(None) };
            Ok(Some((row, requests::events_of(conn, &[id])?)))
        })
        .await?;
    let (row, events) = found.ok_or(AppError::NotFound)?;
    Ok(RequestShape::of(&row, &events, me))
}

/// What was asked for, with what the services know of it. A title that is known is asked for even while they are down.
async fn ask(app: &App, me: &Actor, asked: Asked) -> Outcome<Ask> {
    let (kind, ids) = (asked.kind(), asked.ids()?);
    let scope = asked.scope()?;
    let (who, of) = (me.clone(), ids.clone());
    let (row, insight, service) = app
        .db
        .read(move |conn| {
            let services = services::of_kind(conn, ServiceKind::fetching(kind))?;
            let row = titles::find(conn, kind, &of)?;
            let insight = actions::insight(conn, &who, row.as_ref())?;
            Ok((row, insight, service::teller(&services).cloned()))
        })
        .await?;
    let known = row.filter(|_| insight.known);
    let patience = if known.is_some() { PAGE_PATIENCE } else { PATIENCE };
    let reply = match asked.public_id() {
        // Of a film nothing more must be known.
        Some(id) if known.is_none() || kind == MediaKind::Series => {
            lookups::title(app, kind, service, id, patience).await
        }
        _ => Reply::Nobody,
    };
    let found = reply.here().and_then(|looked| looked.counted(app.now()));
    let found = found.filter(|candidate| known.is_some() || insight.takes(candidate));
    let (wanted, seasons) = match (known, found, reply) {
        (_, Some(candidate), _) => (Wanted::Found(Box::new(candidate.clone())), candidate.seasons),
        (Some(title), _, _) => (Wanted::Known(title.id), Vec::<CandidateSeason>::new()),
        (None, None, reply) => {
            let unknown = || AppError::field(asked.id_field(), "Nobody knows a title with this id.");
            return Err(reply.fault(kind).map_or_else(unknown, AppError::Service));
        }
    };
    Ok(Ask { wanted, scope, seasons, is_4k: asked.is_4k.unwrap_or(false), note: asked.note, choice: Choice::default() })
}
