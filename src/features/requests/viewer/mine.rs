//! One's own requests and those one follows, by page.

use poem::web::Query;
use poem::{Response, handler};
use serde::Deserialize;

use super::cards;
use crate::db::request_pages;
use crate::db::requests::{self, ListFilter, Listing, StageCounts};
use crate::domain::request::Stage;
use crate::features::requests::views::mine::{self as view, Counts, Mine, Shelf};
use crate::web::{Viewer, Visit};

const PER_PAGE: i64 = 25;

/// As it stands in the address; what makes no sense counts as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    show: String,
    page: String,
}

#[handler]
pub async fn page(Viewer(me): Viewer, visit: Visit, Query(asked): Query<Asked>) -> poem::Result<Response> {
    let shelf: Shelf = asked.show.parse().unwrap_or_default();
    let wanted = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000_000);
    let filter = ListFilter { stages: shelf.stages(), mine: true };
    let who = me.clone();
    let (listings, thumbs, counts, page) = visit
        .app
        .db
        .read(move |conn| {
            let read = |conn: &mut _, page: i64| requests::page(conn, &who, &filter, (page - 1) * PER_PAGE, PER_PAGE);
            let mut listings = read(conn, wanted)?;
            let counts = match all_of_them(shelf, wanted, &listings) {
                Some(counts) => counts,
                None => requests::counts(conn, &who, true)?,
            };
            let counts = sums(&counts);
            // Lists grow shorter while one reads them: past the end is the last page.
            let page = wanted.min((counts.of(shelf) + PER_PAGE - 1) / PER_PAGE).max(1);
            if page != wanted {
                listings = read(conn, page)?;
            }
            let thumbs = request_pages::thumbs_of(conn, &who, &listings)?;
            Ok((listings, thumbs, counts, page))
        })
        .await?;
    let mine = Mine {
        shelf,
        cards: listings.iter().map(|listing| cards::card(&visit.frame, &me, listing, &thumbs)).collect(),
        counts,
        page,
        per_page: PER_PAGE,
    };
    Ok(visit.show(view::page(&visit.frame, &mine)))
}

/// How many are in each stage, where the page holds them all.
fn all_of_them(shelf: Shelf, wanted: i64, listings: &[Listing]) -> Option<StageCounts> {
    let whole = shelf == Shelf::All && wanted == 1 && i64::try_from(listings.len()).is_ok_and(|shown| shown < PER_PAGE);
    whole.then(|| {
        let mut counts = StageCounts::new();
        listings.iter().for_each(|listing| *counts.entry(listing.request.stage).or_default() += 1);
        counts
    })
}

fn sums(counts: &StageCounts) -> Counts {
    let of = |fits: fn(Stage) -> bool| counts.iter().filter(|(stage, _)| fits(**stage)).map(|(_, count)| count).sum();
    Counts {
        open: of(|stage| !stage.is_over()),
        ready: of(|stage| stage == Stage::Ready),
        ended: of(|stage| stage.is_over() && stage != Stage::Ready),
    }
}
