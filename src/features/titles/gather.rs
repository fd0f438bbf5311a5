//! Puts together what pages and the API show of titles: from the local copy, from requests, from what lookups found.
//! Reads only. Whether somebody may see a title is decided in the queries it calls.

use std::collections::HashMap;

use crate::app::App;
use crate::db::copies::Copy;
use crate::db::{Conn, copies, home, search, titles};
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::ids::{ServerId, TitleId};
use crate::domain::links;
use crate::domain::people::{Actor, Sight};
use crate::domain::search::Query;
use crate::domain::service::{self, Service, ServiceKind};
use crate::domain::title::{Title, from_candidate};
use crate::domain::title_wish::Wish;
use crate::error::Outcome;

pub use super::views::Found;

/// Hits of the local search that are shown, at most.
const MOST: usize = 60;

/// The local answer to a query, best first.
pub async fn search(app: &App, me: &Actor, query: &Query) -> Outcome<Vec<Found>> {
    let (me, query) = (me.clone(), query.clone());
    app.db
        .read(move |conn| {
            let sight = copies::sight(conn, &me)?;
            let ids = search::search(conn, &query, &sight, MOST)?;
            let mut found = known(conn, &me, &sight, &ids)?;
            // On Plex, or asked for: what is neither (any more) has just changed.
            found.retain(is_here);
            Ok(found)
        })
        .await
}

/// On Plex, or asked for and under way.
pub fn is_here(found: &Found) -> bool {
    found.on_plex || found.wishes.iter().any(Wish::is_open)
}

/// Titles by row, in the order asked for, with what was asked for of them.
pub fn known(conn: &mut Conn, me: &Actor, sight: &Sight, ids: &[TitleId]) -> Outcome<Vec<Found>> {
    let mut found = shelved(conn, sight, ids)?;
    for wish in home::of_titles(conn, me, sight, ids)? {
        if let Some(one) = found.iter_mut().find(|one| one.title.id == wish.title) {
            one.wishes.push(wish);
        }
    }
    Ok(found)
}

/// Titles by row, in the order asked for, and what of them is on Plex.
pub fn shelved(conn: &mut Conn, sight: &Sight, ids: &[TitleId]) -> Outcome<Vec<Found>> {
    let mut rows: HashMap<TitleId, Title> =
        titles::many(conn, ids)?.into_iter().map(|title| (title.id, title)).collect();
    let copies = copies::of_titles(conn, ids, sight)?;
    let series =
        rows.values().filter(|title| title.kind == MediaKind::Series).map(|title| title.id).collect::<Vec<_>>();
    let seasons = copies::seasons_present(conn, &series, sight)?;
    let machines = home::machines(conn)?;
    let ordered = ids.iter().filter_map(|id| rows.remove(id));
    Ok(ordered
        .map(|title| {
            let own: Vec<&Copy> = copies.iter().filter(|copy| copy.title == title.id).collect();
            Found {
                poster: poster(&title, &own),
                play: play(&own, &machines),
                on_plex: !own.is_empty(),
                in_4k: own.iter().any(|copy| copy.is_4k),
                seasons: seasons.iter().filter(|(of, _)| *of == title.id).map(|(_, season)| *season).collect(),
                seasons_in_all: None,
                wishes: Vec::new(),
                title,
            }
        })
        .collect())
}

fn poster(title: &Title, copies: &[&Copy]) -> Option<String> {
    title.picture(copies.iter().find_map(|copy| copy.thumb.as_deref()))
}

fn play(copies: &[&Copy], machines: &HashMap<ServerId, String>) -> Option<String> {
    copies.iter().find_map(|copy| Some(links::play_url(machines.get(&copy.server)?, &copy.rating_key)))
}

/// What lookups found, joined with what is known here: candidates that nobody has keep no row. What is beyond the reader's
/// ceiling, or not rated, is left out.
pub async fn candidates(app: &App, me: &Actor, list: Vec<Candidate>) -> Outcome<Vec<Found>> {
    if list.is_empty() {
        return Ok(Vec::new());
    }
    let (me, signer) = (me.clone(), app.clone());
    app.db
        .read(move |conn| {
            let sight = copies::sight(conn, &me)?;
            let ids: Vec<_> = list.iter().map(|one| (one.kind, one.ids.clone())).collect();
            let rows = titles::find_many(conn, &ids)?;
            let row_ids: Vec<TitleId> = rows.iter().flatten().map(|title| title.id).collect();
            let known = known(conn, &me, &sight, &row_ids)?;
            let mut all = Vec::new();
            for (candidate, row) in list.iter().zip(rows) {
                let kept = row.as_ref().and_then(|row| row.certification.as_deref());
                let here = row.as_ref().and_then(|row| known.iter().find(|one| one.title.id == row.id));
                let mut found = match here {
                    Some(here) if is_here(here) => here.clone(),
                    _ if sight.takes(candidate.certification.as_deref(), kept) => fresh(&signer, candidate),
                    _ => continue,
                };
                let regular = candidate.seasons.iter().filter(|season| season.number > 0).count();
                found.seasons_in_all = Some(regular).filter(|count| *count > 0);
                all.push(found);
            }
            Ok(all)
        })
        .await
}

/// A title that only a lookup knows.
pub fn fresh(app: &App, candidate: &Candidate) -> Found {
    Found {
        poster: candidate.poster.as_deref().map(|url| app.remote_picture(url)),
        title: from_candidate(candidate),
        play: None,
        on_plex: false,
        in_4k: false,
        seasons: Vec::new(),
        seasons_in_all: None,
        wishes: Vec::new(),
    }
}

/// The service that looks up titles of a kind.
pub async fn service(app: &App, kind: MediaKind) -> Outcome<Option<Service>> {
    let (house, kind) = (app.house().await?, ServiceKind::fetching(kind));
    let all = house.services.iter().filter(|service| service.kind == kind);
    Ok(service::teller(all).cloned())
}

/// Whether anything fetches titles of a kind in 4K.
pub async fn fetches_4k(app: &App, kind: MediaKind) -> Outcome<bool> {
    let (house, kind) = (app.house().await?, ServiceKind::fetching(kind));
    Ok(house.services.iter().any(|service| service.kind == kind && service.is_4k))
}
