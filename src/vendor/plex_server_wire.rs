//! What a media server's JSON looks like and what it means (plex.md C0-C6). Private to `plex_server`.
//! Lists vanish when empty, types differ by route, rows may lack nearly everything.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::json::{flex_text, list, opt_i32, opt_i64, opt_text, opt_time};
use super::plex_guid::read_guid;
use crate::domain::catalog::{ExternalIds, MediaKind, Page, PlexEpisode, PlexItem, PlexLibrary, ServerIdentity};

#[derive(Deserialize)]
pub(super) struct Envelope<T> {
    #[serde(rename = "MediaContainer")]
    pub(super) container: T,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Capabilities {
    #[serde(default, deserialize_with = "opt_text")]
    machine_identifier: Option<String>,
    #[serde(default, deserialize_with = "flex_text")]
    version: String,
    #[serde(default, deserialize_with = "opt_text")]
    friendly_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Libraries {
    #[serde(rename = "Directory", default, deserialize_with = "list")]
    rows: Vec<Library>,
}

#[derive(Deserialize)]
struct Library {
    #[serde(default, deserialize_with = "opt_text")]
    key: Option<String>,
    #[serde(default, deserialize_with = "flex_text")]
    title: String,
    #[serde(rename = "type", default, deserialize_with = "flex_text")]
    kind: String,
    #[serde(default, deserialize_with = "flex_text")]
    agent: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Rows {
    #[serde(default, deserialize_with = "opt_i64")]
    offset: Option<i64>,
    #[serde(default, deserialize_with = "opt_i64")]
    total_size: Option<i64>,
    #[serde(rename = "Metadata", default, deserialize_with = "list")]
    pub(super) rows: Vec<Metadata>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    #[serde(default, deserialize_with = "opt_text")]
    rating_key: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    grandparent_rating_key: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    guid: Option<String>,
    #[serde(rename = "type", default, deserialize_with = "opt_text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    title: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    original_title: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    title_sort: Option<String>,
    #[serde(default, deserialize_with = "opt_i32")]
    year: Option<i32>,
    #[serde(default, deserialize_with = "opt_i32")]
    index: Option<i32>,
    #[serde(default, deserialize_with = "opt_i32")]
    parent_index: Option<i32>,
    #[serde(default, deserialize_with = "opt_text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "opt_text")]
    content_rating: Option<String>,
    #[serde(default, deserialize_with = "opt_i64")]
    duration: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    thumb: Option<String>,
    #[serde(default, deserialize_with = "opt_time")]
    added_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "opt_time")]
    updated_at: Option<DateTime<Utc>>,
    #[serde(default, deserialize_with = "opt_i64")]
    leaf_count: Option<i64>,
    #[serde(rename = "Guid", default, deserialize_with = "list")]
    guids: Vec<Guid>,
    #[serde(rename = "Genre", default, deserialize_with = "list")]
    genres: Vec<Tag>,
    #[serde(rename = "Media", default, deserialize_with = "list")]
    media: Vec<Media>,
}

#[derive(Deserialize)]
struct Guid {
    #[serde(default, deserialize_with = "flex_text")]
    id: String,
}

#[derive(Deserialize)]
struct Tag {
    #[serde(default, deserialize_with = "opt_text")]
    tag: Option<String>,
}

#[derive(Deserialize)]
struct Media {
    #[serde(rename = "videoResolution", default, deserialize_with = "flex_text")]
    resolution: String,
}

impl Capabilities {
    pub(super) fn read(self) -> Option<ServerIdentity> {
        Some(ServerIdentity { machine_id: self.machine_identifier?, version: self.version, name: self.friendly_name })
    }
}

impl Libraries {
    pub(super) fn read(self) -> Vec<PlexLibrary> {
        let read = |row: Library| {
            let title = row.title.trim().to_owned();
            Some(PlexLibrary { key: row.key?, title, kind: row.kind, agent: row.agent })
        };
        self.rows.into_iter().filter_map(read).collect()
    }
}

impl Rows {
    /// The page that was asked for, made of what was sent (C1). A server that ignores paging sends everything; the
    /// part that was asked for earlier is cut off. `None` when the rows are not those that were asked for.
    pub(super) fn page<T>(
        self,
        asked: usize,
        header_total: Option<i64>,
        read: impl Fn(Metadata) -> Option<T>,
    ) -> Option<Page<T>> {
        let count = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
        let sent_from = count(self.offset).unwrap_or(asked);
        let sent = self.rows.len();
        let total = count(self.total_size).or(count(header_total)).unwrap_or(sent_from + sent);
        let surplus = asked.checked_sub(sent_from)?;
        if sent > 0 && surplus > 0 && sent_from + sent < total {
            return None;
        }
        let received = sent.saturating_sub(surplus);
        let items = self.rows.into_iter().skip(surplus).filter_map(read).collect();
        Some(Page { items, received, offset: asked, total })
    }
}

impl Metadata {
    /// A film or a series; `None` for anything else and for rows without key or title.
    pub(super) fn item(self) -> Option<PlexItem> {
        let kind = match self.kind.as_deref()? {
            "movie" => MediaKind::Movie,
            "show" => MediaKind::Series,
            _ => return None,
        };
        Some(PlexItem {
            rating_key: self.rating_key?,
            ids: external_ids(self.guid.as_deref(), &self.guids),
            guid: self.guid,
            kind,
            title: self.title?,
            original_title: self.original_title,
            sort_title: self.title_sort,
            year: self.year,
            summary: self.summary,
            content_rating: self.content_rating,
            genres: self.genres.into_iter().filter_map(|genre| genre.tag).collect(),
            duration_ms: self.duration,
            thumb: self.thumb,
            added_at: self.added_at.or(self.updated_at).unwrap_or(DateTime::UNIX_EPOCH),
            updated_at: self.updated_at,
            is_4k: is_4k(&self.media),
            leaf_count: self.leaf_count,
        })
    }

    /// An episode with a season and a number; `show` stands in when the row doesn't name its series.
    pub(super) fn episode(self, show: Option<&str>) -> Option<PlexEpisode> {
        if self.kind.as_deref().is_some_and(|kind| kind != "episode") {
            return None;
        }
        Some(PlexEpisode {
            rating_key: self.rating_key?,
            show_rating_key: self.grandparent_rating_key.or_else(|| show.map(str::to_owned))?,
            season: self.parent_index?,
            number: self.index?,
            added_at: self.added_at.unwrap_or(DateTime::UNIX_EPOCH),
            is_4k: is_4k(&self.media),
        })
    }
}

/// One of its files is.
fn is_4k(media: &[Media]) -> bool {
    media.iter().any(|media| media.resolution.eq_ignore_ascii_case("4k"))
}

/// The `Guid` list of modern agents, else the one guid of a legacy agent.
fn external_ids(guid: Option<&str>, guids: &[Guid]) -> ExternalIds {
    let mut ids = ExternalIds::default();
    guids.iter().map(|guid| guid.id.as_str()).chain(guid).for_each(|guid| read_guid(guid, &mut ids));
    ids
}
