//! The page of one person, their role, and the notes about them.

use chrono::{DateTime, Utc};
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::named;
use crate::app::App;
use crate::db::access::one::{self, One};
use crate::db::grants::Granted;
use crate::db::people::{merge, notes};
use crate::db::{
    self, Conn, libraries, member_invites, memberships, outbox, people, removals, requests, rights, servers, shares,
};
use crate::domain::access::person::{About, rows};
use crate::domain::access::plan::{Change, Obstacle, plan};
use crate::domain::access::words;
use crate::domain::activity::ActivityFilter;
use crate::domain::catalog::MediaKind;
use crate::domain::effect::ACCESS_LANE;
use crate::domain::group::Rights;
use crate::domain::ids::{LibraryId, PersonId};
use crate::domain::invite::guests;
use crate::domain::membership::Membership;
use crate::domain::people::{Actor, Person, rules};
use crate::domain::quota::QuotaState;
use crate::domain::removal::{State, may_take_back};
use crate::domain::settings::Settings;
use crate::error::{AppError, Outcome};
use crate::features::people::views::person::{self as view, Allowance, Differs, InGroup, Library, Own, Removed, Seen};
use crate::features::people::{actions, views};
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::form::refusal;
use crate::web::{BackOffice, Fields, Moderator, Visit};

const LATELY: i64 = 12;

#[handler]
pub async fn show(
    Data(app): Data<&App>,
    visit: Visit,
    BackOffice(me): BackOffice,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    Ok(visit.show(page(app, &visit, &me, id, Errors::default()).await?))
}

pub async fn page(app: &App, visit: &Visit, me: &Actor, id: PersonId, errors: Errors) -> Outcome<Page> {
    Ok(view::person(&visit.frame, &Seen { errors, ..seen_by(app, me, id).await? }))
}

/// All of the page but for what was typed.
pub async fn seen_by(app: &App, me: &Actor, id: PersonId) -> Outcome<Seen> {
    let (settings, now, who) = (app.settings().await?, app.now(), me.clone());
    app.db.read(move |conn| seen(conn, &who, id, &settings, now)).await
}

fn seen(conn: &mut Conn, me: &Actor, id: PersonId, settings: &Settings, now: DateTime<Utc>) -> Outcome<Seen> {
    let person = people::get(conn, id)?.ok_or(AppError::NotFound)?;
    let one = one::of_person(conn, &person, settings.time_zone, now)?;
    let filter = ActivityFilter { person: Some(id), ..Default::default() };
    let (lately, _) = db::activity::page(conn, &filter, 0, LATELY)?;
    let noted = notes::of_person(conn, id)?;
    let rights = rights::of(conn, settings, &person, now)?.rights;
    let membership = memberships::of_person(conn, id)?.unwrap_or_else(|| Membership::open(id));
    Ok(Seen {
        servers: servers_seen(conn, &person, &one)?,
        groups: groups(&one),
        extension: settings.membership_extension,
        last_day: membership.last_day(settings.time_zone).map(|day| day.to_string()).unwrap_or_default(),
        membership,
        flags: one.member.flags.unwrap_or_default(),
        allowance: allowance(conn, settings, &person, &rights, now)?,
        guests: guests(conn, settings, id, &rights, now)?,
        invited_by: member_invites::inviter(conn, id)?,
        differs: differs(conn, &person, &one)?,
        removed: removed(conn, me, &person, now)?,
        merged: merge::of_person(conn, id)?.into_iter().map(|one| one.name).collect(),
        notes: noted.notes,
        keep: noted.keep,
        may: rules::may_touch(me, &person),
        roles: if rules::may_change_role(me, &person) { rules::roles_to_give(me) } else { &[] },
        errors: Errors::default(),
        names: db::activity::names(conn, &lately)?,
        lately,
        devices: rules::may_see_sessions(me, &person),
        person,
    })
}

fn removed(conn: &mut Conn, me: &Actor, person: &Person, now: DateTime<Utc>) -> Outcome<Option<Removed>> {
    let in_force = removals::in_force(conn, person.id)?;
    let Some(last) = in_force.first().cloned() else { return Ok(None) };
    let held_up = match last.state {
        State::Waiting => outbox::holdup(conn, ACCESS_LANE)?.map(|(words, _)| words),
        _ => None,
    };
    let no_way_back = super::removal::no_way_back(conn, person, &in_force, now)?;
    Ok(Some(Removed { no_way_back, held_up, may: may_take_back(me, person, &in_force), last }))
}

fn servers_seen(conn: &mut Conn, person: &Person, one: &One) -> Outcome<Vec<view::Server>> {
    let shares = shares::of_person(conn, person.id)?;
    let about = About {
        person,
        member: &one.member,
        found: &one.found,
        under_way: &one.under_way,
        since: &one.since,
        out: one.out,
    };
    let titles = libraries::titles(conn)?;
    let house = &one.standing.house;
    let server = |known: crate::domain::service::Server| {
        let share = shares.iter().find(|share| share.server == known.id).map(flags);
        let rows = house.servers.iter().find(|server| server.id == known.id).map(|server| rows(house, server, about));
        let library = |row: crate::domain::access::person::Row| Library {
            title: titles.get(&row.library).map(|title| title.trim().to_owned()).unwrap_or_default(),
            grants: one.grants.iter().filter(|grant| grant.library == row.library).map(own).collect(),
            row,
        };
        let libraries = rows.unwrap_or_default().into_iter().map(library).collect();
        view::Server { id: known.id, name: known.name, libraries, share }
    };
    Ok(servers::all(conn)?.into_iter().map(server).collect())
}

fn own(grant: &Granted) -> Own {
    Own {
        id: grant.id,
        library: grant.library,
        when: grant.when.clone(),
        note: grant.note.clone(),
        by: grant.by.clone(),
    }
}

fn flags(share: &shares::Share) -> view::Share {
    view::Share {
        accepted: share.accepted,
        invited_at: share.invited_at,
        accepted_at: share.accepted_at,
        settings: share.settings.clone(),
    }
}

fn groups(one: &One) -> Vec<InGroup> {
    let theirs = one.standing.house.groups.iter().filter(|group| one.member.groups.contains(&group.id));
    theirs.map(|group| InGroup { name: group.name.clone(), by_rule: !one.since.contains_key(&group.id) }).collect()
}

fn allowance(
    conn: &mut Conn,
    settings: &Settings,
    person: &Person,
    rights: &Rights,
    now: DateTime<Utc>,
) -> Outcome<Option<Allowance>> {
    if !person.role.may_request() {
        return Ok(None);
    }
    let mut state = |kind: MediaKind| -> Outcome<Option<QuotaState>> {
        if !rights.requests(kind) {
            return Ok(None);
        }
        let quota = rights.quota(kind, settings.quota_days);
        Ok(Some(quota.state(&requests::spent(conn, person.id, kind, quota.begins(now))?, now)))
    };
    Ok(Some(Allowance { films: state(MediaKind::Movie)?, seasons: state(MediaKind::Series)? }))
}

fn guests(
    conn: &mut Conn,
    settings: &Settings,
    id: PersonId,
    rights: &Rights,
    now: DateTime<Utc>,
) -> Outcome<Option<guests::Allowance>> {
    let allowance = member_invites::allowance(conn, id, rights.guests, settings.quota_days, now)?;
    Ok(Some(allowance).filter(|allowance| allowance.limit > 0))
}

/// What the access plan would change about this one person.
fn differs(conn: &mut Conn, person: &Person, one: &One) -> Outcome<Vec<Differs>> {
    if !person.is_shared_with() {
        return Ok(Vec::new());
    }
    let plan = plan(&one.standing.house, &one.standing.members, &one.standing.earlier);
    let titles = libraries::titles(conn)?;
    let servers = servers::all(conn)?;
    let server = |id| servers.iter().find(|known| known.id == id).map(|known| known.name.clone()).unwrap_or_default();
    let names = |ids: &mut dyn Iterator<Item = LibraryId>| -> Vec<String> {
        ids.filter_map(|id| titles.get(&id)).map(|title| title.trim().to_owned()).collect()
    };
    let change = |change: &Change, spared: bool| {
        let turns =
            words::turns(change).into_iter().map(|(name, on)| format!("{name} {}", if on { "on" } else { "off" }));
        let mut words: Vec<String> = turns.collect();
        if spared {
            words.push("Left out of the plan until it changes.".to_owned());
        }
        let (gain, lose) = (names(&mut change.gain()), names(&mut change.lose()));
        Differs { server: server(change.server), gain, lose, words }
    };
    let mut differs: Vec<Differs> = plan.changes.iter().map(|one| change(one, false)).collect();
    differs.extend(plan.spared.iter().map(|one| change(one, true)));
    for drift in &plan.drift {
        let words = vec!["Somebody has changed it on Plex itself.".to_owned()];
        differs.push(Differs { server: server(drift.server), words, ..Differs::default() });
    }
    // What Plex keeps is no difference that waits for anybody.
    for (_, at, obstacle) in plan.held_up.iter().filter(|(_, _, obstacle)| *obstacle != Obstacle::LimitsKept) {
        let words = vec![obstacle.words().to_owned()];
        differs.push(Differs { server: server(*at), words, ..Differs::default() });
    }
    Ok(differs)
}

#[handler]
pub async fn change_role(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let outcome = match fields.text("role").parse() {
        Ok(role) => actions::change_role(app, &me, id, role).await,
        Err(_) => Err(AppError::field("role", "Choose one of these roles.")),
    };
    match outcome {
        Ok((name, role)) => {
            let said = format!("{name} is {} now.", views::with_article(role));
            Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
        }
        Err(error) => refused(app, &visit, &me, id, error).await,
    }
}

#[handler]
pub async fn save_notes(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
    fields: Fields,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let text = fields.text("notes").to_owned();
    match actions::notes::save(app, &me, id, text.clone(), fields.ticked("keep")).await {
        Ok(name) => {
            let said = format!("The notes about {name} are kept.");
            Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
        }
        Err(error) => {
            let errors = refusal(error)?;
            let typed = Seen { notes: text, keep: fields.ticked("keep"), errors, ..seen_by(app, &me, id).await? };
            Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, view::person(&visit.frame, &typed)))
        }
    }
}

/// Where a form was refused its address stays; whoever opens it comes to the page that the form stands on.
#[handler]
pub async fn form_page(
    req: &Request,
    visit: Visit,
    BackOffice(_me): BackOffice,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    Ok(visit.go(req, &format!("/admin/people/{id}"), None))
}

/// The page again, which says what was wrong.
pub async fn refused(app: &App, visit: &Visit, me: &Actor, id: PersonId, error: AppError) -> poem::Result<Response> {
    let page = page(app, visit, me, id, refusal(error)?).await?;
    Ok(visit.show_as(StatusCode::UNPROCESSABLE_ENTITY, page))
}

#[handler]
pub async fn plan_limits_again(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let name = actions::limits::plan_again(app, &me, id).await?;
    let said = format!("The limits of {name} are part of the access plan again. Nothing was sent to Plex yet.");
    Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
}

#[handler]
pub async fn take_flags_back(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Moderator(me): Moderator,
    Path(id): Path<String>,
) -> poem::Result<Response> {
    let id: PersonId = named(&id)?;
    let (name, taken) = actions::access::take_flags_back(app, &me, id).await?;
    let said = match taken {
        true => {
            format!("What the invite allowed {name} is taken back. Nothing was sent to Plex yet: see the access plan.")
        }
        false => format!("No invite allows {name} anything of their own."),
    };
    Ok(visit.go(req, &format!("/admin/people/{id}"), Some(&said)))
}
