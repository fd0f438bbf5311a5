//! What one person sees, library by library: whether, why, until when, and whether Plex has it so.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::resolve::{Answer, Held, House, Member, Resolver, Server, Why};
use super::words;
use crate::domain::ids::{GroupId, LibraryId, ServerId};
use crate::domain::people::Person;

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
    use super::*;

    #[test]
    fn plex_beside_what_should_be() {
        assert_eq!(beside(true, true, false), Beside::Same);
        assert_eq!(beside(false, false, false), Beside::Same);
        assert_eq!(beside(true, false, false), Beside::Missing);
        assert_eq!(beside(false, true, false), Beside::More);
        assert_eq!(beside(true, false, true), Beside::Waiting);
    }
}
