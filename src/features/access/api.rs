//! The access plan over the JSON API: the same plan, the same rules, the same names as on the page.

use std::collections::HashSet;

use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::actions::told::{Teller, tell_made};
use super::actions::{self, Confirmed, Wanted};
use crate::app::App;
use crate::db::{changes, outbox};
use crate::domain::access::batch::State;
use crate::domain::access::plan::Obstacle;
use crate::domain::access::told::{Told, ToldDrift};
use crate::domain::effect::ACCESS_LANE;
use crate::domain::ids::{BatchId, PersonId, ServerId};
use crate::error::AppError;
use crate::web::api::{Tag, time};
use crate::web::{BackOffice, Moderator, Written};

pub struct AccessApi;

/// Somebody, by name.
#[derive(Debug, Object)]
struct Named {
    id: i64,
    name: String,
}

/// What changes for one person on one server.
#[derive(Debug, Object)]
struct Change {
    person: Named,
    server_id: i64,
    server: String,
    /// invite, update or remove.
    action: String,
    /// Names of libraries.
    gain: Vec<String>,
    lose: Vec<String>,
    /// What turns; what is left out stays as it is.
    flags: Flags,
    /// One sentence for each reason.
    why: Vec<String>,
}

/// Flags and limits after the change, where the change is about them.
#[derive(Debug, Default, Object)]
#[oai(skip_serializing_if_is_none)]
struct Flags {
    /// May download.
    allow_sync: Option<bool>,
    allow_camera_upload: Option<bool>,
    /// May watch Live TV.
    allow_tuners: Option<bool>,
    /// As Plex writes it.
    filter_movies: Option<String>,
    filter_television: Option<String>,
}

/// Plex gives other than what was last sent: somebody changed it there. No part of the plan.
#[derive(Debug, Object)]
struct Drift {
    person: Named,
    server_id: i64,
    server: String,
    /// Shared on Plex, and not sent by us.
    more: Vec<String>,
    /// Sent by us, and not shared on Plex.
    missing: Vec<String>,
    /// The share itself is gone.
    gone: bool,
    settings_differ: bool,
}

/// Why nothing is planned where something should change.
#[derive(Debug, Object)]
struct HeldUp {
    person: String,
    server: String,
    why: String,
}

/// Who would gain and lose what on Plex.
#[derive(Debug, Object)]
struct Plan {
    changes: Vec<Change>,
    drift: Vec<Drift>,
    /// Left out of an earlier plan; applied only when the person is named.
    spared: Vec<Change>,
    held_up: Vec<HeldUp>,
}

impl From<Told> for Change {
    fn from(told: Told) -> Self {
        let flags = flags(&told);
        Self {
            person: Named { id: told.person.0, name: told.name },
            server_id: told.server.0,
            server: told.server_name,
            action: told.action.to_string(),
            gain: told.gain,
            lose: told.lose,
            flags,
            why: told.why,
        }
    }
}

fn flags(told: &Told) -> Flags {
    let Some(after) = told.change.after.as_ref() else { return Flags::default() };
    let before = told.change.before.as_ref().map(|before| &before.settings);
    let (is, default) = (&after.settings, Default::default());
    let was = before.unwrap_or(&default);
    Flags {
        allow_sync: (was.allow_sync != is.allow_sync).then_some(is.allow_sync),
        allow_camera_upload: (was.allow_camera_upload != is.allow_camera_upload).then_some(is.allow_camera_upload),
        allow_tuners: (was.allow_tuners != is.allow_tuners).then_some(is.allow_tuners > 0),
        filter_movies: (was.filter_movies != is.filter_movies).then(|| is.filter_movies.clone()),
        filter_television: (was.filter_television != is.filter_television).then(|| is.filter_television.clone()),
    }
}

impl From<ToldDrift> for Drift {
    fn from(told: ToldDrift) -> Self {
        Self {
            person: Named { id: told.person.0, name: told.name },
            server_id: told.server.0,
            server: told.server_name,
            more: told.more,
            missing: told.missing,
            gone: told.gone,
            settings_differ: told.settings_differ,
        }
    }
}

impl From<(String, String, Obstacle)> for HeldUp {
    fn from((person, server, obstacle): (String, String, Obstacle)) -> Self {
        Self { person, server, why: obstacle.words().to_owned() }
    }
}

/// Whom to apply the plan to.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct Apply {
    /// Left out or null: everybody that was not spared before.
    person_ids: Option<Vec<i64>>,
}

/// It is under way.
#[derive(Debug, Object)]
struct Started {
    /// The run that follows the changes.
    run_id: i64,
    /// What was applied together; none when there was nothing to do.
    batch_id: Option<i64>,
}

#[derive(ApiResponse)]
enum Accepted {
    /// Written down; the run says how it goes.
    #[oai(status = 202)]
    Started(Json<Started>),
}

/// Changes that were applied together.
#[derive(Debug, Object)]
struct Batch {
    id: i64,
    /// plan, schedule, undo or drift.
    cause: String,
    made_by: Option<Named>,
    made_at: String,
    /// The batch that this one takes back.
    undoes: Option<i64>,
    /// Why what still waits of it is not made yet; none while all goes well.
    waits_because: Option<String>,
    /// When it is tried again.
    next_try_at: Option<String>,
    changes: Vec<MadeChange>,
}

/// One change, and what became of it.
#[derive(Debug, Object)]
struct MadeChange {
    #[oai(flatten)]
    change: Change,
    /// waiting, done, partly (Plex took a part and refused the rest), failed, superseded or stopped.
    state: String,
    error: Option<String>,
    finished_at: Option<String>,
}

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

#[OpenApi(prefix_path = "/plan", tag = "Tag::Access")]
impl AccessApi {
    /// The difference between what people should have and what Plex gives
    ///
    /// For moderators, auditors and admins. Nothing is sent to Plex before the plan is applied.
    #[oai(path = "/", method = "get")]
    async fn plan(&self, app: Data<&App>, _me: BackOffice) -> poem::Result<Written<Plan>> {
        let (zone, now) = (app.settings().await?.time_zone, app.now());
        let told = app.db.read(move |conn| {
            let drawn = actions::draw(conn, zone, now)?;
            let teller = Teller::new(conn, &drawn)?;
            Ok(Written::object()
                .list("changes", teller.planned().map(Change::from))
                .list("drift", teller.drifted().map(Drift::from))
                .list("spared", teller.spared().map(Change::from))
                .list("held_up", teller.not_possible().map(HeldUp::from)))
        });
        Ok(told.await?)
    }

    /// Apply it
    ///
    /// Each share is read again right before it is written; what was changed on Plex meanwhile stays as it is.
    #[oai(path = "/apply", method = "post")]
    async fn apply(&self, app: Data<&App>, me: Moderator, body: Json<Apply>) -> poem::Result<Accepted> {
        let people = body.0.person_ids.map(|ids| ids.into_iter().map(PersonId).collect::<HashSet<_>>());
        let wanted = Wanted { people, confirmed: Confirmed::Yes, ..Wanted::default() };
        let applied = actions::apply(&app, Some(&me.0), wanted).await?;
        Ok(started(applied.run.0, applied.batch))
    }

    /// Changes that were applied together
    #[oai(path = "/batches/:id", method = "get")]
    async fn batch(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<Batch>> {
        let (id, now) = (BatchId(id.0), app.now());
        let batch = app
            .db
            .read(move |conn| {
                let batch = changes::get_batch(conn, id)?.ok_or(AppError::NotFound)?;
                let made = changes::of_batch(conn, id)?;
                let list: Vec<_> = made.iter().map(|made| made.change.clone()).collect();
                let told = tell_made(conn, &list)?;
                let waits = made.iter().any(|made| made.state == State::Waiting);
                let holdup = if waits { outbox::holdup(conn, ACCESS_LANE)? } else { None };
                let changes = made.into_iter().zip(told).map(|(made, told)| MadeChange {
                    change: told.into(),
                    state: made.state.to_string(),
                    error: made.error,
                    finished_at: made.finished_at.map(time),
                });
                Ok(Batch {
                    id: batch.id.0,
                    cause: batch.cause.to_string(),
                    made_by: batch.by.map(|(id, name)| Named { id: id.0, name }),
                    made_at: time(batch.at),
                    undoes: batch.undoes.map(|id| id.0),
                    waits_because: holdup.as_ref().map(|(words, _)| words.clone()),
                    next_try_at: holdup.map(|(_, at)| time(at.max(now))),
                    changes: changes.collect(),
                })
            })
            .await?;
        Ok(Json(batch))
    }

    /// Take it back
    ///
    /// Gives everybody again what they had before, flags and filters with it.
    #[oai(path = "/batches/:id/undo", method = "post")]
    async fn undo(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Accepted> {
        let (batch, run) = actions::undo(&app, &me.0, BatchId(id.0)).await?;
        Ok(started(run.0, Some(batch)))
    }

    /// Try again what failed of it
    #[oai(path = "/batches/:id/retry", method = "post")]
    async fn retry(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Accepted> {
        let (_, run) = actions::retry(&app, &me.0, BatchId(id.0)).await?;
        Ok(started(run.0, Some(BatchId(id.0))))
    }

    /// Stop what still waits of it
    #[oai(path = "/batches/:id/stop", method = "post")]
    async fn stop(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Done> {
        actions::stop(&app, &me.0, BatchId(id.0)).await?;
        Ok(Done::Done)
    }

    /// Try at once what waits for its next try
    #[oai(path = "/hurry", method = "post")]
    async fn hurry(&self, app: Data<&App>, _me: Moderator) -> poem::Result<Done> {
        actions::hurry(&app).await?;
        Ok(Done::Done)
    }

    /// Keep what Plex gives: what is there beyond ours becomes a grant, what is missing is withheld
    #[oai(path = "/drift/:person_id/:server_id/keep", method = "post")]
    async fn keep(
        &self,
        app: Data<&App>,
        me: Moderator,
        /// Whose share it is.
        person_id: Path<i64>,
        /// Of which server.
        server_id: Path<i64>,
    ) -> poem::Result<Done> {
        actions::keep_plex(&app, &me.0, PersonId(person_id.0), ServerId(server_id.0)).await?;
        Ok(Done::Done)
    }

    /// Put back what was last sent
    #[oai(path = "/drift/:person_id/:server_id/restore", method = "post")]
    async fn restore(
        &self,
        app: Data<&App>,
        me: Moderator,
        /// Whose share it is.
        person_id: Path<i64>,
        /// Of which server.
        server_id: Path<i64>,
    ) -> poem::Result<Accepted> {
        let (batch, run) = actions::put_back(&app, &me.0, PersonId(person_id.0), ServerId(server_id.0)).await?;
        Ok(started(run.0, Some(batch)))
    }
}

fn started(run: i64, batch: Option<BatchId>) -> Accepted {
    Accepted::Started(Json(Started { run_id: run, batch_id: batch.map(|id| id.0) }))
}
