//! Settings by file and by page.

use usherr::db::{servers, services, settings};
use usherr::demo::WorldOptions;
use usherr::domain::service::ServiceKind;
use usherr::domain::settings::{Asking, Registration};
use usherr::domain::sharing::Routes;
use usherr::features::settings::{file, listing};

use crate::support::TestApp;

async fn apply(test: &TestApp, text: &str) -> Result<String, String> {
    let path = std::env::temp_dir().join(format!("usherr-{}.toml", uuid::Uuid::new_v4()));
    std::fs::write(&path, text).unwrap();
    let applied = file::apply_at(test.app(), &path).await.map_err(|error| error.to_string());
    std::fs::remove_file(path).unwrap();
    applied
}

#[tokio::test]
async fn applying_the_same_file_again_changes_nothing() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let before = test.app().db.read(|conn| Ok((servers::all(conn)?, services::all(conn)?))).await.unwrap();
    apply(&test, &test.world.settings_file()).await.unwrap();
    let after = test.app().db.read(|conn| Ok((servers::all(conn)?, services::all(conn)?))).await.unwrap();
    assert_eq!(before, after);
    test.close().await;
}

#[tokio::test]
async fn what_the_file_leaves_out_is_kept_and_can_be_changed_again() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    apply(&test, "time_zone = \"Europe/Berlin\"").await.unwrap();
    let all = test.app().db.read(services::all).await.unwrap();
    assert_eq!(all.len(), 4);
    assert!(
        all.iter().all(|service| !service.from_file && service.sealed.is_some() == (service.kind != ServiceKind::Smtp))
    );
    let admin = test.as_admin().await;
    let page = admin.get("/admin/settings/general").await.is(200).has("Europe/Berlin").has("set by the settings file");
    page.lacks("id=\"time_zone\"");
    apply(&test, "").await.unwrap();
    admin.get("/admin/settings/general").await.is(200).has("id=\"time_zone\"").has("Europe/Berlin");
    test.close().await;
}

#[tokio::test]
async fn a_file_is_applied_whole_or_not_at_all() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    for wrong in ["time_zone = \"Europe/Berlin\"\nnope = 1", "base_url = \"x\"", "[smtp]\nhost = \"a\"", "="] {
        let words = apply(&test, wrong).await.unwrap_err();
        assert!(words.contains("was not applied"), "{words}");
    }
    assert_eq!(test.app().db.read(|conn| settings::get(conn, "time_zone")).await.unwrap(), None);
    test.close().await;
}

#[tokio::test]
async fn secrets_are_listed_only_when_asked_for() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let key = test.world.radarr().api_key();
    let value = |lines: Vec<listing::Line>| {
        lines.into_iter().find(|line| line.key == "radarr.Radarr.api_key").map(|line| line.value)
    };
    assert_eq!(value(listing::all(test.app(), false).await.unwrap()).as_deref(), Some("********"));
    assert_eq!(value(listing::all(test.app(), true).await.unwrap()), Some(key));
    test.close().await;
}

#[tokio::test]
async fn the_page_refuses_beside_the_field() {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let admin = test.as_admin().await;
    let fields = [
        ("base_url", "https://films.example.org/"),
        ("time_zone", "Nowhere"),
        ("default_role", "requester"),
        ("default_movie_quota", "-1"),
        ("quota_days", "0"),
        ("auto_approve", "none"),
        ("registration", "everybody"),
        ("membership_extension", "2027-03-20"),
        ("membership_extensions", "101"),
        ("asking", "everybody"),
        ("backup_keep", "91"),
    ];
    let page = admin.post("/admin/settings/general", &fields).await.is(422);
    page.has("time_zone-error")
        .has("default_movie_quota-error")
        .has("quota_days-error")
        .has("plex_sharing_routes-error")
        .has("registration-error")
        .has("backup_keep-error")
        .has("membership_extension-error")
        .has("membership_extensions-error")
        .has("asking-error")
        .has("https://films.example.org/");
    let right = [
        ("time_zone", "Europe/Berlin"),
        ("default_role", "viewer"),
        ("default_movie_quota", "5"),
        ("default_season_quota", "unlimited"),
        ("quota_days", "7"),
        ("auto_approve", "moderators"),
        ("registration", "invited"),
        ("plex_sharing_routes", "v2"),
        ("asking", "anybody"),
        ("backup_keep", "3"),
    ];
    admin.post("/admin/settings/general", &right).await.is(303);
    let own = test.app().settings().await.unwrap();
    assert_eq!((own.default_movie_quota, own.quota_days, own.backup_keep), (Some(5), 7, 3));
    assert_eq!((own.plex_sharing_routes, own.asking), (Routes::V2, Asking::Anybody));
    assert_eq!(own.registration, Registration::Invited);
    admin.get("/admin/settings/general").await.is(200).has("How sharing is asked of Plex");
    test.close().await;
}
