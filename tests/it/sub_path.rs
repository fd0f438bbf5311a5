//! A house that lives below a path of another site: every address it gives away leads back to it.

use usherr::demo::fault::Fault;
use usherr::domain::jobs::JobName;
use usherr::domain::people::{Role, SessionKind};
use usherr::domain::settings::SettingKey;
use usherr::web::cookies::SESSION;

use super::csp::walk;
use super::support::house::PASSWORD;
use super::support::html::{Tag, tags};
use super::support::requests::a_film;
use super::support::world::films_to_ask_for;
use super::support::{Browser, TestApp};

const PATH: &str = "/usherr";

/// Somebody to whom our path is the root.
async fn inside(test: &TestApp, name: &str, role: Role) -> Browser {
    let token = test.session(test.add_person(name, role).await, SessionKind::Web).await;
    Browser::new(&format!("{}{PATH}", test.url())).with_cookie(SESSION, &token)
}

/// Addresses of a tag that lead to another place of the same site. What stands in a field is no address.
fn astray(tag: &Tag) -> Vec<String> {
    let ours = |address: &str| address == PATH || address.starts_with(&format!("{PATH}/"));
    let is_address = |name: &str, value: &str| name != "value" && value.starts_with('/');
    let all = tag.attributes.iter().filter(|(name, value)| is_address(name, value) && !ours(value));
    all.map(|(name, value)| format!("{name}={value}")).collect()
}

#[tokio::test]
async fn every_address_of_a_page_stays_below_the_path() {
    let test = TestApp::under(PATH).await;
    let films = films_to_ask_for(&test.world);
    let asker = inside(&test, "ada", Role::Requester).await;
    asker.ask(a_film(&films[0])).await;
    asker.ask(a_film(&films[1])).await;
    let admin = test.as_admin().await;
    let from = ["/usherr/", "/usherr/search?q=harbour", "/usherr/me", "/usherr/admin", "/usherr/no/such/page"];
    let pages = walk(&admin, &from).await;
    assert!(pages.len() > 40, "{}", pages.len());
    for (path, reply) in pages {
        assert!(reply.status == 200 || path == "/usherr/no/such/page", "{path}: {}", reply.status);
        let astray: Vec<String> = tags(&reply.body).iter().flat_map(astray).collect();
        assert!(astray.is_empty(), "{path}: {astray:?}");
    }
    test.nobody().get("/").await.is(404);
    test.close().await;
}

#[tokio::test]
async fn signing_in_and_looking_again_lead_back() {
    let test = TestApp::under(PATH).await;
    test.add_person("ada", Role::Requester).await;
    let ada = test.nobody();
    let door = ada.get("/usherr/requests").await.is(303);
    assert_eq!(door.location(), "/usherr/login?next=%2Frequests");
    let fields = [("username", "ada"), ("password", PASSWORD), ("next", "/requests")];
    assert_eq!(ada.post("/usherr/login", &fields).await.is(303).location(), "/usherr/requests");
    test.world.radarr().faults().set(Fault::Status(503));
    test.run_job(JobName::ServiceHealth).await;
    let form = "/usherr/titles/movie/900001/request";
    ada.get(form).await.is(503).has("Look again").has(&format!("href=\"{form}\""));
    test.world.radarr().faults().clear();
    test.close().await;
}

/// The wizard offers the address by which one came, path and all; others enter the site alone.
#[tokio::test]
async fn links_in_mails_name_the_path_once() {
    let test = TestApp::under(PATH).await;
    let asker = inside(&test, "ada", Role::Requester).await;
    for (film, address) in
        films_to_ask_for(&test.world).iter().zip(["https://films.example.org", "https://films.example.org/usherr"])
    {
        test.world.mail().clear();
        test.setting(SettingKey::BaseUrl, address).await;
        let id = asker.ask(a_film(film)).await;
        test.settled().await;
        let mail = test.world.mail().to("mara@example.org").pop().expect("the admin is asked");
        let (text, stop) = (mail.text.as_deref().unwrap_or_default(), mail.header("List-Unsubscribe").unwrap());
        assert!(text.contains(&format!("https://films.example.org/usherr/requests/{id}")), "{address}: {text}");
        assert!(stop.starts_with("<https://films.example.org/usherr/unsubscribe/"), "{address}: {stop}");
    }
    test.close().await;
}
