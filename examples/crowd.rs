//! A database with a crowd in it, for measuring: 3 servers, 40 libraries, 50 groups, and so many people, each with a share
//! of every server; one in two has a grant. `cargo run --release --example crowd -- DATABASE_URL PEOPLE [settled]`; most
//! have something else on Plex than they should have, or, `settled`, all have it.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use usherr::db::people::NewPerson;
use usherr::db::{Db, Tx, access, grants, groups, people, servers, shares};
use usherr::domain::access::plan;
use usherr::domain::access::when::{Span, When};
use usherr::domain::group::{Group, Rule};
use usherr::domain::ids::{GroupId, LibraryId, PersonId, ServerId};
use usherr::domain::people::{PlexSection, PlexShare, Role};
use usherr::domain::service::Server;
use usherr::error::Outcome;

const SERVERS: usize = 3;
const LIBRARIES: usize = 40;
const GROUPS: usize = 50;
const OWNER: i64 = 1;

/// Which section of a server is which library.
type Known = HashMap<String, LibraryId>;

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let url = words.first().expect("an address of a database");
    let people = words.get(1).map_or(10_000, |word| word.parse().expect("a number of people"));
    let settled = words.get(2).is_some_and(|word| word == "settled");
    let db = Db::open(url).unwrap();
    db.write(move |tx| {
        let house = furnish(tx, Utc::now())?;
        (0..people).try_for_each(|number| move_in(tx, &house, number))?;
        if settled { settle(tx, &house) } else { Ok(()) }
    })
    .await
    .unwrap();
}

struct House {
    servers: Vec<(ServerId, Known)>,
    libraries: Vec<LibraryId>,
    groups: Vec<GroupId>,
    now: DateTime<Utc>,
}

fn furnish(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<House> {
    let owner = NewPerson { plex_id: Some(OWNER), is_owner: true, ..person("Mara Lindqvist", Role::Admin) };
    people::add(tx, &NewPerson { username: None, ..owner }, now)?;
    let mut rooms = Vec::new();
    for at in 0..SERVERS {
        let server = Server {
            id: ServerId(0),
            name: format!("Server {at}"),
            url: "http://127.0.0.1:1".to_owned(),
            sealed: String::new(),
            machine_id: Some(format!("machine{at}")),
            version: None,
            owner_plex_id: Some(OWNER),
            default_library: Some("Welcome".to_owned()),
            from_file: false,
        };
        let id = servers::save(tx, &server, i32::try_from(at).unwrap(), now)?;
        let here = (0..LIBRARIES).filter(|library| library % SERVERS == at);
        let sections: Vec<PlexSection> = here.map(|library| section(library, library < SERVERS)).collect();
        rooms.push((id, shares::sections(tx, id, &sections)?));
    }
    let find = |library: usize| rooms[library % SERVERS].1[&library.to_string()];
    let libraries: Vec<LibraryId> = (0..LIBRARIES).map(find).collect();
    let groups = (0..GROUPS).map(|at| groups::save(tx, &group(at, &libraries), now)).collect::<Outcome<_>>()?;
    Ok(House { servers: rooms, libraries, groups, now })
}

fn section(library: usize, is_default: bool) -> PlexSection {
    let title = if is_default { "Welcome".to_owned() } else { format!("Library {library}") };
    PlexSection {
        id: 9_000 + i64::try_from(library).unwrap(),
        key: library.to_string(),
        title,
        kind: "movie".to_owned(),
    }
}

/// The first has everybody in it by its rule; one in three opens in the evening.
fn group(at: usize, libraries: &[LibraryId]) -> Group {
    let evening = |day| Span::on_day(day, 18 * 60, 23 * 60);
    let weekly = if at % 3 == 1 { (0..7).filter_map(evening).collect() } else { Vec::new() };
    Group {
        rules: if at == 0 { vec![Rule::Friends] } else { Vec::new() },
        libraries: (0..8).map(|n| libraries[(at * 7 + n * 3) % LIBRARIES]).collect(),
        when: When { weekly, ..When::default() },
        ..Group::new(&format!("Group {at}"))
    }
}

fn person(name: &str, role: Role) -> NewPerson {
    NewPerson::local(name, name, role)
}

fn move_in(tx: &mut Tx<'_>, house: &House, number: usize) -> Outcome<()> {
    let plex_id = 1_000_000 + i64::try_from(number).unwrap();
    let name = format!("Åsa Öberg {number}");
    let new = NewPerson {
        username: None,
        email: Some(format!("person{number}@example.org")),
        plex_id: Some(plex_id),
        plex_username: Some(format!("person{number}")),
        thumb: Some(format!("https://plex.tv/users/{plex_id:016x}/avatar?c=1724402119")),
        ..person(&name, Role::Requester)
    };
    let id = people::add(tx, &new, house.now)?;
    for n in 0..3 {
        groups::join(tx, house.groups[1 + (number * 3 + n * 11) % (GROUPS - 1)], id, house.now)?;
    }
    if number.is_multiple_of(2) {
        let until = Some(house.now + TimeDelta::days(1 + i64::try_from(number % 60).unwrap()));
        let when = When { until, ..When::default() };
        grants::add(tx, id, house.libraries[number % LIBRARIES], &when, None, "", house.now)?;
    }
    for (at, (server, known)) in house.servers.iter().enumerate() {
        let keys = (0..6).map(|n| (at + SERVERS * ((number + n) % 12)).to_string()).collect();
        shares::keep(tx, *server, id, &share(id, keys), known, house.now)?;
    }
    Ok(())
}

fn share(person: PersonId, section_keys: Vec<String>) -> PlexShare {
    PlexShare {
        share_id: person.0,
        account_id: None,
        username: None,
        email: None,
        left_over: false,
        accepted: true,
        accepted_at: None,
        invited_at: None,
        all_libraries: false,
        section_keys,
        settings: Default::default(),
    }
}

/// Gives everybody what the plan says.
fn settle(tx: &mut Tx<'_>, house: &House) -> Outcome<()> {
    let standing = access::standing(tx, chrono_tz::UTC, house.now)?;
    for change in plan::plan(&standing.house, &standing.members, &standing.earlier).changes {
        let (server, known) = house.servers.iter().find(|(id, _)| *id == change.server).unwrap();
        let Some(after) = change.after else { continue };
        let keys = known.iter().filter(|(_, id)| after.libraries.contains(id)).map(|(key, _)| key.clone()).collect();
        let share = PlexShare { settings: after.settings, ..share(change.person, keys) };
        shares::keep(tx, *server, change.person, &share, known, house.now)?;
    }
    Ok(())
}
