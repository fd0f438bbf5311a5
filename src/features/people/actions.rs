//! What is written about people: taken over from Plex, added by hand, given another role.

pub mod access;
pub mod limits;
pub mod many;
pub mod membership;
pub mod merge;
pub mod notes;
pub mod removal;
pub mod sessions;
pub mod set;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use secrecy::{ExposeSecret, SecretString};

use crate::app::{App, Change};
use crate::crypto::hash_password;
use crate::db::people::import::{self, Kept};
use crate::db::people::{self, NewPerson};
use crate::db::{Tx, activity, changes, groups, invite_uses, jobs, servers, shares};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::{GroupId, PersonId};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::reading::{Identity, Known, Reading, holder};
use crate::domain::people::rules::{self, SignIn};
use crate::domain::people::{Actor, Person, Role};
use crate::error::{AppError, Outcome};

/// What a reading of Plex brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    pub people: usize,
    pub added: usize,
    pub changed: usize,
    /// They had been gone.
    pub back: usize,
    pub gone: usize,
    pub shares: usize,
    pub new_shares: usize,
    pub changed_shares: usize,
    pub ended_shares: usize,
}

/// Takes over what plex.tv said, all of it or nothing. Only a whole reading counts those that it lacks.
pub async fn take_over(app: &App, reading: Reading, whole: bool) -> Outcome<Taken> {
    let (settings, now) = (app.settings().await?, app.now());
    let (role, zone) = (settings.default_role, settings.time_zone);
    app.db.write(move |tx| take(tx, &reading, whole, role, zone, now)).await
}

fn take(tx: &mut Tx<'_>, reading: &Reading, whole: bool, role: Role, zone: Tz, now: DateTime<Utc>) -> Outcome<Taken> {
    let (before, mut roll) = (import::from_plex(tx, now)?, import::Roll::read(tx)?);
    // At the first reading ever nobody is new.
    let newcomers = if before.is_empty() { None } else { groups::for_newcomers(tx)? };
    let mut taken = Taken::default();
    let mut ids: HashMap<Identity, PersonId> = HashMap::new();
    for known in reading.everybody() {
        let Some(identity) = known.identity() else { continue };
        let (person, kept) = roll.keep(tx, &known, role, now)?;
        if let Some(email) = &known.email {
            ids.entry(Identity::Email(email.clone())).or_insert(person);
        }
        ids.insert(identity, person);
        note(tx, &mut taken, &known, person, kept, now)?;
        if kept == Kept::Added && !known.is_owner {
            welcome(tx, newcomers.as_ref(), person, zone, now)?;
        }
    }
    invite_uses::note_who_is_home(tx)?;
    jobs::bring_forward(tx, JobName::AccessSchedule, Some(now))?;
    for server in &reading.servers {
        servers::set_owner(tx, server.server, server.owner)?;
        let sections = shares::sections(tx, server.server, &server.sections)?;
        let mut known = shares::of_server(tx, server.server)?;
        // What we have changed since it was read is newer than the reading.
        let changed = changes::people_since(tx, server.read_at)?;
        let mut holders = Vec::new();
        for share in &server.shares {
            let Some(person) = holder(share).and_then(|identity| ids.get(&identity).copied()) else { continue };
            holders.push(person);
            if changed.contains(&person) {
                continue;
            }
            match known.keep(tx, person, share, &sections, now)? {
                shares::Kept::Added => taken.new_shares += 1,
                shares::Kept::Changed => taken.changed_shares += 1,
                shares::Kept::Same => {}
            }
        }
        taken.shares += holders.len();
        holders.extend(changed);
        if whole {
            taken.ended_shares += shares::miss_others(tx, server.server, &holders, now)?;
        }
    }
    if whole {
        let spared = if reading.knows_invites() { Vec::new() } else { import::invited(tx)? };
        let named: HashSet<PersonId> = ids.values().copied().chain(spared).collect();
        let is_named = |person: &Person| named.contains(&person.id);
        for person in before.iter().filter(|person| !is_named(person)) {
            if import::miss(tx, person.id, now)? {
                taken.gone += 1;
                let entry = NewEntry::new(ActivityKind::PersonGone, &person.name).about(person.id);
                activity::record(tx, &entry.detail("not on Plex’s list any more"), now)?;
            }
        }
    }
    Ok(taken)
}

fn note(
    tx: &mut Tx<'_>,
    taken: &mut Taken,
    known: &Known,
    person: PersonId,
    kept: Kept,
    now: DateTime<Utc>,
) -> Outcome<()> {
    taken.people += 1;
    let detail = match kept {
        Kept::Same => return Ok(()),
        Kept::Changed => {
            taken.changed += 1;
            return Ok(());
        }
        Kept::Added => {
            taken.added += 1;
            known.plex_id.is_none().then_some("invited, has not come yet")
        }
        Kept::Back => {
            taken.back += 1;
            Some("back on Plex’s list")
        }
    };
    let entry = NewEntry::new(ActivityKind::PersonImported, &known.name).about(person);
    let entry = match detail {
        Some(detail) => entry.detail(detail),
        None => entry,
    };
    activity::record(tx, &entry, now)
}

/// Puts somebody new into the group that is for newcomers, if there is one.
fn welcome(
    tx: &mut Tx<'_>,
    newcomers: Option<&(GroupId, String)>,
    person: PersonId,
    zone: Tz,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let Some((group, name)) = newcomers else { return Ok(()) };
    groups::put_in(tx, *group, person, zone, now)?;
    let entry = NewEntry::new(ActivityKind::GroupJoined, name).about(person);
    activity::record(tx, &entry.detail("newcomers are put into it"), now)
}

/// Somebody who shall sign in with a name and a password, as typed.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub name: String,
    pub username: String,
    pub email: String,
    pub password: SecretString,
    pub role: String,
}

/// Adds somebody with a local sign-in. Everything that is wrong is said at once, beside its field.
pub async fn add(app: &App, actor: &Actor, typed: Typed) -> Outcome<PersonId> {
    let (mut person, password) = checked(actor, typed)?;
    person.password_hash = Some(hash_password(password).await?);
    let (by, zone, now) = (actor.clone(), app.settings().await?.time_zone, app.now());
    app.db
        .write(move |tx| {
            let username = person.username.as_deref().unwrap_or_default();
            if people::by_username(tx, username)?.is_some() {
                return Err(AppError::field("username", "Somebody has this name already. Choose another."));
            }
            let id = people::add(tx, &person, now)?;
            let entry = NewEntry::new(ActivityKind::PersonAdded, &person.name).by(by.id, &by.name).about(id);
            activity::record(tx, &entry.detail(format!("with a local sign-in, as {}", person.role)), now)?;
            let newcomers = groups::for_newcomers(tx)?;
            welcome(tx, newcomers.as_ref(), id, zone, now)?;
            Ok(id)
        })
        .await
}

fn checked(actor: &Actor, typed: Typed) -> Outcome<(NewPerson, SecretString)> {
    let sign_in = rules::sign_in(&typed.name, &typed.username, &typed.email, typed.password.expose_secret());
    let role = typed.role.parse().ok().filter(|role| rules::roles_to_give(actor).contains(role));
    match (sign_in, role) {
        (Ok(SignIn { name, username, email }), Some(role)) => {
            Ok((NewPerson { email, ..NewPerson::local(&name, &username, role) }, typed.password))
        }
        (sign_in, role) => {
            let mut fields = sign_in.err().unwrap_or_default();
            if role.is_none() {
                fields.insert("role".to_owned(), "Choose one of these roles.".to_owned());
            }
            Err(AppError::fields(fields))
        }
    }
}

/// Gives somebody another role. Back: their name, and the role they have now.
pub async fn change_role(app: &App, actor: &Actor, id: PersonId, to: Role) -> Outcome<(String, Role)> {
    let (by, now) = (actor.clone(), app.now());
    let changed = app
        .db
        .write(move |tx| {
            let person = people::get(tx, id)?.ok_or(AppError::NotFound)?;
            let others = people::other_admins(tx, id)?;
            rules::change_role(&by, &person, to, others).map_err(|words| AppError::field("role", words))?;
            if person.role != to {
                people::set_role(tx, id, to, now)?;
                let entry = NewEntry::new(ActivityKind::RoleChanged, &person.name)
                    .by(by.id, &by.name)
                    .about(id)
                    .change(person.role.as_str(), to.as_str());
                activity::record(tx, &entry, now)?;
            }
            Ok((person.name, to))
        })
        .await?;
    app.changed(Change::Sessions);
    Ok(changed)
}

/// Asks for the import to run now.
pub async fn ask_import(app: &App, actor: &Actor) -> Outcome<()> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            jobs::ask(tx, JobName::PeopleSync, RunCause::Asked, Some(by.id), now)?;
            let entry = NewEntry::new(ActivityKind::JobAsked, JobName::PeopleSync.label()).by(by.id, &by.name);
            activity::record(tx, &entry, now)
        })
        .await?;
    app.wake_jobs.notify_one();
    Ok(())
}
