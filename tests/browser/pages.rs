//! Every page in both themes and at both widths.

use usherr::db;
use usherr::domain::catalog::{Candidate, ExternalIds, MediaKind};
use usherr::domain::group::{Group, Rule};
use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;

use crate::audit::{problems, problems_here};
use crate::job::open_form;
use crate::stage::{Look, Stage};
use crate::support::patience::until;
use crate::support::{Browser, TestApp};
use crate::wizard;

/// Fails with all findings at once.
pub fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{} problems:\n{}", wrong.len(), wrong.join("\n"));
}

/// The path of a film's page.
pub fn film(test: &TestApp, title: &str) -> String {
    let films = test.world.catalogue().films();
    format!("/titles/movie/{}", films.iter().find(|film| film.title == title).unwrap().tmdb_id)
}

/// The path of a series' page.
fn series(test: &TestApp, title: &str) -> String {
    let shows = test.world.catalogue().shows();
    format!("/titles/series/{}", shows.iter().find(|show| show.title == title).unwrap().tvdb_id)
}

/// Asks for a film by the catalogue's title; returns the path of its parcel page.
pub async fn ask(test: &TestApp, who: &Browser, title: &str) -> String {
    let path = format!("{}/request", film(test, title));
    let typed = [("form", "request"), ("note", "For Friday evening, if it can be.")];
    // Where the service was too slow for the page, it has answered by the next try.
    until("the form is taken", || async {
        let reply = who.post(&path, &typed).await;
        (reply.status != 503).then(|| reply.is(303).location().to_owned())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_portal_is_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let (priya, mara) = (test.as_plex("priya").await, test.as_admin().await);
    let asked = ask(&test, &priya, "Kestrel").await;
    let moving = ask(&test, &priya, "Velvet Static").await;
    mara.post(&format!("/admin{moving}/approval"), &[]).await.is(303);
    test.settled().await;
    let stuck = ask(&test, &priya, "Saffron Road 2").await;
    let roots = std::mem::take(&mut test.world.radarr().base().common().options.roots);
    mara.post(&format!("/admin{stuck}/approval"), &[]).await.is(303);
    test.settled().await;
    test.world.radarr().base().common().options.roots = roots;
    priya.get(&stuck).await.is(200).has("Your request is safe");
    let declined = ask(&test, &priya, "The Midnight Ferry").await;
    mara.post(&format!("/admin{declined}/decline"), &[("why", "no_room"), ("reason", "In spring.")]).await.is(303);
    test.world.downloads().step();
    test.world.downloads().set_progress("Velvet Static", 0.4);
    let window = stage.window(&test.url(), Look::DESK).await;
    let mut wrong = problems(&window, &["/login"]).await;
    window.come_in(&priya).await;
    let (series, film) = (series(&test, "Harbour Lights"), film(&test, "Low Orbit Blues"));
    let paths = [
        "/",
        "/search",
        "/search?q=harbour",
        "/search?q=nothing+like+that",
        &film,
        &series,
        &format!("{film}/request"),
        &format!("{series}/request"),
        "/requests",
        &asked,
        &moving,
        &stuck,
        &declined,
        &format!("{asked}/withdrawal"),
        "/me",
        "/no/such/page",
    ];
    wrong.extend(problems(&window, &paths).await);
    window.open(&series).await;
    open_form(&window, "Request more").await;
    window.part("dialog[open] #send-request").await;
    wrong.extend(problems_here(&window, "the request dialog").await);
    none(&wrong);
    window.close().await;
    test.close().await;
}

/// Longer than anybody needs, without a place to break, from right to left, and beyond the usual letters.
const ODD: &str = "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch🎬🍿👩‍👩‍👧‍👦שלוםמרחבאАбвгдеёжз<b>&amp;\"'";

/// As if Radarr had another name for a film.
async fn rename(test: &TestApp, film: &str, title: &str) {
    let films = test.world.catalogue().films();
    let tmdb = films.iter().find(|known| known.title == film).unwrap().tmdb_id;
    let candidate = Candidate {
        kind: MediaKind::Movie,
        ids: ExternalIds { tmdb: Some(tmdb), ..ExternalIds::default() },
        title: title.to_owned(),
        original_title: Some(title.to_owned()),
        year: Some(2026),
        overview: Some(title.repeat(10)),
        poster: None,
        certification: None,
        genres: vec![title.to_owned()],
        runtime_minutes: None,
        status: None,
        network: Some(title.to_owned()),
        in_cinemas: None,
        digital_release: None,
        physical_release: None,
        first_aired: None,
        seasons: Vec::new(),
        arr_id: None,
        monitored: false,
        has_file: false,
    };
    let now = test.app().now();
    let renamed = move |tx: &mut db::Tx<'_>| db::titles::upsert_from_candidate(tx, &candidate, now);
    test.app().db.write(renamed).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_words_and_empty_houses_fit_a_phone() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let mara = test.as_admin().await;
    let id = test.add_person(ODD, Role::Requester).await;
    test.add_person(&"w".repeat(100), Role::Requester).await;
    let odd = test.signed_in(id).await;
    let mut wrong = Vec::new();
    let window = stage.window(&test.url(), Look::PHONE).await;
    window.come_in(&odd).await;
    wrong.extend(problems(&window, &["/", "/requests", "/me", &format!("/search?q={}", "x".repeat(200))]).await);
    let path = format!("{}/request", film(&test, "Kestrel"));
    let note = ODD.repeat(5);
    let asked = odd.post(&path, &[("form", "request"), ("note", &note)]).await.is(303).location().to_owned();
    rename(&test, "Kestrel", ODD).await;
    wrong.extend(problems(&window, &[&asked, "/requests", "/", &film(&test, "Kestrel")]).await);
    window.come_in(&mara).await;
    let person = format!("/admin/people/{id}");
    let decline = format!("/admin{asked}/decline");
    let paths = ["/admin", "/admin/requests", &asked, &decline, "/admin/people", &person, "/admin/activity"];
    wrong.extend(problems(&window, &paths).await);
    let name: String = ODD.chars().take(60).collect();
    let group = group(&mara, &name).await;
    let paths = ["/admin/groups", &group, &format!("{group}/members"), &format!("{group}/removal")];
    wrong.extend(problems(&window, &paths).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}

/// A group with something of everything; returns its path.
async fn group(who: &Browser, name: &str) -> String {
    let typed = [
        ("name", name),
        ("note", name),
        ("libraries", "1"),
        ("libraries", "2"),
        ("movies", "yes"),
        ("movie_quota", "5"),
        ("ceiling", "12"),
        ("from", "2020-01-01T00:00"),
        ("day", "0"),
        ("opens", "16:00"),
        ("closes", "20:00"),
        ("rules", "role:requester"),
        ("for_newcomers", "yes"),
    ];
    who.post("/admin/groups/new", &typed).await.is(303);
    let list = who.get("/api/groups").await.is(200).json();
    let path = format!("/admin/groups/{}", list["items"].as_array().unwrap().last().unwrap()["id"]);
    who.post(&format!("{path}/members"), &[("add", "2"), ("add", "3")]).await.is(303);
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_office_is_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::new().await;
    let (priya, mara) = (test.as_plex("priya").await, test.as_admin().await);
    let asked = ask(&test, &priya, "Kestrel").await;
    ask(&test, &priya, "Velvet Static").await;
    let mut wrong = Vec::new();
    test.run_job(JobName::Backup).await;
    let backups = mara.get("/api/backups").await.json();
    let backup = format!("/admin/backups/{}", backups["items"][0]["name"].as_str().unwrap());
    let now = test.app().now();
    let friends = move |tx: &mut db::Tx<'_>| {
        let rules = vec![Rule::Friends];
        db::groups::save(tx, &Group { rules, ..Group::new("Friends & others") }, now)?;
        db::groups::save(tx, &Group::new("Night owls"), now)
    };
    let night = test.app().db.write(friends).await.unwrap().to_string();
    let typed = [
        ("library", "5"),
        ("until", "2099-12-01T00:00"),
        ("from-4", "18:00"),
        ("to-4", "24:00"),
        ("note", "Film night"),
    ];
    mara.post("/admin/people/4/grants", &typed).await.is(303);
    mara.post("/admin/people/4/exclusions", &[("library", "1")]).await.is(303);
    mara.post("/admin/people/4/groups", &[("group", &night)]).await.is(303);
    let window = stage.window(&test.url(), Look::DESK).await;
    window.come_in(&mara).await;
    wrong.extend(problems(&window, &["/admin/groups"]).await);
    let friends = group(&mara, "Friends").await;
    let paths = [
        "/admin",
        "/admin/requests",
        "/admin/requests?stage=ready",
        &asked,
        &format!("/admin{asked}/decline"),
        &format!("/admin{asked}/edit"),
        "/admin/people",
        "/admin/people/2",
        "/admin/groups",
        "/admin/groups/new",
        &friends,
        &format!("{friends}/members"),
        &format!("{friends}/members?show=in"),
        &format!("{friends}/removal"),
        "/admin/plan",
        "/admin/plan?by=library",
        "/admin/plan/changes",
        "/admin/people/4",
        "/admin/people/4/requests",
        "/admin/people/4/activity",
        "/admin/people/4/sessions",
        "/admin/people/1/sessions",
        "/admin/people/4/grants?library=5",
        "/admin/people/4/groups",
        "/admin/people/4/merge?find=mara",
        "/admin/people/4/split",
        "/admin/people/4/removal",
        "/admin/people?show=removed",
        "/admin/people/edit?id=1&id=2&id=4",
        "/admin/services",
        "/admin/services/add",
        "/admin/services/radarr-1",
        "/admin/settings/general",
        "/admin/backups",
        &backup,
        &format!("{backup}/removal"),
        "/admin/jobs",
        "/admin/jobs/library_sync",
        "/admin/runs/1",
        "/admin/activity",
    ];
    wrong.extend(problems(&window, &paths).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wizard_is_fit_for_everybody() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::empty().await;
    let window = stage.window(&test.url(), Look::DESK).await;
    let mut wrong = problems(&window, &["/setup/owner"]).await;
    wizard::owner(&window).await;
    wrong.extend(problems_here(&window, "/setup/plex").await);
    wizard::plex_server(&window, &test, wizard::Way::AddressAndToken).await;
    window.complaints().await;
    let paths = ["/setup/plex", "/setup/arr", "/setup/downloads", "/setup/mail", "/setup/address", "/setup/ready"];
    wrong.extend(problems(&window, &paths).await);
    none(&wrong);
    window.close().await;
    test.close().await;
}
