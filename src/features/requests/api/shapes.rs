//! The JSON shapes of requests, as `contracts.md` fixes them.

use poem_openapi::types::Any;
use poem_openapi::{Enum, Object};
use serde_json::Value;

use crate::app::lookups::PublicId;
use crate::db::requests::{Event, Listing};
use crate::domain::catalog::{ExternalIds, MediaKind};
use crate::domain::ids::{PersonId, RequestId, ServiceId};
use crate::domain::people::Actor;
use crate::domain::request::{Choice, Scope, ScopeKind, Stage};
use crate::error::{AppError, Outcome};
use crate::features::requests::actions::Edit;
use crate::web::api::time;

/// A film or a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum Kind {
    Movie,
    Series,
}

/// What somebody asks for: a film by its TMDB id, a series by its TVDB id.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Asked {
    kind: Kind,
    tmdb_id: Option<i64>,
    tvdb_id: Option<i64>,
    /// Of a series: season numbers (0 for specials), or `all`, `first`, `latest`, `future`. All when left out.
    seasons: Option<Any<Value>>,
    pub is_4k: Option<bool>,
    /// Words to those who decide.
    pub note: Option<String>,
}

impl Asked {
    pub fn kind(&self) -> MediaKind {
        match self.kind {
            Kind::Movie => MediaKind::Movie,
            Kind::Series => MediaKind::Series,
        }
    }

    /// The field that names the title.
    pub fn id_field(&self) -> &'static str {
        match self.kind {
            Kind::Movie => "tmdb_id",
            Kind::Series => "tvdb_id",
        }
    }

    pub fn ids(&self) -> Outcome<ExternalIds> {
        let named = match self.kind {
            Kind::Movie => self.tmdb_id,
            Kind::Series => self.tvdb_id.or(self.tmdb_id),
        };
        match named {
            Some(id) if id > 0 => Ok(ExternalIds { tmdb: self.tmdb_id, tvdb: self.tvdb_id, imdb: None }),
            _ => Err(AppError::field(self.id_field(), "Say which title: a number above 0.")),
        }
    }

    /// As its service calls it.
    pub fn public_id(&self) -> Option<PublicId> {
        match self.kind {
            Kind::Movie => self.tmdb_id.map(PublicId::Own),
            Kind::Series => self.tvdb_id.map(PublicId::Own).or(self.tmdb_id.map(PublicId::Tmdb)),
        }
    }

    pub fn scope(&self) -> Outcome<Option<Scope>> {
        if self.kind == Kind::Movie {
            return Ok(None);
        }
        let odd = || AppError::field("seasons", "Use season numbers, or all, first, latest or future.");
        let scope = match self.seasons.as_ref().map(|seasons| &seasons.0) {
            None | Some(Value::Null) => Some(Scope::All),
            Some(Value::String(word)) => {
                let kind = word.parse::<ScopeKind>().ok().filter(|kind| *kind != ScopeKind::Seasons);
                kind.and_then(|kind| Scope::of(kind, &[]))
            }
            Some(Value::Array(numbers)) => {
                let numbers: Option<Vec<i32>> =
                    numbers.iter().map(|number| i32::try_from(number.as_i64()?).ok()).collect();
                numbers.and_then(|numbers| Scope::of(ScopeKind::Seasons, &numbers))
            }
            Some(_) => None,
        };
        scope.map(Some).ok_or_else(odd)
    }
}

/// What an approval changes; what is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Approval {
    service_id: Option<i64>,
    quality_profile_id: Option<i64>,
    root_folder: Option<String>,
    tags: Option<Vec<i64>>,
    /// Of a series.
    seasons: Option<Vec<i32>>,
}

impl Approval {
    pub fn edit(self) -> Edit {
        Edit {
            choice: Choice {
                service: self.service_id.map(ServiceId),
                quality_profile_id: self.quality_profile_id,
                root_folder: self.root_folder,
                tags: self.tags,
            },
            seasons: self.seasons,
        }
    }
}

/// Why something was declined.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct Reason {
    /// The asker reads it.
    pub reason: String,
}

/// A person.
#[derive(Debug, Object)]
pub struct Who {
    id: i64,
    name: String,
}

impl Who {
    fn of((id, name): &(PersonId, String)) -> Self {
        Self { id: id.0, name: name.clone() }
    }
}

/// A line of the timeline.
#[derive(Debug, Object)]
pub struct Step {
    stage: String,
    at: String,
    note: Option<String>,
}

/// What somebody asked for, and where it is.
#[derive(Debug, Object)]
#[oai(rename = "Request")]
pub struct RequestShape {
    id: i64,
    /// movie or series.
    kind: String,
    title: String,
    year: Option<i32>,
    tmdb_id: Option<i64>,
    tvdb_id: Option<i64>,
    /// None while nobody knows the numbers, and for a film.
    seasons: Option<Vec<i32>>,
    /// Of a series: all, first, latest, future or seasons.
    scope: Option<String>,
    is_4k: bool,
    /// asked, approved, sent, searching, grabbed, downloading, importing, partial, ready, stuck, declined, withdrawn or gone.
    stage: String,
    /// Why it is stuck.
    cause: Option<String>,
    /// What the service said about it. Only for moderators, admins and auditors, like where it is fetched to.
    cause_detail: Option<String>,
    /// Why it was declined.
    reason: Option<String>,
    /// Words of the asker to those who decide.
    note: Option<String>,
    /// Share of the download that is there, from 0 to 1.
    progress: Option<f64>,
    /// When it will be there, as far as qBittorrent can tell.
    eta: Option<String>,
    requested_by: Who,
    decided_by: Option<Who>,
    followers: Vec<Who>,
    service_id: Option<i64>,
    quality_profile_id: Option<i64>,
    root_folder: Option<String>,
    tags: Option<Vec<i64>>,
    created_at: String,
    updated_at: String,
    timeline: Vec<Step>,
    /// Only in the answer to asking.
    #[oai(skip_serializing_if_is_none)]
    pub joined: Option<bool>,
}

impl RequestShape {
    /// As `reader` may know it. `events` may hold those of other requests, too.
    pub fn of(row: &Listing, events: &[(RequestId, Event)], reader: &Actor) -> Self {
        let request = &row.request;
        let progress = row.progress();
        let inner = reader.role.sees_back_office();
        let choice = if inner { request.choice.clone() } else { Choice::default() };
        let own = events.iter().filter(|(id, _)| *id == request.id).map(|(_, event)| event);
        Self {
            id: request.id.0,
            kind: request.kind.to_string(),
            title: row.title.title.clone(),
            year: row.title.year,
            tmdb_id: row.title.ids.tmdb,
            tvdb_id: row.title.ids.tvdb,
            seasons: request.seasons.clone(),
            scope: request.scope.map(|scope| scope.to_string()),
            is_4k: request.is_4k,
            stage: request.stage.to_string(),
            cause: request.cause.map(|cause| cause.to_string()),
            cause_detail: request.cause_detail.clone().filter(|_| inner),
            reason: request.reason.clone(),
            note: request.note.clone(),
            progress: match request.stage {
                Stage::Ready => Some(1.0),
                _ => progress.and_then(|progress| progress.share()),
            },
            eta: progress.and_then(|progress| progress.eta).map(time),
            requested_by: Who::of(&row.asker),
            decided_by: row.decider.as_ref().map(Who::of),
            followers: row.followers.iter().map(Who::of).collect(),
            service_id: choice.service.map(|id| id.0),
            quality_profile_id: choice.quality_profile_id,
            root_folder: choice.root_folder,
            tags: choice.tags,
            created_at: time(request.created_at),
            updated_at: time(request.updated_at),
            timeline: own
                .map(|event| Step {
                    stage: event.stage.to_string(),
                    at: time(event.at),
                    note: event.note.clone().filter(|_| event.stage.tells_its_note_to(reader.role)),
                })
                .collect(),
            joined: None,
        }
    }
}

/// `asked,stuck`, or nothing for all.
pub fn stages(words: Option<&str>) -> Outcome<Vec<Stage>> {
    let words = words.unwrap_or_default().split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(|word| word.parse().map_err(|_| AppError::Malformed(format!("'{word}' is no stage.")))).collect()
}
