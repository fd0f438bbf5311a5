//! The main job, from an empty house to the mail that says "ready", once without scripts on a phone and once with them.

use usherr::demo::World;
use usherr::demo::fault::Fault;

use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::patience::until;
use crate::window::Window;
use crate::wizard::{Way, set_up};

const PRIYA: &str = "priya@example.org";
const MARA: &str = "mara@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_job_without_scripts_on_a_phone() {
    let Some(stage) = Stage::set() else { return };
    let test = TestApp::empty().await;
    let look = Look::PHONE.without_scripts();
    let mara = stage.window(&test.url(), look).await;
    set_up(&mara, &test, Way::OwnersSignIn).await;

    let priya = stage.window(&test.url(), look).await;
    priya.open("/login").await;
    priya.press("Sign in with Plex").await;
    priya.say_who("Priya").await;
    priya.see("You are signed in").await;
    priya.open("/login/plex/wait").await;
    priya.see("New on").await;

    let film = ask_for_film(&priya, "Velvet Static").await;
    ask_for_season(&priya, "Harbour Lights", 4).await;

    mara.open("/admin/requests").await;
    mara.see("Two wait for a decision").await;
    mara.press_in("Velvet Static", "Approve").await;
    mara.see("One waits for a decision").await;
    mara.press_in("Harbour Lights", "Decline").await;
    mara.fill("Words to Priya", "We are short of room until spring.").await;
    mara.press("Decline and tell Priya").await;
    mara.see("Nothing waits for a decision").await;

    priya.open("/requests").await;
    priya.see("Declined").await;
    priya.see("We are short of room until spring").await;
    test.settled().await;
    fetch(&test.world, &priya, &film, "Velvet Static", Pace::ByHand).await;

    told(&test, PRIYA, &["Velvet Static", "approved"], &["Harbour Lights", "declined"], &["Velvet Static", "ready"])
        .await;
    let asked = subjects(&test, MARA).into_iter().filter(|subject| subject.contains("asks for")).count();
    assert_eq!(asked, 2, "{:?}", subjects(&test, MARA));
    let reason = test.world.mail().to(PRIYA).into_iter().find(|mail| mail.subject().contains("declined")).unwrap();
    assert!(reason.text.as_deref().unwrap_or_default().contains("short of room until spring"), "{reason:?}");
    for window in [mara, priya] {
        window.clean(&["422"]).await;
        window.close().await;
    }
    test.close().await;
}

/// From a search to the parcel page; its address is returned.
pub async fn ask_for_film(window: &Window, title: &str) -> String {
    find(window, title).await;
    open_form(window, "Request").await;
    window.press("Request the film").await;
    window.at("/requests/").await;
    window.see("Waiting for a decision").await;
    window.place().await
}

/// Presses, and waits for the form: where a service is slow it comes by itself.
pub async fn open_form(window: &Window, words: &str) {
    window.press(words).await;
    window.wait("the form is there", || async { window.shown("#send-request").await.map(|_| ()) }).await;
}

/// One season of a series of which others are there.
async fn ask_for_season(window: &Window, title: &str, season: u32) -> String {
    find(window, title).await;
    open_form(window, "Request more").await;
    window.see("What would you like?").await;
    for tick in window.driver.find_all(thirtyfour::By::Css("input[name=seasons]")).await.unwrap() {
        let wanted = tick.attr("value").await.unwrap() == Some(season.to_string());
        let open = tick.is_enabled().await.unwrap();
        if open && tick.is_selected().await.unwrap() != wanted {
            window.click(&tick).await;
        }
    }
    window.press_part("#send-request button").await;
    window.at("/requests/").await;
    window.see(&format!("season {season}")).await;
    window.see("Waiting for a decision").await;
    window.place().await
}

/// Searches and opens the title's page.
pub async fn find(window: &Window, title: &str) {
    window.open("/search").await;
    window.fill("Search films and series", &title[..title.len() - 1]).await;
    window.driver.active_element().await.unwrap().send_keys(thirtyfour::Key::Enter).await.unwrap();
    window.refresh_until(title).await;
    window.press(title).await;
    window.at("/titles/").await;
}

/// Whether the page moves by itself or is looked at again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    ByHand,
    Live,
}

impl Pace {
    async fn sees(self, window: &Window, words: &str) {
        match self {
            Self::ByHand => window.refresh_until(words).await,
            Self::Live => window.see(words).await,
        }
    }
}

impl Pace {
    /// Waits until the bar of the parcel says how much is there.
    async fn sees_share(self, window: &Window, wanted: f64) {
        let what = format!("the bar is at {wanted}");
        window
            .wait(&what, || async {
                let there = share(window).await;
                if self == Self::ByHand {
                    window.driver.refresh().await.unwrap();
                }
                there.filter(|there| (there - wanted).abs() < 0.02)
            })
            .await;
    }
}

/// What the bar of the parcel says, from 0 to 1.
pub async fn share(window: &Window) -> Option<f64> {
    let bar = window.driver.find(thirtyfour::By::Css("#parcel progress")).await.ok()?;
    let figure = async |name: &str| bar.attr(name).await.ok()??.parse::<f64>().ok();
    Some(figure("value").await? / figure("max").await.unwrap_or(1.0))
}

/// The world fetches it, step by step, and the parcel page tells each.
pub async fn fetch(world: &World, window: &Window, parcel: &str, title: &str, pace: Pace) {
    if window.place().await != parcel {
        window.open(parcel).await;
    }
    assert_eq!(world.radarr().added().len(), 1);
    until("the search waits to run", || async { world.downloads().step().then_some(()) }).await;
    world.downloads().set_progress(title, 0.42);
    pace.sees(window, "Downloading").await;
    pace.sees_share(window, 0.42).await;
    // The file is in place, but Plex can't be asked: not ready yet.
    world.media_server().faults().set(Fault::Status(503));
    world.downloads().finish_all();
    pace.sees(window, "being put on the shelf").await;
    assert!(!window.shows("Ready on Plex").await || window.shows("Step 5 of 6").await);
    world.media_server().faults().clear();
    pace.sees(window, "Play on Plex").await;
}

fn subjects(test: &TestApp, reader: &str) -> Vec<String> {
    test.world.mail().to(reader).iter().map(|mail| mail.subject().to_owned()).collect()
}

/// These three mails and no others, in this order; each is told by words of its subject.
async fn told(test: &TestApp, reader: &str, first: &[&str], second: &[&str], third: &[&str]) {
    let mails =
        until("the mails are there", || async { Some(subjects(test, reader)).filter(|all| all.len() >= 3) }).await;
    test.settled().await;
    assert_eq!(subjects(test, reader).len(), 3, "{mails:?}");
    for (subject, words) in mails.iter().zip([first, second, third]) {
        assert!(words.iter().all(|word| subject.contains(word)), "{subject} has not {words:?}: {mails:?}");
    }
}
