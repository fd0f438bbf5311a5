//! One real transfer: two real qBittorrents on this machine, one gives, one takes, and the parcel page tells how far it is.

use usherr::demo::WorldOptions;
use usherr::domain::torrent::{Torrent, TorrentState};

use crate::job::share;
use crate::pages::ask;
use crate::real_qbittorrent::{PASSWORD, RealQbittorrent, program, torrent};
use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::patience::until;

const FILE: &str = "Velvet.Static.1080p.mkv";

#[tokio::test(flavor = "multi_thread")]
async fn the_parcel_page_tells_of_a_real_transfer() {
    let Some(stage) = Stage::set() else { return };
    let Some(program) = program() else { return };
    let (giver, taker) = tokio::join!(RealQbittorrent::start(&program), RealQbittorrent::start(&program));
    let test =
        TestApp::with_settings(WorldOptions::test(), |settings| pointed_at(&settings, &taker)).await.synced().await;
    let (priya, mara) = (test.as_plex("priya").await, test.as_admin().await);
    let parcel = ask(&test, &priya, "Velvet Static").await;
    mara.post(&format!("/admin{parcel}/approval"), &[]).await.is(303);
    test.settled().await;
    test.world.downloads().step();

    let hash = begin(&giver, &taker).await;
    assert_eq!(test.world.downloads().rename("Velvet Static", &hash), 1);
    let window = stage.window(&test.url(), Look::PHONE).await;
    window.come_in(&priya).await;
    window.open(&parcel).await;
    window.see("Downloading").await;
    let client = taker.client(PASSWORD);
    window
        .wait("a part of it is told", || async {
            let real = client.torrents(std::slice::from_ref(&hash)).await.ok()?.pop()?;
            (share(&window).await? > 0.0 && real.progress < 1.0).then_some(())
        })
        .await;
    window.see("a second").await;
    taker.order("torrents/setDownloadLimit", &[("hashes", &hash), ("limit", "0")]).await;
    until("it is done", || async {
        client.torrents(std::slice::from_ref(&hash)).await.ok()?.pop().filter(|one| one.state == TorrentState::Done)
    })
    .await;
    test.world.downloads().finish_all();
    window.see("Play on Plex").await;
    window.clean(&[]).await;
    window.close().await;
    test.close().await;
}

fn pointed_at(settings: &str, real: &RealQbittorrent) -> String {
    let (before, rest) = settings.split_once("[qbittorrent]").unwrap();
    let (_, after) = rest.split_once("\n[").unwrap();
    let section = format!("[qbittorrent]\nurl = \"{}\"\nusername = \"admin\"\npassword = \"{PASSWORD}\"\n", real.url);
    format!("{before}{section}\n[{after}")
}

/// Slowly enough to be watched; returns the info-hash.
async fn begin(giver: &RealQbittorrent, taker: &RealQbittorrent) -> String {
    let content: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    let (file, hash) = torrent(FILE, &content, false);
    std::fs::write(giver.downloads.join(FILE), &content).unwrap();
    giver.add(file.clone(), "", "").await;
    taker.add(file, "", "radarr").await;
    // A peer refused while the other still reads its file would come back only a minute later.
    stands(giver, &hash, |torrent| torrent.state == TorrentState::Done).await;
    stands(taker, &hash, |torrent| matches!(torrent.state, TorrentState::Downloading | TorrentState::Stalled)).await;
    taker.order("torrents/setDownloadLimit", &[("hashes", &hash), ("limit", "40000")]).await;
    let peer = format!("127.0.0.1:{}", giver.peer_port);
    taker.order("torrents/addPeers", &[("hashes", &hash), ("peers", &peer)]).await;
    stands(taker, &hash, |torrent| torrent.progress > 0.0).await;
    hash
}

async fn stands(real: &RealQbittorrent, hash: &str, as_wanted: impl Fn(&Torrent) -> bool) {
    let client = real.client(PASSWORD);
    until("the torrent stands as it should", || async {
        client.torrents(&[hash.to_owned()]).await.ok()?.pop().filter(|torrent| as_wanted(torrent))
    })
    .await;
}
