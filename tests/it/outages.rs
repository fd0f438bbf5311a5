//! Every service in every kind of trouble: nothing is lost, nothing is taken away, it is told, and what was waiting goes on
//! once the service is back. That no page waits for any of it meanwhile is tested by `faults`.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::{outbox, services, shares};
use usherr::demo::World;
use usherr::demo::fault::{Fault, Faults};
use usherr::demo::journal::Journal;
use usherr::demo::mail::MailFault;
use usherr::domain::jobs::{JobName, Run, RunState};
use usherr::domain::people::Role;
use usherr::domain::request::Stage;

use super::support::patience::until;
use super::support::requests::{a_film, a_series};
use super::support::world::{films_to_ask_for, subjects};
use super::support::{Browser, TestApp};

/// Nothing listens (none), or it answers badly.
type Trouble = Option<Fault>;

fn troubles() -> Vec<(&'static str, Trouble)> {
    vec![
        ("is down", None),
        ("hangs", Some(Fault::Hang)),
        ("talks garbage", Some(Fault::Garbage)),
        ("refuses the key", Some(Fault::Unauthorized)),
        ("wants a rest", Some(Fault::RateLimited(Some(30)))),
        ("wants a rest and says not how long", Some(Fault::RateLimited(None))),
        ("is away", Some(Fault::Status(503))),
        ("is broken", Some(Fault::Status(500))),
        ("has a broken proxy", Some(Fault::Status(502))),
        ("hangs up", Some(Fault::DropConnection)),
    ]
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Host {
    Radarr,
    Sonarr,
    Qbittorrent,
    Plex,
    PlexTv,
}

impl Host {
    /// As its health is listed.
    fn name(self) -> &'static str {
        match self {
            Host::Radarr => "Radarr",
            Host::Sonarr => "Sonarr",
            Host::Qbittorrent => "qBittorrent",
            Host::Plex => "The Back Row",
            Host::PlexTv => "plex.tv",
        }
    }

    fn faults(self, world: &World) -> Faults {
        match self {
            Host::Radarr => world.radarr().faults().clone(),
            Host::Sonarr => world.sonarr().faults().clone(),
            Host::Qbittorrent => world.qbittorrent().faults().clone(),
            Host::Plex => world.media_server().faults().clone(),
            Host::PlexTv => world.plex_tv().faults().clone(),
        }
    }

    fn journal(self, world: &World) -> &Journal {
        match self {
            Host::Radarr => world.radarr().journal(),
            Host::Sonarr => world.sonarr().journal(),
            Host::Qbittorrent => world.qbittorrent().journal(),
            Host::Plex => world.media_server().journal(),
            Host::PlexTv => world.plex_tv().journal(),
        }
    }

    async fn down(self, world: &World) {
        match self {
            Host::Radarr => world.radarr().down().await,
            Host::Sonarr => world.sonarr().down().await,
            Host::Qbittorrent => world.qbittorrent().down().await,
            Host::Plex => world.media_server().down().await,
            Host::PlexTv => world.plex_tv().down().await,
        }
    }

    async fn up(self, world: &World) {
        match self {
            Host::Radarr => world.radarr().up().await.unwrap(),
            Host::Sonarr => world.sonarr().up().await.unwrap(),
            Host::Qbittorrent => world.qbittorrent().up().await.unwrap(),
            Host::Plex => world.media_server().up().await.unwrap(),
            Host::PlexTv => world.plex_tv().up().await.unwrap(),
        }
    }

    async fn begin(self, world: &World, trouble: &Trouble) {
        match trouble {
            None => self.down(world).await,
            Some(fault) => self.faults(world).set(fault.clone()),
        }
    }

    /// All is well again; a call that hangs is let go.
    async fn end(self, world: &World, trouble: &Trouble) {
        self.faults(world).clear();
        if *trouble == Some(Fault::Hang) {
            self.down(world).await;
        }
        if matches!(trouble, None | Some(Fault::Hang)) {
            self.up(world).await;
        }
    }

    async fn job_meanwhile(self, test: &TestApp, trouble: &Trouble, job: JobName) -> Run {
        self.begin(&test.world, trouble).await;
        self.job_until_the_end(test, trouble, job).await
    }

    /// Runs a job, then ends the trouble; of a call that hangs only its beginning is waited for.
    async fn job_until_the_end(self, test: &TestApp, trouble: &Trouble, job: JobName) -> Run {
        let calls = self.journal(&test.world).requests().len();
        let over = async {
            if *trouble == Some(Fault::Hang) {
                self.journal(&test.world).wait_for(|all| all.len() > calls).await;
                self.end(&test.world, trouble).await;
            }
        };
        let (run, ()) = tokio::join!(test.run_job(job), over);
        if *trouble != Some(Fault::Hang) {
            self.end(&test.world, trouble).await;
        }
        run
    }
}

/// What the outbox says of a title it could not send.
async fn holdup(test: &TestApp, admin: &Browser, id: i64) -> String {
    let title = admin.request(id).await;
    let id = usherr::domain::ids::RequestId(title["id"].as_i64().unwrap());
    until("it is tried once", || async {
        let found = test.app().db.read(move |conn| {
            let request = usherr::db::requests::get(conn, id)?.unwrap();
            outbox::holdup(conn, &format!("title {}", request.title))
        });
        found.await.unwrap().map(|(words, _)| words)
    })
    .await
}

async fn goes_out(test: &TestApp, host: Host, does: &str, trouble: &Trouble, what: Value) -> i64 {
    let (admin, asker) = (test.as_admin().await, test.as_role(Role::Requester).await);
    let id = asker.ask(what).await;
    test.settled().await;
    host.begin(&test.world, trouble).await;
    let calls = host.journal(&test.world).requests().len();
    admin.approve(id).await;
    if *trouble == Some(Fault::Hang) {
        host.journal(&test.world).wait_for(|all| all.len() > calls).await;
    } else {
        let words = holdup(test, &admin, id).await;
        assert!(words.contains(host.name()), "{does}: {words}");
        asker.get(&format!("/requests/{id}")).await.is(200).has("Your request is safe");
    }
    assert_eq!(admin.request(id).await["stage"], "approved", "{host:?} {does}");
    host.end(&test.world, trouble).await;
    test.settled_in_a_hurry().await;
    asker.reaches(id, "searching").await;
    id
}

#[tokio::test]
async fn a_film_goes_out_once_radarr_is_back() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    for ((does, trouble), film) in troubles().iter().zip(&films) {
        goes_out(&test, Host::Radarr, does, trouble, a_film(film)).await;
        let added = test.world.radarr().added().iter().filter(|body| body["tmdbId"] == film.tmdb_id).count();
        assert_eq!(added, 1, "Radarr {does}");
    }
    test.close().await;
}

#[tokio::test]
async fn a_series_goes_out_once_sonarr_is_back() {
    let test = TestApp::new().await;
    let shows = test.world.catalogue().shows();
    let mut shows = shows.iter().filter(|show| test.world.sonarr().title(show.tvdb_id).is_none());
    for (does, trouble) in &troubles() {
        let show = shows.next().unwrap();
        goes_out(&test, Host::Sonarr, does, trouble, a_series(show.tvdb_id, json!("first"))).await;
        let added = test.world.sonarr().added().iter().filter(|body| body["tvdbId"] == show.tvdb_id).count();
        assert_eq!(added, 1, "Sonarr {does}");
    }
    test.close().await;
}

#[tokio::test]
async fn a_film_arrives_whatever_qbittorrent_does() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let admin = test.as_admin().await;
    for ((does, trouble), film) in troubles().iter().zip(&films) {
        let id = test.approved(a_film(film)).await;
        test.world.downloads().step();
        test.world.downloads().set_progress(&film.title, 0.5);
        let run = Host::Qbittorrent.job_meanwhile(&test, trouble, JobName::DownloadsSync).await;
        assert_eq!(run.state, RunState::Succeeded, "qBittorrent {does}: {:?}", run.error);
        let request = admin.request(id).await;
        assert_eq!(request["stage"], "downloading", "qBittorrent {does}: {request}");
        test.world.downloads().finish_all();
        test.look_around().await;
        admin.reaches(id, "ready").await;
    }
    test.close().await;
}

#[tokio::test]
async fn ready_waits_for_plex_and_nothing_is_taken_away() {
    let test = TestApp::new().await;
    let films = films_to_ask_for(&test.world);
    let (admin, reader) = (test.as_admin().await, test.as_admin().await);
    for ((does, trouble), film) in troubles().iter().zip(&films) {
        let id = test.approved(a_film(film)).await;
        let there = reader.get("/api/search?q=the").await.is(200).json()["on_plex"].as_array().unwrap().len();
        Host::Plex.begin(&test.world, trouble).await;
        test.world.downloads().finish_all();
        test.run_job(JobName::DownloadsSync).await;
        let run = Host::Plex.job_until_the_end(&test, trouble, JobName::LibrarySync).await;
        assert_eq!(run.state, RunState::Failed, "Plex {does}");
        let words = run.error.unwrap();
        assert!(words.contains("Plex") && !words.contains("token="), "Plex {does}: {words}");
        let request = admin.request(id).await;
        assert_ne!(request["stage"], "ready", "Plex {does}: {request}");
        let still = reader.get("/api/search?q=the").await.is(200).json()["on_plex"].as_array().unwrap().len();
        assert_eq!(still, there, "Plex {does}: nothing is gone");
        test.look_around().await;
        admin.reaches(id, "ready").await;
    }
    test.close().await;
}

#[tokio::test]
async fn posters_do_not_hold_a_browser_up() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let home = admin.get("/").await.is(200).body;
    let home = home.replace("&amp;", "&");
    let mut posters: Vec<&str> = home.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    posters.retain(|path| path.starts_with("/images/"));
    posters.sort_unstable();
    posters.dedup();
    assert!(posters.len() > 8, "{posters:?}");
    test.world.media_server().faults().set(Fault::Status(503));
    let calls = test.world.media_server().journal().requests().len();
    for path in &posters {
        let clear = admin.get(path).await.is(200).has("GIF89a");
        assert_eq!(clear.headers["cache-control"], "no-store", "it is asked for again");
    }
    assert_eq!(test.world.media_server().journal().requests().len(), calls + 1, "a server that is away is asked once");
    test.close().await;
}

#[tokio::test]
async fn people_stay_whatever_plex_tv_does() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    let people = || async { admin.get("/api/people?per_page=1").await.is(200).json()["total"].clone() };
    let (known, accepted) = (people().await, test.app().db.read(shares::accepted).await.unwrap());
    for (does, trouble) in &troubles() {
        let run = Host::PlexTv.job_meanwhile(&test, trouble, JobName::PeopleSync).await;
        assert_eq!(run.state, RunState::Failed, "plex.tv {does}");
        assert!(run.error.is_some_and(|words| words.contains("Plex")), "plex.tv {does}");
        assert_eq!(people().await, known, "plex.tv {does}");
        assert_eq!(test.app().db.read(shares::accepted).await.unwrap(), accepted, "plex.tv {does}");
        assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded, "after plex.tv {does}");
    }
    test.close().await;
}

#[tokio::test]
async fn whoever_is_in_trouble_is_named_and_whoever_is_back_too() {
    let test = TestApp::new().await;
    let admin = test.as_admin().await;
    for host in [Host::Radarr, Host::Sonarr, Host::Qbittorrent, Host::Plex, Host::PlexTv] {
        // A refused password is not tried again by the timetable: see `services`.
        let refusals = |trouble: &Trouble| *trouble == Some(Fault::Unauthorized) && host == Host::Qbittorrent;
        for (does, trouble) in troubles().iter().filter(|(_, trouble)| !refusals(trouble)) {
            let run = host.job_meanwhile(&test, trouble, JobName::ServiceHealth).await;
            assert_eq!(run.result["down"], json!([host.name()]), "{host:?} {does}");
            let health = test.app().db.read(services::health).await.unwrap();
            let told = health.iter().find(|one| one.name == host.name()).unwrap();
            assert!(told.message.as_ref().is_some_and(|words| words.len() > 20), "{host:?} {does}: {told:?}");
            admin.get("/admin").await.is(200).has(&format!("{} is down", host.name()));
            assert_eq!(test.run_job(JobName::ServiceHealth).await.result["down"], json!([]), "after {host:?} {does}");
        }
    }
    test.close().await;
}

#[tokio::test]
async fn a_mail_waits_for_a_server_that_hangs() {
    let test = TestApp::new().await;
    let film = films_to_ask_for(&test.world).swap_remove(0);
    let admin = test.as_admin().await;
    let asker = test.signed_in(test.add_person("sam", Role::Requester).await).await;
    let id = asker.ask(a_film(&film)).await;
    test.settled().await;
    test.world.mail().set_fault(MailFault::Hang, None);
    admin.decide(id, "decline", json!({ "reason": "Not this time." })).await.is(200);
    asker.json(Method::GET, &format!("/api/requests/{id}"), Value::Null).await.is(200).has(Stage::Declined.as_str());
    test.world.mail().clear_faults();
    test.world.mail().down().await;
    test.world.mail().up().await.unwrap();
    test.settled_in_a_hurry().await;
    assert_eq!(subjects(&test.world, "sam@example.org").len(), 1);
    test.close().await;
}
