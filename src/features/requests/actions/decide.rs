//! Deciding about a request, taking it back, and following it.

use chrono::{DateTime, Utc};

use super::step::record;
use super::{MOST_WORDS, announce, service_of, step, text};
use crate::app::App;
use crate::db::{Tx, copies, follows, home, requests, services};
use crate::domain::activity::ActivityKind;
use crate::domain::catalog::MediaKind;
use crate::domain::ids::{RequestId, TitleId};
use crate::domain::people::Actor;
use crate::domain::request::{Choice, Command, Request, Scope, Stage};
use crate::domain::service::{Offers, ServiceKind};
use crate::domain::title_wish;
use crate::error::{AppError, Outcome};

/// What somebody who decides changes about a request: exactly this will arrive at the service. What is left out stays as
/// it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    pub choice: Choice,
    /// Of a series.
    pub seasons: Option<Vec<i32>>,
}

/// Says yes, with changes or as it is.
pub async fn approve(app: &App, actor: &Actor, id: RequestId, edit: Option<Edit>) -> Outcome<Request> {
    change_and(app, actor, id, edit, Command::Approve { by: Some(actor.id) }).await
}

/// Sends a stuck one again, with changes or as it is.
pub async fn retry(app: &App, actor: &Actor, id: RequestId, edit: Option<Edit>) -> Outcome<Request> {
    change_and(app, actor, id, edit, Command::Retry).await
}

async fn change_and(app: &App, actor: &Actor, id: RequestId, edit: Option<Edit>, command: Command) -> Outcome<Request> {
    must_decide(actor)?;
    let (actor, now) = (actor.clone(), app.now());
    let request = app
        .db
        .write(move |tx| {
            if let Some(edit) = edit {
                change(tx, &actor, id, edit, now)?;
            }
            let request = requests::get(tx, id)?.ok_or(AppError::NotFound)?;
            check_as_sent(tx, &request)?;
            step(tx, id, &command, Some(&actor), now)
        })
        .await?;
    announce(app, id);
    Ok(request)
}

/// Changes where it goes, or its seasons, before it is sent.
pub async fn edit(app: &App, actor: &Actor, id: RequestId, edit: Edit) -> Outcome<Request> {
    must_decide(actor)?;
    let (actor, now) = (actor.clone(), app.now());
    let request = app.db.write(move |tx| change(tx, &actor, id, edit, now)).await?;
    announce(app, id);
    Ok(request)
}

fn change(tx: &mut Tx<'_>, actor: &Actor, id: RequestId, edit: Edit, now: DateTime<Utc>) -> Outcome<Request> {
    let request = requests::get(tx, id)?.ok_or(AppError::NotFound)?;
    let choice = merged(&request.choice, edit.choice);
    let is_4k = check_choice(tx, request.kind, request.is_4k, &choice)?;
    check_room(tx, &request, is_4k.unwrap_or(request.is_4k))?;
    let seasons = match &edit.seasons {
        Some(seasons) => match Scope::of(crate::domain::request::ScopeKind::Seasons, seasons) {
            Some(Scope::Seasons(seasons)) => Some(seasons),
            _ => return Err(AppError::field("seasons", "Choose at least one season.")),
        },
        None => None,
    };
    let command = Command::Edit { choice, seasons, is_4k };
    let edited = step(tx, id, &command, Some(actor), now)?;
    if edited.choice == request.choice && edited.seasons == request.seasons {
        return Ok(edited);
    }
    // How many episodes other seasons have is not kept: then its size is unknown again.
    let bytes = if edited.scope.is_none() { super::ask::film_size(tx, &edited.choice, edited.is_4k)? } else { None };
    requests::set_estimate(tx, id, bytes)?;
    Ok(edited)
}

/// There is one request for a film in each picture, so the other picture's instance may be none of this one's.
fn check_room(tx: &mut Tx<'_>, request: &Request, is_4k: bool) -> Outcome<()> {
    let turns = request.kind == MediaKind::Movie && is_4k != request.is_4k;
    if !turns || requests::holding(tx, request.title, is_4k)?.is_empty() {
        return Ok(());
    }
    let picture = if is_4k { "in 4K" } else { "without 4K" };
    let words = format!("There is another request for this film {picture}. Choose another instance.");
    Err(AppError::field("service_id", words))
}

/// What is left out stays as it was, unless it belongs to another service.
fn merged(known: &Choice, new: Choice) -> Choice {
    let moved = new.service.is_some() && known.service.is_some() && new.service != known.service;
    let known = if moved { Choice::default() } else { known.clone() };
    Choice {
        service: new.service.or(known.service),
        quality_profile_id: new.quality_profile_id.or(known.quality_profile_id),
        root_folder: new.root_folder.or(known.root_folder),
        tags: new.tags.or(known.tags),
    }
}

/// Only what the service really offers can be chosen. Returns what the chosen service makes of the picture.
pub(super) fn check_choice(tx: &mut Tx<'_>, kind: MediaKind, is_4k: bool, choice: &Choice) -> Outcome<Option<bool>> {
    let kind = ServiceKind::fetching(kind);
    let services = services::of_kind(tx, kind)?;
    let chosen = match choice.service {
        None => services.iter().find(|service| service.is_4k == is_4k),
        Some(id) => match services.iter().find(|service| service.id == id) {
            Some(service) => Some(service),
            None => return Err(AppError::field("service_id", format!("Choose a {} that is set up.", kind.label()))),
        },
    };
    let Some(service) = chosen else { return Ok(None) };
    if let Some(offers) = services::offers(tx, service.id)? {
        check_offers(&offers, choice)?;
    }
    Ok(choice.service.map(|_| service.is_4k))
}

/// What nobody chose goes as the service is set up: that, too, has to be there still, or it is better said before it is
/// sent than after.
pub(super) fn check_as_sent(tx: &mut Tx<'_>, request: &Request) -> Outcome<()> {
    let Some(service) = service_of(tx, request)?.filter(|_| request.stage == Stage::Asked) else { return Ok(()) };
    let choice = request.choice.clone();
    let choice = Choice {
        service: choice.service,
        quality_profile_id: choice.quality_profile_id.or(service.quality_profile_id),
        root_folder: choice.root_folder.or_else(|| service.root_folder.clone()),
        tags: choice.tags.or_else(|| Some(service.tags.clone())),
    };
    match services::offers(tx, service.id)? {
        Some(offers) => check_offers(&offers, &choice),
        None => Ok(()),
    }
}

fn check_offers(offers: &Offers, choice: &Choice) -> Outcome<()> {
    let unknown = |known: bool, empty: bool| !known && !empty;
    if let Some(profile) = choice.quality_profile_id
        && unknown(offers.profiles.iter().any(|known| known.id == profile), offers.profiles.is_empty())
    {
        return Err(AppError::field("quality_profile_id", "That quality is not there any more. Choose another one."));
    }
    if let Some(folder) = &choice.root_folder
        && unknown(offers.root_folders.iter().any(|known| known.path == *folder), offers.root_folders.is_empty())
    {
        return Err(AppError::field("root_folder", "That folder is not there any more. Choose another one."));
    }
    let tags = choice.tags.as_deref().unwrap_or_default();
    if tags.iter().any(|tag| !offers.tags.iter().any(|known| known.id == *tag)) {
        return Err(AppError::field("tags", "A tag that was set is not there any more. Choose the tags anew."));
    }
    Ok(())
}

/// Says no, and why.
pub async fn decline(app: &App, actor: &Actor, id: RequestId, reason: &str) -> Outcome<Request> {
    must_decide(actor)?;
    let missing = || AppError::field("reason", "Say why, in a sentence. It is shown to the one who asked.");
    let reason = text("reason", Some(reason), MOST_WORDS)?.ok_or_else(missing)?;
    act(app, actor, id, Command::Decline { by: actor.id, reason }).await
}

/// Takes it back: one's own, or any as somebody who decides.
pub async fn withdraw(app: &App, actor: &Actor, id: RequestId) -> Outcome<Request> {
    let who = actor.clone();
    let seen = app.db.read(move |conn| requests::detail(conn, &who, id)).await?.ok_or(AppError::NotFound)?;
    if seen.request.asker != actor.id && !actor.role.may_decide() {
        return Err(AppError::Forbidden(
            "Only the one who asked can withdraw this. You can stop following it.".to_owned(),
        ));
    }
    act(app, actor, id, Command::Withdraw).await
}

async fn act(app: &App, actor: &Actor, id: RequestId, command: Command) -> Outcome<Request> {
    let (actor, now) = (actor.clone(), app.now());
    let request = app.db.write(move |tx| step(tx, id, &command, Some(&actor), now)).await?;
    announce(app, id);
    Ok(request)
}

fn must_decide(actor: &Actor) -> Outcome<()> {
    match actor.role.may_decide() {
        true => Ok(()),
        false => Err(AppError::Forbidden("Only moderators and admins decide about requests.".to_owned())),
    }
}

/// "Tell me too."
pub async fn follow(app: &App, actor: &Actor, id: RequestId) -> Outcome<()> {
    let (who, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let seen = requests::detail(tx, &who, id)?.ok_or(AppError::NotFound)?;
            add_follower(tx, &seen.request, &who, now)
        })
        .await?;
    announce(app, id);
    Ok(())
}

/// The same of a title that somebody has asked for in this picture, whoever that was; `None` when nobody waits for it any
/// more.
pub async fn follow_title(app: &App, actor: &Actor, title: TitleId, is_4k: bool) -> Outcome<Option<RequestId>> {
    let (who, now) = (actor.clone(), app.now());
    let followed = app
        .db
        .write(move |tx| {
            let sight = copies::sight(tx, &who)?;
            let wishes = home::of_titles(tx, &who, &sight, &[title])?;
            let Some(id) = title_wish::open_in(&wishes, is_4k).map(|wish| wish.request) else { return Ok(None) };
            let request = requests::get(tx, id)?.ok_or(AppError::NotFound)?;
            add_follower(tx, &request, &who, now)?;
            Ok(Some(id))
        })
        .await?;
    if let Some(id) = followed {
        announce(app, id);
    }
    Ok(followed)
}

fn add_follower(tx: &mut Tx<'_>, request: &Request, who: &Actor, now: DateTime<Utc>) -> Outcome<()> {
    match request.asker != who.id && follows::add(tx, request.id, who.id, now)? {
        true => record(tx, request, ActivityKind::RequestJoined, Some(who), now),
        false => Ok(()),
    }
}

/// "Enough."
pub async fn unfollow(app: &App, actor: &Actor, id: RequestId) -> Outcome<()> {
    let who = actor.clone();
    app.db
        .write(move |tx| {
            requests::detail(tx, &who, id)?.ok_or(AppError::NotFound)?;
            follows::remove(tx, id, who.id)
        })
        .await?;
    announce(app, id);
    Ok(())
}
