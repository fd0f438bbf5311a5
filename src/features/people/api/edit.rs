//! Changing what is kept about people, over the JSON API. The rules are those of the pages.

use std::collections::HashSet;

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::access::moment;
use super::{Person, one};
use crate::app::App;
use crate::db::people::{self, notes};
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::domain::stay::NoStay;
use crate::error::{AppError, Outcome};
use crate::features::people::actions::{self, limits, many};
use crate::web::api::Tag;
use crate::web::{BackOffice, Moderator};

pub struct PeopleEditApi;

/// Another role for somebody.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewRole {
    /// viewer, requester, moderator, admin or auditor.
    role: String,
}

/// What those who look after people keep about somebody; never shown to them.
#[derive(Debug, Object)]
struct PersonNotes {
    notes: String,
    /// Never removed for being quiet.
    keep: bool,
}

/// What is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewPersonNotes {
    /// At most 2,000 characters.
    notes: Option<String>,
    keep: Option<bool>,
}

/// The same change about many people: all of it or nothing.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct ManyEdit {
    person_ids: Vec<i64>,
    /// Ids of groups to put them into.
    #[oai(default)]
    join_groups: Vec<i64>,
    /// Ids of groups to take them out of.
    #[oai(default)]
    leave_groups: Vec<i64>,
    /// Ids of libraries to grant them.
    #[oai(default)]
    grant: Vec<i64>,
    /// When these grants end; without it they are for good.
    until: Option<String>,
    /// Ids of libraries to withhold from them.
    #[oai(default)]
    exclude: Vec<i64>,
    /// Onto the keep list, or off it.
    keep: Option<bool>,
    /// How long they stay: so much more (7d, 1m, 12m), until the last day such as 2027-03-03, or open. Admins are left out
    /// then.
    stay: Option<String>,
}

/// How many it was about.
#[derive(Debug, Object)]
struct ManyEdited {
    changed: i64,
    /// Owners, and admins where a moderator asks.
    left_out: i64,
    /// Those who stay without end, and were to stay so much longer: that is as it was.
    without_end: i64,
}

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/people", tag = "Tag::People")]
impl PeopleEditApi {
    /// Change many people at once
    ///
    /// Nothing is sent to Plex before the plan is applied.
    #[oai(path = "/edit", method = "post")]
    async fn edit(&self, app: Data<&App>, me: Moderator, body: Json<ManyEdit>) -> poem::Result<Json<ManyEdited>> {
        let ids = known(&app, &body.0.person_ids).await?;
        let done = many::apply(&app, &me.0, ids, wanted(body.0)?).await.map_err(|error| error.renamed(&NAMES))?;
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        let many::Done { changed, left_out, without_end } = done;
        Ok(Json(ManyEdited { changed: count(changed), left_out: count(left_out), without_end: count(without_end) }))
    }

    /// Change somebody's role
    ///
    /// Moderators give viewer and requester; the last admin stays one.
    #[oai(path = "/:id/role", method = "put")]
    async fn set_role(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<NewRole>,
    ) -> poem::Result<Json<Person>> {
        let id = PersonId(id.0);
        app.db.read(move |conn| people::get(conn, id)).await?.ok_or(AppError::NotFound)?;
        let role = body.0.role.parse().map_err(|_| AppError::field("role", "Choose one of these roles."))?;
        actions::change_role(&app, &me.0, id, role).await?;
        one(&app, id).await
    }

    /// What is kept about somebody
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id/notes", method = "get")]
    async fn notes(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<PersonNotes>> {
        Ok(Json(noted(&app, PersonId(id.0)).await?))
    }

    /// Change what is kept about somebody
    #[oai(path = "/:id/notes", method = "put")]
    async fn set_notes(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<NewPersonNotes>,
    ) -> poem::Result<Json<PersonNotes>> {
        let id = PersonId(id.0);
        let before = noted(&app, id).await?;
        let (notes, keep) = (body.0.notes.unwrap_or(before.notes), body.0.keep.unwrap_or(before.keep));
        actions::notes::save(&app, &me.0, id, notes, keep).await?;
        Ok(Json(noted(&app, id).await?))
    }

    /// Send our limits again to somebody whose limits Plex keeps
    ///
    /// Plex refused downloads and age rating of this managed user, so plans leave them as they are. From now on they are
    /// planned again.
    #[oai(path = "/:id/retry-limits", method = "post")]
    async fn retry_limits(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Done> {
        limits::plan_again(&app, &me.0, PersonId(id.0)).await?;
        Ok(Done::Done)
    }
}

/// As the fields of the page are called, and as they are called here.
const NAMES: [(&str, &str); 5] = [
    ("joins", "join_groups"),
    ("leaves", "leave_groups"),
    ("gives", "grant"),
    ("withholds", "exclude"),
    // Nothing is to change: the first of what could.
    ("", "join_groups"),
];

/// All of them are there, and there is one at least.
async fn known(app: &App, ids: &[i64]) -> Outcome<Vec<PersonId>> {
    let ids: Vec<PersonId> = ids.iter().copied().map(PersonId).collect();
    let wanted = ids.clone();
    let there: HashSet<PersonId> =
        app.db.read(move |conn| people::named(conn, &wanted)).await?.into_iter().map(|person| person.id).collect();
    match ids.iter().find(|id| !there.contains(id)) {
        _ if ids.is_empty() => Err(AppError::field("person_ids", "Name one person at least.")),
        Some(id) => Err(AppError::field("person_ids", format!("There is nobody with the id {id}."))),
        None => Ok(ids),
    }
}

async fn noted(app: &App, id: PersonId) -> Outcome<PersonNotes> {
    app.db
        .read(move |conn| {
            people::get(conn, id)?.ok_or(AppError::NotFound)?;
            let notes::Noted { notes, keep } = notes::of_person(conn, id)?;
            Ok(PersonNotes { notes, keep })
        })
        .await
}

fn wanted(body: ManyEdit) -> Outcome<many::Wanted> {
    let until = body.until.as_deref().map(|text| moment(text).ok_or_else(|| AppError::field("until", WRONG_MOMENT)));
    let stay = body
        .stay
        .as_deref()
        .map(|word| word.parse().map_err(|error: NoStay| AppError::field("stay", error.to_string())));
    Ok(many::Wanted {
        joins: body.join_groups.into_iter().map(GroupId).collect(),
        leaves: body.leave_groups.into_iter().map(GroupId).collect(),
        gives: body.grant.into_iter().map(LibraryId).collect(),
        until: until.transpose()?,
        withholds: body.exclude.into_iter().map(LibraryId).collect(),
        keep: body.keep,
        stay: stay.transpose()?,
    })
}

const WRONG_MOMENT: &str = "Write a moment in UTC, such as 2026-12-24T18:00:00Z.";
