//! DOOR 2: what the outbox holds, and who does it. Exhaustive: a new effect does not compile until somebody does it.

use std::pin::Pin;

use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::domain::effect::Effect;
use crate::error::Outcome;
use crate::features::services;

pub fn dispatch(app: App, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome<Settled>> + Send>> {
    Box::pin(run(app, claim))
}

async fn run(app: App, claim: Claim) -> Outcome<Settled> {
    match claim.effect {
        Effect::RegisterHook { service } => services::effects::hook::register(&app, &claim, service).await,
        _ => Err(crate::error::AppError::internal("nobody does this yet")),
    }
}
