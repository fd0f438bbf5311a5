//! What is watched on a media server, and its end.

use poem::Response;
use secrecy::SecretString;

use super::{Seen, Upstream, class_of, fixture, html, json, say};
use crate::domain::fault::FaultClass;
use crate::domain::stream::Stream;
use crate::vendor::plex_server::PlexServer;

async fn world(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> (Upstream, PlexServer) {
    let upstream = Upstream::new(answer).await;
    let server = PlexServer::new(&upstream.base, SecretString::from("FAKE-TOKEN"), "client-1").unwrap();
    (upstream, server)
}

async fn streams(body: &str) -> Vec<Stream> {
    let body = body.to_owned();
    world(move |_| json(body.clone())).await.1.streams().await.unwrap()
}

#[tokio::test]
async fn what_is_watched_is_read_with_and_without_a_session() {
    let stream = |id: Option<&str>, account| Stream { id: id.map(str::to_owned), account };
    assert_eq!(streams(&fixture("plex/status_sessions_empty.json")).await, []);
    let direct = streams(&fixture("plex/status_sessions_direct_play_no_session_node.json")).await;
    assert_eq!(direct, [stream(None, Some(2_000_001))]);
    let owner = streams(&fixture("plex/status_sessions_transcode_movie.json")).await;
    assert!(matches!(&owner[..], [Stream { id: Some(_), account: None }]), "1 is the owner: {owner:?}");
    let odd = r#"{"MediaContainer":{"size":2,"Metadata":[{"Session":{"id":"a b"},"User":{"id":7}},{"Session":{}}]}}"#;
    assert_eq!(streams(odd).await, [stream(Some("a b"), Some(7)), stream(None, None)]);
}

#[tokio::test]
async fn a_stream_is_ended_by_its_session() {
    let (upstream, server) = world(|_| say(200, "text/plain", "")).await;
    server.end_stream("a b&c", "Ana's Attic: the end?").await.unwrap();
    let seen = upstream.only();
    assert_eq!(seen.path, "/status/sessions/terminate");
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(seen.query.as_bytes()).into_owned().collect();
    let wanted = [("sessionId", "a b&c"), ("reason", "Ana's Attic: the end?")];
    assert_eq!(pairs, wanted.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(seen.header("x-plex-token"), "FAKE-TOKEN");
}

#[tokio::test]
async fn one_that_is_over_is_as_good_and_without_plex_pass_none_ends() {
    let (_upstream, server) = world(|seen| match seen.query.split('&').next() {
        Some("sessionId=404") => html(404, fixture("plex/pms_error_404.html")),
        Some("sessionId=401") => html(401, fixture("plex/pms_error_401.html")),
        Some("sessionId=403") => html(403, fixture("plex/pms_error_403.html")),
        _ => html(503, "busy"),
    })
    .await;
    server.end_stream("404", "over").await.unwrap();
    let fault = server.end_stream("401", "over").await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Permanent);
    assert!(fault.message.contains("Plex Pass"), "{}", fault.message);
    assert_eq!(class_of(server.end_stream("403", "over").await), FaultClass::Permanent);
    assert_eq!(class_of(server.end_stream("503", "over").await), FaultClass::Transient);
}
