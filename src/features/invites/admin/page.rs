//! The form of an invite with everything around it: read from what was typed, and shown.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use poem::Request;

use crate::app::App;
use crate::db::{Conn, groups, invite_mails, invite_uses, invites, libraries, member_invites, people, servers};
use crate::domain::group::Group;
use crate::domain::ids::{InviteId, LibraryId};
use crate::domain::invite::form::{By, TypedInvite};
use crate::domain::invite::mail::InviteMail;
use crate::domain::invite::{Gives, Invite};
use crate::domain::people::Role;
use crate::domain::settings::Settings;
use crate::domain::stay::{Stay, day_of};
use crate::error::{FieldErrors, Outcome};
use crate::features::invites::actions::{self, unsendable};
use crate::features::invites::views::form::{self as view, Form, Server};
use crate::features::invites::views::mails::Mails;
use crate::features::invites::views::uses::{PER_PAGE, Uses};
use crate::features::invites::views::words::Told;
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::{Fields, Visit, public_address};

/// So many mails of an invite are shown.
const MAILS: i64 = 20;

/// What of the form is not read anew.
pub struct Shown {
    pub id: Option<InviteId>,
    pub typed: TypedInvite,
    pub errors: Errors,
    pub may_write: bool,
    /// The page of those who came by it.
    pub page: i64,
    /// The address that it was to be sent to, and what is wrong with it.
    pub mail: (String, Errors),
}

impl Shown {
    pub fn new(id: Option<InviteId>, typed: TypedInvite) -> Self {
        Self {
            id,
            typed,
            errors: Errors::default(),
            may_write: true,
            page: 1,
            mail: (String::new(), Errors::default()),
        }
    }
}

/// The fields as they stand in the form: the first one that is wrong has the focus.
const ORDER: [&str; 12] =
    ["code", "by", "groups", "libraries", "uses", "expires", "expires_at", "stay", "last_day", "note", "home", "label"];

pub fn errors(fields: FieldErrors) -> Errors {
    Errors::in_order(fields, &ORDER)
}

pub fn typed(fields: &Fields) -> TypedInvite {
    let text = |name: &str| fields.text(name).to_owned();
    let all = |name: &str| fields.all(name).into_iter().map(str::to_owned).collect();
    TypedInvite {
        code: text("code"),
        label: text("label"),
        note: text("note"),
        by: text("by"),
        groups: all("groups"),
        libraries: all("libraries"),
        sync: fields.ticked("sync"),
        camera_upload: fields.ticked("camera_upload"),
        tuners: fields.ticked("tuners"),
        home: fields.ticked("home").then_some(true),
        stay: text("stay"),
        last_day: text("last_day"),
        uses: text("uses"),
        expires: text("expires"),
        expires_at: text("expires_at"),
    }
}

/// How a new invite begins.
pub fn begin() -> TypedInvite {
    TypedInvite {
        by: By::Groups.to_string(),
        stay: Stay::Open.to_string(),
        uses: "1".to_owned(),
        expires: "7d".to_owned(),
        ..TypedInvite::default()
    }
}

/// Like another one, with a link of its own; an end that is past begins anew, and who may not give places in the Plex
/// Home gives none.
pub fn copy(like: &Invite, role: Role, zone: Tz, now: DateTime<Utc>) -> TypedInvite {
    let over = like.expires_at.is_some_and(|end| end <= now);
    let home = Some(like.home && role.is_admin());
    let typed = TypedInvite { code: String::new(), home, ..TypedInvite::of(like, zone) };
    if over { TypedInvite { expires: "7d".to_owned(), expires_at: String::new(), ..typed } } else { typed }
}

/// What stands before the end of every link.
pub async fn base(req: &Request, app: &App) -> Outcome<String> {
    Ok(format!("{}/invite/", public_address(req, app).await?))
}

pub async fn form(req: &Request, app: &App, visit: &Visit, shown: Shown) -> Outcome<Page> {
    let (id, page, base) = (shown.id, shown.page, base(req, app).await?);
    let here = base.clone();
    let (within, settings) = (app.clone(), app.settings().await?);
    let (told, uses, mails, groups, servers) = app
        .db
        .read(move |conn| {
            let invite = id.map(|id| invites::get(conn, id)).transpose()?.flatten();
            let gives_home = invite.as_ref().is_some_and(|invite| invite.home);
            let uses = id.map(|id| who_came(conn, id, page, gives_home)).transpose()?;
            let mails = invite.as_ref().map(|invite| mails(conn, &within, invite)).transpose()?;
            Ok((
                told(conn, &settings, invite.into_iter().collect(), &here, within.now())?.pop(),
                uses,
                mails,
                groups::choices(conn)?,
                offered(conn)?,
            ))
        })
        .await?;
    let Shown { typed, errors, may_write, mail: (address, wrong), .. } = shown;
    let mails = mails.map(|(sent, unsendable)| Mails { sent, unsendable, address, errors: wrong });
    let may_give_home = visit.frame.viewer.as_ref().is_some_and(|viewer| viewer.role.is_admin());
    let mark = told.as_ref().map(|told| actions::mark(&told.invite));
    let form = Form { mark, told, uses, mails, typed, groups, servers, base, errors, may_write, may_give_home };
    Ok(view::invite(&visit.frame, &form))
}

/// The newest, and why there can be none at the moment.
fn mails(conn: &mut Conn, app: &App, invite: &Invite) -> Outcome<(Vec<InviteMail>, Option<&'static str>)> {
    Ok((invite_mails::of_invite(conn, invite.id, 0, MAILS)?, unsendable(conn, app, invite, app.now())?))
}

fn who_came(conn: &mut Conn, id: InviteId, page: i64, gives_home: bool) -> Outcome<Uses> {
    let total = invite_uses::count(conn, id)?;
    let page = page.clamp(1, ((total + PER_PAGE - 1) / PER_PAGE).max(1));
    let rows = invite_uses::of_invite(conn, id, (page - 1) * PER_PAGE, PER_PAGE)?;
    Ok(Uses { rows, total, page, gives_home })
}

/// The libraries of every server, but for the default one, which everybody has.
fn offered(conn: &mut Conn) -> Outcome<Vec<Server>> {
    let mut all = Vec::new();
    for server in servers::all(conn)? {
        let there = libraries::of_server(conn, server.id)?.into_iter();
        let there = there.filter(|library| Some(&library.title) != server.default_library.as_ref());
        all.push(Server { libraries: there.map(|one| (one.id.to_string(), one.title)).collect(), name: server.name });
    }
    Ok(all)
}

/// Invites with the names of what they give.
pub fn told(
    conn: &mut Conn,
    settings: &Settings,
    all: Vec<Invite>,
    base: &str,
    now: DateTime<Utc>,
) -> Outcome<Vec<Told>> {
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let (groups, titles) = (groups::all(conn)?, libraries::titles(conn)?);
    let makers: Vec<_> = all.iter().filter_map(|invite| invite.made_by).collect();
    let makers = people::named(conn, &makers)?;
    let forsaken = member_invites::forsaken(conn, settings, &all, now)?;
    let today = day_of(now, settings.time_zone);
    let tell = |invite: Invite| {
        let mine: Vec<&Group> = match &invite.gives {
            Gives::Groups(ids) => groups.iter().filter(|group| ids.contains(&group.id)).collect(),
            Gives::Libraries(_) => Vec::new(),
        };
        let mut ids: Vec<LibraryId> = match &invite.gives {
            Gives::Groups(_) => mine.iter().flat_map(|group| group.libraries.iter().copied()).collect(),
            Gives::Libraries(ids) => ids.clone(),
        };
        ids.sort_unstable();
        ids.dedup();
        let mut sees: Vec<String> =
            ids.iter().filter_map(|id| titles.get(id)).map(|one| one.trim().to_owned()).collect();
        sees.sort();
        Told {
            stay: invite.stays(&groups, today),
            groups: mine.iter().map(|group| group.name.clone()).collect(),
            sees,
            by: makers.iter().find(|one| Some(one.id) == invite.made_by).map(|one| one.name.clone()),
            link: format!("{base}{}", invite.code),
            is_forsaken: forsaken.contains(&invite.id),
            invite,
        }
    };
    Ok(all.into_iter().map(tell).collect())
}
