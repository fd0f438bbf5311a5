//! The job as programs do it: asking, deciding, and waiting for a stage, all by the JSON API.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::demo::catalogue::{Film, Show};
use usherr::domain::ids::ServerId;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;

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
    /// With a second Radarr, the one for 4K.
    pub async fn with_4k(self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("4k.toml");
        std::fs::write(&file, self.world.settings_in_4k()).unwrap();
        usherr::features::settings::file::apply_at(self.app(), &file).await.unwrap();
        self.run_job(JobName::ServiceHealth).await;
        self
    }

    /// Somebody who asks, in a group with these rights and libraries.
    pub async fn with_rights(&self, name: &str, rights: Value, libraries: &[&str]) -> Browser {
        let person = self.add_person(name, Role::Requester).await;
        let all = self.app().db.read(|conn| usherr::db::libraries::of_server(conn, ServerId(1))).await.unwrap();
        let ids: Vec<i64> =
            all.iter().filter(|one| libraries.contains(&one.title.as_str())).map(|one| one.id.0).collect();
        assert_eq!(ids.len(), libraries.len(), "{libraries:?}");
        let admin = self.as_admin().await;
        let group = json!({ "name": format!("Of {name}"), "rights": rights, "libraries": ids });
        let group = admin.json(Method::POST, "/api/groups", group).await.is(201).json()["id"].as_i64().unwrap();
        let member = format!("/api/groups/{group}/members/{}", person.0);
        admin.json(Method::PUT, &member, Value::Null).await.is(204);
        self.signed_in(person).await
    }

    /// Asked and approved, and everything that follows from that done.
    pub async fn approved(&self, what: Value) -> i64 {
        let admin = self.as_admin().await;
        let id = self.as_role(Role::Requester).await.ask(what).await;
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
