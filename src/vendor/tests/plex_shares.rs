//! What is shared with whom: one list out of two, either of which may be retired.

use poem::Response;

use super::plex_tv::{MACHINE, gone, plex, token, world};
use super::{Seen, html, json, xml};
use crate::domain::fault::FaultClass;
use crate::domain::people::PlexShare;

/// Which of the three lists of shares answers, and with what.
fn shares_world(
    v1: fn() -> Response,
    pending: fn() -> Response,
    accepted: fn() -> Response,
) -> impl Fn(&Seen) -> Response {
    move |seen| match seen.path.as_str() {
        "/api/v2/shared_servers/owned/pending" => pending(),
        "/api/v2/shared_servers/owned/accepted" => accepted(),
        path if path == format!("/api/servers/{MACHINE}/shared_servers") => v1(),
        _ => html(500, ""),
    }
}

fn v1_shares() -> Response {
    xml(plex("api_servers_shared_servers_v1.xml"))
}

fn v2_pending() -> Response {
    json(plex("api_v2_shared_servers_owned_pending.json"))
}

fn v2_accepted() -> Response {
    json(plex("api_v2_shared_servers_owned_accepted.json"))
}

async fn shares(
    v1: fn() -> Response,
    pending: fn() -> Response,
    accepted: fn() -> Response,
) -> Result<Vec<PlexShare>, FaultClass> {
    let (_upstream, plex_tv) = world(shares_world(v1, pending, accepted)).await;
    plex_tv.shares(&token(), MACHINE).await.map_err(|fault| fault.class)
}

#[tokio::test]
async fn both_lists_of_shares_make_one() {
    let rows = shares(v1_shares, v2_pending, || html(500, "")).await.unwrap();
    assert_eq!(rows.len(), 2);
    let (first, second) = (&rows[0], &rows[1]);
    assert_eq!((first.share_id, first.account_id, first.accepted), (70_000_001, Some(2_000_001), true));
    assert_eq!(first.section_keys, ["1"]);
    assert_eq!(first.settings.filter_movies, "contentRating=G%2CPG");
    // v1 knows only the address it went to; v2 knows whose it is.
    assert_eq!((second.share_id, second.accepted), (70_000_002, false));
    assert_eq!((second.account_id, second.username.as_deref()), (Some(2_000_002), Some("friend-two")));
    assert_eq!(second.email.as_deref(), Some("pending@example.com"));
    assert_eq!(second.section_keys, ["1", "2"]);
}

#[tokio::test]
async fn either_list_may_be_retired() {
    let rows = shares(v1_shares, gone, gone).await.unwrap();
    assert_eq!(rows.len(), 2);
    let rows = shares(gone, v2_pending, v2_accepted).await.unwrap();
    let shape: Vec<_> = rows.iter().map(|row| (row.share_id, row.accepted, row.section_keys.join(","))).collect();
    assert_eq!(shape, [(70_000_001, true, "1".into()), (70_000_002, false, "1,2".into())]);
    assert_eq!(shares(gone, gone, gone).await.unwrap_err(), FaultClass::Missing);
    assert_eq!(shares(gone, || json("[]"), || json("[]")).await.unwrap_err(), FaultClass::Missing);
}

#[tokio::test]
async fn a_list_that_fails_is_not_half_a_list() {
    assert_eq!(shares(|| html(502, ""), v2_pending, v2_accepted).await.unwrap_err(), FaultClass::Transient);
    assert_eq!(shares(v1_shares, || html(502, ""), v2_accepted).await.unwrap_err(), FaultClass::Transient);
    assert!(shares(|| xml(""), || json("[]"), gone).await.unwrap().is_empty());
}

#[tokio::test]
async fn odd_shares_are_read_for_what_they_are() {
    let rows = shares(
        || {
            xml(r#"<MediaContainer size="9">
                <SharedServer id="1" userID="5" allLibraries="1" acceptedAt="1762000000"><Section id="1" key="1" shared="1"/></SharedServer>
                <SharedServer id="2" userID="6" accepted="0" acceptedAt="1762000000" allowTuners="2"/>
                <SharedServer userID="7"/></MediaContainer>"#)
        },
        || {
            json(
                r#"[{"id":"3","machineIdentifier":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","invitedEmail":"new@example.com","invited":null,
                    "libraries":null,"sharingSettings":null,"accepted":"0","invitedAt":1763600000},
                    {"id":4,"machineIdentifier":"another"},{"id":5,"machineIdentifier":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","deletedAt":"2026-11-01T12:26:40Z"}]"#,
            )
        },
        gone,
    )
    .await
    .unwrap();
    let shape: Vec<_> = rows.iter().map(|row| (row.share_id, row.account_id, row.accepted)).collect();
    assert_eq!(shape, [(1, Some(5), true), (2, Some(6), false), (3, None, false)]);
    assert!(rows[0].all_libraries && rows[0].section_keys.is_empty());
    assert_eq!(rows[1].settings.allow_tuners, 2);
    assert_eq!(rows[2].email.as_deref(), Some("new@example.com"));
    assert!(rows[2].invited_at.is_some());
}
