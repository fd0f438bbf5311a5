//! General settings by page: read by those who may read settings, changed by admins.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};

use super::actions;
use super::views::{self, General, Setting};
use crate::app::App;
use crate::db::settings;
use crate::domain::settings::SettingKey;
use crate::error::{AppError, Outcome};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::{Admin, Fields, SettingsReader, Visit};

#[handler]
pub async fn general(
    Data(app): Data<&App>,
    visit: Visit,
    SettingsReader(me): SettingsReader,
) -> poem::Result<Response> {
    let settings = current(app).await?;
    Ok(visit.show(page(&visit, &settings, &Errors::default(), me.role.is_admin())))
}

#[handler]
pub async fn save(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    fields: Fields,
) -> poem::Result<Response> {
    let mut settings = current(app).await?;
    for setting in settings.iter_mut().filter(|setting| setting.fixed_by.is_none()) {
        setting.value = fields.text(setting.key.as_str()).to_owned();
    }
    let open = settings.iter().filter(|setting| setting.fixed_by.is_none());
    let wanted = open.map(|setting| (setting.key, setting.value.clone())).collect();
    match actions::set_all(app, Some((me.id, me.name)), wanted).await {
        Ok(()) => Ok(visit.go(req, "/admin/settings/general", Some("Saved. It works at once."))),
        Err(AppError::Refused { fields, .. }) => {
            let mut errors = Errors::default();
            fields.into_iter().for_each(|(field, words)| errors.add(field, words));
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page(&visit, &settings, &errors, true)))
        }
        Err(error) => Err(error.into()),
    }
}

fn page(visit: &Visit, settings: &[Setting], errors: &Errors, may_write: bool) -> Page {
    views::general(&visit.frame, &General { settings, errors, zones: &zones(), may_write })
}

/// Every time zone by name.
pub fn zones() -> Vec<&'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect()
}

/// Every setting a person may know of, and who else sets it.
pub async fn current(app: &App) -> Outcome<Vec<Setting>> {
    let (own, stored) = (app.settings().await?, app.db.read(settings::all).await?);
    let fixed_by = |key: SettingKey| {
        if key == SettingKey::BaseUrl && app.config.base_url.is_some() {
            return Some("USHERR_BASE_URL");
        }
        let by_file = stored.iter().any(|row| row.key == key.as_str() && row.from_file);
        by_file.then_some("the settings file")
    };
    let keys = SettingKey::ALL.iter().copied().filter(|key| !key.is_internal());
    Ok(keys.map(|key| Setting { key, value: own.get(key), fixed_by: fixed_by(key) }).collect())
}
