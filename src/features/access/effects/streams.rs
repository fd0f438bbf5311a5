//! Plex goes on playing what began before a share was taken: that is ended here.

use chrono::TimeDelta;

use crate::app::App;
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, activity, changes, people, servers, shares};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::ids::{PersonId, ServerId};
use crate::domain::people::Person;
use crate::domain::service::Server;
use crate::error::Outcome;
use crate::vendor::plex_server::PlexServer;

/// A player that was stopped may begin again until its server has heard that nothing is shared any more.
const AGAIN: TimeDelta = TimeDelta::seconds(15);
const ROUNDS: u32 = 4;

pub async fn end(app: &App, claim: &Claim, person: PersonId, server: ServerId, round: u32) -> Outcome<Settled> {
    let found = app.db.read(move |conn| concerned(conn, person, server)).await?;
    let Some((person, server, account)) = found else { return settle(app, claim, None).await };
    match stop(&app.plex_server(&server)?, account, &server.name).await {
        Ok(0) => settle(app, claim, None).await,
        Ok(ended) => {
            let words = match ended {
                1 => format!("One stream on {}", server.name),
                n => format!("{n} streams on {}", server.name),
            };
            let entry = NewEntry::new(ActivityKind::StreamsEnded, &person.name).about(person.id).detail(words);
            let next = (round < ROUNDS).then_some((person.id, server.id, round + 1));
            settle(app, claim, Some((entry, next))).await
        }
        Err(fault) if matches!(fault.class, FaultClass::Permanent | FaultClass::Missing) => {
            let entry = NewEntry::new(ActivityKind::StreamsLeft, &person.name).about(person.id);
            let words = format!("On {}: {}", server.name, fault.message);
            settle(app, claim, Some((entry.detail(words), None))).await
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Nothing of somebody whom this server is shared with again, or is about to be, or who never had an account.
fn concerned(conn: &mut Conn, person: PersonId, server: ServerId) -> Outcome<Option<(Person, Server, i64)>> {
    let is_back = shares::of_person(conn, person)?.iter().any(|share| share.server == server);
    if is_back || changes::open_targets_of(conn, person)?.get(&server).is_some_and(Option::is_some) {
        return Ok(None);
    }
    let (person, server) = (people::get(conn, person)?, servers::get(conn, server)?);
    let both = person.zip(server).filter(|(person, _)| !person.is_owner);
    Ok(both.and_then(|(person, server)| person.plex_id.map(|account| (person, server, account))))
}

/// How many were ended.
async fn stop(server: &PlexServer, account: i64, name: &str) -> Result<usize, Fault> {
    let reason = format!("{name} is no longer shared with you.");
    let streams = server.streams().await?;
    let mut ended = 0;
    for id in streams.iter().filter(|stream| stream.account == Some(account)).filter_map(|stream| stream.id.as_ref()) {
        server.end_stream(id, &reason).await?;
        ended += 1;
    }
    Ok(ended)
}

type Came = (NewEntry, Option<(PersonId, ServerId, u32)>);

async fn settle(app: &App, claim: &Claim, came: Option<Came>) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            let ending = if came.is_some() { Ending::Done } else { Ending::Moot };
            if let Some((entry, next)) = came {
                activity::record(tx, &entry, now)?;
                if let Some((person, server, round)) = next {
                    shares::end_streams(tx, server, person, round, now + AGAIN)?;
                }
            }
            outbox::settle(tx, &claim, ending, now)
        })
        .await
}
