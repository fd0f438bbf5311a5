//! What the worker and the jobs do for requests, outside: send, cancel, look, repair. Each is safe to run twice, and
//! keeps what came of it in one write.

mod arr;
mod cancel;
mod check;
mod hooks;
mod look;
mod poll;
mod repair;
mod send;

pub use cancel::cancel;
pub use poll::{downloads_sync, poll};
pub use repair::request_repair;
pub use send::send;

use super::actions;
use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::db::{outbox, requests};
use crate::domain::effect::Ending;
use crate::domain::ids::TitleId;
use crate::error::Outcome;

/// A title came to a Plex library: whoever waited for it is served.
pub async fn title_arrived(app: &App, claim: &Claim, title: TitleId) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    let (settled, changed) = app
        .db
        .write(move |tx| {
            let mut changed = Vec::new();
            for request in requests::waiting_on_title(tx, title)? {
                if actions::arrive(tx, request.id, now)? {
                    changed.push(request.id);
                }
            }
            let ending = if changed.is_empty() { Ending::Moot } else { Ending::Done };
            Ok((outbox::settle(tx, &claim, ending, now)?, changed))
        })
        .await?;
    actions::show(app, &changed);
    Ok(settled)
}

async fn moot(app: &App, claim: &Claim) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db.write(move |tx| outbox::settle(tx, &claim, Ending::Moot, now)).await
}
