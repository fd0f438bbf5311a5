//! Opening and ending sessions, and the steps of a sign-in with Plex.

pub mod reset;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};
use secrecy::SecretString;

use crate::app::{App, Change, services};
use crate::crypto::{self, SessionClaims};
use crate::db::people::import;
use crate::db::sessions::{self, PlexSignIn, plex};
use crate::db::{self, Tx, activity, guests, people, shares};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::guest::Guest;
use crate::domain::ids::PersonId;
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::reading::Known;
use crate::domain::people::{Actor, Person, PlexAccount, PlexPin, PlexVerdict, Session, SessionKind};
use crate::error::{AppError, Outcome};

/// How long a sign-in lasts.
pub const SESSION_LASTS: TimeDelta = TimeDelta::days(30);

/// A pin of plex.tv that nobody has given yet is waited for this long.
const PIN_WAIT: TimeDelta = TimeDelta::seconds(30);

/// What one look at plex.tv may take at the most, all its calls together.
const TURN: TimeDelta = TimeDelta::seconds(90);

const MOST_AGENT: usize = 300;

/// From where somebody signs in.
#[derive(Debug, Clone)]
pub struct From {
    pub user_agent: Option<String>,
    pub address: String,
}

/// A session that was just opened.
pub struct Opened {
    pub token: SecretString,
    pub expires_at: DateTime<Utc>,
    pub person: Person,
}

/// The person with this name and password. A wrong name and a wrong password are refused alike, after the same time.
pub async fn by_password(app: &App, from: IpAddr, typed: &str, password: SecretString) -> Outcome<PersonId> {
    let name = typed.to_owned();
    let known = app.db.read(move |conn| people::password_hash(conn, &name)).await?;
    let (id, hash) = known.unzip();
    let right = app.limits.password(from, typed, password, hash).await?;
    match id {
        Some(id) if right => Ok(id),
        _ => {
            note_refusal(app, typed, from).await?;
            Err(AppError::WrongPassword)
        }
    }
}

/// Opens a session with a new id. `way` says how they signed in: "with a password". `instead_of` is ended.
pub async fn open_session(
    app: &App,
    person: PersonId,
    kind: SessionKind,
    from: From,
    way: &'static str,
    instead_of: Option<String>,
) -> Outcome<Opened> {
    let now = app.now();
    let session = Session {
        id: crypto::random_token(),
        person,
        kind,
        user_agent: from.user_agent.map(|agent| agent.chars().take(MOST_AGENT).collect()),
        address: Some(from.address),
        created_at: now,
        last_seen_at: now,
        expires_at: now + SESSION_LASTS,
    };
    let claims = SessionClaims {
        sub: person.0,
        sid: session.id.clone(),
        iat: now.timestamp(),
        exp: session.expires_at.timestamp(),
    };
    let token = app.keys.session_token(&claims)?;
    let expires_at = session.expires_at;
    let person = app.db.write(move |tx| write_session(tx, &session, way, instead_of.as_deref())).await?;
    Ok(Opened { token, expires_at, person })
}

fn write_session(tx: &mut Tx<'_>, session: &Session, way: &str, instead_of: Option<&str>) -> Outcome<Person> {
    let now = session.created_at;
    let person = people::get(tx, session.person)?.ok_or(AppError::NotSignedIn)?;
    if let Some(old) = instead_of {
        sessions::revoke(tx, person.id, old, now)?;
    }
    sessions::open(tx, session)?;
    people::touch(tx, person.id, now)?;
    let address = session.address.as_deref().unwrap_or_default();
    let entry = NewEntry::new(ActivityKind::SignedIn, &person.name)
        .by(person.id, &person.name)
        .about(person.id)
        .detail(format!("{way}, from {address}"));
    activity::record(tx, &entry, now)?;
    Ok(person)
}

/// Records a refused try. A name that nobody has is not written down: it may be a password in the wrong field.
async fn note_refusal(app: &App, typed: &str, address: IpAddr) -> Outcome<()> {
    let (name, now) = (typed.to_owned(), app.now());
    app.db
        .write(move |tx| {
            let known = match people::password_hash(tx, &name)? {
                Some((id, _)) => people::get(tx, id)?,
                None => people::by_username(tx, &name)?,
            };
            let subject = known.as_ref().map_or("A name nobody has", |person| person.name.as_str());
            let mut entry = NewEntry::new(ActivityKind::SignInRefused, subject).detail(format!("from {address}"));
            entry.person = known.as_ref().map(|person| person.id);
            activity::record(tx, &entry, now)
        })
        .await
}

/// Ends the session that this comes from.
pub async fn sign_out(app: &App, actor: &Actor) -> Outcome<()> {
    let Some(session) = actor.session.clone() else { return Ok(()) };
    let (person, now) = (actor.id, app.now());
    app.db.write(move |tx| sessions::revoke(tx, person, &session, now)).await?;
    app.changed(Change::Sessions);
    Ok(())
}

/// Begins a sign-in that has no pin yet. Its id goes into the visitor's cookie and nowhere else.
pub async fn begin_plex(app: &App, purpose: Purpose, return_to: Option<String>) -> Outcome<String> {
    let now = app.now();
    let sign_in = PlexSignIn {
        id: crypto::random_token(),
        pin_id: plex::NO_PIN,
        code: String::new(),
        purpose: purpose.to_string(),
        return_to,
        expires_at: now + PIN_WAIT,
    };
    let id = sign_in.id.clone();
    app.db.write(move |tx| sessions::begin_plex(tx, &sign_in, now)).await?;
    Ok(id)
}

crate::text_enum! {
    /// What somebody shows their Plex account for.
    pub enum Purpose {
        SignIn = "sign_in",
        /// To be known at the door, without being let in.
        Guest = "guest",
    }
}

/// How long a guest is known.
pub const GUEST_LASTS: TimeDelta = TimeDelta::days(7);

/// Keeps who stands at the door, and settles the sign-in.
pub async fn greet(app: &App, id: &str, account: PlexAccount, token: &SecretString) -> Outcome<()> {
    let (id, now) = (id.to_owned(), app.now());
    let token = app.seal(token, &services::person_place(account.id))?;
    let guest = Guest { account, token, signed_in_at: now };
    app.db
        .write(move |tx| {
            if plex::settle(tx, &id, PlexVerdict::Admitted, None)? {
                guests::add(tx, &crypto::token_hash(&id), &guest, now + GUEST_LASTS)?;
            }
            Ok(())
        })
        .await
}

/// The person of a guest who has an accepted share; the guest is known no more.
pub async fn take_guest(app: &App, secret: &str) -> Outcome<Option<PersonId>> {
    let (id, now) = (crypto::token_hash(secret), app.now());
    app.db
        .write(move |tx| {
            let Some(guest) = guests::get(tx, &id, now)? else { return Ok(None) };
            let plex_id = guest.account.id;
            if !shares::is_accepted(tx, plex_id)? {
                return Ok(None);
            }
            guests::forget(tx, &id)?;
            Ok(people::by_plex_id(tx, plex_id)?.map(|person| person.id))
        })
        .await
}

pub async fn keep_pin(app: &App, id: &str, pin: &PlexPin) -> Outcome<()> {
    let (id, pin) = (id.to_owned(), pin.clone());
    app.db.write(move |tx| plex::keep_pin(tx, &id, &pin)).await
}

/// Takes the turn to ask plex.tv how a sign-in stands. False when it is settled or somebody is asking.
pub async fn take_turn(app: &App, id: &str) -> Outcome<bool> {
    let (id, now) = (id.to_owned(), app.now());
    app.db.write(move |tx| plex::take_turn(tx, &id, TURN, now)).await
}

pub async fn give_turn_back(app: &App, id: &str) -> Outcome<()> {
    let id = id.to_owned();
    app.db.write(move |tx| plex::give_turn_back(tx, &id)).await
}

/// Ends a sign-in that let nobody in.
pub async fn end_plex(app: &App, id: &str, verdict: PlexVerdict, address: &str) -> Outcome<()> {
    let (id, now) = (id.to_owned(), app.now());
    let entry = NewEntry::new(ActivityKind::SignInRefused, "A Plex account without a share here")
        .detail(format!("with Plex, from {address}"));
    app.db
        .write(move |tx| {
            let settled = plex::settle(tx, &id, verdict, None)?;
            if settled && verdict == PlexVerdict::Refused {
                activity::record(tx, &entry, now)?;
            }
            Ok(())
        })
        .await
}

/// Lets an account in: finds or makes its person, keeps its token sealed, and settles the sign-in.
pub async fn admit(app: &App, id: &str, account: &PlexAccount, token: &SecretString, owner: bool) -> Outcome<()> {
    let sealed = app.seal(token, &services::person_place(account.id))?;
    let role = app.settings().await?.default_role;
    let known = Known { is_owner: owner, ..Known::of(account) };
    let (id, now) = (id.to_owned(), app.now());
    let new = app
        .db
        .write(move |tx| {
            let (person, kept) = import::keep_shown(tx, known, &sealed, role, now)?;
            plex::settle(tx, &id, PlexVerdict::Admitted, Some(person))?;
            let new = kept != import::Kept::Same;
            if new {
                // What they may see is not known before their shares have been read.
                db::jobs::ask(tx, JobName::PeopleSync, RunCause::Asked, Some(person), now)?;
            }
            Ok(new)
        })
        .await?;
    if new {
        app.wake_jobs.notify_one();
    }
    Ok(())
}

/// Spends a settled sign-in. False when it was spent before.
pub async fn spend_plex(app: &App, id: &str) -> Outcome<bool> {
    let (id, now) = (id.to_owned(), app.now());
    app.db.write(move |tx| sessions::spend_plex(tx, &id, now)).await
}
