//! The job `people_sync`: reads people, invitations, the Home and shares of every server from plex.tv, and takes them
//! over. It changes nothing at Plex, ends nothing, removes nobody, and takes an outage for an outage.

use std::collections::HashSet;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::actions::{self, Taken};
use crate::app::App;
use crate::app::run::RunHandle;
use crate::db::{servers, shares};
use crate::domain::fault::Fault;
use crate::domain::people::reading::{OwnersList, Reading, ServerShares};
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv::PlexTv;

pub async fn run(run: RunHandle) -> Outcome<Value> {
    let app = run.app.clone();
    let servers = app.db.read(servers::all).await?;
    let (reading, mut troubles) = read(&run, &servers).await?;
    let now = app.now();
    let (known, accepted) = app
        .db
        .read(move |conn| Ok((crate::db::people::import::from_plex(conn, now)?, shares::accepted(conn)?)))
        .await?;
    troubles.extend(reading.doubt(&known, accepted));
    let taken = actions::take_over(&app, reading, troubles.is_empty()).await?;
    match troubles.into_iter().next() {
        Some(words) => Err(AppError::Service(Fault::transient(words))),
        None => Ok(summary(&taken)),
    }
}

/// Counts for programs, and what has changed since the last time in words.
fn summary(taken: &Taken) -> Value {
    json!({
        "summary": in_words(taken),
        "people": taken.people,
        "added": taken.added,
        "changed": taken.changed,
        "back": taken.back,
        "gone": taken.gone,
        "shares": taken.shares,
        "new_shares": taken.new_shares,
        "changed_shares": taken.changed_shares,
        "ended_shares": taken.ended_shares,
    })
}

/// "14 people, 1 added; 12 shares, 2 changed"; "Nothing new".
fn in_words(taken: &Taken) -> String {
    let people = [(taken.added, "added"), (taken.changed, "changed"), (taken.back, "back"), (taken.gone, "gone")];
    let shares = [(taken.new_shares, "new"), (taken.changed_shares, "changed"), (taken.ended_shares, "ended")];
    let some = |(n, word): &(usize, &str)| (*n > 0).then(|| format!("{n} {word}"));
    let people: Vec<String> = people.iter().filter_map(some).collect();
    let shares: Vec<String> = shares.iter().filter_map(some).collect();
    let part = |n: usize, one: &str, many: &str, news: &[String]| {
        let noun = if n == 1 { one } else { many };
        let news = if news.is_empty() { "as before".to_owned() } else { news.join(", ") };
        format!("{n} {noun}, {news}")
    };
    if people.is_empty() && shares.is_empty() {
        return "Nothing new".to_owned();
    }
    format!("{}; {}", part(taken.people, "person", "people", &people), part(taken.shares, "share", "shares", &shares))
}

/// What can be read. One server that fails does not hold up the others, but the reading is no whole one then.
async fn read(run: &RunHandle, servers: &[Server]) -> Outcome<(Reading, Vec<String>)> {
    let (mut reading, mut troubles) = (Reading::default(), Vec::new());
    let plex_tv = run.app.plex_tv()?;
    let mut owners = HashSet::new();
    let total = i64::try_from(servers.len()).ok();
    for (done, server) in (0..).zip(servers) {
        run.progress(done, total, format!("People of {}", server.name)).await?;
        if run.must_stop() {
            return Err(AppError::Conflict("Usherr is closing; the next run begins anew.".to_owned()));
        }
        match read_server(&run.app, &plex_tv, server, &mut owners).await {
            Ok((list, shares)) => {
                reading.lists.extend(list);
                reading.servers.push(shares);
            }
            Err(error) => troubles.push(error),
        }
    }
    if reading.servers.is_empty() && !troubles.is_empty() {
        return Err(troubles.remove(0));
    }
    run.progress(total.unwrap_or_default(), total, "Writing it down").await?;
    Ok((reading, troubles.into_iter().map(|error| error.to_string()).collect()))
}

/// The owner's lists come once for each owner, the shares for each server.
async fn read_server(
    app: &App,
    plex_tv: &PlexTv,
    server: &Server,
    owners: &mut HashSet<i64>,
) -> Outcome<(Option<OwnersList>, ServerShares)> {
    let token = app.token_of(server)?;
    let machine_id = machine_id(app, server).await?;
    let owner = plex_tv.account(&token).await?;
    let shares = ServerShares {
        server: server.id,
        read_at: app.now(),
        sections: plex_tv.sections(&token, &machine_id).await?,
        shares: plex_tv.shares(&token, &machine_id).await?,
        owner: owner.id,
        machine_id,
    };
    if owners.contains(&owner.id) {
        return Ok((None, shares));
    }
    let list = OwnersList {
        friends: plex_tv.friends(&token).await?,
        home: home(plex_tv, &token).await?,
        invites: plex_tv.invites(&token).await?,
        owner,
    };
    owners.insert(list.owner.id);
    Ok((Some(list), shares))
}

/// Somebody without a Home may get "there is none" or "not for you" for an answer.
async fn home(plex_tv: &PlexTv, token: &SecretString) -> Outcome<Vec<crate::domain::people::PlexHomeUser>> {
    use crate::domain::fault::FaultClass;
    match plex_tv.home_users(token).await {
        Err(fault) if matches!(fault.class, FaultClass::Missing | FaultClass::Permanent) => Ok(Vec::new()),
        answer => Ok(answer?),
    }
}

/// The server tells its own id; it is noted the first time.
async fn machine_id(app: &App, server: &Server) -> Outcome<String> {
    if let Some(id) = &server.machine_id {
        return Ok(id.clone());
    }
    let identity = app.plex_server(server)?.identity().await?;
    let (id, machine_id) = (server.id, identity.machine_id.clone());
    app.db.write(move |tx| servers::set_identity(tx, id, &identity)).await?;
    Ok(machine_id)
}
