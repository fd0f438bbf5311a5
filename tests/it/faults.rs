//! Each service down, hanging, answering garbage, 401, 429, 503 and worse (bar 5): no page waits for it, each says plainly
//! what is missing, and what was asked for goes out once the service is back, once.
//!
//! A hanging service never answers, and no client of ours gives up before four seconds: a page that is there `soon` did not
//! wait for it. That this is so of every address is tested by `waiting`, what happens to the work meanwhile by `outages`.

use reqwest::Method;
use serde_json::json;
use usherr::demo::World;
use usherr::demo::catalogue::Film;
use usherr::demo::fault::{Fault, Faults};
use usherr::demo::mail::MailFault;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;

use super::csp::lived_in;
use super::support::patience;
use super::support::requests::{a_film, a_series};
use super::support::world::{films_to_ask_for, show, subjects};
use super::support::{Browser, Reply, TestApp};

fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("hangs", Fault::Hang),
        ("talks garbage", Fault::Garbage),
        ("refuses the key", Fault::Unauthorized),
        ("wants a rest", Fault::RateLimited(Some(30))),
        ("is away", Fault::Status(503)),
        ("is broken", Fault::Status(500)),
        ("has a broken proxy", Fault::Status(502)),
        ("hangs up", Fault::DropConnection),
    ]
}

/// Everything between us and each service.
fn services(world: &World) -> Vec<(&'static str, Faults)> {
    vec![
        ("Radarr", world.radarr().faults().clone()),
        ("Sonarr", world.sonarr().faults().clone()),
        ("qBittorrent", world.qbittorrent().faults().clone()),
        ("Plex", world.media_server().faults().clone()),
        ("plex.tv", world.plex_tv().faults().clone()),
    ]
}

async fn soon(browser: &Browser, path: &str, what: &str) -> Reply {
    patience::soon(&format!("{path} while {what}"), browser.get(path)).await
}

#[tokio::test]
async fn no_page_waits_for_a_service() {
    let test = lived_in().await;
    let (admin, asker) = (test.as_admin().await, test.as_user("asker").await);
    // Who has asked for a title gets no form for it.
    let newcomer = test.as_role(Role::Requester).await;
    let films = films_to_ask_for(&test.world);
    let harbourmaster = show(&test.world, "Harbourmaster").tvdb_id;
    let listed = admin.get("/api/requests?per_page=100").await.is(200).json();
    let ids: Vec<i64> = listed["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap()).collect();
    let mut turn = 4;
    for (service, faults_of) in services(&test.world) {
        for (does, fault) in faults() {
            faults_of.set(fault);
            turn += 1;
            let unknown = films[turn % films.len()].tmdb_id;
            let what = format!("{service} {does}");
            // Never asked before, so nothing is remembered of it.
            let search = format!("/search/now?q=harbour%20{turn}");
            let mut pages = vec![
                "/".to_owned(),
                format!("/search?q=kestrel%20{turn}"),
                search,
                format!("/titles/movie/{unknown}"),
                format!("/titles/movie/{unknown}/request"),
                format!("/titles/series/{harbourmaster}"),
                format!("/titles/series/{harbourmaster}/request"),
                "/requests".to_owned(),
                "/me".to_owned(),
            ];
            pages.extend(ids.iter().map(|id| format!("/requests/{id}")));
            for path in &pages {
                let reader = if path.starts_with("/titles/") { &newcomer } else { &asker };
                let reply = soon(reader, path, &what).await;
                let status = reply.status.as_u16();
                // What nobody here has ever heard of can't be shown without the service; then that is said.
                let said = [502, 503].contains(&status)
                    && reply.body.contains(service)
                    && reply.body.contains("Nothing is lost");
                assert!(status == 200 || status == 404 || said, "{path} while {what}: {status}\n{}", reply.body);
            }
            let mut desk = ["/admin", "/admin/requests", "/admin/services", "/admin/jobs", "/admin/activity"]
                .map(str::to_owned)
                .to_vec();
            desk.extend(ids.iter().map(|id| format!("/admin/requests/{id}/edit")));
            desk.extend(ids.iter().map(|id| format!("/admin/requests/{id}/decline")));
            for path in &desk {
                let reply = soon(&admin, path, &what).await;
                assert!(
                    [200, 303].contains(&reply.status.as_u16()),
                    "{path} while {what}: {}\n{}",
                    reply.status,
                    reply.body
                );
            }
            faults_of.clear();
        }
    }
    test.world.mail().set_fault(MailFault::Hang, None);
    for path in ["/admin", "/admin/services", "/me", "/requests"] {
        soon(&admin, path, "the mail server hangs").await.is(200);
    }
    test.world.mail().clear_faults();
    test.settled_in_a_hurry().await;
    test.close().await;
}

#[tokio::test]
async fn nothing_there_at_all_is_no_reason_to_wait() {
    let test = lived_in().await;
    let (admin, asker) = (test.as_admin().await, test.as_user("asker").await);
    // Who has asked for a title gets no form for it.
    let newcomer = test.as_role(Role::Requester).await;
    let unknown = films_to_ask_for(&test.world)[4].tmdb_id;
    let harbourmaster = show(&test.world, "Harbourmaster").tvdb_id;
    test.world.radarr().down().await;
    test.world.sonarr().down().await;
    test.world.qbittorrent().down().await;
    test.world.media_server().down().await;
    test.world.plex_tv().down().await;
    test.world.mail().down().await;
    let parts = ["", "/request"];
    let titles =
        parts.map(|part| [format!("/titles/movie/{unknown}{part}"), format!("/titles/series/{harbourmaster}{part}")]);
    let mut pages: Vec<String> = titles.into_iter().flatten().collect();
    pages.extend(["/", "/search?q=kestrel", "/search/now?q=harbour%20all", "/requests", "/me"].map(str::to_owned));
    for path in &pages {
        let reader = if path.starts_with("/titles/") { &newcomer } else { &asker };
        let reply = soon(reader, path, "everything is down").await;
        let said = reply.status.as_u16() == 503 && reply.body.contains("Nothing is lost");
        assert!(reply.status.as_u16() == 200 || said, "{path}: {}\n{}", reply.status, reply.body);
    }
    for path in ["/admin", "/admin/requests", "/admin/services", "/admin/jobs", "/admin/people", "/admin/activity"] {
        soon(&admin, path, "everything is down").await.is(200);
    }
    test.house.close().await;
}

#[tokio::test]
async fn search_says_who_did_not_answer() {
    let test = TestApp::new().await;
    let asker = test.as_role(Role::Requester).await;
    let mut turn = 0;
    for (name, faults_of) in services(&test.world).into_iter().take(2) {
        for (does, fault) in faults() {
            faults_of.set(fault);
            turn += 1;
            let path = format!("/search/now?q=harbour%20lights%20{turn}");
            let page = soon(&asker, &path, &format!("{name} {does}")).await.is(200);
            assert!(page.body.contains(name), "{name} {does}: {}", page.body);
            // A program that searches waits longer than a page.
            let found = asker.get(&format!("/api/search?q=salt%20line%20{turn}")).await.is(200).json();
            assert_eq!(found["degraded"], json!([name.to_lowercase()]), "{name} {does}: {found}");
            faults_of.clear();
        }
    }
    let local = asker.get("/api/search?q=the%20salt%20line").await.is(200).json();
    assert_eq!(local["degraded"], json!([]), "{local}");
    test.close().await;
}

#[tokio::test]
async fn the_parcel_says_that_it_is_safe_and_the_desk_who_is_down() {
    let test = TestApp::new().await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let id = asker.ask(a_film(&film)).await;
    test.world.radarr().down().await;
    admin.approve(id).await;
    for _ in 0..2 {
        assert_eq!(test.run_job(JobName::ServiceHealth).await.state, RunState::Succeeded);
    }
    let parcel = asker.get(&format!("/requests/{id}")).await.is(200);
    parcel
        .has("does not answer")
        .has("Your request is safe and goes out as soon as it is back.")
        .lacks("refuses the connection");
    admin.get("/admin").await.is(200).has("Radarr is down");
    assert_eq!(asker.request(id).await["stage"], "approved");
    test.world.radarr().up().await.unwrap();
    test.settled_in_a_hurry().await;
    asker.reaches(id, "searching").await;
    assert_eq!(test.world.radarr().added().len(), 1);
    test.close().await;
}

#[tokio::test]
async fn a_parcel_says_that_nobody_knows_how_fast_it_comes() {
    let test = TestApp::new().await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let asker = test.as_role(Role::Requester).await;
    let id = asker.ask(a_film(&film)).await;
    test.as_admin().await.approve(id).await;
    test.settled_in_a_hurry().await;
    test.world.downloads().step();
    test.look_around().await;
    asker.reaches(id, "downloading").await;
    let page = || async { asker.get(&format!("/requests/{id}")).await.is(200) };
    page().await.lacks("does not answer");
    test.world.qbittorrent().faults().set(Fault::Status(503));
    test.run_job(JobName::ServiceHealth).await;
    page().await.has("qBittorrent does not answer. Nothing is lost; what you see here may be a little old.");
    test.world.qbittorrent().faults().clear();
    test.run_job(JobName::ServiceHealth).await;
    page().await.lacks("does not answer");
    test.close().await;
}

/// Sends a film through a fault that ends, and expects it to be added once.
async fn goes_out(test: &TestApp, film: &Film, does: &str, fault: Fault, (path, method): (&str, Method)) {
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let id = asker.ask(a_film(film)).await;
    test.settled().await;
    let faults = test.world.radarr().faults();
    faults.set_for(path, Some(method), fault, Some(1));
    let before = test.world.radarr().journal().requests().len();
    admin.approve(id).await;
    let tried = test.world.radarr().journal().wait_for(|all| all.len() > before);
    patience::at_last(&format!("a call while Radarr {does}"), tried).await;
    let request = asker.request(id).await;
    assert!(["approved", "sent", "searching"].contains(&request["stage"].as_str().unwrap()), "{does}: {request}");
    faults.clear();
    test.settled_in_a_hurry().await;
    asker.reaches(id, "searching").await;
    let added = test.world.radarr().added().iter().filter(|body| body["tmdbId"] == film.tmdb_id).count();
    assert_eq!(added, 1, "added once although Radarr {does}");
}

#[tokio::test]
async fn a_film_that_radarr_took_without_a_word_is_added_once() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let mut films = films.iter();
    for (does, fault) in [
        ("did it and hung up", Fault::AppliedThenTimeout),
        ("did it behind a broken proxy", Fault::AppliedThenStatus(502)),
        ("did it and said 500", Fault::AppliedThenStatus(500)),
        ("hung up on the add", Fault::DropConnection),
        ("had a full line", Fault::RateLimited(Some(60))),
    ] {
        goes_out(&test, films.next().unwrap(), does, fault, ("/api/v3/movie", Method::POST)).await;
    }
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn a_series_that_sonarr_took_without_a_word_is_added_once() {
    let test = TestApp::new().await;
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let shows = test.world.catalogue().shows();
    let mut shows =
        shows.iter().filter(|show| test.world.sonarr().title(show.tvdb_id).is_none() && show.seasons.len() > 1);
    for (does, fault) in [
        ("is away", Fault::Status(503)),
        ("did it and hung up", Fault::AppliedThenTimeout),
        ("did it behind a broken proxy", Fault::AppliedThenStatus(502)),
    ] {
        let show = shows.next().unwrap();
        let id = asker.ask(a_series(show.tvdb_id, json!([1]))).await;
        test.settled().await;
        test.world.sonarr().faults().set_for("/api/v3/series", Some(Method::POST), fault, Some(1));
        admin.approve(id).await;
        test.settled_in_a_hurry().await;
        asker.reaches(id, "searching").await;
        let added = test.world.sonarr().added().iter().filter(|body| body["tvdbId"] == show.tvdb_id).count();
        assert_eq!(added, 1, "added once although Sonarr {does}");
        test.world.downloads().finish_all();
        let series = test.world.sonarr().title(show.tvdb_id).unwrap();
        let on: Vec<i32> = series.seasons.iter().filter(|(_, on)| *on).map(|(number, _)| *number).collect();
        assert_eq!(on, [1], "although Sonarr {does}");
    }
    test.close().await;
}

#[tokio::test]
async fn an_outage_moves_no_request() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let admin = test.as_admin().await;
    let id = test.approved(a_film(&films[0])).await;
    test.world.downloads().step();
    test.look_around().await;
    let before = admin.request(id).await;
    for (service, faults_of) in services(&test.world).into_iter().take(4) {
        for (does, fault) in faults().into_iter().filter(|(_, fault)| *fault != Fault::Hang) {
            faults_of.set(fault);
            for job in [JobName::DownloadsSync, JobName::RequestRepair, JobName::LibrarySync] {
                test.run_job(job).await;
            }
            let now = admin.request(id).await;
            assert_eq!(now["stage"], before["stage"], "{service} {does}: {now}");
            faults_of.clear();
        }
    }
    test.world.downloads().finish_all();
    test.look_around().await;
    admin.reaches(id, "ready").await;
    test.settled_in_a_hurry().await;
    test.close().await;
}

#[tokio::test]
async fn a_mail_waits_for_its_server_and_comes_once() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let admin = test.as_admin().await;
    let asker = test.signed_in(test.add_person("sam", Role::Requester).await).await;
    let faults = [
        (MailFault::Busy, 1),
        (MailFault::Greylist, 1),
        (MailFault::AfterData(451), 1),
        (MailFault::CutBeforeAccept, 1),
        (MailFault::WrongPassword, 1),
        (MailFault::CutAfterAccept, 1),
        (MailFault::LostAccept, 2),
    ];
    for ((fault, most), film) in faults.into_iter().zip(&films) {
        let id = asker.ask(a_film(film)).await;
        test.settled_in_a_hurry().await;
        test.world.mail().set_fault(fault.clone(), Some(1));
        admin.decide(id, "decline", json!({ "reason": "Not this time." })).await.is(200);
        test.settled_in_a_hurry().await;
        test.world.mail().clear_faults();
        let declined = format!("{} ({}) was declined", film.title, film.year);
        let mails: Vec<_> =
            test.world.mail().to("sam@example.org").into_iter().filter(|mail| mail.subject() == declined).collect();
        assert!((1..=most).contains(&mails.len()), "{fault:?}: {} mails", mails.len());
        assert!(mails.iter().all(|mail| mail.message_id() == mails[0].message_id()), "{fault:?}");
        test.world.mail().clear();
    }
    test.world.mail().down().await;
    let id = asker.ask(a_film(&films[8])).await;
    admin.decide(id, "decline", json!({ "reason": "Not this time." })).await.is(200);
    test.world.mail().up().await.unwrap();
    test.settled_in_a_hurry().await;
    assert_eq!(subjects(&test.world, "sam@example.org").len(), 1);
    test.close().await;
}
