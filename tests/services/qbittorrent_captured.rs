//! qBittorrent 4.5.2, 5.1.0 and 5.3.0 replayed from transcripts of the real programs (services.md 4).

use std::collections::HashMap;
use std::sync::Mutex;

use poem::http::Method;
use poem::{IntoResponse, Response};
use secrecy::SecretString;
use serde_json::{Value, json};
use usherr::domain::fault::FaultClass;
use usherr::domain::torrent::TorrentState;
use usherr::vendor::qbittorrent::{Login, Qbittorrent};

use crate::stand_in::{Call, StandIn, answer, bytes, empty, fixture, ok};

const TRANSCRIPTS: [(&str, &str); 3] = [
    ("v4.5.2", "qbittorrent-captured/transcript-4.5.2-api2.8.19.txt"),
    ("v5.1.0", "qbittorrent-captured/transcript-5.1.0-api2.11.4.txt"),
    ("v5.3.0", "qbittorrent-captured/transcript-5.3.0-api2.16.2.txt"),
];
const MOVIE: &str = "1d8b528ebd1bd6a9bbc8c2ebf1e874c1847b404f";

/// One recorded answer.
#[derive(Clone)]
struct Recorded {
    status: u16,
    cookie: Option<String>,
    body: String,
}

impl Recorded {
    fn response(&self) -> Response {
        let is_json = self.body.starts_with(['[', '{']);
        let content_type = if is_json { "application/json" } else { "text/plain; charset=UTF-8" };
        let response = answer(self.status, content_type, self.body.clone());
        match &self.cookie {
            Some(cookie) => response.with_header("set-cookie", cookie).into_response(),
            None => response,
        }
    }
}

/// Sections "### name", call, "-> status reason {'header': 'value', …}", body.
fn transcript(name: &str) -> HashMap<String, Recorded> {
    let text = String::from_utf8(bytes(name)).unwrap();
    let sections = text.split("### ").filter(|section| section.contains("\n-> "));
    let read = |section: &str| {
        let (title, rest) = section.split_once('\n').unwrap();
        let (_, rest) = rest.split_once("\n-> ").unwrap();
        let (line, body) = rest.split_once('\n').unwrap();
        let cookie = line.split_once("'set-cookie': '").map(|(_, rest)| rest.split('\'').next().unwrap().to_owned());
        let status = line.split(' ').next().unwrap().parse().unwrap();
        (title.to_owned(), Recorded { status, cookie, body: body.trim_end().to_owned() })
    };
    sections.map(read).collect()
}

/// Plays a transcript: wants the session cookie, counts failed sign-ins, and filters torrents by hash.
fn play(name: &str) -> impl Fn(&Call) -> Response + Send + Sync + 'static {
    let recorded = transcript(name);
    let failures = Mutex::new(0);
    move |call| {
        assert!(call.header("origin").is_none() && call.header("referer").is_none(), "CSRF check would refuse");
        let said = |name: &str| recorded[name].response();
        let path = call.path.trim_start_matches("/api/v2/");
        if path == "auth/login" {
            let form: HashMap<String, String> = url::form_urlencoded::parse(&call.body).into_owned().collect();
            let mut failures = failures.lock().unwrap();
            return match (call.method == Method::POST, form["password"] == "adminadmin1", *failures) {
                (false, ..) => said("login GET"),
                (_, _, 5..) => said("good login while banned"),
                (_, true, _) => said("login ok"),
                _ => {
                    *failures += 1;
                    said("login bad pw")
                }
            };
        }
        let cookie = recorded["login ok"].cookie.as_deref().unwrap().split(';').next();
        if call.header("cookie") != cookie {
            return said("no cookie");
        }
        match path {
            "app/version" => said("version"),
            "transfer/info" => said("transfer info"),
            "sync/maindata" => said("maindata rid 0"),
            "torrents/info" => {
                let all: Vec<Value> = serde_json::from_str(&recorded["info all"].body).unwrap();
                let hashes = call.arg("hashes").map(str::to_lowercase);
                let wanted =
                    |row: &Value| hashes.as_ref().is_none_or(|hashes| hashes.contains(row["hash"].as_str().unwrap()));
                ok(&json!(all.into_iter().filter(wanted).collect::<Vec<_>>()))
            }
            _ => said("unknown action"),
        }
    }
}

fn password(word: &str) -> Login {
    Login::Password { username: "admin".to_owned(), password: SecretString::from(word) }
}

fn logins(server: &StandIn) -> usize {
    server.lines().iter().filter(|line| *line == "POST /api/v2/auth/login").count()
}

#[tokio::test]
async fn each_version_is_understood() {
    for (version, name) in TRANSCRIPTS {
        let server = StandIn::new(play(name)).await;
        let client = Qbittorrent::new(&server.url, password("adminadmin1")).unwrap();
        assert_eq!(client.version().await.unwrap(), version);
        assert_eq!(client.transfer().await.unwrap().down, 0);
        // The older ones had not looked yet when they were asked.
        assert_eq!(client.free_space().await.unwrap().is_some(), version == "v5.3.0");
        let torrents = client.all_torrents().await.unwrap();
        assert_eq!(torrents.len(), 4, "{version}");
        for torrent in &torrents {
            assert!(torrent.eta_seconds.is_none() && torrent.added_at.is_some() && torrent.size >= 0, "{torrent:?}");
            let state = match torrent.name.as_str() {
                "Gone.2020.720p.mkv" => TorrentState::Paused,
                "Meta.Only" => TorrentState::Downloading,
                _ => TorrentState::Done,
            };
            assert_eq!(torrent.state, state, "{version} {torrent:?}");
            assert_eq!(torrent.completed_at.is_some(), state == TorrentState::Done, "{version} {torrent:?}");
        }
        assert_eq!(logins(&server), 1, "{version}");
    }
}

#[tokio::test]
async fn torrents_are_asked_for_by_hash_in_any_case() {
    let server = StandIn::new(play(TRANSCRIPTS[1].1)).await;
    let client = Qbittorrent::new(&server.url, password("adminadmin1")).unwrap();
    let torrents = client.torrents(&[MOVIE.to_uppercase(), "0".repeat(40)]).await.unwrap();
    assert_eq!(torrents.len(), 1);
    assert_eq!((torrents[0].hash.as_str(), torrents[0].category.as_deref()), (MOVIE, Some("radarr")));
    assert_eq!((torrents[0].progress, torrents[0].size, torrents[0].amount_left), (1.0, 3_145_851, 0));
    let before = server.lines().len();
    assert!(client.torrents(&[]).await.unwrap().is_empty());
    assert_eq!(server.lines().len(), before, "no hashes would mean all");
    let many: Vec<String> = (0..200).map(|number| format!("{number:040x}")).collect();
    client.torrents(&many).await.unwrap();
    assert_eq!(server.lines().len(), before + 3);
}

#[tokio::test]
async fn a_wrong_password_is_tried_once_only() {
    for (version, name) in TRANSCRIPTS {
        let server = StandIn::new(play(name)).await;
        let client = Qbittorrent::new(&server.url, password("wrong")).unwrap();
        for _ in 0..8 {
            let fault = client.clone().version().await.unwrap_err();
            assert_eq!(fault.class, FaultClass::Auth, "{version}");
            assert!(fault.message.contains("user name or password") && !fault.message.contains("wrong\""), "{fault}");
        }
        assert_eq!(logins(&server), 1, "{version}");
    }
}

#[tokio::test]
async fn a_ban_is_told_in_its_own_words() {
    let server = StandIn::new(play(TRANSCRIPTS[2].1)).await;
    for _ in 0..5 {
        Qbittorrent::new(&server.url, password("wrong")).unwrap().version().await.unwrap_err();
    }
    let fault = Qbittorrent::new(&server.url, password("adminadmin1")).unwrap().version().await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Auth);
    assert!(fault.message.contains("banned after too many failed"), "{fault}");
}

#[tokio::test]
async fn an_expired_session_is_renewed_once() {
    let sessions = Mutex::new((0, false));
    let server = StandIn::new(move |call| {
        let mut sessions = sessions.lock().unwrap();
        match call.path.as_str() {
            "/api/v2/auth/login" => {
                sessions.0 += 1;
                empty(204).with_header("set-cookie", format!("QBT_SID_1=a+b/{}; HttpOnly", sessions.0)).into_response()
            }
            "/restart" => {
                sessions.1 = true;
                empty(200)
            }
            _ if sessions.1 && call.header("cookie") == Some("QBT_SID_1=a+b/1") => {
                answer(403, "text/plain", "Forbidden")
            }
            _ => answer(200, "text/plain", "v5.3.0"),
        }
    })
    .await;
    let client = Qbittorrent::new(&server.url, password("x")).unwrap();
    client.version().await.unwrap();
    reqwest::get(format!("{}/restart", server.url)).await.unwrap();
    let (one, two) = (client.clone(), client.clone());
    let (one, two) = tokio::join!(one.version(), two.version());
    assert_eq!((one.unwrap(), two.unwrap()), ("v5.3.0".to_owned(), "v5.3.0".to_owned()));
    assert_eq!(logins(&server), 2, "two calls that find it expired sign in once");
    assert_eq!(server.calls().last().unwrap().header("cookie"), Some("QBT_SID_1=a+b/2"));
}

#[tokio::test]
async fn a_session_that_is_never_good_ends() {
    let server = StandIn::new(|call| match call.path.as_str() {
        "/api/v2/auth/login" => answer(200, "text/plain", "Ok."),
        _ => answer(403, "text/plain", "Forbidden"),
    })
    .await;
    let client = Qbittorrent::new(&server.url, password("x")).unwrap();
    assert_eq!(client.version().await.unwrap_err().class, FaultClass::Auth);
    assert_eq!(logins(&server), 2);
}

#[tokio::test]
async fn an_api_key_needs_no_session() {
    let key = "qbt_abcdefghijklmnopqrstuvwxyz12";
    let server = StandIn::new(move |call| {
        let good = call.header("authorization") == Some("Bearer qbt_abcdefghijklmnopqrstuvwxyz12");
        if good { answer(200, "text/plain", "v5.3.0") } else { answer(403, "text/plain", "Forbidden") }
    })
    .await;
    let client = Qbittorrent::new(&server.url, Login::ApiKey(SecretString::from(key))).unwrap();
    assert_eq!(client.version().await.unwrap(), "v5.3.0");
    assert!(!format!("{client:?}").contains(key));
    let client = Qbittorrent::new(&server.url, Login::ApiKey(SecretString::from("qbt_other"))).unwrap();
    assert_eq!(client.version().await.unwrap_err().class, FaultClass::Auth);
    let client = Qbittorrent::new(&server.url, Login::None).unwrap();
    let fault = client.version().await.unwrap_err();
    assert!(fault.class == FaultClass::Auth && fault.message.contains("asks for a user name"), "{fault}");
    assert_eq!(logins(&server), 0);
}

#[tokio::test]
async fn trouble_is_no_refusal() {
    for status in [500, 502, 503] {
        let server = StandIn::new(move |_| empty(status)).await;
        let client = Qbittorrent::new(&server.url, password("x")).unwrap();
        assert!(client.version().await.unwrap_err().is_transient());
        assert!(client.version().await.unwrap_err().is_transient());
        assert_eq!(logins(&server), 2, "only a refusal is remembered");
    }
    let server = StandIn::new(|_| answer(200, "text/html", "<html>router</html>")).await;
    let client = Qbittorrent::new(&server.url, Login::None).unwrap();
    assert!(client.version().await.is_err() && client.all_torrents().await.is_err());
    let server = StandIn::new(|_| empty(404)).await;
    let client = Qbittorrent::new(&server.url, Login::None).unwrap();
    assert_eq!(client.all_torrents().await.unwrap_err().class, FaultClass::Permanent);
}

#[tokio::test]
async fn states_and_numbers_nobody_expected() {
    let server = StandIn::new(|call| match call.path.as_str() {
        "/api/v2/sync/maindata" => ok(&json!({"rid": 1, "full_update": true, "server_state": {"free_space_on_disk": -1}})),
        "/api/v2/transfer/info" => ok(&json!({"dl_info_speed": "1048576", "up_info_speed": 12.0})),
        _ => ok(&json!([
            {"hash": "ABC", "state": "dancing", "progress": 1.5, "size": -1, "dlspeed": "77", "eta": 60, "completion_on": 0},
            {"hash": "DEF", "state": "forcedMetaDL", "eta": 8640000, "completion_on": -1, "amount_left": -3},
            {"state": "error"}
        ])),
    })
    .await;
    let client = Qbittorrent::new(&server.url, Login::None).unwrap();
    let torrents = client.all_torrents().await.unwrap();
    assert_eq!(
        (torrents.len(), torrents[0].state, torrents[1].state),
        (2, TorrentState::Other, TorrentState::Downloading)
    );
    assert_eq!(
        (torrents[0].hash.as_str(), torrents[0].progress, torrents[0].size, torrents[0].speed),
        ("abc", 1.0, 0, 77)
    );
    assert_eq!((torrents[0].eta_seconds, torrents[1].eta_seconds, torrents[1].completed_at), (Some(60), None, None));
    assert_eq!(client.free_space().await.unwrap(), None);
    let transfer = client.transfer().await.unwrap();
    assert_eq!((transfer.down, transfer.up), (1_048_576, 12));
}

#[tokio::test]
async fn six_states_of_another_household() {
    let data = fixture("home-assistant/qbittorrent/sync_maindata.json");
    let torrents = data["torrents"].as_object().unwrap().clone();
    let rows: Vec<Value> = torrents
        .into_iter()
        .map(|(hash, mut row)| {
            row["hash"] = json!(hash);
            row
        })
        .collect();
    let server = StandIn::new(move |_| ok(&json!(rows))).await;
    let client = Qbittorrent::new(&server.url, Login::None).unwrap();
    let torrents = client.all_torrents().await.unwrap();
    assert!(torrents.len() >= 6 && torrents.iter().all(|torrent| torrent.state != TorrentState::Other), "{torrents:?}");
}
