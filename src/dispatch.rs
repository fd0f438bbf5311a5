//! DOOR 2: what the outbox holds, and who does it. Exhaustive: a new effect does not compile until somebody does it.

use std::pin::Pin;

use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::domain::effect::Effect;
use crate::error::Outcome;
use crate::features::{access, invites, notices, people, requests, services};

pub fn dispatch(app: App, claim: Claim) -> Pin<Box<dyn Future<Output = Outcome<Settled>> + Send>> {
    Box::pin(run(app, claim))
}

async fn run(app: App, claim: Claim) -> Outcome<Settled> {
    match claim.effect {
        Effect::SendRequest { request, attempt, .. } => requests::effects::send(&app, &claim, request, attempt).await,
        Effect::CancelRequest { request, .. } => requests::effects::cancel(&app, &claim, request).await,
        Effect::TitleArrived { title } => requests::effects::title_arrived(&app, &claim, title).await,
        Effect::ChangeAccess { change } => access::effects::change(&app, &claim, change).await,
        Effect::GiveBack { person, out_since } => {
            access::effects::give_back::run(&app, &claim, person, out_since).await
        }
        Effect::EndStreams { person, server, round } => {
            access::effects::streams::end(&app, &claim, person, server, round).await
        }
        Effect::RemoveFromPlex { removal } => people::effects::remove(&app, &claim, removal).await,
        Effect::LetIn { invite_use } => access::effects::let_in::run(&app, &claim, invite_use).await,
        Effect::Welcome { invite_use } => invites::effects::welcome(&app, &claim, invite_use).await,
        Effect::InviteHome { invite_use } => invites::effects::home::invite(&app, &claim, invite_use).await,
        Effect::StopHome { invite_use } => invites::effects::home::stop(&app, &claim, invite_use).await,
        Effect::RegisterHook { service } => services::effects::hook::register(&app, &claim, service).await,
        Effect::TellRequest { notice, request, person } => {
            notices::requests::tell(&app, &claim, notice, request, person).await
        }
        Effect::MailInvite { mail } => notices::invites::send(&app, &claim, mail).await,
        Effect::TellAccount { notice, person } => notices::accounts::tell(&app, &claim, notice, person).await,
        Effect::TellMembership { notice, about, reader } => {
            notices::memberships::tell(&app, &claim, notice, about, reader).await
        }
        Effect::TellAccessRequest { access_request, reader } => {
            notices::access_requests::tell(&app, &claim, access_request, reader).await
        }
        Effect::WriteToAsker { access_request } => notices::access_requests::write(&app, &claim, access_request).await,
    }
}
