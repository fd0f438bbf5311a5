//! `usherr plan`: the same plan at the command line, with and without a server beside it.

use usherr::domain::jobs::JobName;

use super::{group, house, libraries_of, plan};
use crate::support::child;
use crate::support::house::Estate;
use crate::support::{TestApp, world};

fn plan_command(config: &usherr::config::Config, apply: bool) -> std::process::Command {
    let mut command = child::of(config);
    command.env("USHERR_TEST_SHARE_PACE_MS", "1").arg("plan");
    if apply {
        command.arg("--apply");
    }
    command
}

async fn cinema() -> TestApp {
    let test = house().await;
    group(&test, "Cinema", &["Films", "4K Films"], &["Priya", "Casper"], |group| group.flags.sync = true).await;
    test
}

#[tokio::test]
async fn it_prints_the_plan_and_carries_it_out_without_a_server() {
    let Estate { world, config, database: _database, folder: _folder } = cinema().await.shut().await;
    let shown = child::run(plan_command(&config, false)).await;
    assert_eq!(shown.code, Some(0), "{shown:?}");
    for line in ["update Priya Raman", "  - Kids", "  + 4K Films", "invite Casper Holm", "  + Downloads"] {
        assert!(shown.out.lines().any(|known| known == line), "{line}: {}", shown.out);
    }
    assert!(world.plex_tv().journal().requests().iter().all(|one| one.method == poem::http::Method::GET));
    let applied = child::run(plan_command(&config, true)).await;
    assert_eq!(applied.code, Some(0), "{applied:?}");
    let again = child::run(plan_command(&config, true)).await;
    assert_eq!((again.code, again.out.trim()), (Some(0), "Everybody on Plex has what they should have."), "{again:?}");
    let seen =
        world.house().read(|house| house.account_named("casper.holm").and_then(|one| house.share_of(one.id)).cloned());
    assert_eq!(seen.unwrap().sections.len(), 3);
    assert_eq!(world::sins(&world), Vec::<String>::new());
    world.stop().await;
}

#[tokio::test]
async fn beside_a_server_one_of_the_two_does_it_and_failure_is_an_exit_code() {
    let test = cinema().await;
    let admin = test.as_admin().await;
    let applied = child::run(plan_command(&test.config, true)).await;
    assert_eq!(applied.code, Some(0), "{applied:?}");
    assert_eq!(libraries_of(&test, "Priya Raman"), ["Films", "4K Films", "Welcome"]);
    assert_eq!(plan(&admin).await["changes"], serde_json::json!([]));
    let runs = child::run({
        let mut command = child::of(&test.config);
        command.args(["jobs", "run", "access-apply"]);
        command
    });
    assert_eq!(runs.await.code, Some(0));
    group(&test, "More", &["Kids"], &["Teo"], |_| {}).await;
    // Ended on Plex since the plan was made.
    test.world.house().write(|house| {
        let teo = house.account_named("teo").unwrap().id;
        house.shares.retain(|share| share.account_id != Some(teo));
    });
    let failed = child::run(plan_command(&test.config, true)).await;
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.err.contains("no share of"), "{failed:?}");
    assert_eq!(JobName::AccessApply.as_str(), "access_apply");
    super::close(test).await;
}
