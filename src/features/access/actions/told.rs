//! The plan with the names of people, servers and libraries in it: what pages, programs and the command line show.

use std::collections::HashMap;

use super::Drawn;
use crate::db::{Conn, libraries, servers};
use crate::domain::access::given::Given;
use crate::domain::access::plan::Change;
use crate::domain::access::resolve::Resolver;
use crate::domain::access::told::{Told, ToldDrift, ToldPlan};
use crate::domain::access::words;
use crate::domain::ids::{LibraryId, PersonId, ServerId};
use crate::domain::people::Role;
use crate::error::Outcome;

struct Names {
    libraries: HashMap<LibraryId, String>,
    servers: HashMap<ServerId, String>,
}

impl Names {
    fn read(conn: &mut Conn) -> Outcome<Self> {
        let servers = servers::all(conn)?.into_iter().map(|server| (server.id, server.name)).collect();
        Ok(Self { libraries: libraries::titles(conn)?, servers })
    }

    fn server(&self, id: ServerId) -> String {
        self.servers.get(&id).cloned().unwrap_or_default()
    }

    fn library(&self, id: LibraryId) -> String {
        self.libraries.get(&id).map_or_else(|| "a library that is gone".to_owned(), |title| title.trim().to_owned())
    }

    fn libraries(&self, ids: impl Iterator<Item = LibraryId>) -> Vec<String> {
        let mut names: Vec<String> = ids.map(|id| self.library(id)).collect();
        names.sort();
        names
    }
}

pub fn tell(conn: &mut Conn, drawn: &Drawn) -> Outcome<ToldPlan> {
    let names = Names::read(conn)?;
    let resolver = Resolver::new(&drawn.standing.house);
    let at: HashMap<PersonId, usize> =
        drawn.standing.members.iter().enumerate().map(|(at, member)| (member.id, at)).collect();
    let told = |change: &Change| {
        let at = *at.get(&change.person)?;
        let (person, member) = (drawn.standing.people.get(at)?, drawn.standing.members.get(at)?);
        let groups = &drawn.standing.house.groups;
        Some(Told {
            why: words::of_change(change, &resolver, member, groups, &names.libraries),
            ..bare(change, &person.name, person.role, &names)
        })
    };
    let drift = drawn.plan.drift.iter().filter_map(|drift| {
        let person = drawn.standing.people.get(*at.get(&drift.person)?)?;
        let found = drift.found.clone().unwrap_or_default();
        let (has, sent) = (&found.libraries, &drift.sent.libraries);
        Some(ToldDrift {
            person: person.id,
            name: person.name.clone(),
            role: person.role,
            server: drift.server,
            server_name: names.server(drift.server),
            more: names.libraries(has.difference(sent).copied()),
            missing: names.libraries(sent.difference(has).copied()),
            sent: names.libraries(sent.iter().copied()),
            gone: drift.found.is_none(),
            settings_differ: drift.found.is_some() && found.settings != drift.sent.settings,
        })
    });
    let held_up = drawn.plan.held_up.iter().filter_map(|(person, server, obstacle)| {
        let person = drawn.standing.people.get(*at.get(person)?)?;
        Some((person.name.clone(), names.server(*server), *obstacle))
    });
    Ok(ToldPlan {
        changes: drawn.plan.changes.iter().filter_map(told).collect(),
        spared: drawn.plan.spared.iter().filter_map(told).collect(),
        drift: drift.collect(),
        held_up: held_up.collect(),
        people: drawn.standing.people.len(),
        servers: drawn.standing.house.servers.len(),
        mark: drawn.mark(),
    })
}

fn bare(change: &Change, name: &str, role: Role, names: &Names) -> Told {
    Told {
        person: change.person,
        name: name.to_owned(),
        role,
        server: change.server,
        server_name: names.server(change.server),
        action: change.action(),
        gain: names.libraries(change.gain()),
        lose: names.libraries(change.lose()),
        turns: words::turns(change),
        why: Vec::new(),
        change: change.clone(),
    }
}

/// Changes as they were made, with the names of those they were made for.
pub fn tell_made(conn: &mut Conn, changes: &[Change]) -> Outcome<Vec<Told>> {
    let names = Names::read(conn)?;
    let ids: Vec<PersonId> = changes.iter().map(|change| change.person).collect();
    let people: HashMap<PersonId, (String, Role)> = crate::db::people::named(conn, &ids)?
        .into_iter()
        .map(|person| (person.id, (person.name, person.role)))
        .collect();
    let told = |change: &Change| {
        let (name, role) = people.get(&change.person)?;
        Some(bare(change, name, *role, &names))
    };
    Ok(changes.iter().filter_map(told).collect())
}

/// The libraries of a share by name.
pub fn names_of(conn: &mut Conn, given: &Given) -> Outcome<Vec<String>> {
    Ok(Names::read(conn)?.libraries(given.libraries.iter().copied()))
}
