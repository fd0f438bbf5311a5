//! What the wizard itself writes: the first sign-in, where it is, and that it is done.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use super::door::STEP;
use super::steps::Step;
use crate::app::App;
use crate::app::keep::By;
use crate::crypto::hash_password;
use crate::db::people::{self, NewPerson};
use crate::db::settings::{self, StoredSetting};
use crate::db::{self, Tx, sessions};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::{PersonId, RunId};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::Role;
use crate::domain::people::rules::{self, SignIn};
use crate::domain::settings::SettingKey;
use crate::error::{AppError, Outcome};

/// A local sign-in as somebody wants it.
pub struct NewSignIn {
    pub name: String,
    pub username: String,
    pub email: Option<String>,
    pub role: Role,
    pub password: SecretString,
}

pub struct Made {
    pub person: PersonId,
    /// False when there was one of this name, who has a new password and role now.
    pub is_new: bool,
}

/// Makes a local sign-in, or gives an existing one a new password and role and ends its sessions. Somebody who came by
/// Plex with this mail address gets it beside their Plex sign-in: whoever runs this owns the machine.
pub async fn make_sign_in(app: &App, wanted: NewSignIn) -> Outcome<Made> {
    let NewSignIn { role, password, .. } = wanted;
    let email = wanted.email.unwrap_or_default();
    let checked = rules::sign_in(&wanted.name, &wanted.username, &email, password.expose_secret());
    let SignIn { name, username, email } = checked.map_err(|fields| {
        let message = fields.values().cloned().collect::<Vec<_>>().join(" ");
        AppError::Refused { message, fields }
    })?;
    let hash = hash_password(password).await?;
    let now = app.now();
    app.db
        .write(move |tx| {
            let known = match (people::by_username(tx, &username)?, &email) {
                (None, Some(email)) => people::by_email_without_sign_in(tx, email)?,
                (known, _) => known,
            };
            let Some(known) = known else {
                let new = NewPerson { email, password_hash: Some(hash), ..NewPerson::local(&name, &username, role) };
                let person = people::add(tx, &new, now)?;
                note(tx, ActivityKind::PersonAdded, &name, person, role, now)?;
                return Ok(Made { person, is_new: true });
            };
            people::set_username(tx, known.id, &username, now)?;
            people::set_password(tx, known.id, &hash, now)?;
            people::set_role(tx, known.id, role, now)?;
            if email.is_some() {
                people::set_email(tx, known.id, email.as_deref(), now)?;
            }
            people::welcome_back(tx, known.id, now)?;
            sessions::revoke_all(tx, known.id, None, now)?;
            note(tx, ActivityKind::PasswordSet, &known.name, known.id, role, now)?;
            Ok(Made { person: known.id, is_new: false })
        })
        .await
}

fn note(
    tx: &mut Tx<'_>,
    kind: ActivityKind,
    name: &str,
    person: PersonId,
    role: Role,
    now: DateTime<Utc>,
) -> Outcome<()> {
    db::activity::record(tx, &NewEntry::new(kind, name).about(person).detail(role.as_str()), now)
}

pub async fn set_email(app: &App, person: PersonId, email: String) -> Outcome<()> {
    let now = app.now();
    app.db.write(move |tx| people::set_email(tx, person, Some(&email), now)).await
}

/// Opens the wizard again. Deletes nothing.
pub async fn reopen(app: &App) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            settings::remove(tx, STEP)?;
            put(tx, SettingKey::SetupOpen.as_str(), "true", now)
        })
        .await
}

/// Notes that a step was reached; it never goes back.
pub async fn reach(app: &App, step: Step) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            let known: Option<Step> = settings::get(tx, STEP)?.and_then(|known| known.parse().ok());
            match known {
                Some(known) if known >= step => Ok(()),
                _ => put(tx, STEP, step.as_str(), now),
            }
        })
        .await
}

/// The first look at people and libraries, unless one is under way.
pub async fn first_sync(app: &App, by: &By) -> Outcome<()> {
    let (now, who) = (app.now(), by.as_ref().map(|(id, _)| *id));
    app.db
        .write(move |tx| {
            let jobs = [JobName::ServiceHealth, JobName::PeopleSync, JobName::LibrarySync];
            jobs.into_iter()
                .map(|job| db::jobs::ask(tx, job, RunCause::Asked, who, now))
                .collect::<Outcome<Vec<RunId>>>()
        })
        .await?;
    app.wake_jobs.notify_one();
    Ok(())
}

/// Closes the wizard.
pub async fn finish(app: &App, by: By) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            settings::remove(tx, STEP)?;
            settings::remove(tx, SettingKey::SetupOpen.as_str())?;
            settings::remove_all(tx, "draft:setup:")?;
            let mut entry = NewEntry::new(ActivityKind::SetupDone, "Set-up");
            entry.actor = by;
            db::activity::record(tx, &entry, now)
        })
        .await
}

fn put(tx: &mut Tx<'_>, key: &str, value: &str, now: DateTime<Utc>) -> Outcome<()> {
    let row = StoredSetting { key: key.to_owned(), value: value.to_owned(), sealed: false, from_file: false };
    settings::put(tx, &row, now)
}
