//! The list of requests to decide, and one row of it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use maud::{Markup, html};
use poem::web::sse::SSE;
use poem::web::{Data, Path, Query};
use poem::{IntoResponse, Request, Response, handler};
use serde::Deserialize;

use crate::app::{App, Change};
use crate::db::Conn;
use crate::db::request_pages::{self, DeskFilter, DeskSums, Order, Thumbs};
use crate::db::requests::{self, Listing};
use crate::db::services;
use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::domain::request::Stage;
use crate::domain::room::{self, ServiceFolders};
use crate::error::{AppError, Outcome};
use crate::features::requests::viewer::{cards, parcel, reply};
use crate::features::requests::views::desk::{self as view, Desk, Query as List, Sort, Sums, Tray};
use crate::features::requests::views::desk_row::{self, Row};
use crate::features::requests::views::row_id;
use crate::ui::{Fragment, Frame, format};
use crate::web::sse::{Live, live};
use crate::web::{BackOffice, Fields, Visit, visit};

const PER_PAGE: i64 = 20;

/// The list as it stands in the address; what makes no sense counts as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    stage: String,
    kind: String,
    q: String,
    sort: String,
    page: String,
    /// Ids of the rows that were there when the page was opened.
    shown: String,
    /// "parcel" when the way leads back to the request's own page.
    pub from: String,
}

impl Asked {
    pub fn list(&self) -> List {
        List {
            tray: self.stage.parse().unwrap_or_default(),
            kind: self.kind.parse().ok(),
            find: self.q.trim().chars().take(200).collect(),
            sort: self.sort.parse().unwrap_or_default(),
            page: self.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000_000),
        }
    }

    /// A row that is decided stays until the page is left, so that one sees what became of it.
    fn shown(&self) -> Vec<i64> {
        view::shown(&self.shown, PER_PAGE)
    }
}

/// The list that a form came from: its hidden fields, or the address it was sent to.
pub fn came_from(asked: &Asked, fields: &Fields) -> List {
    let carried = ["stage", "kind", "q", "sort", "page"].iter().any(|name| fields.ticked(name));
    if !carried {
        return asked.list();
    }
    let text = |name: &str| fields.text(name).to_owned();
    let carried = Asked {
        stage: text("stage"),
        kind: text("kind"),
        q: text("q"),
        sort: text("sort"),
        page: text("page"),
        shown: String::new(),
        from: text("from"),
    };
    carried.list()
}

#[handler]
pub async fn page(BackOffice(me): BackOffice, visit: Visit, Query(asked): Query<Asked>) -> poem::Result<Response> {
    let desk = desk(&visit.app, &visit.frame, &me, asked.list(), asked.shown()).await?;
    if visit.fragment && visit.target.as_deref() == Some(view::LIST) {
        return Ok(Fragment(view::live_part(&visit.frame, &desk)).into_response());
    }
    Ok(visit.show(view::page(&visit.frame, &desk)))
}

/// The list, whenever a request was made, decided or moved.
#[handler]
pub async fn stream(BackOffice(me): BackOffice, Data(app): Data<&App>, Query(asked): Query<Asked>) -> SSE {
    let (house, who, list) = (app.clone(), me.clone(), asked.list());
    let shown = Arc::new(Mutex::new(asked.shown()));
    let render = move || {
        let (app, me, list, shown) = (house.clone(), who.clone(), list.clone(), shown.clone());
        async move {
            let frame = visit::frame(&app, Some(me.clone())).await?;
            let also = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let desk = desk(&app, &frame, &me, list, also).await?;
            *shown.lock().unwrap_or_else(PoisonError::into_inner) = desk.ids();
            Ok(Live::More(view::live_part(&frame, &desk).into_string()))
        }
    };
    live(app.clone(), Some(me), |change| matches!(change, Change::Request(_)), render)
}

/// One row as it is now: the decline form below it is put away.
#[handler]
pub async fn one(
    BackOffice(me): BackOffice,
    visit: Visit,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let row = row(&visit.app, &visit.frame, &me, reply::id(&id)?).await?;
    Ok(Fragment(desk_row::item(&visit.frame, &asked.list(), &row)).into_response())
}

/// The list, with the rows that are `also` to be shown whatever became of them.
pub async fn desk(app: &App, frame: &Frame, me: &Actor, query: List, also: Vec<i64>) -> Outcome<Desk> {
    let filter = DeskFilter {
        stages: query.tray.stages(),
        also,
        kind: query.kind,
        find: query.find.clone(),
        order: match query.sort {
            Sort::Newest => Order::Newest,
            Sort::Oldest => Order::Oldest,
            Sort::Title => Order::Title,
            Sort::Biggest => Order::Biggest,
        },
    };
    let (who, wanted) = (me.clone(), query.page.max(1));
    let (listings, total, at, sums, beside) = app
        .db
        .read(move |conn| {
            let (listings, total, at) = request_pages::desk(conn, &filter, wanted, PER_PAGE)?;
            let beside = beside(conn, &who, &listings)?;
            let sums = request_pages::desk_sums(conn, &who, &beside.folders)?;
            Ok((listings, total, at, sums, beside))
        })
        .await?;
    let rows = listings.iter().map(|listing| as_row(frame, me, listing, &beside)).collect();
    let query = List { page: at, ..query };
    Ok(Desk { query, sums: as_sums(&sums), rows, per_page: PER_PAGE, total, decides: me.role.may_decide() })
}

/// One request as a row; nothing there is no row.
pub async fn row(app: &App, frame: &Frame, me: &Actor, id: RequestId) -> Outcome<Row> {
    let who = me.clone();
    let (listing, beside) = app
        .db
        .read(move |conn| {
            let listing = requests::detail(conn, &who, id)?.ok_or(AppError::NotFound)?;
            let beside = beside(conn, &who, std::slice::from_ref(&listing))?;
            Ok((listing, beside))
        })
        .await?;
    Ok(as_row(frame, me, &listing, &beside))
}

/// What rows show besides the requests themselves.
struct Beside {
    folders: Vec<ServiceFolders>,
    thumbs: Thumbs,
    there_already: HashSet<RequestId>,
}

fn beside(conn: &mut Conn, me: &Actor, listings: &[Listing]) -> Outcome<Beside> {
    let folders = services::folders(conn)?;
    Ok(Beside {
        folders,
        thumbs: request_pages::thumbs_of(conn, me, listings)?,
        there_already: request_pages::there_already(conn, me, listings)?,
    })
}

fn as_row(frame: &Frame, me: &Actor, listing: &Listing, beside: &Beside) -> Row {
    let request = &listing.request;
    let free = room::folder(&beside.folders, &request.bound()).and_then(|folder| folder.free);
    let waits = request.stage == Stage::Asked;
    #[expect(clippy::cast_precision_loss, reason = "bytes against bytes, to the gigabyte")]
    let too_big = request.estimated_bytes.zip(free).is_some_and(|(bytes, free)| waits && bytes as f64 > free);
    let card = cards::card(frame, me, listing, &beside.thumbs);
    let later = card.comes_out.filter(|_| waits);
    let hint = match later {
        _ if beside.there_already.contains(&request.id) => {
            Some(format!("On Plex already, in a library that {} does not see.", format::first_name(&listing.asker.1)))
        }
        later => later.map(|day| format!("Not out yet, comes on {}.", frame.clock.day(day))),
    };
    Row { card, may: cards::may(me, listing), too_big, hint }
}

fn as_sums(sums: &DeskSums) -> Sums {
    let count = |tray: &Tray| {
        let stages = tray.stages();
        sums.counts.iter().filter(|(stage, _)| stages.contains(stage)).map(|(_, count)| count).sum()
    };
    let trays = Tray::ALL.iter().filter(|tray| **tray != Tray::All).map(|tray| (*tray, count(tray))).collect();
    Sums { trays, needed: sums.needed, unsized_ones: sums.unsized_ones, free: sums.free }
}

/// What follows a decision: somebody who was quicker is no error, the row then shows what they did. htmx gets the row and
/// the figures around it, or the parcel; a plain form is led back to where it came from.
pub async fn after(
    visit: &Visit,
    req: &Request,
    me: &Actor,
    id: RequestId,
    back: Back,
    done: Outcome<String>,
) -> poem::Result<Response> {
    let said = match done {
        Ok(said) => said,
        Err(AppError::Conflict(words) | AppError::Refused { message: words, .. }) => {
            format!("Nothing was changed. {words}")
        }
        Err(other) => return Err(other.into()),
    };
    let list = match back {
        Back::Parcel => return parcel::after(visit, req, me, id, &said).await,
        Back::List(list) => list,
    };
    if visit.fragment && visit.target.as_deref() == Some(row_id(id).as_str()) {
        let frame = reply::frame_now(visit, me).await?;
        let row = row(&visit.app, &frame, me, id).await?;
        let part = with_sums(visit, &frame, me, &list, desk_row::item(&frame, &list, &row)).await?;
        return Ok(reply::part(&frame, part, &said));
    }
    Ok(reply::leave(visit, req, &list.path(), Some(&said)))
}

async fn with_sums(visit: &Visit, frame: &Frame, me: &Actor, list: &List, row: Markup) -> Outcome<Markup> {
    let who = me.clone();
    let sums = visit.app.db.read(move |conn| {
        let folders = services::folders(conn)?;
        request_pages::desk_sums(conn, &who, &folders)
    });
    let sums = as_sums(&sums.await?);
    let desk = Desk { query: list.clone(), sums, rows: Vec::new(), per_page: PER_PAGE, total: 0, decides: true };
    Ok(html! { (row) (view::sums_part(frame, &desk)) })
}

/// Where a decision was made.
pub enum Back {
    Parcel,
    List(List),
}

impl Back {
    pub fn of(asked: &Asked, fields: &Fields) -> Self {
        match fields.text("from") {
            "parcel" => Self::Parcel,
            _ => Self::List(came_from(asked, fields)),
        }
    }

    /// By the address alone, for a page that leads to a form.
    pub fn by(asked: &Asked) -> Self {
        if asked.from == "parcel" { Self::Parcel } else { Self::List(asked.list()) }
    }
}
