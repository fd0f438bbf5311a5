//! What Plex gives by our copy, what is on its way there, and what was last sent: of everybody, or of one.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::{share_libraries, shares};
use crate::db::{Conn, changes, sent};
use crate::domain::access::given::Given;
use crate::domain::access::plan::{Earlier, is_as_sent};
use crate::domain::access::resolve::{Held, Server};
use crate::domain::ids::{LibraryId, PersonId, ServerId};
use crate::domain::sharing::ShareSettings;
use crate::error::{AppError, Outcome};

pub(super) struct Known {
    pub found: HashMap<PersonId, Vec<Held>>,
    /// What each share becomes that is being changed.
    pub open: HashMap<(PersonId, ServerId), Option<Given>>,
    earlier: Earlier,
}

impl Known {
    pub fn of_all(conn: &mut Conn) -> Outcome<Self> {
        Ok(Self { open: changes::open_targets(conn)?, found: found_of_all(conn)?, earlier: sent::earlier(conn, None)? })
    }

    pub fn of_one(conn: &mut Conn, person: PersonId) -> Outcome<Self> {
        let open = changes::open_targets_of(conn, person)?;
        let open = open.into_iter().map(|(server, after)| ((person, server), after)).collect();
        let found = HashMap::from([(person, found_of(conn, person)?)]);
        Ok(Self { open, found, earlier: sent::earlier(conn, Some(person))? })
    }

    /// What is being sent counts as given, and as nothing that somebody else could have changed.
    pub fn settled(mut self, servers: &[Server]) -> (HashMap<PersonId, Vec<Held>>, Earlier) {
        self.earlier.sent.retain(|key, _| !self.open.contains_key(key));
        let mut turns = Vec::new();
        for ((person, server), after) in self.open {
            let held = self.found.entry(person).or_default();
            let was = held.iter().position(|held| held.server == server).map(|at| held.remove(at));
            // Who is being invited has not accepted.
            let accepted = was.as_ref().is_some_and(|was| was.accepted);
            if let (Some(was), Some(after), true) = (was, &after, accepted) {
                turns.push((person, server, was.given.settings, after.settings.clone()));
            }
            held.extend(after.map(|given| Held { server, accepted, given }));
        }
        for (person, server, was, is) in turns {
            let others = self.found.get_mut(&person).into_iter().flatten().filter(|held| held.accepted);
            for other in others.filter(|other| same_owner(servers, server, other.server)) {
                turned(&mut other.given.settings, &was, &is);
                let sent = self.earlier.sent.get_mut(&(person, other.server));
                sent.into_iter().for_each(|sent| turned(&mut sent.settings, &was, &is));
            }
        }
        (self.found, self.earlier)
    }
}

/// Settings are the same on all servers of an owner.
fn same_owner(servers: &[Server], one: ServerId, other: ServerId) -> bool {
    let owner = |id: ServerId| servers.iter().find(|server| server.id == id).map(|server| server.owner);
    owner(one).is_some() && owner(one) == owner(other)
}

/// What was as it was becomes what it is; what is otherwise somebody has turned.
fn turned(settings: &mut ShareSettings, was: &ShareSettings, is: &ShareSettings) {
    if settings == was {
        settings.clone_from(is);
    }
}

/// Those for whom Plex differs from what was last sent, whoever they are.
pub fn differing(conn: &mut Conn) -> Outcome<HashSet<PersonId>> {
    if !sent::any(conn)? {
        return Ok(HashSet::new());
    }
    let servers = super::servers(conn)?;
    let (has, earlier) = Known::of_all(conn)?.settled(&servers);
    let differs = |((person, server), sent): (&(PersonId, ServerId), &Given)| {
        let server = servers.iter().find(|known| known.id == *server)?;
        let held = has.get(person).and_then(|all| all.iter().find(|held| held.server == server.id));
        let is_as_sent = held.is_some_and(|held| is_as_sent(server, held.accepted, &held.found(server), sent));
        (!is_as_sent).then_some(*person)
    };
    Ok(earlier.sent.iter().filter_map(differs).collect())
}

fn found_of(conn: &mut Conn, person: PersonId) -> Outcome<Vec<Held>> {
    let held = |share: crate::db::shares::Share| {
        let libraries = share.libraries.into_iter().collect();
        let given = Given { libraries, all: share.all_libraries, settings: share.settings };
        Held { server: share.server, accepted: share.accepted, given }
    };
    Ok(crate::db::shares::of_person(conn, person)?.into_iter().map(held).collect())
}

type ShareRow = (i64, i64, i64, bool, bool, String);

fn found_of_all(conn: &mut Conn) -> Outcome<HashMap<PersonId, Vec<Held>>> {
    let rows: Vec<ShareRow> = shares::table
        .order(shares::id)
        .select((
            shares::id,
            shares::person_id,
            shares::server_id,
            shares::accepted,
            shares::all_libraries,
            shares::settings,
        ))
        .load(conn)?;
    let opened: Vec<(i64, i64)> =
        share_libraries::table.select((share_libraries::share_id, share_libraries::library_id)).load(conn)?;
    let mut opens: HashMap<i64, BTreeSet<LibraryId>> = HashMap::new();
    for (share, library) in opened {
        opens.entry(share).or_default().insert(LibraryId(library));
    }
    let mut shared: HashMap<PersonId, Vec<Held>> = HashMap::new();
    for (id, person, server, accepted, all, settings) in rows {
        let settings = serde_json::from_str(&settings).map_err(AppError::internal)?;
        let given = Given { libraries: opens.remove(&id).unwrap_or_default(), all, settings };
        shared.entry(PersonId(person)).or_default().push(Held { server: ServerId(server), accepted, given });
    }
    Ok(shared)
}
