//! What the pipeline tells Sonarr, and what Sonarr tells the world of it (services.md 3.3, 3.4): a pack is one Grab
//! and one Download per episode.

use serde_json::{Value, json};

use super::{Episode, EpisodeFile, Inner, Series};
use crate::demo::downloads::{Job, Owner, Target, Wanted};
use crate::demo::import::Import;
use crate::demo::servarr::parts::{self, put};
use crate::demo::servarr::{Arr, Event};

impl Owner for Inner {
    fn run(&self, command: i64, barren: &dyn Fn(&str) -> bool) -> Vec<Wanted> {
        let command = self.base.common().commands.finish(command, "Completed");
        command.map(|command| self.carry_out(&command, barren)).unwrap_or_default()
    }

    fn grabbed(&self, job: &Job) {
        Event::note(&mut self.base.common(), job, "grabbed", &parts::grabbed_data(job));
        let Some((series, episodes)) = self.subject(job) else { return };
        let mut body = self.hook(&series, &episodes);
        put(&mut body, json!({ "release": parts::grabbed_release(&job.wanted.release) }));
        put(&mut body, parts::client(job));
        self.base.announce("onGrab", &series.tags, "Grab", body);
    }

    fn imported(&self, job: &Job) {
        let Some((series, episodes)) = self.place(job) else { return };
        let release = &job.wanted.release;
        let source = format!("/downloads/{}", release.name);
        let small = json!({
            "releaseTitle": release.name, "indexer": release.indexer, "size": release.size,
            "releaseType": release_type(&episodes),
        });
        let mut files = Vec::new();
        for episode in &episodes {
            let Some(file) = &episode.file else { continue };
            let relative = relative_path(&series, episode);
            let dropped = format!("{source}/{}", relative.rsplit('/').next().unwrap_or_default());
            let data = parts::imported_data(job, file.id, &dropped, &format!("{}/{relative}", series.path));
            let mut one = job.clone();
            one.wanted.target = target(&series, episode);
            Event::note(&mut self.base.common(), &one, "downloadFolderImported", &data);
            let written = parts::file(file.id, &relative, &dropped, file.size, release);
            let mut body = self.hook(&series, std::slice::from_ref(episode));
            put(&mut body, json!({ "episodeFile": written, "isUpgrade": false, "release": small }));
            put(&mut body, parts::client(job));
            self.base.announce("onDownload", &series.tags, "Download", body);
            files.push(written);
        }
        let mut body = self.hook(&series, &episodes);
        put(
            &mut body,
            json!({
                "fileCount": files.len(), "episodeFiles": files, "release": small, "sourcePath": source,
                "destinationPath": series.path,
            }),
        );
        put(&mut body, parts::client(job));
        self.base.announce("onImportComplete", &series.tags, "Download", body);
        (self.on_import)(Import::Episodes {
            tvdb_id: series.show.tvdb_id,
            title: series.show.title.clone(),
            year: series.show.year,
            season: episodes.first().map_or(0, |episode| episode.season),
            numbers: episodes.iter().map(|episode| episode.number).collect(),
            quality_4k: release.quality.resolution > 1080,
            size: release.size,
        });
    }

    fn blocked(&self, job: &Job, message: &str) {
        let Some((series, episodes)) = self.subject(job) else { return };
        let mut body = self.hook(&series, &episodes);
        put(&mut body, parts::client(job));
        put(&mut body, parts::manual_interaction(&job.wanted.release, message));
        if let Some(release) = body.get_mut("release") {
            put(release, json!({ "releaseType": release_type(&episodes) }));
        }
        self.base.announce("onManualInteractionRequired", &series.tags, "ManualInteractionRequired", body);
    }

    fn failed(&self, job: &Job, message: &str) {
        Event::note(&mut self.base.common(), job, "downloadFailed", &parts::failed_data(message));
        self.search_again(&job.wanted.target);
    }
}

fn release_type(episodes: &[Episode]) -> &'static str {
    if episodes.len() > 1 { "seasonPack" } else { "singleEpisode" }
}

fn target(series: &Series, episode: &Episode) -> Target {
    let episodes = vec![(episode.id, episode.number)];
    Target::Episodes { series_id: series.id, season: episode.season, episodes }
}

fn relative_path(series: &Series, episode: &Episode) -> String {
    let name = format!(
        "{} - S{:02}E{:02} - {} WEBDL-1080p.mkv",
        series.show.title, episode.season, episode.number, episode.title
    );
    if series.season_folder { format!("Season {}/{name}", episode.season) } else { name }
}

impl Inner {
    fn subject(&self, job: &Job) -> Option<(Series, Vec<Episode>)> {
        let Target::Episodes { series_id, episodes, .. } = &job.wanted.target else { return None };
        let series = self.series(*series_id)?;
        let is_meant = |episode: &&Episode| episodes.iter().any(|(id, _)| *id == episode.id);
        let meant = series.episodes.iter().filter(is_meant).cloned().collect();
        Some((series, meant))
    }

    /// Puts the files on the shelf.
    fn place(&self, job: &Job) -> Option<(Series, Vec<Episode>)> {
        let Target::Episodes { series_id, episodes, .. } = &job.wanted.target else { return None };
        let release = &job.wanted.release;
        let size = release.size / episodes.len().max(1) as i64;
        let mut library = self.library();
        let mut last = library.last_file;
        let series = library.series.iter_mut().find(|series| series.id == *series_id)?;
        for episode in series.episodes.iter_mut().filter(|one| episodes.iter().any(|(id, _)| *id == one.id)) {
            last += 1;
            episode.file = Some(EpisodeFile { id: last, size, group: release.group.clone() });
        }
        library.last_file = last;
        drop(library);
        self.subject(job)
    }

    /// `series` and `episodes` of a webhook.
    fn hook(&self, series: &Series, episodes: &[Episode]) -> Value {
        let episode = |episode: &Episode| {
            json!({
                "id": episode.id, "episodeNumber": episode.number, "seasonNumber": episode.season,
                "title": episode.title, "airDate": episode.air_date.map(|day| day.to_string()),
                "airDateUtc": episode.air_date.map(|day| format!("{day}T20:00:00Z")), "seriesId": series.id,
                "tvdbId": episode.tvdb_id,
            })
        };
        let written = self.stranger(&series.show);
        json!({
            "series": {
                "id": series.id, "title": series.show.title, "titleSlug": written.get("titleSlug"), "path": series.path,
                "tvdbId": series.show.tvdb_id, "tvMazeId": 0, "tmdbId": series.show.tmdb_id,
                "imdbId": series.show.imdb_id, "type": series.series_type, "year": series.show.year,
                "genres": series.show.genres, "images": written.get("images"),
                "tags": self.base.common().labels(&series.tags), "originalLanguage": { "id": 1, "name": "English" },
            },
            "episodes": episodes.iter().map(episode).collect::<Vec<_>>(),
        })
    }

    pub fn tell_added(&self, series: &Series) {
        self.base.announce("onSeriesAdd", &series.tags, "SeriesAdd", self.only_series(series));
    }

    pub fn tell_deleted(&self, series: &Series, with_files: bool) {
        let mut body = self.only_series(series);
        put(&mut body, json!({ "deletedFiles": with_files }));
        self.base.announce("onSeriesDelete", &series.tags, "SeriesDelete", body);
    }

    fn only_series(&self, series: &Series) -> Value {
        let mut body = self.hook(series, &[]);
        if let Some(map) = body.as_object_mut() {
            map.remove("episodes");
        }
        body
    }
}
