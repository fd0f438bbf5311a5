//! The real qbittorrent-nox, as Debian installs it (services.md 9.1). Left out with a notice where it isn't installed,
//! a failure there if `USHERR_TEST_REQUIRE_PEERS=1`.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aws_lc_rs::{digest, pbkdf2};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use tempfile::TempDir;
use usherr::domain::fault::FaultClass;
use usherr::domain::torrent::{Torrent, TorrentState};
use usherr::vendor::qbittorrent::{Login, Qbittorrent};

const PROGRAM: &str = "qbittorrent-nox";
const PASSWORD: &str = "adminadmin1";

struct RealQbittorrent {
    url: String,
    downloads: PathBuf,
    child: Child,
    _profile: TempDir,
}

impl Drop for RealQbittorrent {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// `None` where it isn't installed.
fn program() -> Option<PathBuf> {
    let found = std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(PROGRAM))
        .find(|file| file.is_file());
    if found.is_none() {
        let required = std::env::var("USHERR_TEST_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "{PROGRAM} is not installed, and USHERR_TEST_REQUIRE_PEERS=1 wants it");
        // Not `eprintln`: the notice of a test that passes would be swallowed.
        eprintln!("left out: {PROGRAM} is not installed");
    }
    found
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl RealQbittorrent {
    async fn start(program: &Path) -> RealQbittorrent {
        // Another process may take a free port before it is used; then it is tried with others.
        for _ in 0..3 {
            let profile = tempfile::tempdir().unwrap();
            let (port, peer_port) = (free_port(), free_port());
            let downloads = profile.path().join("downloads");
            write_profile(profile.path(), &downloads, port, peer_port);
            let child = Command::new(program)
                .arg(format!("--profile={}", profile.path().display()))
                .env("HOME", profile.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let url = format!("http://127.0.0.1:{port}");
            let mut started = RealQbittorrent { url, downloads, child, _profile: profile };
            if started.is_up().await {
                return started;
            }
        }
        panic!("{PROGRAM} does not start");
    }

    /// It answers 403 as soon as it is there.
    async fn is_up(&mut self) -> bool {
        let mut tick = tokio::time::interval(Duration::from_millis(100));
        for _ in 0..300 {
            tick.tick().await;
            if self.child.try_wait().unwrap().is_some() {
                return false;
            }
            let answer = reqwest::get(format!("{}/api/v2/app/version", self.url)).await;
            if answer.is_ok_and(|answer| answer.status() == 403) {
                return true;
            }
        }
        false
    }

    fn client(&self, password: &str) -> Qbittorrent {
        let login = Login::Password { username: "admin".to_owned(), password: SecretString::from(password) };
        Qbittorrent::new(&self.url, login).unwrap()
    }

    /// Adds torrents with a session of our own; the client only reads.
    async fn add(&self, torrent: Vec<u8>, magnet: &str, category: &str) {
        let http = reqwest::Client::new();
        let form = [("username", "admin"), ("password", PASSWORD)];
        let answer = http.post(format!("{}/api/v2/auth/login", self.url)).form(&form).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let file = reqwest::multipart::Part::bytes(torrent).file_name("movie.torrent");
        let form = reqwest::multipart::Form::new()
            .part("torrents", file)
            .text("urls", magnet.to_owned())
            .text("category", category.to_owned());
        let request = http.post(format!("{}/api/v2/torrents/add", self.url)).header("Cookie", cookie).multipart(form);
        assert!(request.send().await.unwrap().status().is_success());
    }
}

fn write_profile(profile: &Path, downloads: &Path, port: u16, peer_port: u16) {
    let salt = b"usherr test salt";
    let mut key = [0; 64];
    let rounds = NonZeroU32::new(100_000).unwrap();
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA512, rounds, salt, PASSWORD.as_bytes(), &mut key);
    let hash = format!("{}:{}", STANDARD.encode(salt), STANDARD.encode(key));
    let downloads_path = downloads.display();
    let config = format!(
        r#"[LegalNotice]
Accepted=true

[BitTorrent]
Session\DHTEnabled=false
Session\LSDEnabled=false
Session\PeXEnabled=false
Session\Interface=lo
Session\InterfaceAddress=127.0.0.1
Session\Port={peer_port}
Session\DefaultSavePath={downloads_path}
Session\QueueingSystemEnabled=true

[Network]
PortForwardingEnabled=false

[Preferences]
General\Locale=en
WebUI\Enabled=true
WebUI\Address=127.0.0.1
WebUI\Port={port}
WebUI\UseUPnP=false
WebUI\Username=admin
WebUI\Password_PBKDF2="@ByteArray({hash})"
WebUI\LocalHostAuth=true
WebUI\MaxAuthenticationFailCount=5
WebUI\BanDuration=3600
"#
    );
    let folder = profile.join("qBittorrent/config");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::create_dir_all(downloads).unwrap();
    std::fs::write(folder.join("qBittorrent.conf"), config).unwrap();
}

/// A torrent of one file, and its info-hash.
fn torrent(name: &str, content: &[u8]) -> (Vec<u8>, String) {
    const PIECE: usize = 16 * 1024;
    let sha1 = |bytes: &[u8]| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec();
    let pieces: Vec<u8> = content.chunks(PIECE).flat_map(sha1).collect();
    let mut info = format!(
        "d6:lengthi{}e4:name{}:{name}12:piece lengthi{PIECE}e6:pieces{}:",
        content.len(),
        name.len(),
        pieces.len()
    );
    info.push_str("PIECES7:privatei1ee");
    let (head, tail) = info.split_once("PIECES").unwrap();
    let info = [head.as_bytes(), &pieces, tail.as_bytes()].concat();
    let hash = hex::encode(sha1(&info));
    ([b"d4:info".as_slice(), &info, b"e"].concat(), hash)
}

/// Asks until all are as wanted; qBittorrent checks files in its own time.
async fn until(client: &Qbittorrent, wanted: impl Fn(&[Torrent]) -> bool) -> Vec<Torrent> {
    let mut tick = tokio::time::interval(Duration::from_millis(100));
    let mut torrents = Vec::new();
    for _ in 0..300 {
        tick.tick().await;
        torrents = client.all_torrents().await.unwrap();
        if wanted(&torrents) {
            return torrents;
        }
    }
    panic!("not as wanted: {torrents:?}");
}

#[tokio::test]
async fn the_real_one_tells_its_torrents() {
    let Some(program) = program() else { return };
    let real = RealQbittorrent::start(&program).await;
    let client = real.client(PASSWORD);
    assert!(client.version().await.unwrap().starts_with('v'));
    assert!(client.all_torrents().await.unwrap().is_empty());
    assert_eq!(client.transfer().await.unwrap().down, 0);

    let content: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
    std::fs::write(real.downloads.join("Movie.2026.1080p.mkv"), &content).unwrap();
    let (file, hash) = torrent("Movie.2026.1080p.mkv", &content);
    let magnet = "0123456789abcdef0123456789abcdef01234567";
    real.add(file, &format!("magnet:?xt=urn:btih:{magnet}&dn=Meta.Only"), "radarr").await;

    let done = |torrents: &[Torrent]| {
        torrents.len() == 2 && torrents.iter().any(|torrent| torrent.state == TorrentState::Done)
    };
    until(&client, done).await;
    let movie = client.torrents(&[hash.to_uppercase()]).await.unwrap().pop().unwrap();
    assert_eq!((movie.hash.as_str(), movie.name.as_str()), (hash.as_str(), "Movie.2026.1080p.mkv"));
    assert_eq!((movie.progress, movie.size, movie.amount_left), (1.0, 400_000, 0));
    assert!(movie.category.as_deref() == Some("radarr") && movie.completed_at.is_some() && movie.eta_seconds.is_none());
    let meta = client.torrents(&[magnet.to_owned()]).await.unwrap().pop().unwrap();
    assert_eq!((meta.state, meta.size, meta.completed_at), (TorrentState::Downloading, 0, None));
    let free = client.free_space().await.unwrap();
    assert!(free.is_none_or(|bytes| bytes > 0));
}

#[tokio::test]
async fn the_real_one_is_not_provoked_into_a_ban() {
    let Some(program) = program() else { return };
    let real = RealQbittorrent::start(&program).await;
    let wrong = real.client("wrong");
    for _ in 0..10 {
        assert_eq!(wrong.version().await.unwrap_err().class, FaultClass::Auth);
    }
    real.client(PASSWORD).version().await.expect("one failed sign-in is no ban");
    let anonymous = Qbittorrent::new(&real.url, Login::None).unwrap();
    assert_eq!(anonymous.version().await.unwrap_err().class, FaultClass::Auth);
}
