//! A signed-in page with 20 requests: reading the list, rendering it, and answering the whole request (the bar is 0.3 ms
//! of processor time). `cargo bench --bench pages`
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::hint::black_box;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use criterion::Criterion;
use poem::endpoint::BoxEndpoint;
use poem::{Endpoint, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use usherr::app::App;
use usherr::clock::Clock;
use usherr::config::{Config, Overrides};
use usherr::crypto::SessionClaims;
use usherr::db::people::NewPerson;
use usherr::db::requests::{self, ListFilter, NewRequest};
use usherr::db::{Tx, people, rights, sessions, titles};
use usherr::domain::catalog::{Candidate, ExternalIds, MediaKind};
use usherr::domain::ids::PersonId;
use usherr::domain::people::{Actor, KeyScope, Role, Session, SessionKind};
use usherr::error::Outcome;
use usherr::router;

const REQUESTS: i64 = 20;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (app, actor, token) = runtime.block_on(house(folder.path()));
    let endpoint = router::endpoint(app.clone());
    let ask = |path: &'static str| runtime.block_on(answer(&endpoint, &token, path));
    let whole = ask("/requests?show=all");
    assert_eq!(whole.matches("You asked").count(), usize::try_from(REQUESTS).unwrap(), "{whole}");

    let mut criterion = Criterion::default().configure_from_args().sample_size(50);
    let list = || {
        let actor = actor.clone();
        let mine = ListFilter { mine: true, stages: Vec::new() };
        runtime.block_on(app.db.read(move |conn| requests::list(conn, &actor, &mine, 0, REQUESTS))).unwrap()
    };
    criterion.bench_function("request list, 20 requests", |bench| bench.iter(|| black_box(list())));
    for path in ["/requests?show=all", "/admin/requests?show=all", "/", "/api/requests"] {
        criterion.bench_function(path, |bench| bench.iter(|| black_box(ask(path))));
    }
    criterion.final_summary();
}

async fn house(folder: &Path) -> (App, Actor, SecretString) {
    let overrides = Overrides { data_dir: Some(folder.to_owned()), ..Overrides::default() };
    let mut config = Config::load(overrides).unwrap();
    config.database_url = format!("sqlite://{}", folder.join("usherr.db").display());
    config.secret_key = Some(SecretString::from("a master key for measuring, long enough"));
    let app = App::build(config, Clock::system()).await.unwrap();
    let now = app.now();
    let (person, session) = app.db.write(move |tx| furnish(tx, now)).await.unwrap();
    let claims = SessionClaims {
        sub: person.0,
        sid: session.id.clone(),
        iat: now.timestamp(),
        exp: session.expires_at.timestamp(),
    };
    let token = app.keys.session_token(&claims).unwrap();
    let settings = app.settings().await.unwrap();
    let actor = app.db.read(move |conn| {
        let person = people::get(conn, person)?.unwrap();
        let reach = rights::of(conn, &settings, &person, now)?;
        Ok(person.actor(reach, Some(session.id), KeyScope::Admin))
    });
    let actor = actor.await.unwrap();
    (app, actor, token)
}

/// An admin, signed in, who has asked for films.
fn furnish(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<(PersonId, Session)> {
    let admin = NewPerson::local("Admin", "admin", Role::Admin);
    let person = people::add(tx, &admin, now)?;
    for tmdb in 1..=REQUESTS {
        let title = titles::upsert_from_candidate(tx, &film(tmdb), now)?;
        let request = NewRequest {
            title,
            kind: MediaKind::Movie,
            asker: person,
            scope: None,
            seasons: None,
            is_4k: false,
            note: None,
            choice: Default::default(),
            estimated_bytes: Some(8 << 30),
        };
        requests::insert(tx, &request, now)?;
    }
    let session = Session {
        id: "measuring".to_owned(),
        person,
        kind: SessionKind::Web,
        user_agent: None,
        address: None,
        created_at: now,
        last_seen_at: now,
        expires_at: now + TimeDelta::days(1),
    };
    sessions::open(tx, &session)?;
    Ok((person, session))
}

fn film(tmdb: i64) -> Candidate {
    Candidate {
        kind: MediaKind::Movie,
        ids: ExternalIds { tmdb: Some(tmdb), tvdb: None, imdb: None },
        title: format!("The Long Way Home, Part {tmdb}"),
        original_title: None,
        year: Some(2025),
        overview: Some("Something happens to somebody, and nobody is the same afterwards.".to_owned()),
        poster: Some(format!("https://image.tmdb.org/t/p/original/{tmdb}.jpg")),
        certification: None,
        genres: Vec::new(),
        runtime_minutes: Some(102),
        status: Some("released".to_owned()),
        network: None,
        in_cinemas: None,
        digital_release: None,
        physical_release: None,
        first_aired: None,
        seasons: Vec::new(),
        arr_id: None,
        monitored: false,
        has_file: false,
    }
}

async fn answer(endpoint: &BoxEndpoint<'static, Response>, token: &SecretString, path: &'static str) -> String {
    let cookie = format!("usherr_session={}", token.expose_secret());
    let request = Request::builder().uri_str(path).header("cookie", cookie).finish();
    endpoint.call(request).await.unwrap().into_body().into_string().await.unwrap()
}
