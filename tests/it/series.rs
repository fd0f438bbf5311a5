//! The main job for series: every scope, what is to come, season packs, half of it, and what Sonarr has already.

use serde_json::{Value, json};
use usherr::demo::catalogue::{Season, Show};

use super::support::TestApp;
use super::support::requests::{a_series, series_to_ask_for};
use super::support::world::show;

/// What is asked for, and which of a series' seasons that means.
type Wish = (Value, fn(&[i32]) -> Vec<i32>);

/// Numbers of the seasons that Sonarr watches.
fn watched(test: &TestApp, tvdb_id: i64) -> Vec<i32> {
    let series = test.world.sonarr().title(tvdb_id).expect("Sonarr has it");
    assert!(series.is_monitored);
    series.seasons.iter().filter(|(_, on)| *on).map(|(number, _)| *number).collect()
}

#[tokio::test]
async fn the_latest_season_is_the_newest_that_has_aired() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let today = test.world.catalogue().today();
    let has_aired = |season: &Season| {
        season.number > 0 && season.episodes.iter().any(|one| one.air_date.is_some_and(|day| day < today))
    };
    let announced = |show: &Show| !show.seasons.last().is_some_and(has_aired) && show.seasons.iter().any(has_aired);
    let show = test.world.catalogue().shows().into_iter().find(|show| !show.ended && announced(show));
    let show = show.expect("a series whose last season is only announced");
    test.world.sonarr().remove(show.tvdb_id);
    let latest = show.seasons.iter().filter(|season| has_aired(season)).map(|season| season.number).max().unwrap();
    let id = admin.ask(a_series(show.tvdb_id, json!("latest"))).await;
    let asked = admin.request(id).await;
    assert_eq!((&asked["scope"], &asked["seasons"]), (&json!("latest"), &json!(null)), "Sonarr's lookup has no dates");
    admin.approve(id).await;
    test.settled().await;
    let request = admin.request(id).await;
    assert_eq!(request["seasons"], json!([latest]));
    let [_, _, sent, searching, ..] = request["timeline"].as_array().unwrap().as_slice() else { panic!("{request}") };
    assert_eq!((&sent["stage"], &searching["stage"]), (&json!("sent"), &json!("searching")), "{request}");
    assert_ne!(sent["at"], searching["at"], "sent at once, its season chosen as soon as Sonarr tells");
    admin.get("/admin/activity?kind=request_sent").await.is(200).has("1 entry match");
    assert_eq!(watched(&test, show.tvdb_id), [latest]);
    assert_eq!(test.world.sonarr().added().len(), 1);
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn a_series_in_every_scope() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let shows = series_to_ask_for(&test, 3);
    assert!(shows.len() >= 4, "{} series with three seasons", shows.len());
    let wishes: [Wish; 4] = [
        (json!("all"), |all| all.to_vec()),
        (json!("first"), |all| vec![all[0]]),
        (json!("latest"), |all| vec![all[all.len() - 1]]),
        (json!([1, 3]), |all| vec![all[0], all[2]]),
    ];
    for (show, (wish, expected)) in shows.iter().zip(wishes) {
        let regular: Vec<i32> = show.seasons.iter().map(|season| season.number).filter(|number| *number > 0).collect();
        let id = test.approved(a_series(show.tvdb_id, wish.clone())).await;
        let request = admin.reaches(id, "searching").await;
        assert_eq!(request["seasons"], json!(expected(&regular)), "{wish}: {request}");
        test.world.downloads().step();
        let mut on = watched(&test, show.tvdb_id);
        on.retain(|number| *number > 0);
        assert_eq!(on, expected(&regular), "{wish} of {}", show.title);
        test.world.downloads().finish_all();
        test.look_around().await;
        admin.reaches(id, "ready").await;
        let there = test.world.media_server();
        for season in show.seasons.iter().filter(|season| season.number > 0) {
            let is_wanted = expected(&regular).contains(&season.number);
            assert_eq!(
                there.has_episode(show.tvdb_id, season.number, 1),
                is_wanted,
                "{wish}: season {}",
                season.number
            );
        }
    }
    assert_eq!(test.world.sonarr().added().len(), 4);
    test.close().await;
}

#[tokio::test]
async fn what_is_to_come_is_watched_and_nothing_else() {
    let test = TestApp::new().await;
    let small_hours = show(&test.world, "Small Hours");
    let tvdb = small_hours.tvdb_id;
    test.world.sonarr().remove(tvdb);
    let id = test.approved(a_series(tvdb, "future")).await;
    test.world.downloads().finish_all();
    test.look_around().await;
    let series = test.world.sonarr().title(tvdb).unwrap();
    let today = test.world.catalogue().today();
    for episode in series.episodes.iter().filter(|episode| episode.season > 0) {
        let to_come = episode.air_date.is_none_or(|day| day >= today);
        assert_eq!(episode.is_monitored, to_come, "season {} episode {}", episode.season, episode.number);
    }
    let request = test.as_admin().await.request(id).await;
    assert_eq!((&request["scope"], &request["stage"]), (&json!("future"), &json!("sent")), "{request}");
    test.close().await;
}

#[tokio::test]
async fn a_season_pack_is_one_download() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let show = series_to_ask_for(&test, 2).swap_remove(0);
    let id = test.approved(a_series(show.tvdb_id, json!([1]))).await;
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    assert_eq!(test.world.downloads().torrents().iter().filter(|one| one.name.contains("S01")).count(), 1);
    assert!(test.world.media_server().has_episode(show.tvdb_id, 1, 1));
    test.close().await;
}

#[tokio::test]
async fn half_of_it_is_partial_and_only_all_of_it_is_ready() {
    let test = TestApp::new().await.with_hooks().await;
    let admin = test.as_admin().await;
    let show = series_to_ask_for(&test, 2).swap_remove(0);
    let id = test.approved(a_series(show.tvdb_id, json!([1, 2]))).await;
    let downloads = test.world.downloads();
    while downloads.jobs().len() < 2 {
        assert!(downloads.step(), "two seasons, two downloads");
    }
    let second = downloads.jobs().into_iter().find(|job| job.wanted.release.name.contains("S02")).unwrap();
    assert_eq!(downloads.stall(&second.wanted.release.name), 1);
    downloads.finish_all();
    test.told().await;
    test.look_around().await;
    let half = admin.request(id).await;
    assert!(["downloading", "partial", "stuck", "grabbed"].contains(&half["stage"].as_str().unwrap()), "{half}");
    // The other half is given up: nothing is being fetched any more.
    test.world.downloads().no_release(&show.title);
    downloads.fail(&second.wanted.release.name, "no peers");
    downloads.finish_all();
    test.told().await;
    test.look_around().await;
    admin.reaches(id, "partial").await;
    test.world.downloads().releases_again(&show.title);
    let series = test.world.sonarr().title(show.tvdb_id).unwrap();
    test.world.sonarr().base().command("SeriesSearch", json!({ "seriesId": series.id }), "manual");
    downloads.finish_all();
    test.told().await;
    test.look_around().await;
    admin.reaches(id, "ready").await;
    test.settled().await;
    let ready = test.world.mail().mails().into_iter().filter(|mail| mail.subject().ends_with("is ready")).count();
    assert_eq!(ready, 1);
    test.close().await;
}

#[tokio::test]
async fn a_series_that_is_half_there_is_adopted_with_its_other_seasons() {
    let test = TestApp::new().await;
    let show = series_to_ask_for(&test, 3).swap_remove(0);
    test.world.sonarr().add_existing(show.tvdb_id, &[1], |season, _| season == 1).unwrap();
    let id = test.approved(a_series(show.tvdb_id, json!([2]))).await;
    assert_eq!(watched(&test, show.tvdb_id), [1, 2]);
    assert!(test.world.sonarr().added().is_empty());
    test.world.downloads().finish_all();
    test.look_around().await;
    test.as_admin().await.reaches(id, "ready").await;
    test.close().await;
}
