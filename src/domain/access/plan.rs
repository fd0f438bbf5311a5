//! The difference between what people should have and what Plex gives them: never an empty list, never over what somebody
//! has changed on Plex itself.

use std::collections::{BTreeSet, HashMap};

use super::resolve::{Held, House, Member, Resolver, Server};
use crate::domain::ids::{LibraryId, PersonId, ServerId};

/// What one person gains and loses of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub person: PersonId,
    pub server: ServerId,
    pub kind: Kind,
    pub gain: Vec<LibraryId>,
    pub lose: Vec<LibraryId>,
    /// All that they have afterwards; never empty.
    pub after: BTreeSet<LibraryId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Plex gives them nothing of this server yet.
    Invite,
    /// Their share is changed.
    Update,
}

/// Plex gives other than what was last sent: somebody changed it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub person: PersonId,
    pub server: ServerId,
    pub sent: BTreeSet<LibraryId>,
    /// None: the share is gone.
    pub found: Option<Held>,
}

/// Why nothing is planned where something should change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// They would have nothing, and the server has no default library.
    NothingLeft,
    /// The invite is not accepted; until then Plex keeps what was invited to.
    NotAccepted,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub changes: Vec<Change>,
    pub drift: Vec<Drift>,
    pub held_up: Vec<(PersonId, ServerId, Obstacle)>,
}

/// What was last sent to Plex for somebody, by server.
pub type Sent = HashMap<(PersonId, ServerId), BTreeSet<LibraryId>>;

pub fn plan(house: &House, members: &[Member], sent: &Sent) -> Plan {
    let resolver = Resolver::new(house);
    let mut plan = Plan::default();
    for member in members {
        for server in &house.servers {
            one(&mut plan, &resolver, member, server, sent.get(&(member.id, server.id)));
        }
    }
    plan
}

fn one(plan: &mut Plan, resolver: &Resolver<'_>, member: &Member, server: &Server, sent: Option<&BTreeSet<LibraryId>>) {
    let held = member.has.iter().find(|held| held.server == server.id);
    let has = held.map(|held| libraries(held, server));
    if let Some(sent) = sent.map(|sent| there(sent, server))
        && has.as_ref() != Some(&sent)
    {
        plan.drift.push(Drift { person: member.id, server: server.id, sent, found: held.cloned() });
        return;
    }
    let Some(after) = resolver.should(member, server) else { return };
    let before = has.unwrap_or_default();
    if after == before {
        return;
    }
    let obstacle = match held {
        _ if after.is_empty() => Some(Obstacle::NothingLeft),
        Some(held) if !held.accepted => Some(Obstacle::NotAccepted),
        _ => None,
    };
    match obstacle {
        Some(obstacle) => plan.held_up.push((member.id, server.id, obstacle)),
        None => plan.changes.push(Change {
            person: member.id,
            server: server.id,
            kind: if held.is_some() { Kind::Update } else { Kind::Invite },
            gain: after.difference(&before).copied().collect(),
            lose: before.difference(&after).copied().collect(),
            after,
        }),
    }
}

/// Libraries that are gone count for nothing.
fn there(libraries: &BTreeSet<LibraryId>, server: &Server) -> BTreeSet<LibraryId> {
    libraries.iter().copied().filter(|library| server.libraries.contains(library)).collect()
}

fn libraries(held: &Held, server: &Server) -> BTreeSet<LibraryId> {
    if held.all { server.libraries.iter().copied().collect() } else { there(&held.libraries, server) }
}
