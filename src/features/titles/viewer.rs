//! Home, the page of a title, and pictures. Search has a file of its own.

mod pictures;
mod search;

use chrono::{DateTime, TimeDelta, Utc};
use poem::web::Path;
use poem::{Response, handler};

pub use pictures::{remote_picture, title_picture};
pub use search::{results, search_events, search_now, search_page};

use super::gather::{self, Found};
use super::views::home::Home;
use super::views::title::{Missing, Shown};
use super::views::{home as home_view, title as title_view};
use crate::app::App;
use crate::app::lookups::{self, Looked, PublicId, Reply};
use crate::app::services::PAGE_PATIENCE;
use crate::db::{copies, fresh, home as home_db, services, shares, titles};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::TitleId;
use crate::domain::people::{Actor, Sight};
use crate::domain::service::Service;
use crate::domain::title::{Address, Episodes};
use crate::domain::title_seasons::{next_airing, seasons};
use crate::domain::title_wish::Wish;
use crate::error::{AppError, Outcome};
use crate::web::Viewer;
use crate::web::visit::Visit;

/// Posters on the shelf of what is new.
const SHELF: usize = 12;

#[handler]
pub async fn home_page(visit: Visit, Viewer(me): Viewer) -> poem::Result<Response> {
    let (app, who, now) = (&visit.app, me.clone(), visit.app.now());
    let home = app
        .db
        .read(move |conn| {
            let sight = copies::sight(conn, &who)?;
            let mine = named(home_db::mine(conn, &who)?, now);
            let new = fresh::newest(conn, &sight, SHELF)?;
            let ids: Vec<TitleId> = mine.iter().map(|wish| wish.title).chain(new.iter().map(|one| one.title)).collect();
            let known = gather::shelved(conn, &sight, &ids)?;
            let found = |id: TitleId| known.iter().find(|found| found.title.id == id).cloned();
            Ok(Home {
                name: who.name.clone(),
                invited_to: shares::invited_to(conn, who.id)?,
                may_request: who.rights.movies || who.rights.series,
                moved: home_db::moved_since(conn, &who, now - TimeDelta::hours(24))?,
                on_its_way: mine.into_iter().filter_map(|wish| Some((found(wish.title)?, wish))).collect(),
                newest: new.iter().filter_map(|one| Some((found(one.title)?, one.season))).collect(),
            })
        })
        .await?;
    Ok(visit.show(home_view::page(&visit.frame, &home)))
}

/// Those that the lobby names: the first few, and the one that will be there soonest.
fn named(mine: Vec<Wish>, now: DateTime<Utc>) -> Vec<Wish> {
    let soonest = mine
        .iter()
        .filter(|wish| wish.eta.is_some_and(|eta| eta > now))
        .min_by_key(|wish| wish.eta)
        .map(|wish| wish.request);
    let is_named = |(at, wish): &(usize, Wish)| *at < home_view::TILES || Some(wish.request) == soonest;
    mine.into_iter().enumerate().filter(is_named).map(|(_, wish)| wish).collect()
}

#[handler]
pub async fn title_page(
    visit: Visit,
    Viewer(me): Viewer,
    Path((kind, id)): Path<(String, String)>,
) -> poem::Result<Response> {
    let kind: MediaKind = kind.parse().map_err(|_| AppError::NotFound)?;
    let page = match one(&visit.app, &me, kind, &id).await? {
        Told::Known(shown) => title_view::page(&visit.frame, &shown),
        Told::NotYet(missing) => title_view::unknown(&visit.frame, missing, &format!("/titles/{kind}/{id}")),
    };
    Ok(visit.show(page))
}

/// What can be said of a title.
pub enum Told {
    Known(Box<Shown>),
    /// Nothing here, and its service has not answered: it may or may not be there.
    NotYet(Missing),
}

/// A title by its address. One in a library that the reader may not see is like one that nobody has ever heard of: it is
/// shown as its service tells it, or not at all. One beyond their ceiling is not there.
pub async fn one(app: &App, me: &Actor, kind: MediaKind, id: &str) -> Outcome<Told> {
    let address: Address = id.parse().map_err(|_| AppError::NotFound)?;
    let Local { here, in_4k, sight, kept } = local(app, me, kind, id).await?;
    let public = match (&here, address) {
        (_, Address::Public(id)) => Some(id),
        (Some((found, _)), Address::Row(_)) => crate::domain::title::public_id(kind, &found.title.ids),
        (None, Address::Row(_)) => return Err(AppError::NotFound),
    };
    let mut episode_bytes = None;
    let looked = match public {
        // A film that is here is known well enough.
        Some(_) if kind == MediaKind::Movie && here.is_some() => None,
        Some(public) => {
            let service = gather::service(app, kind).await?;
            if let Some(service) = service.as_ref().filter(|_| kind == MediaKind::Series) {
                episode_bytes = bytes_of_one(app, service).await?;
            }
            Some(lookups::title(app, kind, service, PublicId::Own(public), PAGE_PATIENCE).await)
        }
        None => None,
    };
    let missing = match &looked {
        Some(Reply::Asking) => Some(Missing::Asking(kind)),
        Some(Reply::Failed) => Some(Missing::Failed(kind)),
        _ => None,
    };
    let takes = |looked: &&Looked| {
        let told = looked.candidate.as_ref();
        here.is_some() || told.is_none_or(|told| sight.takes(told.certification.as_deref(), kept.as_deref()))
    };
    let told = looked.as_ref().and_then(|looked| looked.here()).filter(takes);
    let (found, present) = match (here, told.and_then(|told| told.candidate.as_ref())) {
        (Some(here), candidate) => (filled(here.0, candidate), here.1),
        (None, Some(candidate)) => (gather::fresh(app, candidate), Episodes::new()),
        (None, None) => return missing.map(Told::NotYet).ok_or(AppError::NotFound),
    };
    if let Some(candidate) = told.and_then(|told| told.candidate.as_ref()) {
        super::actions::learn_pictures(app, std::slice::from_ref(candidate)).await?;
    }
    let known = told.map(|told| &told.known);
    let seasons = |present: &Episodes, is_4k: bool| match kind {
        MediaKind::Series => seasons(present, known, &found.wishes, is_4k, app.now()),
        MediaKind::Movie => Vec::new(),
    };
    Ok(Told::Known(Box::new(Shown {
        seasons: seasons(&present, false),
        seasons_in_4k: seasons(&in_4k, true),
        may_request_in_4k: me.rights.requests_in_4k(kind) && gather::fetches_4k(app, kind).await?,
        next: known.and_then(|known| next_airing(known, app.now())).cloned(),
        may_request: me.rights.requests(kind),
        episode_bytes,
        missing,
        found,
    })))
}

/// What an episode usually takes there.
async fn bytes_of_one(app: &App, service: &Service) -> Outcome<Option<i64>> {
    let (id, profile) = (service.id, service.quality_profile_id);
    app.db.read(move |conn| Ok(services::sizes(conn, id)?.estimate(profile, 1))).await
}

/// What is kept here of a title.
struct Local {
    /// None for what may not be shown: only what is on Plex for the reader, or asked for by somebody.
    here: Option<(Found, Episodes)>,
    /// Its episodes that are there in 4K.
    in_4k: Episodes,
    sight: Sight,
    /// Its rating, whether it may be shown or not.
    kept: Option<String>,
}

async fn local(app: &App, me: &Actor, kind: MediaKind, id: &str) -> Outcome<Local> {
    let (me, id) = (me.clone(), id.to_owned());
    app.db
        .read(move |conn| {
            let sight = copies::sight(conn, &me)?;
            let Some(title) = titles::by_address(conn, kind, &id)? else {
                return Ok(Local { here: None, in_4k: Episodes::new(), sight, kept: None });
            };
            let found = gather::known(conn, &me, &sight, &[title.id])?.pop().filter(gather::is_here);
            let mut present = |is_4k| copies::episodes_present(conn, title.id, &sight, is_4k);
            let (here, in_4k) = match found {
                Some(found) => (Some((found, present(false)?)), present(true)?),
                None => (None, Episodes::new()),
            };
            Ok(Local { here, in_4k, sight, kept: title.certification })
        })
        .await
}

/// What Plex leaves out is taken from the lookup.
fn filled(mut found: Found, candidate: Option<&crate::domain::catalog::Candidate>) -> Found {
    if let Some(candidate) = candidate {
        let told = crate::domain::title::from_candidate(candidate);
        let title = &mut found.title;
        title.status = told.status.or(title.status.take());
        title.network = told.network.or(title.network.take());
        title.overview = title.overview.take().or(told.overview);
        title.release_date = told.release_date.or(title.release_date);
        title.runtime_minutes = title.runtime_minutes.or(told.runtime_minutes);
        title.certification = title.certification.take().or(told.certification);
        if title.genres.is_empty() {
            title.genres = told.genres;
        }
    }
    found
}
