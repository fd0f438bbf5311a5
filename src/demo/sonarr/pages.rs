//! The pages of the series library: list, lookup, delete, editor, season pass, and the way to all others
//! (services.md 2.3).

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::episodes::ORDER;
use super::{Episode, Inner, Series};
use crate::demo::catalogue::Show;
use crate::demo::downloads::{Target, Wanted};
use crate::demo::servarr::parts::retag;
use crate::demo::servarr::wire::{Call, Reply, paged};
use crate::demo::servarr::{Arr, Base, Body};

/// Commands, and whether they wait for the pipeline.
const COMMANDS: [(&str, bool); 12] = [
    ("SeriesSearch", true),
    ("SeasonSearch", true),
    ("EpisodeSearch", true),
    ("MissingEpisodeSearch", true),
    ("CutoffUnmetEpisodeSearch", true),
    ("RefreshSeries", true),
    ("RescanSeries", false),
    ("RefreshMonitoredDownloads", false),
    ("ProcessMonitoredDownloads", false),
    ("RssSync", false),
    ("CheckHealth", false),
    ("DownloadedEpisodesScan", false),
];

impl Arr for Inner {
    fn base(&self) -> &Base {
        &self.base
    }

    fn own(&self, call: &Call) -> Option<Reply> {
        let (method, route) = call.line();
        let reply = match (method, route.as_slice()) {
            ("GET", ["series", "lookup"]) => Ok(self.look_up(call)),
            ("GET", ["series"]) => Ok(self.list(call)),
            ("POST", ["series"]) => self.add(call),
            ("PUT", ["series", "editor"]) => self.edit(call),
            ("DELETE", ["series", "editor"]) => self.drop_many(call),
            ("GET", ["series", id]) => Ok(self.with_id(id, |series| Reply::ok(self.own_series(&series)))),
            ("PUT", ["series"]) => self.change(call, None),
            ("PUT", ["series", id]) => self.change(call, id.parse().ok()),
            ("DELETE", ["series", id]) => Ok(self.with_id(id, |series| self.drop_one(call, &series))),
            ("POST", ["seasonpass"]) => self.season_pass(call),
            ("GET", ["episode"]) => Ok(self.episode_list(call)),
            ("PUT", ["episode", "monitor"]) => self.monitor_episodes(call),
            ("GET", ["episode", id]) => {
                let id = id.parse().unwrap_or_default();
                Ok(self.one_episode(id).map_or_else(|| Reply::no_row("Episode", id), Reply::ok))
            }
            ("GET", ["calendar"]) => Ok(self.calendar(call)),
            ("GET", ["wanted", "missing"]) => Ok(self.missing(call)),
            ("GET", ["wanted", "cutoff"]) => Ok(paged(call, Vec::new(), &ORDER, false)),
            _ => return None,
        };
        Some(reply.unwrap_or_else(|refused| refused))
    }

    fn title(&self, id: i64) -> Option<Value> {
        self.series(id).map(|series| self.own_series(&series))
    }

    fn episode(&self, id: i64) -> Option<Value> {
        self.one_episode(id)
    }

    fn poster_title(&self, id: i64, is_public: bool) -> Option<String> {
        if is_public {
            return self.catalogue.show_by_tvdb(id).map(|show| show.title);
        }
        self.series(id).map(|series| series.show.title)
    }

    fn command_names(&self) -> &'static [(&'static str, bool)] {
        &COMMANDS
    }

    fn search_for(&self, call: &Call) -> Vec<Wanted> {
        let (series_id, season) = (call.ids("seriesId"), call.ids("seasonNumber"));
        let episode_ids = call.ids("episodeId");
        let mut found = Vec::new();
        for series in self.library().series.clone() {
            let is_asked = |episode: &&Episode| {
                let by_season = series_id.contains(&series.id) && season.contains(&i64::from(episode.season));
                by_season || episode_ids.contains(&episode.id)
            };
            let asked: Vec<&Episode> = series.episodes.iter().filter(is_asked).collect();
            found.extend(asked.first().map(|first| self.wanted(&series, first.season, &asked)));
        }
        found
    }

    fn search_again(&self, target: &Target) {
        if let Target::Episodes { episodes, .. } = target {
            let ids: Vec<i64> = episodes.iter().map(|(id, _)| *id).collect();
            self.base.command("EpisodeSearch", json!({ "episodeIds": ids }), "unspecified");
        }
    }
}

impl Inner {
    fn with_id(&self, id: &str, answer: impl FnOnce(Series) -> Reply) -> Reply {
        let Ok(id) = id.parse::<i64>() else { return Reply::problem("id", &format!("The value '{id}' is not valid.")) };
        if id == 0 {
            return Reply::bad_request("0 is not a valid ID");
        }
        self.series(id).map_or_else(|| Reply::no_row("Series", id), answer)
    }

    fn list(&self, call: &Call) -> Reply {
        let tvdb = call.param("tvdbId").and_then(|text| text.parse::<i64>().ok());
        let all = self.library().series.clone();
        let fits = |series: &&Series| tvdb.is_none_or(|id| series.show.tvdb_id == id);
        Reply::ok(all.iter().filter(fits).map(|series| self.own_series(series)).collect())
    }

    fn look_up(&self, call: &Call) -> Reply {
        let term = call.param("term").unwrap_or_default().trim().to_owned();
        if self.base.common().skyhook_down {
            return Reply::no_skyhook(&term);
        }
        Reply::ok(self.found(&term).iter().map(|show| self.known(show)).collect())
    }

    fn found(&self, term: &str) -> Vec<Show> {
        let lower = term.to_lowercase();
        let after = |prefixes: &[&str]| prefixes.iter().find_map(|one| lower.strip_prefix(one).map(str::trim));
        if let Some(id) = after(&["tvdb:", "tvdbid:"]) {
            return id.parse().ok().and_then(|id| self.catalogue.show_by_tvdb(id)).into_iter().collect();
        }
        if let Some(id) = after(&["imdb:", "imdbid:"]) {
            return self.catalogue.shows().into_iter().filter(|show| show.imdb_id == id).collect();
        }
        if let Some(id) = after(&["tmdb:", "tmdbid:"]) {
            return self.catalogue.shows().into_iter().filter(|show| show.tmdb_id.to_string() == id).collect();
        }
        let mut shows = self.catalogue.find_shows(term);
        if shows.is_empty() && lower.chars().count() > 2 {
            shows =
                self.catalogue.shows().into_iter().filter(|show| show.title.to_lowercase().contains(&lower)).collect();
        }
        shows
    }

    /// With the library's id when it is there, without when not.
    fn known(&self, show: &Show) -> Value {
        let stranger = self.stranger(show);
        let own = self.library().series.iter().find(|series| series.show.tvdb_id == show.tvdb_id).cloned();
        let Some(series) = own else { return stranger };
        let mut resource = self.own_series(&series);
        if let Some(map) = resource.as_object_mut() {
            for name in ["remotePoster", "folder"] {
                map.insert(name.to_owned(), stranger.get(name).cloned().unwrap_or_default());
            }
        }
        resource
    }

    fn edit(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        let ids = body.ints("seriesIds")?.unwrap_or_default();
        let (monitored, profile, tags) = (body.flag("monitored")?, body.int("qualityProfileId")?, body.ints("tags")?);
        let apply = body.word("applyTags", "Sonarr.Api.V3.ApplyTags", &["add", "remove", "replace"])?;
        let mut library = self.library();
        for series in library.series.iter_mut().filter(|series| ids.contains(&series.id)) {
            series.is_monitored = monitored.unwrap_or(series.is_monitored);
            series.quality_profile_id = profile.unwrap_or(series.quality_profile_id);
            retag(&mut series.tags, tags.as_deref(), apply);
        }
        let edited: Vec<Series> = library.series.iter().filter(|series| ids.contains(&series.id)).cloned().collect();
        drop(library);
        Ok(Reply::accepted(edited.iter().map(|series| self.own_series(series)).collect()))
    }

    fn season_pass(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        for wanted in Body::new(&object).objects("series")?.unwrap_or_default() {
            let id = wanted.int("id")?.unwrap_or_default();
            let monitored = wanted.flag("monitored")?;
            let mut flags = Vec::new();
            for season in wanted.objects("seasons")?.unwrap_or_default() {
                flags.push((
                    season.int("seasonNumber")?.unwrap_or_default(),
                    season.flag("monitored")?.unwrap_or_default(),
                ));
            }
            let mut library = self.library();
            let Some(series) = library.series.iter_mut().find(|series| series.id == id) else { continue };
            series.is_monitored = monitored.unwrap_or(series.is_monitored);
            for (number, is_on) in flags {
                series.seasons.iter_mut().filter(|one| i64::from(one.0) == number).for_each(|one| one.1 = is_on);
                let episodes = series.episodes.iter_mut().filter(|one| i64::from(one.season) == number);
                episodes.for_each(|episode| episode.is_monitored = is_on);
            }
        }
        Ok(Reply::accepted(json!({})))
    }

    fn drop_many(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        for id in Body::new(&object).ints("seriesIds")?.unwrap_or_default() {
            self.series(id).iter().for_each(|series| drop(self.drop_one(call, series)));
        }
        Ok(Reply::ok(json!({})))
    }

    fn drop_one(&self, call: &Call, series: &Series) -> Reply {
        if call.param("addImportExclusion").is_some() {
            self.base.common().complain("DELETE /series: addImportExclusion is Radarr's word");
        }
        self.library().series.retain(|one| one.id != series.id);
        for job in self.base.downloads.jobs_of(&self.base.me) {
            if matches!(job.wanted.target, Target::Episodes { series_id, .. } if series_id == series.id) {
                self.base.downloads.forget(&job.hash, false);
            }
        }
        self.tell_deleted(series, call.flag("deleteFiles", false));
        Reply::empty(StatusCode::OK)
    }
}
