//! A member's own links, in the portal: what is left, another one, taking one back.

use poem::http::StatusCode;
use poem::web::{Data, Path, Query};
use poem::{Request, Response, handler};
use serde::Deserialize;

use super::actions;
use super::admin::page::{base, told};
use super::views::guests::{self as view, Link, Mine};
use crate::app::App;
use crate::db::{Conn, groups, libraries, member_invites};
use crate::domain::ids::{GroupId, InviteId};
use crate::domain::invite::guests::{TypedGuests, USUAL_DAYS};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::{Fields, Viewer, Visit};

const PER_PAGE: i64 = 20;

/// So many of those who came by the links of a page are read.
const MOST_GUESTS: i64 = 500;

/// As it stands in the address; what makes no sense counts as left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    page: String,
}

/// Those with a back office have its invites.
#[handler]
pub async fn index(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    if me.role.sees_back_office() {
        return Ok(visit.go(req, "/admin/invites", None));
    }
    let typed = TypedGuests { note: String::new(), uses: "1".to_owned(), days: USUAL_DAYS.to_string() };
    let wanted = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000_000);
    Ok(visit.show(page(req, app, &visit, &me, wanted, (typed, Errors::default())).await?))
}

async fn page(
    req: &Request,
    app: &App,
    visit: &Visit,
    me: &Actor,
    wanted: i64,
    (typed, errors): (TypedGuests, Errors),
) -> Outcome<Page> {
    let (base, settings, now) = (base(req, app).await?, app.settings().await?, app.now());
    let me = me.clone();
    let mine = app.db.read(move |conn| {
        let inviting = member_invites::inviting(conn, &me, &settings, now)?;
        let total = member_invites::count(conn, me.id)?;
        if !inviting.may() && total == 0 {
            return Err(AppError::NotFound);
        }
        let page = wanted.min((total + PER_PAGE - 1) / PER_PAGE).max(1);
        let all = member_invites::of_member(conn, me.id, (page - 1) * PER_PAGE, PER_PAGE)?;
        let mut came = member_invites::who_came(conn, &all, MOST_GUESTS)?;
        let link = |told: super::views::words::Told| {
            let came = came.remove(&told.invite.id).unwrap_or_default();
            Link { told, came }
        };
        let links = told(conn, &settings, all, &base, now)?.into_iter().map(link).collect();
        let (sees, may) = (seen_in(conn, &inviting.groups)?, inviting.may());
        let allowance = inviting.allowance;
        Ok(Mine { allowance, may, sees, links, total, page, per_page: PER_PAGE, typed, errors })
    });
    Ok(view::page(&visit.frame, &mine.await?))
}

/// Titles of what these groups carry.
fn seen_in(conn: &mut Conn, of: &[GroupId]) -> Outcome<Vec<String>> {
    let titles = libraries::titles(conn)?;
    let carried = groups::all(conn)?.into_iter().filter(|group| of.contains(&group.id));
    let carried = carried.flat_map(|group| group.libraries);
    let mut seen: Vec<String> = carried.filter_map(|id| Some(titles.get(&id)?.trim().to_owned())).collect();
    seen.sort();
    seen.dedup();
    Ok(seen)
}

/// The fields as they stand in the form: the first one that is wrong has the focus.
const ORDER: [&str; 3] = ["uses", "days", "note"];

#[handler]
pub async fn make(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    fields: Fields,
) -> poem::Result<Response> {
    let text = |name: &str| fields.text(name).to_owned();
    let typed = TypedGuests { note: text("note"), uses: text("uses"), days: text("days") };
    match actions::guests::make(app, &me, typed.clone()).await {
        Ok(_) => Ok(visit.go(req, "/invites", Some("The link is there. Copy it, or let it be scanned."))),
        Err(AppError::Refused { fields, .. }) => {
            let errors = Errors::in_order(fields, &ORDER);
            let page = page(req, app, &visit, &me, 1, (typed, errors)).await?;
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error.into()),
    }
}

fn id(text: &str) -> Outcome<InviteId> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[handler]
pub async fn ask_end(
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    let id = id(&name)?;
    let invite = app.db.read(move |conn| member_invites::get(conn, id, me.id)).await?.ok_or(AppError::NotFound)?;
    Ok(visit.show(view::end(&visit.frame, &invite)))
}

#[handler]
pub async fn end(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Viewer(me): Viewer,
    Path(name): Path<String>,
) -> poem::Result<Response> {
    actions::guests::take_back(app, &me, id(&name)?).await?;
    Ok(visit.go(req, "/invites", Some("The link lets nobody in any more.")))
}
