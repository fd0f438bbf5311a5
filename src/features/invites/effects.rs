//! What is done at Plex for a guest, once what their invite gives is shared: their own yes, and a look that they are in.

use chrono::TimeDelta;
use secrecy::SecretString;

use super::actions;
use super::give::give;
use crate::app::services::person_place;
use crate::app::{App, Change as News};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, changes, invite_uses, invites, people, servers, shares};
use crate::domain::access::batch::{Counts, Made, State};
use crate::domain::effect::{Effect, Ending};
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::ids::{InviteUseId, ServerId};
use crate::domain::invite::refusal::Refusal;
use crate::domain::invite::uses::{InviteUse, UseState};
use crate::domain::people::Person;
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv::PlexTv;
use crate::vendor::plex_tv_guest::Received;

pub mod home;

/// A guest with what was shared with them.
struct Arrival {
    one: InviteUse,
    person: Person,
    token: String,
    made: Vec<Made>,
    /// Of those that their changes are about.
    servers: Vec<Server>,
}

impl Arrival {
    fn counts(&self) -> Counts {
        self.made.iter().map(|made| (made.state, 1)).collect()
    }
}

/// However it ends, it is looked at again.
const A_WHILE: TimeDelta = TimeDelta::seconds(30);

/// The next step of a guest. What Plex has against them, and what can't be done after days, gives their use back.
pub async fn welcome(app: &App, claim: &Claim, id: InviteUseId) -> Outcome<Settled> {
    let Some(arrival) = app.db.read(move |conn| arrival(conn, id)).await? else { return end(app, claim, None).await };
    let one = arrival.one.clone();
    let done = match one.state {
        UseState::Checking => check(app, claim, arrival).await,
        _ => shared(app, claim, arrival).await,
    };
    match done {
        Err(AppError::Service(fault)) => match against(&fault, claim.is_last(app.now())) {
            Some(refusal) => refuse(app, claim, one, refusal).await,
            None => Err(fault.into()),
        },
        done => done,
    }
}

/// All of this was asked with the guest's own token.
fn against(fault: &Fault, is_last: bool) -> Option<Refusal> {
    match fault.class {
        FaultClass::Auth => Some(Refusal::SignInAgain),
        FaultClass::Transient | FaultClass::Unready if !is_last => None,
        _ => Some(fault.refusal.unwrap_or(Refusal::Other)),
    }
}

/// Before anything is shared. What was offered to them by hand and waits for their yes has it now: Plex changes no open
/// invite.
async fn check(app: &App, claim: &Claim, arrival: Arrival) -> Outcome<Settled> {
    let token = app.open(&arrival.token, &person_place(arrival.one.plex_id))?;
    if !app.plex_tv()?.is_confirmed(&token).await? {
        return refuse(app, claim, arrival.one, Refusal::Unverified).await;
    }
    let reached = accept(&app.plex_tv()?, &token, &app.db.read(servers::all).await?).await?;
    let (claim, id, now) = (claim.clone(), arrival.one.id, app.now());
    let settled = app
        .db
        .write(move |tx| {
            for server in reached {
                shares::accept(tx, server, arrival.person.id, now)?;
            }
            invite_uses::go_on(tx, id, UseState::Sharing, now)?;
            let key = format!("let in {id} {}", now.timestamp_micros());
            outbox::push(tx, &Effect::LetIn { invite_use: id }, &key, now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await?;
    app.wake_worker();
    Ok(settled)
}

/// Once Plex has heard what the invite gives.
async fn shared(app: &App, claim: &Claim, arrival: Arrival) -> Outcome<Settled> {
    let counts = arrival.counts();
    if !counts.is_over() {
        return wait(app, claim, arrival.one.id).await;
    }
    if counts.all() > 0 && counts.made() == 0 {
        return refuse(app, claim, arrival.one, why(&arrival.made, &arrival.person)).await;
    }
    say_yes(app, claim, arrival).await
}

/// What it gives is still being shared. Whoever ends that hurries this along.
async fn wait(app: &App, claim: &Claim, id: InviteUseId) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            let is_over = arrival(tx, id)?.is_none_or(|arrival| arrival.counts().is_over());
            let due = if is_over { now } else { now + A_WHILE };
            let key = format!("wait {id} {}", now.timestamp_micros());
            outbox::push(tx, &Effect::Welcome { invite_use: id }, &key, due)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

/// Nothing where it is over.
fn arrival(conn: &mut Conn, id: InviteUseId) -> Outcome<Option<Arrival>> {
    let Some(one) = invite_uses::get(conn, id)?.filter(InviteUse::is_under_way) else { return Ok(None) };
    let Some(person) = one.person.map(|id| people::get(conn, id)).transpose()?.flatten() else { return Ok(None) };
    let Some(token) = people::plex_token(conn, person.id)? else { return Ok(None) };
    let made = one.batch.map(|batch| changes::of_batch(conn, batch)).transpose()?.unwrap_or_default();
    // Where nothing could be shared there is nothing to look for.
    let failed = |made: &&Made| made.state == State::Failed;
    let about: Vec<ServerId> = made.iter().filter(|made| !failed(made)).map(|made| made.change.server).collect();
    let mut servers = servers::all(conn)?;
    servers.retain(|server| about.contains(&server.id));
    Ok(Some(Arrival { one, person, token, made, servers }))
}

/// Why nothing could be shared.
fn why(made: &[Made], person: &Person) -> Refusal {
    match made.iter().find_map(|made| made.refusal) {
        Some(said) => said,
        None if person.home => Refusal::HomeUser,
        None => Refusal::Other,
    }
}

async fn say_yes(app: &App, claim: &Claim, arrival: Arrival) -> Outcome<Settled> {
    let token = app.open(&arrival.token, &person_place(arrival.one.plex_id))?;
    let plex_tv = app.plex_tv()?;
    if arrival.one.state == UseState::Sharing {
        taken(app, &arrival).await?;
    }
    let reached = accept(&plex_tv, &token, &arrival.servers).await?;
    if reached.len() < arrival.servers.len() {
        return Err(not_shown().into());
    }
    let (claim, now) = (claim.clone(), app.now());
    let settled = app
        .db
        .write(move |tx| {
            for server in reached {
                shares::accept(tx, server, arrival.person.id, now)?;
            }
            invite_uses::go_on(tx, arrival.one.id, UseState::In, now)?;
            actions::home::begin(tx, arrival.one.id, now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await?;
    app.wake_worker();
    app.changed(News::Access);
    Ok(settled)
}

/// Says yes to what waits for it of these servers. Back: those of them that the guest reaches by now.
async fn accept(plex_tv: &PlexTv, token: &SecretString, servers: &[Server]) -> Answer<Vec<ServerId>> {
    let waiting = plex_tv.received(token).await?;
    let offered = |server: &Server| waiting.iter().find(|one| is_from(one, server));
    for one in servers.iter().filter_map(offered) {
        plex_tv.accept(token, one.share_id).await?;
    }
    let reached = plex_tv.resources(token).await?;
    let is_reached = |server: &&Server| reached.iter().any(|one| Some(&one.machine_id) == server.machine_id.as_ref());
    if servers.iter().any(|server| offered(server).is_some() && !is_reached(&server)) {
        return Err(not_shown());
    }
    Ok(servers.iter().filter(is_reached).map(|server| server.id).collect())
}

fn not_shown() -> Fault {
    Fault::unready("Plex does not show the guest what was shared yet.")
}

/// The id of a server is no secret: whoever invites has to be its owner, too, where Plex says who it is.
fn is_from(received: &Received, server: &Server) -> bool {
    let owners = server.owner_plex_id.zip(received.owner);
    Some(&received.machine_id) == server.machine_id.as_ref() && owners.is_none_or(|(owner, from)| owner == from)
}

/// Plex has it: from here on it is theirs here, too.
async fn taken(app: &App, arrival: &Arrival) -> Outcome<()> {
    let (one, person, zone, now) = (arrival.one.clone(), arrival.person.id, app.settings().await?.time_zone, app.now());
    app.db
        .write(move |tx| {
            if let Some(invite) = one.invite.map(|id| invites::get(tx, id)).transpose()?.flatten() {
                give(tx, &invite, &one, person, zone, now)?;
            }
            invite_uses::go_on(tx, one.id, UseState::Accepting, now)
        })
        .await?;
    app.changed(News::Access);
    Ok(())
}

async fn refuse(app: &App, claim: &Claim, one: InviteUse, refusal: Refusal) -> Outcome<Settled> {
    end(app, claim, Some((one, refusal))).await
}

async fn end(app: &App, claim: &Claim, refused: Option<(InviteUse, Refusal)>) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    let ending = if refused.is_some() { Ending::Done } else { Ending::Moot };
    let settled = app
        .db
        .write(move |tx| {
            if let Some((one, refusal)) = refused {
                invite_uses::refuse(tx, &one, refusal, now)?;
            }
            outbox::settle(tx, &claim, ending, now)
        })
        .await?;
    app.changed(News::Access);
    Ok(settled)
}
