//! Two people who are one, over the JSON API.

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::{Person, one};
use crate::app::App;
use crate::db::people::merge::{self, Merged};
use crate::domain::ids::{MergeId, PersonId};
use crate::features::people::actions::access::touchable;
use crate::features::people::actions::merge as actions;
use crate::web::Moderator;
use crate::web::api::{Tag, time};

pub struct PersonMergesApi;

/// Somebody who became part of another.
#[derive(Debug, Object)]
struct PersonMerge {
    id: i64,
    name: String,
    merged_at: String,
}

impl From<Merged> for PersonMerge {
    fn from(merged: Merged) -> Self {
        Self { id: merged.id.0, name: merged.name, merged_at: time(merged.at) }
    }
}

/// With whom to merge.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct MergeWith {
    other_id: i64,
}

/// What to undo.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct SplitOff {
    merge_id: i64,
}

#[OpenApi(prefix_path = "/people", tag = "Tag::People")]
impl PersonMergesApi {
    /// Those who became part of somebody
    ///
    /// The last one first; of admins for admins only.
    #[oai(path = "/:id/merges", method = "get")]
    async fn merges(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Json<Vec<PersonMerge>>> {
        let id = PersonId(id.0);
        let merged = app.db.read(move |conn| {
            touchable(conn, &me.0, id)?;
            merge::of_person(conn, id)
        });
        Ok(Json(merged.await?.into_iter().map(PersonMerge::from).collect()))
    }

    /// Make one of two people
    ///
    /// Whoever has a Plex account stays; both of one never become one. The answer is who stays.
    #[oai(path = "/:id/merge", method = "post")]
    async fn merge(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<MergeWith>,
    ) -> poem::Result<Json<Person>> {
        let (kept, _) = actions::merge(&app, &me.0, PersonId(id.0), PersonId(body.0.other_id))
            .await
            .map_err(|error| error.renamed(&[("other", "other_id")]))?;
        one(&app, kept.id).await
    }

    /// Bring back who became part of somebody
    ///
    /// With what was theirs. The answer is who is back.
    #[oai(path = "/:id/split", method = "post")]
    async fn split(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<SplitOff>,
    ) -> poem::Result<Json<Person>> {
        let (back, _) = actions::split(&app, &me.0, PersonId(id.0), MergeId(body.0.merge_id)).await?;
        one(&app, back).await
    }
}
