//! The owner's sign-in at Plex. Whatever plex.tv takes, the wizard has a page within `PAGE_PATIENCE`: what comes later is
//! kept, and found by the next look.

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::web::Data;
use poem::{IntoResponse, Request, Response, handler};
use secrecy::SecretString;

use super::at;
use super::plex::ways;
use crate::app::App;
use crate::app::services::within_a_page;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::features::services::lookups::plex as lookups;
use crate::features::setup::account::{self, Account, Owned, Pin, SignIn, Stage};
use crate::features::setup::steps::Step;
use crate::features::setup::views::plex as views;
use crate::features::setup::{actions, door};
use crate::ui;
use crate::web::{Visit, client};

const RAN_OUT: &str = "The sign-in ran out before it was confirmed. Begin again.";

#[handler]
pub async fn begin(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    door::enter(req, app).await?;
    let turn = account::begin(app).await?;
    within_a_page(go_on(app.clone(), turn, None)).await?.transpose()?;
    match account::sign_in(app).await?.map(|sign_in| sign_in.stage) {
        Some(Stage::Failed(words)) => Ok(over(app, &visit, StatusCode::SERVICE_UNAVAILABLE, &words).await?),
        _ => Ok(visit.go(req, "/setup/plex/wait", None)),
    }
}

/// Looks whether the owner has said yes. Plex leads back here, too.
#[handler]
pub async fn wait(req: &Request, Data(app): Data<&App>, visit: Visit) -> poem::Result<Response> {
    let pass = match at(req, app, &visit, Step::Plex).await? {
        Ok(pass) => pass,
        Err(instead) => return Ok(instead),
    };
    let answered = match account::take_turn(app).await? {
        Some(turn) => within_a_page(go_on(app.clone(), turn, pass.me)).await?.transpose()?.unwrap_or(false),
        None => false,
    };
    match account::sign_in(app).await?.map(|sign_in| sign_in.stage) {
        None => Ok(onward(&visit, req, "/setup/plex")),
        // A part of a page can't say it: the whole page does.
        Some(Stage::Failed(_)) if visit.fragment => Ok(onward(&visit, req, "/setup/plex/wait")),
        Some(Stage::Failed(words)) => Ok(over(app, &visit, StatusCode::OK, &words).await?),
        Some(Stage::Waiting(pin)) => {
            let plex = lookups::auth_url(app, &pin.pin(), &forward_url(req, app))?;
            Ok(waiting(&visit, Some(&plex), !answered))
        }
        Some(Stage::Asking | Stage::Confirmed(_)) => Ok(waiting(&visit, None, !answered)),
    }
}

/// Both ways in again, and why the sign-in came to nothing.
async fn over(app: &App, visit: &Visit, status: StatusCode, words: &str) -> Outcome<Response> {
    account::forget(app).await?;
    Ok(visit.show_as(status, ways(app, visit, None, Some(words)).await?))
}

fn waiting(visit: &Visit, plex: Option<&str>, is_slow: bool) -> Response {
    if visit.fragment {
        return ui::Fragment(views::waiting_part(&visit.frame, plex, is_slow)).into_response();
    }
    visit.show(views::waiting(&visit.frame, plex, is_slow))
}

fn onward(visit: &Visit, req: &Request, path: &str) -> Response {
    match visit.fragment {
        true => Response::builder().header("HX-Redirect", visit.links().to(path)).finish(),
        false => visit.go(req, path, None),
    }
}

/// Where Plex sends the browser back to: the address by which it came.
fn forward_url(req: &Request, app: &App) -> String {
    let scheme = if client::is_https(req) { "https" } else { "http" };
    let host = client::host(req).unwrap_or_else(|| "localhost".to_owned());
    format!("{scheme}://{host}{}/setup/plex/wait", app.config.base_path)
}

/// What whoever has the turn hears from Plex, kept. False when Plex did not answer.
async fn go_on(app: App, mut turn: SignIn, me: Option<Actor>) -> Outcome<bool> {
    loop {
        let stage = match step(&app, &turn.stage).await {
            Ok(Heard::Account(account, email)) => {
                lend_address(&app, me.as_ref(), email).await?;
                account::settle_as(&app, turn, account).await?;
                return Ok(true);
            }
            Ok(Heard::Stage(stage)) => stage,
            Err(AppError::Service(fault)) => match after(&turn.stage, fault, app.now()) {
                Some(over) => over,
                None => {
                    let stage = turn.stage.clone();
                    account::settle(&app, turn, stage).await?;
                    return Ok(false);
                }
            },
            Err(error) => {
                tracing::error!(error = %error, "the wizard's sign-in at Plex can't go on");
                Stage::Failed("The sign-in could not go on.".to_owned())
            }
        };
        let is_over = !matches!(stage, Stage::Confirmed(_));
        account::settle(&app, turn, stage).await?;
        if is_over {
            return Ok(true);
        }
        let Some(next) = account::take_turn(&app).await? else { return Ok(true) };
        turn = next;
    }
}

/// What Plex said.
enum Heard {
    Stage(Stage),
    /// With its mail address.
    Account(Account, Option<String>),
}

async fn step(app: &App, stage: &Stage) -> Outcome<Heard> {
    Ok(Heard::Stage(match stage {
        Stage::Asking => Stage::Waiting(Pin::of(lookups::create_pin(app).await?)),
        Stage::Waiting(pin) => match lookups::confirmed(app, pin.id).await? {
            // Told one time: kept before anything else is asked.
            Some(token) => account::seal(app, &token)?,
            None if pin.expires_at <= app.now() => Stage::Failed(RAN_OUT.to_owned()),
            None => stage.clone(),
        },
        Stage::Confirmed(sealed) => {
            let (account, email) = read_account(app, &account::open(app, sealed)?).await?;
            return Ok(Heard::Account(account, email));
        }
        Stage::Failed(_) => stage.clone(),
    }))
}

/// How a sign-in stands after a fault; none when the next look may hear more.
fn after(stage: &Stage, fault: Fault, now: DateTime<Utc>) -> Option<Stage> {
    let words = match stage {
        Stage::Asking => format!("{} Try again in a moment, or use an address and a token.", fault.message),
        Stage::Waiting(pin) if fault.class == FaultClass::Missing || pin.expires_at <= now => RAN_OUT.to_owned(),
        _ if fault.is_transient() => return None,
        _ => fault.message,
    };
    Some(Stage::Failed(words))
}

/// The account with its servers, and its mail address.
async fn read_account(app: &App, token: &SecretString) -> Outcome<(Account, Option<String>)> {
    let who = lookups::account(app, token).await?;
    let owned = lookups::owned(app, token).await?;
    let servers =
        owned.into_iter().map(|one| Owned { machine_id: one.machine_id, name: one.name, version: one.version });
    Ok((Account::new(app, who.id, who.display_name, servers.collect(), token)?, who.email))
}

/// An owner without a mail address gets the one of their account, so that both are one person here.
async fn lend_address(app: &App, me: Option<&Actor>, email: Option<String>) -> Outcome<()> {
    match (me, email) {
        (Some(me), Some(email)) if me.email.is_none() => actions::set_email(app, me.id, email).await,
        _ => Ok(()),
    }
}
