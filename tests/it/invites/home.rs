//! A place in the Plex Home: asked for once the guest is in, theirs to take, no part of what an invite counts, and to be
//! taken back.

use reqwest::Method;
use serde_json::{Value, json};
use usherr::db::people;
use usherr::demo::fault::Fault;
use usherr::demo::plex_tv::HomeRefusal;
use usherr::domain::jobs::{JobName, RunState};
use usherr::domain::people::Role;

use super::{Browser, TestApp, close, come_in, ended, house, invite, sees, show, used};
use crate::support::patience::until;

const AGAIN: &str = "/admin/invites/1/uses/1/home";
const ROUTE: &str = "/api/home/users";

/// Casper comes in by an invite that gives a place.
async fn casper_comes_in(test: &TestApp) -> Browser {
    assert_eq!(invite(test, json!({ "home": true })).await["home"], json!(true));
    let guest = test.nobody();
    show(test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open").has("1 of 2 places left");
    guest
}

fn casper(test: &TestApp) -> i64 {
    test.world.account("casper.holm").unwrap().id
}

/// How often Plex was asked for a place.
fn asked(test: &TestApp) -> usize {
    test.world.plex_tv().journal().count(Method::POST, ROUTE)
}

async fn is_home(test: &TestApp) -> bool {
    let id = casper(test);
    test.app().db.read(move |conn| people::by_plex_id(conn, id)).await.unwrap().unwrap().home
}

async fn read(test: &TestApp) {
    assert_eq!(test.run_job(JobName::PeopleSync).await.state, RunState::Succeeded);
}

async fn the_use(test: &TestApp) -> Value {
    test.as_admin().await.get("/api/invites/1/uses").await.is(200).json()["items"][0].clone()
}

#[tokio::test]
async fn who_is_in_is_asked_into_the_home_and_is_there_when_they_say_yes_in_plex() {
    let test = house().await;
    invite(&test, json!({ "home": true })).await;
    let (admin, guest) = (test.as_admin().await, test.nobody());
    let page = guest.get("/invite/back-row").await.is(200);
    page.has("And a place in the Plex Home").has("Once you are in, Plex sends you a mail").lacks("hx-trigger");
    admin.get("/admin/invites").await.is(200).has("with a place in the Plex Home.");
    show(&test, &guest, "casper.holm").await;
    let page = come_in(&guest).await;
    page.has("The door is open")
        .has("Go in")
        .has("Plex has sent a mail to <bdi>casper@example.org</bdi>: say yes there");
    let [call] = test
        .world
        .plex_tv()
        .journal()
        .requests()
        .into_iter()
        .filter(|one| one.method == Method::POST && one.path == ROUTE)
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    assert_eq!((call.query_value("invitedEmail").as_deref(), call.answered), (Some("casper@example.org"), Some(201)));
    // Whoever has not said yes is in no Home, whatever Plex marks them as.
    read(&test).await;
    assert!(!is_home(&test).await);
    assert_eq!(the_use(&test).await["home"], json!("sent"));
    admin.get("/admin/invites/1").await.is(200).has("Waits for their yes").has("Ask again");
    assert!(test.world.plex_tv().accept_home(casper(&test)));
    read(&test).await;
    assert!(is_home(&test).await);
    assert_eq!((the_use(&test).await["home"].clone(), used(&test).await), (json!("in"), 1));
    guest.get("/invite/back-row").await.is(200).has("You are in the Home.");
    admin.get("/admin/invites/1").await.is(200).has("In the Home").lacks("Ask again");
    admin.get("/api/activity?per_page=100").await.is(200).has("home_invited");
    let plan = admin.get("/api/plan").await.is(200).json();
    assert_eq!((&plan["changes"], &plan["drift"]), (&json!([]), &json!([])));
    assert_eq!(sees(&test, "casper.holm"), Some((vec!["Films".to_owned(), "Welcome".to_owned()], true)));
    close(test).await;
}

#[tokio::test]
async fn who_is_in_the_home_already_is_not_asked() {
    let test = house().await;
    let id = casper(&test);
    test.world
        .house()
        .write(|house| house.accounts.iter_mut().filter(|one| one.id == id).for_each(|one| one.home = true));
    casper_comes_in(&test).await.get("/invite/back-row").await.is(200).has("You are in the Home.");
    assert_eq!((asked(&test), the_use(&test).await["home"].clone()), (0, json!("in")));
    let refused =
        test.as_admin().await.json(Method::POST, "/api/invites/1/uses/1/home", json!(null)).await.is(409).json();
    assert_eq!(refused["detail"], json!("They are in the Plex Home already."));
    close(test).await;
}

#[tokio::test]
async fn every_refusal_is_said_with_a_way_on_and_the_guest_is_in_all_the_same() {
    let test = house().await;
    let refuse = |refusal| test.world.plex_tv().set_modes(|modes| modes.home_refused = refusal);
    refuse(Some(HomeRefusal::Unheard));
    let guest = casper_comes_in(&test).await;
    let admin = test.as_admin().await;
    admin.get("/admin/invites/1").await.is(200).has("The stars are not right.").has("Try again");
    let refusals = [
        (HomeRefusal::Full, "full", "Ask whoever sent you the link to make room", "Make room in Plex"),
        (HomeRefusal::NeedsPass, "needs_pass", "The owner needs one", "needs a Plex Pass of the owner"),
        (HomeRefusal::OtherHome, "other_home", "Leave the other one in Plex", "They have to leave that one"),
        (HomeRefusal::AlreadyIn, "other_home", "Leave the other one in Plex", "They have to leave that one"),
        (
            HomeRefusal::Unconfirmed,
            "unverified",
            "Open the mail that Plex sent you about your address",
            "Have them confirm",
        ),
        (HomeRefusal::Unknown, "unknown", "It may be new", "The account may be new"),
        (HomeRefusal::Retired, "closed", "Tell whoever sent you the link", "Invite them in Plex"),
        (HomeRefusal::Unheard, "other", "they see why, and can try again", "Try again, or invite them in Plex"),
    ];
    for (refusal, word, for_guest, for_host) in refusals {
        refuse(Some(refusal));
        assert_eq!(admin.post(AGAIN, &[]).await.is(303).location(), "/admin/invites/1#uses");
        let page = ended(&guest).await;
        page.has("The door is open").has("All the rest is yours").has(for_guest).has("1 of 2 places left");
        admin.get("/admin/invites/1").await.is(200).has("No place").has(for_host);
        let one = the_use(&test).await;
        assert_eq!(
            (&one["state"], &one["home"], &one["home_refusal"]),
            (&json!("in"), &json!("refused"), &json!(word))
        );
    }
    assert_eq!(sees(&test, "casper.holm"), Some((vec!["Films".to_owned(), "Welcome".to_owned()], true)));
    refuse(None);
    admin.get(AGAIN).await.is(200).has("A place in the Plex Home for Casper Holm").has("Plex sends them a mail");
    admin.post(AGAIN, &[]).await.is(303);
    ended(&guest).await.has("Plex has sent a mail").lacks("All the rest is yours");
    assert_eq!(used(&test).await, 1);
    close(test).await;
}

#[tokio::test]
async fn with_plex_away_the_guest_is_in_and_the_place_comes_when_it_is_back() {
    let test = house().await;
    invite(&test, json!({ "home": true })).await;
    let guest = test.nobody();
    show(&test, &guest, "casper.holm").await;
    let faults = test.world.plex_tv().faults();
    faults.set_for(ROUTE, None, Fault::Status(503), None);
    guest.post("/invite/back-row/accept", &[]).await.is(303);
    let page = until("the guest is in, and waits for nothing else", || async {
        let page = guest.get("/invite/back-row").await.is(200);
        (page.body.contains("The door is open") && page.body.contains("Plex is slow today")).then_some(page)
    })
    .await;
    page.has("Go in").has("hx-select=\"#home\"");
    let admin = test.as_admin().await;
    let why = admin.json(Method::POST, "/api/invites/1/uses/1/home", json!(null)).await.is(409).json();
    assert_eq!(why["detail"], json!("Plex is being asked already."));
    admin.get(AGAIN).await.is(200).has("Plex is being asked already.").lacks("type=\"submit\" data-busy=\"Asking\"");
    admin.post(AGAIN, &[]).await.is(303);
    // The first answer is lost on its way, though Plex has heard the question.
    faults.clear();
    faults.set_for(ROUTE, Some(Method::POST), Fault::AppliedThenTimeout, Some(1));
    test.settled_in_a_hurry().await;
    guest.get("/invite/back-row").await.is(200).has("Plex has sent a mail");
    assert_eq!((asked(&test), test.world.house().read(|house| house.home_invites.clone())), (1, vec![casper(&test)]));
    close(test).await;
}

#[tokio::test]
async fn plex_is_asked_once_while_an_invitation_waits_and_again_when_it_was_declined() {
    let test = house().await;
    casper_comes_in(&test).await;
    let admin = test.as_admin().await;
    let again = async || {
        let one = admin.json(Method::POST, "/api/invites/1/uses/1/home", json!(null)).await.is(202).json();
        assert_eq!(one["home"], json!("waiting"));
        test.settled().await;
    };
    again().await;
    // Also where Plex keeps the list of invitations to itself.
    test.world.plex_tv().set_modes(|modes| modes.sent_invites_gone = true);
    again().await;
    assert_eq!((asked(&test), the_use(&test).await["home"].clone()), (1, json!("sent")));
    read(&test).await;
    assert!(!is_home(&test).await);
    assert!(test.world.plex_tv().decline_home(casper(&test)));
    again().await;
    assert_eq!(asked(&test), 2);
    for nowhere in ["/api/invites/2/uses/1/home", "/api/invites/1/uses/2/home"] {
        admin.json(Method::POST, nowhere, json!(null)).await.is(404);
    }
    close(test).await;
}

#[tokio::test]
async fn an_invite_that_is_deleted_or_gives_none_any_more_asks_for_none() {
    let test = house().await;
    let made = invite(&test, json!({ "home": true })).await;
    let (admin, guest) = (test.as_admin().await, test.nobody());
    show(&test, &guest, "casper.holm").await;
    let faults = test.world.plex_tv().faults();
    faults.set_for(ROUTE, Some(Method::GET), Fault::Status(503), None);
    guest.post("/invite/back-row/accept", &[]).await.is(303);
    until("Plex is asked in vain", || async {
        let page = guest.get("/invite/back-row").await.is(200);
        (page.body.contains("The door is open") && page.body.contains("Plex is slow today")).then_some(())
    })
    .await;
    let body = json!({ "code": "back-row", "libraries": made["libraries"], "uses": 2 });
    assert_eq!(admin.json(Method::PUT, "/api/invites/1", body).await.is(200).json()["home"], json!(false));
    faults.clear();
    test.settled_in_a_hurry().await;
    assert_eq!((asked(&test), the_use(&test).await["home"].clone()), (0, json!(null)));
    guest.get("/invite/back-row").await.is(200).has("The door is open").lacks("Plex Home");
    close(test).await;
}

#[tokio::test]
async fn who_came_before_the_invite_gave_a_place_is_asked_by_hand() {
    let test = house().await;
    let made = invite(&test, json!({})).await;
    let (admin, guest) = (test.as_admin().await, test.nobody());
    show(&test, &guest, "casper.holm").await;
    come_in(&guest).await.has("The door is open").lacks("Plex Home");
    let why = admin.json(Method::POST, "/api/invites/1/uses/1/home", json!(null)).await.is(409).json();
    assert_eq!(why["detail"], json!("This invite gives no place in the Plex Home."));
    let body = json!({ "code": "back-row", "libraries": made["libraries"], "uses": 2, "home": true });
    admin.json(Method::PUT, "/api/invites/1", body).await.is(200);
    admin.get("/admin/invites/1").await.is(200).has("not asked").has("Ask Plex");
    guest.get("/invite/back-row").await.is(200).lacks("A place in the Plex Home</b>");
    admin.post(AGAIN, &[]).await.is(303);
    ended(&guest).await.has("Plex has sent a mail");
    close(test).await;
}

#[tokio::test]
async fn only_an_admin_decides_whether_an_invite_gives_a_place() {
    let test = house().await;
    let made = invite(&test, json!({ "home": true })).await;
    let (admin, helper) = (test.as_admin().await, test.as_role(Role::Moderator).await);
    let body = |more: Value| {
        let mut body = json!({ "libraries": made["libraries"], "uses": 2 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let words = "Only an admin decides whether it gives a place in the Plex Home.";
    let refused = helper.json(Method::POST, "/api/invites", body(json!({ "home": true }))).await.is(422).json();
    assert_eq!(refused["errors"]["home"], json!(words));
    let off = body(json!({ "code": "back-row", "home": false }));
    assert_eq!(helper.json(Method::PUT, "/api/invites/1", off).await.is(422).json()["errors"]["home"], json!(words));
    let kept = helper.json(Method::PUT, "/api/invites/1", body(json!({ "code": "back-row" }))).await.is(200).json();
    assert_eq!(kept["home"], json!(true));
    // By the page: a helper sees it, and saving leaves it.
    let library = made["libraries"][0].to_string();
    let fields = |home: Option<&'static str>| {
        let mut fields =
            vec![("code", "back-row"), ("by", "libraries"), ("libraries", library.as_str()), ("stay", "open")];
        fields.extend([("uses", "2"), ("expires", "never")]);
        fields.extend(home.map(|home| ("home", home)));
        fields
    };
    let gives = async || admin.get("/api/invites/1").await.is(200).json()["home"] == json!(true);
    let page = helper.get("/admin/invites/1").await.is(200);
    page.has("<fieldset disabled>").has("name=\"home\" value=\"yes\" checked").has("An admin decides it.");
    helper.post("/admin/invites/1", &fields(None)).await.is(303);
    assert!(gives().await);
    helper.get("/admin/invites/new?like=1").await.is(200).lacks("name=\"home\" value=\"yes\" checked");
    admin.get("/admin/invites/new?like=1").await.is(200).has("name=\"home\" value=\"yes\" checked");
    admin.post("/admin/invites/1", &fields(None)).await.is(303);
    assert!(!gives().await);
    helper.post("/admin/invites/1", &fields(Some("yes"))).await.is(422).has(words);
    admin.post("/admin/invites/1", &fields(Some("yes"))).await.is(303);
    assert!(gives().await);
    close(test).await;
}

#[tokio::test]
async fn a_place_that_nobody_has_said_yes_to_is_taken_back() {
    let test = house().await;
    let guest = casper_comes_in(&test).await;
    let (admin, removal) = (test.as_admin().await, format!("{AGAIN}/removal"));
    admin.get(&removal).await.is(200).has("Take back the place in the Plex Home of Casper Holm?").has("leads nowhere");
    assert_eq!(admin.post(&removal, &[]).await.is(303).location(), "/admin/invites/1#uses");
    test.settled().await;
    assert_eq!(test.world.house().read(|house| house.home_invites.clone()), Vec::<i64>::new());
    assert_eq!((the_use(&test).await["home"].clone(), used(&test).await), (json!(null), 1));
    guest.get("/invite/back-row").await.is(200).has("The door is open").lacks("A place in the Plex Home</b>");
    assert_eq!(sees(&test, "casper.holm"), Some((vec!["Films".to_owned(), "Welcome".to_owned()], true)));
    // Again finds nothing, by the page as by the API.
    admin.get(&removal).await.is(200).has("No invitation to the Plex Home waits for them.").lacks("Take it back");
    admin.post(&removal, &[]).await.is(303);
    admin.json(Method::DELETE, "/api/invites/1/uses/1/home", json!(null)).await.is(409);
    admin.json(Method::DELETE, "/api/invites/1/uses/2/home", json!(null)).await.is(404);
    // It can be given anew, and whoever is quicker with their yes stays.
    admin.get("/admin/invites/1").await.is(200).has("not asked").has("Ask Plex");
    admin.post(AGAIN, &[]).await.is(303);
    test.settled().await;
    assert!(test.world.plex_tv().accept_home(casper(&test)));
    let one = admin.json(Method::DELETE, "/api/invites/1/uses/1/home", json!(null)).await.is(202).json();
    assert_eq!(one["home"], json!("stopping"));
    test.settled().await;
    assert_eq!(the_use(&test).await["home"], json!("in"));
    admin.get(&removal).await.is(200).has("They are in the Plex Home already.");
    close(test).await;
}

#[tokio::test]
async fn whoever_is_out_is_not_asked_into_the_home_any_more() {
    let test = house().await;
    casper_comes_in(&test).await;
    assert_eq!(test.world.house().read(|house| house.home_invites.clone()), [casper(&test)]);
    let person = the_use(&test).await["person_id"].as_i64().unwrap();
    let admin = test.as_admin().await;
    admin.post(&format!("/admin/people/{person}/membership"), &[("do", "pause")]).await.is(303);
    until("the invitation is taken back", || async {
        test.hurry().await;
        test.world.house().read(|house| house.home_invites.is_empty()).then_some(())
    })
    .await;
    test.settled_in_a_hurry().await;
    assert_eq!((sees(&test, "casper.holm"), the_use(&test).await["home"].clone()), (None, json!(null)));
    close(test).await;
}

#[tokio::test]
async fn what_is_taken_back_while_plex_is_away_is_never_asked_for() {
    let test = house().await;
    invite(&test, json!({ "home": true })).await;
    let (admin, guest) = (test.as_admin().await, test.nobody());
    show(&test, &guest, "casper.holm").await;
    let faults = test.world.plex_tv().faults();
    faults.set_for(ROUTE, None, Fault::Status(503), None);
    guest.post("/invite/back-row/accept", &[]).await.is(303);
    until("Plex is asked in vain", || async { (the_use(&test).await["home"] == json!("waiting")).then_some(()) }).await;
    admin.json(Method::DELETE, "/api/invites/1/uses/1/home", json!(null)).await.is(202);
    guest.get("/invite/back-row").await.is(200).has("is being taken back");
    let why = admin.json(Method::POST, "/api/invites/1/uses/1/home", json!(null)).await.is(409).json();
    assert_eq!(why["detail"], json!("It is being taken back at this moment."));
    // Plex refuses to hear of it: then it still waits, and that is said.
    faults.clear();
    faults.set_for("/api/invites/requested", Some(Method::DELETE), Fault::Status(400), None);
    test.settled_in_a_hurry().await;
    admin.get("/admin/invites/1").await.is(200).has("It could not be taken back");
    faults.clear();
    admin.json(Method::DELETE, "/api/invites/1/uses/1/home", json!(null)).await.is(202);
    test.settled().await;
    assert_eq!((asked(&test), the_use(&test).await["home"].clone()), (0, json!(null)));
    close(test).await;
}
