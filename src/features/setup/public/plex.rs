//! The step of the Plex server: the owner's sign-in at Plex, picking one of their servers, the default library.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{IntoResponse, Request, Response, handler};

use super::services_steps::Prepared;
use super::{at, errors};
use crate::app::App;
use crate::db::{servers, services};
use crate::domain::fault::FaultClass;
use crate::domain::people::PlexResource;
use crate::domain::service::Server;
use crate::domain::service_form::{FormKey, GoodTest, ServiceForm};
use crate::error::{AppError, FieldErrors, Outcome};
use crate::features::services::actions::{self as service_actions, Desk, Saving};
use crate::features::services::desk::{self, Tried};
use crate::features::services::lookups::plex as lookups;
use crate::features::setup::account::{self, Account, Owned};
use crate::features::setup::actions;
use crate::features::setup::door::{self, Pass};
use crate::features::setup::steps::Step;
use crate::features::setup::views::plex::{self as views, Pick, Taken};
use crate::ui::form::Errors;
use crate::ui::{self, Page};
use crate::web::{Fields, Visit, client};

#[handler]
pub async fn show(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    if let Err(instead) = at(req, app, &visit, Step::Plex).await? {
        return Ok(instead);
    }
    if let Some(account) = account::account(app).await? {
        return Ok(visit.show(picking(&visit, &account, "", "", &Errors::default())));
    }
    let main = app.db.read(servers::all).await?.into_iter().next();
    Ok(visit.show(match main {
        Some(server) => taken(app, &visit, &server).await?,
        None => ways(app, &visit, None, None).await?,
    }))
}

/// Both ways in; the form by hand as it came back, if it did.
pub async fn ways(app: &App, visit: &Visit, back: Option<Tried>, trouble: Option<&str>) -> Outcome<Page> {
    let known = app.db.read(services::all).await?;
    let prepared = Prepared::of(app, FormKey::Server(None), &known, back).await?;
    Ok(views::ways(&visit.frame, &prepared.view(visit), prepared.was_touched(), trouble))
}

/// What the server says of its libraries, from the moment before if it does not answer now.
async fn taken(app: &App, visit: &Visit, server: &Server) -> Outcome<Page> {
    let (libraries, trouble): (Vec<String>, _) = match lookups::libraries(app, server).await {
        Ok(found) => (found.into_iter().map(|library| library.title).collect(), None),
        Err(error) => {
            tracing::warn!(error = %error, "the libraries can't be read");
            (
                Vec::new(),
                Some("Its libraries can't be read right now. The default one can be chosen later in the settings."),
            )
        }
    };
    let view = Taken {
        name: server.name.clone(),
        url: server.url.clone(),
        default_library: server.default_library.clone().unwrap_or_else(|| likely(&libraries)),
        libraries,
        from_file: server.from_file,
    };
    Ok(views::taken(&visit.frame, &view, trouble))
}

/// A library that greets people, if its name says so.
fn likely(libraries: &[String]) -> String {
    let welcome = libraries.iter().find(|title| title.to_lowercase().contains("welcome"));
    welcome.cloned().unwrap_or_default()
}

#[handler]
pub async fn sign_in(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    door::enter(req, app).await?;
    account::drop_account(app).await?;
    match lookups::create_pin(app).await {
        Ok(pin) => {
            account::keep_pin(app, &pin).await?;
            Ok(visit.go(req, "/setup/plex/wait", None))
        }
        Err(AppError::Service(fault)) => {
            let words = format!("{} Try again in a moment, or use an address and a token.", fault.message);
            let page = ways(app, &visit, None, Some(&words)).await?;
            Ok(visit.show_as(StatusCode::SERVICE_UNAVAILABLE, page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Looks whether the owner has said yes. Plex leads back here, too.
#[handler]
pub async fn wait(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    let pass = match at(req, app, &visit, Step::Plex).await? {
        Ok(pass) => pass,
        Err(instead) => return Ok(instead),
    };
    let Some(pin) = account::pin(app).await? else { return Ok(onward(req, &visit)) };
    match lookups::confirmed(app, pin.id).await {
        Ok(Some(token)) => {
            let account = read_account(app, &token).await?;
            lend_address(app, &pass, account.1).await?;
            account::keep_account(app, &account.0).await?;
            Ok(onward(req, &visit))
        }
        // Not yet, or Plex is slow: look again.
        Ok(None) => waiting(req, app, &visit, &pin).await,
        Err(AppError::Service(fault)) if fault.is_transient() => waiting(req, app, &visit, &pin).await,
        Err(AppError::Service(fault)) => {
            account::drop_pin(app).await?;
            let words = match fault.class {
                FaultClass::Missing => "The sign-in ran out before it was confirmed. Begin again.".to_owned(),
                _ => fault.message,
            };
            if visit.fragment {
                return Ok(onward(req, &visit));
            }
            Ok(visit.show(ways(app, &visit, None, Some(&words)).await?))
        }
        Err(error) => Err(error.into()),
    }
}

async fn waiting(req: &Request, app: &App, visit: &Visit, pin: &account::Pin) -> poem::Result<Response> {
    if pin.expires_at <= app.now() {
        account::drop_pin(app).await?;
        return Ok(onward(req, visit));
    }
    let plex = lookups::auth_url(app, &pin.pin(), &forward_url(req, app).await?)?;
    if visit.fragment {
        return Ok(ui::Fragment(views::waiting_part(&visit.frame, &plex)).into_response());
    }
    Ok(visit.show(views::waiting(&visit.frame, &plex)))
}

fn onward(req: &Request, visit: &Visit) -> Response {
    match visit.fragment {
        true => Response::builder().header("HX-Redirect", visit.links().to("/setup/plex")).finish(),
        false => visit.go(req, "/setup/plex", None),
    }
}

/// Where Plex sends the browser back to: the address by which it came.
async fn forward_url(req: &Request, app: &App) -> Outcome<String> {
    let scheme = if client::is_https(req) { "https" } else { "http" };
    let host = client::host(req).unwrap_or_else(|| "localhost".to_owned());
    Ok(format!("{scheme}://{host}{}/setup/plex/wait", app.config.base_path))
}

/// The account with its servers, and its mail address.
async fn read_account(app: &App, token: &secrecy::SecretString) -> Outcome<(Account, Option<String>)> {
    let who = lookups::account(app, token).await?;
    let owned = lookups::owned(app, token).await?;
    let servers =
        owned.into_iter().map(|one| Owned { machine_id: one.machine_id, name: one.name, version: one.version });
    Ok((Account::new(app, who.id, who.display_name, servers.collect(), token)?, who.email))
}

/// An owner without a mail address gets the one of their account, so that both are one person here.
async fn lend_address(app: &App, pass: &Pass, email: Option<String>) -> Outcome<()> {
    match (&pass.me, email) {
        (Some(me), Some(email)) if me.email.is_none() => actions::set_email(app, me.id, email).await,
        _ => Ok(()),
    }
}

fn picking(visit: &Visit, account: &Account, machine_id: &str, url: &str, errors: &Errors) -> Page {
    let first = account.servers.first().map(|server| server.machine_id.as_str()).unwrap_or_default();
    let machine_id = if machine_id.is_empty() { first } else { machine_id };
    views::pick(&visit.frame, &Pick { account: &account.name, servers: &account.servers, machine_id, url, errors })
}

#[handler]
pub async fn take(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    let Some(account) = account::account(app).await? else { return Ok(visit.go(req, "/setup/plex", None)) };
    let (machine_id, url) = (fields.text("machine_id"), fields.text("url"));
    match take_server(app, &pass, &account, machine_id, url).await {
        Ok(name) => {
            account::drop_account(app).await?;
            actions::reach(app, Step::Plex).await?;
            Ok(visit.go(req, "/setup/plex", Some(&format!("{name} is connected."))))
        }
        Err(AppError::Refused { fields, .. }) => {
            let page = picking(&visit, &account, machine_id, url, &errors(fields));
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(AppError::Service(fault)) => {
            let errors = errors(FieldErrors::from([(String::new(), fault.message)]));
            let page = picking(&visit, &account, machine_id, url, &errors);
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

/// Finds the way to the server, tries it, and saves it. Returns its name.
async fn take_server(app: &App, pass: &Pass, account: &Account, machine_id: &str, url: &str) -> Outcome<String> {
    let token = account.token(app)?;
    let owned = lookups::owned(app, &token).await?;
    let chosen = owned.into_iter().find(|one| one.machine_id == machine_id);
    let resource = chosen.ok_or_else(|| AppError::field("machine_id", "Choose one of your servers."))?;
    let url = address_of(app, &resource, url).await?;
    let found = lookups::test(app, &url, &token).await.map_err(|trouble| {
        let field = if trouble.field == "url" { "url" } else { "" };
        AppError::field(field, trouble.words)
    })?;
    if found.machine_id != resource.machine_id {
        return Err(AppError::field("url", format!("Another server than {} answers there.", resource.name)));
    }
    let known = app.db.read(servers::all).await?;
    let same =
        known.iter().find(|server| server.machine_id.as_deref() == Some(machine_id) || server.name == resource.name);
    let good = GoodTest {
        version: Some(found.version),
        latency_ms: i64::try_from(found.latency.as_millis()).unwrap_or(i64::MAX),
        machine_id: Some(found.machine_id),
        owner_plex_id: Some(account.plex_id),
        ..GoodTest::default()
    };
    let saving = Saving {
        by: desk::by(pass.me.as_ref()),
        desk: Desk::Wizard,
        key: FormKey::Server(same.map(|server| server.id)),
        form: ServiceForm {
            name: resource.name.clone(),
            url,
            default_library: same.and_then(|server| server.default_library.clone()).unwrap_or_default(),
            ..ServiceForm::default()
        },
        secret: token,
        good: Some(good),
    };
    service_actions::save(app, saving).await?;
    Ok(resource.name)
}

async fn address_of(app: &App, resource: &PlexResource, typed: &str) -> Outcome<String> {
    if !typed.is_empty() {
        return Ok(typed.to_owned());
    }
    lookups::reachable(app, resource).await.ok_or_else(|| {
        AppError::field(
            "url",
            format!(
                "None of the addresses Plex knows of {} answers from here. Type the one inside your network.",
                resource.name
            ),
        )
    })
}

/// Back to both ways in.
#[handler]
pub async fn other(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    door::enter(req, app).await?;
    account::drop_pin(app).await?;
    account::drop_account(app).await?;
    Ok(visit.go(req, "/setup/plex", None))
}

#[handler]
pub async fn keep_library(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    fields: Fields,
) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    let main = app.db.read(servers::all).await?.into_iter().next();
    let Some(server) = main else { return Ok(visit.go(req, "/setup/plex", None)) };
    let title = fields.filled("default_library").map(|title| title.chars().take(200).collect());
    service_actions::choose_library(app, desk::by(pass.me.as_ref()), server.id, title).await?;
    actions::reach(app, Step::Arr).await?;
    Ok(visit.go(req, &Step::Arr.path(), None))
}
