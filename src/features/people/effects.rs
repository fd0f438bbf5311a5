//! What Plex does for a removal: it ends a friendship, or takes somebody out of the Home. By then their shares were taken,
//! each with what it gave kept. Safe to run twice: what is over already is as good. No answer is believed; the lists are.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::app::{App, Change as News};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, Tx, activity, changes, people, removals, sent, servers, shares};
use crate::domain::access::batch::{Cause, State as ChangeState};
use crate::domain::access::given::Given;
use crate::domain::access::plan::Change;
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::ids::RemovalId;
use crate::domain::people::Person;
use crate::domain::removal::{Removal, State, Way, is_for_good};
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv::PlexTv;

/// Where Plex can be read and has trouble with this one alone, others go first after so many tries in a row.
const TRIES_IN_A_ROW: i32 = 3;
/// And after so many turns it has failed.
const TURNS: i32 = 5;
/// How often the lists are looked at after a write before it counts as not taken.
const LOOKS: u32 = 3;

struct Work {
    removal: Removal,
    person: Person,
    servers: Vec<Server>,
    /// Plex could be read: what fails from here on is about this one.
    reads_well: bool,
}

pub async fn remove(app: &App, claim: &Claim, id: RemovalId) -> Outcome<Settled> {
    let Some(mut work) = app.db.read(move |conn| work(conn, id)).await? else {
        let (claim, now) = (claim.clone(), app.now());
        return app.db.write(move |tx| outbox::settle(tx, &claim, Ending::Moot, now)).await;
    };
    let settled = match leave(app, &mut work).await {
        Ok(()) => done(app, claim, work).await,
        Err(error) => not_done(app, claim, work, error).await,
    };
    app.changed(News::Access);
    settled
}

/// Nothing where it is over, or was taken back.
fn work(conn: &mut Conn, id: RemovalId) -> Outcome<Option<Work>> {
    let Some(removal) = removals::get(conn, id)?.filter(|one| one.state == State::Waiting) else { return Ok(None) };
    let Some(person) = people::get(conn, removal.person)? else { return Ok(None) };
    Ok(Some(Work { removal, person, servers: servers::all(conn)?, reads_well: false }))
}

/// Asks each owner of a server of ours.
async fn leave(app: &App, work: &mut Work) -> Outcome<()> {
    let Some(account) = work.person.plex_id else { return Err(Fault::permanent("They have no Plex account.").into()) };
    if work.servers.iter().any(|server| server.owner_plex_id == Some(account)) {
        return Err(Fault::permanent("This account owns a server by now. Nothing was sent.").into());
    }
    let plex_tv = app.plex_sharing().await?;
    for token in owners(app, &work.servers)? {
        let desk = Desk { plex_tv: &plex_tv, token, way: work.removal.way, account };
        let listed = desk.is_listed().await?;
        work.reads_well = true;
        match desk.end().await {
            // Somebody who is not on an owner's list can't be taken off it.
            Err(fault) if !listed && matches!(fault.class, FaultClass::Permanent | FaultClass::Missing) => continue,
            answer => answer?,
        }
        desk.settle_down(app).await?;
    }
    Ok(())
}

/// A key of each of them, for whatever number of servers.
fn owners(app: &App, servers: &[Server]) -> Outcome<Vec<SecretString>> {
    let mut met = Vec::new();
    let mut tokens = Vec::new();
    for server in servers {
        if server.owner_plex_id.is_some() && met.contains(&server.owner_plex_id) {
            continue;
        }
        met.push(server.owner_plex_id);
        tokens.push(app.token_of(server)?);
    }
    Ok(tokens)
}

/// One owner's account.
struct Desk<'a> {
    plex_tv: &'a PlexTv,
    token: SecretString,
    way: Way,
    account: i64,
}

impl Desk<'_> {
    /// The list that the way is about still names them.
    async fn is_listed(&self) -> Answer<bool> {
        if self.way == Way::Home {
            return self.is_in_the_home().await;
        }
        let friends = self.plex_tv.friends(&self.token).await?;
        match friends.iter().find(|friend| friend.account.id == self.account) {
            Some(friend) if friend.home && self.is_in_the_home().await? => {
                Err(Fault::permanent("They are in the Plex Home by now: remove them from there."))
            }
            // Whoever was asked into it is listed like those who are in, until that is taken back.
            Some(friend) if friend.home => Err(Fault::unready("They are still asked into the Plex Home.")),
            found => Ok(found.is_some()),
        }
    }

    async fn is_in_the_home(&self) -> Answer<bool> {
        match self.plex_tv.home_users(&self.token).await {
            // Who has no Home has nobody in it.
            Err(fault) if matches!(fault.class, FaultClass::Missing | FaultClass::Permanent) => Ok(false),
            answer => Ok(answer?.iter().any(|user| user.account.id == self.account)),
        }
    }

    async fn end(&self) -> Answer<()> {
        match self.way {
            Way::Home => self.plex_tv.remove_from_home(&self.token, self.account).await,
            _ => self.plex_tv.end_friendship(&self.token, self.account).await,
        }
    }

    /// Looks until Plex shows it.
    async fn settle_down(&self, app: &App) -> Answer<()> {
        for look in 0..LOOKS {
            if look > 0 {
                app.pace().await;
            }
            if !self.is_listed().await? {
                return Ok(());
            }
        }
        Err(Fault::transient("Plex took it, but lists them still. It is looked at again."))
    }
}

async fn done(app: &App, claim: &Claim, work: Work) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            let Work { removal, person, .. } = &work;
            note_taken(tx, removal, now)?;
            if removal.way == Way::Home {
                people::left_home(tx, person.id, is_for_good(removal.way, person), now)?;
            }
            if removals::end(tx, removal.id, State::Done, None, now)? {
                let entry = NewEntry::new(ActivityKind::PersonRemoved, &person.name).about(person.id);
                let entry = entry.detail(removal.way.from());
                let entry = match &removal.by {
                    Some((id, name)) => entry.by(*id, name),
                    None => entry,
                };
                activity::record(tx, &entry, now)?;
            }
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

/// Shares that could not be taken before went with the rest: they count as taken by a change, so that they can come back.
fn note_taken(tx: &mut Tx<'_>, removal: &Removal, now: DateTime<Utc>) -> Outcome<()> {
    let taken = |share: shares::Share| {
        let given = Given {
            libraries: share.libraries.into_iter().collect(),
            all: share.all_libraries,
            settings: share.settings,
        };
        Change { person: removal.person, server: share.server, before: Some(given), after: None }
    };
    let left: Vec<Change> = shares::of_person(tx, removal.person)?.into_iter().map(taken).collect();
    if left.is_empty() {
        return Ok(());
    }
    let by = removal.by.as_ref().map(|(id, _)| *id);
    let (_, ids) = changes::add(tx, Cause::Schedule, by, None, &left, now)?;
    for id in ids {
        changes::end(tx, id, ChangeState::Done, None, now)?;
    }
    for change in &left {
        shares::remove(tx, change.server, change.person)?;
        shares::end_streams(tx, change.server, change.person, 1, now)?;
        sent::note(tx, change.person, change.server, None, now)?;
    }
    Ok(())
}

async fn not_done(app: &App, claim: &Claim, work: Work, error: AppError) -> Outcome<Settled> {
    match given_up(&error, claim.is_last(app.now())) {
        Some(words) => failed(app, claim, work, words).await,
        None if lets_others_go_first(&error, &work, claim) && work.removal.attempt >= TURNS => {
            failed(app, claim, work, error.to_string()).await
        }
        None if lets_others_go_first(&error, &work, claim) => {
            let (claim, now, id, words) = (claim.clone(), app.now(), work.removal.id, error.to_string());
            app.db
                .write(move |tx| {
                    removals::next_turn(tx, id, &words, now)?;
                    outbox::settle(tx, &claim, Ending::Done, now)
                })
                .await
        }
        None => Err(error),
    }
}

fn lets_others_go_first(error: &AppError, work: &Work, claim: &Claim) -> bool {
    let asked_to_wait = matches!(error, AppError::Service(fault) if fault.retry_after.is_some());
    work.reads_well && !asked_to_wait && claim.attempt >= TRIES_IN_A_ROW
}

/// The words with which it fails for good; none while another try may help.
fn given_up(error: &AppError, is_last: bool) -> Option<String> {
    match error {
        AppError::Service(fault) => {
            let later = matches!(fault.class, FaultClass::Transient | FaultClass::Unready | FaultClass::Auth);
            (!later || is_last).then(|| fault.message.clone())
        }
        AppError::Conflict(words) => Some(words.clone()),
        AppError::Refused { message, .. } => Some(message.clone()),
        error => is_last.then(|| error.to_string()),
    }
}

async fn failed(app: &App, claim: &Claim, work: Work, words: String) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            let Work { removal, person, .. } = &work;
            if removals::end(tx, removal.id, State::Failed, Some(&words), now)? {
                let entry = NewEntry::new(ActivityKind::RemovalFailed, &person.name).about(person.id);
                activity::record(tx, &entry.detail(format!("{}: {words}", removal.way.from())), now)?;
            }
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}
