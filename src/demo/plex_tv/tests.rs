//! plex.md section F, the plex.tv half, byte by byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::json;

use super::*;
use crate::demo::household::{Household, keys};
use crate::demo::testing::{self, Reply};

const CLIENT: &str = "X-Plex-Client-Identifier: client-1";
const JSON: &str = "Accept: application/json";

struct Bench {
    tv: PlexTv,
    owner: Account,
}

impl Bench {
    async fn new() -> Bench {
        let house = Shared::new(Household::full());
        let owner = house.read(|house| house.owner().unwrap().clone());
        let tv = PlexTv::start(None, house, "http://127.0.0.1:32400".into()).await.unwrap();
        Bench { tv, owner }
    }

    fn account(&self, name: &str) -> Account {
        self.tv.house().read(|house| house.account_named(name).unwrap().clone())
    }

    fn machine(&self) -> String {
        self.tv.house().read(|house| house.machine_id.clone())
    }

    async fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> Reply {
        let token = format!("X-Plex-Token: {token}");
        let url = format!("{}{path}", self.tv.url());
        let kind = if body.starts_with('{') { "application/json" } else { "application/x-www-form-urlencoded" };
        let kind = format!("Content-Type: {kind}");
        testing::send(method, &url, &[CLIENT, JSON, &token, &kind], body).await.unwrap()
    }

    async fn owner_gets(&self, path: &str) -> Reply {
        self.ask("GET", path, &self.owner.token, "").await
    }
}

#[tokio::test]
async fn without_a_client_identifier_it_is_400_and_with_a_bad_token_401() {
    let bench = Bench::new().await;
    let url = format!("{}/api/v2/user", bench.tv.url());
    let reply = testing::get(&url, &[JSON]).await;
    assert_eq!((reply.status, reply.json()["errors"][0]["code"].as_i64()), (400, Some(1000)));
    let reply = testing::get(&url, &[CLIENT, JSON, "X-Plex-Token: wrong"]).await;
    assert_eq!((reply.status, reply.json()["errors"][0]["code"].as_i64()), (401, Some(1001)));
    let reply = testing::get(&url, &[CLIENT]).await;
    assert!(reply.text().contains("<errors><error code=\"1001\""), "{}", reply.text());
    let reply = testing::get(&format!("{}/api/users", bench.tv.url()), &[JSON]).await;
    assert_eq!((reply.status, reply.header("content-type").unwrap().contains("xml")), (401, true));
}

#[tokio::test]
async fn a_pin_is_claimed_once_and_only_by_its_client() {
    let bench = Bench::new().await;
    let made = bench.ask("POST", "/api/v2/pins?strong=true", "", "").await;
    assert_eq!(made.status, 201);
    let (id, code) = (made.json()["id"].as_i64().unwrap(), made.json()["code"].as_str().unwrap().to_owned());
    assert!(code.len() > 10 && made.json()["authToken"].is_null());
    let poll = format!("/api/v2/pins/{id}");
    assert!(bench.ask("GET", &poll, "", "").await.json()["authToken"].is_null());
    let other = testing::get(&format!("{}{poll}", bench.tv.url()), &["X-Plex-Client-Identifier: x", JSON]).await;
    assert_eq!((other.status, other.json()["errors"][0]["code"].as_i64()), (404, Some(1020)));
    let priya = bench.account("priya");
    assert!(bench.tv.approve_pin(&code, priya.id));
    assert!(!bench.tv.approve_pin(&code, priya.id));
    assert_eq!(bench.ask("GET", &poll, "", "").await.json()["authToken"], priya.token.as_str());
    assert_eq!(bench.ask("GET", &poll, "", "").await.status, 404);
}

#[tokio::test]
async fn a_weak_pin_is_linked_by_its_code_and_an_expired_one_is_gone() {
    let bench = Bench::new().await;
    let made = bench.ask("POST", "/api/v2/pins", "", "").await.json();
    assert_eq!(made["code"].as_str().map(str::len), Some(4));
    assert!((899..=900).contains(&made["expiresIn"].as_i64().unwrap()));
    let body = format!("code={}", made["code"].as_str().unwrap());
    assert_eq!(bench.ask("PUT", "/api/v2/pins/link", &bench.owner.token, &body).await.status, 204);
    let other = bench.ask("POST", "/api/v2/pins", "", "strong=true").await.json();
    assert!((1_799..=1_800).contains(&other["expiresIn"].as_i64().unwrap()));
    let id = other["id"].as_i64().unwrap();
    bench.tv.expire_pin(id);
    assert_eq!(bench.ask("GET", &format!("/api/v2/pins/{id}"), "", "").await.status, 404);
}

#[tokio::test]
async fn the_auth_page_lets_one_pick_a_person_and_goes_back() {
    let bench = Bench::new().await;
    let made = bench.ask("POST", "/api/v2/pins?strong=true", "", "").await.json();
    let code = made["code"].as_str().unwrap();
    let page =
        testing::get(&format!("{}?code={code}&forwardUrl=http%3A%2F%2Fhere%2Fback", bench.tv.auth_url()), &[]).await;
    assert!(page.status == 200 && page.text().contains("Priya Raman") && !page.text().contains(">Ida <"));
    let body = format!("code={code}&forwardUrl=http%3A%2F%2Fhere%2Fback&account={}", bench.account("priya").id);
    let done = testing::send("POST", &bench.tv.auth_url(), &[], &body).await.unwrap();
    assert_eq!((done.status, done.header("location").as_deref()), (303, Some("http://here/back")));
    assert_eq!(testing::send("POST", &bench.tv.auth_url(), &[], &body).await.unwrap().status, 404);
    assert!(testing::get(&bench.tv.auth_url(), &[]).await.text().contains("location.hash"));
}

#[tokio::test]
async fn resources_tell_the_server_to_its_owner_and_to_members() {
    let bench = Bench::new().await;
    let mine = bench.owner_gets("/api/v2/resources?includeHttps=1").await.json();
    assert_eq!((mine[0]["owned"].as_bool(), mine[0]["ownerId"].is_null()), (Some(true), true));
    assert_eq!(mine[0]["connections"][1]["uri"], "http://127.0.0.1:32400");
    let priya = bench.account("priya");
    let hers = bench.ask("GET", "/api/v2/resources", &priya.token, "").await.json();
    assert_eq!(hers[0]["sourceTitle"], "mara.lindqvist");
    assert_ne!(hers[0]["accessToken"], priya.token.as_str());
    let casper = bench.account("casper.holm");
    assert_eq!(bench.ask("GET", "/api/v2/resources", &casper.token, "").await.json(), json!([]));
}

#[tokio::test]
async fn users_are_xml_with_friends_home_and_shares() {
    let bench = Bench::new().await;
    let text = bench.owner_gets("/api/users").await.text();
    assert_eq!(text.matches("<User ").count(), 12);
    assert_eq!(text.matches("<Server ").count(), 11, "Casper has no share");
    assert!(text.contains("username=\"\" email=\"\"") && text.contains("restricted=\"1\""));
    assert!(!text.contains("jun@example.org") && !text.contains("username=\"mara.lindqvist\""));
    assert_eq!(bench.owner_gets("/api/home/users").await.text().matches("<User ").count(), 2);
}

#[tokio::test]
async fn sections_have_global_ids_and_can_be_partial() {
    let bench = Bench::new().await;
    let machine = bench.machine();
    let xml = bench.owner_gets(&format!("/api/servers/{machine}")).await.text();
    assert!(xml.contains("<Section id=\"118204511\" key=\"1\" type=\"movie\" title=\"Films\"/>"), "{xml}");
    bench.tv.set_modes(|modes| modes.section_list = SectionList::Without(vec![keys::KIDS]));
    let v2 = bench.owner_gets(&format!("/api/v2/servers/{machine}")).await.json();
    assert_eq!(v2["librarySections"].as_array().map(Vec::len), Some(5));
    bench.tv.set_modes(|modes| modes.section_list = SectionList::Empty);
    assert!(!bench.owner_gets(&format!("/api/servers/{machine}")).await.text().contains("<Section"));
}

#[tokio::test]
async fn both_lists_of_shares_agree() {
    let bench = Bench::new().await;
    let v1 = bench.owner_gets(&format!("/api/servers/{}/shared_servers", bench.machine())).await.text();
    assert_eq!(v1.matches("<SharedServer ").count(), 12);
    assert_eq!(v1.matches("acceptedAt=\"\"").count(), 1);
    assert_eq!(v1.matches("<Section ").count(), 12 * 6, "all sections, shared or not");
    let accepted = bench.owner_gets("/api/v2/shared_servers/owned/accepted").await.json();
    assert_eq!(accepted.as_array().map(Vec::len), Some(11));
    let pending = bench.owner_gets("/api/v2/shared_servers/owned/pending").await.json();
    assert_eq!((pending[0]["invitedEmail"].as_str(), pending[0]["invited"].is_null()), (Some("jun@example.org"), true));
    bench.tv.set_modes(|modes| modes.share_tokens_hidden = true);
    let v1 = bench.owner_gets(&format!("/api/servers/{}/shared_servers", bench.machine())).await.text();
    assert_eq!(v1.matches("accessToken=\"\"").count(), 12);
}

#[tokio::test]
async fn sent_invites_are_xml_or_gone() {
    let bench = Bench::new().await;
    let xml = bench.owner_gets("/api/invites/requested").await.text();
    assert!(xml.contains("<Invite id=\"jun@example.org\""), "{xml}");
    bench.tv.set_modes(|modes| modes.sent_invites_gone = true);
    let gone = bench.owner_gets("/api/invites/requested").await;
    assert!(gone.status == 410 && gone.text().contains("<Response code=\"410\""));
}

#[tokio::test]
async fn retired_routes_are_gone() {
    let bench = Bench::new().await;
    assert_eq!(bench.owner_gets("/api/v2/friends").await.status, 410);
    assert_eq!(bench.ask("DELETE", "/api/friends/1", &bench.owner.token, "").await.status, 410);
    assert_eq!(bench.ask("PUT", "/api/invites/requests/1", &bench.owner.token, "").await.status, 410);
    let listed = bench.owner_gets("/api/v2/shared_servers").await;
    assert_eq!((listed.status, listed.header("allow").as_deref()), (405, Some("OPTIONS, POST")));
    assert_eq!(bench.owner_gets("/api/v2/sharings").await.status, 404);
}

fn v1_invite(name: &str, ids: &str) -> String {
    let machine = Household::empty().machine_id;
    format!(
        "{{\"server_id\":\"{machine}\",\"shared_server\":{{\"library_section_ids\":{ids},\"invited_email\":\"{name}\"}}}}"
    )
}

#[tokio::test]
async fn v1_invites_refuse_what_plex_refuses() {
    let bench = Bench::new().await;
    let path = format!("/api/servers/{}/shared_servers", bench.machine());
    let post = async |body: String| bench.ask("POST", &path, &bench.owner.token, &body).await;
    let again = post(v1_invite("PRIYA@example.org", "[118204511]")).await;
    assert!(again.status == 400 && again.text().contains("already sharing this server with Priya Raman"));
    assert_eq!(post(v1_invite("jun@example.org", "[118204511]")).await.status, 400);
    assert_eq!(post(v1_invite("nobody-here", "[118204511]")).await.status, 404);
    assert_eq!(post(v1_invite("new@example.org", "[4711]")).await.status, 404);
    assert_eq!(post(v1_invite("mara.lindqvist", "[118204511]")).await.status, 400);
    let local = post(v1_invite("local@example.org", "[1,2]")).await;
    assert!(local.status == 200 && !local.text().contains("shared=\"1\""));
    let all = post(v1_invite("all@example.org", "[]")).await;
    assert!(all.status == 200 && all.text().contains("allLibraries=\"1\""));
}

#[tokio::test]
async fn an_invite_goes_from_pending_to_accepted_by_its_invitee_only() {
    let bench = Bench::new().await;
    let casper = bench.account("casper.holm");
    let body = json!({"machineIdentifier": bench.machine(), "invitedEmail": "casper@example.org",
        "librarySectionIds": [118_204_511], "skipFriendship": true, "settings": {"allowSync": true}});
    let made = bench.ask("POST", "/api/v2/shared_servers", &bench.owner.token, &body.to_string()).await;
    assert_eq!(made.status, 201);
    let again = bench.ask("POST", "/api/v2/shared_servers", &bench.owner.token, &body.to_string()).await;
    assert_eq!(again.status, 422);
    let received = "/api/v2/shared_servers/invites/received/pending";
    let his = bench.ask("GET", received, &casper.token, "").await.json();
    let id = his[0]["sharedServers"][0]["id"].as_i64().unwrap();
    assert_eq!(Some(id), made.json()["id"].as_i64());
    assert_eq!(bench.ask("GET", received, &bench.account("priya").token, "").await.json(), json!([]));
    let accept = format!("/api/v2/shared_servers/{id}/accept");
    assert_eq!(bench.ask("POST", &accept, &bench.account("priya").token, "").await.status, 404);
    assert_eq!(bench.ask("POST", &accept, &casper.token, "").await.status, 204);
    assert_eq!(bench.ask("POST", &accept, &casper.token, "").await.status, 404);
    assert_eq!(bench.ask("GET", "/api/v2/resources", &casper.token, "").await.json().as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn shares_are_changed_evicted_and_removed() {
    let bench = Bench::new().await;
    let share = |name: &str| {
        let id = bench.account(name).id;
        bench.tv.house().read(|house| house.share_of(id).cloned())
    };
    let owner = &bench.owner.token;
    let path = format!("/api/servers/{}/shared_servers/{}", bench.machine(), share("ana.kovac").unwrap().id);
    let changed = bench.ask("PUT", &path, owner, &v1_invite("", "[118204512]")).await;
    assert!(changed.status == 200 && changed.text().contains("allLibraries=\"0\""));
    assert_eq!(share("ana.kovac").unwrap().sections, [118_204_512]);
    let evict = format!("/api/v2/shared_servers/{}", share("teo").unwrap().id);
    assert_eq!(bench.ask("POST", &evict, owner, "{\"librarySectionIds\":[]}").await.status, 200);
    assert!(share("teo").is_none());
    assert_eq!(bench.ask("DELETE", &path, owner, "").await.status, 200);
    assert_eq!(bench.ask("DELETE", &path, owner, "").await.status, 404);
    let sam = bench.account("sam-okafor").id;
    assert_eq!(bench.ask("DELETE", &format!("/api/v2/sharings/{sam}"), owner, "").await.status, 204);
    assert!(share("sam-okafor").is_none() && !bench.owner_gets("/api/users").await.text().contains("sam-okafor"));
}

#[tokio::test]
async fn a_cancelled_invite_can_leave_an_orphan() {
    let bench = Bench::new().await;
    bench.tv.set_modes(|modes| modes.orphans = true);
    let owner = &bench.owner.token;
    let cancel = "/api/invites/requested/jun%40example.org?friend=0&home=0&server=1";
    assert_eq!(bench.ask("DELETE", cancel, owner, "").await.status, 200);
    assert_eq!(bench.owner_gets("/api/v2/shared_servers/owned/pending").await.json(), json!([]));
    let path = format!("/api/servers/{}/shared_servers", bench.machine());
    let body = v1_invite("jun@example.org", "[118204511]");
    assert_eq!(bench.ask("POST", &path, owner, &body).await.status, 400);
    let row = bench.tv.house().read(|house| house.shares.iter().find(|share| share.withdrawn).unwrap().id);
    assert_eq!(bench.ask("DELETE", &format!("{path}/{row}"), owner, "").await.status, 200);
    assert_eq!(bench.ask("POST", &path, owner, &body).await.status, 200);
}

#[tokio::test]
async fn settings_are_changed_by_each_route() {
    let bench = Bench::new().await;
    let (owner, dario) = (&bench.owner.token, bench.account("dario_conti").id);
    let body = json!({"invitedId": dario, "settings": {"allowSync": true, "filterMovies": "label=x"}});
    assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, &body.to_string()).await.status, 200);
    let put = format!("/api/v2/sharings/{dario}?allowSync=0");
    assert_eq!(bench.ask("PUT", &put, owner, "").await.status, 200);
    let now = bench.tv.house().read(|house| house.settings[&dario].clone());
    assert_eq!((now.allow_sync, now.filter_movies.as_str()), (false, "label=x"));
    bench.tv.set_modes(|modes| modes.sharings_put_gone = true);
    assert_eq!(bench.ask("PUT", &put, owner, "").await.status, 404);
    let ida = bench.tv.house().read(|house| house.accounts.iter().find(|one| one.restricted).unwrap().id);
    let body = json!({"invitedId": ida, "settings": {}});
    assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, &body.to_string()).await.status, 200);
    bench.tv.set_modes(|modes| modes.restricted_refused = true);
    assert_eq!(bench.ask("PUT", &format!("/api/users/{ida}?allowSync=1"), owner, "").await.status, 422);
    assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, &body.to_string()).await.status, 422);
}

#[tokio::test]
async fn a_body_has_to_be_what_plex_web_and_its_tools_send() {
    let bench = Bench::new().await;
    let (owner, machine) = (&bench.owner.token, bench.machine());
    let v1 = format!("/api/servers/{machine}/shared_servers");
    let share = json!({"library_section_ids": [118_204_511], "invited_email": "new@example.org"});
    for (wrong, right) in [
        (json!({"sharing_settings": {"allowSync": false}}), json!({"sharing_settings": {"allowSync": "0"}})),
        (json!({"server_id": "another"}), json!({"sharing_settings": {"allowTuners": "2", "filterAll": ""}})),
        (json!({"shared_server": {"library_section_ids": ["118204511"], "invited_email": "x@example.org"}}), json!({})),
    ] {
        let whole = |part: serde_json::Value| {
            let mut body = json!({"server_id": machine, "shared_server": share});
            body.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
            body.to_string()
        };
        assert_eq!(bench.ask("POST", &v1, owner, &whole(wrong)).await.status, 400);
        bench.tv.house().write(|house| house.shares.retain(|one| one.email.as_deref() != Some("new@example.org")));
        assert_eq!(bench.ask("POST", &v1, owner, &whole(right)).await.status, 200);
    }
    let dario = bench.account("dario_conti").id;
    for settings in [json!({"allowSync": "1"}), json!({"allowTuners": true}), json!({"filterMovies": 3})] {
        let body = json!({"invitedId": dario, "settings": settings}).to_string();
        assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, &body).await.status, 400);
    }
    let body = json!({"invitedId": dario, "settings": {"allowTuners": 1, "filterAll": null}}).to_string();
    assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, &body).await.status, 200);
    assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, "").await.status, 400);
}

#[tokio::test]
async fn either_family_of_routes_can_be_retired() {
    let bench = Bench::new().await;
    let (owner, v1) = (&bench.owner.token, format!("/api/servers/{}/shared_servers", bench.machine()));
    bench.tv.set_modes(|modes| {
        (modes.v1_sharing_gone, modes.v2_sharing_gone, modes.settings_gone) = (true, true, true);
    });
    let body = v1_invite("new@example.org", "[118204511]");
    assert_eq!(bench.ask("POST", &v1, owner, &body).await.status, 410);
    assert_eq!(bench.ask("DELETE", &format!("{v1}/1"), owner, "").await.status, 410);
    assert_eq!(bench.owner_gets(&v1).await.status, 200);
    assert_eq!(bench.ask("POST", "/api/v2/shared_servers", owner, "{}").await.status, 410);
    assert_eq!(bench.ask("DELETE", "/api/v2/shared_servers/1", owner, "").await.status, 410);
    assert_eq!(bench.owner_gets("/api/v2/shared_servers/owned/pending").await.status, 200);
    assert_eq!(bench.ask("POST", "/api/v2/sharing_settings", owner, "{}").await.status, 404);
}

#[tokio::test]
async fn an_account_that_is_not_confirmed_can_not_be_invited() {
    let bench = Bench::new().await;
    bench.tv.house().write(|house| house.accounts.iter_mut().for_each(|one| one.confirmed = false));
    let v1 = format!("/api/servers/{}/shared_servers", bench.machine());
    let no = bench.ask("POST", &v1, &bench.owner.token, &v1_invite("casper.holm", "[118204511]")).await;
    assert!(no.status == 400 && no.text().contains("requires a Plex Pass"));
}

#[tokio::test]
async fn who_is_asked_into_the_home_is_marked_as_if_they_were_in_it_until_it_is_taken_back() {
    let bench = Bench::new().await;
    let (owner, casper) = (&bench.owner.token, bench.account("casper.holm"));
    let ask = "/api/home/users?invitedEmail=casper%40example.org";
    assert_eq!(bench.ask("POST", ask, &casper.token, "").await.status, 403);
    assert_eq!(bench.ask("POST", "/api/home/users", owner, "").await.status, 400);
    assert_eq!(bench.ask("POST", ask, owner, "").await.status, 201);
    let again = bench.ask("POST", ask, owner, "").await;
    assert!(again.status == 400 && again.text().contains("already pending"), "{}", again.text());
    let marked = async || {
        let users = bench.owner_gets("/api/users").await.text();
        let row = users.split("<User ").find(|row| row.contains("casper.holm")).unwrap().to_owned();
        row.contains("home=\"1\"")
    };
    let row = format!("<Invite id=\"{}\"", casper.id);
    assert!(marked().await && bench.owner_gets("/api/invites/requested").await.text().contains(&row));
    assert!(!bench.owner_gets("/api/home/users").await.text().contains("casper.holm"));
    let cancel = format!("/api/invites/requested/{}?friend=0&server=0&home=1", casper.id);
    assert_eq!(bench.ask("DELETE", &cancel, owner, "").await.status, 200);
    assert_eq!(bench.ask("DELETE", &cancel, owner, "").await.status, 404);
    assert!(!marked().await && !bench.owner_gets("/api/invites/requested").await.text().contains(&row));
    assert_eq!(bench.ask("POST", ask, owner, "").await.status, 201);
    assert!(bench.tv.accept_home(casper.id));
    assert!(bench.owner_gets("/api/home/users").await.text().contains("casper.holm"));
}

#[tokio::test]
async fn who_leaves_the_home_keeps_an_account_of_their_own_if_they_have_one() {
    let bench = Bench::new().await;
    let (yuki, teo) = (bench.account("yuki.park"), bench.account("teo"));
    let ida = bench.tv.house().read(|house| house.accounts.iter().find(|one| one.restricted).unwrap().id);
    bench.tv.house().write(|house| house.accounts.iter_mut().find(|one| one.id == yuki.id).unwrap().home = true);
    let leave = async |token: &str, id: i64| bench.ask("DELETE", &format!("/api/home/users/{id}"), token, "").await;
    let owner = bench.owner.token.as_str();
    assert_eq!(leave(&teo.token, yuki.id).await.status, 403);
    assert_eq!(leave("wrong", yuki.id).await.status, 401);
    assert_eq!(leave(owner, teo.id).await.status, 404, "a friend is not in the Home");
    assert_eq!(leave(owner, bench.owner.id).await.status, 404, "nor does the owner leave their own");
    let reply = leave(owner, yuki.id).await;
    assert_eq!((reply.status, reply.text().as_str()), (200, ""));
    assert_eq!(leave(owner, yuki.id).await.status, 404);
    assert_eq!(leave(owner, ida).await.status, 200);
    bench.tv.house().read(|house| {
        assert!(!house.account(yuki.id).unwrap().home && house.share_of(yuki.id).is_none());
        assert!(house.account(ida).is_none() && house.share_of(ida).is_none());
        assert!(house.friends.contains(&yuki.id), "as far as they were friends before");
    });
}
