//! One share made what a change says: look, write at most once, look again, write down what came of it. Safe to run twice:
//! what is so already is not written again, and nothing is written over what somebody else has changed meanwhile.

use crate::app::{App, Change as News};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, changes, people, sent, servers};
use crate::domain::access::batch::{Batch, Cause, Made, State};
use crate::domain::access::given::Given;
use crate::domain::access::plan::Change;
use crate::domain::access::step::{self, Step, Trail};
use crate::domain::effect::Ending;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::ids::{ChangeId, PersonId};
use crate::domain::invite::refusal::Refusal;
use crate::domain::people::Person;
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};

use desk::{Desk, Seen};

mod desk;
pub mod follow;
pub mod give_back;
mod keep;
pub mod let_in;
mod outlook;
pub mod schedule;
pub mod streams;

/// All that is known of a change before Plex is asked.
struct Work {
    made: Made,
    batch: Option<Batch>,
    person: Person,
    server: Server,
    sent: Option<Given>,
    /// Plex could be read: what fails from here on is about this one share.
    reads_well: bool,
    /// What changes of ours have done before, this one included: a part of it may have been taken.
    trail: Trail,
    /// What Plex has against them, as far as it has said.
    refusal: Option<Refusal>,
}

/// A share that Plex answers for with trouble of its own lets the others go first after so many tries in a row.
const TRIES_IN_A_ROW: i32 = 3;
/// And after so many turns it has failed.
const TURNS: i32 = 5;

/// How often Plex is looked at after a write before it counts as not taken.
const LOOKS: u32 = 3;

pub async fn change(app: &App, claim: &Claim, id: ChangeId) -> Outcome<Settled> {
    let Some(mut work) = app.db.read(move |conn| work(conn, id)).await? else { return moot(app, claim).await };
    let outcome = carry_out(app, &mut work).await;
    let settled = match outcome {
        Ok(seen) => keep::over(app, claim, &work, seen, None).await,
        Err(error) => not_made(app, claim, work, error).await,
    };
    app.changed(News::Access);
    settled
}

async fn not_made(app: &App, claim: &Claim, mut work: Work, error: AppError) -> Outcome<Settled> {
    if let AppError::Service(fault) = &error {
        work.refusal = fault.refusal;
    }
    let limits_kept = work.person.restricted && says_limits_are_kept(&error);
    if limits_kept {
        note_limits_kept(app, work.person.id).await?;
    }
    if limits_kept && leaves_limits(app, &mut work).await? {
        return keep::later(app, claim, &work, &error.to_string()).await;
    }
    let id = work.made.id;
    if app.db.read(move |conn| changes::is_stopping(conn, id)).await? {
        return give_up(app, claim, work, &format!("{error} It was stopped.")).await;
    }
    match given_up(&error, limits_kept, claim.is_last(app.now())) {
        Some(words) => give_up(app, claim, work, &words).await,
        None if lets_others_go_first(&error, &work, claim) => keep::later(app, claim, &work, &error.to_string()).await,
        None => Err(error),
    }
}

/// Nothing for a change that is over: made before, stopped, or overtaken by another one.
fn work(conn: &mut Conn, id: ChangeId) -> Outcome<Option<Work>> {
    let Some(made) = changes::get(conn, id)?.filter(|made| made.state == State::Waiting) else { return Ok(None) };
    let (person, server) = (people::get(conn, made.change.person)?, servers::get(conn, made.change.server)?);
    let (Some(person), Some(server)) = (person, server) else { return Ok(None) };
    let sent = sent::of(conn, person.id, server.id)?;
    let batch = changes::get_batch(conn, made.batch)?;
    let trail = changes::trail(conn, &made)?;
    Ok(Some(Work { batch, made, person, server, sent, reads_well: false, trail, refusal: None }))
}

async fn moot(app: &App, claim: &Claim) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db.write(move |tx| outbox::settle(tx, &claim, Ending::Moot, now)).await
}

/// What failed for good after something was written may have been made all the same, or in part.
async fn give_up(app: &App, claim: &Claim, mut work: Work, words: &str) -> Outcome<Settled> {
    let Some(there) = work.trail.wrote_over.clone() else { return keep::failed(app, claim, &work, words).await };
    // Where Plex can't be read now, the change ends all the same; the next reading finds what became of it.
    let Ok(seen) = look_once_more(app, &work).await else { return keep::failed(app, claim, &work, words).await };
    if next(&work, seen.as_ref()) == Step::Done {
        return keep::over(app, claim, &work, seen, None).await;
    }
    let became = seen.as_ref().map(|seen| seen.found.given.clone());
    if !step::is_part(&work.made.change, there.as_ref(), became.as_ref()) {
        return keep::failed(app, claim, &work, words).await;
    }
    (work.made.change.before, work.made.change.after) = (there.map(|there| there.given), became);
    let words = format!("{words} A part of it was taken before that; taking it back puts that right, too.");
    keep::over(app, claim, &work, seen, Some(words)).await
}

async fn look_once_more(app: &App, work: &Work) -> Outcome<Option<Seen>> {
    Desk::open(app, work, &work.server).await?.look().await
}

/// Plex can be read, and asks nobody to slow down: it is this share that it has trouble with.
fn lets_others_go_first(error: &AppError, work: &Work, claim: &Claim) -> bool {
    let asked_to_wait = matches!(error, AppError::Service(fault) if fault.retry_after.is_some());
    work.reads_well && !asked_to_wait && claim.attempt >= TRIES_IN_A_ROW
}

/// Plex takes no limits of this person from us, so plans to come leave them as they are.
async fn note_limits_kept(app: &App, person: PersonId) -> Outcome<()> {
    let now = app.now();
    app.db.write(move |tx| people::note_limits_kept(tx, person, Some(now))).await
}

/// What the clock closes it closes without the limits that Plex does not take; true when something is left to close. What
/// it opens stays closed: somebody shall decide about it first.
async fn leaves_limits(app: &App, work: &mut Work) -> Outcome<bool> {
    let by_clock = work.batch.as_ref().is_some_and(|batch| batch.cause == Cause::Schedule);
    let Change { before: Some(before), after: Some(after), .. } = &work.made.change else { return Ok(false) };
    if !by_clock || !work.made.change.moves_libraries() || work.made.change.gain().next().is_some() {
        return Ok(false);
    }
    let after = Some(Given { settings: before.settings.clone(), ..after.clone() });
    let rest = Change { after, ..work.made.change.clone() };
    rebase(app, work, rest).await?;
    Ok(true)
}

fn says_limits_are_kept(error: &AppError) -> bool {
    matches!(error, AppError::Service(fault) if fault.class == FaultClass::LimitsKept)
}

/// The words with which a change fails for good; none while another try may help.
fn given_up(error: &AppError, limits_kept: bool, last: bool) -> Option<String> {
    match error {
        error if limits_kept => {
            Some(format!("{error} The next plan leaves them as they are and changes libraries alone."))
        }
        error if says_limits_are_kept(error) => Some(
            "Plex refuses these downloads or this age rating, though this is no managed user. Nothing else was sent; try it again."
                .to_owned(),
        ),
        AppError::Service(fault) => {
            let later = matches!(fault.class, FaultClass::Transient | FaultClass::Unready | FaultClass::Auth);
            (!later || last).then(|| fault.message.clone())
        }
        AppError::Conflict(words) => Some(words.clone()),
        AppError::Refused { message, .. } => Some(message.clone()),
        error => last.then(|| error.to_string()),
    }
}

/// What Plex gives once the change is made; none where it gives nothing any more.
async fn carry_out(app: &App, work: &mut Work) -> Outcome<Option<Seen>> {
    let desk = Desk::open(app, work, &work.server).await?;
    let seen = desk.look_well(work).await?;
    work.reads_well = true;
    meet(app, work, seen.as_ref()).await?;
    if matches!(next(work, seen.as_ref()), Step::Invite(_) | Step::Reinvite(_)) {
        invite_with_settings_of_now(app, work).await?;
    }
    let todo = next(work, seen.as_ref());
    if todo == Step::Done {
        return Ok(seen);
    }
    let is_first = work.trail.wrote_over.is_none();
    if is_first && todo.writes() {
        note_there(app, work, seen.as_ref()).await?;
    }
    match desk.make(work, &todo, seen.as_ref()).await {
        Err(fault) if fault.class == FaultClass::Already => {
            make_of_what_is_there(app, &desk, work, &fault, is_first).await?
        }
        answer => answer?,
    }
    settle_down(app, &desk, work).await
}

/// Somebody was quicker, or an earlier try went through: what is there now decides.
async fn make_of_what_is_there(
    app: &App,
    desk: &Desk<'_>,
    work: &mut Work,
    refusal: &Fault,
    is_first: bool,
) -> Outcome<()> {
    let seen = desk.look().await?;
    if seen.is_none() {
        let words = format!("{} But the list of shares does not show it yet.", refusal.message);
        return Err(Fault::transient(words).into());
    }
    if is_first {
        work.trail.wrote_over = None;
        meet(app, work, seen.as_ref()).await?;
        note_there(app, work, seen.as_ref()).await?;
    }
    match next(work, seen.as_ref()) {
        Step::Done => Ok(()),
        todo => Ok(desk.make(work, &todo, seen.as_ref()).await?),
    }
}

fn next(work: &Work, seen: Option<&Seen>) -> Step {
    let found = seen.map(|seen| &seen.found);
    step::next(&work.made.change, found, &work.trail)
}

/// Where the share is not what the change began from: an invite that meets a share changes that one, and what the clock
/// opens or closes is opened or closed of whatever there is.
async fn meet(app: &App, work: &mut Work, seen: Option<&Seen>) -> Outcome<()> {
    let Some(given) = seen.filter(|seen| !seen.share.left_over).map(|seen| &seen.found.given) else { return Ok(()) };
    let change = &work.made.change;
    let by_clock = work.batch.as_ref().is_some_and(|batch| batch.cause == Cause::Schedule);
    let met = match (&change.before, next(work, seen)) {
        // What is there by an earlier try of ours is no share that was met.
        (None, Step::Update { .. } | Step::Reinvite(_)) if work.trail.wrote_over.is_none() => step::met(change, given),
        (Some(_), Step::Changed) if by_clock => step::met(change, given),
        _ => return Ok(()),
    };
    let met = met.ok_or_else(|| desk::changed(&work.person))?;
    rebase(app, work, met).await?;
    match work.trail.wrote_over {
        Some(_) => note_there(app, work, seen).await,
        None => Ok(()),
    }
}

/// The change is another one than was planned.
async fn rebase(app: &App, work: &mut Work, change: Change) -> Outcome<()> {
    let (id, kept) = (work.made.id, change.clone());
    app.db.write(move |tx| changes::rebase(tx, id, &kept)).await?;
    work.made.change = change;
    Ok(())
}

/// Settings are one for all servers of an owner: an invite carries those that hold there now, whatever was planned or last
/// read.
async fn invite_with_settings_of_now(app: &App, work: &mut Work) -> Outcome<()> {
    let (id, owner) = (work.server.id, work.server.owner_plex_id);
    let all = app.db.read(servers::all).await?;
    for other in all.iter().filter(|other| other.id != id && owner.is_some() && other.owner_plex_id == owner) {
        let Some(now) = Desk::open(app, work, other).await?.settings().await? else { continue };
        let change = step::with_settings_of(&work.made.change, &now);
        let change = change.ok_or_else(|| desk::changed(&work.person))?;
        return if change == work.made.change { Ok(()) } else { rebase(app, work, change).await };
    }
    Ok(())
}

/// Keeps what is there before anything is written.
async fn note_there(app: &App, work: &mut Work, seen: Option<&Seen>) -> Outcome<()> {
    let there = seen.filter(|seen| !seen.share.left_over).map(|seen| seen.found.clone());
    let (id, noted) = (work.made.id, there.clone());
    app.db.write(move |tx| changes::note_wrote_over(tx, id, noted.as_ref())).await?;
    work.trail.wrote_over = Some(there);
    Ok(())
}

/// Looks until Plex shows what was written.
async fn settle_down(app: &App, desk: &Desk<'_>, work: &Work) -> Outcome<Option<Seen>> {
    for look in 0..LOOKS {
        if look > 0 {
            app.pace().await;
        }
        let seen = desk.look().await?;
        if next(work, seen.as_ref()) == Step::Done {
            return Ok(seen);
        }
    }
    Err(Fault::transient("Plex took the change, but does not show it yet. It is looked at again.").into())
}
