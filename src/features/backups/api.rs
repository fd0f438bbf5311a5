//! `/api/backups`.

use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::actions;
use crate::app::App;
use crate::db::backups::folder::Listed as OnDisk;
use crate::web::api::{Listed, Paging, Tag, time};
use crate::web::{Admin, SettingsReader};

pub struct BackupsApi;

/// One backup.
#[derive(Debug, Object)]
#[oai(rename = "Backup")]
pub struct BackupShape {
    name: String,
    /// `by_hand`, `scheduled`, `before_update` or `before_restore`.
    kind: String,
    made_at: String,
    bytes: u64,
    /// Its beginning can't be read: it can't be restored.
    damaged: bool,
    /// Version of the Usherr that made it.
    version: Option<String>,
    /// `sqlite` or `postgres`. It can be restored into either.
    engine: Option<String>,
    /// Whether the master key is in it, locked with a passphrase.
    holds_key: bool,
    people: Option<u64>,
    requests: Option<u64>,
}

/// The run that was asked for.
#[derive(Debug, Object)]
struct BackupStarted {
    run_id: i64,
}

#[derive(ApiResponse)]
enum Started {
    /// The backup has been asked for, or was under way already.
    #[oai(status = 202)]
    Accepted(Json<BackupStarted>),
}

#[OpenApi]
impl BackupsApi {
    /// Backups, newest first
    ///
    /// For auditors and admins.
    #[oai(path = "/backups", method = "get", tag = "Tag::Backups")]
    async fn backups(
        &self,
        _who: SettingsReader,
        Data(app): Data<&App>,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<BackupShape>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let all = actions::list(app).await?;
        let (shown, total) = paging.cut(all);
        Ok(Json(paging.list(shown.into_iter().map(shape).collect(), total)))
    }

    /// Back up now
    ///
    /// For admins. While one is being made no second is begun: its run is named.
    #[oai(path = "/backups", method = "post", tag = "Tag::Backups")]
    async fn make(&self, who: Admin, Data(app): Data<&App>) -> poem::Result<Started> {
        let run = actions::ask(app, &who.0).await?;
        Ok(Started::Accepted(Json(BackupStarted { run_id: run.0 })))
    }
}

fn shape(one: OnDisk) -> BackupShape {
    let header = one.header.as_ref();
    BackupShape {
        kind: one.name.kind.to_string(),
        made_at: time(one.name.at),
        bytes: one.bytes,
        damaged: header.is_none(),
        version: header.map(|header| header.version.clone()),
        engine: header.map(|header| header.engine.as_str().to_owned()),
        holds_key: header.is_some_and(|header| header.key.locked.is_some()),
        people: header.map(|header| header.rows_of("people")),
        requests: header.map(|header| header.rows_of("requests")),
        name: one.name.to_string(),
    }
}
