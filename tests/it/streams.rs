//! Streams of live parts: what they bring, when they are over, and that they end with the session they belong to.

use std::collections::VecDeque;

use usherr::domain::jobs::JobName;
use usherr::domain::people::Role;

use super::support::patience::{at_last, soon};
use super::support::{Browser, TestApp};

const KESTREL: &str = "/titles/movie/900001/request";

/// An open stream, read message by message.
struct Stream {
    answer: reqwest::Response,
    read: String,
    messages: VecDeque<(String, String)>,
}

impl Stream {
    async fn of(browser: &Browser, path: &str) -> Self {
        let answer = browser.listen(path).await;
        assert_eq!(answer.status().as_u16(), 200, "{path}");
        Self { answer, read: String::new(), messages: VecDeque::new() }
    }

    /// Name and content of the next message; nothing when the house has ended the stream.
    async fn next(&mut self) -> Option<(String, String)> {
        at_last("the next word of a stream", self.read()).await
    }

    async fn read(&mut self) -> Option<(String, String)> {
        loop {
            if let Some(message) = self.messages.pop_front() {
                return Some(message);
            }
            self.read += std::str::from_utf8(&self.answer.chunk().await.ok()??).unwrap();
            while let Some((block, rest)) = self.read.split_once("\n\n") {
                self.messages.extend(message(block));
                self.read = rest.to_owned();
            }
        }
    }

    /// The next message that has these words in it.
    async fn has(&mut self, words: &str) -> String {
        loop {
            let (_, content) = self.next().await.unwrap_or_else(|| panic!("the stream ended before '{words}'"));
            if content.contains(words) {
                return content;
            }
        }
    }

    /// Sooner than a beat of the stream: it ends by itself, not because a beat looked.
    async fn ends_at_once(mut self) {
        let rest = async { while self.next().await.is_some() {} };
        soon("the end of a stream", rest).await;
    }
}

fn message(block: &str) -> Option<(String, String)> {
    let fields = |name: &str| -> Vec<String> {
        let named = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        named.map(|value| value.strip_prefix(' ').unwrap_or(value).to_owned()).collect()
    };
    let (event, data) = (fields("event").concat(), fields("data").join("\n"));
    (!event.is_empty() || !data.is_empty()).then_some((event, data))
}

async fn asked(test: &TestApp, browser: &Browser) -> String {
    assert_eq!(test.run_job(JobName::ServiceHealth).await.error, None);
    browser.post(KESTREL, &[]).await.is(303).location().to_owned()
}

#[tokio::test]
async fn a_parcel_tells_each_step_and_when_it_is_over() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let (priya, mara) = (test.as_role(Role::Requester).await, test.as_admin().await);
    let path = asked(&test, &priya).await;
    let mut parcel = Stream::of(&priya, &format!("{path}/events")).await;
    let first = parcel.next().await.unwrap();
    assert!(first.0.is_empty() && first.1.contains("Waiting for a decision"), "{first:?}");
    assert!(!first.1.contains("data-over"), "{first:?}");
    mara.post(&format!("/admin{path}/decline"), &[("why", "no_room")]).await.is(303);
    let last = parcel.has("Declined by").await;
    assert!(last.contains("data-over"), "{last}");
    assert_eq!(parcel.next().await, Some(("over".to_owned(), String::new())));
    assert_eq!(parcel.next().await, None);
    test.close().await;
}

#[tokio::test]
async fn a_search_is_over_when_all_services_have_answered() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let priya = test.as_role(Role::Requester).await;
    assert_eq!(test.run_job(JobName::ServiceHealth).await.error, None);
    let mut search = Stream::of(&priya, "/search/events?q=harbourmaster").await;
    let mut last = search.next().await.unwrap();
    while last.0 != "over" {
        let next = search.next().await.unwrap_or_else(|| panic!("the stream ended without 'over': {last:?}"));
        if next.0 == "over" {
            assert!(last.1.contains("Harbourmaster") && last.1.contains("data-over"), "{last:?}");
        }
        last = if next.0 == "beat" { last } else { next };
    }
    assert_eq!(search.next().await, None);
    test.close().await;
}

#[tokio::test]
async fn the_desk_moves_with_the_figures_around_it() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let (priya, mara) = (test.as_role(Role::Requester).await, test.as_admin().await);
    let mut desk = Stream::of(&mara, "/admin/requests/live").await;
    let mut elsewhere = Stream::of(&mara, "/admin/requests/live?q=nothing+like+it").await;
    desk.has("Nothing to decide").await;
    elsewhere.has("Nothing like that").await;
    let path = asked(&test, &priya).await;
    let moved = desk.has("Kestrel").await;
    assert!(moved.contains("One waits for a decision") && moved.contains("#count-side-to-decide"), "{moved}");
    let counted = elsewhere.has("One waits for a decision").await;
    assert!(counted.contains("Nothing like that") && !counted.contains("Kestrel"), "{counted}");
    mara.post(&format!("/admin{path}/decline"), &[("why", "no_room")]).await.is(303);
    // It stays with what became of it; whoever comes anew finds it gone.
    let decided = desk.has("Declined").await;
    assert!(decided.contains("Kestrel") && decided.contains("Nothing waits for a decision"), "{decided}");
    Stream::of(&mara, "/admin/requests/live").await.has("Nothing to decide").await;
    test.close().await;
}

#[tokio::test]
async fn a_stream_ends_with_the_session_it_belongs_to() {
    let test = TestApp::unsynced(usherr::demo::WorldOptions::test()).await;
    let ana = test.add_person("ana", Role::Moderator).await;
    let (here, there, mara) = (test.signed_in(ana).await, test.signed_in(ana).await, test.as_admin().await);
    let parcel = format!("{}/events", asked(&test, &here).await);
    let mut open = Vec::new();
    for path in ["/admin/live", "/admin/requests/live", "/admin/jobs/live", parcel.as_str()] {
        let mut stream = Stream::of(&there, path).await;
        assert!(stream.next().await.is_some(), "{path}");
        open.push(stream);
    }
    let mut hers = Stream::of(&mara, "/admin/requests/live").await;
    here.post("/me/sessions/end-all", &[]).await.is(303);
    for stream in open {
        stream.ends_at_once().await;
    }
    hers.has("Kestrel").await;

    let again = test.signed_in(ana).await;
    let mut desk = Stream::of(&again, "/admin/requests/live").await;
    desk.has("Kestrel").await;
    mara.post(&format!("/admin/people/{ana}/role"), &[("role", "viewer")]).await.is(303);
    desk.ends_at_once().await;
    assert_eq!(again.listen("/admin/requests/live").await.status().as_u16(), 403);
    test.close().await;
}
