//! What one person sees, library by library: whether, why, until when, and whether Plex has it so.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::resolve::{Answer, Held, House, Member, Resolver, Server, Why};
use super::words;
use crate::domain::ids::{GroupId, LibraryId, ServerId};
use crate::domain::membership::{Membership, Standing};
use crate::domain::people::Person;
use crate::domain::removal::{Removal, Way};

crate::text_enum! {
    /// What Plex gives, beside what they should have.
    pub enum Beside {
        Same = "same",
        /// They should have it, and Plex does not give it.
        Missing = "missing",
        /// Plex gives it, and they should not have it.
        More = "more",
        /// It is being changed, or their invite is not accepted yet.
        Waiting = "waiting",
    }
}

/// Why somebody is on no server now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Out {
    /// Their membership has come to its end.
    Over,
    Paused,
    /// It was ended by removing them.
    Removed(Way),
}

impl Out {
    /// Of the removals in force the last one that took their servers says why; else their membership does.
    pub fn of(one: &Membership, in_force: &[Removal], now: DateTime<Utc>) -> Option<Self> {
        one.out_since(now)?;
        let removal = in_force.iter().find(|removal| removal.closed);
        Some(match (removal, one.standing(now)) {
            (Some(removal), _) => Self::Removed(removal.way),
            (None, Standing::Paused) => Self::Paused,
            (None, _) => Self::Over,
        })
    }

    fn words(self) -> String {
        match self {
            Self::Over => "Their membership is over".to_owned(),
            Self::Paused => "Their membership is paused".to_owned(),
            Self::Removed(way) => format!("They were removed {}", way.from()),
        }
    }
}

/// One sentence; for a group somebody was put into also since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub words: String,
    pub since: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub library: LibraryId,
    pub sees: bool,
    pub why: Vec<Reason>,
    /// When it will be otherwise by itself.
    pub until: Option<DateTime<Utc>>,
    /// Plex gives it to them.
    pub on_plex: bool,
    /// None where Plex has no say.
    pub beside: Option<Beside>,
    pub is_default: bool,
    pub withheld: bool,
}

/// Whom the rows are about, and what Plex gives them by our copy.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    pub person: &'a Person,
    pub member: &'a Member,
    pub found: &'a [Held],
    /// Servers where a change is on its way.
    pub under_way: &'a HashSet<ServerId>,
    pub since: &'a HashMap<GroupId, DateTime<Utc>>,
    pub out: Option<Out>,
}

/// The libraries of one server, in its order.
pub fn rows(house: &House, server: &Server, about: About<'_>) -> Vec<Row> {
    let resolver = Resolver::new(house);
    let held = about.found.iter().find(|held| held.server == server.id);
    server.libraries.iter().map(|library| row(&resolver, house, server, *library, held, about)).collect()
}

fn row(
    resolver: &Resolver<'_>,
    house: &House,
    server: &Server,
    library: LibraryId,
    held: Option<&Held>,
    about: About<'_>,
) -> Row {
    let About { person, member, .. } = about;
    let answer = resolver.answer(member, library);
    let named = held.is_some_and(|held| held.given.all || held.given.libraries.contains(&library));
    let accepted = held.is_none_or(|held| held.accepted);
    let is_default = server.default == Some(library);
    let mut row = Row {
        library,
        sees: answer.sees,
        why: reasons(house, &answer, held, about),
        until: answer.until,
        on_plex: named && accepted,
        beside: person.is_shared_with().then(|| {
            let waits = about.under_way.contains(&server.id) || (!accepted && (named || answer.sees));
            beside(answer.sees, named, waits)
        }),
        is_default,
        withheld: !is_default && member.excluded.contains(&library),
    };
    // What Plex has no say in.
    let plainly = |row: Row, sees: bool, words: &str| Row { sees, why: vec![said(words)], until: None, ..row };
    match () {
        () if person.is_owner => row = Row { on_plex: true, ..plainly(row, true, "Owns the server") },
        () if person.plex_id.is_none() && person.username.is_some() => row = local(row, person, member),
        () if person.role.sees_all_libraries() && !row.sees => {
            row.why.insert(0, said("Their role sees everything in Usherr"));
            row = Row { sees: true, until: None, ..row };
        }
        () if person.removed_at.is_some() => row = plainly(row, false, "Removed from Usherr"),
        () if person.gone_at.is_some() => row = plainly(row, false, "Gone from Plex"),
        () => {}
    }
    row
}

/// Somebody who signs in here alone sees the default library, and what groups and grants give, in Usherr.
fn local(row: Row, person: &Person, member: &Member) -> Row {
    let plainly = |row: Row, sees: bool, words: &str| Row { sees, why: vec![said(words)], until: None, ..row };
    match () {
        () if person.role.sees_all_libraries() => plainly(row, true, "Their role sees everything in Usherr"),
        () if row.is_default => plainly(row, true, "Default library, everyone has it"),
        () if member.is_as_found() => plainly(row, false, "Has no Plex account here, no group and no grant"),
        () => row,
    }
}

fn said(words: &str) -> Reason {
    Reason { words: words.to_owned(), since: None }
}

fn beside(should: bool, has: bool, waits: bool) -> Beside {
    match (should, has) {
        _ if waits => Beside::Waiting,
        (true, false) => Beside::Missing,
        (false, true) => Beside::More,
        _ => Beside::Same,
    }
}

fn reasons(house: &House, answer: &Answer, held: Option<&Held>, about: About<'_>) -> Vec<Reason> {
    let as_found = about.member.is_as_found();
    let has_come = about.person.plex_id.is_some();
    let reason = |why: &Why| {
        let words = match why {
            Why::AsFound if held.is_some_and(|held| held.given.all) => "All libraries are shared on Plex".to_owned(),
            Why::Nothing if as_found && !has_come => "Was invited and has not come yet".to_owned(),
            Why::Nothing if as_found => "Not shared on Plex".to_owned(),
            Why::Out => about.out.map_or_else(|| words::reason(why, &house.groups), Out::words),
            why => words::reason(why, &house.groups),
        };
        let since = match why {
            Why::Group(id) => about.since.get(id).copied(),
            _ => None,
        };
        Reason { words, since }
    };
    let mut reasons: Vec<Reason> = answer.why.iter().map(reason).collect();
    // Several grants of one library are one reason.
    reasons.dedup();
    reasons
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::ids::{PersonId, RemovalId};
    use crate::domain::removal::State;

    #[test]
    fn who_is_out_reads_why() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (now, open) = (at("2026-11-22T12:00:00Z"), Membership::open(PersonId(1)));
        let over = Membership { ends_at: Some(at("2026-11-20T23:00:00Z")), ..open.clone() };
        let said = |one: &Membership, in_force: &[Removal]| Out::of(one, in_force, now).map(Out::words);
        assert_eq!(said(&open, &[]), None);
        assert_eq!(said(&over, &[]).unwrap(), "Their membership is over");
        assert_eq!(said(&open.clone().pause(now), &[]).unwrap(), "Their membership is paused");
        let removal = |way, closed| Removal {
            id: RemovalId(1),
            person: PersonId(1),
            way,
            state: State::Done,
            problem: None,
            attempt: 1,
            by: None,
            made_at: now,
            ended_at: None,
            closed,
            before_ends_at: None,
        };
        // One that found them out already is not why they are.
        let both = [removal(Way::Friends, false), removal(Way::Server, true)];
        assert_eq!(said(&over, &both).unwrap(), "They were removed from all servers");
        assert_eq!(said(&over, &both[..1]).unwrap(), "Their membership is over");
    }

    #[test]
    fn plex_beside_what_should_be() {
        assert_eq!(beside(true, true, false), Beside::Same);
        assert_eq!(beside(false, false, false), Beside::Same);
        assert_eq!(beside(true, false, false), Beside::Missing);
        assert_eq!(beside(false, true, false), Beside::More);
        assert_eq!(beside(true, false, true), Beside::Waiting);
    }
}
