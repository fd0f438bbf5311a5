//! DOOR 2: what the outbox holds, and who does it. Exhaustive: a new effect does not compile until somebody does it.

use std::pin::Pin;

use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::error::Outcome;

pub fn dispatch(app: App, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome<Settled>> + Send>> {
    Box::pin(run(app, claim))
}

async fn run(_app: App, claim: Claim) -> Outcome<Settled> {
    match claim.effect {
        _ => Err(crate::error::AppError::internal("nobody does this yet")),
    }
}
