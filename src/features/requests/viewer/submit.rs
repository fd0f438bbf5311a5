//! The request form: shown as a page or in the dialog, shown again with what is wrong, and sent.

use std::collections::BTreeSet;

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{IntoResponse, Request, Response, handler};
use serde::Deserialize;

use super::form::{Typed, Wish, Wished, wish};
use super::reply;
use crate::db::requests;
use crate::domain::catalog::MediaKind;
use crate::domain::people::Actor;
use crate::domain::request::{Choice, ScopeKind, Stage};
use crate::error::{AppError, Outcome};
use crate::features::requests::actions::{self, Ask, Submitted, Wanted};
use crate::features::requests::views::form::{self as view, Known, RequestForm};
use crate::features::requests::views::waiting;
use crate::ui::Fragment;
use crate::ui::form::Errors;
use crate::web::{Fields, Requester, Visit};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    scope: String,
    /// The one season that a title's page offers to ask for.
    season: String,
    is_4k: String,
}

#[handler]
pub async fn page(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path((kind, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let chosen =
        Chosen { scope: asked.scope.parse().ok(), season: asked.season.parse().ok(), is_4k: asked.is_4k == "yes" };
    let wish = match wish(&visit.app, &me, &kind, &id, chosen.is_4k).await {
        Ok(Wished::For(wish)) => wish,
        Ok(Wished::NotYet(kind)) => return Ok(wait(&visit, kind, &Way::of(&kind.to_string(), &id, &chosen))),
        Err(AppError::Service(fault)) if reply::for_dialog(&visit) => {
            let way = Way::of(&kind, &id, &chosen);
            let words = waiting::in_vain(&visit.frame, &fault.message, &way.form, &way.title);
            return Ok(reply::part_as(StatusCode::OK, words));
        }
        Err(error) => return Err(error.into()),
    };
    let typed = Typed {
        scope: chosen.scope,
        ticked: chosen.season.map(|season| vec![season]),
        is_4k: wish.is_4k,
        in_dialog: reply::for_dialog(&visit),
        ..Typed::default()
    };
    let form = wish.form(&visit.frame, &me, &typed);
    Ok(own(&visit, req, &form).unwrap_or_else(|| show(&visit, StatusCode::OK, &form)))
}

#[handler]
pub async fn submit(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path((kind, id)): Path<(String, String)>,
    fields: Fields,
) -> poem::Result<Response> {
    // A part of it is asked for by itself.
    let in_dialog = reply::for_dialog(&visit) || fields.ticked("in_dialog");
    let mut typed = typed(&fields, in_dialog);
    let wish = wish(&visit.app, &me, &kind, &id, typed.is_4k).await?.now()?;
    let form = wish.form(&visit.frame, &me, &typed);
    match fields.text("look") {
        "price" => return Ok(Fragment(view::price_part(&form)).into_response()),
        "picture" if visit.fragment => {
            return Ok(Fragment(view::picture_part(&visit.frame, &form)).into_response());
        }
        "" => {}
        _ => return Ok(show(&visit, StatusCode::OK, &form)),
    }
    if let Some(there) = own(&visit, req, &form).filter(|_| typed.is_4k == wish.is_4k) {
        return Ok(there);
    }
    let error = match send(&visit, &me, &wish, &form, &typed).await {
        Ok(submitted) => return Ok(done(&visit, req, &me, submitted).await?),
        Err(error) => error,
    };
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    typed.errors = beside_fields(error)?;
    Ok(show(&visit, status, &wish.form(&visit.frame, &me, &typed)))
}

/// Whoever has asked for all of it is led to where that is.
fn own(visit: &Visit, req: &Request, form: &RequestForm) -> Option<Response> {
    let Known::Mine(id) = form.known else { return None };
    Some(reply::leave(visit, req, &format!("/requests/{id}"), Some("You have asked for it already.")))
}

async fn send(visit: &Visit, me: &Actor, wish: &Wish, form: &RequestForm, typed: &Typed) -> Outcome<Submitted> {
    wish.check_picture(me, typed)?;
    if typed.turned {
        return Err(AppError::refused(if wish.is_4k { NOW_IN_4K } else { NOT_IN_4K }));
    }
    let scope = match &form.seasons {
        None => None,
        // The button says "Follow it": no more than that is meant.
        Some(seasons) if form.known == Known::AskedFor => Wish::awaited(seasons),
        Some(seasons) => Some(wish.scope(seasons).map_err(|words| AppError::field("seasons", words))?),
    };
    let wanted = match &wish.candidate {
        Some(candidate) => Wanted::Found(Box::new(candidate.clone())),
        None => Wanted::Known(wish.title.id),
    };
    let ask = Ask {
        wanted,
        scope,
        seasons: wish.seasons().to_vec(),
        is_4k: wish.is_4k,
        note: Some(typed.note.clone()),
        choice: typed.choice.clone(),
    };
    actions::submit(&visit.app, me, ask).await
}

async fn done(visit: &Visit, req: &Request, me: &Actor, submitted: Submitted) -> Outcome<Response> {
    let (who, id) = (me.clone(), submitted.id);
    let seen = visit.app.db.read(move |conn| requests::detail(conn, &who, id)).await?;
    let request = seen.ok_or(AppError::NotFound)?.request;
    let said = match submitted.joined {
        true if request.stage == Stage::Ready => "It is there already.",
        true if request.asker == me.id => "You have asked for it already.",
        true => "Somebody asked for it before. You follow it now.",
        false if request.decided_at.is_some() => "Approved by the house rule. It goes out now.",
        false => "Asked. You hear as soon as somebody has decided.",
    };
    Ok(reply::leave(visit, req, &format!("/requests/{id}"), Some(said)))
}

/// Without scripts what is missing, what it takes and where it goes are still those of the other picture.
const NOW_IN_4K: &str = "This is what can be asked for in 4K, and what it takes. Send it if that is right.";
const NOT_IN_4K: &str = "This is what can be asked for without 4K, and what it takes. Send it if that is right.";

/// What the address of a form names.
struct Chosen {
    scope: Option<ScopeKind>,
    season: Option<i32>,
    is_4k: bool,
}

/// Where a form stands, and its title.
struct Way {
    form: String,
    title: String,
}

impl Way {
    /// With what its address names.
    fn of(kind: &str, id: &str, chosen: &Chosen) -> Self {
        let title = format!("/titles/{kind}/{id}");
        let scope = chosen.scope.map(|scope| format!("scope={scope}"));
        let season = chosen.season.map(|season| format!("season={season}"));
        let picture = chosen.is_4k.then(|| "is_4k=yes".to_owned());
        let query: Vec<String> = scope.or(season).into_iter().chain(picture).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        Self { form: format!("{title}/request{query}"), title }
    }
}

fn wait(visit: &Visit, kind: MediaKind, way: &Way) -> Response {
    if reply::for_dialog(visit) {
        return reply::part_as(StatusCode::OK, waiting::dialog(&visit.frame, kind, &way.form, &way.title));
    }
    visit.show(waiting::page(&visit.frame, kind, &way.form, &way.title))
}

fn show(visit: &Visit, status: StatusCode, form: &RequestForm) -> Response {
    if reply::for_dialog(visit) {
        return reply::part_as(status, view::dialog(&visit.frame, form));
    }
    visit.show_as(status, view::page(&visit.frame, form))
}

fn typed(fields: &Fields, in_dialog: bool) -> Typed {
    let numbers = |numbers: &[&str]| numbers.iter().filter_map(|number| number.parse().ok()).collect();
    let ticked: BTreeSet<i32> = numbers(&fields.all("seasons"));
    let is_4k = fields.ticked("is_4k");
    let turned = fields.filled("shown_4k").is_some_and(|shown| (shown == "yes") != is_4k);
    // In the other picture other seasons are missing.
    let preset: BTreeSet<i32> = numbers(&fields.text("preset").split(',').collect::<Vec<_>>());
    let untouched = turned && ticked == preset;
    Typed {
        scope: fields.text("scope").parse::<ScopeKind>().ok(),
        ticked: (!untouched).then(|| ticked.into_iter().collect()),
        is_4k,
        turned,
        note: fields.text("note").to_owned(),
        // The other picture has other instances.
        choice: if turned { Choice::default() } else { choice(fields) },
        in_dialog,
        errors: Errors::default(),
    }
}

/// Where it shall go, as far as it was chosen. What was chosen for another instance than the one now chosen is dropped.
pub fn choice(fields: &Fields) -> Choice {
    let service: Option<i64> = fields.number("service_id");
    let shown: Option<i64> = fields.number("shown");
    let service = service.map(crate::domain::ids::ServiceId);
    if shown.is_some_and(|shown| service.is_some_and(|service| service.0 != shown)) {
        return Choice { service, ..Choice::default() };
    }
    let tags = || fields.all("tags").iter().filter_map(|tag| tag.parse().ok()).collect();
    Choice {
        service,
        quality_profile_id: fields.number("quality_profile_id"),
        root_folder: fields.filled("root_folder"),
        tags: fields.ticked("tags_shown").then(tags),
    }
}

/// What was refused, as words beside the fields; anything else goes up.
pub fn beside_fields(error: AppError) -> Outcome<Errors> {
    let mut errors = Errors::default();
    match error {
        AppError::Refused { message, fields } if fields.is_empty() => errors.add("", message),
        AppError::Refused { fields, .. } => {
            for (name, words) in fields {
                let name = if name == "is_4k" { String::new() } else { name };
                errors.add(name, words);
            }
        }
        AppError::Conflict(words) => errors.add("", words),
        other => return Err(other),
    }
    Ok(errors)
}
