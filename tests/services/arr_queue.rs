//! The queue of Sonarr and Radarr (services.md 2.6).

use serde_json::json;
use usherr::domain::servarr::{QueueStatus, TrackedState, by_download};

use crate::arr_reads::{always, utc};
use crate::stand_in::{StandIn, empty, fixture, json, ok};

#[tokio::test]
async fn a_film_queue_with_fractional_sizes() {
    let server = always("ruddarr-app-captures/movie-queue.json").await;
    let queue = server.radarr().queue().await.unwrap();
    assert_eq!(queue.len(), 2, "one record was captured twice");
    assert_eq!(
        (queue[0].arr_title_id, queue[0].size, queue[0].size_left),
        (Some(368), 5_882_132_578.0, 5_870_368_312.844)
    );
    assert_eq!((&queue[0].status, &queue[0].state), (&QueueStatus::Downloading, &TrackedState::Downloading));
    assert_eq!(queue[0].eta, Some(utc("2024-05-24T21:54:45Z")));
    let call = server.only("GET /api/v3/queue");
    assert_eq!(
        (call.arg("page"), call.arg("pageSize"), call.arg("includeUnknownMovieItems")),
        (Some("1"), Some("100"), Some("true"))
    );
}

#[tokio::test]
async fn a_season_pack_is_one_download() {
    let server = always("home-assistant/sonarr/queue_season_pack.json").await;
    let queue = server.sonarr().queue().await.unwrap();
    let episodes: Vec<_> = queue.iter().map(|record| (record.arr_title_id, record.season, record.episode_id)).collect();
    assert_eq!(episodes, [2303, 2304, 2326].map(|id| (Some(64), Some(2), Some(id))));
    let downloads = by_download(&queue);
    assert_eq!((downloads.len(), downloads[0].records.len(), downloads[0].size()), (1, 3, 84_429_221_268.0));
    assert_eq!(downloads[0].download_id.as_deref(), Some("ca4552774085f1b5db3c8e7d39dd220b0474fe4b"));
    assert!((0.0..0.01).contains(&downloads[0].progress()));
}

#[tokio::test]
async fn the_queue_is_read_to_the_end_and_no_further() {
    let all = fixture("ruddarr-app-captures/series-queue.json");
    let rows = all["records"].as_array().unwrap().clone();
    let total = rows.len();
    let server = StandIn::new(move |call| {
        // The service clamps at its last page.
        let page = call.arg("page").unwrap().parse::<usize>().unwrap().min(total.div_ceil(4));
        let part: Vec<_> = rows.iter().skip((page - 1) * 4).take(4).collect();
        ok(&json!({"page": page, "pageSize": 4, "totalRecords": total, "records": part}))
    })
    .await;
    let queue = server.sonarr().queue().await.unwrap();
    assert_eq!((queue.len(), server.calls().len()), (total, total.div_ceil(4)));
    let stuck = &queue[0];
    assert!(stuck.warning && stuck.state == TrackedState::ImportPending);
    assert!(stuck.messages.iter().any(|message| message.starts_with("Not an upgrade")), "{:?}", stuck.messages);
    let packs = by_download(&queue);
    assert!(packs.iter().any(|pack| pack.records.len() == 2), "two episodes of one download are one");
}

#[tokio::test]
async fn queues_of_other_collections_pass() {
    let server = always("aiopyarr/sonarr/queue-2.json").await;
    let queue = server.sonarr().queue().await.unwrap();
    assert_eq!((queue.len(), &queue[0].status), (1, &QueueStatus::Other("string".to_owned())));
    assert_eq!((queue[0].arr_title_id, queue[0].protocol.as_deref()), (None, None));
    let server = always("exportarr/common/v3_queue.json").await;
    let queue = server.radarr().queue().await.unwrap();
    assert!(queue.iter().all(|record| record.size == 24_397_988_960.0) && !queue.is_empty());
    for body in [json!({}), json!([]), json!({"totalRecords": 3})] {
        let server = StandIn::new(move |_| ok(&body)).await;
        assert!(server.radarr().queue().await.is_err(), "no page is not an empty queue");
    }
}

#[tokio::test]
async fn words_are_read_in_any_case() {
    let server = StandIn::new(|_| {
        ok(&json!({"totalRecords": 2, "records": [
            {"id": 1, "movie": {"id": 9}, "status": "Downloading", "trackedDownloadState": "ImportBlocked", "trackedDownloadStatus": "Error"},
            {"id": 2, "status": "delay"}
        ]}))
    })
    .await;
    let queue = server.radarr().queue().await.unwrap();
    assert_eq!((&queue[0].status, &queue[0].state), (&QueueStatus::Downloading, &TrackedState::ImportBlocked));
    assert!(queue[0].warning && queue[0].arr_title_id == Some(9));
    assert_eq!((&queue[1].status, &queue[1].download_id), (&QueueStatus::Delay, &None));
    assert_eq!(by_download(&queue).len(), 2, "records without a download stay apart");
}

#[tokio::test]
async fn downloads_are_cancelled_without_a_blocklist() {
    let server = StandIn::new(|call| match call.path.as_str() {
        "/api/v3/queue/11" => empty(200),
        _ => json(404, &json!({"message": "NotFound"})),
    })
    .await;
    server.sonarr().cancel_downloads(&[11, 12]).await.unwrap();
    let call = server.only("DELETE /api/v3/queue/11");
    assert_eq!((call.arg("removeFromClient"), call.arg("blocklist")), (Some("true"), Some("false")));
    assert_eq!(server.lines().len(), 2, "the second record went with the first");
}
