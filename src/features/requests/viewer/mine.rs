//! One's own requests and those one follows, by page.

use poem::web::Query;
use poem::{Response, handler};
use serde::Deserialize;

use super::cards;
use crate::db::request_pages;
use crate::db::requests::{self, ListFilter, StageCounts};
use crate::domain::request::Stage;
use crate::features::requests::views::mine::{self as view, Counts, Mine, Shelf};
use crate::web::{Viewer, Visit};

const PER_PAGE: i64 = 20;

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
    let wanted = asked.page.parse::<i64>().unwrap_or(1);
    let filter = ListFilter { stages: shelf.stages(), mine: true };
    let who = me.clone();
    let (listings, thumbs, counts, page) = visit
        .app
        .db
        .read(move |conn| {
            let counts = sums(&requests::counts(conn, &who, true)?);
            // Lists grow shorter while one reads them: past the end is the last page.
            let page = wanted.min((counts.of(shelf) + PER_PAGE - 1) / PER_PAGE).max(1);
            let listings = requests::page(conn, &who, &filter, (page - 1) * PER_PAGE, PER_PAGE)?;
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

fn sums(counts: &StageCounts) -> Counts {
    let of = |fits: fn(Stage) -> bool| counts.iter().filter(|(stage, _)| fits(**stage)).map(|(_, count)| count).sum();
    Counts {
        open: of(|stage| !stage.is_over()),
        ready: of(|stage| stage == Stage::Ready),
        ended: of(|stage| stage.is_over() && stage != Stage::Ready),
    }
}
