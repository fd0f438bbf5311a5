//! The form of a group with everything around it: read from what was typed, and shown.

use crate::app::App;
use crate::db::{Conn, group_people, groups, libraries, servers};
use crate::domain::access::wall::{TypedWhen, TypedWindow};
use crate::domain::group::Group;
use crate::domain::group::form::TypedGroup;
use crate::domain::ids::{GroupId, LibraryId};
use crate::error::{FieldErrors, Outcome};
use crate::features::groups::actions::mark;
use crate::features::groups::views::form::{self as view, Form, Library, Member, Server, Standing};
use crate::ui::form::Errors;
use crate::ui::{Page, format};
use crate::web::{Fields, Visit};

/// What of the form is not read anew.
pub struct Shown {
    pub id: Option<GroupId>,
    pub typed: TypedGroup,
    pub errors: Errors,
    pub may_write: bool,
}

impl Shown {
    pub fn new(id: Option<GroupId>, typed: TypedGroup) -> Self {
        Self { id, typed, errors: Errors::default(), may_write: true }
    }
}

/// The fields as they stand in the form: the first one that is wrong has the focus.
const ORDER: [&str; 13] = [
    "name",
    "ceiling",
    "note",
    "libraries",
    "movie_quota",
    "season_quota",
    "guests",
    "from",
    "until",
    "weekly",
    "rules",
    "stay",
    "last_day",
];

pub fn errors(fields: FieldErrors) -> Errors {
    Errors::in_order(fields, &ORDER)
}

pub fn typed(fields: &Fields) -> TypedGroup {
    let text = |name: &str| fields.text(name).to_owned();
    let all = |name: &str| fields.all(name).into_iter().map(str::to_owned).collect();
    let hours = fields.all("opens").into_iter().zip(fields.all("closes"));
    let windows = fields.all("day").into_iter().zip(hours).map(|(day, (from, to))| TypedWindow {
        // What is no weekday at all is refused when it is read.
        day: day.parse().unwrap_or(usize::MAX),
        from: from.to_owned(),
        to: to.to_owned(),
    });
    TypedGroup {
        name: text("name"),
        note: text("note"),
        for_newcomers: fields.ticked("for_newcomers"),
        for_guests: fields.ticked("for_guests"),
        stay: text("stay"),
        last_day: text("last_day"),
        movies: fields.ticked("movies"),
        series: fields.ticked("series"),
        four_k: fields.ticked("four_k"),
        auto_approve: fields.ticked("auto_approve"),
        sees_requests: fields.ticked("sees_requests"),
        movie_quota: text("movie_quota"),
        season_quota: text("season_quota"),
        guests: text("guests"),
        sync: fields.ticked("sync"),
        camera_upload: fields.ticked("camera_upload"),
        tuners: fields.ticked("tuners"),
        ceiling: text("ceiling"),
        when: TypedWhen { from: text("from"), until: text("until"), windows: windows.collect() },
        rules: all("rules"),
        libraries: all("libraries"),
    }
}

pub async fn form(app: &App, visit: &Visit, shown: Shown) -> Outcome<Page> {
    let quota_days = app.settings().await?.quota_days;
    let (id, ticked) = (shown.id, shown.typed.libraries.clone());
    let (group, servers, for_guests) = app
        .db
        .read(move |conn| {
            let groups = groups::all(conn)?;
            let others = groups.iter().filter(|group| group.for_guests && Some(group.id) != id);
            let for_guests: Vec<String> = others.map(|group| group.name.clone()).collect();
            Ok((standing(conn, groups, id)?, choices(conn, &ticked)?, for_guests))
        })
        .await?;
    let Shown { typed, errors, may_write, .. } = shown;
    Ok(view::group(&visit.frame, &Form { group, typed, servers, for_guests, quota_days, errors, may_write }))
}

fn standing(conn: &mut Conn, mut groups: Vec<Group>, id: Option<GroupId>) -> Outcome<Option<Standing>> {
    let (Some(at), count) = (groups.iter().position(|group| Some(group.id) == id), groups.len()) else {
        return Ok(None);
    };
    let group = groups.swap_remove(at);
    let all = group_people::of_one(conn, &group)?;
    let people = all.len();
    let members = all.into_iter().take(view::MOST_MEMBERS).map(|member| Member {
        name: member.person.name,
        since: member.since,
        rules: member.rules,
        gone: member.person.gone_at.is_some(),
    });
    Ok(Some(Standing {
        id: group.id,
        mark: mark(&group),
        name: group.name,
        is_first: at == 0,
        is_last: at + 1 == count,
        people,
        members: members.collect(),
    }))
}

/// The libraries of every server, but for the default one; those that are ticked and gone, too.
fn choices(conn: &mut Conn, ticked: &[String]) -> Outcome<Vec<Server>> {
    let mut ticked: Vec<LibraryId> = ticked.iter().filter_map(|id| id.parse().ok()).collect();
    let mut found = Vec::new();
    for server in servers::all(conn)? {
        let there = libraries::of_server(conn, server.id)?;
        ticked.retain(|id| !there.iter().any(|library| library.id == *id));
        let is_default = |library: &libraries::Library| Some(&library.title) == server.default_library.as_ref();
        let default = there.iter().find(|library| is_default(library)).map(|library| library.title.clone());
        let mut offered: Vec<Library> = there.iter().filter(|one| !is_default(one)).map(choice).collect();
        for id in &ticked {
            let gone = libraries::get(conn, *id)?.filter(|library| library.server == server.id);
            offered
                .extend(gone.map(|library| Library { about: "not on Plex any more".to_owned(), ..choice(&library) }));
        }
        found.push(Server { name: server.name, default, libraries: offered });
    }
    Ok(found)
}

fn choice(library: &libraries::Library) -> Library {
    let about = match (library.kind.as_str(), library.last_total) {
        ("movie", Some(n)) => format::count(n, "film", "films"),
        ("show", Some(n)) => format!("{} series", format::number(n)),
        _ => String::new(),
    };
    Library { id: library.id.to_string(), title: library.title.clone(), about }
}
