//! Welcome pages for programs: the same rules as the pages.

mod shapes;

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::shapes::{WelcomePageDraft, WelcomePageShape};
use super::actions;
use crate::app::App;
use crate::db::welcome;
use crate::domain::ids::WelcomePageId;
use crate::domain::welcome::WelcomePage;
use crate::error::{AppError, Outcome};
use crate::web::api::{Listed, Paging, Tag};
use crate::web::{BackOffice, Moderator};

pub struct WelcomePagesApi;

#[derive(ApiResponse)]
enum Created {
    /// The new page.
    #[oai(status = 201)]
    New(Json<WelcomePageShape>),
}

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/welcome-pages", tag = "Tag::WelcomePages")]
impl WelcomePagesApi {
    /// Every welcome page, in the order in which they are read
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/", method = "get")]
    async fn list(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<WelcomePageShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let (shown, total) = paging.cut(app.db.read(welcome::all).await?);
        Ok(Json(paging.list(shown.into_iter().map(WelcomePageShape::of).collect(), total)))
    }

    /// Make a welcome page, behind the others
    ///
    /// For moderators and admins. What is left out is as in a new page: everybody reads it, and there is no gate.
    #[oai(path = "/", method = "post")]
    async fn create(&self, app: Data<&App>, me: Moderator, body: Json<WelcomePageDraft>) -> poem::Result<Created> {
        let saved = actions::save(&app, &me.0, None, body.0.typed()).await.map_err(shapes::renamed)?;
        Ok(Created::New(Json(WelcomePageShape::of(saved))))
    }

    /// One welcome page
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id", method = "get")]
    async fn get(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<WelcomePageShape>> {
        Ok(Json(WelcomePageShape::of(existing(&app, id.0).await?)))
    }

    /// Change a welcome page
    ///
    /// For moderators and admins. The body is the whole page: what is left out is as in a new one.
    #[oai(path = "/:id", method = "put")]
    async fn put(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<WelcomePageDraft>,
    ) -> poem::Result<Json<WelcomePageShape>> {
        let id = existing(&app, id.0).await?.id;
        let saved = actions::save(&app, &me.0, Some(id), body.0.typed()).await.map_err(shapes::renamed)?;
        Ok(Json(WelcomePageShape::of(saved)))
    }

    /// Delete a welcome page
    ///
    /// For moderators and admins.
    #[oai(path = "/:id", method = "delete")]
    async fn delete(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Done> {
        actions::remove(&app, &me.0, WelcomePageId(id.0)).await?;
        Ok(Done::Done)
    }
}

async fn existing(app: &App, id: i64) -> Outcome<WelcomePage> {
    app.db.read(move |conn| welcome::get(conn, WelcomePageId(id))).await?.ok_or(AppError::NotFound)
}
