//! Server-sent events for live parts of a page: a fragment whenever something it shows has changed, until the page is
//! left or the house closes.

use std::future::Future;
use std::time::Duration;

use futures_util::StreamExt;
use poem::web::sse::{Event, SSE};
use tokio::sync::broadcast::error::RecvError;

use crate::app::{App, Change};
use crate::error::Outcome;

/// Renders at once, then each time `concerns` says so, and at least every `pulse`. A `None` ends the stream.
pub fn live<R, F>(app: App, pulse: Duration, concerns: fn(Change, i64) -> bool, id: i64, render: R) -> SSE
where
    R: Fn() -> F + Send + Sync + 'static,
    F: Future<Output = Outcome<Option<String>>> + Send + 'static,
{
    let changes = app.changes();
    let state = (app, changes, render, true, String::new());
    let stream =
        futures_util::stream::unfold(state, move |(app, mut changes, render, mut first, mut last)| async move {
            loop {
                if !first && !wait(&app, &mut changes, pulse, |change| concerns(change, id)).await {
                    return None;
                }
                first = false;
                match render().await {
                    Ok(Some(html)) if html == last => {}
                    Ok(Some(html)) => {
                        last.clone_from(&html);
                        return Some((Event::message(html), (app, changes, render, first, last)));
                    }
                    Ok(None) | Err(_) => return None,
                }
            }
        });
    SSE::new(stream.boxed()).keep_alive(Duration::from_secs(15))
}

/// False when the house closes.
async fn wait(
    app: &App,
    changes: &mut tokio::sync::broadcast::Receiver<Change>,
    pulse: Duration,
    concerns: impl Fn(Change) -> bool,
) -> bool {
    let pulse = tokio::time::sleep(pulse);
    tokio::pin!(pulse);
    loop {
        tokio::select! {
            () = app.stop.cancelled() => return false,
            () = &mut pulse => return true,
            change = changes.recv() => match change {
                Ok(change) if concerns(change) => return true,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => return true,
                Err(RecvError::Closed) => return false,
            },
        }
    }
}
