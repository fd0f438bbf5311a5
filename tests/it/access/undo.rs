//! Every change can be taken back to exactly what there was, flags and filters with it.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};
use usherr::domain::group::CEILINGS;
use usherr::domain::jobs::RunState;

use super::{apply, close, group, house, on_plex, plan, take_back, writes};

const LIBRARIES: [&str; 5] = ["Films", "Series", "Kids", "Documentaries", "4K Films"];
const PEOPLE: [&str; 9] = ["Birgit", "Dario", "Felix", "Lena", "Marek", "Priya", "Sam", "Yuki", "Teo"];

/// Groups drawn by chance, over people who hold some of the libraries each; nobody here holds all libraries as a whole,
/// for that Plex can't be told again.
#[tokio::test]
async fn what_is_taken_back_is_exactly_as_it_was() {
    for seed in 0..6_u64 {
        let mut rng = StdRng::seed_from_u64(seed);
        let test = house().await;
        let admin = test.as_admin().await;
        test.world.house().write(|house| {
            for settings in house.settings.values_mut() {
                settings.allow_subtitle_admin = rng.random();
                settings.filter_music = if rng.random() { "label=quiet".to_owned() } else { String::new() };
                settings.filter_movies =
                    if rng.random() { "contentRating=R|label=a%2Cb".to_owned() } else { String::new() };
            }
        });
        assert_eq!(test.run_job(usherr::domain::jobs::JobName::PeopleSync).await.state, RunState::Succeeded);
        let before = on_plex(&test);
        for n in 0..3 {
            let titles: Vec<&str> = LIBRARIES.iter().copied().filter(|_| rng.random()).collect();
            let members: Vec<&str> = PEOPLE.iter().copied().filter(|_| rng.random()).collect();
            let (sync, tuners) = (rng.random(), rng.random());
            let ceiling = if rng.random() { CEILINGS.choose(&mut rng).copied() } else { None };
            group(&test, &format!("Group {n}"), &titles, &members, |group| {
                (group.flags.sync, group.flags.tuners, group.ceiling) = (sync, tuners, ceiling);
            })
            .await;
        }
        let planned = plan(&admin).await["changes"].as_array().unwrap().len();
        test.world.plex_tv().journal().clear();
        let (batch, run) = apply(&test, &admin, Value::Null).await;
        assert_eq!(run.state, RunState::Succeeded, "seed {seed}: {:?}", run.error);
        assert!(writes(&test).len() <= planned, "seed {seed}: {} writes for {planned} changes", writes(&test).len());
        assert_eq!(plan(&admin).await["changes"], json!([]), "seed {seed}");
        if planned > 0 {
            assert_ne!(on_plex(&test), before, "seed {seed}");
            let run = take_back(&test, &admin, &batch["id"]).await;
            assert_eq!(run.state, RunState::Succeeded, "seed {seed}: {:?}", run.error);
        }
        assert_eq!(on_plex(&test), before, "seed {seed}");
        close(test).await;
    }
}

#[tokio::test]
async fn who_had_all_libraries_gets_them_back_by_name_and_nothing_differs() {
    let test = house().await;
    let admin = test.as_admin().await;
    test.world.house().write(|house| {
        let yuki = house.accounts.iter().find(|one| one.title == "Yuki Park").unwrap().id;
        house.shares.iter_mut().find(|share| share.account_id == Some(yuki)).unwrap().all_libraries = true;
    });
    assert_eq!(test.run_job(usherr::domain::jobs::JobName::PeopleSync).await.state, RunState::Succeeded);
    let before = on_plex(&test);
    group(&test, "Films only", &["Films"], &["Yuki"], |_| {}).await;
    let (batch, run) = apply(&test, &admin, Value::Null).await;
    assert_eq!(run.state, RunState::Succeeded);
    assert_ne!(on_plex(&test), before);
    assert_eq!(take_back(&test, &admin, &batch["id"]).await.state, RunState::Succeeded);
    assert_eq!(on_plex(&test), before);
    assert_eq!(plan(&admin).await["drift"], json!([]));
    close(test).await;
}
