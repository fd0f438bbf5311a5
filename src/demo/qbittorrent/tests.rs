#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::{Value, json};

use super::*;
use crate::demo::downloads::{Phase, Speed, info_hash};
use crate::demo::testing::{Reply, send};

struct Client {
    qb: Qbittorrent,
    downloads: Downloads,
    cookie: String,
}

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const GOOD: &str = "username=admin&password=adminadmin1";

impl Client {
    async fn new(generation: Generation) -> Client {
        let downloads = Downloads::new(Speed::default());
        let qb = Qbittorrent::start(QbOptions::new(generation), downloads.clone()).await.unwrap();
        let mut client = Client { qb, downloads, cookie: String::new() };
        let reply = client.post("auth/login", GOOD).await;
        let cookie = reply.header("set-cookie").unwrap();
        client.cookie = format!("Cookie: {}", cookie.split(';').next().unwrap());
        client
    }

    async fn send(&self, method: &str, action: &str, headers: &[&str], body: &str) -> Reply {
        send(method, &format!("{}/api/v2/{action}", self.qb.url()), headers, body).await.unwrap()
    }

    async fn get(&self, action: &str) -> Reply {
        self.send("GET", action, &[&self.cookie], "").await
    }

    async fn post(&self, action: &str, form: &str) -> Reply {
        if self.cookie.is_empty() {
            return self.send("POST", action, &[FORM], form).await;
        }
        self.send("POST", action, &[&self.cookie, FORM], form).await
    }

    fn add(&self, name: &str) -> String {
        let hash = info_hash(name);
        let mut torrent = Torrent::new(&hash, name, 1_000_000, "radarr");
        torrent.left = 400_000.0;
        self.downloads.add_torrent(torrent)
    }
}

fn own_port(name: &str, qb: &Qbittorrent) -> String {
    format!("{name}:{}", qb.url().rsplit(':').next().unwrap())
}

/// The status an unsigned call gets when it names this host.
async fn status_for_host(qb: &Qbittorrent, host: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(qb.url().trim_start_matches("http://")).await.unwrap();
    let head = format!("GET /api/v2/app/version HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer.split(' ').nth(1).unwrap().to_owned()
}

#[tokio::test]
async fn logins_differ_by_generation() {
    for generation in Generation::ALL {
        let client = Client::new(generation).await;
        let good = client.send("POST", "auth/login", &[FORM], GOOD).await;
        let bad = client.send("POST", "auth/login", &[FORM], "username=admin&password=no").await;
        let cookie = good.header("set-cookie").unwrap();
        if generation.is_modern() {
            assert_eq!((good.status, bad.status, bad.text().as_str()), (204, 401, "Unauthorized"));
            let port = client.qb.url().rsplit(':').next().unwrap().to_owned();
            assert!(cookie.starts_with(&format!("QBT_SID_{port}=")), "{cookie}");
        } else {
            assert_eq!((good.status, good.text().as_str()), (200, "Ok."));
            assert_eq!((bad.status, bad.text().as_str()), (200, "Fails."));
            assert!(cookie.starts_with("SID=") && cookie.contains("SameSite=Strict"), "{cookie}");
        }
        assert!(bad.header("set-cookie").is_none());
        let again = client.post("auth/login", GOOD).await;
        assert!(again.status < 300 && again.header("set-cookie").is_none());
        assert_eq!(client.send("GET", "auth/login", &[], "").await.status, 405);
        assert_eq!(client.get("app/version").await.text(), generation.app_version());
        assert_eq!(client.get("app/webapiVersion").await.text(), generation.api_version());
        let stranger = client.send("GET", "app/nosuch", &[], "").await;
        assert_eq!((stranger.status, stranger.text().as_str()), (403, "Forbidden"));
        client.qb.expire_sessions();
        assert_eq!(client.get("app/version").await.status, 403);
    }
}

#[tokio::test]
async fn five_failures_ban_and_foreign_origins_are_refused() {
    let client = Client::new(Generation::V5_1).await;
    for origin in ["Origin: http://evil.example", "Referer: http://evil.example/x"] {
        let reply = client.send("POST", "auth/login", &[FORM, origin], GOOD).await;
        assert_eq!((reply.status, reply.text().as_str()), (401, "Unauthorized"), "{origin}");
    }
    for (host, status) in [("qbittorrent:1", "401"), ("qbittorrent", "401"), (&own_port("nas", &client.qb), "403")] {
        assert_eq!(status_for_host(&client.qb, host).await, status, "{host}");
    }
    let own = format!("Referer: {}/", client.qb.url());
    assert_eq!(client.send("POST", "auth/login", &[FORM, &own], GOOD).await.text(), "Ok.");
    for _ in 0..5 {
        let bad = client.send("POST", "auth/login", &[FORM], "username=admin&password=x").await;
        assert_eq!(bad.text(), "Fails.");
    }
    let banned = client.send("POST", "auth/login", &[FORM], GOOD).await;
    assert_eq!(banned.status, 403);
    assert!(banned.text().starts_with("Your IP address has been banned"));
    assert!(client.qb.complaints().iter().any(|one| one.contains("tried again")));
    assert!(client.qb.complaints().iter().any(|one| one.contains("origin is sent")));
    client.qb.restart();
    assert_eq!(client.send("POST", "auth/login", &[FORM], GOOD).await.text(), "Ok.");
    assert_eq!(client.qb.logins().iter().filter(|login| login.accepted).count(), 3);
}

#[tokio::test]
async fn errors_and_words_of_control_differ_by_generation() {
    for generation in Generation::ALL {
        let client = Client::new(generation).await;
        let hash = client.add("Film.2026");
        let form = format!("hashes={}", hash.to_uppercase());
        let (good, bad) = if generation.says_paused() {
            ("torrents/pause", "torrents/stop")
        } else {
            ("torrents/stop", "torrents/pause")
        };
        assert_eq!(client.post(good, &form).await.status, 200);
        let unknown = client.post(bad, &form).await;
        let text = if generation.is_modern() { "Endpoint does not exist" } else { "Not Found" };
        assert_eq!((unknown.status, unknown.text().as_str()), (404, text));
        let rows = client.get("torrents/info").await.json();
        assert_eq!(rows[0]["state"], if generation.says_paused() { "pausedDL" } else { "stoppedDL" });
        assert_eq!(rows[0]["eta"], 8_640_000);
        assert_eq!(rows[0].get("root_path").is_some(), generation > Generation::V4_5);
        assert_eq!(rows[0].get("pieces_have").is_some(), generation.is_modern());
        // As many members as the captured rows have.
        let count = [(Generation::V4_5, 49), (Generation::V5_1, 57), (Generation::V5_3, 67)];
        let members = rows[0].as_object().unwrap().len();
        assert!(count.contains(&(generation, members)), "{generation:?} {members}");
        assert_eq!(rows[0]["completion_on"], if generation.says_paused() { 0 } else { -1 });
        let missing = client.post("torrents/delete", "hashes=all").await;
        let text = if generation.is_modern() { "Missing required parameters: deleteFiles" } else { "Bad Request" };
        assert_eq!((missing.status, missing.text().as_str()), (400, text));
        assert_eq!(client.get(good).await.status, 405);
        assert_eq!(client.post("torrents/delete", "hashes=ffff&deleteFiles=false").await.status, 200);
        assert_eq!(client.post("torrents/delete", &format!("{form}&deleteFiles=true")).await.status, 200);
        assert_eq!(client.get("torrents/info").await.json(), json!([]));
        let put = client.send("PUT", "torrents/info", &[&client.cookie], "").await;
        assert_eq!(put.status, if generation.says_paused() { 400 } else { 501 });
    }
}

#[tokio::test]
async fn lists_are_filtered_and_unknown_filters_let_all_pass() {
    let client = Client::new(Generation::V5_1).await;
    let (one, two) = (client.add("One"), client.add("Two"));
    client.downloads.with_torrents(|all| all[1].complete());
    let names = |rows: Value| -> Vec<String> {
        rows.as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
    };
    for (query, expected) in [
        ("filter=downloading", vec!["One"]),
        ("filter=seeding", vec!["Two"]),
        ("filter=paused", vec!["One", "Two"]),
        ("filter=stopped", vec![]),
        ("category=radarr", vec!["One", "Two"]),
        ("category=", vec![]),
        ("hashes=zz", vec![]),
        ("sort=name&reverse=true&limit=1", vec!["Two"]),
    ] {
        let rows = client.get(&format!("torrents/info?{query}")).await.json();
        assert_eq!(names(rows), expected, "{query}");
    }
    let rows = client.get(&format!("torrents/info?hashes={}|{two}", one.to_uppercase())).await.json();
    assert_eq!(rows.as_array().unwrap().len(), 2);
    assert!(rows[0]["dlspeed"].as_i64().unwrap() > 0 && rows[0]["eta"].as_i64().unwrap() < 8_640_000);
    assert_eq!((&rows[1]["progress"], &rows[1]["state"]), (&json!(1), &json!("stalledUP")));
    assert_eq!(client.get(&format!("torrents/properties?hash={one}")).await.json()["name"], "One");
    assert_eq!(client.get("torrents/properties?hash=zz").await.text(), "Not Found");
    assert_eq!(client.get("transfer/info").await.json()["dl_info_speed"], rows[0]["dlspeed"]);
}

#[tokio::test]
async fn maindata_tells_all_once_and_then_what_changed() {
    let client = Client::new(Generation::V5_1).await;
    let hash = client.add("One");
    let first = client.get("sync/maindata?rid=0").await.json();
    assert_eq!((&first["full_update"], &first["rid"]), (&json!(true), &json!(1)));
    assert!(first["torrents"][&hash].get("hash").is_none() && first.get("tags").is_none());
    client.downloads.with_torrents(|all| all[0].phase = Phase::Stalled);
    let delta = client.get("sync/maindata?rid=1").await.json();
    assert_eq!(delta["torrents"][&hash]["state"], "stalledDL");
    assert!(delta.get("full_update").is_none() && delta["torrents"][&hash].get("name").is_none());
    let retried = client.get("sync/maindata?rid=1").await.json();
    assert_eq!((&retried["torrents"], &retried["rid"]), (&delta["torrents"], &json!(3)));
    client.downloads.with_torrents(Vec::clear);
    let gone = client.get("sync/maindata?rid=3").await.json();
    assert_eq!(gone["torrents_removed"], json!([hash]));
    assert_eq!(client.get("sync/maindata?rid=999").await.json()["full_update"], true);
}

#[tokio::test]
async fn adds_answer_in_each_generations_way() {
    let magnet = "urls=magnet%3A%3Fxt%3Durn%3Abtih%3A0123456789abcdef0123456789abcdef01234567%26dn%3DMeta.Only&category=new&tags=a,b";
    for generation in Generation::ALL {
        let client = Client::new(generation).await;
        let added = client.post("torrents/add", magnet).await;
        let again = client.post("torrents/add", magnet).await;
        let pending = client.post("torrents/add", "urls=http://127.0.0.1:9/x.torrent").await;
        if generation.is_modern() {
            assert_eq!(added.json()["added_torrent_ids"][0], "0123456789abcdef0123456789abcdef01234567");
            assert_eq!((again.status, again.text().as_str(), pending.status), (409, "Conflict", 202));
        } else {
            assert_eq!((added.text(), again.text(), pending.text()), ("Ok.".into(), "Fails.".into(), "Ok.".into()));
        }
        let row = client.get("torrents/info").await.json()[0].clone();
        assert_eq!((&row["state"], &row["size"], &row["total_size"]), (&json!("metaDL"), &json!(0), &json!(-1)));
        assert_eq!(row["tags"], "a, b");
        assert!(client.get("torrents/categories").await.json()["new"].is_object());
        let file = "--x\r\nContent-Disposition: form-data; name=\"torrents\"; filename=\"bad.torrent\"\r\n\r\nnope\r\n--x--\r\n";
        let kind = "Content-Type: multipart/form-data; boundary=x";
        let bad = client.send("POST", "torrents/add", &[&client.cookie, kind], file).await;
        assert_eq!((bad.status, bad.text().as_str()), (415, "Error: 'bad.torrent' is not a valid torrent file."));
        assert_eq!(client.post("torrents/createCategory", "category=new").await.text(), "Unable to create category");
    }
}

#[tokio::test]
async fn keys_and_basic_sign_in_only_where_they_exist() {
    let old = Client::new(Generation::V5_1).await;
    assert!(old.qb.rotate_api_key().is_none());
    let basic = "Authorization: Basic YWRtaW46YWRtaW5hZG1pbjE=";
    assert_eq!(old.send("GET", "app/version", &[basic], "").await.status, 403);
    let new = Client::new(Generation::V5_3).await;
    let told = new.send("GET", "app/version", &[basic], "").await;
    assert_eq!((told.status, told.header("set-cookie").is_some()), (200, true));
    let key = new.post("app/rotateAPIKey", "").await.json()["apiKey"].as_str().unwrap().to_owned();
    assert!(key.starts_with("qbt_") && key.len() == 32);
    let bearer = format!("Authorization: Bearer {key}");
    assert_eq!(new.send("GET", "app/version", &[&bearer, "Origin: http://evil.example"], "").await.text(), "v5.3.0");
    assert_eq!(new.send("POST", "auth/login", &[&bearer, FORM], GOOD).await.status, 403);
    assert_eq!(new.send("GET", "app/version", &["Authorization: Bearer qbt_wrong"], "").await.status, 403);
}
