//! Changing settings by hand, and making keys for programs.

use crate::app::App;
use crate::app::keep::{self, By};
use crate::crypto::{random_token, token_hash};
use crate::db::settings::StoredSetting;
use crate::db::{self, people, services, sessions, settings};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::people::{KeyScope, Role};
use crate::domain::service::ServiceKind;
use crate::domain::settings::{SettingKey, Settings};
use crate::error::{AppError, FieldErrors, Outcome};

/// Changes one setting; returns it as it was understood.
pub async fn set(app: &App, by: By, key: SettingKey, value: &str) -> Outcome<String> {
    let mut checked = Settings::new(chrono_tz::UTC);
    checked.set(key, value).map_err(|words| AppError::field(key.as_str(), words))?;
    let value = checked.get(key);
    set_all(app, by, vec![(key, value.clone())]).await?;
    Ok(value)
}

/// Changes several settings at once, or none when one of them makes no sense.
pub async fn set_all(app: &App, by: By, wanted: Vec<(SettingKey, String)>) -> Outcome<()> {
    let mut checked = Settings::new(chrono_tz::UTC);
    let mut fields = FieldErrors::new();
    for (key, value) in &wanted {
        if let Err(words) = checked.set(*key, value) {
            fields.insert(key.to_string(), words);
        }
    }
    if !fields.is_empty() {
        return Err(AppError::Refused { message: "Some of it can't be saved as it is.".to_owned(), fields });
    }
    let now = app.now();
    let rows: Vec<_> = wanted.into_iter().map(|(key, _)| (key, checked.get(key))).collect();
    app.db.write(move |tx| write(tx, &by, rows, now)).await?;
    app.wake_worker();
    Ok(())
}

fn write(
    tx: &mut db::Tx<'_>,
    by: &By,
    rows: Vec<(SettingKey, String)>,
    now: chrono::DateTime<chrono::Utc>,
) -> Outcome<()> {
    let stored = settings::all(tx)?;
    let mut moved = false;
    for (key, value) in rows {
        let before = stored.iter().find(|row| row.key == key.as_str());
        if before.is_some_and(|row| row.value == value) {
            continue;
        }
        if before.is_some_and(|row| row.from_file) {
            return Err(AppError::field(key.as_str(), "The settings file sets this. Change it there."));
        }
        let row = StoredSetting { key: key.to_string(), value: value.clone(), sealed: false, from_file: false };
        settings::put(tx, &row, now)?;
        let before = before.map(|row| row.value.clone()).unwrap_or_default();
        let mut entry = NewEntry::new(ActivityKind::SettingChanged, key.as_str()).change(before, value);
        entry.actor.clone_from(by);
        db::activity::record(tx, &entry, now)?;
        moved |= matches!(key, SettingKey::BaseUrl | SettingKey::InternalUrl);
    }
    if moved {
        tell_services(tx, now)?;
    }
    Ok(())
}

/// Our own address changed: Sonarr and Radarr must report to the new one.
fn tell_services(tx: &mut db::Tx<'_>, now: chrono::DateTime<chrono::Utc>) -> Outcome<()> {
    for service in services::all(tx)? {
        if matches!(service.kind, ServiceKind::Radarr | ServiceKind::Sonarr) {
            keep::ask_for_hook(tx, service.id, &service.url, now)?;
        }
    }
    Ok(())
}

/// Makes a key that acts as a person. Returns the key itself, which is kept nowhere.
pub async fn make_key(app: &App, name: &str, scope: KeyScope, username: Option<String>) -> Outcome<String> {
    let name = name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(AppError::field("name", "The key's name must have 1 to 100 letters."));
    }
    let key = format!("usherr_{}", random_token());
    let (hash, prefix, now) = (token_hash(&key), key[..13].to_owned(), app.now());
    app.db
        .write(move |tx| {
            let person = match username {
                Some(username) => people::by_username(tx, &username)?
                    .ok_or_else(|| AppError::refused(format!("there is nobody with the sign-in name '{username}'")))?,
                None => people::with_roles(tx, &[Role::Admin])?.into_iter().next().ok_or_else(|| {
                    AppError::refused("there is no admin yet; make one with `usherr admin create`, or name a person")
                })?,
            };
            sessions::add_key(tx, person.id, &name, scope, &hash, &prefix, now)?;
            let entry = NewEntry::new(ActivityKind::KeyMade, name).about(person.id).detail(scope.as_str());
            db::activity::record(tx, &entry, now)
        })
        .await?;
    Ok(key)
}
