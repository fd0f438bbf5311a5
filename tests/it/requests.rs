//! Requests against the simulated world: asked, decided, sent, tracked, repaired.

use serde_json::json;
use usherr::app::services::TEST_PATIENCE;
use usherr::db::requests::Listing;
use usherr::db::{self, services};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::ids::RequestId;
use usherr::domain::jobs::JobName;
use usherr::domain::people::{Actor, KeyScope, Role};
use usherr::domain::request::{Cause, Choice, Scope, Stage};
use usherr::domain::service::{Service, ServiceKind};
use usherr::error::AppError;
use usherr::features::requests::actions::{self, Ask, Edit, Submitted, Wanted};
use usherr::features::requests::lookups;

use super::support::house::TestApp;
use super::support::patience::until;

async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    for job in [JobName::ServiceHealth, JobName::LibrarySync] {
        test.run_job(job).await;
    }
    let url = test.url();
    test.set("internal_url", &url).await;
    for kind in [ServiceKind::Radarr, ServiceKind::Sonarr] {
        let id = test.service(kind).await.id;
        let now = test.app().now();
        test.app().db.write(move |tx| usherr::app::keep::ask_for_hook(tx, id, &url_of(kind), now)).await.unwrap();
    }
    test.app().wake_worker();
    until("the hooks are registered", || async {
        (!test.world.radarr().notifications().is_empty() && !test.world.sonarr().notifications().is_empty())
            .then_some(())
    })
    .await;
    test
}

fn url_of(kind: ServiceKind) -> String {
    format!("again {kind}")
}

impl TestApp {
    async fn set(&self, key: &str, value: &str) {
        let now = self.app().now();
        let row = db::settings::StoredSetting {
            key: key.to_owned(),
            value: value.to_owned(),
            sealed: false,
            from_file: false,
        };
        self.app().db.write(move |tx| db::settings::put(tx, &row, now)).await.unwrap();
    }

    async fn service(&self, kind: ServiceKind) -> Service {
        self.app().db.read(move |conn| services::of_kind(conn, kind)).await.unwrap().remove(0)
    }

    async fn actor(&self, name: &str, role: Role) -> Actor {
        let id = self.add_person(name, role).await;
        let person = self.app().db.read(move |conn| db::people::get(conn, id)).await.unwrap().unwrap();
        person.actor(None, KeyScope::Write)
    }

    async fn ask_film(&self, actor: &Actor, tmdb_id: i64) -> Result<Submitted, AppError> {
        let service = self.service(ServiceKind::Radarr).await;
        let found = lookups::title(self.app(), &service, &format!("tmdb:{tmdb_id}"), TEST_PATIENCE).await?;
        let ask = Ask {
            wanted: Wanted::Found(Box::new(found.expect("a film"))),
            scope: None,
            seasons: Vec::new(),
            is_4k: false,
            note: Some("  please \u{1f3ac} ".to_owned()),
            choice: Choice::default(),
            estimated_bytes: None,
        };
        actions::submit(self.app(), actor, ask).await
    }

    async fn ask_series(&self, actor: &Actor, tvdb_id: i64, scope: Scope) -> Result<Submitted, AppError> {
        let service = self.service(ServiceKind::Sonarr).await;
        let found = lookups::title(self.app(), &service, &format!("tvdb:{tvdb_id}"), TEST_PATIENCE).await?;
        let found = found.expect("a series");
        let ask = Ask {
            seasons: found.seasons.clone(),
            wanted: Wanted::Found(Box::new(found)),
            scope: Some(scope),
            is_4k: false,
            note: None,
            choice: Choice::default(),
            estimated_bytes: None,
        };
        actions::submit(self.app(), actor, ask).await
    }

    async fn see(&self, actor: &Actor, id: RequestId) -> Option<Listing> {
        let actor = actor.clone();
        self.app().db.read(move |conn| db::requests::detail(conn, &actor, id)).await.unwrap()
    }

    async fn reaches(&self, actor: &Actor, id: RequestId, stage: Stage) -> Listing {
        let what = format!("request {id} is {stage}");
        until(&what, || async { self.see(actor, id).await.filter(|row| row.request.stage == stage) }).await
    }

    async fn timeline(&self, id: RequestId) -> Vec<Stage> {
        let events = self.app().db.read(move |conn| db::requests::events(conn, id)).await.unwrap();
        events.into_iter().map(|event| event.stage).collect()
    }

    fn new_film(&self) -> i64 {
        let today = self.world.catalogue().today();
        let films = self.world.catalogue().films();
        let out = |film: &&usherr::demo::catalogue::Film| {
            !film.on_plex && film.digital_release.is_some_and(|day| day < today)
        };
        films.iter().rfind(out).unwrap().tmdb_id
    }

    fn new_series(&self, seasons: usize) -> usherr::demo::catalogue::Show {
        let today = self.world.catalogue().today();
        let whole = |show: &usherr::demo::catalogue::Show| {
            !show.on_plex()
                && show.seasons.iter().filter(|season| season.number > 0).count() >= seasons
                && show.episodes().all(|(_, episode)| episode.air_date.is_some_and(|day| day < today))
        };
        self.world.catalogue().shows().into_iter().rfind(|show| whole(show)).unwrap()
    }
}

#[tokio::test]
async fn a_film_goes_from_asked_to_ready() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Moderator).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    assert!(!asked.joined);
    let row = test.see(&sam, asked.id).await.unwrap();
    assert_eq!((row.request.stage, row.request.note.as_deref()), (Stage::Asked, Some("please \u{1f3ac}")));

    actions::approve(test.app(), &mara, asked.id, None).await.unwrap();
    let again = actions::approve(test.app(), &mara, asked.id, None).await.unwrap_err();
    assert!(matches!(again, AppError::Conflict(_)), "{again}");
    test.reaches(&sam, asked.id, Stage::Searching).await;
    assert_eq!(test.world.radarr().added().len(), 1);
    test.world.downloads().step();
    let row = test.reaches(&sam, asked.id, Stage::Downloading).await;
    assert_eq!(row.downloads.len(), 1);
    test.world.downloads().finish_all();
    test.reaches(&sam, asked.id, Stage::Ready).await;
    let way = test.timeline(asked.id).await;
    let expected = [Stage::Asked, Stage::Approved, Stage::Sent, Stage::Searching, Stage::Grabbed, Stage::Downloading];
    assert_eq!(&way[..6], &expected);
    assert_eq!(way.last(), Some(&Stage::Ready));
    assert_eq!(test.world.radarr().complaints(), Vec::<String>::new());
    test.close().await;
}

#[tokio::test]
async fn exactly_what_was_decided_arrives() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Moderator).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    let service = test.service(ServiceKind::Radarr).await;
    let of = service.id;
    let offers = test.app().db.read(move |conn| services::offers(conn, of)).await.unwrap().unwrap();
    let profile = offers.profiles.iter().find(|one| Some(one.id) != service.quality_profile_id).unwrap().id;
    let folder = offers.root_folders.last().unwrap().path.clone();
    let choice = Choice {
        service: Some(service.id),
        quality_profile_id: Some(profile),
        root_folder: Some(folder.clone()),
        tags: Some(offers.tags.iter().map(|tag| tag.id).take(1).collect()),
    };
    let unknown = Edit { choice: Choice { quality_profile_id: Some(4711), ..choice.clone() }, seasons: None };
    let refused = actions::approve(test.app(), &mara, asked.id, Some(unknown)).await.unwrap_err();
    assert_eq!(refused.status(), 422);
    let edit = Edit { choice, seasons: None };
    actions::approve(test.app(), &mara, asked.id, Some(edit)).await.unwrap();
    test.reaches(&sam, asked.id, Stage::Searching).await;
    let added = test.world.radarr().added();
    assert_eq!(added.len(), 1);
    assert_eq!(added[0]["qualityProfileId"], profile);
    assert_eq!(added[0]["rootFolderPath"], folder.as_str());
    assert_eq!(added[0]["tags"].as_array().unwrap().len(), offers.tags.len().min(1));
    test.close().await;
}

#[tokio::test]
async fn asking_twice_joins_and_strangers_see_nothing() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let ana = test.actor("ana", Role::Requester).await;
    let teo = test.actor("teo", Role::Requester).await;
    let film = test.new_film();
    let (one, other) = tokio::join!(test.ask_film(&sam, film), test.ask_film(&ana, film));
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.id, other.id);
    assert!(one.joined != other.joined, "one asked, one joined");
    assert!(test.see(&sam, one.id).await.is_some() && test.see(&ana, one.id).await.is_some());
    assert!(test.see(&teo, one.id).await.is_none());
    let refused = actions::follow(test.app(), &teo, one.id).await.unwrap_err();
    assert!(matches!(refused, AppError::NotFound));
    let refused = actions::withdraw(test.app(), &teo, one.id).await.unwrap_err();
    assert!(matches!(refused, AppError::NotFound));
    let (asker, follower) = if one.joined { (&ana, &sam) } else { (&sam, &ana) };
    let refused = actions::withdraw(test.app(), follower, one.id).await.unwrap_err();
    assert!(matches!(refused, AppError::Forbidden(_)));
    let again = test.ask_film(asker, film).await.unwrap();
    assert!(again.joined);
    assert!(!test.see(asker, one.id).await.unwrap().is_followed_by(asker.id));
    actions::unfollow(test.app(), follower, one.id).await.unwrap();
    assert!(test.see(follower, one.id).await.is_none());
    test.close().await;
}

#[tokio::test]
async fn a_series_is_watched_as_asked_and_ready_when_all_of_it_is_there() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let ana = test.actor("ana", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let show = test.new_series(2);
    let first = test.ask_series(&sam, show.tvdb_id, Scope::First).await.unwrap();
    let both = test.ask_series(&ana, show.tvdb_id, Scope::Seasons(vec![1, 2])).await.unwrap();
    assert!(!both.joined && both.id != first.id);
    let rest = test.see(&ana, both.id).await.unwrap();
    assert_eq!(rest.request.seasons, Some(vec![2]), "the first season is asked for already");
    assert!(test.see(&ana, first.id).await.unwrap().is_followed_by(ana.id));

    actions::approve(test.app(), &mara, first.id, None).await.unwrap();
    test.reaches(&sam, first.id, Stage::Searching).await;
    assert_eq!(test.world.sonarr().added().len(), 1);
    let body = &test.world.sonarr().added()[0];
    let watched: Vec<i64> = body["seasons"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|season| season["monitored"] == true)
        .map(|season| season["seasonNumber"].as_i64().unwrap())
        .collect();
    assert_eq!(watched, [1]);
    test.world.downloads().finish_all();
    test.reaches(&sam, first.id, Stage::Ready).await;

    actions::approve(test.app(), &mara, both.id, None).await.unwrap();
    test.reaches(&ana, both.id, Stage::Searching).await;
    assert_eq!(test.world.sonarr().added().len(), 1, "the second request adopts the series");
    test.world.downloads().finish_all();
    test.reaches(&ana, both.id, Stage::Ready).await;
    assert_eq!(test.world.sonarr().complaints(), Vec::<String>::new());
    test.close().await;
}

#[tokio::test]
async fn what_was_applied_before_the_answer_was_lost_is_adopted() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    let post = Some(poem::http::Method::POST);
    test.world.radarr().faults().set_for("/api/v3/movie", post, Fault::AppliedThenTimeout, Some(1));
    actions::approve(test.app(), &mara, asked.id, None).await.unwrap();
    let row = test.reaches(&sam, asked.id, Stage::Searching).await;
    assert_eq!(test.world.radarr().added().len(), 1);
    assert!(row.request.added_by_us, "it is ours although we never heard the answer");

    actions::withdraw(test.app(), &sam, asked.id).await.unwrap();
    until("Radarr does not watch it any more", || async {
        (!test.world.radarr().title(film).unwrap().is_monitored).then_some(())
    })
    .await;
    test.close().await;
}

#[tokio::test]
async fn a_service_that_is_down_only_costs_time() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    test.world.radarr().down().await;
    actions::approve(test.app(), &mara, asked.id, None).await.unwrap();
    let (said, _) = until("the page can say why it waits", || async {
        let row = test.see(&sam, asked.id).await.unwrap();
        test.app().db.read(move |conn| db::requests::holdup(conn, &row.request)).await.unwrap()
    })
    .await;
    assert!(said.contains("Radarr"), "{said}");
    assert_eq!(test.see(&sam, asked.id).await.unwrap().request.stage, Stage::Approved);
    test.world.radarr().up().await.unwrap();
    let now = test.app().now();
    test.app().db.write(move |tx| db::outbox::hurry(tx, now)).await.unwrap();
    test.app().wake_worker();
    test.reaches(&sam, asked.id, Stage::Searching).await;
    assert_eq!(test.world.radarr().added().len(), 1);
    test.close().await;
}

#[tokio::test]
async fn a_refusal_is_stuck_in_plain_words_and_can_be_tried_again() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    let post = Some(poem::http::Method::POST);
    test.world.radarr().faults().set_for("/api/v3/movie", post, Fault::Status(400), Some(1));
    actions::approve(test.app(), &mara, asked.id, None).await.unwrap();
    let row = test.reaches(&sam, asked.id, Stage::Stuck).await;
    assert_eq!(row.request.cause, Some(Cause::ServiceRefused));
    assert_eq!(row.request.lit, Stage::Approved);
    actions::retry(test.app(), &mara, asked.id).await.unwrap();
    test.reaches(&sam, asked.id, Stage::Searching).await;
    test.close().await;
}

#[tokio::test]
async fn without_webhooks_the_repair_finds_out() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    for job in [JobName::ServiceHealth, JobName::LibrarySync] {
        test.run_job(job).await;
    }
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    actions::approve(test.app(), &mara, asked.id, None).await.unwrap();
    test.reaches(&sam, asked.id, Stage::Searching).await;
    test.world.downloads().step();
    test.run_job(JobName::RequestRepair).await;
    test.reaches(&sam, asked.id, Stage::Downloading).await;
    test.world.downloads().finish_all();
    test.reaches(&sam, asked.id, Stage::Ready).await;
    test.close().await;
}

#[tokio::test]
async fn a_title_is_gone_only_after_two_readings() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let film = test.new_film();
    let asked = test.ask_film(&sam, film).await.unwrap();
    actions::approve(test.app(), &mara, asked.id, None).await.unwrap();
    test.reaches(&sam, asked.id, Stage::Searching).await;
    test.world.radarr().remove(film);
    test.world.radarr().faults().set(Fault::Status(503));
    test.run_job(JobName::RequestRepair).await;
    test.world.radarr().faults().clear();
    test.run_job(JobName::RequestRepair).await;
    let row = test.see(&sam, asked.id).await.unwrap();
    assert_eq!((row.request.stage, row.request.missed_reads), (Stage::Searching, 1));
    test.run_job(JobName::RequestRepair).await;
    test.reaches(&sam, asked.id, Stage::Gone).await;
    let anew = test.ask_film(&sam, film).await.unwrap();
    assert!(!anew.joined, "what is gone can be asked for again");
    test.close().await;
}

#[tokio::test]
async fn hooks_want_the_right_secret_and_let_pass_what_nobody_knows() {
    let test = house().await;
    let hook = test.world.radarr().notifications().remove(0);
    let url = hook.url.clone();
    let path = url.strip_prefix(&test.url()).unwrap().to_owned();
    let nobody = test.nobody();
    let send = |path: String, body: &'static str| {
        let nobody = &nobody;
        async move {
            let body = Some(("application/json", body.to_owned()));
            nobody.send(reqwest::Method::POST, &path, body).await.status.as_u16()
        }
    };
    assert_eq!(send(path.clone(), r#"{"eventType":"Test","movie":{"id":1,"tmdbId":1}}"#).await, 200);
    assert_eq!(send(path.clone(), r#"{"eventType":"Sneeze"}"#).await, 200);
    assert_eq!(send(path.clone(), "not json").await, 400);
    assert_eq!(send(format!("{path}x"), r#"{"eventType":"Test"}"#).await, 404);
    assert_eq!(send(path.replace("radarr", "sonarr"), r#"{"eventType":"Test"}"#).await, 404);
    assert_eq!(send(path.replace("radarr", "smtp"), r#"{"eventType":"Test"}"#).await, 404);
    let long = Some(("application/json", "x".repeat(1024 * 1024 + 1)));
    assert_eq!(nobody.send(reqwest::Method::PUT, &path, long).await.status.as_u16(), 400);
    test.close().await;
}

#[tokio::test]
async fn an_allowance_binds_those_who_do_not_decide() {
    let test = house().await;
    test.set("default_movie_quota", "1").await;
    test.set("auto_approve", "moderators").await;
    let sam = test.actor("sam", Role::Requester).await;
    let mara = test.actor("mara2", Role::Moderator).await;
    let mut films = test.world.catalogue().films();
    films.retain(|film| !film.on_plex);
    let one = test.ask_film(&sam, films[0].tmdb_id).await.unwrap();
    let refused = test.ask_film(&sam, films[1].tmdb_id).await.unwrap_err();
    assert_eq!(refused.status(), 422);
    assert!(refused.to_string().contains("1 films in 30 days; 0 are left"), "{refused}");
    assert!(test.ask_film(&sam, films[0].tmdb_id).await.unwrap().joined, "joining costs nothing");
    actions::withdraw(test.app(), &sam, one.id).await.unwrap();
    test.ask_film(&sam, films[1].tmdb_id).await.unwrap();
    for film in &films[2..4] {
        let asked = test.ask_film(&mara, film.tmdb_id).await.unwrap();
        let row = test.see(&mara, asked.id).await.unwrap();
        assert_ne!(row.request.stage, Stage::Asked, "a moderator's own request needs no decision");
    }
    test.close().await;
}

#[tokio::test]
async fn programs_ask_decide_and_follow() {
    let test = house().await;
    let (sam, ana, teo) =
        (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await, test.as_role(Role::Viewer).await);
    let (mara, auditor) = (test.as_admin().await, test.as_role(Role::Auditor).await);
    let film = test.new_film();
    let wanted = json!({ "kind": "movie", "tmdb_id": film });
    let post = |who: &'static str, path: String, body: serde_json::Value| {
        let browser = match who {
            "sam" => &sam,
            "ana" => &ana,
            "teo" => &teo,
            "auditor" => &auditor,
            _ => &mara,
        };
        async move { browser.json(reqwest::Method::POST, &path, body).await }
    };
    let at = |id: &serde_json::Value, what: &str| format!("/api/requests/{id}{what}");
    post("teo", "/api/requests".into(), wanted.clone()).await.is(403);
    post("auditor", "/api/requests".into(), wanted.clone()).await.is(403);
    post("sam", "/api/requests".into(), json!({ "kind": "album", "tmdb_id": 1 })).await.is(400);
    post("sam", "/api/requests".into(), json!({ "kind": "movie" })).await.is(422).has("tmdb_id");
    post("sam", "/api/requests".into(), json!({ "kind": "movie", "tmdb_id": 999_999_999 })).await.is(422);
    let series = json!({ "kind": "series", "tvdb_id": 1, "seasons": "most" });
    post("sam", "/api/requests".into(), series).await.is(422).has("seasons");
    let long = json!({ "kind": "movie", "tmdb_id": film, "note": "x".repeat(1001) });
    post("sam", "/api/requests".into(), long).await.is(422).has("note");

    let request = post("sam", "/api/requests".into(), wanted.clone()).await.is(201).json();
    let id = &request["id"];
    assert_eq!((request["stage"].as_str(), request["joined"].as_bool()), (Some("asked"), Some(false)));
    assert_eq!(request["tmdb_id"], film);
    assert!(request["seasons"].is_null() && request["decided_by"].is_null() && request["progress"].is_null());
    assert_eq!(request["timeline"][0]["stage"], "asked");
    ana.get(&at(id, "")).await.is(404);
    let joined = post("ana", "/api/requests".into(), wanted).await.is(200).json();
    assert_eq!((&joined["id"], joined["joined"].as_bool()), (id, Some(true)));
    ana.get(&at(id, "")).await.is(200);

    post("ana", at(id, "/approve"), json!({})).await.is(403);
    post("auditor", at(id, "/approve"), json!({})).await.is(403);
    post("mara", at(id, "/decline"), json!({ "reason": "  " })).await.is(422).has("reason");
    post("mara", at(id, "/retry"), serde_json::Value::Null).await.is(409);
    post("mara", at(id, "/approve"), json!({ "root_folder": "/nowhere" })).await.is(422).has("root_folder");
    let approved = post("mara", at(id, "/approve"), json!({})).await.is(200).json();
    assert_eq!(approved["decided_by"]["name"], "mara");
    post("mara", at(id, "/approve"), json!({})).await.is(409);
    post("mara", "/api/requests/4711/approve".into(), json!({})).await.is(404);

    let mine = sam.get("/api/requests?mine=true&stage=approved,sent,searching").await.is(200).json();
    assert_eq!((mine["total"].as_i64(), &mine["items"][0]["id"]), (Some(1), id));
    sam.get("/api/requests?stage=wild").await.is(400);
    sam.get("/api/requests?per_page=101").await.is(400);
    let all = auditor.get("/api/requests").await.is(200).json();
    assert_eq!(all["total"], 1);
    let none = teo.get("/api/requests").await.is(200).json();
    assert_eq!(none["total"], 0);

    ana.send(reqwest::Method::DELETE, &at(id, "/follow"), None).await.is(204);
    ana.get(&at(id, "")).await.is(404);
    ana.send(reqwest::Method::PUT, &at(id, "/follow"), None).await.is(404);
    post("ana", at(id, "/withdraw"), serde_json::Value::Null).await.is(404);
    let withdrawn = post("sam", at(id, "/withdraw"), serde_json::Value::Null).await.is(200).json();
    assert_eq!(withdrawn["stage"], "withdrawn");
    post("sam", at(id, "/withdraw"), serde_json::Value::Null).await.is(409);
    test.close().await;
}

#[tokio::test]
async fn a_known_film_can_be_asked_for_while_radarr_is_down() {
    let test = house().await;
    let sam = test.as_role(Role::Requester).await;
    let film = test.new_film();
    let wanted = json!({ "kind": "movie", "tmdb_id": film });
    test.world.radarr().down().await;
    let refused = sam.json(reqwest::Method::POST, "/api/requests", wanted.clone()).await;
    assert_eq!(refused.status.as_u16(), 503, "{}", refused.body);
    test.world.radarr().up().await.unwrap();
    let found = test.world.catalogue().film_by_tmdb(film).unwrap();
    let service = test.service(ServiceKind::Radarr).await;
    let candidate =
        lookups::title(test.app(), &service, &format!("tmdb:{film}"), TEST_PATIENCE).await.unwrap().unwrap();
    assert_eq!(candidate.title, found.title);
    let now = test.app().now();
    test.app().db.write(move |tx| db::titles::upsert_from_candidate(tx, &candidate, now)).await.unwrap();
    test.world.radarr().down().await;
    sam.json(reqwest::Method::POST, "/api/requests", wanted).await.is(201);
    test.close().await;
}

#[tokio::test]
async fn withdrawing_stops_only_what_nobody_else_waits_for() {
    let test = house().await;
    let sam = test.actor("sam", Role::Requester).await;
    let ana = test.actor("ana", Role::Requester).await;
    let mara = test.actor("mara2", Role::Admin).await;
    let show = test.new_series(2);
    let first = test.ask_series(&sam, show.tvdb_id, Scope::Seasons(vec![1])).await.unwrap();
    let second = test.ask_series(&ana, show.tvdb_id, Scope::Seasons(vec![2])).await.unwrap();
    for id in [first.id, second.id] {
        actions::approve(test.app(), &mara, id, None).await.unwrap();
        test.reaches(&mara, id, Stage::Searching).await;
    }
    test.world.downloads().step();
    test.reaches(&sam, first.id, Stage::Downloading).await;
    test.reaches(&ana, second.id, Stage::Downloading).await;
    actions::withdraw(test.app(), &sam, first.id).await.unwrap();
    test.settled().await;
    let series = test.world.sonarr().title(show.tvdb_id).unwrap();
    assert!(series.is_monitored, "the second season is still wanted");
    test.world.downloads().finish_all();
    test.reaches(&ana, second.id, Stage::Ready).await;
    assert!(!test.world.media_server().has_episode(show.tvdb_id, 1, 1), "its download was cancelled");
    let row = test.see(&sam, first.id).await.unwrap();
    assert_eq!((row.request.stage, row.downloads.len()), (Stage::Withdrawn, 0));
    test.close().await;
}
