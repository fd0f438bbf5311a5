//! A media server against captured and hand-made answers.

use chrono::{DateTime, Utc};
use poem::Response;
use secrecy::SecretString;
use serde_json::{Value, json as value};

use super::{Seen, Upstream, class_of, fixture, html, json, say};
use crate::domain::catalog::MediaKind;
use crate::domain::fault::FaultClass;
use crate::vendor::plex_server::PlexServer;

fn plex(name: &str) -> String {
    fixture(&format!("plex/{name}"))
}

async fn world(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> (Upstream, PlexServer) {
    let upstream = Upstream::new(answer).await;
    let server = server(&upstream.base);
    (upstream, server)
}

fn server(base: &str) -> PlexServer {
    PlexServer::new(base, SecretString::from("FAKE-TOKEN"), "client-1").unwrap()
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap()
}

fn start(seen: &Seen) -> usize {
    seen.header("x-plex-container-start").parse().unwrap()
}

fn size(seen: &Seen) -> usize {
    seen.header("x-plex-container-size").parse().unwrap()
}

/// Films numbered `from..to`, the higher the number the older.
fn films(from: usize, to: usize) -> Vec<Value> {
    let film =
        |n: usize| value!({"ratingKey": n, "type": "movie", "title": format!("Film {n}"), "addedAt": 2_000_000 - n});
    (from..to).map(film).collect()
}

#[tokio::test]
async fn identity_needs_no_token_and_keeps_the_base_path() {
    let upstream = Upstream::new(|_| json(plex("pms_identity.json"))).await;
    let identity = server(&format!("{}/plex/", upstream.base)).identity().await.unwrap();
    assert_eq!((identity.machine_id.len(), identity.version.as_str()), (40, "1.42.2.10156-f737b826c"));
    assert_eq!(identity.name, None);
    let seen = upstream.only();
    assert_eq!((seen.path.as_str(), seen.header("x-plex-token")), ("/plex/identity", ""));
    assert_eq!(seen.header("x-plex-client-identifier"), "client-1");
}

#[tokio::test]
async fn capabilities_prove_the_token() {
    let (upstream, server) = world(|_| {
        json(r#"{"MediaContainer":{"size":25,"friendlyName":"Attic","machineIdentifier":"abc","version":"1.2","livetv":7}}"#)
    })
    .await;
    assert_eq!(server.capabilities().await.unwrap().name.as_deref(), Some("Attic"));
    let seen = upstream.only();
    assert_eq!((seen.path.as_str(), seen.query.as_str(), seen.header("x-plex-token")), ("/", "", "FAKE-TOKEN"));
    assert!(!format!("{server:?}").contains("FAKE-TOKEN"));
}

#[tokio::test]
async fn errors_are_web_pages_and_are_told_by_their_status() {
    let (_upstream, server) = world(|seen| match seen.path.as_str() {
        "/library/sections/401/all" => html(401, plex("pms_error_401.html")),
        "/library/sections/403/all" => html(403, plex("pms_error_403.html")),
        "/library/sections/404/all" => html(404, plex("pms_error_404.html")),
        "/library/sections/503/all" => html(503, "Plex Media Server is still starting up. Please retry later"),
        "/library/sections/400/all" => say(400, "text/plain", "The server is still starting up."),
        "/library/sections/4000/all" => html(400, "<h1>400 Bad Request</h1>"),
        "/library/sections/204/all" => say(204, "text/plain", ""),
        _ => html(200, "<html><body>a router's page</body></html>"),
    })
    .await;
    for (key, class) in [
        ("401", FaultClass::Auth),
        ("403", FaultClass::Permanent),
        ("404", FaultClass::Missing),
        ("503", FaultClass::Transient),
        ("400", FaultClass::Transient),
        ("4000", FaultClass::Permanent),
        ("204", FaultClass::Transient),
        ("200", FaultClass::Transient),
    ] {
        let fault = server.items(key, MediaKind::Movie, 0, 10).await.unwrap_err();
        assert_eq!(fault.class, class, "{key}: {}", fault.message);
        assert!(!fault.message.contains('<'));
    }
    assert_eq!(class_of(server.identity().await), FaultClass::Transient);
    assert_eq!(class_of(server.items("../x", MediaKind::Movie, 0, 10).await), FaultClass::Permanent);
}

#[tokio::test]
async fn libraries_are_listed_with_trimmed_titles() {
    let (_upstream, server) = world(|_| json(plex("library_sections.json"))).await;
    let libraries = server.libraries().await.unwrap();
    assert_eq!(libraries.len(), 14);
    let series = libraries.iter().find(|library| library.key == "2").unwrap();
    assert_eq!((series.title.as_str(), series.kind.as_str()), ("TV Series", "show"));
    assert!(libraries.iter().any(|library| library.agent == "com.plexapp.agents.none"));
}

#[tokio::test]
async fn an_empty_library_is_a_container_without_rows() {
    for empty in
        [r#"{"MediaContainer":{"size":0}}"#, r#"{"MediaContainer":{"size":"0","totalSize":"0","Metadata":null}}"#]
    {
        let (_upstream, server) = world(move |_| json(empty)).await;
        assert!(server.libraries().await.unwrap().is_empty());
        let page = server.items("1", MediaKind::Movie, 0, 50).await.unwrap();
        assert_eq!((page.items.len(), page.received, page.total), (0, 0, 0));
        assert!(server.item("1").await.unwrap().is_none());
        assert!(server.episodes_of("1").await.unwrap().is_empty());
        assert!(server.items_added_since("1", MediaKind::Movie, at(0)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn films_come_with_their_public_ids() {
    let (upstream, server) = world(|_| json(plex("library_sections_movie_all_includeGuids.json"))).await;
    let page = server.items("1", MediaKind::Movie, 1, 5).await.unwrap();
    assert_eq!((page.offset, page.received, page.total), (1, 5, 357));
    let film = &page.items[0];
    assert_eq!((film.ids.tmdb, film.ids.tvdb, film.ids.imdb.as_deref()), (Some(10_068), Some(1165), Some("tt0091635")));
    assert_eq!((film.year, film.added_at, film.is_4k), (Some(1986), at(1_560_801_795), false));
    assert_eq!(film.thumb.as_deref(), Some("/library/metadata/9881/thumb/1723182007"));
    assert!(page.items[2].is_4k);
    let seen = upstream.only();
    assert_eq!(seen.path, "/library/sections/1/all");
    assert_eq!(seen.query, "type=1&includeGuids=1&sort=addedAt%3Aasc");
    assert_eq!((start(&seen), size(&seen)), (1, 5));
}

#[tokio::test]
async fn films_without_guids_are_kept_and_series_of_old_agents_are_known() {
    let (_upstream, server) = world(|seen| match seen.query.contains("type=1") {
        true => json(plex("library_sections_movie_all_no_guids.json")),
        false => json(plex("library_sections_show_all_type2_legacy_guids.json")),
    })
    .await;
    let films = server.items("1", MediaKind::Movie, 0, 50).await;
    assert!(films.unwrap().items.iter().all(|film| film.ids.tmdb.is_none() && film.guid.is_some()));
    let series = server.items("3", MediaKind::Series, 0, 50).await.unwrap().items;
    let shape: Vec<_> = series.iter().map(|show| (show.ids.tvdb.unwrap(), show.leaf_count.unwrap())).collect();
    assert_eq!(shape, [(88_651, 26), (267_440, 99), (78_987, 24), (79_604, 29), (74_796, 393)]);
    assert!(series.iter().all(|show| show.kind == MediaKind::Series && !show.is_4k));
}

#[tokio::test]
async fn odd_types_and_odd_rows_do_no_harm() {
    let (_upstream, server) = world(|_| {
        json(r#"{"MediaContainer":{"size":"5","totalSize":5.0,"Metadata":[
            {"ratingKey":7,"type":"movie","title":"A","year":"1999","duration":"7011007.0","addedAt":"1560801795","Genre":null,
             "Media":[{"videoResolution":1080},{"videoResolution":"4K","id":"x"}],"Guid":[{},{"id":"tmdb://5"}],"originalTitle":""},
            {"ratingKey":"8","type":"movie"},
            {"type":"movie","title":"No key"},
            {"ratingKey":"9","type":"clip","title":"Trailer"},
            {"ratingKey":"10","type":"movie","title":"Bare"}]}}"#)
    })
    .await;
    let page = server.items("1", MediaKind::Movie, 0, 50).await.unwrap();
    assert_eq!((page.items.len(), page.received, page.total), (2, 5, 5));
    let film = &page.items[0];
    assert_eq!((film.rating_key.as_str(), film.year, film.duration_ms), ("7", Some(1999), Some(7_011_007)));
    assert_eq!((film.is_4k, film.ids.tmdb, film.original_title.as_deref()), (true, Some(5), None));
    assert_eq!(page.items[1].added_at, DateTime::UNIX_EPOCH);
}

#[tokio::test]
async fn a_server_may_ignore_paging() {
    let all = || {
        value!({"MediaContainer": {"size": 300, "totalSize": 300, "offset": 0, "Metadata": films(0, 300)}}).to_string()
    };
    let (_upstream, server) = world(move |_| json(all())).await;
    let first = server.items("1", MediaKind::Movie, 0, 100).await.unwrap();
    assert_eq!((first.items.len(), first.received, first.total), (300, 300, 300));
    let later = server.items("1", MediaKind::Movie, 250, 100).await.unwrap();
    assert_eq!((later.offset, later.received, later.total), (250, 50, 300));
    assert_eq!(later.items[0].rating_key, "250");
}

#[tokio::test]
async fn a_server_that_sends_the_first_page_for_every_page_is_a_fault() {
    let (_upstream, server) = world(|_| {
        json(value!({"MediaContainer": {"offset": 0, "totalSize": 300, "Metadata": films(0, 100)}}).to_string())
    })
    .await;
    assert_eq!(class_of(server.items("1", MediaKind::Movie, 100, 100).await), FaultClass::Transient);
}

#[tokio::test]
async fn a_total_may_come_in_a_header_or_not_at_all() {
    let (_upstream, server) = world(|seen| {
        let mut reply = json(value!({"MediaContainer": {"size": 2, "Metadata": films(0, 2)}}).to_string());
        if seen.path.contains("/5/") {
            reply.headers_mut().insert("x-plex-container-total-size", poem::http::HeaderValue::from_static("40"));
        }
        reply
    })
    .await;
    assert_eq!(server.items("5", MediaKind::Movie, 0, 2).await.unwrap().total, 40);
    assert_eq!(server.items("1", MediaKind::Movie, 0, 2).await.unwrap().total, 2);
}

#[tokio::test]
async fn what_is_new_is_read_until_the_cut_off() {
    let (upstream, server) = world(|seen| {
        let (from, count) = (start(seen), size(seen));
        let rows = films(from, (from + count).min(1000));
        json(value!({"MediaContainer": {"offset": from, "totalSize": 1000, "Metadata": rows}}).to_string())
    })
    .await;
    let found = server.items_added_since("1", MediaKind::Movie, at(2_000_000 - 250)).await.unwrap();
    assert_eq!(found.len(), 251);
    let seen = upstream.seen();
    assert_eq!(seen.len(), 2);
    assert!(seen[0].query.contains("sort=addedAt%3Adesc"));
    let all = server.items_added_since("1", MediaKind::Movie, at(0)).await.unwrap();
    assert_eq!(all.len(), 1000);
}

#[tokio::test]
async fn episodes_name_their_series_season_and_number() {
    let (upstream, server) = world(|_| json(plex("library_sections_show_all_type4_episodes_includeGuids.json"))).await;
    let page = server.episodes("2", 0, 5).await.unwrap();
    assert_eq!((page.received, page.total), (5, 3438));
    let first = &page.items[0];
    assert_eq!((first.rating_key.as_str(), first.show_rating_key.as_str()), ("45522", "45520"));
    assert_eq!((first.season, first.number, first.added_at), (1, 1, at(1_633_811_171)));
    assert!(upstream.only().query.starts_with("type=4&"));
}

#[tokio::test]
async fn episodes_of_one_series_are_read_page_by_page() {
    let (upstream, server) = world(|seen| match seen.path.as_str() {
        "/library/metadata/57/allLeaves" => {
            let from = start(seen);
            let row = |n: usize| value!({"ratingKey": n, "type": "episode", "parentIndex": n / 100, "index": (n % 100).to_string()});
            let rows: Vec<Value> = (from..(from + size(seen)).min(450)).map(row).collect();
            json(value!({"MediaContainer": {"offset": from, "totalSize": 450, "Metadata": rows}}).to_string())
        }
        _ => html(404, plex("pms_error_404.html")),
    })
    .await;
    let episodes = server.episodes_of("57").await.unwrap();
    assert_eq!((episodes.len(), upstream.seen().len()), (450, 3));
    let last = episodes.last().unwrap();
    assert_eq!((last.show_rating_key.as_str(), last.season, last.number), ("57", 4, 49));
    assert_eq!(episodes[0].season, 0, "specials are season 0");
    assert_eq!(class_of(server.episodes_of("58").await), FaultClass::Missing);
}

#[tokio::test]
async fn dateless_and_pseudo_rows_are_no_episodes() {
    let (_upstream, server) = world(|_| {
        json(r#"{"MediaContainer":{"size":4,"Metadata":[
            {"title":"All episodes"},{"ratingKey":"1","type":"episode","parentIndex":2026,"title":"News of today"},
            {"ratingKey":"2","type":"season","index":1},{"ratingKey":"3","type":"episode","parentIndex":"1","index":2}]}}"#)
    })
    .await;
    let episodes = server.episodes_of("57").await.unwrap();
    assert_eq!(episodes.iter().map(|episode| episode.rating_key.as_str()).collect::<Vec<_>>(), ["3"]);
}

#[tokio::test]
async fn one_title_is_there_or_not() {
    let (_upstream, server) = world(|seen| match seen.path.as_str() {
        "/library/metadata/9881" => json(plex("library_sections_movie_all_includeGuids.json")),
        "/library/metadata/2" => json(r#"{"MediaContainer":{"size":0,"Metadata":[]}}"#),
        _ => html(404, plex("pms_error_404.html")),
    })
    .await;
    assert_eq!(server.item("9881").await.unwrap().unwrap().ids.tmdb, Some(10_068));
    assert!(server.item("2").await.unwrap().is_none());
    assert!(server.item("3").await.unwrap().is_none());
    assert_eq!(class_of(server.item("1,2").await), FaultClass::Permanent);
}

#[tokio::test]
async fn pictures_go_through_the_transcoder() {
    let (upstream, server) = world(|seen| match seen.query.contains("%2F1%2F") {
        true => say(200, "image/jpeg", vec![1, 2, 3]),
        false => html(200, "<html/>"),
    })
    .await;
    let image = server.image("/library/metadata/1/thumb/177", 300, 450).await.unwrap();
    assert_eq!((image.content_type.as_str(), image.bytes.len()), ("image/jpeg", 3));
    let seen = upstream.only();
    assert_eq!(seen.path, "/photo/:/transcode");
    assert_eq!(seen.query, "url=%2Flibrary%2Fmetadata%2F1%2Fthumb%2F177&width=300&height=450&minSize=1&upscale=1");
    assert_eq!(seen.header("x-plex-token"), "FAKE-TOKEN");
    assert_eq!(class_of(server.image("/library/metadata/2/thumb/1", 1, 1).await), FaultClass::Permanent);
    for foreign in ["http://evil/x", "//evil/x", "/../etc", "x", "/a?X-Plex-Token=1", "/a\\b", ""] {
        assert_eq!(class_of(server.image(foreign, 1, 1).await), FaultClass::Permanent, "{foreign}");
    }
    assert_eq!(upstream.seen().len(), 2);
}
