//! plex.tv as one change needs it: the share of one person on one server, read and written. It decides nothing.

use std::collections::{BTreeSet, HashMap, HashSet};

use secrecy::SecretString;

use super::Work;
use crate::app::App;
use crate::db::{libraries, shares};
use crate::domain::access::batch::Cause;
use crate::domain::access::given::Given;
use crate::domain::access::step::{Found, Step};
use crate::domain::fault::{Answer, Fault};
use crate::domain::ids::LibraryId;
use crate::domain::invite::refusal::Refusal;
use crate::domain::people::{Person, PlexSection, PlexShare};
use crate::domain::service::Server;
use crate::domain::sharing::{First, Invitee, Sections, ShareSettings, WholeShare};
use crate::error::{AppError, Outcome};
use crate::vendor::plex_tv::PlexTv;

pub struct Desk<'a> {
    app: &'a App,
    plex_tv: PlexTv,
    token: SecretString,
    machine_id: String,
    who: Invitee,
    /// What else Plex knows them by.
    name: Option<Invitee>,
    /// They have signed in by an invite, and no share of theirs was met before.
    is_new: bool,
    email: Option<String>,
    /// By section key.
    libraries: HashMap<String, LibraryId>,
    /// Keys of all sections that were ever met.
    met: HashSet<String>,
    titles: HashMap<LibraryId, String>,
    /// Plex is known to share this server with somebody else.
    is_shared: bool,
}

/// A share as Plex lists it now.
#[derive(Debug, Clone)]
pub struct Seen {
    pub share: PlexShare,
    pub found: Found,
}

impl<'a> Desk<'a> {
    pub async fn open(app: &'a App, work: &Work, server: &Server) -> Outcome<Self> {
        let (id, person) = (server.id, &work.person);
        let (account, whose) = (person.plex_id, person.id);
        let (there, met, is_shared, is_met) = app
            .db
            .read(move |conn| {
                let there = libraries::of_server(conn, id)?;
                let is_met = account.map(|account| shares::is_accepted(conn, account)).transpose()?;
                Ok((
                    there,
                    libraries::keys(conn, id)?,
                    shares::others_accepted(conn, id, whose)?,
                    is_met.unwrap_or_default(),
                ))
            })
            .await?;
        let came = work.batch.as_ref().is_some_and(|batch| batch.cause == Cause::Invite);
        let email = person.email.clone().map(|email| email.to_lowercase());
        let who = match (person.plex_id, &email) {
            (Some(id), _) => Invitee::Account(id),
            (None, Some(email)) => Invitee::Named(email.clone()),
            (None, None) => return Err(Fault::permanent("They have no Plex account and no address to invite.").into()),
        };
        let machine_id = match &server.machine_id {
            Some(id) => id.clone(),
            None => return Err(AppError::refused(format!("{} was never reached. Check it first.", server.name))),
        };
        Ok(Self {
            app,
            plex_tv: app.plex_sharing().await?,
            token: app.token_of(server)?,
            machine_id,
            who,
            name: person
                .plex_username
                .clone()
                .or_else(|| email.clone())
                .filter(|_| account.is_some())
                .map(Invitee::Named),
            is_new: came && !is_met && !person.home,
            email,
            titles: there.iter().map(|library| (library.id, library.title.clone())).collect(),
            libraries: there.into_iter().map(|library| (library.key, library.id)).collect(),
            met,
            is_shared,
        })
    }

    /// The share of this person as Plex lists it now.
    pub async fn look(&self) -> Outcome<Option<Seen>> {
        let list = self.plex_tv.shares(&self.token, &self.machine_id).await?;
        if self.is_shared && !list.iter().any(|share| share.accepted) {
            let words =
                "Plex sent no share that was accepted, though some are known. Nothing was changed; it is tried again.";
            return Err(Fault::transient(words).into());
        }
        let Some(share) = list.into_iter().find(|share| self.is_theirs(share)) else { return Ok(None) };
        // A list that is written without it would take it away, and no plan has said so.
        if share.section_keys.iter().any(|key| !self.met.contains(key)) {
            return Err(not_met().into());
        }
        Ok(Some(self.seen(share)))
    }

    /// The settings of this person's accepted share, as they are now.
    pub async fn settings(&self) -> Outcome<Option<ShareSettings>> {
        let list = self.plex_tv.shares(&self.token, &self.machine_id).await?;
        let theirs = list.into_iter().find(|share| share.accepted && self.is_theirs(share));
        Ok(theirs.map(|share| share.settings))
    }

    /// The share as `look` sees it; that it is gone is believed when two readings say so.
    pub async fn look_well(&self, work: &Work) -> Outcome<Option<Seen>> {
        let seen = self.look().await?;
        if seen.is_some() || work.made.change.before.is_none() {
            return Ok(seen);
        }
        self.app.pace().await;
        self.look().await
    }

    fn is_theirs(&self, share: &PlexShare) -> bool {
        match &self.who {
            Invitee::Account(id) if share.account_id.is_some() => share.account_id == Some(*id),
            _ => share.email.as_ref().is_some_and(|email| Some(email.to_lowercase()) == self.email),
        }
    }

    fn seen(&self, share: PlexShare) -> Seen {
        let named = share.section_keys.iter().filter_map(|key| self.libraries.get(key).copied());
        let libraries: BTreeSet<LibraryId> =
            if share.all_libraries { self.libraries.values().copied().collect() } else { named.collect() };
        let given = Given { libraries, all: share.all_libraries, settings: share.settings.clone() };
        Seen { found: Found { given, accepted: share.accepted }, share }
    }

    /// Writes what a step says. A transient fault leaves open whether it was taken.
    pub async fn make(&self, work: &Work, step: &Step, seen: Option<&Seen>) -> Answer<()> {
        let share_id = || seen.map(|seen| seen.share.share_id).ok_or_else(no_share);
        match step {
            Step::Done => Ok(()),
            Step::Invite(given) => {
                let sections = self.sections(&given.libraries, None).await?;
                self.invite(&sections, &given.settings).await
            }
            Step::Reinvite(given) => {
                let sections = self.sections(&given.libraries, None).await?;
                self.plex_tv.remove_share(&self.token, &self.machine_id, share_id()?).await?;
                self.invite(&sections, &given.settings).await
            }
            Step::Update { given, libraries, settings } => {
                let seen = seen.ok_or_else(no_share)?;
                self.update(seen, given, *libraries, *settings).await
            }
            Step::Remove => self.plex_tv.remove_share(&self.token, &self.machine_id, share_id()?).await,
            Step::Changed => Err(changed(&work.person)),
            Step::Gone => Err(Fault::permanent(format!(
                "{} has no share of {} any more: it was ended on Plex. Nothing was written.",
                work.person.name, work.server.name
            ))),
        }
    }

    /// By v1 an id is for friends, and a name for everybody (plex.md B4). A name is fresh only where somebody has just signed
    /// in; of others it is asked for last, since it may be another's by now.
    async fn invite(&self, sections: &Sections, settings: &ShareSettings) -> Answer<()> {
        let by = |who| self.plex_tv.invite(&self.token, &self.machine_id, who, sections, settings);
        let (first, other) = match &self.name {
            Some(name) if self.is_new => (name, Some(&self.who)),
            name => (&self.who, name.as_ref()),
        };
        match (by(first).await, other) {
            (Err(fault), Some(other)) if fault.refusal == Some(Refusal::Unknown) => by(other).await,
            (answer, _) => answer,
        }
    }

    async fn update(&self, seen: &Seen, given: &Given, libraries: bool, settings: bool) -> Answer<()> {
        let (token, machine, wanted) = (&self.token, &self.machine_id, &given.settings);
        let share = seen.share.share_id;
        if !libraries {
            return self.plex_tv.change_settings(token, &self.who, wanted).await;
        }
        let sections = self.sections(&given.libraries, Some(seen)).await?;
        // Limits that are lifted go last.
        let found = &seen.found.given.settings;
        let lifts = wanted.lets_all_of(found) && !found.lets_all_of(wanted);
        let first = if lifts { First::Libraries } else { First::Settings };
        let whole = WholeShare { libraries: &sections, settings: wanted, first };
        match settings {
            true => self.plex_tv.change_share(token, machine, share, &self.who, whole).await,
            false => self.plex_tv.change_libraries(token, machine, share, &sections, wanted).await,
        }
    }

    /// plex.tv's own ids of these libraries. Where its list lacks one of them nothing is sent: a shorter list would take
    /// that one away.
    async fn sections(&self, wanted: &BTreeSet<LibraryId>, seen: Option<&Seen>) -> Answer<Sections> {
        let list: Vec<PlexSection> = self.plex_tv.sections(&self.token, &self.machine_id).await?;
        let listed: HashMap<LibraryId, i64> =
            list.iter().filter_map(|section| Some((*self.libraries.get(&section.key)?, section.id))).collect();
        let is_whole = seen.is_some_and(|seen| seen.share.all_libraries);
        if is_whole && list.iter().any(|section| !self.met.contains(&section.key)) {
            return Err(not_met());
        }
        // What counts as gone from the server, and is shared all the same, is not ours to take away.
        let gone = |section: &&PlexSection| {
            let shared = seen.is_some_and(|seen| seen.share.section_keys.contains(&section.key));
            shared && !self.libraries.contains_key(&section.key)
        };
        let mut ids: Vec<i64> = list.iter().filter(gone).map(|section| section.id).collect();
        for library in wanted {
            match listed.get(library) {
                Some(id) => ids.push(*id),
                None => {
                    let title = self.titles.get(library).map_or("a library", String::as_str);
                    return Err(Fault::transient(format!(
                        "plex.tv does not list {title} at the moment. Nothing was sent, so that nobody loses it; it is tried again."
                    )));
                }
            }
        }
        Sections::new(ids).ok_or_else(|| Fault::permanent("Nothing would be left. Nobody is given an empty list."))
    }
}

pub fn changed(person: &Person) -> Fault {
    Fault::permanent(format!(
        "Somebody has changed what {} has on Plex since this was planned. Nothing was written; look at the plan again.",
        person.name
    ))
}

fn not_met() -> Fault {
    Fault::permanent(
        "Plex shares a library with them that Usherr has not met yet. Nothing was written: look at people and shares first, and then at the plan.",
    )
}

fn no_share() -> Fault {
    Fault::missing("There is no such share.")
}
