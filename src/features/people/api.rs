//! People over the JSON API.

pub mod access;
pub mod edit;
pub mod membership;
pub mod merges;
pub mod removal;
pub mod sessions;

use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};
use secrecy::SecretString;

use crate::app::App;
use crate::db::people;
use crate::db::people::lists::{self, Among};
use crate::domain::ids::PersonId;
use crate::error::AppError;
use crate::features::people::actions::{self, Typed};
use crate::web::api::{Listed, Paging, Tag, time};
use crate::web::{BackOffice, Moderator, Viewer};

pub struct PeopleApi;

/// Someone Usherr knows.
#[derive(Debug, Object)]
struct Person {
    id: i64,
    name: String,
    email: Option<String>,
    /// Local sign-in name.
    username: Option<String>,
    /// viewer, requester, moderator, admin or auditor.
    role: String,
    plex_id: Option<i64>,
    plex_username: Option<String>,
    /// Owns a Plex server of this house.
    is_owner: bool,
    /// In the owner's Plex Home.
    home: bool,
    /// When Plex last said that it keeps the limits of this managed user in a restriction profile.
    limits_kept_at: Option<String>,
    /// When Plex's list lacked them for the second time in a row.
    gone_at: Option<String>,
    /// When they were removed from Usherr. They are nobody here until they are taken in again.
    removed_at: Option<String>,
    last_seen_at: Option<String>,
    created_at: String,
}

impl From<crate::domain::people::Person> for Person {
    fn from(person: crate::domain::people::Person) -> Self {
        Self {
            id: person.id.0,
            name: person.name,
            email: person.email,
            username: person.username,
            role: person.role.to_string(),
            plex_id: person.plex_id,
            plex_username: person.plex_username,
            is_owner: person.is_owner,
            home: person.home,
            limits_kept_at: person.limits_kept_at.map(time),
            gone_at: person.gone_at.filter(|_| person.removed_at.is_none()).map(time),
            removed_at: person.removed_at.map(time),
            last_seen_at: person.last_seen_at.map(time),
            created_at: time(person.created_at),
        }
    }
}

/// Somebody who shall sign in with a name and a password.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct NewPerson {
    name: String,
    /// Local sign-in name.
    username: String,
    email: Option<String>,
    /// 8 to 200 characters.
    password: String,
    /// viewer, requester, moderator, admin or auditor; moderators give viewer and requester.
    role: String,
}

#[derive(ApiResponse)]
enum Added {
    #[oai(status = 201)]
    New(Json<Person>),
}

#[OpenApi(prefix_path = "/people", tag = "Tag::People")]
impl PeopleApi {
    /// Everybody, by name
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/", method = "get")]
    async fn list(
        &self,
        app: Data<&App>,
        _me: BackOffice,
        /// A part of the name or address.
        q: Query<Option<String>>,
        /// Only some of them: a role, or `invited`, `home`, `gone`, `differing`, for whom Plex differs from what was last
        /// sent; `ending`, whose membership has an end, `out`, whose membership is over or paused, `asking`, who would
        /// like to stay longer, or `removed`. Who was removed from Usherr is listed there alone.
        show: Query<Option<String>>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<Person>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let words: String = q.0.unwrap_or_default().chars().take(200).collect();
        let among = Among::parse(show.0.as_deref().unwrap_or_default()).ok_or_else(|| {
            AppError::Malformed(
                "show is a role, invited, home, gone, differing, ending, out, asking or removed.".to_owned(),
            )
        })?;
        let mut all = app.db.read(move |conn| lists::matching(conn, &words)).await?;
        let now = app.now();
        all.retain(|listed| listed.is(among, now));
        let (shown, total) = paging.cut(all);
        Ok(Json(paging.list(shown.into_iter().map(|listed| listed.person.into()).collect(), total)))
    }

    /// Add somebody with a local sign-in
    #[oai(path = "/", method = "post")]
    async fn add(&self, app: Data<&App>, me: Moderator, body: Json<NewPerson>) -> poem::Result<Added> {
        let NewPerson { name, username, email, password, role } = body.0;
        let email = email.unwrap_or_default();
        let typed = Typed { name, username, email, password: SecretString::from(password), role };
        let id = actions::add(&app, &me.0, typed).await?;
        Ok(Added::New(one(&app, id).await?))
    }

    /// Oneself
    #[oai(path = "/me", method = "get")]
    async fn me(&self, app: Data<&App>, me: Viewer) -> poem::Result<Json<Person>> {
        one(&app, me.0.id).await
    }

    /// One of them
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id", method = "get")]
    async fn get(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<Person>> {
        one(&app, PersonId(id.0)).await
    }
}

async fn one(app: &App, id: PersonId) -> poem::Result<Json<Person>> {
    let person = app.db.read(move |conn| people::get(conn, id)).await?.ok_or(AppError::NotFound)?;
    Ok(Json(person.into()))
}
