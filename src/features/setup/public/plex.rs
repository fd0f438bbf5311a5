//! The step of the Plex server: both ways in, picking one of the owner's servers, the default library. The sign-in at Plex
//! has a file of its own.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use secrecy::SecretString;

use super::at;
use super::services_steps::Prepared;
use crate::app::App;
use crate::app::services::{TEST_PATIENCE, within_a_page};
use crate::db::{servers, services};
use crate::domain::people::PlexResource;
use crate::domain::service::Server;
use crate::domain::service_form::{FormKey, GoodTest, ServiceForm};
use crate::error::{AppError, Outcome};
use crate::features::services::actions::{self as service_actions, Desk, Saving};
use crate::features::services::desk::{self, Tried};
use crate::features::services::lookups::{Trouble, plex as lookups};
use crate::features::setup::account::{self, Account};
use crate::features::setup::actions;
use crate::features::setup::door::{self, Pass};
use crate::features::setup::steps::Step;
use crate::features::setup::views::plex::{self as views, Pick, Taken};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Visit};

const NO_LIBRARIES: &str =
    "Its libraries can’t be read right now. Go on: the default one can be chosen later in the settings.";

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

/// With the libraries that the server tells of now, if it answers at all.
async fn taken(app: &App, visit: &Visit, server: &Server) -> Outcome<Page> {
    let (asked, of) = (app.clone(), server.clone());
    let found = within_a_page(async move { lookups::libraries(&asked, &of).await }).await?;
    let (libraries, trouble): (Vec<String>, _) = match found {
        Some(Ok(found)) => (found.into_iter().map(|library| library.title).collect(), None),
        _ => (Vec::new(), Some(NO_LIBRARIES)),
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
            account::forget(app).await?;
            actions::reach(app, Step::Plex).await?;
            Ok(visit.go(req, "/setup/plex", Some(&format!("{name} is connected."))))
        }
        Err(error) => {
            let errors = match error {
                AppError::Service(fault) => Errors::one("", fault.message),
                error => refusal(error)?,
            };
            let page = picking(&visit, &account, machine_id, url, &errors);
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

/// Finds the way to the server, tries it, and saves it. Returns its name.
async fn take_server(app: &App, pass: &Pass, account: &Account, machine_id: &str, url: &str) -> Outcome<String> {
    let token = account.token(app)?;
    let finding = find(app, &token, machine_id, url);
    let (resource, url, found) =
        tokio::time::timeout(TEST_PATIENCE, finding).await.unwrap_or_else(|_| Err(unreached(lookups::no_answer())))?;
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

/// The server as Plex tells of it, an address that leads there, and what it says itself.
async fn find(
    app: &App,
    token: &SecretString,
    machine_id: &str,
    url: &str,
) -> Outcome<(PlexResource, String, lookups::Found)> {
    let owned = lookups::owned(app, token).await?;
    let chosen = owned.into_iter().find(|one| one.machine_id == machine_id);
    let resource = chosen.ok_or_else(|| AppError::field("machine_id", "Choose one of your servers."))?;
    let url = address_of(app, &resource, url).await?;
    let found = lookups::test(app, &url, token).await.map_err(unreached)?;
    if found.machine_id != resource.machine_id {
        return Err(AppError::field("url", format!("Another server than {} answers there.", resource.name)));
    }
    Ok((resource, url, found))
}

fn unreached(trouble: Trouble) -> AppError {
    AppError::field(if trouble.field == "url" { "url" } else { "" }, trouble.words)
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
    account::forget(app).await?;
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
