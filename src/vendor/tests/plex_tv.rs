//! plex.tv against captured and hand-made answers.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use poem::Response;
use secrecy::{ExposeSecret, SecretString};

use super::{Seen, Upstream, class_of, fixture, html, json, say, xml};
use crate::domain::fault::FaultClass;
use crate::vendor::plex_tv::{PlexTv, PlexUrls};

pub const MACHINE: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const CLIENT: &str = "11111111-2222-4333-8444-555555555555";

pub fn plex(name: &str) -> String {
    fixture(&format!("plex/{name}"))
}

pub fn token() -> SecretString {
    SecretString::from("FAKE-TOKEN")
}

fn client(base: &str) -> PlexTv {
    let urls = PlexUrls { plex_tv: base.into(), clients: base.into(), auth: format!("{base}/auth") };
    PlexTv::new(urls, CLIENT.into(), "0.1.0").unwrap()
}

pub async fn world(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> (Upstream, PlexTv) {
    let upstream = Upstream::new(answer).await;
    let client = client(&upstream.base);
    (upstream, client)
}

pub fn gone() -> Response {
    say(410, "application/xml", plex("plextv_v1_error_410.xml"))
}

#[tokio::test]
async fn every_call_names_the_installation_and_hides_the_token_in_a_header() {
    let (upstream, plex_tv) = world(|_| json(r#"{"pong":true}"#)).await;
    plex_tv.ping(&token()).await.unwrap();
    let seen = upstream.only();
    assert_eq!((seen.method.as_str(), seen.path.as_str(), seen.query.as_str()), ("GET", "/api/v2/ping", ""));
    assert_eq!(seen.header("x-plex-client-identifier"), CLIENT);
    assert_eq!(seen.header("x-plex-token"), "FAKE-TOKEN");
    assert_eq!((seen.header("x-plex-product"), seen.header("x-plex-version")), ("Usherr", "0.1.0"));
    assert_eq!(seen.header("accept"), "application/json");
    assert!(!format!("{plex_tv:?}").contains("FAKE-TOKEN"));
}

#[tokio::test]
async fn a_pin_that_lives_longer_than_time_is_given_the_usual_life() {
    let (_upstream, plex_tv) = world(|_| json(r#"{"id":1,"code":"x","expiresIn":9007199254740990}"#)).await;
    let life = plex_tv.create_pin().await.unwrap().expires_at - Utc::now();
    assert!(life <= TimeDelta::minutes(15), "{life}");
}

#[tokio::test]
async fn a_strong_pin_is_made_without_a_token() {
    let (upstream, plex_tv) = world(|_| say(201, "application/json", plex("pins_post_201_strong.json"))).await;
    let before = Utc::now();
    let pin = plex_tv.create_pin().await.unwrap();
    assert_eq!((pin.id, pin.code.as_str()), (3_100_000_001, "k3x9q2w7e5r1t8y6u4i0p2a5s"));
    let life = pin.expires_at - before;
    assert!(life >= TimeDelta::seconds(1799), "counts from our clock: {life}");
    let seen = upstream.only();
    assert_eq!(
        (seen.method.as_str(), seen.path.as_str(), seen.query.as_str()),
        ("POST", "/api/v2/pins", "strong=true")
    );
    assert_eq!((seen.header("x-plex-token"), seen.header("content-length")), ("", "0"));
    let url = plex_tv.auth_url(&pin, "https://usherr.example.com/sign-in/plex?a=1&b=2");
    let (page, fragment) = url.split_once("#?").unwrap();
    assert!(page.ends_with("/auth"));
    assert_eq!(
        fragment,
        format!(
            "clientID={CLIENT}&code={}&context%5Bdevice%5D%5Bproduct%5D=Usherr&forwardUrl=https%3A%2F%2Fusherr.example.com%2Fsign-in%2Fplex%3Fa%3D1%26b%3D2",
            pin.code
        )
    );
}

#[tokio::test]
async fn a_pin_waits_then_gives_its_token_then_is_gone() {
    let (_upstream, plex_tv) = world(|seen| match seen.path.as_str() {
        "/api/v2/pins/1" => json(plex("pins_post_201_weak.json")),
        "/api/v2/pins/2" => json(r#"{"id":"2","code":"abcd","authToken":""}"#),
        "/api/v2/pins/3" => json(plex("pins_get_200_claimed.json")),
        _ => say(404, "application/json", plex("pins_get_404_expired.json")),
    })
    .await;
    assert!(plex_tv.check_pin(1).await.unwrap().is_none());
    assert!(plex_tv.check_pin(2).await.unwrap().is_none());
    let found = plex_tv.check_pin(3).await.unwrap().unwrap();
    assert_eq!(found.expose_secret(), "FAKE-USER-TOKEN-0001");
    let fault = plex_tv.check_pin(4).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Missing);
    assert!(fault.message.contains("expired"));
}

#[tokio::test]
async fn an_account_shows_the_best_name_it_has() {
    let (_upstream, plex_tv) = world(|seen| match seen.header("x-plex-token") {
        "real" => json(plex("users_signin_201_a.json")),
        "managed" => json(r#"{"id":"7","username":"","email":null,"title":"Kid","friendlyName":""}"#),
        "bare" => json(r#"{"id":8,"email":"x@example.com"}"#),
        "number" => json(r#"{"id":9}"#),
        _ => json(r#"{"username":"nobody"}"#),
    })
    .await;
    let account = async |token: &str| plex_tv.account(&SecretString::from(token)).await;
    let real = account("real").await.unwrap();
    assert_eq!(
        (real.id, real.username.as_deref(), real.display_name.as_str()),
        (62_735_028, Some("ZjFvKLCb"), "ZjFvKLCb")
    );
    let managed = account("managed").await.unwrap();
    assert_eq!((managed.id, managed.username, managed.display_name.as_str()), (7, None, "Kid"));
    assert_eq!(account("bare").await.unwrap().display_name, "x@example.com");
    assert_eq!(account("number").await.unwrap().display_name, "Plex user 9");
    assert_eq!(class_of(account("none").await), FaultClass::Transient);
}

#[tokio::test]
async fn only_a_401_speaks_against_a_token() {
    let (_upstream, plex_tv) = world(|seen| match seen.header("x-plex-token") {
        "401" => say(401, "application/json", plex("plextv_v2_error_401.json")),
        "401x" => say(401, "application/xml", plex("plextv_v2_error_401.xml")),
        "429" => say(429, "application/json", plex("plextv_v2_error_429.json")),
        "429-after" => say(429, "application/json", plex("plextv_v2_error_429.json")).with_header_retry("30"),
        "400" => say(400, "application/json", plex("plextv_v2_error_400_client_id.json")),
        "410" => gone(),
        "page" => html(200, "<html>down for maintenance</html>"),
        _ => html(502, "<html>bad gateway</html>"),
    })
    .await;
    for (token, class, wait) in [
        ("401", FaultClass::Auth, None),
        ("401x", FaultClass::Auth, None),
        ("429", FaultClass::Transient, None),
        ("429-after", FaultClass::Transient, Some(Duration::from_secs(30))),
        ("400", FaultClass::Transient, None),
        ("410", FaultClass::Transient, None),
        ("page", FaultClass::Transient, None),
        ("502", FaultClass::Transient, None),
    ] {
        let fault = plex_tv.account(&SecretString::from(token)).await.unwrap_err();
        assert_eq!((fault.class, fault.retry_after), (class, wait), "{token}: {}", fault.message);
        assert!(!fault.message.contains('<'), "{}", fault.message);
    }
}

trait WithRetry {
    fn with_header_retry(self, seconds: &'static str) -> Response;
}

impl WithRetry for Response {
    fn with_header_retry(mut self, seconds: &'static str) -> Response {
        self.headers_mut().insert("retry-after", poem::http::HeaderValue::from_static(seconds));
        self
    }
}

#[tokio::test]
async fn servers_come_with_their_connections_best_first() {
    let (_upstream, plex_tv) = world(|_| json(plex("resources_v2.json"))).await;
    let servers = plex_tv.resources(&token()).await.unwrap();
    assert_eq!(servers.len(), 7);
    let own = &servers[0];
    assert!(own.owned && own.owner_id.is_none() && own.access_token.is_some());
    let shape: Vec<_> = own.connections.iter().map(|way| (way.local, way.relay)).collect();
    assert_eq!(shape, [(true, false), (false, false), (false, false), (false, true)]);
    let shared = &servers[1];
    assert_eq!(shared.owner_id, Some(2639453));
    assert!(!shared.owned && !shared.connections[0].local && shared.connections[3].relay);
    let secret = own.access_token.as_ref().unwrap().expose_secret();
    assert!(!format!("{own:?}").contains(secret));
}

#[tokio::test]
async fn players_and_empty_lists_are_no_servers() {
    let (_upstream, plex_tv) = world(|seen| match seen.header("x-plex-token") {
        "players" => json(r#"[{"name":"TV","provides":"client,player","clientIdentifier":"x"},{"provides":""},{}]"#),
        _ => json("[]"),
    })
    .await;
    assert!(plex_tv.resources(&SecretString::from("players")).await.unwrap().is_empty());
    assert!(plex_tv.resources(&token()).await.unwrap().is_empty());
}

#[tokio::test]
async fn friends_are_read_from_xml_with_their_servers() {
    let (_upstream, plex_tv) = world(|_| xml(plex("api_users_mixed.xml"))).await;
    let friends = plex_tv.friends(&token()).await.unwrap();
    let first = &friends[0];
    assert_eq!((first.account.id, first.servers[0].share_id), (2_000_001, 70_000_001));
    assert_eq!(first.servers[0].machine_id, MACHINE);
    assert!(!first.servers[0].pending && !first.servers[0].all_libraries);
    let kid = friends.iter().find(|friend| friend.account.id == 2_000_007).unwrap();
    assert!(kid.home && kid.restricted && kid.account.username.is_none());
    assert_eq!(kid.account.display_name, "Kid");
    assert!(friends.iter().any(|friend| friend.servers.is_empty()));
}

#[tokio::test]
async fn what_is_no_list_never_reads_as_an_empty_one() {
    let (_upstream, plex_tv) = world(|seen| match seen.header("x-plex-token") {
        "page" => html(200, "<html><body>maintenance</body></html>"),
        "nothing" => xml(""),
        "cut" => xml(r#"<MediaContainer size="2"><User id="1" title="a"/><User id="#),
        "error" => xml(r#"<Response code="500" status="no"/>"#),
        _ => xml(r#"<MediaContainer size="0"/>"#),
    })
    .await;
    for case in ["page", "nothing", "cut", "error"] {
        assert_eq!(class_of(plex_tv.friends(&SecretString::from(case)).await), FaultClass::Transient, "{case}");
    }
    assert!(plex_tv.friends(&token()).await.unwrap().is_empty());
}

#[tokio::test]
async fn the_home_names_its_owner_and_its_managed_users() {
    let (_upstream, plex_tv) = world(|_| xml(plex("api_home_users.xml"))).await;
    let users = plex_tv.home_users(&token()).await.unwrap();
    let shape: Vec<_> = users.iter().map(|user| (user.account.id, user.admin, user.restricted)).collect();
    assert_eq!(shape, [(1_000_001, true, false), (2_000_007, false, true)]);
}

#[tokio::test]
async fn sections_come_from_v2_and_else_from_v1() {
    let v1_path = format!("/api/servers/{MACHINE}");
    let (_upstream, plex_tv) = world(move |seen| match (seen.header("x-plex-token"), seen.path == v1_path) {
        ("refused", _) => say(401, "application/json", plex("plextv_v2_error_401.json")),
        ("v2", false) => json(plex("api_v2_servers_machineid.json")),
        ("empty", false) => json(r#"{"name":"x"}"#),
        ("gone", false) => gone(),
        ("slow", false) => say(429, "application/json", plex("plextv_v2_error_429.json")).with_header_retry("5"),
        (_, true) => xml(plex("api_servers_machineid.xml")),
        _ => html(500, ""),
    })
    .await;
    for way in ["v2", "empty", "gone"] {
        let sections = plex_tv.sections(&SecretString::from(way), MACHINE).await.unwrap();
        let shape: Vec<_> = sections.iter().map(|section| (section.id, section.key.as_str())).collect();
        assert_eq!(shape, [(110_000_001, "1"), (110_000_002, "2"), (110_000_007, "5")], "{way}");
    }
    assert_eq!(class_of(plex_tv.sections(&SecretString::from("refused"), MACHINE).await), FaultClass::Auth);
    assert_eq!(class_of(plex_tv.sections(&SecretString::from("slow"), MACHINE).await), FaultClass::Transient);
    assert_eq!(class_of(plex_tv.sections(&token(), "../users").await), FaultClass::Permanent);
}

#[tokio::test]
async fn sent_invitations_may_name_an_address_or_be_retired() {
    let (_upstream, plex_tv) = world(|seen| match seen.header("x-plex-token") {
        "gone" => gone(),
        "down" => html(503, ""),
        _ => xml(plex("api_invites_requested.xml")),
    })
    .await;
    let invites = plex_tv.invites(&token()).await.unwrap().unwrap();
    let ids: Vec<_> = invites.iter().map(|invite| (invite.id.as_str(), invite.server)).collect();
    assert_eq!(ids, [("2000002", true), ("no-account@example.com", true), ("2000009", false)]);
    assert_eq!(invites[0].server_names, ["Example Server"]);
    assert_eq!(plex_tv.invites(&SecretString::from("gone")).await.unwrap(), None, "nobody knows");
    assert_eq!(class_of(plex_tv.invites(&SecretString::from("down")).await), FaultClass::Transient);
}

#[tokio::test]
async fn plex_may_say_in_its_own_words_what_is_wrong() {
    let (_upstream, plex_tv) = world(|seen| match seen.header("x-plex-token") {
        "v1" => say(400, "application/xml", plex("plextv_v1_error_400_already_sharing.xml")),
        "text" => say(400, "application/xml", "<errors><error>Not like this</error></errors>"),
        "422" => say(422, "application/json", r#"{"errors":[{"code":1,"message":"Invalid token"}]}"#),
        _ => say(498, "application/json", "{}"),
    })
    .await;
    let fault = async |token: &str| plex_tv.ping(&SecretString::from(token)).await.unwrap_err();
    assert!(fault("v1").await.message.contains("You're already sharing this server with friend-one"));
    assert!(fault("text").await.message.contains("Not like this"));
    assert_eq!((fault("422").await.class, fault("498").await.class), (FaultClass::Auth, FaultClass::Auth));
}

#[test]
fn a_client_id_that_can_not_be_sent_is_refused() {
    assert_eq!(class_of(PlexTv::new(PlexUrls::default(), "a\nb".into(), "1")), FaultClass::Permanent);
    assert_eq!(class_of(PlexTv::new(PlexUrls::default(), " ".into(), "1")), FaultClass::Permanent);
}
