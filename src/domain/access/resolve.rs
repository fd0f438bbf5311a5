//! What somebody should have, why, and until when. Groups and grants only ever give; what is taken away is an exclusion by
//! hand. Whoever is in no group and has neither keeps what Plex gives them.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::given::{Given, Wanted};
use super::said::Said;
use super::when::{Rest, When};
use crate::domain::group::{Flags, Group};
use crate::domain::ids::{GroupId, LibraryId, PersonId, ServerId};

/// What can be shared, and by which groups, at one moment.
#[derive(Debug, Clone)]
pub struct House {
    pub now: DateTime<Utc>,
    pub zone: Tz,
    pub servers: Vec<Server>,
    pub groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    pub id: ServerId,
    /// The account it belongs to: settings of shares are the same on all servers of one.
    pub owner: Option<i64>,
    /// In every share of this server.
    pub default: Option<LibraryId>,
    /// Those that are there.
    pub libraries: Vec<LibraryId>,
}

/// One person's own access to one library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub library: LibraryId,
    pub when: When,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub id: PersonId,
    pub groups: Vec<GroupId>,
    pub grants: Vec<Grant>,
    /// Withheld by hand, whatever groups and grants say.
    pub excluded: Vec<LibraryId>,
    /// What Plex gives today.
    pub has: Vec<Held>,
    /// What Plex lets them do beyond what their groups say.
    pub flags: Option<Flags>,
    /// From then on they are not on any server: their membership ends, or is paused.
    pub out_from: Option<DateTime<Utc>>,
    /// Plex keeps what they may do itself: their libraries are ours to change, settings are not.
    pub limits_kept: bool,
}

/// A share as it is on Plex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub server: ServerId,
    pub accepted: bool,
    /// Where all is given, `libraries` says nothing.
    pub given: Given,
}

impl Held {
    /// What it opens of what is there.
    pub fn libraries(&self, server: &Server) -> BTreeSet<LibraryId> {
        match () {
            () if self.given.all => server.libraries.iter().copied().collect(),
            () if self.given.libraries.iter().all(|id| server.libraries.contains(id)) => self.given.libraries.clone(),
            () => self.given.libraries.iter().copied().filter(|id| server.libraries.contains(id)).collect(),
        }
    }

    /// The same with all that belongs to it.
    pub fn found(&self, server: &Server) -> Given {
        Given { all: self.given.all, ..self.given.with(self.libraries(server)) }
    }
}

impl Member {
    pub fn is_out(&self, at: DateTime<Utc>) -> bool {
        self.out_from.is_some_and(|from| from <= at)
    }

    /// Nobody has said yet what this person should have.
    pub fn is_as_found(&self) -> bool {
        self.groups.is_empty() && self.grants.is_empty() && self.excluded.is_empty()
    }
}

/// Why somebody sees a library, or does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It is the server's default library.
    Default,
    /// A group carries it.
    Group(GroupId),
    /// A grant of their own.
    Grant,
    /// Plex shares it, and nobody has said otherwise.
    AsFound,
    /// Withheld by hand.
    Excluded,
    /// A group carries it, but not now.
    GroupRests(GroupId, Rest),
    /// A grant of their own, but not now.
    GrantRests(Rest),
    /// No group carries it, and there is no grant.
    Nothing,
    /// Their membership is over, or paused.
    Out,
}

impl Why {
    fn gives(&self) -> bool {
        matches!(self, Self::Default | Self::Group(_) | Self::Grant | Self::AsFound)
    }
}

/// Whether somebody should see a library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub sees: bool,
    /// All reasons that hold; those against it where none does.
    pub why: Vec<Why>,
    /// When it will be otherwise, should nobody change anything.
    pub until: Option<DateTime<Utc>>,
}

/// Answers for many people at one moment: what all share in is read once.
pub struct Resolver<'a> {
    house: &'a House,
    groups: HashMap<GroupId, Carrier<'a>>,
    there: HashMap<LibraryId, ServerId>,
    defaults: HashMap<LibraryId, &'a Server>,
}

/// A group, with what it carries at this moment of what is there.
struct Carrier<'a> {
    group: &'a Group,
    carries: Vec<(ServerId, LibraryId)>,
}

/// Changes that lie further ahead than so many openings of windows are not foreseen.
const FORESEEN: usize = 32;

impl<'a> Resolver<'a> {
    pub fn new(house: &'a House) -> Self {
        let there =
            house.servers.iter().flat_map(|server| server.libraries.iter().map(|library| (*library, server.id)));
        let there: HashMap<LibraryId, ServerId> = there.collect();
        let carrier = |group: &'a Group| {
            let holds = group.when.holds(house.now, house.zone);
            let libraries = group.libraries.iter().filter(|_| holds);
            let carries = libraries.filter_map(|id| Some((*there.get(id)?, *id))).collect();
            (group.id, Carrier { group, carries })
        };
        let groups = house.groups.iter().map(carrier).collect();
        let defaults = house.servers.iter().filter_map(|server| Some((server.default?, server)));
        Self { house, groups, defaults: defaults.filter(|(id, _)| there.contains_key(id)).collect(), there }
    }

    /// What somebody should have of a server; the default library is always part of it. None: as it is, for nobody has said
    /// otherwise, or because nobody is let in for the default library alone.
    pub fn should(&self, member: &Member, server: &Server) -> Option<BTreeSet<LibraryId>> {
        self.of(member).should(server)
    }

    /// What is said of somebody, gathered once for all servers.
    pub fn of<'m>(&self, member: &'m Member) -> Said<'m>
    where
        'a: 'm,
    {
        let carriers: Vec<&Carrier<'_>> = member.groups.iter().filter_map(|id| self.groups.get(id)).collect();
        let carried = carriers.iter().flat_map(|carrier| carrier.carries.iter().copied());
        let granted = member.grants.iter().filter(|grant| grant.when.holds(self.house.now, self.house.zone));
        let granted = granted.filter_map(|grant| Some((*self.there.get(&grant.library)?, grant.library)));
        let most = carriers.iter().map(|carrier| carrier.carries.len()).sum::<usize>() + member.grants.len();
        let mut libraries = Vec::with_capacity(most);
        libraries.extend(carried.chain(granted).filter(|(_, id)| !member.excluded.contains(id)));
        libraries.sort_unstable();
        libraries.dedup();
        let settings = Wanted::of(carriers.iter().map(|carrier| carrier.group), member.flags, self.house.now);
        Said { house: self.house, member, libraries, settings }
    }

    /// Why somebody should see a library or not: all reasons that hold.
    pub fn why(&self, member: &Member, library: LibraryId) -> Vec<Why> {
        self.reasons(member, library, self.house.now)
    }

    /// Whether somebody should see a library, why, and until when.
    pub fn answer(&self, member: &Member, library: LibraryId) -> Answer {
        let why = self.reasons(member, library, self.house.now);
        let sees = why.iter().any(Why::gives);
        let mut until = None;
        let mut now = self.house.now;
        for _ in 0..FORESEEN {
            let Some(next) = self.next_moment(member, library, now) else { break };
            if self.reasons(member, library, next).iter().any(Why::gives) != sees {
                until = Some(next);
                break;
            }
            now = next;
        }
        Answer { sees, why, until }
    }

    fn reasons(&self, member: &Member, library: LibraryId, at: DateTime<Utc>) -> Vec<Why> {
        if member.is_out(at) {
            return vec![Why::Out];
        }
        if member.is_as_found() {
            return vec![if self.is_found(member, library) { Why::AsFound } else { Why::Nothing }];
        }
        if let Some(server) = self.defaults.get(&library) {
            return vec![if self.should(member, server).is_some() { Why::Default } else { Why::Nothing }];
        }
        if member.excluded.contains(&library) {
            return vec![Why::Excluded];
        }
        if !self.there.contains_key(&library) {
            return vec![Why::Nothing];
        }
        let (zone, mut gives, mut rests) = (self.house.zone, Vec::new(), Vec::new());
        for group in self.carriers(member, library) {
            match group.when.holds(at, zone) {
                true => gives.push(Why::Group(group.id)),
                false => rests.push(Why::GroupRests(group.id, group.when.rest(at, zone))),
            }
        }
        for grant in member.grants.iter().filter(|grant| grant.library == library) {
            match grant.when.holds(at, zone) {
                true => gives.push(Why::Grant),
                false => rests.push(Why::GrantRests(grant.when.rest(at, zone))),
            }
        }
        match (gives.is_empty(), rests.is_empty()) {
            (false, _) => gives,
            (true, false) => rests,
            (true, true) => vec![Why::Nothing],
        }
    }

    fn is_found(&self, member: &Member, library: LibraryId) -> bool {
        let server = self.there.get(&library);
        let gives = |held: &Held| held.accepted && (held.given.all || held.given.libraries.contains(&library));
        member.has.iter().any(|held| Some(&held.server) == server && gives(held))
    }

    fn carriers(&self, member: &Member, library: LibraryId) -> impl Iterator<Item = &'a Group> {
        let groups = member.groups.iter().filter_map(|id| self.groups.get(id)).map(|carrier| carrier.group);
        groups.filter(move |group| group.libraries.contains(&library))
    }

    fn next_moment(&self, member: &Member, library: LibraryId, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let grants = member.grants.iter().filter(|grant| grant.library == library).map(|grant| &grant.when);
        let all = self.carriers(member, library).map(|group| &group.when).chain(grants);
        let out = member.out_from.filter(|from| *from > at);
        all.filter_map(|when| when.next_change(at, self.house.zone)).chain(out).min()
    }
}
