//! Pages that move by themselves: in two windows at once, by stream and by polling, not while nobody looks, and not
//! beyond the closing of the house.

use usherr::demo::WorldOptions;

use crate::job::{Pace, ask_for_film, fetch};
use crate::line::Line;
use crate::stage::{Look, Stage};
use crate::support::TestApp;
use crate::support::house::PASSWORD;
use crate::support::patience::{soon, until};
use crate::window::Window;

/// The requester's window and the admin's, each over a line of its own.
struct Two {
    test: TestApp,
    lines: [Line; 2],
    priya: Window,
    mara: Window,
}

async fn two(stage: &std::sync::Arc<Stage>) -> Two {
    let test = TestApp::in_world(WorldOptions::test()).await;
    let lines = [Line::to(test.house.addr).await, Line::to(test.house.addr).await];
    let priya = stage.window(&lines[0].url(), Look::PHONE).await;
    let mara = stage.window(&lines[1].url(), Look::DESK).await;
    priya.open("/login").await;
    priya.press("Sign in with Plex").await;
    priya.say_who("Priya").await;
    priya.see("New on").await;
    mara.sign_in("mara", PASSWORD).await;
    mara.at("/admin").await;
    Two { test, lines, priya, mara }
}

/// A mark that a reload would wipe away.
async fn mark(window: &Window) {
    window.run("document.documentElement.dataset.marked = 'yes'").await;
}

async fn was_not_reloaded(window: &Window) {
    let marked = window.run("return document.documentElement.dataset.marked").await;
    assert_eq!(marked, "yes", "the page was loaded again");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_windows_move_by_themselves() {
    let Some(stage) = Stage::set() else { return };
    let two = two(&stage).await;
    two.mara.open("/admin").await;
    mark(&two.mara).await;
    let film = ask_for_film(&two.priya, "Velvet Static").await;
    two.mara.see("Velvet Static").await;
    was_not_reloaded(&two.mara).await;
    two.priya.see("Waiting for a decision").await;
    mark(&two.priya).await;
    two.mara.press_in("Velvet Static", "Approve").await;
    two.priya.miss("Waiting for a decision").await;
    two.test.settled().await;
    two.mara.open("/admin/requests?stage=all").await;
    mark(&two.mara).await;
    let desk = async {
        for words in ["Downloading", "Ready"] {
            two.mara.see(words).await;
        }
    };
    tokio::join!(fetch(&two.test.world, &two.priya, &film, "Velvet Static", Pace::Live), desk);
    was_not_reloaded(&two.priya).await;
    was_not_reloaded(&two.mara).await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_moves_and_leaves_what_somebody_is_doing_there() {
    let Some(stage) = Stage::set() else { return };
    let two = two(&stage).await;
    two.mara.open("/admin/requests").await;
    two.mara.see("Nothing to decide").await;
    mark(&two.mara).await;
    ask_for_film(&two.priya, "Velvet Static").await;
    two.mara.see("One waits for a decision").await;
    two.mara.press_in("Velvet Static", "Decline").await;
    two.mara.fill("Words to Priya", "Not this time").await;
    let kestrel = ask_for_film(&two.priya, "Kestrel").await;
    two.mara.see("Two wait for a decision").await;
    two.mara.see("Kestrel").await;
    assert_eq!(two.mara.value("Words to Priya").await, "Not this time");
    two.mara
        .run("document.querySelectorAll('.tick').forEach(tick => tick.checked ||= tick.ariaLabel.includes('Kestrel'))")
        .await;
    two.mara.press("Decline and tell Priya").await;
    two.mara.see("One waits for a decision").await;
    // What was decided stays and says what became of it.
    two.mara.see("Declined: ").await;
    assert_eq!(two.mara.run("return document.querySelectorAll('.tick:checked').length").await, 1);
    was_not_reloaded(&two.mara).await;
    two.priya.open(&format!("{kestrel}/withdrawal")).await;
    two.priya.press("Withdraw").await;
    two.mara.see("Nothing waits for a decision").await;
    two.mara.see("Withdrawn").await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_asks_no_more_and_who_is_signed_out_sees_it() {
    let Some(stage) = Stage::set() else { return };
    let two = two(&stage).await;
    ask_for_film(&two.priya, "Velvet Static").await;
    let (hers, ours) = (&two.lines[0], &two.lines[1]);
    until("the parcel page listens", || async { (hers.streams() == 1).then_some(()) }).await;
    two.mara.open("/admin/requests").await;
    two.mara.press_in("Velvet Static", "Decline").await;
    two.mara.fill("Words to Priya", "We are short of room.").await;
    two.mara.press("Decline and tell Priya").await;
    two.priya.see("Declined by").await;
    until("the parcel page listens no more", || async { (hers.streams() == 0).then_some(()) }).await;
    hers.asked();
    // A session that was ended elsewhere: the stream ends, the next look leads to the sign-in page.
    until("the desk listens", || async { (ours.streams() == 1).then_some(()) }).await;
    two.test.as_admin().await.post("/me/sessions/end-all", &[]).await.is(303);
    two.mara.at("/login").await;
    until("the desk listens no more", || async { (ours.streams() == 0).then_some(()) }).await;
    assert_eq!(hers.asked(), Vec::<String>::new(), "nothing is asked about what is over");
    two.mara.clean(&["401"]).await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_while_the_tab_is_hidden_and_streams_end_with_the_house() {
    let Some(stage) = Stage::set() else { return };
    let two = two(&stage).await;
    two.lines[1].refuse_streams();
    two.mara.open("/admin").await;
    ask_for_film(&two.priya, "Velvet Static").await;
    let line = &two.lines[0];
    until("the parcel page listens", || async { (line.streams() == 1).then_some(()) }).await;
    let driver = &two.priya.driver;
    let first = driver.window().await.unwrap();
    let second = driver.new_tab().await.unwrap();
    driver.switch_to_window(second).await.unwrap();
    until("the hidden tab listens no more", || async { (line.streams() == 0).then_some(()) }).await;
    line.asked();
    // A window that is seen looks by itself twice meanwhile.
    let mut looks = 0;
    until("the other window polls", || {
        looks += two.lines[1].asked().iter().filter(|one| *one == "GET /admin").count();
        async move { (looks > 1).then_some(()) }
    })
    .await;
    assert_eq!(line.asked(), Vec::<String>::new(), "a hidden tab asks nothing");
    driver.close_window().await.unwrap();
    driver.switch_to_window(first).await.unwrap();
    until("the tab listens again", || async { (line.streams() == 1).then_some(()) }).await;
    two.priya.clean(&[]).await;
    let Two { test, priya, mara, .. } = two;
    soon("the closing of the house", test.house.close()).await;
    priya.close().await;
    mara.close().await;
    test.world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_streams_are_refused_the_page_polls() {
    let Some(stage) = Stage::set() else { return };
    let two = two(&stage).await;
    two.lines.iter().for_each(Line::refuse_streams);
    two.mara.open("/admin/requests").await;
    mark(&two.mara).await;
    ask_for_film(&two.priya, "Velvet Static").await;
    mark(&two.priya).await;
    two.mara.see("One waits for a decision").await;
    was_not_reloaded(&two.mara).await;
    two.mara.press_in("Velvet Static", "Approve").await;
    two.priya.miss("Waiting for a decision").await;
    was_not_reloaded(&two.priya).await;
    assert_eq!(two.lines.iter().map(Line::streams).sum::<usize>(), 0);
    let polls = two.lines[0].asked().into_iter().filter(|one| one.ends_with("/now")).count();
    assert!(polls > 0);
    // The refused streams are the browser's own complaint.
    for window in [two.priya, two.mara] {
        window.clean(&["502"]).await;
        window.close().await;
    }
    two.test.close().await;
}

impl Two {
    async fn end(self) {
        for window in [self.priya, self.mara] {
            window.clean(&[]).await;
            window.close().await;
        }
        self.test.close().await;
    }
}
