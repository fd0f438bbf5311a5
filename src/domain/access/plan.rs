//! The difference between what people should have and what Plex gives them: never an empty list, never over what somebody
//! has changed on Plex itself.

use std::collections::{BTreeSet, HashMap};

use super::given::Given;
use super::resolve::{Held, House, Member, Resolver, Server};
use super::said::Said;
use crate::domain::ids::{GroupId, LibraryId, PersonId, ServerId};

/// What changes for one person on one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub person: PersonId,
    pub server: ServerId,
    /// None: there is no share yet.
    pub before: Option<Given>,
    /// None: the share goes. Else never without libraries.
    pub after: Option<Given>,
}

crate::text_enum! {
    pub enum Action {
        /// Plex gives them nothing of this server yet.
        Invite = "invite",
        /// Their share is changed.
        Update = "update",
        /// Their share goes.
        Remove = "remove",
    }
}

impl Change {
    pub fn action(&self) -> Action {
        match (&self.before, &self.after) {
            (_, None) => Action::Remove,
            (None, Some(_)) => Action::Invite,
            (Some(_), Some(_)) => Action::Update,
        }
    }

    pub fn gain(&self) -> impl Iterator<Item = LibraryId> {
        difference(self.after.as_ref(), self.before.as_ref())
    }

    pub fn lose(&self) -> impl Iterator<Item = LibraryId> {
        difference(self.before.as_ref(), self.after.as_ref())
    }

    /// Libraries are part of it.
    pub fn moves_libraries(&self) -> bool {
        libraries(self.before.as_ref()) != libraries(self.after.as_ref())
    }

    /// Flags or filters are part of it.
    pub fn moves_settings(&self) -> bool {
        self.before.as_ref().zip(self.after.as_ref()).is_some_and(|(before, after)| before.settings != after.settings)
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.before.is_some() == self.after.is_some() && !self.moves_libraries() && !self.moves_settings()
    }

    /// The share goes.
    pub fn removal(person: PersonId, server: ServerId, found: Given) -> Self {
        Self { person, server, before: Some(found), after: None }
    }

    /// The way back.
    pub fn undone(&self) -> Self {
        Self { before: self.after.clone(), after: self.before.clone(), ..*self }
    }
}

fn libraries(given: Option<&Given>) -> Option<&BTreeSet<LibraryId>> {
    given.map(|given| &given.libraries)
}

fn difference(of: Option<&Given>, other: Option<&Given>) -> impl Iterator<Item = LibraryId> {
    let others = libraries(other);
    let mine = libraries(of).into_iter().flatten().copied();
    mine.filter(move |library| others.is_none_or(|others| !others.contains(library)))
}

/// Changes by person, as they lie in a plan.
pub fn by_person(changes: &[Change]) -> impl Iterator<Item = &[Change]> {
    changes.chunk_by(|one, other| one.person == other.person)
}

/// Plex gives other than what was last sent: somebody changed it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    pub person: PersonId,
    pub server: ServerId,
    pub sent: Given,
    /// None: the share is gone.
    pub found: Option<Given>,
}

/// Why nothing is planned where something should change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// They would have nothing, and the server has no default library.
    NothingLeft,
    /// The invite is not accepted; until then Plex keeps what was invited to.
    NotAccepted,
    /// Plex keeps the limits of this managed user itself; only libraries are planned.
    LimitsKept,
}

impl Obstacle {
    pub fn words(self) -> &'static str {
        match self {
            Self::NothingLeft => "They would have nothing left: this server has no default library. Choose one first.",
            Self::NotAccepted => "The invite is not accepted yet; until then Plex keeps what it was for.",
            Self::LimitsKept => {
                "Plex keeps the limits of this managed user in a restriction profile: libraries are changed, downloads and the age rating are not. Change those in Plex, under Plex Home."
            }
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub changes: Vec<Change>,
    /// What somebody left out of an earlier plan, and nothing has changed about since.
    pub spared: Vec<Change>,
    pub drift: Vec<Drift>,
    pub held_up: Vec<(PersonId, ServerId, Obstacle)>,
}

/// Something known of a person's share, by person and server.
pub type ByShare = HashMap<(PersonId, ServerId), Given>;

/// What is known from earlier plans.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    /// What was last sent to Plex.
    pub sent: ByShare,
    /// What somebody would have been given, and was spared.
    pub spared: ByShare,
}

pub fn plan(house: &House, members: &[Member], earlier: &Earlier) -> Plan {
    let resolver = Resolver::new(house);
    let mut plan = Plan::default();
    for member in members {
        let said = resolver.of(member);
        // Settings are one for all servers of an owner: the first change of one carries them.
        let mut settled = Vec::new();
        for server in &house.servers {
            let held = member.has.iter().find(|held| held.server == server.id);
            let found = held.map(|held| held.found(server));
            if said.is_out() {
                plan.changes.extend(found.map(|found| Change::removal(member.id, server.id, found)));
                continue;
            }
            if let Some(drift) = drift(member, server, held.zip(found.as_ref()), &earlier.sent) {
                plan.drift.push(drift);
                continue;
            }
            let (change, obstacle) = one(&said, member, server, held.zip(found), settled.contains(&server.owner));
            plan.held_up.extend(obstacle.map(|obstacle| (member.id, server.id, obstacle)));
            let Some(change) = change else { continue };
            if change.moves_settings() {
                settled.push(server.owner);
            }
            let spared = earlier.spared.get(&(member.id, server.id));
            let is_spared = spared.is_some() && spared == change.after.as_ref();
            if is_spared { plan.spared.push(change) } else { plan.changes.push(change) }
        }
    }
    plan
}

/// More than a fifth of those with a share lose something, and more than one of them: worth a second look.
pub fn is_large(losing: usize, holding: usize) -> bool {
    losing > 1 && losing * 5 > holding
}

/// What would be planned without a group that is not planned with it.
pub fn without(house: &House, members: &[Member], earlier: &Earlier, group: GroupId) -> Vec<Change> {
    let with: HashMap<(PersonId, ServerId), Change> =
        plan(house, members, earlier).changes.into_iter().map(|one| ((one.person, one.server), one)).collect();
    let mut house = house.clone();
    house.groups.retain(|other| other.id != group);
    let left = |member: &Member| {
        let groups = member.groups.iter().copied().filter(|id| *id != group).collect();
        Member { groups, ..member.clone() }
    };
    let members: Vec<Member> = members.iter().map(left).collect();
    let is_new = |change: &Change| with.get(&(change.person, change.server)) != Some(change);
    plan(&house, &members, earlier).changes.into_iter().filter(is_new).collect()
}

fn drift(member: &Member, server: &Server, held: Option<(&Held, &Given)>, sent: &ByShare) -> Option<Drift> {
    let sent = sent.get(&(member.id, server.id))?;
    (!held.is_some_and(|(held, found)| is_as_sent(server, held.accepted, found, sent))).then(|| Drift {
        person: member.id,
        server: server.id,
        sent: sent.clone(),
        found: held.map(|(_, found)| found.clone()),
    })
}

/// What was `found` is what was last sent, as far as it is there. What Plex says of the settings of an open invite is not
/// to be relied on.
pub fn is_as_sent(server: &Server, accepted: bool, found: &Given, sent: &Given) -> bool {
    let wanted = sent.libraries.iter().filter(|library| server.libraries.contains(library));
    let settings = !accepted || found.settings == sent.settings;
    settings && found.all == sent.all && (sent.libraries == found.libraries || wanted.eq(&found.libraries))
}

/// What changes of one share, and what keeps its libraries from it.
fn one(
    said: &Said<'_>,
    member: &Member,
    server: &Server,
    held: Option<(&Held, Given)>,
    settled: bool,
) -> (Option<Change>, Option<Obstacle>) {
    let Some(should) = said.should(server) else { return (None, None) };
    let (held, before) = held.unzip();
    let same = before.as_ref().is_some_and(|before| before.libraries == should);
    let obstacle = match held {
        _ if same => None,
        _ if should.is_empty() => Some(Obstacle::NothingLeft),
        Some(held) if !held.accepted => Some(Obstacle::NotAccepted),
        _ => None,
    };
    let is_kept_from = |held: &Held| held.accepted && said.is_kept_from(&held.given.settings);
    let told = obstacle.or_else(|| held.is_some_and(is_kept_from).then_some(Obstacle::LimitsKept));
    let settings = match held {
        None => said.on_invite(server, settled),
        Some(held) if settled || !held.accepted => held.given.settings.clone(),
        Some(held) => said.settings(&held.given.settings),
    };
    // What is given as a whole stays so where nothing of it changes.
    let after = match (&before, same || obstacle.is_some()) {
        (None, true) => return (None, told),
        (Some(before), true) => Given { settings, ..before.clone() },
        (_, false) => Given { libraries: should, all: false, settings },
    };
    let change = Change { person: member.id, server: server.id, before, after: Some(after) };
    ((!change.is_nothing()).then_some(change), told)
}
