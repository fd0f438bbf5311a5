//! What the wizard itself writes: the first sign-in, where it is, and that it is done.

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
use crate::domain::settings::SettingKey;
use crate::error::{AppError, FieldErrors, Outcome};

pub const SHORTEST_PASSWORD: usize = 8;
const LONGEST_PASSWORD: usize = 1000;

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
    let wanted = checked(wanted)?;
    let hash = hash_password(wanted.password.clone()).await?;
    let now = app.now();
    app.db
        .write(move |tx| {
            let known = match (people::by_username(tx, &wanted.username)?, &wanted.email) {
                (None, Some(email)) => people::by_email_without_sign_in(tx, email)?,
                (known, _) => known,
            };
            if let Some(known) = known {
                people::set_username(tx, known.id, &wanted.username, now)?;
                people::set_password(tx, known.id, &hash, now)?;
                people::set_role(tx, known.id, wanted.role, now)?;
                if wanted.email.is_some() {
                    people::set_email(tx, known.id, wanted.email.as_deref(), now)?;
                }
                people::welcome_back(tx, known.id, now)?;
                sessions::revoke_all(tx, known.id, None, now)?;
                let entry = NewEntry::new(ActivityKind::PasswordSet, known.name).about(known.id);
                db::activity::record(tx, &entry.detail(wanted.role.as_str()), now)?;
                return Ok(Made { person: known.id, is_new: false });
            }
            let person = people::add(tx, &new_person(&wanted, hash), now)?;
            let entry = NewEntry::new(ActivityKind::PersonAdded, wanted.name).about(person);
            db::activity::record(tx, &entry.detail(wanted.role.as_str()), now)?;
            Ok(Made { person, is_new: true })
        })
        .await
}

fn new_person(wanted: &NewSignIn, hash: String) -> NewPerson {
    NewPerson {
        name: wanted.name.clone(),
        email: wanted.email.clone(),
        username: Some(wanted.username.clone()),
        password_hash: Some(hash),
        role: wanted.role,
        plex_id: None,
        plex_username: None,
        thumb: None,
        is_owner: false,
        home: false,
        restricted: false,
    }
}

fn checked(wanted: NewSignIn) -> Outcome<NewSignIn> {
    let mut fields = FieldErrors::new();
    let mut refuse = |name: &str, words: &str| {
        fields.insert(name.to_owned(), words.to_owned());
    };
    let username = wanted.username.trim().to_lowercase();
    let name = wanted.name.trim().to_owned();
    let email = wanted.email.map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
    if username.is_empty() || username.chars().count() > 100 || username.chars().any(char::is_control) {
        refuse("username", "Write a name of 1 to 100 letters to sign in with.");
    }
    if name.is_empty() || name.chars().count() > 100 {
        refuse("name", "Write the name others will see, up to 100 letters.");
    }
    if email.as_deref().is_some_and(|email| !looks_like_mail(email)) {
        refuse("email", "That is no mail address. Write something like ana@example.org, or leave it empty.");
    }
    let length = wanted.password.expose_secret().chars().count();
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&length) {
        refuse("password", "The password must have 8 letters or more.");
    }
    if fields.is_empty() {
        return Ok(NewSignIn { name, username, email, ..wanted });
    }
    let message = fields.values().cloned().collect::<Vec<_>>().join(" ");
    Err(AppError::Refused { message, fields })
}

fn looks_like_mail(email: &str) -> bool {
    let (name, host) = email.rsplit_once('@').unwrap_or_default();
    email.chars().count() <= 254
        && !name.is_empty()
        && !host.is_empty()
        && !email.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"".contains(c))
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

fn put(tx: &mut Tx<'_>, key: &str, value: &str, now: chrono::DateTime<chrono::Utc>) -> Outcome<()> {
    let row = StoredSetting { key: key.to_owned(), value: value.to_owned(), sealed: false, from_file: false };
    settings::put(tx, &row, now)
}
