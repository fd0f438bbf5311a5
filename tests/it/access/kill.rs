//! Killed at any moment of an apply, the house makes the rest of it when it is back: what Plex gives then is the plan, each
//! change was written once, and nobody ever had fewer libraries than both the old and the new state give.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::{self, Db};
use usherr::domain::group::Group;
use usherr::domain::ids::{GroupId, LibraryId};
use usherr::domain::people::SessionKind;

use super::{group, house, library};
use crate::support::Browser;
use crate::support::child::{self, Running};
use crate::support::house::Estate;
use crate::support::patience::{LOOKS, beats};

const DEATHS: usize = 16;
const MEMBERS: [&str; 4] = ["Priya", "Marek", "Teo", "Yuki"];
/// What the group gives in turn.
const GIVEN: [[&str; 2]; 2] = [["Films", "Series"], ["Series", "4K Films"]];

struct Theatre {
    estate: Estate,
    addr: SocketAddr,
    admin: String,
    db: Db,
    group: Group,
    given: [Vec<LibraryId>; 2],
}

impl Theatre {
    async fn build() -> Self {
        let test = house().await;
        let id: GroupId = group(&test, "Cinema", &GIVEN[1], &MEMBERS, |_| {}).await;
        let mut given = Vec::new();
        for titles in GIVEN {
            given.push(vec![library(&test, titles[0]).await, library(&test, titles[1]).await]);
        }
        let owner = test.app().db.read(|conn| db::people::by_username(conn, "mara")).await.unwrap().unwrap();
        let admin = test.session(owner.id, SessionKind::Api).await;
        let group = test.app().db.read(move |conn| db::groups::get(conn, id)).await.unwrap().unwrap();
        let estate = test.shut().await;
        let db = Db::open(&estate.config.database_url).unwrap();
        let given = [given[0].clone(), given[1].clone()];
        Self { estate, addr: child::free_port(), admin, db, group, given }
    }

    async fn open(&self, kill_at: Option<u64>) -> Option<Running> {
        let mut command = child::of(&self.estate.config);
        command.env("USHERR_LISTEN", self.addr.to_string()).env("USHERR_TEST_SHARE_PACE_MS", "1");
        command.env("USHERR_LOG", "usherr=warn,usherr::config::fail_point=trace");
        if let Some(n) = kill_at {
            command.env("USHERR_TEST_KILL_AT", n.to_string());
        }
        Running::start(command).await
    }

    /// The group gives the other libraries from now on.
    async fn turn(&self, turn: usize) {
        let (group, now) =
            (Group { libraries: self.given[turn % 2].clone(), ..self.group.clone() }, chrono::Utc::now());
        self.db.write(move |tx| db::groups::save(tx, &group, now).map(drop)).await.unwrap();
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> Option<Value> {
        let caller = Browser::new(&format!("http://{}", self.addr))
            .with_header("authorization", format!("Bearer {}", self.admin));
        let kind = (!body.is_null()).then(|| ("application/json", body.to_string()));
        let reply = caller.try_send(method, path, kind).await.ok()?;
        Some(reply.json())
    }

    /// Applies the plan in a house that dies at that point; then sees to it in one that lives. Fail-points that were passed
    /// before and altogether, and where it died.
    async fn apply(&self, kill_at: Option<u64>) -> (usize, usize, Option<String>) {
        let mut died = None;
        let mut running = match self.open(kill_at).await {
            Some(running) => running,
            None => {
                died = Some("while it opened".to_owned());
                self.open(None).await.expect("it opens after a death")
            }
        };
        let before = points(&running);
        let mut beat = beats(25);
        for _ in 0..LOOKS {
            beat.tick().await;
            if !running.is_alive() {
                assert!(died.is_none(), "it died twice");
                died = Some(running.last_words().await);
                running = self.open(None).await.expect("it opens after a death");
            }
            let Some(plan) = self.ask(Method::GET, "/api/plan", Value::Null).await else { continue };
            if plan["changes"].as_array().is_some_and(|changes| !changes.is_empty()) {
                self.ask(Method::POST, "/api/plan/apply", json!({ "person_ids": null })).await;
                continue;
            }
            if self.db.read(db::outbox::counts).await.unwrap().0 == 0 && running.is_alive() {
                let after = points(&running);
                let (ended, said) = running.end().await;
                if ended.code() != Some(0) {
                    died = said.iter().find_map(|line| line.strip_prefix("fail point: ").map(str::to_owned));
                }
                return (before, after, died);
            }
        }
        panic!("it never ends (died at {died:?}): {}", running.said().join("\n"));
    }
}

fn points(running: &Running) -> usize {
    running.said().iter().filter(|line| line.contains("usherr::config::fail_point")).count()
}

/// Names of libraries that each member has.
fn seen(estate: &Estate) -> Vec<BTreeSet<String>> {
    estate.world.house().read(|house| {
        let of = |name: &&str| {
            let account = house.accounts.iter().find(|one| one.title.starts_with(*name)).unwrap();
            let keys = house.keys_of(house.share_of(account.id).unwrap());
            let titles = house.sections.iter().filter(|one| keys.contains(&one.key));
            titles.map(|one| one.title.trim().to_owned()).collect()
        };
        MEMBERS.iter().map(of).collect()
    })
}

fn wanted(turn: usize) -> BTreeSet<String> {
    GIVEN[turn % 2].iter().chain(&["Welcome"]).map(|title| (*title).to_owned()).collect()
}

/// Every list that was sent holds what both states give; and there is one for each member at most.
fn check_writes(estate: &Estate, turn: usize, died: Option<&str>) {
    let common: Vec<i64> = estate.world.house().read(|house| {
        let (old, new) = (wanted(turn + 1), wanted(turn));
        let both = house.sections.iter().filter(|one| {
            let title = one.title.trim().to_owned();
            old.contains(&title) && new.contains(&title)
        });
        both.map(|one| one.id).collect()
    });
    let writes: Vec<_> = estate
        .world
        .plex_tv()
        .journal()
        .requests()
        .into_iter()
        .filter(|one| one.method == poem::http::Method::PUT)
        .collect();
    assert!(writes.len() <= MEMBERS.len(), "{} writes (died at {died:?})", writes.len());
    for write in writes {
        let list = write.json()["shared_server"]["library_section_ids"].clone();
        let ids: Vec<i64> = serde_json::from_value(list).unwrap();
        assert!(common.iter().all(|id| ids.contains(id)), "{ids:?} lacks one of {common:?} (died at {died:?})");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_anywhere_the_result_is_the_plan() {
    let theatre = Theatre::build().await;
    // The first time brings everybody into step.
    theatre.turn(1).await;
    theatre.apply(None).await;
    theatre.turn(0).await;
    theatre.estate.world.plex_tv().journal().clear();
    let (before, after, _) = theatre.apply(None).await;
    assert!(after - before > 30, "{before} to {after}");
    let seed: u64 = std::env::var("USHERR_TEST_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| rand::rng().random());
    println!("USHERR_TEST_SEED={seed}");
    let mut draw = StdRng::seed_from_u64(seed);
    let mut deaths = Vec::new();
    for turn in 1..=DEATHS {
        theatre.turn(turn).await;
        theatre.estate.world.plex_tv().journal().clear();
        let point = draw.random_range(before + 1..=after);
        let (_, _, died) = theatre.apply(Some(point as u64)).await;
        println!("point {point} of {before} to {after}: {died:?}");
        assert_eq!(seen(&theatre.estate), vec![wanted(turn); MEMBERS.len()], "died at {died:?}");
        check_writes(&theatre.estate, turn, died.as_deref());
        deaths.extend(died);
    }
    assert!(deaths.len() >= DEATHS / 2, "only {deaths:?}");
}
