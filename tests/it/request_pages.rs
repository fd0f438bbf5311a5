//! The pages of requests, as browsers with and without scripts use them.

use usherr::db::{requests, services};
use usherr::demo::WorldOptions;
use usherr::demo::fault::Fault;
use usherr::domain::ids::RequestId;
use usherr::domain::people::Role;
use usherr::domain::request::{Request, ScopeKind, Stage};
use usherr::domain::service::{Service, ServiceKind};

use super::support::{Browser, Reply, TestApp};

mod choices;
mod in_4k;
mod stale;
mod unseen;

/// Films and series of the world that Plex does not have.
const KESTREL: &str = "/titles/movie/900001/request";
const VELVET_STATIC: &str = "/titles/movie/900008/request";
const HARBOURMASTER: &str = "/titles/series/410005/request";
const SMALL_HOURS: &str = "/titles/series/410003/request";

async fn house() -> TestApp {
    let test = TestApp::unsynced(WorldOptions::test()).await;
    test.run_job(usherr::domain::jobs::JobName::ServiceHealth).await;
    test
}

async fn close(test: TestApp) {
    assert_eq!(test.world.tokens_in_addresses(), Vec::<String>::new());
    test.house.close().await;
    test.world.stop().await;
}

/// Asks for a film; the path of its page.
async fn ask(browser: &Browser, form: &str, note: &str) -> String {
    let reply = browser.post(form, &[("note", note)]).await.is(303);
    reply.location().to_owned()
}

fn id(path: &str) -> RequestId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

async fn row(test: &TestApp, path: &str) -> Request {
    let id = id(path);
    test.app().db.read(move |conn| requests::get(conn, id)).await.unwrap().unwrap()
}

async fn set(test: &TestApp, key: &str, value: &str) {
    let (key, value) = (key.to_owned(), value.to_owned());
    let now = test.app().now();
    test.app()
        .db
        .write(move |tx| {
            let row = usherr::db::settings::StoredSetting { key, value, sealed: false, from_file: false };
            usherr::db::settings::put(tx, &row, now)
        })
        .await
        .unwrap();
}

/// What htmx sends when it swaps this part of a page.
fn swapping(browser: Browser, target: &str) -> Browser {
    browser.with_header("hx-request", "true").with_header("hx-target", target)
}

fn plain(reply: Reply) -> Reply {
    assert!(!reply.body.contains(" style=") && !reply.body.contains("onclick"), "{}", reply.body);
    reply
}

#[tokio::test]
async fn a_film_is_asked_for_joined_approved_and_followed_by_plain_forms() {
    let test = house().await;
    let (priya, sam) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    plain(priya.get(KESTREL).await.is(200).has("Request Kestrel").has("Request the film").lacks("Where it goes"));
    let path = ask(&priya, KESTREL, "<img src=x onerror=alert(1)>").await;
    let page = plain(priya.get(&path).await.is(200).has("Waiting for a decision").has("Withdraw request"));
    page.has("&lt;img src=x").lacks("<img src=x").lacks("Approve");
    assert_eq!(ask(&priya, KESTREL, "").await, path, "twice is once");
    assert_eq!(priya.get(KESTREL).await.is(303).location(), path, "nothing to fill in");
    sam.get(&path).await.is(404);
    assert_eq!(ask(&sam, KESTREL, "").await, path, "asked for already: followed");
    sam.get(&path).await.is(200).has("Stop following").lacks("Withdraw request").has("You follow it now");
    priya.get(&path).await.is(200).has("is told too");

    let admin = test.as_admin().await;
    let list = "/admin/requests?kind=movie&q=kest";
    plain(admin.get(list).await.is(200).has("One waits for a decision.").has("1 follows").has("Kestrel"));
    let id = id(&path);
    let approval = format!("/admin/requests/{id}/approval?kind=movie&q=kest");
    let reply = admin.post(&approval, &[]).await.is(303);
    assert_eq!(reply.location(), list);
    admin.follow(&reply).await.is(200).has("Approved. It goes out now.").has("Nothing like that");
    priya.get(&path).await.is(200).has("Approved by mara");
    let late = admin.post(&approval, &[]).await.is(303);
    admin.follow(&late).await.has("Nothing was changed. This request was approved already");
    sam.post(&format!("{path}/unfollow"), &[]).await.is(303);
    sam.get(&path).await.is(404);
    close(test).await;
}

#[tokio::test]
async fn the_follow_button_of_a_title_needs_no_name() {
    let test = house().await;
    let (priya, sam) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let path = ask(&priya, KESTREL, "").await;
    let title = KESTREL.trim_end_matches("/request");
    let button = format!("action=\"{title}/follow\"");
    sam.get("/search?q=kestrel").await.is(200).has("Asked by somebody").has(&button);
    sam.get(title).await.is(200).has(&button);
    let reply = sam.post(&format!("{title}/follow"), &[]).await.is(303);
    assert_eq!(reply.location(), path);
    sam.get(&path).await.is(200).has("You hear when it is there.").has("Stop following");
    priya.post(&format!("{title}/follow"), &[]).await.is(303);
    priya.get(&path).await.is(200).has("Withdraw request").lacks("Stop following");
    let nobody = sam.post("/titles/movie/1/follow", &[]).await.is(303);
    assert_eq!(nobody.location(), "/titles/movie/1", "no word of whether it is known here");
    priya.post(&format!("{path}/withdrawal"), &[]).await.is(303);
    sam.post(&format!("{path}/unfollow"), &[]).await;
    let teo = test.as_role(Role::Requester).await;
    let reply = teo.post(&format!("{title}/follow"), &[]).await.is(303);
    assert_eq!(reply.location(), title);
    teo.follow(&reply).await.has("Nobody waits for it any more.");
    close(test).await;
}

#[tokio::test]
async fn each_role_has_its_pages_and_buttons() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    let path = ask(&priya, KESTREL, "").await;
    let decline = format!("/admin/requests/{}/decline", id(&path));
    let (viewer, auditor) = (test.as_role(Role::Viewer).await, test.as_role(Role::Auditor).await);
    viewer.get(KESTREL).await.is(403);
    viewer.get("/requests").await.is(200).has("You have not asked for anything yet");
    viewer.get(&path).await.is(404);
    viewer.get("/admin/requests").await.is(403);
    viewer.post(KESTREL, &[]).await.is(403);
    priya.get("/admin/requests").await.is(403);
    priya.post(&decline, &[("reason", "no")]).await.is(403);
    auditor.get("/admin/requests").await.is(200).has("Kestrel").lacks("Approve</button>").lacks("class=\"bulk\"");
    auditor.get(&path).await.is(200).lacks("What you can do").lacks("Withdraw").lacks("Tell me too");
    auditor.get(&decline).await.is(403);
    auditor.post(&format!("{path}/follow"), &[]).await.is(403);
    auditor.get(&format!("{path}/withdrawal")).await.is(403);
    let moderator = test.as_role(Role::Moderator).await;
    moderator.get(&path).await.is(200).has("What you can do").has("Tell me too").has("Change it");
    test.nobody().get(&path).await.is(303);
    for odd in [
        "/requests/0",
        "/requests/x",
        "/requests/99999999999999999999",
        "/titles/film/1/request",
        "/titles/movie/x/request",
    ] {
        moderator.get(odd).await.is(404);
    }
    close(test).await;
}

#[tokio::test]
async fn a_refusal_needs_a_reason_and_the_asker_reads_it() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    let path = ask(&priya, KESTREL, "").await;
    let decline = format!("/admin/requests/{}/decline", id(&path));
    let admin = test.as_admin().await;
    let page = admin.get(&decline).await.is(200).has("Decline and tell").has("Words to");
    page.lacks("name=\"request\"").lacks("/approval").lacks("/row");
    let unseen = [("why", "other"), ("reason", "\u{200b}\u{202e}")];
    admin.post(&decline, &unseen).await.is(422).has("Say why, in a sentence.");
    let refused = admin.post(&decline, &[("why", "other"), ("reason", " "), ("sort", "oldest")]).await.is(422);
    plain(refused).has("Say why, in a sentence").has(r#"value="oldest""#);
    let done = admin.post(&decline, &[("why", "not_out"), ("reason", "<b>In</b> spring."), ("sort", "oldest")]).await;
    assert_eq!(done.is(303).location(), "/admin/requests?sort=oldest");
    priya
        .get(&path)
        .await
        .is(200)
        .has("Declined by mara")
        .has("Not out yet. &lt;b&gt;In")
        .has("data-over")
        .lacks("Withdraw");
    priya.get("/requests").await.has("Nothing is on its way").has("Declined: Not out yet.");
    priya.get("/requests?show=open").await.has("Nothing here").lacks("Declined: Not out yet.");
    admin.get("/admin/requests?stage=declined").await.has("Kestrel").lacks("Approve</button>");
    close(test).await;
}

#[tokio::test]
async fn htmx_gets_the_row_the_figures_and_a_toast() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    let id = id(&ask(&priya, KESTREL, "").await);
    let desk = swapping(test.as_admin().await, &format!("li#request-{id}"));
    let form = desk.get(&format!("/admin/requests/{id}/decline")).await.is(200);
    form.has(&format!(r#"<li id="request-{id}">"#)).has("Keep it open").lacks("<html");
    let refused = desk.post(&format!("/admin/requests/{id}/decline"), &[("why", "other")]).await.is(422);
    refused.has("Say why").lacks("<html");
    let approval = format!("/admin/requests/{id}/approval");
    let row = desk.post(&approval, &[]).await.is(200);
    let row = row.has(&format!(r#"<li id="request-{id}">"#)).has("Approved").has("#desk-head").has("#toasts");
    row.has("Nothing waits for a decision.").has("#count-side-to-decide").lacks("<html");
    desk.post(&approval, &[]).await.is(200).has("Nothing was changed.").lacks("Approve</button>");
    // Polling keeps what was on the page when it was opened, too.
    let polls = swapping(test.as_admin().await, "div#desk-list");
    polls.get(&format!("/admin/requests?shown={id}")).await.is(200).has("Kestrel").has("data-lit");
    polls.get("/admin/requests").await.is(200).lacks("Kestrel").has("Nothing to decide");
    polls.get("/admin/requests?page=9&stage=all").await.is(200).has("Kestrel").has("1 of 1");
    let parcel = swapping(priya, "div#parcel");
    parcel.get(&format!("/requests/{id}/now")).await.is(200).has("The way here").lacks("<html");
    close(test).await;
}

#[tokio::test]
async fn an_allowance_is_shown_before_asking_and_refused_in_words() {
    let test = house().await;
    set(&test, "default_movie_quota", "1").await;
    let priya = test.as_role(Role::Requester).await;
    priya.get(KESTREL).await.has("<strong>1 of 1 film</strong> left; this takes 1.").lacks("used up");
    let path = ask(&priya, KESTREL, "").await;
    priya.get(VELVET_STATIC).await.is(200).has("<strong>0 of 1 film</strong>").has("Your allowance is used up.");
    let refused = priya.post(VELVET_STATIC, &[("note", "please, please")]).await.is(422);
    plain(refused).has("You may ask for 1 film").has("please, please");
    let dialog = swapping(test.as_role(Role::Requester).await, "dialog#dialog");
    dialog.get(KESTREL).await.is(200).has("dialog-title").has("hx-target=\"#dialog\"").lacks("<html");
    let joined = dialog.post(KESTREL, &[]).await.is(200);
    assert_eq!(joined.headers["hx-redirect"], path.as_str());
    priya.get(&format!("{path}/withdrawal")).await.is(200).has("1 film goes back to your allowance.");
    priya.post(&format!("{path}/withdrawal"), &[]).await.is(303);
    priya.get(VELVET_STATIC).await.has("<strong>1 of 1 film</strong>");
    assert_eq!(row(&test, &path).await.stage, Stage::Withdrawn);
    close(test).await;
}

#[tokio::test]
async fn a_series_is_asked_for_by_quick_choice_or_by_season() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    let form = plain(priya.get(HARBOURMASTER).await.is(200).has("All that is missing").has("Season 1"));
    form.has("type=\"checkbox\" name=\"seasons\" value=\"1\"").has("14 GB").lacks("Size unknown");
    let chosen = [("scope", "all"), ("seasons", "1")];
    let path = priya.post(HARBOURMASTER, &chosen).await.is(303).location().to_owned();
    let kept = row(&test, &path).await;
    assert_eq!((kept.scope, kept.seasons), (Some(ScopeKind::Seasons), Some(vec![1])));
    let again = priya.get(&format!("{HARBOURMASTER}?scope=first")).await.is(200).has("On its way");
    again.has("name=\"seasons\" value=\"1\" aria-label=\"Season 1\" disabled");
    let taken = priya.post(HARBOURMASTER, &[("scope", "first")]).await.is(422);
    taken.has("there or on its way already");
    priya.post(HARBOURMASTER, &[("scope", "all")]).await.is(422).has("Tick at least one season.");
    let future = priya.post(HARBOURMASTER, &[("scope", "future")]).await.is(303).location().to_owned();
    assert_eq!(row(&test, &future).await.scope, Some(ScopeKind::Future));
    close(test).await;
}

#[tokio::test]
async fn who_has_asked_for_all_of_it_is_led_there() {
    let test = house().await;
    let (priya, sam) = (test.as_role(Role::Requester).await, test.as_role(Role::Requester).await);
    let seasons = [("scope", "first"), ("seasons", "1"), ("seasons", "2"), ("seasons", "3")];
    let path = priya.post(HARBOURMASTER, &seasons).await.is(303).location().to_owned();
    assert_eq!(priya.get(HARBOURMASTER).await.is(303).location(), path, "it has ended: nothing is left");
    assert_eq!(priya.post(HARBOURMASTER, &[("scope", "first")]).await.is(303).location(), path);
    sam.get(HARBOURMASTER).await.is(200).has("Follow it");
    let path = priya.post(SMALL_HOURS, &seasons).await.is(303).location().to_owned();
    priya.get(SMALL_HOURS).await.is(200).has("You can ask for what is left of it.").lacks("Follow it");
    priya.post(SMALL_HOURS, &[("scope", "future")]).await.is(303);
    assert_eq!(priya.get(SMALL_HOURS).await.is(303).location(), path);
    let dialog = swapping(priya, "dialog").get(SMALL_HOURS).await.is(200);
    assert_eq!(dialog.headers["hx-redirect"], path.as_str());
    close(test).await;
}

#[tokio::test]
async fn a_silent_service_is_said_and_the_request_is_kept() {
    let test = TestApp::in_world(WorldOptions::test()).await;
    test.world.sonarr().faults().set(Fault::Hang);
    test.world.radarr().faults().set(Fault::Hang);
    let series = test.app().db.read(|conn| {
        let found = usherr::db::titles::by_address(conn, usherr::domain::catalog::MediaKind::Series, "410000")?;
        Ok(found.map(|title| title.path()))
    });
    let path = series.await.unwrap().expect("Harbour Lights is on Plex");
    let priya = test.as_plex("priya").await;
    let form = priya.get(&format!("{path}/request")).await.is(200).has("Still asking Sonarr").has("Look again");
    plain(form).has("Only new ones from now on").lacks("<table");
    let asked = priya.post(&format!("{path}/request"), &[("scope", "future")]).await.is(303);
    assert_eq!(row(&test, asked.location()).await.scope, Some(ScopeKind::Future));
    priya.get(VELVET_STATIC).await.is(200).has("Still asking Radarr about this film.");
    close(test).await;
}

#[tokio::test]
async fn ones_own_list_counts_and_goes_on_by_pages() {
    let test = house().await;
    let priya = test.as_role(Role::Requester).await;
    for n in 1..=26 {
        let path = ask(&priya, KESTREL, "").await;
        let all = format!("All <span>{n}</span>");
        if matches!(n, 1 | 24..=26) {
            priya.get("/requests").await.is(200).has(&all).has("Open <span>1</span>");
        }
        if n < 26 {
            priya.post(&format!("{path}/withdrawal"), &[]).await.is(303);
        }
    }
    priya.get("/requests").await.is(200).has("1 to 25 of 26").has("page=2");
    for page in ["2", "9"] {
        let last = priya.get(&format!("/requests?page={page}")).await.is(200).has("26 to 26 of 26");
        last.has("All <span>26</span>").has("Withdrawn").lacks(">Asked</span>");
    }
    priya.get("/requests?show=ended").await.is(200).has("25 of 25").has("Ended <span>25</span>");
    close(test).await;
}
