//! The wizard's steps for Radarr, Sonarr, qBittorrent and mail, and the form for a Plex server by address and token.
//! Testing and saving are those of the settings page.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::at;
use crate::app::App;
use crate::db::services;
use crate::domain::service::{Service, ServiceKind};
use crate::domain::service_form::{FormKey, ServiceDraft, ServiceForm};
use crate::error::{AppError, Outcome};
use crate::features::services::actions::{self as service_actions, Desk, Standing};
use crate::features::services::desk::{self, Tried};
use crate::features::services::views::FormView;
use crate::features::setup::door;
use crate::features::setup::steps::Step;
use crate::features::setup::views;
use crate::features::setup::views::services::{Connected, Offer};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::{Fields, Visit};

/// A form with what is needed to show it.
pub struct Prepared {
    key: FormKey,
    form: ServiceForm,
    draft: Option<ServiceDraft>,
    kept: Option<String>,
    errors: Errors,
    alone: bool,
}

impl Prepared {
    /// As it came back, else as it was left, else empty.
    pub async fn of(app: &App, key: FormKey, known: &[Service], back: Option<Tried>) -> Outcome<Self> {
        let (draft, errors) = match back {
            Some(tried) => (Some(tried.draft), tried.errors.into()),
            None => {
                let draft = service_actions::draft(app, Desk::Wizard, key).await?;
                let errors = draft.as_ref().map(desk::errors_of).map(Errors::from).unwrap_or_default();
                (draft, errors)
            }
        };
        let kept = desk::kept(app, Desk::Wizard, key, &Standing::Nothing, draft.as_ref())?;
        let form = draft.as_ref().map_or_else(|| desk::fresh(key, known), |draft| draft.form.clone());
        let alone = !known.iter().any(|service| FormKey::Service(service.kind, None) == key);
        Ok(Self { key, form, draft, kept, errors, alone })
    }

    pub fn was_touched(&self) -> bool {
        self.draft.is_some()
    }

    pub fn view<'a>(&'a self, visit: &Visit) -> FormView<'a> {
        let path = format!("/setup/services/{}", self.key);
        let good = self.draft.as_ref().and_then(ServiceDraft::good);
        FormView {
            key: self.key,
            save: visit.links().to(&path),
            test: visit.links().to(&format!("{path}/test")),
            form: &self.form,
            kept: self.kept.as_deref(),
            good,
            offers: good.and_then(|good| good.offers.as_ref()),
            libraries: good.map(|good| good.libraries.as_slice()).unwrap_or_default(),
            errors: &self.errors,
            may_force: false,
            alone: self.alone,
            primary: false,
            more: match self.draft {
                Some(_) => views::services::forget(&visit.frame, self.key),
                None => Default::default(),
            },
        }
    }
}

/// Which forms a step offers.
fn keys(step: Step) -> Vec<FormKey> {
    let kinds: &[ServiceKind] = match step {
        Step::Arr => &[ServiceKind::Radarr, ServiceKind::Sonarr],
        Step::Downloads => &[ServiceKind::Qbittorrent],
        Step::Mail => &[ServiceKind::Smtp],
        _ => &[],
    };
    kinds.iter().map(|kind| FormKey::Service(*kind, None)).collect()
}

pub fn step_of(key: FormKey) -> Step {
    match key {
        FormKey::Server(_) => Step::Plex,
        FormKey::Service(ServiceKind::Qbittorrent, _) => Step::Downloads,
        FormKey::Service(ServiceKind::Smtp, _) => Step::Mail,
        FormKey::Service(..) => Step::Arr,
    }
}

#[handler]
pub async fn arr(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    show(req, app, &visit, Step::Arr).await
}

#[handler]
pub async fn downloads(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    show(req, app, &visit, Step::Downloads).await
}

#[handler]
pub async fn mail(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    show(req, app, &visit, Step::Mail).await
}

async fn show(req: &Request, app: &App, visit: &Visit, step: Step) -> poem::Result<Response> {
    Ok(match at(req, app, visit, step).await? {
        Err(instead) => instead,
        Ok(_) => visit.show(page(app, visit, step, None).await?),
    })
}

/// A step with its forms; one of them as it came back, if one did.
async fn page(app: &App, visit: &Visit, step: Step, mut back: Option<(FormKey, Tried)>) -> Outcome<Page> {
    let known = app.db.read(services::all).await?;
    let here: Vec<&Service> = known.iter().filter(|one| step_of(FormKey::Service(one.kind, None)) == step).collect();
    let mut prepared = Vec::new();
    for key in keys(step) {
        let FormKey::Service(kind, _) = key else { continue };
        let single = matches!(kind, ServiceKind::Qbittorrent | ServiceKind::Smtp);
        if single && here.iter().any(|service| service.kind == kind) {
            continue;
        }
        let tried = back.take_if(|(of, _)| *of == key).map(|(_, tried)| tried);
        prepared.push(Prepared::of(app, key, &known, tried).await?);
    }
    let connected: Vec<Connected> = here.iter().map(|service| connected(service)).collect();
    let alone = prepared.len() == 1;
    let offers: Vec<Offer<'_>> = prepared
        .iter()
        .map(|one| {
            let another = here.iter().any(|service| FormKey::Service(service.kind, None) == one.key);
            let label = if another { format!("Another {}", one.key.label()) } else { one.key.label().to_owned() };
            Offer { label, open: one.was_touched() || alone || !another, form: one.view(visit) }
        })
        .collect();
    Ok(views::services::step(&visit.frame, step, &connected, &offers))
}

fn connected(service: &Service) -> Connected {
    let mut parts = vec![service.url.clone()];
    parts.extend(service.quality_profile.clone());
    parts.extend(service.root_folder.clone());
    if service.is_4k {
        parts.push("for 4K".to_owned());
    }
    Connected {
        key: FormKey::Service(service.kind, Some(service.id)),
        name: service.name.clone(),
        sub: parts.join(", "),
    }
}

/// The wizard adds; what is there already is changed in the settings.
fn new_key(name: &str) -> Outcome<FormKey> {
    name.parse().ok().filter(|key: &FormKey| key.is_new()).ok_or(AppError::NotFound)
}

#[handler]
pub async fn try_out(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    let key = new_key(&name)?;
    let tried = desk::try_out(app, Desk::Wizard, key, &fields, pass.me.as_ref()).await?;
    if tried.is_good() {
        return Ok(visit.go(req, &step_of(key).path(), None));
    }
    again(app, &visit, key, tried).await
}

#[handler]
pub async fn save(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(name): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    let key = new_key(&name)?;
    if fields.ticked("anyway") {
        return Err(AppError::Malformed("The wizard takes only what answers.".to_owned()).into());
    }
    match desk::save(app, Desk::Wizard, key, &fields, pass.me.as_ref()).await? {
        Ok(_) => Ok(visit.go(req, &step_of(key).path(), Some(&format!("{} is connected.", key.label())))),
        Err(tried) => again(app, &visit, key, tried).await,
    }
}

async fn again(app: &App, visit: &Visit, key: FormKey, tried: Tried) -> poem::Result<Response> {
    let status = if tried.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = match key {
        FormKey::Server(_) => super::plex::ways(app, visit, Some(tried), None).await?,
        _ => page(app, visit, step_of(key), Some((key, tried))).await?,
    };
    Ok(visit.show_as(status, page))
}

#[handler]
pub async fn forget(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    door::enter(req, app).await?;
    let key = new_key(&name)?;
    service_actions::drop_draft(app, Desk::Wizard, key).await?;
    Ok(visit.go(req, &step_of(key).path(), None))
}
