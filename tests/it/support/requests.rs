//! The job as programs do it: asking, deciding, and waiting for a stage, all by the JSON API.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::catalogue::{Film, Show};
use usherr::domain::jobs::{JobName, RunState};

use super::TestApp;
use super::browser::{Browser, Reply};
use super::patience::until;
use super::world::films_to_ask_for;

pub fn a_film(film: &Film) -> Value {
    json!({ "kind": "movie", "tmdb_id": film.tmdb_id })
}

pub fn a_series(tvdb_id: i64, seasons: impl Into<Value>) -> Value {
    json!({ "kind": "series", "tvdb_id": tvdb_id, "seasons": seasons.into() })
}

/// A film that Radarr would find at once.
pub fn wanted(test: &TestApp) -> Film {
    films_to_ask_for(&test.world).swap_remove(0)
}

/// Series with at least so many seasons that aired, none of which is in Sonarr.
pub fn series_to_ask_for(test: &TestApp, seasons: usize) -> Vec<Show> {
    let today = test.world.catalogue().today();
    let aired = |show: &Show| {
        let regular = show.seasons.iter().filter(|season| season.number > 0);
        regular.filter(|season| season.episodes.iter().all(|one| one.air_date.is_some_and(|day| day <= today))).count()
    };
    let free = |show: &Show| test.world.sonarr().title(show.tvdb_id).is_none();
    test.world.catalogue().shows().into_iter().filter(|show| free(show) && aired(show) >= seasons).collect()
}

impl Browser {
    /// A new request; returns its id.
    pub async fn ask(&self, what: Value) -> i64 {
        let reply = self.json(Method::POST, "/api/requests", what).await.is(201);
        reply.json()["id"].as_i64().unwrap()
    }

    pub async fn decide(&self, id: i64, act: &str, body: Value) -> Reply {
        self.json(Method::POST, &format!("/api/requests/{id}/{act}"), body).await
    }

    pub async fn approve(&self, id: i64) {
        self.decide(id, "approve", json!({})).await.is(200);
    }

    pub async fn request(&self, id: i64) -> Value {
        self.get(&format!("/api/requests/{id}")).await.is(200).json()
    }

    /// Waits until a request has come so far. Names the stage it is in when it never does.
    pub async fn reaches(&self, id: i64, stage: &str) -> Value {
        until(&format!("request {id} is {stage}"), || async {
            let request = self.request(id).await;
            (request["stage"] == stage).then_some(request)
        })
        .await
    }
}

impl TestApp {
    /// Asked and approved, and everything that follows from that done.
    pub async fn approved(&self, what: Value) -> i64 {
        let admin = self.as_admin().await;
        let id = self.as_role(usherr::domain::people::Role::Requester).await.ask(what).await;
        admin.approve(id).await;
        self.settled().await;
        id
    }

    /// Looks at everything outside, as the timetable would, without waiting for it.
    pub async fn look_around(&self) {
        for job in [JobName::DownloadsSync, JobName::RequestRepair, JobName::LibrarySync] {
            let run = self.run_job(job).await;
            assert_eq!(run.state, RunState::Succeeded, "{job}: {:?}", run.error);
        }
        self.settled().await;
    }

    /// Radarr and Sonarr have told us of everything so far, and we have done what follows.
    pub async fn told(&self) {
        self.world.radarr().settled().await;
        self.world.sonarr().settled().await;
        self.settled().await;
    }
}
