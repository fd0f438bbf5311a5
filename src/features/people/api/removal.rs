//! Removing people over the JSON API.

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::app::App;
use crate::db::{people, removals};
use crate::domain::ids::PersonId;
use crate::domain::removal::Removal;
use crate::error::AppError;
use crate::features::people::actions::removal as actions;
use crate::web::api::{Tag, time};
use crate::web::{BackOffice, Moderator};

pub struct PersonRemovalApi;

/// Somebody who was removed, or is to be.
#[derive(Debug, Object)]
struct PersonRemoval {
    /// server, friends, home or usherr.
    from: String,
    /// waiting: Plex has not done all of it yet. done. failed: Plex refused it. taken_back: they were let back since.
    state: String,
    /// Why it could not be done.
    problem: Option<String>,
    /// Who removed them, while they are known.
    by_id: Option<i64>,
    by_name: Option<String>,
    removed_at: String,
    /// When it was done, refused or taken back.
    ended_at: Option<String>,
}

impl From<Removal> for PersonRemoval {
    fn from(one: Removal) -> Self {
        let (by_id, by_name) = one.by.unzip();
        Self {
            from: one.way.to_string(),
            state: one.state.to_string(),
            problem: one.problem,
            by_id: by_id.map(|id| id.0),
            by_name,
            removed_at: time(one.made_at),
            ended_at: one.ended_at.map(time),
        }
    }
}

/// From where somebody is removed.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewPersonRemoval {
    /// server: their membership is over at once, and their shares are taken. friends: the friendship on Plex ends, too.
    /// home: they leave the Plex Home, too. usherr: Plex keeps what it shares, and they are nobody here.
    from: String,
    /// Needed to take a managed user out of the Plex Home: they are deleted there, and there is no way back.
    sure: Option<bool>,
}

#[OpenApi(prefix_path = "/people", tag = "Tag::People")]
impl PersonRemovalApi {
    /// How somebody was removed last
    ///
    /// For moderators, auditors and admins. 404 for somebody who never was.
    #[oai(path = "/:id/removal", method = "get")]
    async fn removal(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<PersonRemoval>> {
        let id = PersonId(id.0);
        let last = app.db.read(move |conn| Ok(removals::of_person(conn, id)?.into_iter().next())).await?;
        Ok(Json(last.ok_or(AppError::NotFound)?.into()))
    }

    /// Remove somebody
    ///
    /// From friends and from the Home for admins only. Shares are taken first, each with what it gave kept; what Plex does
    /// after that is seen by `state`. Again it is the same removal. 422 for owners, admins and oneself, and for a way that
    /// does not fit them.
    #[oai(path = "/:id/removal", method = "post")]
    async fn remove(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<NewPersonRemoval>,
    ) -> poem::Result<Json<PersonRemoval>> {
        let id = PersonId(id.0);
        // Whom it is about comes before what is wrong with it.
        app.db.read(move |conn| people::get(conn, id)).await?.ok_or(AppError::NotFound)?;
        let NewPersonRemoval { from, sure } = body.0;
        let way = from.trim().parse().map_err(|error| AppError::field("from", format!("{error}")))?;
        let (_, one) = actions::remove(&app, &me.0, id, way, sure.unwrap_or_default()).await?;
        Ok(Json(one.into()))
    }

    /// Let somebody back who was removed
    ///
    /// They have again exactly what was taken; on Plex they are invited, and have to say yes. 409 where there is no way back,
    /// and for somebody who is not removed.
    #[oai(path = "/:id/removal/undo", method = "post")]
    async fn undo_removal(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Json<PersonRemoval>> {
        let (_, one) = actions::take_back(&app, &me.0, PersonId(id.0)).await?;
        Ok(Json(one.into()))
    }

    /// Have Plex asked again for a removal that it refused
    ///
    /// 409 where there is none.
    #[oai(path = "/:id/removal/retry", method = "post")]
    async fn retry_removal(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Json<PersonRemoval>> {
        let id = PersonId(id.0);
        actions::try_again(&app, &me.0, id).await?;
        let last = app.db.read(move |conn| Ok(removals::of_person(conn, id)?.into_iter().next())).await?;
        Ok(Json(last.ok_or(AppError::NotFound)?.into()))
    }
}
