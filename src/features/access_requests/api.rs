//! Access requests for programs: the same rules as the pages.

mod shapes;

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::shapes::{AccessApproval, AccessDecline, AccessDraft, AccessRequestShape};
use super::actions;
use crate::app::App;
use crate::db::access_requests;
use crate::domain::access_request::form::{Why, reason};
use crate::domain::access_request::{AccessRequest, State};
use crate::domain::ids::AccessRequestId;
use crate::error::{AppError, Outcome};
use crate::web::api::{Listed, Paging, Tag};
use crate::web::{BackOffice, Moderator};

pub struct AccessRequestsApi;

#[derive(ApiResponse)]
enum Created {
    /// The new access request.
    #[oai(status = 201)]
    New(Json<AccessRequestShape>),
}

#[OpenApi(prefix_path = "/access-requests", tag = "Tag::AccessRequests")]
impl AccessRequestsApi {
    /// Who asks to be let in, newest first
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/", method = "get")]
    async fn list(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        /// open, unconfirmed, approved or declined; left out, all of them.
        state: Query<Option<String>>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<AccessRequestShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let state: Option<State> = match state.0 {
            Some(word) => Some(word.parse().map_err(|error| AppError::Malformed(format!("state: {error}.")))?),
            None => None,
        };
        let (total, all) = app
            .db
            .read(move |conn| {
                let counts = access_requests::counts(conn)?;
                let total = match state {
                    Some(state) => counts.get(&state).copied().unwrap_or_default(),
                    None => counts.values().sum(),
                };
                Ok((total, access_requests::list(conn, state, paging.offset(), paging.per_page)?))
            })
            .await?;
        Ok(Json(paging.list(all.into_iter().map(AccessRequestShape::of).collect(), total)))
    }

    /// Ask in somebody's name
    ///
    /// For moderators and admins. A mail goes to the address at once, and it waits for a decision once that is confirmed.
    #[oai(path = "/", method = "post")]
    async fn create(&self, app: Data<&App>, _me: Moderator, body: Json<AccessDraft>) -> poem::Result<Created> {
        let ask = body.0.typed().read().map_err(AppError::fields)?;
        if !app.house().await?.can_write() {
            let words = "Addresses are confirmed by mail. That takes a mail server and a public address.";
            return Err(AppError::Conflict(words.to_owned()).into());
        }
        let Some(id) = actions::ask(&app, None, ask).await? else {
            return Err(AppError::Conflict("This address was written to often enough for now.".to_owned()).into());
        };
        Ok(Created::New(Json(AccessRequestShape::of(existing(&app, id.0).await?))))
    }

    /// One access request
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id", method = "get")]
    async fn get(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<AccessRequestShape>> {
        Ok(Json(AccessRequestShape::of(existing(&app, id.0).await?)))
    }

    /// Say yes
    ///
    /// For moderators and admins. An invite for one person is sent to the address, where mails can go out.
    #[oai(path = "/:id/approve", method = "post")]
    async fn approve(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<AccessApproval>,
    ) -> poem::Result<Json<AccessRequestShape>> {
        let one = actions::approve(&app, (&me.0).into(), AccessRequestId(id.0), body.0.typed()).await;
        let one = one.map_err(|error| error.renamed(&[("groups", "group_ids")]))?;
        Ok(Json(AccessRequestShape::of(one)))
    }

    /// Say no
    ///
    /// For moderators and admins. Whoever asked reads the reason.
    #[oai(path = "/:id/decline", method = "post")]
    async fn decline(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<AccessDecline>,
    ) -> poem::Result<Json<AccessRequestShape>> {
        let words = body.0.reason.unwrap_or_default();
        let reason = reason(Why::Other, &words).map_err(AppError::fields)?;
        let one = actions::decline(&app, (&me.0).into(), AccessRequestId(id.0), reason).await?;
        Ok(Json(AccessRequestShape::of(one)))
    }
}

async fn existing(app: &App, id: i64) -> Outcome<AccessRequest> {
    app.db.read(move |conn| access_requests::get(conn, AccessRequestId(id))).await?.ok_or(AppError::NotFound)
}
