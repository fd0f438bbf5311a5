//! Where somebody is signed in, over the JSON API.

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use crate::app::App;
use crate::domain::ids::PersonId;
use crate::domain::people::Session;
use crate::features::people::actions::sessions as actions;
use crate::web::api::{Listed, Paging, Tag, time};
use crate::web::{BackOffice, Moderator};

pub struct PersonSessionsApi;

/// One place where somebody is signed in.
#[derive(Debug, Object)]
struct PersonSession {
    /// Names it, and opens nothing.
    id: String,
    /// web (a browser) or api (a program, by bearer token).
    kind: String,
    /// What the browser or program calls itself.
    user_agent: Option<String>,
    address: Option<String>,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
}

impl From<Session> for PersonSession {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            kind: session.kind.to_string(),
            user_agent: session.user_agent,
            address: session.address,
            created_at: time(session.created_at),
            last_seen_at: time(session.last_seen_at),
            expires_at: time(session.expires_at),
        }
    }
}

#[derive(ApiResponse)]
enum Ended {
    /// They are signed out there.
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/people", tag = "Tag::People")]
impl PersonSessionsApi {
    /// Where somebody is signed in
    ///
    /// For auditors and admins; for moderators of those who are no admins. The one seen last comes first.
    #[oai(path = "/:id/sessions", method = "get")]
    async fn sessions(
        &self,
        app: Data<&App>,
        me: BackOffice,
        id: Path<i64>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<PersonSession>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let (id, now) = (PersonId(id.0), app.now());
        let (_, all) = app.db.read(move |conn| actions::seen(conn, &me.0, id, now)).await?;
        let (shown, total) = paging.cut(all);
        Ok(Json(paging.list(shown.into_iter().map(PersonSession::from).collect(), total)))
    }

    /// Sign somebody out of one place
    #[oai(path = "/:id/sessions/:session_id", method = "delete")]
    async fn end(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        /// Which.
        session_id: Path<String>,
    ) -> poem::Result<Ended> {
        actions::end(&app, &me.0, PersonId(id.0), session_id.0).await?;
        Ok(Ended::Done)
    }
}
