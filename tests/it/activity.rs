//! The record: filtered, turned, exported.

use usherr::db;
use usherr::demo::WorldOptions;
use usherr::domain::activity::{ActivityKind, NewEntry};
use usherr::domain::people::Role;

use crate::support::TestApp;

async fn house() -> TestApp {
    let house = TestApp::unsynced(WorldOptions::test()).await;
    let ana = house.add_person("ana", Role::Moderator).await;
    let dario = house.add_person("dario", Role::Requester).await;
    let now = house.app().now();
    house
        .app()
        .db
        .write(move |tx| {
            for n in 0..60 {
                let entry = NewEntry::new(ActivityKind::SignedIn, format!("visitor {n}"));
                db::activity::record(tx, &entry, now - chrono::TimeDelta::days(3))?;
            }
            let approved =
                NewEntry::new(ActivityKind::RequestApproved, "=Nine \"Winters\"").by(ana, "Ana").about(dario);
            db::activity::record(tx, &approved, now)?;
            let role = NewEntry::new(ActivityKind::RoleChanged, "Dario").by(ana, "Ana").about(dario);
            db::activity::record(tx, &role.change("viewer", "requester"), now)
        })
        .await
        .unwrap();
    house
}

#[tokio::test]
async fn the_record_is_filtered_and_turned_by_its_address() {
    let house = house().await;
    let auditor = house.as_role(Role::Auditor).await;
    let first = auditor.get("/admin/activity").await.is(200);
    first.has("1 to 50 of").has("page=2").has("viewer").has("requester");
    auditor.get("/admin/activity?page=2").await.is(200).has("visitor 1<");
    let one = auditor.get("/admin/activity?kind=request_approved&since=&until=").await.is(200);
    one.has("1 entry match").has("for dario").lacks("visitor");
    let day = (house.app().now() - chrono::TimeDelta::days(3)).format("%Y-%m-%d");
    auditor.get(&format!("/admin/activity?since={day}&until={day}")).await.is(200).has("of 60").lacks("Winters");
    auditor.get("/admin/activity?since=2001-01-01&until=2001-01-01").await.is(200).has("Nothing like that");
    for nonsense in ["kind=dance", "person=x", "since=yesterday", "page=x"] {
        auditor.get(&format!("/admin/activity?{nonsense}")).await.is(400);
    }
    house.close().await;
}

#[tokio::test]
async fn the_export_holds_the_same_and_no_formula() {
    let house = house().await;
    let moderator = house.as_role(Role::Moderator).await;
    let csv = moderator.get("/admin/activity.csv?kind=request_approved").await.is(200);
    let csv = csv.has("\"at\",\"kind\",\"actor\"").has("\"'=Nine \"\"Winters\"\"\"").lacks("visitor");
    assert_eq!(csv.body.lines().count(), 2);
    let all = moderator.get("/admin/activity.csv").await.is(200);
    assert!(all.body.lines().count() > 60);
    house.close().await;
}

#[tokio::test]
async fn a_program_reads_the_record() {
    let house = house().await;
    let admin = house.as_admin().await;
    let found = admin.get("/api/activity?kind=request_approved&per_page=1").await.is(200).json();
    assert_eq!(found["items"][0]["sentence"], "Ana approved =Nine \"Winters\" for dario");
    assert_eq!((&found["total"], &found["per_page"]), (&1.into(), &1.into()));
    let far = "since=%2B200000-01-01T00:00:00Z";
    for nonsense in ["kind=dance", "since=yesterday", far, "per_page=101", "page=0"] {
        admin.get(&format!("/api/activity?{nonsense}")).await.is(400);
    }
    house.close().await;
}
