//! The settings page of services, for those who may read settings; changes are for admins.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use self::page::{add_page, as_errors, page};
use super::actions::{self, Desk, Standing};
use super::desk::{self, Tried};
use super::{lookups, views};
use crate::app::App;
use crate::db::services;
use crate::domain::people::Actor;
use crate::domain::service::ServiceKind;
use crate::domain::service_form::{FormKey, ServiceDraft};
use crate::error::{AppError, Outcome};
use crate::web::{Admin, Fields, SettingsReader, Visit};

pub mod page;

#[handler]
pub async fn list(Data(app): Data<&App>, visit: Visit, SettingsReader(me): SettingsReader) -> poem::Result<Response> {
    Ok(visit.show(page(app, &visit, &me, None).await?))
}

#[handler]
pub async fn choose(visit: Visit, Admin(_): Admin, Data(app): Data<&App>) -> poem::Result<Response> {
    let known = app.db.read(services::all).await?;
    let one_is_there = |kind: ServiceKind| known.iter().any(|service| service.kind == kind);
    let mut kinds = vec![FormKey::Server(None)];
    for kind in ServiceKind::ALL {
        let several = matches!(kind, ServiceKind::Radarr | ServiceKind::Sonarr);
        if several || !one_is_there(*kind) {
            kinds.push(FormKey::Service(*kind, None));
        }
    }
    Ok(visit.show(views::choose(&visit.frame, &kinds)))
}

fn key(text: &str) -> Outcome<FormKey> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// One service: its form alone when it is new, else the page with its card open.
#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    SettingsReader(me): SettingsReader,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let key = key(&name)?;
    let standing = actions::standing(app, key).await?;
    if key.is_new() {
        if !me.role.is_admin() {
            return Err(AppError::Forbidden("Only an admin adds services.".to_owned()).into());
        }
        let known = app.db.read(services::all).await?;
        let draft = actions::draft(app, Desk::Page(me.id), key).await?;
        let draft = draft.unwrap_or_else(|| ServiceDraft { form: desk::fresh(key, &known), ..ServiceDraft::default() });
        let errors = as_errors(&desk::errors_of(&draft));
        return Ok(visit.show(add_page(app, &visit, &me, key, &standing, Some(draft), &errors).await?));
    }
    let draft = actions::draft(app, Desk::Page(me.id), key).await?;
    let draft = draft.unwrap_or_else(|| ServiceDraft { form: standing.form(key), ..ServiceDraft::default() });
    let tried = Tried { errors: desk::errors_of(&draft), draft };
    Ok(visit.show(page(app, &visit, &me, Some((key, tried))).await?))
}

/// A form that comes back.
async fn again(app: &App, visit: &Visit, me: &Actor, key: FormKey, tried: Tried) -> Outcome<Response> {
    let status = if tried.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = if key.is_new() {
        let errors = as_errors(&tried.errors);
        add_page(app, visit, me, key, &Standing::Nothing, Some(tried.draft), &errors).await?
    } else {
        page(app, visit, me, Some((key, tried))).await?
    };
    Ok(visit.show_as(status, page))
}

#[handler]
pub async fn try_out(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let key = key(&name)?;
    let tried = desk::try_out(app, Desk::Page(me.id), key, &fields, Some(&me)).await?;
    if tried.is_good() {
        return Ok(visit.go(req, &format!("/admin/services/{key}"), None));
    }
    Ok(again(app, &visit, &me, key, tried).await?)
}

#[handler]
pub async fn save(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let key = key(&name)?;
    match desk::save(app, Desk::Page(me.id), key, &fields, Some(&me)).await? {
        Ok(_) => {
            let said = if key.is_new() {
                format!("{} was added.", key.label())
            } else {
                "Saved. It works at once.".to_owned()
            };
            Ok(visit.go(req, "/admin/services", Some(&said)))
        }
        Err(tried) => Ok(again(app, &visit, &me, key, tried).await?),
    }
}

#[handler]
pub async fn ask_removal(
    Data(app): Data<&App>,
    visit: Visit,
    Admin(_): Admin,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let key = key(&name)?;
    let standing = actions::standing(app, key).await?;
    Ok(visit.show(views::removal(&visit.frame, key, &standing.form(key).name)))
}

#[handler]
pub async fn remove(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(me): Admin,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let key = key(&name)?;
    let standing = actions::standing(app, key).await?;
    if key.is_new() {
        return Err(AppError::NotFound.into());
    }
    let said = format!("{} was removed.", standing.form(key).name);
    if let Standing::Service(service) = &standing
        && !service.from_file
    {
        lookups::unhook(app, service).await;
    }
    actions::remove(app, desk::by(Some(&me)), standing).await?;
    Ok(visit.go(req, "/admin/services", Some(&said)))
}

#[handler]
pub async fn set_hook(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Admin(_): Admin,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let Standing::Service(service) = actions::standing(app, key(&name)?).await? else {
        return Err(AppError::NotFound.into());
    };
    actions::register_hook(app, &service).await?;
    let said = format!("{} is being told where to report.", service.name);
    Ok(visit.go(req, "/admin/services", Some(&said)))
}
