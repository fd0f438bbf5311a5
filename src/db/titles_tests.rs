//! Whose words count when several tell of one title, and who sees which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::db::home_tests::{house, item, now};
use crate::db::{fresh, libraries, shelves};
use crate::domain::catalog::{PlexEpisode, PlexLibrary};
use crate::domain::ids::ServerId;
use crate::domain::people::Sight;
use crate::domain::title::{Fresh, NewSeason};

fn ids(tmdb: Option<i64>, tvdb: Option<i64>, imdb: Option<&str>) -> ExternalIds {
    ExternalIds { tmdb, tvdb, imdb: imdb.map(str::to_owned) }
}

fn candidate(kind: MediaKind, ids: ExternalIds, title: &str) -> Candidate {
    Candidate {
        kind,
        ids,
        title: title.to_owned(),
        original_title: None,
        year: Some(2023),
        overview: Some("As the lookup tells it.".to_owned()),
        poster: Some("https://image.example.org/p.jpg".to_owned()),
        certification: None,
        genres: vec!["Drama".to_owned()],
        runtime_minutes: None,
        status: Some("released".to_owned()),
        network: None,
        in_cinemas: None,
        digital_release: NaiveDate::from_ymd_opt(2027, 1, 12),
        physical_release: None,
        first_aired: None,
        seasons: Vec::new(),
        arr_id: None,
        monitored: false,
        has_file: false,
    }
}

#[tokio::test]
async fn a_lookup_fills_gaps_and_leaves_what_plex_says() {
    let (_database, db) = house().await;
    let (before, after) = db
        .write(|tx| {
            let shelf = libraries::of_server(tx, ServerId(1))?;
            let film = item("7", MediaKind::Movie, ids(None, None, Some("tt1")), "Kestrel");
            shelves::keep_items(tx, &shelf[0], &[film], now())?;
            let before = find(tx, MediaKind::Movie, &ids(None, None, Some("tt1")))?.unwrap();
            let told = candidate(MediaKind::Movie, ids(Some(5), None, Some("tt1")), "Kestrel: The Film");
            let id = upsert_from_candidate(tx, &told, now())?;
            Ok((before, get(tx, id)?.unwrap()))
        })
        .await
        .unwrap();
    assert_eq!(before.address(), format!("plex-{}", before.id));
    assert_eq!((after.id, after.title.as_str()), (before.id, "Kestrel"));
    assert_eq!(after.ids, ids(Some(5), None, Some("tt1")));
    assert_eq!(after.overview.as_deref(), Some("As Plex tells it."));
    assert_eq!((after.genres.len(), after.status.as_deref()), (1, Some("released")));
    assert_eq!(after.path(), "/titles/movie/5");
}

#[tokio::test]
async fn ids_that_disagree_are_two_titles() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let one = upsert_from_candidate(tx, &candidate(MediaKind::Movie, ids(Some(1), None, Some("tt9")), "A"), now())?;
        let two = upsert_from_candidate(tx, &candidate(MediaKind::Movie, ids(Some(2), None, Some("tt9")), "B"), now())?;
        assert_ne!(one, two);
        let series = candidate(MediaKind::Series, ids(Some(1), Some(8), None), "C");
        let series = upsert_from_candidate(tx, &series, now())?;
        assert_ne!(series, one, "a film and a series may share a TMDB id");
        let by_tmdb = find(tx, MediaKind::Series, &ids(Some(1), None, None))?;
        assert_eq!(by_tmdb.map(|title| title.id), Some(series));
        assert_eq!(by_address(tx, MediaKind::Series, "8")?.map(|title| title.id), Some(series));
        assert_eq!(by_address(tx, MediaKind::Movie, &format!("plex-{series}"))?, None);
        let wanted = [(MediaKind::Movie, ids(Some(2), None, None)), (MediaKind::Series, ids(None, Some(99), None))];
        let found = find_many(tx, &wanted)?;
        assert_eq!(found[0].as_ref().map(|title| title.id), Some(two));
        assert_eq!(found[1], None);
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_plex_has_without_ids_stays_the_same_title() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let shelf = libraries::of_server(tx, ServerId(1))?;
        let plain = item("7", MediaKind::Movie, ExternalIds::default(), "Summer at Sund");
        shelves::keep_items(tx, &shelf[2], std::slice::from_ref(&plain), now())?;
        let again = PlexItem { title: "Summer at Sund, 1988".to_owned(), ..plain.clone() };
        shelves::keep_items(tx, &shelf[2], &[again], now())?;
        let matched = PlexItem { ids: ids(Some(77), None, None), ..plain };
        shelves::keep_items(tx, &shelf[2], &[matched], now())?;
        let title = by_address(tx, MediaKind::Movie, "77")?.unwrap();
        assert_eq!((title.id, title.title.as_str()), (TitleId(1), "Summer at Sund"));
        assert_eq!(prune(tx, now() + chrono::TimeDelta::days(1), 500)?, 0, "what is on Plex is kept");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn what_nobody_asked_for_is_forgotten_in_portions() {
    let (_database, db) = house().await;
    db.write(|tx| {
        for n in 1..=5 {
            let found = candidate(MediaKind::Movie, ids(Some(900 + n), None, None), "Found once");
            upsert_from_candidate(tx, &found, now())?;
        }
        assert_eq!(prune(tx, now(), 2)?, 0, "it was found just now");
        let later = now() + chrono::TimeDelta::days(1);
        let portions = [prune(tx, later, 2)?, prune(tx, later, 2)?, prune(tx, later, 2)?, prune(tx, later, 2)?];
        assert_eq!(portions, [2, 2, 1, 0]);
        assert!(by_address(tx, MediaKind::Movie, "901")?.is_none());
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_library_is_gone_when_two_lists_lack_it() {
    let (_database, db) = house().await;
    db.write(|tx| {
        let section = |key: &str| PlexLibrary {
            key: key.to_owned(),
            title: key.to_owned(),
            kind: "movie".to_owned(),
            agent: String::new(),
        };
        let mut left = |list: &[PlexLibrary]| {
            libraries::import(tx, ServerId(1), list, now())?;
            Ok::<_, AppError>(libraries::of_server(tx, ServerId(1))?.len())
        };
        assert_eq!(left(&[section("1"), section("2")])?, 3);
        assert_eq!(left(&[section("1"), section("2")])?, 2);
        assert_eq!(left(&[section("1"), section("2"), section("3")])?, 3, "it came back");
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_series_that_grows_is_new_again() {
    let (_database, db) = house().await;
    let before = now() - chrono::TimeDelta::days(300);
    let (first, later, kept_away) = db
        .write(move |tx| {
            let shelf = libraries::of_server(tx, ServerId(1))?;
            let show = PlexItem {
                added_at: before,
                ..item("1", MediaKind::Series, ids(None, Some(410_000), None), "Harbour Lights")
            };
            let film = PlexItem {
                added_at: now() - chrono::TimeDelta::days(2),
                ..item("2", MediaKind::Movie, ids(Some(900_001), None, None), "Kestrel")
            };
            let episode = |number: i32, season: i32, at: DateTime<Utc>| PlexEpisode {
                rating_key: format!("{season}-{number}"),
                show_rating_key: "1".to_owned(),
                season,
                number,
                added_at: at,
                is_4k: false,
            };
            shelves::keep_items(tx, &shelf[0], &[film], now())?;
            shelves::keep_items(tx, &shelf[1], &[show], now())?;
            shelves::keep_episodes(tx, &shelf[1], &[episode(1, 1, before)], now())?;
            let first = fresh::newest(tx, &Sight::EVERYTHING, 12)?;
            shelves::keep_episodes(tx, &shelf[1], &[episode(1, 2, now()), episode(2, 2, now())], now())?;
            let films = Sight::of(vec![shelf[0].id]);
            Ok((first, fresh::newest(tx, &Sight::EVERYTHING, 12)?, fresh::newest(tx, &films, 12)?))
        })
        .await
        .unwrap();
    let seasons = |list: &[Fresh]| list.iter().map(|one| one.season).collect::<Vec<_>>();
    assert_eq!(seasons(&first), [None, None], "the film came later than the series");
    assert_eq!(seasons(&later), [Some(NewSeason { number: 2, episodes: 2 }), None]);
    assert_eq!(later[0].title, first[1].title);
    assert_eq!(kept_away.len(), 1, "only what one may see");
}
