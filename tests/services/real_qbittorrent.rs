//! Starts the real qbittorrent-nox, as Debian installs it, with a profile of its own. Left out with a notice where it isn't
//! installed, a failure there if `USHERR_TEST_REQUIRE_PEERS=1`. Also used by `tests/browser`.

use std::io::Write;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use aws_lc_rs::{digest, pbkdf2};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;
use tempfile::TempDir;
use usherr::vendor::qbittorrent::{Login, Qbittorrent};

use crate::support::patience::look_for;

const PROGRAM: &str = "qbittorrent-nox";
pub const PASSWORD: &str = "adminadmin1";

pub struct RealQbittorrent {
    pub url: String,
    pub downloads: PathBuf,
    /// Where other peers find it.
    pub peer_port: u16,
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
#[allow(clippy::explicit_write)]
pub fn program() -> Option<PathBuf> {
    let found = std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(PROGRAM))
        .find(|file| file.is_file());
    if found.is_none() {
        let required = std::env::var("USHERR_TEST_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "{PROGRAM} is not installed, and USHERR_TEST_REQUIRE_PEERS=1 wants it");
        // Not `eprintln`: the notice of a test that passes would be swallowed.
        writeln!(std::io::stderr(), "left out: {PROGRAM} is not installed").unwrap();
    }
    found
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl RealQbittorrent {
    pub async fn start(program: &Path) -> RealQbittorrent {
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
            let mut started = RealQbittorrent { url, downloads, peer_port, child, _profile: profile };
            if started.is_up().await {
                return started;
            }
        }
        panic!("{PROGRAM} does not start");
    }

    /// It answers 403 as soon as it is there.
    async fn is_up(&mut self) -> bool {
        let address = format!("{}/api/v2/app/version", self.url);
        let child = std::cell::RefCell::new(&mut self.child);
        let up = look_for(|| async {
            if child.borrow_mut().try_wait().unwrap().is_some() {
                return Some(false);
            }
            let answer = reqwest::get(&address).await;
            answer.is_ok_and(|answer| answer.status() == 403).then_some(true)
        });
        up.await.unwrap_or(false)
    }

    pub fn client(&self, password: &str) -> Qbittorrent {
        let login = Login::Password { username: "admin".to_owned(), password: SecretString::from(password) };
        Qbittorrent::new(&self.url, login).unwrap()
    }

    /// Adds torrents; the client only reads.
    pub async fn add(&self, torrent: Vec<u8>, magnet: &str, category: &str) {
        let file = reqwest::multipart::Part::bytes(torrent).file_name("movie.torrent");
        let form = reqwest::multipart::Form::new()
            .part("torrents", file)
            .text("urls", magnet.to_owned())
            .text("category", category.to_owned());
        self.post("torrents/add", |request| request.multipart(form)).await;
    }

    /// Any other order, with a session of its own.
    pub async fn order(&self, order: &str, fields: &[(&str, &str)]) {
        self.post(order, |request| request.form(fields)).await;
    }

    async fn post(&self, path: &str, with: impl FnOnce(reqwest::RequestBuilder) -> reqwest::RequestBuilder) {
        let http = reqwest::Client::new();
        let form = [("username", "admin"), ("password", PASSWORD)];
        let answer = http.post(format!("{}/api/v2/auth/login", self.url)).form(&form).send().await.unwrap();
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let request = http.post(format!("{}/api/v2/{path}", self.url)).header("Cookie", cookie);
        assert!(with(request).send().await.unwrap().status().is_success());
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
pub fn torrent(name: &str, content: &[u8], private: bool) -> (Vec<u8>, String) {
    const PIECE: usize = 16 * 1024;
    let sha1 = |bytes: &[u8]| digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, bytes).as_ref().to_vec();
    let pieces: Vec<u8> = content.chunks(PIECE).flat_map(sha1).collect();
    let mut info = format!(
        "d6:lengthi{}e4:name{}:{name}12:piece lengthi{PIECE}e6:pieces{}:",
        content.len(),
        name.len(),
        pieces.len()
    );
    info.push_str(if private { "PIECES7:privatei1ee" } else { "PIECESe" });
    let (head, tail) = info.split_once("PIECES").unwrap();
    let info = [head.as_bytes(), &pieces, tail.as_bytes()].concat();
    let hash = hex::encode(sha1(&info));
    ([b"d4:info".as_slice(), &info, b"e"].concat(), hash)
}
