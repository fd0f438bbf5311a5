//! The wizard's pages and forms. Everybody who passes the door may use them; the door is asked anew at each of them.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, Response, handler};
use secrecy::SecretString;

use super::actions::{self, NewSignIn};
use super::door::{self, Door, Pass};
use super::steps::Step;
use super::views::{self, AddressForm, OwnerForm};
use crate::app::App;
use crate::db::services;
use crate::domain::people::Role;
use crate::domain::settings::SettingKey;
use crate::error::{AppError, Outcome};
use crate::features::auth;
use crate::features::services::desk;
use crate::features::settings;
use crate::features::settings::views::{Setting, time_zone};
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{Fields, Visit, client, cookies};

pub mod plex;
pub mod plex_sign_in;
pub mod services_steps;
pub mod sync;

/// A visitor of a step, or the answer they get instead: the code's page, or the step they have to do first.
pub(super) async fn at(req: &Request, app: &App, visit: &Visit, step: Step) -> Outcome<Result<Pass, Response>> {
    match door::knock(req, app).await? {
        Door::AsksForCode => Ok(Err(visit.show(views::code(&visit.frame, &Errors::default())))),
        Door::Open(pass) if step > pass.state.furthest() => Ok(Err(visit.go(req, &pass.state.furthest().path(), None))),
        Door::Open(pass) => Ok(Ok(*pass)),
    }
}

/// Goes on where somebody was, in whichever tab.
#[handler]
pub async fn start(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    Ok(match door::knock(req, app).await? {
        Door::AsksForCode => visit.show(views::code(&visit.frame, &Errors::default())),
        Door::Open(pass) => visit.go(req, &pass.state.current().path(), None),
    })
}

#[handler]
pub async fn code(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    crate::web::actor::check_origin(req).await?;
    if let Door::Open(_) = door::knock(req, app).await? {
        return Ok(visit.go(req, "/setup", None));
    }
    let wrong = |words: String| views::code(&visit.frame, &Errors::one("code", words));
    let guess = match app.limits.code(client::address(req)) {
        Ok(guess) => guess,
        Err(error) => return Ok(visit.refuse(&error, wrong(error.to_string()))),
    };
    let typed: String = fields.text("code").chars().filter(|c| !c.is_whitespace()).collect();
    if !door::is_the_code(app, &typed) {
        let words = "That is not the code. The newest start of Usherr printed the one that counts.";
        return Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, wrong(words.to_owned())));
    }
    guess.was_right();
    door::let_in(req, app);
    Ok(visit.go(req, "/setup", None))
}

#[handler]
pub async fn owner(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    Ok(match at(req, app, &visit, Step::Owner).await? {
        Err(instead) => instead,
        Ok(pass) if pass.state.has_admin => visit.show(views::owner_known(&visit.frame)),
        Ok(_) => visit.show(views::owner(&visit.frame, &OwnerForm::default(), &Errors::default())),
    })
}

#[handler]
pub async fn make_owner(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    if pass.state.has_admin {
        return Ok(visit.go(req, "/setup", None));
    }
    let text = |name: &str| fields.text(name).to_owned();
    let typed = OwnerForm { name: text("name"), username: text("username"), email: text("email") };
    let wanted = NewSignIn {
        name: typed.name.clone(),
        username: typed.username.clone(),
        email: Some(typed.email.clone()),
        role: Role::Admin,
        password: SecretString::from(fields.raw("password").to_owned()),
    };
    match actions::make_sign_in(app, wanted).await {
        Ok(made) => {
            auth::public::open_here(req, app, made.person, "by setting up the house").await?;
            actions::reach(app, Step::Plex).await?;
            Ok(visit.go(req, &Step::Plex.path(), None))
        }
        Err(error) => {
            let page = views::owner(&visit.frame, &typed, &refusal(error)?);
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

/// Leaves a step behind, with or without having done it.
#[handler]
pub async fn onward(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    let from: Step =
        fields.text("from").parse().map_err(|_| AppError::Malformed("The wizard has no such step.".to_owned()))?;
    let next = from.next().min(pass.state.furthest());
    actions::reach(app, next).await?;
    Ok(visit.go(req, &next.path(), None))
}

#[handler]
pub async fn address(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    if let Err(instead) = at(req, app, &visit, Step::Address).await? {
        return Ok(instead);
    }
    let own = app.settings().await?;
    let guessed = guess(req, app);
    let internal = match own.internal_url {
        Some(url) => url,
        None => guess_internal(app, &guessed).await?,
    };
    let zone = own.time_zone.name().to_owned();
    let typed = address_form(app, own.base_url.unwrap_or(guessed), internal, zone, &Errors::default()).await?;
    Ok(visit.show(views::address(&visit.frame, &typed, &Errors::default())))
}

/// The address by which the visitor came.
fn guess(req: &Request, app: &App) -> String {
    let scheme = if client::is_https(req) { "https" } else { "http" };
    let host = client::host(req).unwrap_or_else(|| "localhost".to_owned());
    format!("{scheme}://{host}{}", app.config.base_path)
}

/// Sonarr and Radarr on this machine reach us on this machine; for others the public address is the best guess.
async fn guess_internal(app: &App, public: &str) -> Outcome<String> {
    let all = app.db.read(services::all).await?;
    let local = all.iter().any(|service| {
        let host = url::Url::parse(&service.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        host.is_some_and(|host| matches!(host.as_str(), "127.0.0.1" | "localhost" | "[::1]"))
    });
    Ok(match local {
        true => format!("http://127.0.0.1:{}{}", app.config.listen.port(), app.config.base_path),
        false => public.to_owned(),
    })
}

async fn address_form(
    app: &App,
    base_url: String,
    internal_url: String,
    zone: String,
    errors: &Errors,
) -> Outcome<AddressForm> {
    let known = settings::admin::current(app).await?;
    let fixed = known.iter().find(|setting| setting.key == SettingKey::BaseUrl && setting.fixed_by.is_some());
    let setting = Setting { key: SettingKey::TimeZone, value: zone, fixed_by: None };
    Ok(AddressForm {
        base_url: fixed.map_or(base_url, |setting| setting.value.clone()),
        internal_url,
        time_zone: time_zone(&setting, errors, &settings::admin::zones()),
        base_url_fixed: fixed.and_then(|setting| setting.fixed_by),
    })
}

#[handler]
pub async fn set_address(req: &Request, Data(app): Data<&App>, visit: Visit, fields: Fields) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    let by = desk::by(pass.me.as_ref());
    let known = settings::admin::current(app).await?;
    let keys = [SettingKey::BaseUrl, SettingKey::InternalUrl, SettingKey::TimeZone];
    let open = keys.into_iter().filter(|key| known.iter().any(|one| one.key == *key && one.fixed_by.is_none()));
    let wanted = open.map(|key| (key, fields.text(key.as_str()).to_owned())).collect();
    match settings::actions::set_all(app, by.clone(), wanted).await {
        Ok(()) => {
            if pass.state.has_server {
                actions::first_sync(app, &by).await?;
            }
            actions::reach(app, Step::Ready.min(pass.state.furthest())).await?;
            Ok(visit.go(req, &Step::Ready.path(), None))
        }
        Err(error) => {
            let errors = refusal(error)?;
            let text = |key: SettingKey| fields.text(key.as_str()).to_owned();
            let (base, internal) = (text(SettingKey::BaseUrl), text(SettingKey::InternalUrl));
            let typed = address_form(app, base, internal, text(SettingKey::TimeZone), &errors).await?;
            let page = views::address(&visit.frame, &typed, &errors);
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
    }
}

/// The end of the wizard; it closes behind the visitor.
#[handler]
pub async fn done(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    let pass = door::enter(req, app).await?;
    if !pass.state.is_done() {
        return Ok(visit.go(req, "/setup", None));
    }
    actions::finish(app, desk::by(pass.me.as_ref())).await?;
    cookies::clear(req, app, cookies::SETUP);
    let next = if pass.me.is_some() { "/admin" } else { "/login" };
    Ok(visit.go(req, next, Some("The house is open.")))
}
