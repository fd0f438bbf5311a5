//! What only the pages of requests read: the desk's list by word, kind and order, the figures of its first sentence, and
//! what surrounds one request on its own page. Who may see which request is decided by `requests::detail` and `counts`;
//! the desk is for those who may see all.

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;

use super::among::Among;
use super::copies::Copy;
use super::requests::{Listing, StageCounts, listings};
use super::schema::{people, requests, titles};
use super::{Conn, copies, requests as rows, servers, services};
use crate::domain::catalog::MediaKind;
use crate::domain::ids::{RequestId, ServiceId, TitleId};
use crate::domain::links::play_url;
use crate::domain::people::{Actor, Role};
use crate::domain::request::{Arrival, Request, Stage, WantedEpisode};
use crate::domain::room::{self, Bound, ServiceFolders};
use crate::domain::search::normalise;
use crate::domain::service::{Offers, Service, ServiceKind, service_key};
use crate::domain::title::Episodes;
use crate::error::Outcome;

/// What the desk lists.
#[derive(Debug, Clone, Default)]
pub struct DeskFilter {
    /// All of them when empty.
    pub stages: Vec<Stage>,
    /// These too, whatever became of them.
    pub also: Vec<i64>,
    pub kind: Option<MediaKind>,
    /// Part of a title or of the asker's name; empty for any.
    pub find: String,
    pub order: Order,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    Title,
    Biggest,
}

/// One page of the desk, how many fit in all, and which page it is: the last one, when the wanted one is past it, for
/// lists grow shorter while one decides. For those who may see all requests.
pub fn desk(conn: &mut Conn, filter: &DeskFilter, page: i64, per_page: i64) -> Outcome<(Vec<Listing>, i64, i64)> {
    let stages = if filter.stages.is_empty() { Stage::ALL } else { &filter.stages };
    let kinds = filter.kind.map_or(MediaKind::ALL.to_vec(), |kind| vec![kind]);
    let wanted = normalise(&filter.find);
    let askers = if wanted.is_empty() { Vec::new() } else { people_called(conn, &wanted)? };
    // What is left of the words holds no wildcard: it is letters, figures and spaces.
    let called = titles::search_text.like(format!("%{wanted}%"));
    let here = requests::stage.among(stages.iter().map(|stage| stage.as_str()));
    let fitting = requests::table
        .inner_join(titles::table)
        .filter(here.or(requests::id.among(filter.also.clone())))
        .filter(requests::kind.among(kinds.into_iter().map(MediaKind::as_str)))
        .filter(called.or(requests::asker_id.among(askers)));
    let total: i64 = crate::each_backend!(conn, conn => fitting.clone().count().get_result(conn))?;
    let page = page.min((total + per_page - 1) / per_page).max(1);
    let rows = fitting.offset((page - 1) * per_page).limit(per_page).select(requests::id);
    let id = requests::id;
    let ids: Vec<i64> = match filter.order {
        Order::Newest => crate::each_backend!(conn, conn => rows.order(id.desc()).load(conn)),
        Order::Oldest => crate::each_backend!(conn, conn => rows.order(id.asc()).load(conn)),
        Order::Title => crate::each_backend!(conn, conn => rows.order((titles::sort_title.asc(), id.asc())).load(conn)),
        Order::Biggest => {
            let bytes = requests::estimated_bytes;
            let order = (bytes.is_null().asc(), bytes.desc(), id.asc());
            crate::each_backend!(conn, conn => rows.order(order).load(conn))
        }
    }?;
    let mut found = listings(conn, &ids)?;
    found.sort_by_key(|listing| ids.iter().position(|id| *id == listing.request.id.0));
    Ok((found, total, page))
}

/// Names are compared as titles are: without accents and capitals, on every engine alike.
fn people_called(conn: &mut Conn, wanted: &str) -> Outcome<Vec<i64>> {
    let all: Vec<(i64, String)> = people::table.select((people::id, people::name)).load(conn)?;
    Ok(all.into_iter().filter(|(_, name)| normalise(name).contains(wanted)).map(|(id, _)| id).collect())
}

/// The figures of the desk's first sentence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DeskSums {
    pub counts: StageCounts,
    /// Bytes that all to be decided need together whose size is known.
    pub needed: i64,
    /// How many there are whose size nobody knows.
    pub unsized_ones: i64,
    /// Bytes free where they would go; none when a service has not said.
    pub free: Option<f64>,
}

pub fn desk_sums(conn: &mut Conn, actor: &Actor, folders: &[ServiceFolders]) -> Outcome<DeskSums> {
    type Waiting = (String, bool, Option<i64>, Option<String>, Option<i64>);
    let asked: Vec<Waiting> = crate::each_backend!(conn, conn => requests::table
        .filter(requests::stage.eq(Stage::Asked.as_str()))
        .select((
            requests::kind,
            requests::is_4k,
            requests::service_id,
            requests::root_folder,
            requests::estimated_bytes,
        ))
        .load(conn))?;
    let needed = asked.iter().filter_map(|(.., bytes)| *bytes).fold(0_i64, i64::saturating_add);
    let unsized_ones = i64::try_from(asked.iter().filter(|(.., bytes)| bytes.is_none()).count()).unwrap_or(i64::MAX);
    let bound = asked.iter().filter_map(|(kind, is_4k, service, folder, _)| {
        let service = service.map(ServiceId);
        Some(Bound { kind: kind.parse().ok()?, is_4k: *is_4k, service, folder: folder.as_deref() })
    });
    let free = room::free_for_all(folders, bound);
    Ok(DeskSums { counts: rows::counts(conn, actor, false)?, needed, unsized_ones, free })
}

/// The services that fetch titles of a kind, the default one first, with what they offered when last read.
pub fn fetchers(conn: &mut Conn, kind: MediaKind) -> Outcome<Vec<(Service, Option<Offers>)>> {
    let mut fetchers = Vec::new();
    for service in services::of_kind(conn, ServiceKind::fetching(kind))? {
        let offers = services::offers(conn, service.id)?;
        fetchers.push((service, offers));
    }
    Ok(fetchers)
}

/// Pictures at Plex, by title, of copies that the reader may see.
pub type Thumbs = HashMap<TitleId, String>;

pub fn thumbs(conn: &mut Conn, actor: &Actor, titles: &[TitleId]) -> Outcome<Thumbs> {
    let sight = copies::sight(conn, actor)?;
    Ok(thumbs_in(&copies::of_titles(conn, titles, &sight)?))
}

/// The best copy comes first, so it is kept last.
fn thumbs_in(copies: &[Copy]) -> Thumbs {
    copies.iter().rev().filter_map(|copy| Some((copy.title, copy.thumb.clone()?))).collect()
}

pub fn thumbs_of(conn: &mut Conn, actor: &Actor, listings: &[Listing]) -> Outcome<Thumbs> {
    let ids: Vec<TitleId> = listings.iter().map(|listing| listing.title.id).collect();
    thumbs(conn, actor, &ids)
}

/// Films that wait for a decision and are on Plex for the reader: those who asked for them don't see the library.
pub fn there_already(conn: &mut Conn, actor: &Actor, listings: &[Listing]) -> Outcome<HashSet<RequestId>> {
    let asked = |listing: &&Listing| listing.request.stage == Stage::Asked && listing.request.kind == MediaKind::Movie;
    let films: Vec<&Listing> = listings.iter().filter(asked).collect();
    let titles: Vec<TitleId> = films.iter().map(|listing| listing.title.id).collect();
    let sight = copies::sight(conn, actor)?;
    let there = copies::of_titles(conn, &titles, &sight)?;
    let is_there = |listing: &&&Listing| {
        let fits = |copy: &Copy| copy.title == listing.title.id && (copy.is_4k || !listing.request.is_4k);
        there.iter().any(fits)
    };
    Ok(films.iter().filter(is_there).map(|listing| listing.request.id).collect())
}

/// Names of those who decide, the longest here first.
pub fn deciders(conn: &mut Conn) -> Outcome<Vec<String>> {
    let all = super::people::with_roles(conn, &[Role::Moderator, Role::Admin])?;
    Ok(all.into_iter().map(|person| person.name).collect())
}

/// What surrounds a request on its own page.
#[derive(Debug, Clone, Default)]
pub struct Around {
    pub events: Vec<rows::Event>,
    /// Where the reader can watch what is there of it.
    pub play: Option<String>,
    /// The name of the quality it is fetched in.
    pub picture: Option<String>,
    /// The service that fetches it, when it does not answer.
    pub down: Option<String>,
    pub wanted: Vec<WantedEpisode>,
    pub thumbs: Thumbs,
    /// Episodes on Plex, as far as the reader may see.
    pub there: Episodes,
    pub arrival: Option<Arrival>,
}

pub fn around(
    conn: &mut Conn,
    actor: &Actor,
    request: &Request,
    now: chrono::DateTime<chrono::Utc>,
) -> Outcome<Around> {
    let sight = copies::sight(conn, actor)?;
    let fetchers = fetchers(conn, request.kind)?;
    let fetcher = fetchers
        .iter()
        .find(|(service, _)| request.choice.service == Some(service.id))
        .or_else(|| fetchers.iter().find(|(service, _)| service.is_4k == request.is_4k));
    let down = match fetcher {
        // It may be known before the next look at all services: what was to be sent could not be.
        Some((service, _)) => {
            let silent = is_down(conn, service)? || rows::holdup(conn, request)?.is_some();
            silent.then(|| service.name.clone())
        }
        None => None,
    };
    let copies = copies::of_titles(conn, &[request.title], &sight)?;
    let series = request.kind == MediaKind::Series;
    let is_4k = request.is_4k;
    let there = if series { copies::episodes_present(conn, request.title, &sight, is_4k)? } else { Episodes::new() };
    let copy = if is_4k { copies::in_4k(conn, &copies)? } else { copies.first() };
    Ok(Around {
        events: rows::events(conn, request.id)?,
        play: copy.map(|copy| play(conn, copy)).transpose()?.flatten(),
        picture: fetcher.and_then(|(service, offers)| picture(request, service, offers.as_ref())),
        down,
        wanted: if series { rows::wanted(conn, request.id)?.unwrap_or_default() } else { Vec::new() },
        there,
        thumbs: thumbs_in(&copies),
        arrival: rows::arrival(conn, request, now)?,
    })
}

fn is_down(conn: &mut Conn, service: &Service) -> Outcome<bool> {
    let key = service_key(service.id);
    Ok(services::health(conn)?.iter().any(|health| health.key == key && !health.up))
}

/// Only what is certain: the profile that was chosen, or the service's own.
fn picture(request: &Request, service: &Service, offers: Option<&Offers>) -> Option<String> {
    let id = request.choice.quality_profile_id.or(service.quality_profile_id)?;
    offers?.profiles.iter().find(|profile| profile.id == id).map(|profile| profile.name.clone())
}

/// Where a copy can be watched.
fn play(conn: &mut Conn, copy: &Copy) -> Outcome<Option<String>> {
    let machine = servers::get(conn, copy.server)?.and_then(|server| server.machine_id);
    Ok(machine.map(|machine| play_url(&machine, &copy.rating_key)))
}
