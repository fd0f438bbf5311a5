//! The client against the real qbittorrent-nox (services.md 9.1).

use usherr::domain::fault::FaultClass;
use usherr::domain::torrent::{Torrent, TorrentState};
use usherr::vendor::qbittorrent::{Login, Qbittorrent};

use super::real_qbittorrent::{PASSWORD, RealQbittorrent, program, torrent};
use crate::support::patience::until;

/// Asks until all are as wanted; qBittorrent checks files in its own time.
async fn all(client: &Qbittorrent, wanted: impl Fn(&[Torrent]) -> bool) {
    until("the torrents are as wanted", || async {
        let torrents = client.all_torrents().await.unwrap();
        wanted(&torrents).then_some(())
    })
    .await;
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
    let (file, hash) = torrent("Movie.2026.1080p.mkv", &content, true);
    let magnet = "0123456789abcdef0123456789abcdef01234567";
    real.add(file, &format!("magnet:?xt=urn:btih:{magnet}&dn=Meta.Only"), "radarr").await;

    let done = |torrents: &[Torrent]| {
        torrents.len() == 2 && torrents.iter().any(|torrent| torrent.state == TorrentState::Done)
    };
    all(&client, done).await;
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
