//! How everything outside fares, for programs. No address and no secret: moderators may read it.

use poem::web::Data;
use poem_openapi::param::Query;
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use crate::app::App;
use crate::db::{servers, services};
use crate::domain::service::{Health, PLEX_TV_KEY, server_key, service_key};
use crate::web::BackOffice;
use crate::web::api::{Listed, Paging, Tag, time};

pub struct ServicesApi;

/// An outside program.
#[derive(Debug, Object)]
pub struct ServiceState {
    /// Within its kind; none for plex.tv.
    pub id: Option<i64>,
    /// plex_tv, plex, radarr, sonarr, qbittorrent or smtp.
    pub kind: String,
    pub name: String,
    pub is_4k: bool,
    /// The one that is used unless another is chosen.
    pub default: bool,
    /// None before it was asked for the first time.
    pub up: Option<bool>,
    pub version: Option<String>,
    /// How long its last answer took, in milliseconds.
    pub latency_ms: Option<i64>,
    /// What is wrong, in words.
    pub message: Option<String>,
    /// When it came up, or went down.
    pub since: Option<String>,
    pub checked_at: Option<String>,
}

#[OpenApi(tag = "Tag::Services")]
impl ServicesApi {
    /// Services and how they fare
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/services", method = "get", operation_id = "list_services")]
    async fn list(
        &self,
        app: Data<&App>,
        _who: BackOffice,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<Listed<ServiceState>>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let all = app.db.read(states).await?;
        let (shown, total) = paging.cut(all);
        Ok(Json(paging.list(shown, total)))
    }
}

fn states(conn: &mut crate::db::Conn) -> crate::error::Outcome<Vec<ServiceState>> {
    let health = services::health(conn)?;
    let of = |key: &str| health.iter().find(|health| health.key == key);
    let mut all: Vec<ServiceState> =
        of(PLEX_TV_KEY).map(|health| state(None, PLEX_TV_KEY, "plex.tv", Some(health))).into_iter().collect();
    for server in servers::all(conn)? {
        all.push(state(Some(server.id.0), "plex", &server.name, of(&server_key(server.id))));
    }
    for service in services::all(conn)? {
        let known = state(Some(service.id.0), service.kind.as_str(), &service.name, of(&service_key(service.id)));
        all.push(ServiceState { is_4k: service.is_4k, default: service.is_default, ..known });
    }
    Ok(all)
}

fn state(id: Option<i64>, kind: &str, name: &str, health: Option<&Health>) -> ServiceState {
    ServiceState {
        id,
        kind: kind.to_owned(),
        name: name.to_owned(),
        is_4k: false,
        default: false,
        up: health.map(|health| health.up),
        version: health.and_then(|health| health.version.clone()),
        latency_ms: health.and_then(|health| health.latency_ms),
        message: health.and_then(|health| health.message.clone()),
        since: health.map(|health| time(health.since)),
        checked_at: health.map(|health| time(health.checked_at)),
    }
}
