//! How series get into the library and learn their episodes. Never reads a body.

use chrono::Utc;

use super::add::Form;
use super::monitor::{self, Rule};
use super::resource::folder;
use super::{Episode, EpisodeFile, Inner, Library, Series};
use crate::demo::catalogue::Show;

impl Inner {
    /// Makes the episodes known, adds seasons that were not there and carries out what the add asked for.
    pub fn refresh(&self, id: i64) {
        let today = self.catalogue.today();
        let mut library = self.library();
        let mut last = library.last_episode;
        if let Some(series) = library.series.iter_mut().find(|series| series.id == id) {
            series.learn(&mut last);
            if let Some(rule) = series.rule.take() {
                monitor::apply(series, rule, today);
            }
        }
        library.last_episode = last;
    }

    pub fn add_existing(&self, tvdb_id: i64, on: &[i32], has_file: impl Fn(i32, i32) -> bool) -> Option<i64> {
        let show = self.catalogue.show_by_tvdb(tvdb_id)?;
        let (root, profile) = {
            let common = self.base.common();
            let root = common.options.roots.first().map(|root| root.path.clone());
            (root, common.options.profiles.first().map_or(1, |(id, _)| *id))
        };
        let form = Form {
            profile,
            path: None,
            root,
            is_monitored: !on.is_empty(),
            monitor_new: "none",
            season_folder: true,
            series_type: "standard",
            tags: Vec::new(),
            seasons: show.seasons.iter().map(|season| (season.number, on.contains(&season.number))).collect(),
        };
        let size = show.runtime_minutes * 42_000_000;
        let mut library = self.library();
        library.series.retain(|series| series.show.tvdb_id != tvdb_id);
        let rule = Rule { monitor: "skip", ignore_with_files: false, ignore_without_files: false };
        let id = library.push(show, form, rule).id;
        drop(library);
        self.refresh(id);
        let mut library = self.library();
        let mut file = library.last_file;
        let series = library.series.iter_mut().find(|series| series.id == id)?;
        for episode in series.episodes.iter_mut().filter(|one| has_file(one.season, one.number)) {
            file += 1;
            episode.file = Some(EpisodeFile { id: file, size, group: "NTb".to_owned() });
        }
        library.last_file = file;
        Some(id)
    }
}

impl Series {
    /// Takes over the catalogue's seasons and episodes that are not known yet.
    fn learn(&mut self, last_episode: &mut i64) {
        let is_new = self.monitor_new == "all";
        for season in &self.show.seasons {
            if !self.seasons.iter().any(|(number, _)| *number == season.number) {
                self.seasons.push((season.number, is_new && season.number > 0));
            }
        }
        self.seasons.sort_unstable();
        for (season, episode) in self.show.episodes() {
            if self.episodes.iter().any(|own| own.tvdb_id == episode.tvdb_id) {
                continue;
            }
            *last_episode += 1;
            self.episodes.push(Episode {
                id: *last_episode,
                season,
                number: episode.number,
                tvdb_id: episode.tvdb_id,
                title: episode.title.clone(),
                air_date: episode.air_date,
                is_monitored: self.seasons.contains(&(season, true)),
                file: None,
            });
        }
    }
}

impl Library {
    pub fn push(&mut self, show: Show, form: Form, rule: Rule) -> Series {
        self.last_series += 1;
        let root = form.root.unwrap_or_default().trim_end_matches('/').to_owned();
        let series = Series {
            id: self.last_series,
            path: form.path.unwrap_or_else(|| format!("{root}/{}", folder(&show))),
            root,
            show,
            quality_profile_id: form.profile,
            is_monitored: form.is_monitored && rule.monitor != "none",
            monitor_new: form.monitor_new,
            season_folder: form.season_folder,
            series_type: form.series_type,
            tags: form.tags,
            added_at: Utc::now(),
            seasons: form.seasons,
            episodes: Vec::new(),
            rule: Some(rule),
        };
        self.series.push(series.clone());
        series
    }
}
