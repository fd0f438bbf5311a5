//! Webhooks of Sonarr and Radarr, read into one small shape (services.md 3.2-3.4). Every member is optional: versions
//! differ, and events nobody knows yet must pass. It checks no secret and looks nothing up.

use serde::Deserialize;

use super::queue::MessageWire;
use super::wire::positive;
use super::{MediaKind, media_kind};
use crate::domain::fault::{Answer, Fault};
use crate::domain::servarr::{Hook, HookEvent};
use crate::domain::service::ServiceKind;
use crate::vendor::json;

/// `kind` is the service whose address was called. A body of the other service names no title of ours then.
pub fn parse_hook(kind: ServiceKind, body: &[u8]) -> Answer<Hook> {
    let wire: HookWire = serde_json::from_slice(body)
        .map_err(|_| Fault::permanent(format!("The call to the {kind} hook is no webhook of it: it isn't JSON.")))?;
    if wire.event_type.is_empty() {
        return Err(Fault::permanent(format!("The call to the {kind} hook is no webhook of it: it has no eventType.")));
    }
    Ok(wire.hook(media_kind(kind)))
}

// `deletedFiles` is left out on purpose: it is an array in one event and a boolean in another.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HookWire {
    #[serde(deserialize_with = "json::flex_text")]
    event_type: String,
    series: Option<TitleWire>,
    movie: Option<TitleWire>,
    remote_movie: Option<TitleWire>,
    #[serde(deserialize_with = "json::list")]
    episodes: Vec<EpisodeWire>,
    #[serde(deserialize_with = "json::opt_text")]
    download_id: Option<String>,
    release: Option<ReleaseWire>,
    download_info: Option<ReleaseWire>,
    #[serde(deserialize_with = "json::list")]
    download_status_messages: Vec<MessageWire>,
    #[serde(deserialize_with = "json::flex_text")]
    delete_reason: String,
    #[serde(deserialize_with = "json::opt_text")]
    message: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct TitleWire {
    #[serde(deserialize_with = "json::opt_i64")]
    id: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    tvdb_id: Option<i64>,
    #[serde(deserialize_with = "json::opt_i64")]
    tmdb_id: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct EpisodeWire {
    #[serde(deserialize_with = "json::opt_i32")]
    season_number: Option<i32>,
    #[serde(deserialize_with = "json::opt_i32")]
    episode_number: Option<i32>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ReleaseWire {
    #[serde(alias = "title", deserialize_with = "json::opt_text")]
    release_title: Option<String>,
}

impl HookWire {
    fn hook(self, kind: Option<MediaKind>) -> Hook {
        let event = event(&self.event_type, &self.delete_reason);
        if event == HookEvent::Test {
            // Its ids are made up, and 1 may well exist (services.md 3.4).
            return Hook {
                event,
                public_id: None,
                arr_title_id: None,
                episodes: Vec::new(),
                download_id: None,
                release: None,
                message: None,
            };
        }
        let (arr_title_id, public_id) = self.title(kind);
        let told: Vec<String> = self.download_status_messages.into_iter().flat_map(MessageWire::texts).collect();
        let release = self.release.and_then(|release| release.release_title);
        Hook {
            event,
            public_id,
            arr_title_id,
            episodes: self.episodes.into_iter().filter_map(|e| Some((e.season_number?, e.episode_number?))).collect(),
            download_id: self.download_id,
            release: release.or_else(|| self.download_info?.release_title),
            message: self.message.or_else(|| (!told.is_empty()).then(|| told.join("; "))),
        }
    }

    /// Row id and public id of the title it is about.
    fn title(&self, kind: Option<MediaKind>) -> (Option<i64>, Option<i64>) {
        match kind {
            Some(MediaKind::Movie) => {
                let (movie, remote) = (self.movie.unwrap_or_default(), self.remote_movie.unwrap_or_default());
                (positive(movie.id), positive(movie.tmdb_id).or(positive(remote.tmdb_id)))
            }
            Some(MediaKind::Series) => {
                let series = self.series.unwrap_or_default();
                (positive(series.id), positive(series.tvdb_id))
            }
            None => (None, None),
        }
    }
}

fn event(word: &str, delete_reason: &str) -> HookEvent {
    match word.to_ascii_lowercase().as_str() {
        "test" => HookEvent::Test,
        "grab" => HookEvent::Grab,
        "download" => HookEvent::Imported,
        "seriesadd" | "movieadded" => HookEvent::TitleAdded,
        "seriesdelete" | "moviedelete" => HookEvent::TitleDeleted,
        "episodefiledelete" | "moviefiledelete" => {
            HookEvent::FileDeleted { upgrade: delete_reason.eq_ignore_ascii_case("upgrade") }
        }
        "manualinteractionrequired" => HookEvent::ManualInteraction,
        "health" => HookEvent::Health,
        _ => HookEvent::Other(word.to_owned()),
    }
}
