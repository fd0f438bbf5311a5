//! Groups for programs: the same rules as the pages.

mod shapes;

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, OpenApi};

use self::shapes::{GroupDraft, GroupShape, MemberShape};
use super::actions;
use crate::app::App;
use crate::db::{group_people, groups};
use crate::domain::group::Group;
use crate::domain::ids::{GroupId, PersonId};
use crate::error::{AppError, Outcome};
use crate::web::api::{Listed, Paging, Tag};
use crate::web::{BackOffice, Moderator};

pub struct GroupsApi;

#[derive(ApiResponse)]
enum Created {
    /// The new group.
    #[oai(status = 201)]
    New(Json<GroupShape>),
}

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/groups", tag = "Tag::Groups")]
impl GroupsApi {
    /// Every group, in the order of the page
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/", method = "get")]
    async fn list(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<GroupShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let days = app.settings().await?.quota_days;
        let read = app.db.read(move |conn| {
            let all = groups::all(conn)?;
            let (shown, total) = paging.cut(all);
            Ok((total, group_people::crowds(conn, &shown, 0)?, shown))
        });
        let (total, people, shown) = read.await?;
        let shape = |group: Group| {
            let members = people.get(&group.id).map_or(0, |crowd| crowd.people);
            GroupShape::of(group, members, days)
        };
        Ok(Json(paging.list(shown.into_iter().map(shape).collect(), total)))
    }

    /// Make a group
    ///
    /// For moderators and admins. What is left out is as in a new group of the page: films and series may be asked for
    /// without limit, and nothing else is given.
    #[oai(path = "/", method = "post")]
    async fn create(&self, app: Data<&App>, me: Moderator, body: Json<GroupDraft>) -> poem::Result<Created> {
        let days = app.settings().await?.quota_days;
        let saved = actions::save(&app, &me.0, None, body.0.typed(days)?, None).await.map_err(shapes::renamed)?;
        Ok(Created::New(Json(one(&app, saved.id).await?)))
    }

    /// One group
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id", method = "get")]
    async fn get(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<GroupShape>> {
        Ok(Json(one(&app, GroupId(id.0)).await?))
    }

    /// Change a group
    ///
    /// For moderators and admins. The body is the whole group: what is left out is as in a new one.
    #[oai(path = "/:id", method = "put")]
    async fn put(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<GroupDraft>,
    ) -> poem::Result<Json<GroupShape>> {
        let id = existing(&app, id.0).await?;
        let days = app.settings().await?.quota_days;
        let saved = actions::save(&app, &me.0, Some(id), body.0.typed(days)?, None).await.map_err(shapes::renamed)?;
        Ok(Json(one(&app, saved.id).await?))
    }

    /// Delete a group
    ///
    /// For moderators and admins.
    #[oai(path = "/:id", method = "delete")]
    async fn delete(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Done> {
        actions::remove(&app, &me.0, GroupId(id.0)).await?;
        Ok(Done::Done)
    }

    /// Who is in a group, by name
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id/members", method = "get")]
    async fn members(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        id: Path<i64>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<MemberShape>>> {
        let (paging, id) = (Paging::parse(page.0, per_page.0)?, GroupId(id.0));
        let read = app.db.read(move |conn| {
            let group = groups::get(conn, id)?.ok_or(AppError::NotFound)?;
            group_people::of_one(conn, &group)
        });
        let (shown, total) = paging.cut(read.await?);
        Ok(Json(paging.list(shown.into_iter().map(MemberShape::from).collect(), total)))
    }

    /// Put somebody into a group
    ///
    /// For moderators and admins; only admins put admins into groups. The owner of the server is in none.
    #[oai(path = "/:id/members/:person_id", method = "put")]
    async fn join(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        /// Whom.
        person_id: Path<i64>,
    ) -> poem::Result<Done> {
        actions::put_in(&app, &me.0, GroupId(id.0), vec![PersonId(person_id.0)]).await?;
        Ok(Done::Done)
    }

    /// Take somebody out of a group
    ///
    /// For moderators and admins. Who is in it by a rule stays in it.
    #[oai(path = "/:id/members/:person_id", method = "delete")]
    async fn leave(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        /// Whom.
        person_id: Path<i64>,
    ) -> poem::Result<Done> {
        actions::take_out(&app, &me.0, GroupId(id.0), vec![PersonId(person_id.0)]).await?;
        Ok(Done::Done)
    }
}

/// A group that is not there is said before anything that is wrong with what was sent.
async fn existing(app: &App, id: i64) -> Outcome<GroupId> {
    let id = GroupId(id);
    app.db.read(move |conn| groups::get(conn, id)).await?.map(|group| group.id).ok_or(AppError::NotFound)
}

async fn one(app: &App, id: GroupId) -> Outcome<GroupShape> {
    let days = app.settings().await?.quota_days;
    let read = app.db.read(move |conn| {
        let group = groups::get(conn, id)?.ok_or(AppError::NotFound)?;
        let members = group_people::count(conn, &group)?;
        Ok((group, members))
    });
    let (group, members) = read.await?;
    Ok(GroupShape::of(group, members, days))
}
