//! "Only what I may see", at every address: whoever may not see a title finds it by no search, page, picture, program or
//! stream, and learns from no answer that it is there. An address without a row in the table fails.

mod table;

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::requests::NewRequest;
use usherr::db::{follows, groups, people, requests, search, titles};
use usherr::demo::WorldOptions;
use usherr::demo::catalogue::{Film, Show};
use usherr::demo::household::keys;
use usherr::domain::catalog::MediaKind;
use usherr::domain::group::Group;
use usherr::domain::ids::{GroupId, LibraryId, PersonId, RequestId, TitleId};
use usherr::domain::people::{Role, Sight};
use usherr::domain::request::{Request, ScopeKind, Stage};
use usherr::domain::search::Query;

use self::table::{By, ROUTES, Secret, asks};
use super::support::patience::{at_last, beats};
use super::support::requests::{a_film, a_series};
use super::support::world::films_to_ask_for;
use super::support::{Browser, TestApp};

#[test]
fn every_address_says_whether_it_shows_titles() {
    let rows: BTreeSet<(String, String)> =
        ROUTES.iter().map(|(method, path, _)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(rows.len(), ROUTES.len(), "a row is there twice");
    let known = super::roles::known();
    let without_row: Vec<_> = known.difference(&rows).collect();
    let without_route: Vec<_> = rows.difference(&known).collect();
    assert!(without_row.is_empty(), "no row for {without_row:?}");
    assert!(without_route.is_empty(), "no route for {without_route:?}");
}

/// Names that nobody else has: the first word to look for it, the second to know it by.
const FILMS: [(i64, &str, &str, i64); 4] = [
    (7_700_001, "Zanthoria Nocturne", "6", keys::FILMS),
    (7_700_002, "Brontigan Vesperal", "16", keys::FILMS),
    (7_700_003, "Oskeraly Pendulum", "", keys::FILMS),
    (7_700_004, "Yllamber Causeway", "6", keys::FILMS),
];
const SHOW: (i64, &str) = (7_700_005, "Quibberly Meadowlark");

fn told_of(name: &str) -> String {
    format!("What became of the lamplighter of {} is known to few.", name.split(' ').next_back().unwrap())
}

fn film(like: &Film, (tmdb_id, name, certification, _): (i64, &str, &str, i64)) -> Film {
    Film {
        tmdb_id,
        imdb_id: format!("tt{tmdb_id}"),
        title: name.to_owned(),
        original_title: None,
        aliases: Vec::new(),
        year: 1931,
        overview: told_of(name),
        certification: certification.to_owned(),
        ..like.clone()
    }
}

/// A house with titles on Plex that Sonarr and Radarr have never heard of.
async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    let catalogue = test.world.catalogue();
    let like = catalogue.films().remove(0);
    for one in FILMS {
        test.world.media_server().add_film(film(&like, one), one.3);
    }
    let like = catalogue.shows().into_iter().find(Show::on_plex).unwrap();
    let show = Show {
        tvdb_id: SHOW.0,
        tmdb_id: 0,
        imdb_id: format!("tt{}", SHOW.0),
        title: SHOW.1.to_owned(),
        aliases: Vec::new(),
        year: 1931,
        overview: told_of(SHOW.1),
        certification: "0".to_owned(),
        ..like
    };
    test.world.media_server().add_show(show, keys::KIDS);
    test.synced().await
}

/// Transposes two letters: one slip is forgiven.
fn slipped(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    letters.swap(4, 5);
    letters.into_iter().collect()
}

impl TestApp {
    async fn row_of(&self, name: &str) -> TitleId {
        let query = Query::parse(name);
        let found = self.app().db.read(move |conn| search::search(conn, &query, &Sight::EVERYTHING, 2)).await.unwrap();
        assert_eq!(found.len(), 1, "{name}");
        found[0]
    }

    async fn asked_for_by(&self, asker: PersonId, title: TitleId, kind: MediaKind) -> RequestId {
        let series = kind == MediaKind::Series;
        let new = NewRequest {
            title,
            kind,
            asker,
            scope: series.then_some(ScopeKind::All),
            seasons: series.then(|| vec![1]),
            is_4k: false,
            note: None,
            choice: Default::default(),
            estimated_bytes: None,
        };
        let now = self.app().now();
        self.app().db.write(move |tx| requests::insert(tx, &new, now)).await.unwrap()
    }

    /// What lies on Plex alone, and what `asker` asked of it.
    async fn secret(&self, public: i64, name: &str, kind: MediaKind, asker: Option<PersonId>) -> Secret {
        let row = self.row_of(name).await;
        let request = match asker {
            Some(asker) => self.asked_for_by(asker, row, kind).await.0,
            None => 999_999,
        };
        let (word, mark) = name.split_once(' ').unwrap();
        Secret {
            kind,
            public,
            imdb: format!("tt{public}"),
            year: 1931,
            row: row.0,
            request,
            words: [word.to_lowercase(), slipped(&word.to_lowercase())],
            marks: vec![mark.to_owned(), format!("/images/title/{row}?")],
        }
    }

    async fn person(&self, plex: &str) -> PersonId {
        let account = self.world.account(plex).unwrap();
        self.app().db.read(move |conn| people::by_plex_id(conn, account.id)).await.unwrap().unwrap().id
    }

    async fn put_into(&self, group: Group, who: PersonId) -> GroupId {
        let now = self.app().now();
        let put = self.app().db.write(move |tx| {
            let id = groups::save(tx, &group, now)?;
            groups::join(tx, id, who, now)?;
            Ok(id)
        });
        put.await.unwrap()
    }

    async fn library(&self, title: &str) -> LibraryId {
        let title = title.to_owned();
        let all = self.app().db.read(usherr::db::libraries::titles).await.unwrap();
        all.into_iter().find(|(_, name)| *name == title).unwrap().0
    }
}

/// A title that there is not, asked for in the same way.
fn nowhere(secret: &Secret) -> Secret {
    let word = "wyxlorrimb".to_owned();
    Secret {
        public: 7_999_999,
        imdb: "tt7999999".to_owned(),
        year: 1891,
        row: 999_998,
        request: 999_998,
        words: [word.clone(), slipped(&word)],
        ..secret.clone()
    }
}

/// An answer as far as it can tell something.
struct Answer {
    status: u16,
    location: String,
    kind: String,
    body: String,
}

/// Reads until the end; of a stream that goes on, what it says within a moment.
async fn answer(browser: &Browser, method: &str, path: &str, body: Option<Value>) -> Answer {
    let body = body.map(|body| match path.starts_with("/api/") {
        true => ("application/json", body.to_string()),
        false => ("application/x-www-form-urlencoded", String::new()),
    });
    let mut reply = browser.begin(method.parse::<Method>().unwrap(), path, body).await.unwrap();
    let header = |name: &str| reply.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
    let (status, location, kind) = (reply.status().as_u16(), header("location"), header("content-type"));
    let mut bytes = Vec::new();
    let mut beat = beats(100);
    let mut left = if kind.starts_with("text/event-stream") { 8 } else { 600 };
    while left > 0 {
        tokio::select! {
            biased;
            chunk = reply.chunk() => match chunk.unwrap() {
                Some(chunk) => bytes.extend_from_slice(&chunk),
                None => break,
            },
            _ = beat.tick() => left -= 1,
        }
    }
    Answer { status, location, kind, body: String::from_utf8_lossy(&bytes).into_owned() }
}

/// What is wrong with what somebody hears of a title that is none of theirs.
async fn leaks(name: &str, browser: &Browser, secret: &Secret) -> Vec<String> {
    let mut wrong = Vec::new();
    for (method, path, by) in ROUTES {
        let (real, none) = (asks(method, path, *by, secret), asks(method, path, *by, &nowhere(secret)));
        for ((at, body), (at_none, body_none)) in real.into_iter().zip(none) {
            let heard = answer(browser, method, &at, body).await;
            let expected = answer(browser, method, &at_none, body_none).await;
            let place = |location: &str, secret: &Secret| {
                let named = secret.words.iter().fold(location.to_owned(), |place, word| place.replace(word, "#"));
                named.replace(&secret.public.to_string(), "#")
            };
            let mut mind = |what: String| wrong.push(format!("{name}: {method} {at}: {what}\n{}", heard.body));
            if heard.status != expected.status {
                mind(format!("{}, where nothing is {}", heard.status, expected.status));
            }
            if place(&heard.location, secret) != place(&expected.location, &nowhere(secret)) {
                mind(format!("leads to {}, where nothing leads to {}", heard.location, expected.location));
            }
            if heard.kind.starts_with("image/") {
                mind("a picture".to_owned());
            }
            for mark in secret.marks.iter().filter(|mark| heard.body.contains(*mark)) {
                mind(format!("holds '{mark}'"));
            }
        }
    }
    wrong
}

/// The same addresses tell whoever may see it: else the table would prove nothing.
async fn silent(browser: &Browser, secret: &Secret) -> Vec<String> {
    let mut silent = Vec::new();
    let told = ROUTES.iter().filter(|(method, _, by)| *method == "GET" && !matches!(by, By::List | By::Token));
    for (method, path, by) in told {
        for (at, body) in asks(method, path, *by, secret).into_iter().take(1) {
            let heard = answer(browser, method, &at, body).await;
            let tells = match by {
                By::Picture => heard.kind.starts_with("image/png"),
                _ => secret.marks.iter().any(|mark| heard.body.contains(mark)),
            };
            if !tells {
                silent.push(format!("{method} {at}: {} {}", heard.status, heard.body));
            }
        }
    }
    silent
}

#[tokio::test]
async fn what_i_may_not_see_is_nowhere() {
    let test = house().await;
    let asker = test.add_person("asker", Role::Requester).await;
    let kind = MediaKind::Movie;
    let [small, grown, unrated, unasked] = FILMS;
    let small = test.secret(small.0, small.1, kind, Some(asker)).await;
    let grown = test.secret(grown.0, grown.1, kind, Some(asker)).await;
    let unrated = test.secret(unrated.0, unrated.1, kind, Some(asker)).await;
    let unasked = test.secret(unasked.0, unasked.1, kind, None).await;
    let show = test.secret(SHOW.0, SHOW.1, MediaKind::Series, Some(asker)).await;

    let child = test.person("ana.kovac").await;
    test.put_into(Group { ceiling: Some(12), ..Group::new("Twelve") }, child).await;
    let (guest, viewer) = (test.as_role(Role::Requester).await, test.as_role(Role::Viewer).await);
    let (helper, child) = (test.as_role(Role::Moderator).await, test.signed_in(child).await);
    let yuki = test.as_plex("yuki.park").await;
    let program = {
        let person = test.add_person("program", Role::Requester).await;
        let (hash, now) = (usherr::crypto::token_hash("key-of-program"), test.app().now());
        let scope = usherr::domain::people::KeyScope::Write;
        let add = test
            .app()
            .db
            .write(move |tx| usherr::db::sessions::add_key(tx, person, "test", scope, &hash, "key", now).map(drop));
        add.await.unwrap();
        test.nobody().with_header("x-api-key", "key-of-program")
    };
    let htmx = test.as_role(Role::Requester).await.with_header("HX-Request", "true").with_header("If-None-Match", "*");

    let each = [
        ("a guest", &guest, &small),
        ("a guest", &guest, &show),
        ("a viewer", &viewer, &small),
        ("a program", &program, &small),
        ("htmx", &htmx, &show),
        ("a friend without series", &yuki, &show),
        ("a helper", &helper, &unasked),
        ("a child", &child, &grown),
        ("a child", &child, &unrated),
    ];
    let each = each.into_iter().map(|(name, browser, secret)| leaks(name, browser, secret));
    let mut wrong = futures_util::future::join_all(each).await.concat();
    assert!(wrong.is_empty(), "{} leaks\n{}", wrong.len(), wrong.join("\n\n"));
    let admin = test.as_admin().await;
    for secret in [&small, &show, &grown] {
        wrong.extend(silent(&admin, secret).await);
    }
    assert!(wrong.is_empty(), "{} say nothing\n{}", wrong.len(), wrong.join("\n\n"));
    child.get(&format!("/titles/movie/{}", small.public)).await.is(200).has("Nocturne").has("Play on Plex");
    child.get(&format!("/images/title/{}", small.row)).await.is(200);
    yuki.get(&format!("/titles/movie/{}", grown.public)).await.is(200).has("Vesperal");
    test.settled().await;
    test.close().await;
}

/// A title that the whole world knows, and that nobody has here.
fn at_large(film: &Film, row: i64, request: i64) -> Secret {
    let word = film.title.split(' ').max_by_key(|word| word.len()).unwrap().to_lowercase();
    Secret {
        kind: MediaKind::Movie,
        public: film.tmdb_id,
        imdb: film.imdb_id.clone(),
        year: film.year,
        row,
        request,
        words: [word.clone(), slipped(&word)],
        marks: vec![film.title.clone(), film.overview.clone(), format!("/images/title/{row}?")],
    }
}

#[tokio::test]
async fn beyond_a_ceiling_nothing_can_be_asked_for() {
    let test = house().await;
    let child = test.person("ana.kovac").await;
    test.put_into(Group { ceiling: Some(12), ..Group::new("Twelve") }, child).await;
    let (child, friend) = (test.signed_in(child).await, test.as_role(Role::Requester).await);
    let films = films_to_ask_for(&test.world);
    let fits = |film: &&Film| film.title.contains(' ') && film.title.split(' ').any(|word| word.len() > 6);
    let rated = |age: &str| films.iter().filter(fits).find(|film| film.certification == age).unwrap().clone();
    let (young, old) = (rated("6"), rated("16"));

    let fresh = at_large(&old, 999_999, 999_999);
    let wrong = leaks("a child", &child, &fresh).await;
    assert!(wrong.is_empty(), "{} leaks\n{}", wrong.len(), wrong.join("\n\n"));
    let request = friend.ask(a_film(&old)).await;
    let ids = usherr::domain::title::ids_of(MediaKind::Movie, old.tmdb_id);
    let row = test.app().db.read(move |conn| titles::find(conn, MediaKind::Movie, &ids)).await.unwrap().unwrap();
    let on_its_way = at_large(&old, row.id.0, request);
    let wrong = leaks("a child", &child, &on_its_way).await;
    assert!(wrong.is_empty(), "{} leaks\n{}", wrong.len(), wrong.join("\n\n"));

    let found = child.get(&format!("/api/search?q=tmdb:{}", young.tmdb_id)).await.is(200).json();
    assert_eq!(found["requestable"][0]["title"], json!(young.title));
    child.get(&format!("/titles/movie/{}", young.tmdb_id)).await.is(200);
    child.get(&format!("/titles/movie/{}/request", young.tmdb_id)).await.is(200);
    let mine = child.ask(a_film(&young)).await;
    let found = friend.get(&format!("/api/search?q=tmdb:{}", young.tmdb_id)).await.is(200).json();
    assert_eq!(found["on_the_way"][0]["title"], json!(young.title), "others hear that somebody asked");
    assert_eq!(child.request(mine).await["title"], json!(young.title));
    test.settled().await;
    test.close().await;
}

/// Who asked for a title, or follows a request of it, goes on to see that request: they know what they asked for. What
/// Plex has of it is none of theirs any more.
#[tokio::test]
async fn what_i_asked_for_stays_a_request_when_i_lose_sight_of_it() {
    let test = house().await;
    let (library, [film, other, ..]) = (test.library("Films").await, FILMS);
    let asker = test.add_person("asker", Role::Requester).await;
    let follower = test.add_person("follower", Role::Requester).await;
    let group = Group { libraries: vec![library], ..Group::new("Films") };
    let id = test.put_into(group.clone(), asker).await;
    let now = test.app().now();
    test.app().db.write(move |tx| groups::join(tx, id, follower, now)).await.unwrap();
    let (row, other_row) = (test.row_of(film.1).await, test.row_of(other.1).await);
    let request = test.asked_for_by(asker, row, MediaKind::Movie).await;
    let ready = test.asked_for_by(asker, other_row, MediaKind::Movie).await;
    let written = test.app().db.write(move |tx| {
        let before = requests::get(tx, ready)?.unwrap();
        requests::save(tx, &before, &Request { stage: Stage::Ready, lit: Stage::Ready, ..before.clone() })?;
        follows::add(tx, request, follower, now)?;
        follows::add(tx, ready, follower, now)
    });
    written.await.unwrap();
    let both = [test.signed_in(asker).await, test.signed_in(follower).await];
    let title = format!("/titles/movie/{}", film.0);
    let picture = format!("/images/title/{row}");
    for person in &both {
        person.get(&format!("/requests/{request}")).await.is(200).has("Nocturne").has(&picture);
        person.get(&format!("/requests/{ready}")).await.is(200).has("Vesperal").has("Play on Plex");
        person.get(&title).await.is(200).has("Play on Plex");
        person.get(&picture).await.is(200);
        person.get(&format!("/titles/movie/{}", other.0)).await.is(200).has("Play on Plex");
    }
    let mut stream = both[0].listen(&format!("/requests/{request}/events")).await;

    let people = [asker, follower];
    test.app().db.write(move |tx| groups::leave(tx, id, &people)).await.unwrap();
    let rest = async { while stream.chunk().await.is_ok_and(|chunk| chunk.is_some()) {} };
    at_last("the end of a stream that began when more could be seen", rest).await;
    for person in &both {
        person.get(&format!("/requests/{request}/now")).await.is(200).has("Waiting for a decision").lacks(&picture);
        for path in [format!("/requests/{request}"), "/requests".to_owned()] {
            let page = person.get(&path).await.is(200).has("Nocturne");
            page.lacks("Play on Plex").lacks("app.plex.tv").lacks(&picture).lacks("lamplighter");
        }
        let page = person.get(&format!("/requests/{ready}")).await.is(200).has("Vesperal");
        page.lacks("Play on Plex").lacks("app.plex.tv").lacks("/images/title/");
        let told = person.request(request.0).await;
        assert_eq!((&told["title"], &told["stage"]), (&json!(film.1), &json!("asked")));
        let page = person.get("/search?q=zanthoria").await.is(200).has("Nocturne");
        page.lacks("Play on Plex").lacks("app.plex.tv").lacks(&picture);
        person.get(&title).await.is(200).lacks("Play on Plex").lacks("app.plex.tv").lacks(&picture);
        person.get("/").await.is(200).lacks("Play on Plex").lacks(&picture);
        person.get(&picture).await.is(404);
        person.get(&format!("/titles/movie/{}", other.0)).await.is(404).lacks("Vesperal");
        person.get(&format!("/images/title/{other_row}")).await.is(404);
    }
    test.settled().await;
    test.close().await;
}

#[tokio::test]
async fn what_was_asked_for_before_the_ceiling_came_is_not_asked_for_further() {
    let test = house().await;
    let series = super::support::requests::series_to_ask_for(&test, 2);
    let show = series.into_iter().find(|show| show.certification == "16").unwrap();
    let person = test.add_person("teen", Role::Requester).await;
    let teen = test.signed_in(person).await;
    let request = teen.ask(a_series(show.tvdb_id, vec![1])).await;
    test.put_into(Group { ceiling: Some(12), ..Group::new("Twelve") }, person).await;
    assert_eq!(teen.request(request).await["title"], json!(show.title), "it stays theirs");
    let more = teen.json(Method::POST, "/api/requests", a_series(show.tvdb_id, vec![2])).await;
    more.is(403).has("up to an age");
    let form = format!("/titles/series/{}/request", show.tvdb_id);
    teen.post(&form, &[("scope", "seasons"), ("seasons", "2")]).await.is(403);
    test.settled().await;
    test.close().await;
}
