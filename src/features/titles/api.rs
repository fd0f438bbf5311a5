//! Search and titles for programs; the same rules as on the pages.

use std::time::Duration;

use poem::web::Data;
use poem_openapi::param::{Path, Query as Param};
use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::gather::Found;
use super::viewer::{self, Told};
use super::views::title::Missing;
use crate::app::App;
use crate::domain::catalog::MediaKind;
use crate::domain::fault::Fault;
use crate::domain::search::Query;
use crate::domain::service::ServiceKind;
use crate::error::AppError;
use crate::ui::Links;
use crate::web::Viewer;
use crate::web::api::Tag;

pub struct TitlesApi;

/// Programs wait longer than pages do.
const PATIENCE: Duration = Duration::from_millis(4_500);

/// A film or a series.
#[derive(Debug, Object)]
struct Title {
    /// TMDB id of a film, TVDB id of a series, `plex-…` for what Plex has without either.
    id: String,
    /// movie or series.
    kind: String,
    tmdb_id: Option<i64>,
    tvdb_id: Option<i64>,
    imdb_id: Option<String>,
    title: String,
    year: Option<i32>,
    overview: Option<String>,
    /// Path of its picture.
    poster: Option<String>,
    /// none, requested, partial or available.
    availability: String,
    /// The request that is under way, if you may see it.
    request_id: Option<i64>,
    /// Opens it at Plex.
    play_url: Option<String>,
}

/// What a search found.
#[derive(Debug, Object)]
struct SearchResults {
    on_plex: Vec<Title>,
    on_the_way: Vec<Title>,
    requestable: Vec<Title>,
    /// Services that did not answer in time: radarr, sonarr.
    degraded: Vec<String>,
}

#[OpenApi(tag = "Tag::Titles")]
impl TitlesApi {
    /// Find films and series
    ///
    /// Words, `tmdb:`, `tvdb:`, `imdb:` and `year:` are understood; one slip in a word is forgiven.
    #[oai(path = "/search", method = "get")]
    async fn search(
        &self,
        app: Data<&App>,
        me: Viewer,
        /// What to look for.
        q: Param<Option<String>>,
        /// movie or series; both when left out.
        kind: Param<Option<String>>,
    ) -> poem::Result<Json<SearchResults>> {
        let mut query = Query::parse(q.0.as_deref().unwrap_or_default());
        query.kind = match kind.0.as_deref().filter(|kind| !kind.is_empty()) {
            Some(kind) => Some(kind.parse().map_err(|_| AppError::Malformed("kind is movie or series".to_owned()))?),
            None => None,
        };
        let results = viewer::results(&app, &me.0, String::new(), &query, PATIENCE).await?;
        let links = Links::new(&app.config.base_path);
        let list = |found: &[Found]| found.iter().map(|found| title(&links, found)).collect();
        let degraded =
            results.failed.iter().chain(&results.asking).map(|kind| ServiceKind::fetching(*kind).to_string());
        Ok(Json(SearchResults {
            on_plex: list(&results.on_plex),
            on_the_way: list(&results.on_its_way),
            requestable: list(&results.requestable),
            degraded: degraded.collect(),
        }))
    }

    /// One title by its id
    #[oai(path = "/titles/:kind/:id", method = "get")]
    async fn title(
        &self,
        app: Data<&App>,
        me: Viewer,
        /// movie or series.
        kind: Path<String>,
        /// TMDB id of a film, TVDB id of a series, or `plex-…`.
        id: Path<String>,
    ) -> poem::Result<Json<Title>> {
        let kind: MediaKind = kind.0.parse().map_err(|_| AppError::NotFound)?;
        match viewer::one(&app, &me.0, kind, &id.0).await? {
            Told::Known(shown) => Ok(Json(title(&Links::new(&app.config.base_path), &shown.found))),
            Told::NotYet(Missing::Asking(_) | Missing::Failed(_)) => {
                let words = format!(
                    "{} did not answer, so nothing is known of this title yet.",
                    ServiceKind::fetching(kind).label()
                );
                Err(AppError::Service(Fault::transient(words)).into())
            }
        }
    }
}

fn title(links: &Links, found: &Found) -> Title {
    let title = &found.title;
    let seen = found.wishes.iter().find(|wish| wish.is_open() && wish.may_be_seen());
    Title {
        id: title.address(),
        kind: title.kind.to_string(),
        tmdb_id: title.ids.tmdb,
        tvdb_id: title.ids.tvdb,
        imdb_id: title.ids.imdb.clone(),
        title: title.title.clone(),
        year: title.year,
        overview: title.overview.clone(),
        poster: found.poster.as_deref().map(|path| links.to(path)),
        availability: found.availability().to_string(),
        request_id: seen.map(|wish| wish.request.0),
        play_url: found.play.clone(),
    }
}
