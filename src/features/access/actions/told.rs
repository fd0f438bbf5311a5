//! The plan with the names of people, servers and libraries in it: what pages, programs and the command line show.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Drawn;
use crate::db::{Conn, libraries, servers};
use crate::domain::access::plan::{Change, Drift, Obstacle, by_person};
use crate::domain::access::resolve::Resolver;
use crate::domain::access::told::{Moved, Pages, Part, PlanPage, Told, ToldDrift, ToldPlan};
use crate::domain::access::words;
use crate::domain::ids::{LibraryId, PersonId, ServerId};
use crate::domain::people::{Person, Role};
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

/// The plan with the names of people, servers and libraries.
pub struct Teller<'a> {
    drawn: &'a Drawn,
    names: Names,
    resolver: Resolver<'a>,
    at: HashMap<PersonId, usize>,
}

impl<'a> Teller<'a> {
    pub fn new(conn: &mut Conn, drawn: &'a Drawn) -> Outcome<Self> {
        let members = drawn.standing.members.iter().enumerate();
        Ok(Self {
            drawn,
            names: Names::read(conn)?,
            resolver: Resolver::new(&drawn.standing.house),
            at: members.map(|(at, member)| (member.id, at)).collect(),
        })
    }

    /// What is planned, one after the other: a whole plan may be long.
    pub fn planned(&self) -> impl Iterator<Item = Told> {
        self.drawn.plan.changes.iter().filter_map(|change| self.change(change))
    }

    pub fn spared(&self) -> impl Iterator<Item = Told> {
        self.drawn.plan.spared.iter().filter_map(|change| self.change(change))
    }

    pub fn drifted(&self) -> impl Iterator<Item = ToldDrift> {
        self.drawn.plan.drift.iter().filter_map(|drift| self.drift(drift))
    }

    /// Who, on which server, and why.
    pub fn not_possible(&self) -> impl Iterator<Item = (String, String, Obstacle)> {
        self.drawn.plan.held_up.iter().filter_map(|held_up| self.held_up(held_up))
    }

    fn person(&self, id: PersonId) -> Option<&'a Person> {
        self.drawn.standing.people.get(*self.at.get(&id)?)
    }

    fn change(&self, change: &Change) -> Option<Told> {
        let standing = &self.drawn.standing;
        let (person, member) = (self.person(change.person)?, standing.members.get(*self.at.get(&change.person)?)?);
        let (groups, titles) = (&standing.house.groups, &self.names.libraries);
        Some(Told {
            why: words::of_change(change, &self.resolver, member, groups, titles),
            ..bare(change, &person.name, person.role, &self.names)
        })
    }

    fn changes(&self, changes: &[Change]) -> Option<Vec<Told>> {
        changes.iter().map(|change| self.change(change)).collect()
    }

    fn drift(&self, drift: &Drift) -> Option<ToldDrift> {
        let (person, names) = (self.person(drift.person)?, &self.names);
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
    }

    fn held_up(&self, held_up: &(PersonId, ServerId, Obstacle)) -> Option<(String, String, Obstacle)> {
        let (person, server, obstacle) = *held_up;
        Some((self.person(person)?.name.clone(), self.names.server(server), obstacle))
    }

    /// By server and title, then what is no library.
    fn libraries(&self) -> Vec<Moved> {
        let mut all: HashMap<(ServerId, LibraryId), Moved> = HashMap::new();
        for change in &self.drawn.plan.changes {
            let Some(person) = self.person(change.person) else { continue };
            for library in change.gain() {
                all.entry((change.server, library)).or_default().gaining.add(&person.name);
            }
            for library in change.lose() {
                all.entry((change.server, library)).or_default().losing.add(&person.name);
            }
        }
        let named = |((server, library), moved): ((ServerId, LibraryId), Moved)| Moved {
            server: self.names.server(server),
            title: self.names.library(library),
            ..moved
        };
        let mut all: Vec<Moved> = all.into_iter().map(named).collect();
        all.sort_by(|one, other| (&one.server, &one.title).cmp(&(&other.server, &other.title)));
        all.extend(self.settings());
        all
    }

    /// Flags and limits, which are the same for all servers: each person once.
    fn settings(&self) -> Vec<Moved> {
        let mut all: BTreeMap<&'static str, Moved> = BTreeMap::new();
        for theirs in by_person(&self.drawn.plan.changes) {
            let Some(person) = theirs.first().and_then(|change| self.person(change.person)) else { continue };
            let turns: BTreeSet<_> = theirs.iter().flat_map(words::turns).collect();
            for (name, on) in turns {
                let moved = all.entry(name).or_default();
                if on { moved.gaining.add(&person.name) } else { moved.losing.add(&person.name) }
            }
        }
        all.into_iter().map(|(name, moved)| Moved { title: name.to_owned(), ..moved }).collect()
    }
}

/// All of the plan.
pub fn tell(conn: &mut Conn, drawn: &Drawn) -> Outcome<ToldPlan> {
    let teller = Teller::new(conn, drawn)?;
    Ok(ToldPlan {
        changes: teller.planned().collect(),
        spared: teller.spared().collect(),
        drift: teller.drifted().collect(),
        held_up: teller.not_possible().collect(),
        people: drawn.standing.people.len(),
        servers: drawn.standing.house.servers.len(),
        mark: drawn.mark(),
    })
}

/// What of it stands on these pages.
pub fn tell_page(conn: &mut Conn, drawn: &Drawn, pages: Pages, by_library: bool) -> Outcome<PlanPage> {
    let (teller, plan) = (Teller::new(conn, drawn)?, &drawn.plan);
    let any = |theirs: &[Change], is: fn(&Change) -> bool| theirs.iter().any(is);
    let (losing, gaining): (Vec<_>, Vec<_>) = by_person(&plan.changes).partition(|theirs| any(theirs, words::loses));
    let gain = by_person(&plan.changes).filter(|theirs| any(theirs, words::gains)).count();
    let (lose, ordered) = (losing.len(), [losing, gaining].concat());
    let spared: Vec<_> = by_person(&plan.spared).collect();
    let nothing_left = plan.held_up.iter().filter(|(_, _, why)| *why == Obstacle::NothingLeft).count();
    Ok(PlanPage {
        changes: Part::cut(&ordered, pages.changes, |theirs| teller.changes(theirs)),
        lose,
        gain,
        libraries: if by_library { teller.libraries() } else { Vec::new() },
        spared: Part::cut(&spared, pages.spared, |theirs| teller.changes(theirs)),
        drift: Part::cut(&plan.drift, pages.drift, |drift| teller.drift(drift)),
        held_up: Part::cut(&plan.held_up, pages.held_up, |held_up| teller.held_up(held_up)),
        nothing_left,
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
