//! Radarr (services.md 2.4): films. What it shares with Sonarr is reached through `Deref`.

use std::ops::Deref;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::servarr::wire::positive;
use super::servarr::{LOOKUP, Servarr, done_if_missing, is_true, none_if_missing, number};
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::fault::{Answer, Fault};
use crate::domain::servarr::{AddTitle, ArrTitle};

/// A connection to one Radarr. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Radarr(Servarr);

impl Deref for Radarr {
    type Target = Servarr;

    fn deref(&self) -> &Servarr {
        &self.0
    }
}

impl Radarr {
    /// The address may carry a base path; the key is checked only by the first call.
    pub fn new(base_url: &str, api_key: &SecretString) -> Answer<Radarr> {
        Servarr::new(MediaKind::Movie, base_url, api_key).map(Radarr)
    }

    /// Films by title, or by `tmdb:603`, `imdb:tt0133093`. Asks Radarr's metadata service: slow, and at times down.
    pub async fn lookup(&self, term: &str, timeout: Duration) -> Answer<Vec<Candidate>> {
        let found = self.look_up(term, timeout).await?;
        Ok(found.into_iter().filter_map(|row| self.candidate(row)).collect())
    }

    pub async fn lookup_id(&self, tmdb_id: i64) -> Answer<Option<Candidate>> {
        Ok(self.look_up_film(tmdb_id).await?.and_then(|row| self.candidate(row)))
    }

    /// The film in Radarr's library.
    pub async fn find(&self, tmdb_id: i64) -> Answer<Option<ArrTitle>> {
        Ok(self.find_raw(tmdb_id).await?.and_then(|row| self.arr_title(row)))
    }

    pub async fn get(&self, id: i64) -> Answer<Option<ArrTitle>> {
        Ok(none_if_missing(self.get_raw(id).await)?.and_then(|row| self.arr_title(row)))
    }

    /// Adds the film and has it searched for. `FaultClass::Already` when Radarr has it, `Missing` when nobody knows it.
    pub async fn add(&self, title: &AddTitle) -> Answer<ArrTitle> {
        let film = self.look_up_film(title.public_id).await?;
        let film =
            film.ok_or_else(|| Fault::missing(format!("Radarr finds no film with the TMDB id {}.", title.public_id)))?;
        if positive(number(&film, "id")).is_some() {
            return Err(Fault::already("Radarr has this film already."));
        }
        self.add_raw(&json!({
            "tmdbId": title.public_id,
            "title": film.get("title"),
            "year": number(&film, "year").unwrap_or_default(),
            "qualityProfileId": title.quality_profile_id,
            "rootFolderPath": title.root_folder,
            "monitored": true,
            "minimumAvailability": "released",
            "tags": title.tags,
            "addOptions": { "searchForMovie": true, "monitor": "movieOnly", "addMethod": "manual" },
        }))
        .await
    }

    /// Watches a film that is there already and searches for it, unless it has its file: then nothing is to be done.
    /// Safe to run twice.
    pub async fn watch(&self, id: i64) -> Answer<ArrTitle> {
        let mut film = self.get_raw(id).await?;
        if !is_true(&film, "hasFile") {
            if !is_true(&film, "monitored") {
                self.set_monitored(id, &mut film, true).await?;
            }
            self.search(id).await?;
        }
        self.arr_title(film).ok_or_else(|| Fault::transient("Radarr sent a film that makes no sense."))
    }

    pub async fn search(&self, id: i64) -> Answer<()> {
        self.command(&json!({ "name": "MoviesSearch", "movieIds": [id] })).await
    }

    /// Stops watching; files stay. A film that is gone counts as done.
    pub async fn unwatch(&self, id: i64) -> Answer<()> {
        let Some(mut film) = none_if_missing(self.get_raw(id).await)? else { return Ok(()) };
        if !is_true(&film, "monitored") {
            return Ok(());
        }
        done_if_missing(self.set_monitored(id, &mut film, false).await)
    }

    async fn look_up_film(&self, tmdb_id: i64) -> Answer<Option<Value>> {
        let found = self.look_up(&format!("tmdb:{tmdb_id}"), LOOKUP).await?;
        Ok(found.into_iter().find(|row| number(row, self.public_key()) == Some(tmdb_id)))
    }

    async fn set_monitored(&self, id: i64, film: &mut Value, on: bool) -> Answer<()> {
        if let Some(members) = film.as_object_mut() {
            members.insert("monitored".to_owned(), json!(on));
        }
        self.put_raw(id, film).await
    }
}
