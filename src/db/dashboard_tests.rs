//! The dashboard's queries over a small house, on the engine under test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use diesel::connection::SimpleConnection;

use super::{Desk, desk};
use crate::db::testing::fresh;
use crate::db::{Conn, Db, services};
use crate::domain::ids::ServiceId;
use crate::domain::servarr::RootFolder;
use crate::domain::service::Offers;

const SEED: &str = "
    INSERT INTO people (id, name, role, created_at, updated_at) VALUES
        (1, 'Mara', 'admin', '2026-01-01 00:00:00', '2026-01-01 00:00:00'), (2, 'Priya', 'requester', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO titles (id, kind, title, sort_title, poster, search_text, created_at, updated_at) VALUES
        (1, 'movie', 'Kestrel', 'kestrel', '/x.jpg', 'kestrel', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (2, 'series', 'Small Hours', 'small hours', NULL, 'small hours', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO services (id, kind, name, url, is_default, root_folder, created_at, updated_at) VALUES
        (1, 'radarr', 'Radarr', 'http://r', TRUE, '/movies/', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (2, 'radarr', 'Other', 'http://o', FALSE, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        (3, 'smtp', 'Post', 'mail', TRUE, NULL, '2026-01-01 00:00:00', '2026-01-01 00:00:00');
    INSERT INTO requests (id, title_id, kind, asker_id, stage, lit_stage, stage_at, created_at, updated_at,
            estimated_bytes, scope, seasons, cause, service_id) VALUES
        (1, 1, 'movie', 2, 'asked', 'asked', '2026-01-03 00:00:00', '2026-01-03 00:00:00', '2026-01-03 00:00:00', 10, NULL, NULL, NULL, NULL),
        (2, 2, 'series', 2, 'asked', 'asked', '2026-01-02 00:00:00', '2026-01-02 00:00:00', '2026-01-02 00:00:00', NULL, 'seasons', '[3]', NULL, NULL),
        (3, 2, 'series', 1, 'stuck', 'sent', '2026-01-02 00:00:00', '2026-01-02 00:00:00', '2026-01-02 00:00:00', NULL, 'all', NULL, 'no_release', NULL),
        (4, 2, 'series', 1, 'downloading', 'sent', '2026-01-02 00:00:00', '2026-01-02 00:00:00', '2026-01-02 00:00:00', NULL, 'all', NULL, NULL, NULL),
        (5, 2, 'series', 1, 'ready', 'ready', '2026-01-02 00:00:00', '2026-01-02 00:00:00', '2026-01-02 00:00:00', NULL, 'all', NULL, NULL, NULL);
    INSERT INTO requests (id, title_id, kind, asker_id, is_4k, stage, lit_stage, stage_at, created_at, updated_at, service_id)
        VALUES (6, 1, 'movie', 1, TRUE, 'approved', 'approved', '2026-01-02 00:00:00', '2026-01-02 00:00:00', '2026-01-02 00:00:00', 2);
    INSERT INTO request_follows (request_id, person_id, created_at) VALUES (1, 1, '2026-01-03 00:00:00'), (1, 2, '2026-01-03 00:00:00');
    INSERT INTO downloads (request_id, download_id, name, state, size, size_left, speed, eta, updated_at) VALUES
        (4, 'a', 'one', 'downloading', 100, 40, 7, '2026-01-05 00:00:00', '2026-01-02 00:00:00'),
        (4, 'b', 'two', 'downloading', 100, 10, NULL, '2026-01-06 00:00:00', '2026-01-02 00:00:00'),
        (5, 'c', 'old', 'importing', 100, 0, NULL, NULL, '2026-01-02 00:00:00');
    INSERT INTO outbox (kind, payload, dedupe_key, state, due_at, created_at) VALUES
        ('tell_request', '{}', 'a', 'waiting', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
        ('tell_request', '{}', 'b', 'done', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
";

async fn read() -> Desk {
    let database = fresh(|url| drop(Db::open(url).unwrap()));
    let db = Db::open(&database.url).unwrap();
    let now = "2026-01-04T12:00:00Z".parse().unwrap();
    db.write(move |tx| {
        let conn: &mut Conn = tx;
        conn.batch_execute(SEED)?;
        let folder = |path: &str, free| RootFolder { path: path.to_owned(), accessible: true, free, total: None };
        let root_folders = vec![folder("/other", Some(1.0)), folder("/movies", Some(190.0))];
        let offers = Offers { profiles: Vec::new(), root_folders, tags: Vec::new(), read_at: now };
        services::put_offers(tx, ServiceId(1), &offers)
    })
    .await
    .unwrap();
    db.read(desk).await.unwrap()
}

#[tokio::test]
async fn what_waits_comes_oldest_first_with_where_it_would_go() {
    let desk = read().await;
    let ids: Vec<i64> = desk.asked.iter().map(|request| request.id.0).collect();
    assert_eq!((ids, desk.asked_total), (vec![2, 1], 2));
    assert_eq!(desk.asked[0].seasons, [3]);
    assert_eq!(desk.asked[0].free, None, "no Sonarr is set up");
    let film = &desk.asked[1];
    assert_eq!((film.free, film.followers, film.has_poster), (Some(190.0), 1, true));
    assert_eq!(film.asker, "Priya");
    assert_eq!(desk.stuck.len(), 1);
    assert_eq!(desk.stuck[0].cause, Some(crate::domain::request::Cause::NoRelease));
}

#[tokio::test]
async fn downloads_of_one_request_count_together_and_old_ones_not_at_all() {
    let desk = read().await;
    assert_eq!(desk.fetching.len(), 1);
    let one = &desk.fetching[0];
    assert_eq!((one.size, one.size_left, one.speed), (200, 50, 7));
    assert_eq!(one.eta, Some("2026-01-06T00:00:00Z".parse().unwrap()));
}

#[tokio::test]
async fn what_is_held_up_is_counted_by_the_service_it_waits_for() {
    let desk = read().await;
    assert_eq!(desk.held.get("service:2"), Some(&1));
    assert_eq!(desk.held.get("service:1"), None);
    assert_eq!(desk.mails.get("service:3"), Some(&1));
}
