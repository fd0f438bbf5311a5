//! All that is said of somebody, by groups and by hand, gathered once for all servers.

use std::collections::BTreeSet;

use super::given::Wanted;
use super::resolve::{Held, House, Member, Server};
use crate::domain::ids::{LibraryId, ServerId};
use crate::domain::sharing::ShareSettings;

pub struct Said<'a> {
    pub(super) house: &'a House,
    pub(super) member: &'a Member,
    /// What groups and grants give at this moment of what is there, but for what is withheld: each once, in order.
    pub(super) libraries: Vec<(ServerId, LibraryId)>,
    pub(super) settings: Wanted,
}

impl Said<'_> {
    /// Their membership is over, or paused: they have nothing at all.
    pub fn is_out(&self) -> bool {
        self.member.is_out(self.house.now)
    }

    /// What they should have of a server; the default library is always part of it. None: as it is, for nobody has said
    /// otherwise, or because nobody is let in for the default library alone.
    pub fn should(&self, server: &Server) -> Option<BTreeSet<LibraryId>> {
        if self.member.is_as_found() || self.is_out() {
            return None;
        }
        let from = self.libraries.partition_point(|(here, _)| *here < server.id);
        let to = self.libraries.partition_point(|(here, _)| *here <= server.id);
        let own = self.libraries.get(from..to).unwrap_or_default().iter().map(|(_, library)| *library);
        let default = server.default.filter(|id| server.libraries.contains(id));
        let all: BTreeSet<LibraryId> = own.chain(default).collect();
        let is_let_in = self.member.has.iter().any(|held| held.server == server.id);
        (is_let_in || all.iter().any(|library| Some(*library) != server.default)).then_some(all)
    }

    /// What the settings of their shares should be, where they are now `found`.
    pub fn settings(&self, found: &ShareSettings) -> ShareSettings {
        if self.member.limits_kept { found.clone() } else { self.settings.over(found) }
    }

    /// Groups want other settings than Plex keeps.
    pub fn is_kept_from(&self, found: &ShareSettings) -> bool {
        self.member.limits_kept && self.settings.over(found) != *found
    }

    /// The settings with which they are invited: those that other shares of the same owner have, so that an invite turns
    /// nothing there, nor taking it back; else what groups say. `settled` when those others are being turned to that, too.
    pub fn on_invite(&self, server: &Server, settled: bool) -> ShareSettings {
        let same_owner = |held: &&Held| {
            let other = self.house.servers.iter().find(|other| other.id == held.server);
            other.is_some_and(|other| other.owner == server.owner)
        };
        // What an open invite is said to have holds where nothing else is known.
        match self.member.has.iter().filter(same_owner).max_by_key(|held| held.accepted) {
            Some(held) if !settled => held.given.settings.clone(),
            Some(held) => self.settings(&held.given.settings),
            None => self.settings(&ShareSettings::default()),
        }
    }
}
