//! The sync against the simulated media server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Duration;

use super::sync;
use crate::app::services::server_place;
use crate::db::libraries::{self, Library};
use crate::db::{copies, home_tests as testing, servers, titles};
use crate::demo::fault::Fault;
use crate::demo::import::Import;
use crate::domain::catalog::{ExternalIds, MediaKind};
use crate::domain::effect::Effect;
use crate::domain::ids::ServerId;
use crate::domain::jobs::JobName;
use crate::domain::people::{Role, Sight};
use crate::domain::request::Stage;
use crate::domain::service::Server;
use crate::error::Outcome;
use crate::features::testing::{TestHouse, house};

async fn sync(house: &TestHouse) -> Outcome<serde_json::Value> {
    let run = house.run(JobName::LibrarySync).await;
    let result = sync::run(run.clone()).await;
    house.finish(run).await;
    result
}

async fn shelf(house: &TestHouse) -> Vec<Library> {
    house.app.db.read(|conn| libraries::of_server(conn, ServerId(1))).await.unwrap()
}

async fn has_film(house: &TestHouse, tmdb: i64) -> bool {
    house
        .app
        .db
        .read(move |conn| {
            let ids = ExternalIds { tmdb: Some(tmdb), ..ExternalIds::default() };
            match titles::find(conn, MediaKind::Movie, &ids)? {
                Some(title) => copies::visible(conn, title.id, &Sight::EVERYTHING),
                None => Ok(false),
            }
        })
        .await
        .unwrap()
}

#[tokio::test]
async fn a_first_sync_copies_everything_and_the_second_finds_nothing_new() {
    let house = house(60).await;
    let first = sync(&house).await.unwrap();
    assert!(first["added"].as_u64().unwrap() > 60, "{first}");
    let libraries = shelf(&house).await;
    assert!(libraries.iter().any(|library| library.kind == "show" && library.episode_total.unwrap() > 0));
    for library in libraries.iter().filter(|library| library.media().is_some()) {
        assert!(library.full_sync_at.is_some() && library.pass_total.is_none(), "{library:?}");
        let section = library.key.parse().unwrap();
        assert_eq!(library.last_total.unwrap() as usize, house.world.media_server().count(section));
    }
    let second = sync(&house).await.unwrap();
    assert_eq!((&second["added"], &second["removed"]), (&0.into(), &0.into()), "{second}");
    let passes = |libraries: &[Library]| libraries.iter().map(|library| library.pass).collect::<Vec<_>>();
    assert_eq!(passes(&libraries), passes(&shelf(&house).await), "what is known is not read again");
    assert!(house.world.tokens_in_addresses().is_empty());
}

#[tokio::test]
async fn something_is_gone_only_after_two_complete_passes() {
    let house = house(20).await;
    sync(&house).await.unwrap();
    let film = house.world.catalogue().films().into_iter().find(|film| film.on_plex).unwrap();
    for key in house.world.media_server().film_keys(film.tmdb_id) {
        house.world.media_server().remove(&key);
    }
    sync(&house).await.unwrap();
    assert!(has_film(&house, film.tmdb_id).await, "one pass proves nothing");
    sync(&house).await.unwrap();
    assert!(!has_film(&house, film.tmdb_id).await);
}

#[tokio::test]
async fn a_server_that_does_not_answer_changes_nothing() {
    let house = house(20).await;
    sync(&house).await.unwrap();
    let film = house.world.catalogue().films().into_iter().find(|film| film.on_plex).unwrap();
    for fault in [Fault::Status(503), Fault::Garbage, Fault::Unauthorized, Fault::DropConnection] {
        house.world.media_server().faults().set(fault);
        assert!(sync(&house).await.is_err());
        assert!(sync(&house).await.is_err());
        house.world.media_server().faults().clear();
    }
    assert!(has_film(&house, film.tmdb_id).await);
    sync(&house).await.unwrap();
    assert!(has_film(&house, film.tmdb_id).await);
}

/// An address may be given to another machine.
#[tokio::test]
async fn another_server_at_the_same_address_is_not_believed() {
    let house = house(20).await;
    sync(&house).await.unwrap();
    let film = house.world.catalogue().films().into_iter().find(|film| film.on_plex).unwrap();
    for key in house.world.media_server().film_keys(film.tmdb_id) {
        house.world.media_server().remove(&key);
    }
    let ours = house.world.house().write(|world| std::mem::replace(&mut world.machine_id, "somebody else".to_owned()));
    for _ in 0..2 {
        let refusal = sync(&house).await.unwrap_err().to_string();
        assert!(refusal.contains("Another Plex server"), "{refusal}");
    }
    assert!(has_film(&house, film.tmdb_id).await, "what it lists proves nothing");
    house.world.house().write(|world| world.machine_id = ours);
    sync(&house).await.unwrap();
    sync(&house).await.unwrap();
    assert!(!has_film(&house, film.tmdb_id).await);
}

/// Written twice into a settings file, once by name and once by number.
#[tokio::test]
async fn the_same_server_under_a_second_address_is_read_once() {
    let house = house(20).await;
    sync(&house).await.unwrap();
    let name = "The Front Row".to_owned();
    let ours = house.app.db.read(servers::all).await.unwrap().remove(0);
    let token = house.app.token_of(&ours).unwrap();
    let sealed = house.app.seal(&token, &server_place(&name)).unwrap();
    let twin = Server { id: ServerId(0), name, machine_id: None, sealed, ..ours };
    let now = house.app.now();
    house.app.db.write(move |tx| servers::save(tx, &twin, 1, now)).await.unwrap();
    let refusal = sync(&house).await.unwrap_err().to_string();
    assert!(refusal.starts_with("This is the same Plex server as The Back Row."), "{refusal}");
    let libraries = house.app.db.read(|conn| libraries::of_server(conn, ServerId(2))).await.unwrap();
    assert!(libraries.is_empty(), "{libraries:?}");
}

#[tokio::test]
async fn a_sync_that_was_cut_off_goes_on_where_it_was() {
    let house = house(600).await;
    let faults = house.world.media_server().faults();
    // The first page comes, then nothing more does.
    faults.set_for("/library/sections/1/all", None, Fault::Status(503), None);
    faults.set_for("/library/sections/1/all", None, Fault::Slow(Duration::ZERO), Some(1));
    assert!(sync(&house).await.is_err());
    let films = |libraries: Vec<Library>| libraries.into_iter().find(|library| library.key == "1").unwrap();
    let cut = films(shelf(&house).await);
    assert!(cut.cursor == 200 && cut.pass_total.is_some_and(|total| total > 200), "the pass stays open: {cut:?}");
    faults.clear();
    sync(&house).await.unwrap();
    let done = films(shelf(&house).await);
    assert_eq!(done.pass, cut.pass, "the same pass went on");
    assert!(done.full_sync_at.is_some() && done.last_total == cut.pass_total);
}

#[tokio::test]
async fn whoever_waits_hears_of_each_arrival() {
    let house = house(20).await;
    sync(&house).await.unwrap();
    let asker = house.person("Ana", Role::Requester, None).await;
    let show = house.world.catalogue().shows().into_iter().find(|show| !show.on_plex()).unwrap();
    let candidate = house.candidate_series(show.tvdb_id).await;
    let now = house.app.now();
    let title = house
        .app
        .db
        .write(move |tx| {
            let title = titles::upsert_from_candidate(tx, &candidate, now)?;
            testing::ask(tx, title, MediaKind::Series, asker.id, Stage::Searching, now)?;
            Ok(title)
        })
        .await
        .unwrap();
    let import = |numbers: &[i32]| Import::Episodes {
        tvdb_id: show.tvdb_id,
        title: show.title.clone(),
        year: show.year,
        season: 1,
        numbers: numbers.to_vec(),
        quality_4k: false,
        size: 1,
    };
    house.world.media_server().import(&import(&[1, 2]));
    sync(&house).await.unwrap();
    let waiting = house.app.db.read(testing::waiting_effects).await.unwrap();
    assert!(waiting.contains(&Effect::TitleArrived { title }), "{waiting:?}");
    let present =
        house.app.db.read(move |conn| copies::episodes_present(conn, title, &Sight::EVERYTHING, false)).await.unwrap();
    assert_eq!(present.get(&1).map(|numbers| numbers.len()), Some(2));
    house.world.media_server().import(&import(&[3]));
    sync(&house).await.unwrap();
    let more = house.app.db.read(testing::waiting_effects).await.unwrap();
    assert!(more.len() > waiting.len(), "it is told again when more comes");
}
