//! Adding and changing series (services.md 2.3).

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::Inner;
use super::monitor::{MONITORS, Rule};
use crate::demo::servarr::Body;
use crate::demo::servarr::wire::{Call, Reply, failure};

const WRITABLE: [&str; 15] = [
    "id",
    "tvdbId",
    "title",
    "year",
    "titleSlug",
    "qualityProfileId",
    "languageProfileId",
    "rootFolderPath",
    "path",
    "monitored",
    "monitorNewItems",
    "seasonFolder",
    "seriesType",
    "tags",
    "addOptions",
];
const KINDS: [&str; 3] = ["standard", "daily", "anime"];
const NEW_ITEMS: [&str; 2] = ["all", "none"];

/// The members of a body that both add and change read.
pub struct Form {
    pub profile: i64,
    pub path: Option<String>,
    pub root: Option<String>,
    pub is_monitored: bool,
    pub monitor_new: &'static str,
    pub season_folder: bool,
    pub series_type: &'static str,
    pub tags: Vec<i64>,
    pub seasons: Vec<(i32, bool)>,
}

impl Form {
    fn read(body: &Body<'_>) -> Result<Form, Reply> {
        let mut seasons = Vec::new();
        for season in body.objects("seasons")?.unwrap_or_default() {
            let number = season.int("seasonNumber")?.unwrap_or_default();
            seasons.push((i32::try_from(number).unwrap_or_default(), season.flag("monitored")?.unwrap_or_default()));
        }
        Ok(Form {
            profile: body.int("qualityProfileId")?.unwrap_or_default(),
            path: body.text("path")?.filter(|path| !path.is_empty()).map(str::to_owned),
            root: body.text("rootFolderPath")?.filter(|path| !path.is_empty()).map(str::to_owned),
            is_monitored: body.flag("monitored")?.unwrap_or_default(),
            monitor_new: body
                .word("monitorNewItems", "NzbDrone.Core.Tv.NewItemMonitorTypes", &NEW_ITEMS)?
                .unwrap_or("all"),
            season_folder: body.flag("seasonFolder")?.unwrap_or_default(),
            series_type: body.word("seriesType", "NzbDrone.Core.Tv.SeriesTypes", &KINDS)?.unwrap_or("standard"),
            tags: body.ints("tags")?.unwrap_or_default(),
            seasons,
        })
    }
}

/// `addOptions`: the rule, and whether to search.
fn options(body: &Body<'_>) -> Result<(Rule, bool), Reply> {
    let mut rule = Rule { monitor: "unknown", ignore_with_files: false, ignore_without_files: false };
    let Some(options) = body.object("addOptions")? else { return Ok((rule, false)) };
    rule.monitor = options.word("monitor", "NzbDrone.Core.Tv.MonitorTypes", &MONITORS)?.unwrap_or("unknown");
    rule.ignore_with_files = options.flag("ignoreEpisodesWithFiles")?.unwrap_or_default();
    rule.ignore_without_files = options.flag("ignoreEpisodesWithoutFiles")?.unwrap_or_default();
    options.flag("searchForCutoffUnmetEpisodes")?;
    Ok((rule, options.flag("searchForMissingEpisodes")?.unwrap_or_default()))
}

impl Inner {
    pub fn add(&self, call: &Call) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        self.note_unknown(call, &body);
        let tvdb_id = body.int("tvdbId")?.unwrap_or_default();
        let title = body.text("title")?.unwrap_or_default().to_owned();
        let form = Form::read(&body)?;
        let (rule, searches) = options(&body)?;
        self.check(tvdb_id, &title, &form)?;
        if self.base.common().skyhook_down {
            return Err(Reply::no_skyhook(&tvdb_id.to_string()));
        }
        let Some(show) = self.catalogue.show_by_tvdb(tvdb_id) else {
            let path = form.path.or(form.root).unwrap_or_default();
            let text = format!("A series with this ID was not found. Path: {path}");
            return Err(Reply::invalid(vec![failure("TvdbId", &text, json!(tvdb_id), None)]));
        };
        let series = {
            let mut library = self.library();
            if library.series.iter().any(|series| series.show.tvdb_id == tvdb_id) {
                // Two adds at once: the second one meets the database's own rule.
                let text = "constraint failed\r\nUNIQUE constraint failed: Series.TvdbId";
                return Err(Reply::message(StatusCode::CONFLICT, text));
            }
            library.added.push(Value::Object(object.clone()));
            library.push(show, form, rule)
        };
        // Without the statistics of seasons: they come with the refresh.
        let resource = self.own_series(&series);
        self.tell_added(&series);
        self.base.command("RefreshSeries", json!({ "seriesIds": [series.id], "isNewSeries": true }), "unspecified");
        if searches {
            self.base.command("MissingEpisodeSearch", json!({ "seriesId": series.id }), "unspecified");
        }
        Ok(Reply::created(resource, format!("/api/v3/series/{}", series.id)))
    }

    fn note_unknown(&self, call: &Call, body: &Body<'_>) {
        let Some(show) = self.catalogue.shows().into_iter().next() else { return };
        let known = self.stranger(&show);
        let more = ["alternateTitles", "lastAired", "nextAiring", "previousAiring", "airTime"];
        for name in body.unknown(&WRITABLE) {
            if known.get(name).is_none() && !more.contains(&name) {
                self.base.common().complain(format!("{} /series: unknown member '{name}'", call.method));
            }
        }
    }

    /// All that the validators of an add find wrong, at once.
    fn check(&self, tvdb_id: i64, title: &str, form: &Form) -> Result<(), Reply> {
        let is_there = self.library().series.iter().any(|series| series.show.tvdb_id == tvdb_id);
        let is_taken =
            form.path.as_ref().is_some_and(|path| self.library().series.iter().any(|series| series.path == *path));
        let mut common = self.base.common();
        let mut failures = Vec::new();
        let mut fail = |property: &str, text: &str, value: Value, code: &str| {
            failures.push(failure(property, text, value, Some(code)));
        };
        match (&form.path, &form.root) {
            (None, None) => {
                fail("RootFolderPath", "'Root Folder Path' must not be empty.", json!(""), "NotEmptyValidator");
            }
            (Some(path), _) if is_taken => {
                let text = format!("Path '{path}' is already configured for another series");
                fail("Path", &text, json!(path), "SeriesPathValidator");
            }
            (None, Some(root)) if !common.options.roots.iter().any(|own| own.path == root.trim_end_matches('/')) => {
                let text = format!("Root folder '{root}' does not exist");
                fail("RootFolderPath", &text, json!(root), "RootFolderExistsValidator");
            }
            _ => {}
        }
        if form.profile <= 0 {
            let text = "'Quality Profile Id' must be greater than '0'.";
            fail("QualityProfileId", text, json!(form.profile), "GreaterThanValidator");
        } else if !common.has_profile(form.profile) {
            let text = "Quality Profile does not exist";
            fail("QualityProfileId", text, json!(form.profile), "QualityProfileExistsValidator");
        }
        if title.is_empty() {
            fail("Title", "'Title' must not be empty.", json!(title), "NotEmptyValidator");
        }
        if tvdb_id <= 0 {
            fail("TvdbId", "'Tvdb Id' must be greater than '0'.", json!(tvdb_id), "GreaterThanValidator");
            common.complain("POST /series: no tvdbId, so it was not looked up");
        } else if is_there {
            fail("TvdbId", "This series has already been added", json!(tvdb_id), "SeriesExistsValidator");
        }
        if failures.is_empty() { Ok(()) } else { Err(Reply::invalid(failures)) }
    }

    /// `PUT /series`: the whole resource. A season whose flag changes takes its episodes along.
    pub fn change(&self, call: &Call, id: Option<i64>) -> Result<Reply, Reply> {
        let object = call.object()?;
        let body = Body::new(&object);
        self.note_unknown(call, &body);
        let id = id.or(body.int("id")?).unwrap_or_default();
        if id == 0 {
            return Err(Reply::bad_request("0 is not a valid ID"));
        }
        let form = Form::read(&body)?;
        if self.series(id).is_none() {
            return Err(Reply::no_row("Series", id));
        }
        let mut failures = Vec::new();
        let Some(path) = form.path else {
            let empty = failure("Path", "'Path' must not be empty.", json!(""), Some("NotEmptyValidator"));
            return Err(Reply::invalid(vec![empty]));
        };
        if !self.base.common().has_profile(form.profile) {
            let (text, code) = ("Quality Profile does not exist", Some("QualityProfileExistsValidator"));
            failures.push(failure("QualityProfileId", text, json!(form.profile), code));
            return Err(Reply::invalid(failures));
        }
        let mut library = self.library();
        let Some(series) = library.series.iter_mut().find(|series| series.id == id) else {
            return Err(Reply::no_row("Series", id));
        };
        for (number, is_on) in &form.seasons {
            let changed = !series.seasons.contains(&(*number, *is_on));
            let episodes = series.episodes.iter_mut().filter(|episode| changed && episode.season == *number);
            episodes.for_each(|episode| episode.is_monitored = *is_on);
        }
        series.seasons = form.seasons;
        series.path = path;
        series.quality_profile_id = form.profile;
        series.is_monitored = form.is_monitored;
        series.monitor_new = form.monitor_new;
        series.season_folder = form.season_folder;
        series.series_type = form.series_type;
        series.tags = form.tags;
        let series = series.clone();
        drop(library);
        Ok(Reply::accepted(self.own_series(&series)))
    }
}
