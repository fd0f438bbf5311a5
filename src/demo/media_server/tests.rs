//! plex.md section F, the media server's half.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;

use super::*;
use crate::demo::fault::Fault;
use crate::demo::household::{Household, keys};
use crate::demo::testing::{self, Reply};

const JSON: &str = "Accept: application/json";

struct Bench {
    server: MediaServer,
    house: Shared,
    catalogue: Catalogue,
}

impl Bench {
    async fn with(titles: usize) -> Bench {
        let house = Shared::new(Household::full());
        let catalogue = Catalogue::as_of(chrono::Utc::now().date_naive());
        let server = MediaServer::start(None, house.clone(), catalogue, titles).await.unwrap();
        Bench { server, house, catalogue }
    }

    fn owner(&self) -> String {
        self.house.read(|house| house.owner().unwrap().token.clone())
    }

    fn share_token(&self, name: &str) -> String {
        self.house.read(|house| house.share_of(house.account_named(name).unwrap().id).unwrap().access_token.clone())
    }

    async fn ask(&self, path: &str, token: &str, more: &[&str]) -> Reply {
        let token = format!("X-Plex-Token: {token}");
        let headers: Vec<&str> = more.iter().copied().chain([JSON, token.as_str()]).collect();
        testing::get(&format!("{}{path}", self.server.url()), &headers).await
    }

    async fn get(&self, path: &str) -> Value {
        self.ask(path, &self.owner(), &[]).await.json()["MediaContainer"].clone()
    }
}

fn rows(container: &Value) -> &[Value] {
    container["Metadata"].as_array().map_or(&[], Vec::as_slice)
}

#[tokio::test]
async fn identity_is_free_and_everything_else_wants_a_token() {
    let bench = Bench::with(12).await;
    let reply = testing::get(&format!("{}/identity", bench.server.url()), &[JSON]).await;
    assert_eq!(reply.json()["MediaContainer"]["claimed"], true);
    let xml = testing::get(&format!("{}/identity", bench.server.url()), &[]).await.text();
    assert!(xml.contains("<MediaContainer ") && xml.contains("claimed=\"1\""), "{xml}");
    let refused = testing::get(&format!("{}/", bench.server.url()), &[JSON]).await;
    assert_eq!(refused.status, 401);
    assert!(
        refused.text().contains("<h1>401 Unauthorized</h1>")
            && refused.header("content-type").unwrap().contains("html")
    );
    assert_eq!(bench.get("/").await["myPlexUsername"], "mara@example.org");
}

#[tokio::test]
async fn a_shared_persons_account_token_is_refused_and_the_servers_own_sees_its_sections_only() {
    let bench = Bench::with(60).await;
    let account = bench.house.read(|house| house.account_named("felix.brandt").unwrap().token.clone());
    assert_eq!(bench.ask("/library/sections", &account, &[]).await.status, 401);
    let token = bench.share_token("felix.brandt");
    let sections = bench.ask("/library/sections", &token, &[]).await.json();
    let seen: Vec<&str> = sections["MediaContainer"]["Directory"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect();
    assert_eq!(seen, ["1", "2", "3", "6"]);
    assert_eq!(bench.ask("/library/sections/4/all", &token, &[]).await.status, 404);
    let film = &rows(&bench.get("/library/sections/5/all").await)[0]["ratingKey"].as_str().unwrap().to_owned();
    assert_eq!(bench.ask(&format!("/library/metadata/{film}"), &token, &[]).await.status, 404);
    assert_eq!(bench.ask(&format!("/library/metadata/{film}/thumb/1"), &token, &[]).await.status, 404);
    assert_eq!(bench.ask("/status/sessions", &token, &[]).await.status, 403);
    assert_eq!(bench.get("/status/sessions").await, json!({"size": 0}));
}

#[tokio::test]
async fn pages_by_header_and_by_query_add_up_to_the_whole() {
    let bench = Bench::with(90).await;
    let path = "/library/sections/1/all?sort=addedAt:desc";
    let whole = bench.get(path).await;
    assert!(whole["totalSize"].is_null() && whole["offset"].is_null());
    let mut seen = HashSet::new();
    for start in (0..).step_by(7) {
        let headers = [format!("X-Plex-Container-Start: {start}"), "X-Plex-Container-Size: 7".to_owned()];
        let reply = bench.ask(path, &bench.owner(), &[&headers[0], &headers[1]]).await;
        let body = reply.json()["MediaContainer"].clone();
        assert_eq!(reply.header("x-plex-container-total-size"), Some(body["totalSize"].to_string()));
        assert_eq!((&body["offset"], &body["totalSize"]), (&json!(start.min(rows(&whole).len())), &whole["size"]));
        if rows(&body).is_empty() {
            break;
        }
        seen.extend(rows(&body).iter().map(|row| row["ratingKey"].as_str().unwrap().to_owned()));
    }
    assert_eq!(seen.len(), rows(&whole).len());
    let counted = bench.get("/library/sections/1/all?X-Plex-Container-Start=0&X-Plex-Container-Size=0").await;
    assert_eq!((&counted["size"], &counted["totalSize"]), (&json!(0), &whole["size"]));
    let half = bench.get("/library/sections/1/all?X-Plex-Container-Size=3").await;
    assert_eq!(half["size"], whole["size"], "size without start is not heeded");
}

#[tokio::test]
async fn paging_can_be_ignored_forced_or_without_total() {
    let bench = Bench::with(60).await;
    let path = "/library/sections/1/all?X-Plex-Container-Start=2&X-Plex-Container-Size=20";
    bench.server.set_modes(|modes| modes.page_limit = Some(5));
    assert_eq!(bench.get(path).await["size"], 5);
    bench.server.set_modes(|modes| modes.hides_total = true);
    assert!(bench.get(path).await["totalSize"].is_null());
    bench.server.set_modes(|modes| modes.ignores_paging = true);
    assert_eq!(bench.get(path).await["size"], bench.server.count(keys::FILMS));
}

#[tokio::test]
async fn guids_come_only_when_asked_for_and_always_with_single_items() {
    let bench = Bench::with(30).await;
    let plain = bench.get("/library/sections/1/all").await;
    assert!(rows(&plain).iter().all(|row| row["Guid"].is_null() && row["guid"].is_string()));
    let with = bench.get("/library/sections/1/all?includeGuids=1").await;
    let salt = bench.catalogue.find_films("salt line").remove(0);
    let keys = bench.server.film_keys(salt.tmdb_id);
    assert_eq!(keys.len(), 2, "one in Films, one in 4K");
    let row = rows(&with).iter().find(|row| keys.contains(&row["ratingKey"].as_str().unwrap().to_owned())).unwrap();
    assert_eq!(row["Guid"][1]["id"], format!("tmdb://{}", salt.tmdb_id));
    let single = bench.get(&format!("/library/metadata/{},{}", keys[0], keys[1])).await;
    assert_eq!((single["size"].as_i64(), single["Metadata"][0]["Guid"].is_array()), (Some(2), true));
    let resolutions: HashSet<&str> =
        rows(&single).iter().map(|row| row["Media"][0]["videoResolution"].as_str().unwrap()).collect();
    assert_eq!(resolutions, HashSet::from(["1080", "4k"]));
}

#[tokio::test]
async fn numbers_come_as_numbers_and_as_text() {
    let bench = Bench::with(120).await;
    let films = bench.get("/library/sections/1/all").await;
    let kinds: HashSet<bool> = rows(&films).iter().map(|row| row["duration"].is_string()).collect();
    assert_eq!(kinds.len(), 2);
    assert!(films["librarySectionID"].is_i64() && rows(&films).iter().all(|row| row["ratingKey"].is_string()));
    assert!(rows(&films).iter().any(|row| row["guid"].as_str().unwrap().starts_with("com.plexapp.agents.imdb://tt")));
}

#[tokio::test]
async fn a_series_opens_to_seasons_and_episodes() {
    let bench = Bench::with(60).await;
    let harbour = bench.catalogue.find_shows("harbour lights").remove(0);
    let key = bench.server.show_key(harbour.tvdb_id).unwrap();
    let seasons = bench.get(&format!("/library/metadata/{key}/children")).await;
    assert_eq!(rows(&seasons).iter().map(|row| row["leafCount"].as_i64().unwrap()).collect::<Vec<_>>(), [8, 10, 6]);
    let third = rows(&seasons)[2]["ratingKey"].as_str().unwrap();
    assert_eq!(rows(&bench.get(&format!("/library/metadata/{third}/children")).await).len(), 6);
    let all = bench
        .get(&format!("/library/metadata/{key}/allLeaves?X-Plex-Container-Start=20&X-Plex-Container-Size=10"))
        .await;
    assert_eq!(
        (all["totalSize"].as_i64(), all["size"].as_i64(), &rows(&all)[0]["type"]),
        (Some(24), Some(4), &json!("episode"))
    );
    let shows = bench.get("/library/sections/2/all?type=4").await;
    assert!(rows(&shows).iter().all(|row| row["type"] == "episode"));
    assert_eq!(bench.ask("/library/metadata/5", &bench.owner(), &[]).await.status, 404);
    assert_eq!(bench.ask(&format!("/library/metadata/{key}7/children"), &bench.owner(), &[]).await.status, 404);
    bench.server.set_modes(|modes| modes.missing_is_empty = true);
    assert!(rows(&bench.get("/library/metadata/5").await).is_empty());
}

#[tokio::test]
async fn an_import_shows_up_as_recently_added() {
    let bench = Bench::with(60).await;
    let before = chrono::Utc::now().timestamp();
    let kestrel = bench.catalogue.find_films("kestrel").remove(0);
    let import = Import::Film {
        tmdb_id: kestrel.tmdb_id,
        imdb_id: None,
        title: kestrel.title.clone(),
        year: kestrel.year,
        quality_4k: false,
        size: 1,
    };
    let key = bench.server.import(&import);
    assert_eq!(bench.server.import(&import), key, "the same film once more is an upgrade");
    let fresh = bench.get(&format!("/library/sections/1/all?sort=addedAt:desc&addedAt%3E={before}")).await;
    assert_eq!((fresh["size"].as_i64(), &fresh["Metadata"][0]["title"]), (Some(1), &json!("Kestrel")));
    let hours = bench.catalogue.find_shows("small hours").remove(0);
    let import = Import::Episodes {
        tvdb_id: hours.tvdb_id,
        title: hours.title.clone(),
        year: hours.year,
        season: 3,
        numbers: vec![1],
        quality_4k: false,
        size: 1,
    };
    bench.server.import(&import);
    assert!(bench.server.has_episode(hours.tvdb_id, 3, 1) && !bench.server.has_episode(hours.tvdb_id, 3, 2));
    let recent = bench.get("/library/recentlyAdded?X-Plex-Container-Start=0&X-Plex-Container-Size=2").await;
    let kinds: HashSet<&str> = rows(&recent).iter().map(|row| row["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, HashSet::from(["movie", "episode"]));
    assert!(bench.server.remove(&key) && !bench.server.remove(&key));
}

#[tokio::test]
async fn an_import_of_an_unknown_title_is_taken_at_its_word() {
    let bench = Bench::with(3).await;
    let key = bench.server.import(&Import::Episodes {
        tvdb_id: 81_189,
        title: "Somewhere Else".into(),
        year: 2008,
        season: 1,
        numbers: vec![1, 2],
        quality_4k: false,
        size: 1,
    });
    assert_eq!(rows(&bench.get(&format!("/library/metadata/{key}/allLeaves")).await).len(), 2);
    assert!(bench.server.has_episode(81_189, 1, 2));
}

#[tokio::test]
async fn the_since_filter_has_its_moods() {
    let bench = Bench::with(30).await;
    let all = bench.server.count(keys::FILMS);
    let future = chrono::Utc::now().timestamp() + 60;
    let size =
        async |spelling: &str| bench.get(&format!("/library/sections/1/all?{spelling}{future}")).await["size"].clone();
    assert_eq!((size("addedAt%3E=").await, size("addedAt%3E%3E=").await), (json!(0), json!(0)));
    bench.server.set_modes(|modes| modes.ignores_since = true);
    assert_eq!(size("addedAt%3E=").await, all);
}

#[tokio::test]
async fn images_are_images_of_the_asked_size() {
    let bench = Bench::with(9).await;
    let films = bench.get("/library/sections/1/all").await;
    let thumb = rows(&films)[0]["thumb"].as_str().unwrap();
    let raw = bench.ask(thumb, &bench.owner(), &[]).await;
    assert_eq!((raw.status, raw.header("content-type").as_deref()), (200, Some("image/png")));
    let small =
        format!("/photo/:/transcode?url={}&width=120&height=180&minSize=1&upscale=1", thumb.replace('/', "%2F"));
    let small = bench.ask(&small, &bench.owner(), &[]).await;
    assert_eq!(small.body.get(16..20).unwrap(), 120_u32.to_be_bytes());
    let evil = "/photo/:/transcode?url=http%3A%2F%2Fexample.org%2Fx.png&width=1&height=1";
    assert_eq!(bench.ask(evil, &bench.owner(), &[]).await.status, 400);
}

#[tokio::test]
async fn starting_answers_503_and_faults_come_and_go() {
    let bench = Bench::with(3).await;
    bench.server.set_modes(|modes| modes.starting = true);
    let reply = bench.ask("/identity", &bench.owner(), &[]).await;
    assert!(reply.status == 503 && reply.text().contains("still starting up"));
    bench.server.set_modes(|modes| modes.starting = false);
    bench.server.faults().set_for("/library", None, Fault::Status(502), Some(1));
    assert_eq!(bench.ask("/library/sections", &bench.owner(), &[]).await.status, 502);
    assert_eq!(bench.ask("/library/sections", &bench.owner(), &[]).await.status, 200);
}

#[tokio::test]
async fn xml_names_films_and_series_by_their_elements() {
    let bench = Bench::with(30).await;
    let token = format!("X-Plex-Token: {}", bench.owner());
    let films = testing::get(&format!("{}/library/sections/1/all", bench.server.url()), &[&token]).await.text();
    assert!(films.contains("<Video ") && films.contains("<Genre tag="));
    let shows = testing::get(&format!("{}/library/sections/2/all", bench.server.url()), &[&token]).await.text();
    assert!(shows.contains("<Directory ") && !shows.contains("<Video "));
}

#[tokio::test]
async fn a_large_library_pages_and_holds_its_count() {
    let bench = Bench::with(20_000).await;
    let counts: Vec<usize> =
        [keys::FILMS, keys::SERIES, keys::KIDS, keys::DOCUMENTARIES].map(|key| bench.server.count(key)).into();
    assert_eq!(counts.iter().sum::<usize>(), 20_000);
    let total = counts[0];
    let path = format!(
        "/library/sections/1/all?sort=addedAt:desc&X-Plex-Container-Start={}&X-Plex-Container-Size=50",
        total - 10
    );
    let last = bench.get(&path).await;
    assert_eq!((last["size"].as_i64(), last["totalSize"].as_u64()), (Some(10), Some(total as u64)));
    let newest =
        bench.get("/library/sections/1/all?sort=addedAt:desc&X-Plex-Container-Start=0&X-Plex-Container-Size=1").await;
    assert_eq!(rows(&newest)[0]["title"], "The Salt Line");
}
