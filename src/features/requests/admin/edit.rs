//! Changing where a request goes and its seasons, with the choices its service offered when it was last read.

use std::collections::BTreeSet;

use poem::http::StatusCode;
use poem::web::{Path, Query};
use poem::{Request, Response, handler};

use super::desk::{self, Asked, Back};
use crate::app::App;
use crate::app::lookups::{self, PublicId, Reply};
use crate::app::services::PAGE_PATIENCE;
use crate::db::request_pages::{self, Thumbs};
use crate::db::requests::{self, Listing};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::domain::request::Choice;
use crate::domain::service::{self, Offers, Service};
use crate::error::{AppError, Outcome};
use crate::features::requests::actions;
use crate::features::requests::viewer::{cards, reply, submit};
use crate::features::requests::views::desk::Query as List;
use crate::features::requests::views::edit as view;
use crate::features::requests::views::target::Target;
use crate::ui::form::Errors;
use crate::web::{Fields, Moderator, Visit};

/// A request, what surrounds it, and where it could go.
struct Loaded {
    listing: Listing,
    fetchers: Vec<(Service, Option<Offers>)>,
    /// Numbers of the seasons there are, as far as anybody knows.
    seasons: BTreeSet<i32>,
}

#[handler]
pub async fn page(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let loaded = load(&visit.app, &me, id).await?;
    if !cards::may(&me, &loaded.listing).edit {
        let late = Err(AppError::Conflict("It is on its way already and can't be changed any more.".to_owned()));
        return desk::after(&visit, req, &me, id, Back::by(&asked), late).await;
    }
    let request = &loaded.listing.request;
    let chosen = request.seasons.clone().unwrap_or_default();
    let from_parcel = asked.from == "parcel";
    let edit = as_form(&visit, &me, &loaded, &request.choice, &chosen, from_parcel, Errors::default());
    Ok(show(&visit, StatusCode::OK, &asked.list(), &edit))
}

#[handler]
pub async fn save(
    Moderator(me): Moderator,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    fields: Fields,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let loaded = load(&visit.app, &me, id).await?;
    let (choice, list) = (submit::choice(&fields), desk::came_from(&asked, &fields));
    let ticked: Vec<i32> = fields.all("seasons").iter().filter_map(|number| number.parse().ok()).collect();
    let from_parcel = fields.text("from") == "parcel";
    let form = |errors| as_form(&visit, &me, &loaded, &choice, &ticked, from_parcel, errors);
    if fields.text("look") == "target" {
        return Ok(show(&visit, StatusCode::OK, &list, &form(Errors::default())));
    }
    let seasons = fields.ticked("seasons_shown").then(|| ticked.clone()).filter(|ticked| differs(&loaded, ticked));
    let edit = actions::Edit { choice: choice.clone(), seasons };
    let refused = match keep(&visit.app, &me, id, edit, fields.text("then")).await {
        Err(error @ AppError::Refused { .. }) => error,
        done => return desk::after(&visit, req, &me, id, Back::of(&asked, &fields), done).await,
    };
    Ok(show(&visit, StatusCode::UNPROCESSABLE_ENTITY, &list, &form(submit::beside_fields(refused)?)))
}

/// Saves it, and does what the button said besides.
async fn keep(app: &App, me: &Actor, id: RequestId, edit: actions::Edit, then: &str) -> Outcome<String> {
    if then == "approve" {
        actions::approve(app, me, id, Some(edit)).await?;
        return Ok("Changed and approved. It goes out now.".to_owned());
    }
    if then == "retry" {
        actions::retry(app, me, id, Some(edit)).await?;
        return Ok("Changed. It goes out once more.".to_owned());
    }
    actions::edit(app, me, id, edit).await?;
    Ok("Changed.".to_owned())
}

fn differs(loaded: &Loaded, ticked: &[i32]) -> bool {
    let before: BTreeSet<i32> = loaded.listing.request.seasons.iter().flatten().copied().collect();
    before != ticked.iter().copied().collect()
}

async fn load(app: &App, me: &Actor, id: RequestId) -> Outcome<Loaded> {
    let who = me.clone();
    let (listing, fetchers) = app
        .db
        .read(move |conn| {
            let listing = requests::detail(conn, &who, id)?.ok_or(AppError::NotFound)?;
            let fetchers = request_pages::fetchers(conn, listing.request.kind)?;
            Ok((listing, fetchers))
        })
        .await?;
    let seasons = seasons(app, &listing, &fetchers).await;
    Ok(Loaded { listing, fetchers, seasons })
}

/// Those that are asked for, and those that Sonarr knows, if it says so in time.
async fn seasons(app: &App, listing: &Listing, fetchers: &[(Service, Option<Offers>)]) -> BTreeSet<i32> {
    let mut numbers: BTreeSet<i32> = listing.request.seasons.iter().flatten().copied().collect();
    let tvdb = listing.title.ids.tvdb.filter(|_| listing.request.kind == MediaKind::Series);
    let sonarr = service::teller(fetchers.iter().map(|(service, _)| service)).cloned();
    if let Some(tvdb) = tvdb
        && let Reply::Here(looked) =
            lookups::title(app, MediaKind::Series, sonarr, PublicId::Own(tvdb), PAGE_PATIENCE).await
    {
        numbers.extend(looked.known.seasons.iter().map(|season| season.number));
    }
    numbers
}

fn as_form(
    visit: &Visit,
    me: &Actor,
    loaded: &Loaded,
    choice: &Choice,
    chosen: &[i32],
    from_parcel: bool,
    errors: Errors,
) -> view::Edit {
    let may = cards::may(me, &loaded.listing);
    let services = loaded.fetchers.iter().map(|(service, _)| service.clone()).collect();
    let request = &loaded.listing.request;
    let (kind, is_4k) = (request.kind, request.is_4k);
    let mut target = Target { kind, is_4k, services, offers: None, chosen: choice.clone() };
    let service = target.service().map(|service| service.id);
    let offers = loaded.fetchers.iter().find(|(known, _)| Some(known.id) == service);
    target.offers = offers.and_then(|(_, offers)| offers.clone());
    view::Edit {
        card: cards::card(&visit.frame, me, &loaded.listing, &Thumbs::new()),
        target,
        seasons: loaded.seasons.iter().map(|number| (*number, chosen.contains(number))).collect(),
        may_approve: may.approve,
        may_retry: may.retry,
        from_parcel,
        errors,
    }
}

fn show(visit: &Visit, status: StatusCode, list: &List, edit: &view::Edit) -> Response {
    if reply::for_dialog(visit) {
        return reply::part_as(status, view::dialog(&visit.frame, list, edit));
    }
    visit.show_as(status, view::page(&visit.frame, list, edit))
}
