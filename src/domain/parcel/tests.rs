//! Downloads as queue and torrents tell them, read together.

use super::*;
use crate::domain::servarr::{QueueRecord, by_download};

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
}

fn record() -> QueueRecord {
    QueueRecord {
        queue_id: 1,
        arr_title_id: Some(7),
        episode_id: None,
        season: None,
        download_id: Some("7FCF20EE".to_owned()),
        title: "Kestrel.2024.1080p".to_owned(),
        size: 1000.0,
        size_left: 400.0,
        eta: Some(at(10)),
        status: QueueStatus::Downloading,
        state: TrackedState::Downloading,
        warning: false,
        messages: Vec::new(),
        protocol: Some("torrent".to_owned()),
    }
}

fn torrent(state: TorrentState) -> Torrent {
    Torrent {
        hash: "7fcf20ee".to_owned(),
        name: "Kestrel".to_owned(),
        state,
        progress: 0.64,
        speed: 100,
        eta_seconds: Some(60),
        size: 1000,
        amount_left: 360,
        category: None,
        added_at: None,
        completed_at: None,
    }
}

fn read(records: &[QueueRecord], torrent: Option<&Torrent>, before: Option<&Download>, now: DateTime<Utc>) -> Download {
    Download::read(&by_download(records)[0], torrent, before, now).unwrap()
}

#[test]
fn the_torrent_knows_more_than_the_queue() {
    let with = read(&[record()], Some(&torrent(TorrentState::Downloading)), None, at(0));
    assert_eq!((with.size_left, with.speed, with.eta), (360, Some(100), Some(at(1))));
    let without = read(&[record()], None, None, at(0));
    assert_eq!((without.size_left, without.speed, without.eta), (400, None, Some(at(10))));
}

#[test]
fn sizes_that_nobody_means_break_no_sum() {
    let huge = QueueRecord { size: 1e300, size_left: f64::MAX, ..record() };
    let seen = read(&[huge], None, None, at(0));
    let sum = Progress::of(&[seen.clone(), seen]).unwrap();
    assert!(sum.size > 0 && sum.size_left <= sum.size && sum.share() == Some(0.0), "{sum:?}");
}

#[test]
fn a_season_pack_counts_once() {
    let pack: Vec<QueueRecord> =
        (1..=8).map(|episode| QueueRecord { episode_id: Some(episode), season: Some(1), ..record() }).collect();
    let downloads: Vec<Download> =
        by_download(&pack).iter().filter_map(|queued| Download::read(queued, None, None, at(0))).collect();
    assert_eq!(downloads.len(), 1);
    assert_eq!(Progress::of(&downloads).unwrap().share(), Some(0.6));
}

#[test]
fn patience_comes_before_stuck() {
    let stalled = read(&[record()], Some(&torrent(TorrentState::Stalled)), None, at(0));
    assert_eq!(verdict(std::slice::from_ref(&stalled), at(0)), Some(Command::Downloading));
    let still = read(&[record()], Some(&torrent(TorrentState::Stalled)), Some(&stalled), at(400));
    assert_eq!(still.updated_at, at(0), "nothing has moved");
    assert!(matches!(
        verdict(std::slice::from_ref(&still), at(400)),
        Some(Command::Stuck { cause: Cause::DownloadStalled, .. })
    ));
    let moved = Torrent { amount_left: 100, ..torrent(TorrentState::Stalled) };
    let moved = read(&[record()], Some(&moved), Some(&still), at(400));
    assert_eq!(verdict(&[moved], at(400)), Some(Command::Downloading), "bytes came");
    let paused = read(&[record()], Some(&torrent(TorrentState::Paused)), None, at(0));
    assert!(matches!(verdict(&[paused], at(31)), Some(Command::Stuck { cause: Cause::DownloadPaused, .. })));
}

#[test]
fn what_waits_for_a_hand_is_stuck_with_the_words_of_the_service() {
    let blocked = QueueRecord {
        status: QueueStatus::Completed,
        state: TrackedState::ImportPending,
        warning: true,
        messages: vec!["Sample".to_owned()],
        ..record()
    };
    let read_blocked = read(&[blocked], Some(&torrent(TorrentState::Done)), None, at(0));
    let expected = Command::Stuck { cause: Cause::ImportBlocked, detail: Some("Sample".to_owned()) };
    assert_eq!(verdict(std::slice::from_ref(&read_blocked), at(0)), Some(expected));
    let other = Download { download_id: "other".to_owned(), state: DownloadState::Downloading, ..read_blocked.clone() };
    assert_eq!(verdict(&[read_blocked, other], at(0)), Some(Command::Downloading), "something else still moves");
    assert_eq!(verdict(&[], at(0)), None);
}

#[test]
fn what_is_complete_goes_to_the_shelf() {
    let pending = QueueRecord { status: QueueStatus::Completed, state: TrackedState::ImportPending, ..record() };
    let done = read(&[pending], Some(&torrent(TorrentState::Done)), None, at(0));
    assert_eq!(verdict(&[done], at(0)), Some(Command::Imported));
    let queued = QueueRecord { status: QueueStatus::Queued, size_left: 1000.0, ..record() };
    let queued = read(&[queued], None, None, at(0));
    assert!(matches!(verdict(&[queued], at(0)), Some(Command::Grabbed { .. })));
}
