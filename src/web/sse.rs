//! Server-sent events for live parts of a page (see `ui::live`): a fragment whenever something it shows has changed,
//! a beat in between, until the page is left, nothing more can change, or the house closes.

use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use poem::web::sse::{Event, SSE};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::app::{App, Change};
use crate::db::{people, rights, sessions};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};

/// What a live part shows now.
pub enum Live {
    More(String),
    /// Nothing will change any more.
    Last(String),
}

/// At most one message a second, at least one beat every ten.
const CALM: Duration = Duration::from_secs(1);
const BEAT: Duration = Duration::from_secs(8);

struct Listening<R> {
    app: App,
    who: Option<Actor>,
    changes: Receiver<Change>,
    concerns: Box<dyn Fn(Change) -> bool + Send + Sync>,
    render: R,
    last: Option<String>,
    then_over: bool,
}

/// Renders at once, then each time a change `concerns` the part, and with every beat; for as long as `who` is signed in
/// and may do what they might when it began. Nobody stands for a page that is open to all.
pub fn live<R, F>(
    app: App,
    who: Option<Actor>,
    concerns: impl Fn(Change) -> bool + Send + Sync + 'static,
    render: R,
) -> SSE
where
    R: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Outcome<Live>> + Send + 'static,
{
    let changes = app.changes();
    let state = Listening { app, who, changes, concerns: Box::new(concerns), render, last: None, then_over: false };
    SSE::new(futures_util::stream::unfold(state, next).boxed())
}

async fn next<R, F>(mut state: Listening<R>) -> Option<(Event, Listening<R>)>
where
    R: Fn() -> F,
    F: Future<Output = Outcome<Live>>,
{
    if state.then_over {
        return state.last.take().map(|_| (Event::message("").event_type("over"), state));
    }
    if state.last.is_some() && !wait(&mut state).await {
        return None;
    }
    let (html, over) = match (state.render)().await {
        Ok(Live::More(html)) => (html, false),
        Ok(Live::Last(html)) => (html, true),
        Err(error) => {
            if let AppError::Internal(cause) = error {
                tracing::error!(error = %cause, "a live part could not be shown");
            }
            return None;
        }
    };
    state.then_over = over;
    if !over && state.last.as_ref() == Some(&html) {
        return Some((Event::message("").event_type("beat"), state));
    }
    state.last = Some(html.clone());
    Some((Event::message(html), state))
}

/// Whether the session behind `who` goes on, and they reach as far as they did. A database that does not answer says
/// nothing against them.
pub async fn still_in(app: &App, who: &Actor) -> bool {
    let Ok(house) = app.house().await else { return true };
    let (id, session, now) = (who.id, who.session.clone(), app.now());
    let found = app
        .db
        .read(move |conn| {
            let person = match session {
                Some(session) => sessions::find(conn, &session, now)?.map(|(_, person)| person),
                None => people::get(conn, id)?,
            };
            let Some(person) = person else { return Ok(None) };
            Ok(Some((person.role, rights::of(conn, &house.settings, &person, now)?)))
        })
        .await;
    found.map_or(true, |found| found.is_some_and(|(role, reach)| role == who.role && who.reaches(&reach)))
}

/// Until something concerns the part, or the next beat. False when the house closes, or who looked on has left.
async fn wait<R>(state: &mut Listening<R>) -> bool {
    if !something(state).await {
        return false;
    }
    match &state.who {
        Some(who) => still_in(&state.app, who).await,
        None => true,
    }
}

async fn something<R>(state: &mut Listening<R>) -> bool {
    let calm = tokio::time::sleep(CALM);
    let beat = tokio::time::sleep(BEAT);
    tokio::pin!(calm, beat);
    let mut concerned = false;
    loop {
        tokio::select! {
            () = state.app.stop.cancelled() => return false,
            () = &mut beat => return true,
            () = &mut calm, if concerned => return true,
            change = state.changes.recv() => match change {
                Ok(Change::Sessions) => return true,
                Ok(change) => concerned |= (state.concerns)(change),
                Err(RecvError::Lagged(_)) => concerned = true,
                Err(RecvError::Closed) => return false,
            },
        }
    }
}
