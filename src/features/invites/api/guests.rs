//! A member's own links, for programs.

use poem::Request;
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use crate::app::App;
use crate::db::member_invites::{self, Inviting};
use crate::domain::ids::InviteId;
use crate::domain::invite::guests::TypedGuests;
use crate::domain::invite::uses::InviteUse;
use crate::domain::invite::{Invite, Standing};
use crate::error::Outcome;
use crate::features::invites::actions;
use crate::features::invites::admin::page::base;
use crate::web::Viewer;
use crate::web::api::{Paging, Tag, time};

pub struct MyInvitesApi;

/// So many of those who came by the links of a page are told.
const MOST_GUESTS: i64 = 500;

/// How many guests the caller may invite.
#[derive(Debug, Object)]
struct GuestAllowance {
    /// In so many days; 0 for those who may not invite.
    limit: i64,
    left: i64,
    /// A setting of the house.
    days: i64,
    /// When the first guest who came counts no more: RFC 3339 in UTC. None where nobody counts.
    resets_at: Option<String>,
}

/// Somebody who came by a link of the caller's, or tried to.
#[derive(Debug, Object)]
struct MyGuest {
    /// What their Plex account was called.
    name: String,
    /// checking, sharing, accepting, in or refused.
    state: String,
    /// RFC 3339 in UTC.
    changed_at: String,
}

/// A link of the caller's that lets guests in.
#[derive(Debug, Object)]
struct MyInvite {
    id: i64,
    /// The whole address.
    link: String,
    /// open, paused, expired or used_up.
    state: String,
    /// It lets somebody in: it is open, and the caller may invite still.
    works: bool,
    note: String,
    /// How many it lets in; none where whoever looks after invites has taken the limit away.
    uses: Option<i64>,
    used: i64,
    /// RFC 3339 in UTC.
    expires_at: Option<String>,
    /// RFC 3339 in UTC.
    made_at: String,
    /// Newest first.
    guests: Vec<MyGuest>,
}

/// A page of the caller's links, and what is left of their guests.
#[derive(Debug, Object)]
struct MyInvites {
    allowance: GuestAllowance,
    items: Vec<MyInvite>,
    /// From 1.
    page: i64,
    per_page: i64,
    /// Rows in all pages.
    total: i64,
}

/// A link for guests.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct MyInviteDraft {
    /// Words for the guest.
    #[oai(default)]
    note: String,
    /// How many it lets in, at most as many as are left.
    uses: i64,
    /// In how many days it ends: 1 to 30. Left out, 7.
    days: Option<i64>,
}

#[derive(ApiResponse)]
enum Made {
    /// The new link.
    #[oai(status = 201)]
    New(Json<MyInvite>),
}

impl MyInvite {
    fn of(invite: Invite, works: bool, came: Vec<InviteUse>, base: &str, state: Standing) -> Self {
        let guest =
            |one: InviteUse| MyGuest { name: one.name, state: one.state.to_string(), changed_at: time(one.changed_at) };
        Self {
            id: invite.id.0,
            link: format!("{base}{}", invite.code),
            state: state.to_string(),
            works: works && state == Standing::Open,
            note: invite.note,
            uses: invite.uses.map(i64::from),
            used: invite.used.into(),
            expires_at: invite.expires_at.map(time),
            made_at: time(invite.made_at),
            guests: came.into_iter().map(guest).collect(),
        }
    }
}

impl GuestAllowance {
    fn of(inviting: &Inviting) -> Self {
        let (allowance, may) = (inviting.allowance, inviting.may());
        Self {
            limit: if may { allowance.limit.into() } else { 0 },
            left: if may { allowance.left().into() } else { 0 },
            days: allowance.days.into(),
            resets_at: allowance.resets_at.map(time),
        }
    }
}

#[OpenApi(prefix_path = "/people/me", tag = "Tag::Invites")]
impl MyInvitesApi {
    /// One's own links for guests, newest first
    ///
    /// For everybody signed in: empty, with nothing left, for those who may not invite.
    #[oai(path = "/invites", method = "get")]
    async fn mine(
        &self,
        req: &Request,
        app: Data<&App>,
        me: Viewer,
        page: Query<Option<i64>>,
        per_page: Query<Option<i64>>,
    ) -> poem::Result<Json<MyInvites>> {
        let paging = Paging::parse(page.0, per_page.0)?;
        let (base, settings, now) = (base(req, &app).await?, app.settings().await?, app.now());
        let mine = app.db.read(move |conn| {
            let inviting = member_invites::inviting(conn, &me.0, &settings, now)?;
            let total = member_invites::count(conn, me.0.id)?;
            let all = member_invites::of_member(conn, me.0.id, paging.offset(), paging.per_page)?;
            let forsaken = member_invites::forsaken(conn, &settings, &all, now)?;
            let mut came = member_invites::who_came(conn, &all, MOST_GUESTS)?;
            let shape = |invite: Invite| {
                let (state, works) = (invite.standing(now), !forsaken.contains(&invite.id));
                MyInvite::of(invite.clone(), works, came.remove(&invite.id).unwrap_or_default(), &base, state)
            };
            let items = all.into_iter().map(shape).collect();
            let allowance = GuestAllowance::of(&inviting);
            Ok(MyInvites { allowance, items, page: paging.page, per_page: paging.per_page, total })
        });
        Ok(Json(mine.await?))
    }

    /// Make a link for guests
    ///
    /// For those whose groups let them invite, while some of their guests are left; 404 for everybody else. Whoever comes by
    /// it is put into the groups that are for guests.
    #[oai(path = "/invites", method = "post")]
    async fn make(&self, req: &Request, app: Data<&App>, me: Viewer, body: Json<MyInviteDraft>) -> poem::Result<Made> {
        let MyInviteDraft { note, uses, days } = body.0;
        let days = days.map(|days| days.to_string()).unwrap_or_default();
        let made = actions::guests::make(&app, &me.0, TypedGuests { note, uses: uses.to_string(), days }).await?;
        Ok(Made::New(Json(alone(req, &app, made).await?)))
    }

    /// Take a link for guests back
    ///
    /// It ends at once, and the places that nobody has used are the caller's again. Whoever came in by it stays in.
    #[oai(path = "/invites/:id/end", method = "post")]
    async fn end(&self, req: &Request, app: Data<&App>, me: Viewer, id: Path<i64>) -> poem::Result<Json<MyInvite>> {
        let ended = actions::guests::take_back(&app, &me.0, InviteId(id.0)).await?;
        Ok(Json(alone(req, &app, ended).await?))
    }
}

/// One link as it is now.
async fn alone(req: &Request, app: &App, invite: Invite) -> Outcome<MyInvite> {
    let (base, settings, now) = (base(req, app).await?, app.settings().await?, app.now());
    let one = app.db.read(move |conn| {
        let works = !member_invites::is_forsaken(conn, &settings, &invite, now)?;
        let came = member_invites::who_came(conn, std::slice::from_ref(&invite), MOST_GUESTS)?.remove(&invite.id);
        let state = invite.standing(now);
        Ok(MyInvite::of(invite, works, came.unwrap_or_default(), &base, state))
    });
    one.await
}
