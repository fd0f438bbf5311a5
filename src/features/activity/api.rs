//! `/api/activity`.

use chrono::{DateTime, Utc};
use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::app::App;
use crate::db::activity;
use crate::domain::activity::{ActivityFilter, Entry, is_on_the_calendar};
use crate::domain::ids::{PersonId, RequestId};
use crate::error::{AppError, Outcome};
use crate::web::BackOffice;
use crate::web::api::{Listed, Paging, Tag, time};

pub struct ActivityApi;

/// One thing that happened.
#[derive(Debug, Object)]
#[oai(rename = "Activity")]
pub struct EntryShape {
    id: i64,
    at: String,
    kind: String,
    /// Who did it; none for Usherr itself.
    actor: Option<ActivityPerson>,
    /// Whom it concerns.
    person: Option<ActivityPerson>,
    request_id: Option<i64>,
    /// What it was done to.
    subject: String,
    /// The whole in one sentence: "Ana approved Nine Winters for Dario".
    sentence: String,
    detail: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

/// A person.
#[derive(Debug, Object)]
struct ActivityPerson {
    id: i64,
    name: String,
}

#[OpenApi]
impl ActivityApi {
    /// What happened, newest first
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/activity", method = "get", tag = "Tag::Activity")]
    #[allow(clippy::too_many_arguments, reason = "one for each parameter of the address")]
    async fn activity(
        &self,
        _who: BackOffice,
        Data(app): Data<&App>,
        /// Only this kind: `request_approved`, `signed_in` and so on.
        kind: Query<Option<String>>,
        /// Done by or concerning the person with this id.
        person: Query<Option<i64>>,
        /// About the request with this id.
        request: Query<Option<i64>>,
        /// At or after this time, RFC 3339.
        since: Query<Option<String>>,
        /// Before this time, RFC 3339.
        until: Query<Option<String>>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<EntryShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let filter = ActivityFilter {
            kind: parsed(kind.0, "kind")?,
            person: person.0.map(PersonId),
            request: request.0.map(RequestId),
            since: moment(since.0, "since")?,
            until: moment(until.0, "until")?,
        };
        let list = app.db.read(move |conn| {
            let (entries, total) = activity::page(conn, &filter, paging.offset(), paging.per_page)?;
            let names = activity::names(conn, &entries)?;
            Ok(paging.list(entries.into_iter().map(|entry| shape(entry, &names)).collect(), total))
        });
        Ok(Json(list.await?))
    }
}

fn parsed<T: std::str::FromStr>(text: Option<String>, name: &str) -> Outcome<Option<T>> {
    let parse = |text: String| text.parse().map_err(|_| AppError::Malformed(format!("{name} is not understood")));
    text.map(parse).transpose()
}

fn moment(text: Option<String>, name: &str) -> Outcome<Option<DateTime<Utc>>> {
    match parsed(text, name)? {
        Some(at) if !is_on_the_calendar(at) => Err(AppError::Malformed(format!(
            "{name} is a time that is written with more than four digits for the year"
        ))),
        at => Ok(at),
    }
}

fn shape(entry: Entry, names: &activity::Names) -> EntryShape {
    let concerned = entry.person.and_then(|id| names.get(&id).cloned());
    EntryShape {
        id: entry.id.0,
        at: time(entry.at),
        kind: entry.kind.to_string(),
        sentence: entry.sentence(concerned.as_deref()).to_string(),
        actor: entry.actor_id.map(|id| ActivityPerson { id: id.0, name: entry.actor }),
        person: entry.person.zip(concerned).map(|(id, name)| ActivityPerson { id: id.0, name }),
        request_id: entry.request.map(|id| id.0),
        subject: entry.subject,
        detail: entry.detail,
        before: entry.before,
        after: entry.after,
    }
}
