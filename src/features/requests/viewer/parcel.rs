//! One request on its own page, live until it is over, and following it.

use std::collections::BTreeMap;

use maud::Markup;
use poem::http::header;
use poem::web::Path;
use poem::{IntoResponse, Request, Response, handler};

use super::{cards, form, reply};
use crate::app::house::House;
use crate::app::{App, Change};
use crate::db::request_pages::{self, Around};
use crate::db::requests::{self, Event, Listing};
use crate::db::titles;
use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::domain::request::{Request as Asked, Stage};
use crate::domain::service::ServiceKind;
use crate::domain::title;
use crate::error::{AppError, Outcome};
use crate::features::requests::actions;
use crate::features::requests::views::parcel::{self as view, Parcel};
use crate::features::requests::views::way::Passed;
use crate::ui::episodes::Seat;
use crate::ui::{Fragment, Frame};
use crate::web::sse::{Live, live};
use crate::web::{Fields, Requester, Viewer, Visit, visit};

#[handler]
pub async fn page(Viewer(me): Viewer, visit: Visit, Path(id): Path<String>) -> poem::Result<Response> {
    let parcel = parcel(&visit.app, &visit.frame, &me, reply::id(&id)?).await?;
    Ok(visit.show(view::page(&visit.frame, &parcel)))
}

/// The live part, for polling.
#[handler]
pub async fn poll(Viewer(me): Viewer, visit: Visit, Path(id): Path<String>) -> poem::Result<Response> {
    let content = content(&visit.app, &visit.frame, &me, reply::id(&id)?).await?;
    Ok(Fragment(content).into_response())
}

/// The live part, whenever it changes.
#[handler]
pub async fn events(Viewer(me): Viewer, visit: Visit, Path(id): Path<String>) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    let app = visit.app.clone();
    // Not there, or not theirs: said before the stream begins.
    parcel(&app, &visit.frame, &me, id).await?;
    let concerns = move |change| change == Change::Request(id) || change == Change::Health;
    let stream = live(app.clone(), Some(me.clone()), concerns, move || render(app.clone(), me.clone(), id));
    Ok(stream.with_header(header::CACHE_CONTROL, "no-store").into_response())
}

async fn render(app: App, me: Actor, id: RequestId) -> Outcome<Live> {
    let frame = visit::frame(&app, Some(me.clone())).await?;
    let parcel = parcel(&app, &frame, &me, id).await?;
    let html = view::content(&frame, &parcel).into_string();
    let last = view::is_final(parcel.card.request.stage);
    Ok(if last { Live::Last(html) } else { Live::More(html) })
}

#[handler]
pub async fn follow(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    actions::follow(&visit.app, &me, id).await?;
    after(&visit, req, &me, id, "You hear when it is there.").await
}

/// From the page of a title: who asked for it need not be known.
#[handler]
pub async fn follow_title(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path((kind, address)): Path<(String, String)>,
    fields: Fields,
) -> poem::Result<Response> {
    let (kind, public) = form::place(&kind, &address)?;
    let ids = title::ids_of(kind, public);
    let title = visit.app.db.read(move |conn| titles::find(conn, kind, &ids)).await?;
    let followed = match title {
        Some(title) => actions::follow_title(&visit.app, &me, title.id, fields.ticked("is_4k")).await?,
        None => None,
    };
    let (path, said) = match followed {
        Some(id) => (format!("/requests/{id}"), "You hear when it is there."),
        None => (format!("/titles/{kind}/{public}"), "Nobody waits for it any more."),
    };
    Ok(reply::leave(&visit, req, &path, Some(said)))
}

#[handler]
pub async fn unfollow(
    Requester(me): Requester,
    visit: Visit,
    req: &Request,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id = reply::id(&id)?;
    actions::unfollow(&visit.app, &me, id).await?;
    after(&visit, req, &me, id, "You don't follow it any more.").await
}

/// The parcel as it is now to htmx; else on to its page, or to the list when it is not theirs to see any more.
pub async fn after(visit: &Visit, req: &Request, me: &Actor, id: RequestId, said: &str) -> poem::Result<Response> {
    let frame = reply::frame_now(visit, me).await?;
    let parcel = match parcel(&visit.app, &frame, me, id).await {
        Err(AppError::NotFound) => return Ok(reply::leave(visit, req, "/requests", Some(said))),
        parcel => parcel?,
    };
    if visit.fragment && visit.target.as_deref() == Some(view::LIVE) {
        return Ok(reply::part(&frame, view::content(&frame, &parcel), said));
    }
    Ok(reply::leave(visit, req, &format!("/requests/{id}"), Some(said)))
}

async fn content(app: &App, frame: &Frame, me: &Actor, id: RequestId) -> Outcome<Markup> {
    Ok(view::content(frame, &parcel(app, frame, me, id).await?))
}

/// The view-model; nothing there and not yours are the same answer.
pub async fn parcel(app: &App, frame: &Frame, me: &Actor, id: RequestId) -> Outcome<Parcel> {
    let (who, now) = (me.clone(), app.now());
    let (listing, around) = app
        .db
        .read(move |conn| {
            let listing = requests::detail(conn, &who, id)?.ok_or(AppError::NotFound)?;
            let around = request_pages::around(conn, &who, &listing.request, now)?;
            Ok((listing, around))
        })
        .await?;
    if listing.request.stage.is_under_way() {
        app.look_closely();
    }
    let downloads = matches!(listing.request.stage, Stage::Grabbed | Stage::Downloading);
    let down = match around.down.clone() {
        None if downloads => silent_downloader(app.house().await?.as_ref()),
        down => down,
    };
    Ok(put_together(frame, me, &listing, Around { down, ..around }))
}

/// The one that says how fast it comes.
fn silent_downloader(house: &House) -> Option<String> {
    let downloaders = house.services.iter().filter(|service| service.kind == ServiceKind::Qbittorrent);
    downloaders.map(|service| &service.name).find(|name| house.facts.down.contains(name)).cloned()
}

fn put_together(frame: &Frame, me: &Actor, listing: &Listing, around: Around) -> Parcel {
    let seats = seats(&listing.request, &around);
    Parcel {
        card: cards::card(frame, me, listing, &around.thumbs),
        decider: listing.decider.as_ref().map(|decider| cards::who(me, decider)),
        followers: listing.followers.iter().map(|follower| cards::who(me, follower)).collect(),
        passed: around.events.into_iter().map(|event| passed(me, event)).collect(),
        seats,
        arrival: around.arrival,
        play: around.play,
        picture: around.picture,
        down: around.down,
        may: cards::may(me, listing),
        sees_back_office: me.role.sees_back_office(),
    }
}

fn passed(me: &Actor, event: Event) -> Passed {
    let by = event.actor.as_ref().map(|actor| cards::who(me, actor));
    let told = event.stage.tells_its_note_to(me.role);
    Passed { stage: event.stage, at: event.at, note: event.note.filter(|_| told), by }
}

/// The episodes it waits for, by season, and where each is.
fn seats(request: &Asked, around: &Around) -> Vec<(i32, Vec<(i32, Seat)>)> {
    let coming = request.stage.is_under_way() && request.stage != Stage::Stuck;
    let mut seasons: BTreeMap<i32, Vec<(i32, Seat)>> = BTreeMap::new();
    for episode in &around.wanted {
        let there = around.there.get(&episode.season).is_some_and(|numbers| numbers.contains(&episode.number));
        let seat = match (there, coming) {
            (true, _) => Seat::OnPlex,
            (false, true) => Seat::OnItsWay,
            (false, false) => Seat::Missing,
        };
        seasons.entry(episode.season).or_default().push((episode.number, seat));
    }
    for seats in seasons.values_mut() {
        seats.sort_by_key(|(number, _)| *number);
    }
    seasons.into_iter().collect()
}
