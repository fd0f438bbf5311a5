//! Killed between any two steps, the guest goes on where they were.

use std::net::SocketAddr;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use secrecy::SecretString;
use serde_json::json;
use usherr::app::services::person_place;
use usherr::crypto::token_hash;
use usherr::db::{self, Db};
use usherr::domain::guest::Guest;
use usherr::domain::people::PlexAccount;
use usherr::web::cookies;

use super::{TestApp, house, invite, share};
use crate::support::Browser;
use crate::support::child::{self, Running};
use crate::support::house::Estate;
use crate::support::patience::{LOOKS, beats};

const DEATHS: usize = 12;

struct Doorway {
    estate: Estate,
    addr: SocketAddr,
    db: Db,
}

impl Doorway {
    async fn open(&self, kill_at: Option<u64>) -> Option<Running> {
        let mut command = child::of(&self.estate.config);
        command.env("USHERR_LISTEN", self.addr.to_string()).env("USHERR_TEST_SHARE_PACE_MS", "1");
        command.env("USHERR_LOG", "usherr=warn,usherr::config::fail_point=trace");
        if let Some(n) = kill_at {
            command.env("USHERR_TEST_KILL_AT", n.to_string());
        }
        Running::start(command).await
    }

    /// A guest comes in while the house dies at that point, and is opened again. Fail-points that were passed before and
    /// altogether, and where it died.
    async fn let_in(&self, name: &str, kill_at: Option<u64>) -> (usize, usize, Option<String>) {
        let mut died = None;
        let mut running = match self.open(kill_at).await {
            Some(running) => running,
            None => {
                died = Some("while it opened".to_owned());
                self.open(None).await.expect("it opens after a death")
            }
        };
        let before = points(&running);
        let guest = Browser::new(&format!("http://{}", self.addr)).with_cookie(cookies::GUEST, name);
        let mut beat = beats(25);
        for _ in 0..LOOKS {
            beat.tick().await;
            if !running.is_alive() {
                assert!(died.is_none(), "it died twice");
                died = Some(running.last_words().await);
                running = self.open(None).await.expect("it opens after a death");
            }
            let Ok(page) = guest.try_send(reqwest::Method::GET, "/invite/back-row", None).await else { continue };
            assert_eq!(page.status, 200, "{}", page.body);
            if page.body.contains("/invite/back-row/accept") {
                let form = Some(("application/x-www-form-urlencoded", String::new()));
                let _ = guest.try_send(reqwest::Method::POST, "/invite/back-row/accept", form).await;
            }
            let is_in = page.body.contains("The door is open");
            if is_in && self.db.read(db::outbox::counts).await.unwrap().0 == 0 && running.is_alive() {
                let after = points(&running);
                let (ended, said) = running.end().await;
                if ended.code() != Some(0) {
                    died = said.iter().find_map(|line| line.strip_prefix("fail point: ").map(str::to_owned));
                }
                return (before, after, died);
            }
        }
        panic!("{name} never comes in (died at {died:?}): {}", running.said().join("\n"));
    }
}

fn points(running: &Running) -> usize {
    running.said().iter().filter(|line| line.contains("usherr::config::fail_point")).count()
}

/// Somebody who has shown their account, with their name for a secret.
async fn greet(test: &TestApp, name: &str) {
    let account = test.world.house().write(|house| house.add_account(name, &format!("{name}@example.org")));
    let app = test.app();
    let token = app.seal(&SecretString::from(account.token), &person_place(account.id)).unwrap();
    let shown = PlexAccount {
        id: account.id,
        uuid: Some(account.uuid),
        username: account.username,
        email: account.email,
        display_name: name.to_owned(),
        thumb: None,
    };
    let (id, now) = (token_hash(name), app.now());
    let guest = Guest { account: shown, token, signed_in_at: now };
    app.db.write(move |tx| db::guests::add(tx, &id, &guest, now + chrono::TimeDelta::days(1))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_any_two_steps_the_guest_goes_on_where_they_were() {
    let test = house().await;
    // Each of them is asked into the Home, too, where that is as many as fit.
    test.world
        .house()
        .write(|house| house.accounts.iter_mut().filter(|one| one.restricted).for_each(|one| one.home = false));
    invite(&test, json!({ "uses": DEATHS + 2, "home": true })).await;
    let names: Vec<String> = (0..DEATHS + 2).map(|number| format!("guest{number}")).collect();
    for name in &names {
        greet(&test, name).await;
    }
    let estate = test.shut().await;
    let db = Db::open(&estate.config.database_url).unwrap();
    let door = Doorway { estate, addr: child::free_port(), db };
    // The first one finds a house that has to get to know Plex.
    door.let_in(&names[0], None).await;
    let (before, after, _) = door.let_in(&names[1], None).await;
    assert!(after - before > 20, "{before} to {after}");
    let seed: u64 = std::env::var("USHERR_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| rand::rng().random());
    println!("USHERR_TEST_SEED={seed}");
    let mut draw = StdRng::seed_from_u64(seed);
    let mut deaths = Vec::new();
    for name in &names[2..] {
        let point = draw.random_range(before + 1..=after);
        let (_, _, died) = door.let_in(name, Some(point as u64)).await;
        println!("point {point} of {before} to {after}: {died:?}");
        deaths.extend(died);
    }
    assert!(deaths.len() >= DEATHS / 2, "only {deaths:?}");
    let films = ["Films", "Welcome"].map(str::to_owned).to_vec();
    let home = door.estate.world.plex_tv();
    assert_eq!(home.house().read(|house| house.home_invites.len()), names.len());
    assert_eq!(home.journal().count(reqwest::Method::POST, "/api/home/users"), names.len(), "each is asked once");
    for name in &names {
        assert_eq!(door.estate.world.house().read(|house| share(house, name)), Some((films.clone(), true)), "{name}");
    }
    let invites = door.db.read(|conn| db::invites::by_code(conn, "back-row")).await.unwrap().unwrap();
    assert_eq!(usize::try_from(invites.used).unwrap(), names.len());
}
