//! What one person sees, why, and what of it is theirs: read and set over the JSON API.

use chrono::{DateTime, Datelike, Utc};
use chrono_tz::Tz;
use poem::web::Data;
use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use crate::app::App;
use crate::db::access::one::{self, One};
use crate::db::{Conn, libraries, people};
use crate::domain::access::person::{About, rows};
use crate::domain::access::wall::{TypedWhen, TypedWindow};
use crate::domain::access::when::When;
use crate::domain::group::Flags;
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::error::{AppError, FieldErrors, Outcome};
use crate::features::people::actions::access::{self, Gift};
use crate::features::people::actions::set::{self, Wanted};
use crate::web::api::{Tag, time};
use crate::web::{BackOffice, Moderator};

pub struct PersonAccessApi;

#[derive(ApiResponse)]
enum Done {
    #[oai(status = 204)]
    Done,
}

/// What somebody sees, and what of it is their own.
#[derive(Debug, Object)]
struct PersonAccess {
    person: PersonName,
    groups: Vec<PersonGroup>,
    libraries: Vec<PersonLibrary>,
    grants: Vec<PersonGrant>,
    /// Ids of libraries that are withheld, whatever groups give.
    excluded: Vec<i64>,
    /// What an invite lets them do on Plex, beyond what their groups say.
    flags: PersonFlags,
}

/// What Plex lets somebody do.
#[derive(Debug, Object)]
struct PersonFlags {
    /// Download to a device.
    sync: bool,
    camera_upload: bool,
    /// Live TV.
    tuners: bool,
}

/// Somebody, by name.
#[derive(Debug, Object)]
struct PersonName {
    id: i64,
    name: String,
}

/// A group somebody is in.
#[derive(Debug, Object)]
struct PersonGroup {
    id: i64,
    name: String,
    /// A rule of the group takes them; nobody put them there.
    by_rule: bool,
}

/// One library, as somebody should see it.
#[derive(Debug, Object)]
struct PersonLibrary {
    id: i64,
    server_id: i64,
    title: String,
    sees: bool,
    /// One sentence for each reason.
    why: Vec<String>,
    /// When it will be otherwise by itself.
    until: Option<String>,
    /// Plex gives it to them, by our copy of the share.
    on_plex: bool,
}

/// Somebody's own access to one library.
#[derive(Debug, Object)]
struct PersonGrant {
    id: i64,
    library_id: i64,
    from: Option<String>,
    until: Option<String>,
    weekly: Vec<PersonWindow>,
    note: String,
}

/// A part of a day of the week, by the clock of the house. An end that is not later is the next day's.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct PersonWindow {
    /// mon, tue, wed, thu, fri, sat or sun.
    day: String,
    /// 16:00
    from: String,
    /// 20:00
    to: String,
}

/// What is left out stays as it is.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewPersonAccess {
    /// All groups they are to be in by hand.
    groups: Option<Vec<i64>>,
    /// All grants they are to have. A library that was withheld is withheld no more.
    grants: Option<Vec<NewPersonGrant>>,
    /// All libraries to withhold. Their grants end.
    excluded: Option<Vec<i64>>,
}

/// A grant to be made; without bounds it is for good.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
struct NewPersonGrant {
    /// As it is read; what is sent is not heeded.
    id: Option<i64>,
    library_id: i64,
    from: Option<String>,
    until: Option<String>,
    weekly: Option<Vec<PersonWindow>>,
    note: Option<String>,
}

#[OpenApi(prefix_path = "/people", tag = "Tag::Access")]
impl PersonAccessApi {
    /// What somebody sees, and why
    ///
    /// For moderators, auditors and admins.
    #[oai(path = "/:id/access", method = "get")]
    async fn access(&self, app: Data<&App>, _me: BackOffice, id: Path<i64>) -> poem::Result<Json<PersonAccess>> {
        Ok(Json(told(&app, PersonId(id.0)).await?))
    }

    /// Set what somebody should see
    ///
    /// Nothing is sent to Plex before the plan is applied. What Plex gives to somebody about whom nothing was said yet stays
    /// theirs when only `excluded` is sent.
    #[oai(path = "/:id/access", method = "put")]
    async fn set_access(
        &self,
        app: Data<&App>,
        me: Moderator,
        id: Path<i64>,
        body: Json<NewPersonAccess>,
    ) -> poem::Result<Json<PersonAccess>> {
        let id = PersonId(id.0);
        let zone = app.settings().await?.time_zone;
        // Whom it is about comes before what is wrong with it.
        app.db.read(move |conn| people::get(conn, id)).await?.ok_or(AppError::NotFound)?;
        set::set(&app, &me.0, id, wanted(body.0, zone)?).await?;
        Ok(Json(told(&app, id).await?))
    }

    /// Take back what an invite lets somebody do
    ///
    /// For moderators and admins. Groups alone say it from then on; nothing is sent to Plex before the plan is applied.
    #[oai(path = "/:id/flags", method = "delete")]
    async fn take_flags_back(&self, app: Data<&App>, me: Moderator, id: Path<i64>) -> poem::Result<Done> {
        access::take_flags_back(&app, &me.0, PersonId(id.0)).await?;
        Ok(Done::Done)
    }
}

fn flags(one: &One) -> PersonFlags {
    let Flags { sync, camera_upload, tuners } = one.member.flags.unwrap_or_default();
    PersonFlags { sync, camera_upload, tuners }
}

async fn told(app: &App, id: PersonId) -> Outcome<PersonAccess> {
    let (zone, now) = (app.settings().await?.time_zone, app.now());
    app.db
        .read(move |conn| {
            let person = people::get(conn, id)?.ok_or(AppError::NotFound)?;
            let one = one::of_person(conn, &person, zone, now)?;
            let about = About {
                person: &person,
                member: &one.member,
                found: &one.found,
                under_way: &one.under_way,
                since: &one.since,
                out: one.out,
            };
            let libraries = seen(conn, &one, about)?;
            Ok(PersonAccess {
                groups: groups(&one),
                flags: flags(&one),
                grants: one.grants.iter().map(|grant| granted(grant, zone)).collect(),
                excluded: one.member.excluded.iter().map(|id| id.0).collect(),
                libraries,
                person: PersonName { id: person.id.0, name: person.name },
            })
        })
        .await
}

fn groups(one: &One) -> Vec<PersonGroup> {
    let theirs = one.standing.house.groups.iter().filter(|group| one.member.groups.contains(&group.id));
    theirs
        .map(|group| PersonGroup {
            id: group.id.0,
            name: group.name.clone(),
            by_rule: !one.since.contains_key(&group.id),
        })
        .collect()
}

fn seen(conn: &mut Conn, one: &One, about: About<'_>) -> Outcome<Vec<PersonLibrary>> {
    let titles = libraries::titles(conn)?;
    let house = &one.standing.house;
    let mut seen = Vec::new();
    for server in &house.servers {
        seen.extend(rows(house, server, about).into_iter().map(|row| PersonLibrary {
            id: row.library.0,
            server_id: server.id.0,
            title: titles.get(&row.library).map(|title| title.trim().to_owned()).unwrap_or_default(),
            sees: row.sees,
            why: row.why.into_iter().map(|reason| reason.words).collect(),
            until: row.until.map(time),
            on_plex: row.on_plex,
        }));
    }
    Ok(seen)
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn granted(grant: &crate::db::grants::Granted, zone: Tz) -> PersonGrant {
    let window = |window: TypedWindow| PersonWindow {
        day: DAYS.get(window.day).copied().unwrap_or_default().to_owned(),
        from: window.from,
        to: window.to,
    };
    PersonGrant {
        id: grant.id.0,
        library_id: grant.library.0,
        from: grant.when.from.map(time),
        until: grant.when.until.map(time),
        weekly: TypedWhen::of(&grant.when, zone).windows.into_iter().map(window).collect(),
        note: grant.note.clone(),
    }
}

fn wanted(body: NewPersonAccess, zone: Tz) -> Outcome<Wanted> {
    let mut wrong = FieldErrors::new();
    let grants = body.grants.map(|list| {
        let read = |(at, grant)| gift(at, grant, zone, &mut wrong);
        list.into_iter().enumerate().map(read).collect::<Vec<Gift>>()
    });
    if !wrong.is_empty() {
        return Err(AppError::fields(wrong));
    }
    Ok(Wanted {
        groups: body.groups.map(|ids| ids.into_iter().map(GroupId).collect()),
        grants,
        excluded: body.excluded.map(|ids| ids.into_iter().map(LibraryId).collect()),
    })
}

fn gift(at: usize, grant: NewPersonGrant, zone: Tz, wrong: &mut FieldErrors) -> Gift {
    let mut bound = |name: &str, text: Option<String>| {
        let text = text.filter(|text| !text.trim().is_empty())?;
        let moment = moment(&text);
        if moment.is_none() {
            let words = "Write a moment in UTC, such as 2026-12-24T18:00:00Z.".to_owned();
            wrong.insert(format!("grants.{at}.{name}"), words);
        }
        moment
    };
    let (from, until) = (bound("from", grant.from), bound("until", grant.until));
    if from.zip(until).is_some_and(|(from, until)| until <= from) {
        wrong.insert(format!("grants.{at}.until"), "The end must come after the start.".to_owned());
    }
    let windows = grant.weekly.unwrap_or_default().into_iter().map(|window| TypedWindow {
        // What is no day of the week is none of the seven.
        day: DAYS.iter().position(|day| *day == window.day.trim()).unwrap_or(DAYS.len()),
        from: Some(window.from).filter(|text| !text.is_empty()).unwrap_or_else(|| "?".to_owned()),
        to: window.to,
    });
    let typed = TypedWhen { windows: windows.collect(), ..TypedWhen::default() };
    let weekly = typed.read(zone).map(|when| when.weekly).unwrap_or_else(|troubles| {
        let words = troubles.into_iter().map(|(_, words)| words).next();
        wrong.insert(format!("grants.{at}.weekly"), words.unwrap_or_default());
        Vec::new()
    });
    let note: String = grant.note.unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
    Gift { library: LibraryId(grant.library_id), when: When { from, until, weekly }, note: note.trim().to_owned() }
}

/// To the second, within what both databases keep.
pub(super) fn moment(text: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::parse_from_rfc3339(text.trim()).ok()?.to_utc();
    (1970..=9000).contains(&at.year()).then(|| DateTime::from_timestamp(at.timestamp(), 0)).flatten()
}
