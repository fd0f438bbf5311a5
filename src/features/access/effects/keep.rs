//! What came of a change, written down: its end, what Plex was sent, the copy of the share, the record.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use super::Work;
use super::desk::Seen;
use crate::app::App;
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Tx, activity, changes, invite_uses, libraries, people, removals, sent, shares};
use crate::domain::access::batch::State;
use crate::domain::access::given::Given;
use crate::domain::access::step;
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::{Ending, guest_lane};
use crate::domain::ids::{BatchId, LibraryId, PersonId};
use crate::domain::service::Server;
use crate::error::Outcome;
use crate::features::access::actions;

/// The change is made, or what could be made of it: then there are words for what is missing. `seen` is what Plex gives now.
pub async fn over(
    app: &App,
    claim: &Claim,
    work: &Work,
    seen: Option<Seen>,
    missing: Option<String>,
) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    let (made, person, server, sent) = (work.made.clone(), work.person.clone(), work.server.clone(), work.sent.clone());
    let by = work.batch.as_ref().and_then(|batch| batch.by.clone());
    app.db
        .write(move |tx| {
            let change = &made.change;
            keep_share(tx, &server, person.id, seen.as_ref(), now)?;
            let given = seen.as_ref().map(|seen| &seen.found.given);
            let mut kept = step::sent_after(change, sent.as_ref());
            // Settings that the change is not about are what Plex says, unless they had been changed there.
            if let (Some(kept), Some(given), None) = (&mut kept, given, &sent) {
                kept.settings = given.settings.clone();
            }
            // Nobody can be given all of a server again: what is back is named one by one.
            if let (Some(kept), Some(given)) = (&mut kept, given) {
                kept.all &= given.all;
            }
            if seen.is_none() {
                shares::end_streams(tx, server.id, person.id, 1, now)?;
                invite_uses::stop_homes(tx, person.id, now)?;
            }
            sent::note(tx, person.id, server.id, kept.as_ref(), now)?;
            // An invite turns no settings of other shares, and what Plex lists of one that is open is not to be relied on.
            if let (Some(owner), Some(given)) = (server.owner_plex_id, given)
                && change.moves_settings()
            {
                shares::settings_everywhere(tx, owner, person.id, &given.settings)?;
                sent::everywhere(tx, owner, person.id, &given.settings)?;
            }
            if change.moves_settings() && missing.is_none() {
                people::note_limits_kept(tx, person.id, None)?;
            }
            if missing.is_some() {
                changes::rebase(tx, made.id, change)?;
            }
            greet_guest(tx, made.batch, now)?;
            let state = if missing.is_some() { State::Partly } else { State::Done };
            if changes::end(tx, made.id, state, missing.as_deref(), now)? {
                let titles = libraries::titles(tx)?;
                let entry = NewEntry::new(ActivityKind::AccessChanged, &person.name).about(person.id);
                let entry = match &missing {
                    Some(words) => entry.detail(words),
                    None => entry,
                };
                let entry = entry.change(words(change.before.as_ref(), &titles), words(change.after.as_ref(), &titles));
                let entry = match &by {
                    Some((id, name)) => entry.by(*id, name),
                    None => entry,
                };
                activity::record(tx, &entry, now)?;
            }
            removals::go_on(tx, now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

/// The change can't be made; the words say why.
pub async fn failed(app: &App, claim: &Claim, work: &Work, words: &str) -> Outcome<Settled> {
    let (claim, now, id, words) = (claim.clone(), app.now(), work.made.id, words.to_owned());
    let (person, refusal, batch) = (work.person.clone(), work.refusal, work.made.batch);
    app.db
        .write(move |tx| {
            changes::note_refusal(tx, id, refusal)?;
            greet_guest(tx, batch, now)?;
            if changes::end(tx, id, State::Failed, Some(&words), now)? {
                let entry = NewEntry::new(ActivityKind::AccessFailed, &person.name).about(person.id).detail(&words);
                activity::record(tx, &entry, now)?;
            }
            removals::go_on(tx, now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

/// The change comes again when those behind it had their turn; after some turns it has failed.
pub async fn later(app: &App, claim: &Claim, work: &Work, words: &str) -> Outcome<Settled> {
    if work.made.attempt >= super::TURNS {
        return failed(app, claim, work, words).await;
    }
    let (claim, now, id, words) = (claim.clone(), app.now(), work.made.id, words.to_owned());
    app.db
        .write(move |tx| {
            if let Some(attempt) = changes::next_turn(tx, id)? {
                actions::push_again(tx, id, attempt, &words, now)?;
            }
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

/// Where these changes let a guest in, it is their turn.
fn greet_guest(tx: &mut Tx<'_>, batch: BatchId, now: DateTime<Utc>) -> Outcome<()> {
    match invite_uses::of_batch(tx, batch)? {
        Some(one) => outbox::hurry_lane(tx, &guest_lane(one), now).map(drop),
        None => Ok(()),
    }
}

fn keep_share(
    tx: &mut Tx<'_>,
    server: &Server,
    person: PersonId,
    seen: Option<&Seen>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some(seen) = seen else { return shares::remove(tx, server.id, person) };
    let known = libraries::of_server(tx, server.id)?.into_iter().map(|library| (library.key, library.id)).collect();
    shares::keep(tx, server.id, person, &seen.share, &known, now).map(drop)
}

/// "Films, Series; downloads".
fn words(given: Option<&Given>, titles: &HashMap<LibraryId, String>) -> String {
    let Some(given) = given else { return "no share".to_owned() };
    let names: BTreeSet<&str> =
        given.libraries.iter().map(|library| titles.get(library).map_or("a library", |title| title.trim())).collect();
    let libraries = match given.all {
        true => "all libraries".to_owned(),
        false => names.into_iter().collect::<Vec<_>>().join(", "),
    };
    let flags = [
        (given.settings.allow_sync, "downloads"),
        (given.settings.allow_camera_upload, "camera upload"),
        (given.settings.allow_tuners > 0, "Live TV"),
        (given.settings.filters().next().is_some(), "with limits"),
    ];
    let told: Vec<&str> = flags.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect();
    if told.is_empty() { libraries } else { format!("{libraries}; {}", told.join(", ")) }
}
