//! People in pages, found by a part of their name or address, and counted. A house has hundreds of people, not millions:
//! matching and order are done here, so that accents and upper case count alike on both engines.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::Row;
use crate::db::schema::{people, shares};
use crate::db::{Conn, access, memberships, removals};
use crate::domain::membership::{Membership, Standing};
use crate::domain::people::{Person, Role};
use crate::error::Outcome;

/// Which of them to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Among {
    #[default]
    All,
    Holding(Role),
    /// Invited, and has not come yet.
    Invited,
    Home,
    /// Not on Plex's list any more.
    Gone,
    /// What they see on Plex is not what was last sent there.
    Differing,
    /// Their membership has an end that is still to come.
    Ending,
    /// Their membership is over, or paused.
    Out,
    /// They would like to stay longer.
    Asking,
    /// From anything.
    Removed,
}

impl Among {
    /// As it stands in an address: empty for all, or a role. None for a word that is none of these.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "" => Some(Self::All),
            "invited" => Some(Self::Invited),
            "home" => Some(Self::Home),
            "gone" => Some(Self::Gone),
            "differing" => Some(Self::Differing),
            "ending" => Some(Self::Ending),
            "out" => Some(Self::Out),
            "asking" => Some(Self::Asking),
            "removed" => Some(Self::Removed),
            role => role.parse().ok().map(Self::Holding),
        }
    }
}

/// Somebody in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub person: Person,
    /// An invitation that was not taken up yet, and nothing else.
    pub invited: bool,
    /// On the keep list.
    pub keep: bool,
    /// Plex differs from what was last sent.
    pub differs: bool,
    /// None for those of whom nobody has said otherwise: they stay without end.
    pub membership: Option<Membership>,
    /// From anything, and nobody has let them back.
    pub removed: bool,
}

impl Listed {
    pub fn is(&self, among: Among, now: DateTime<Utc>) -> bool {
        let member =
            |is: fn(&Membership, DateTime<Utc>) -> bool| self.membership.as_ref().is_some_and(|one| is(one, now));
        match among {
            Among::Removed => self.removed,
            // Who is nobody here any more stands among the removed, and nowhere else.
            _ if self.person.removed_at.is_some() => false,
            Among::All => true,
            Among::Holding(role) => self.person.role == role,
            Among::Invited => self.invited,
            Among::Home => self.person.home,
            Among::Gone => self.person.gone_at.is_some(),
            Among::Differing => self.differs,
            Among::Ending => member(|one, now| one.ends_at.is_some() && one.standing(now) == Standing::Open),
            Among::Out => member(|one, now| one.out_since(now).is_some()),
            Among::Asking => member(|one, _| one.asked_at.is_some()),
        }
    }
}

/// Everybody whose name or address has these words in it, by name.
pub fn people(conn: &mut Conn, words: &str) -> Outcome<Vec<Person>> {
    let rows: Vec<Row> = people::table.select(Row::as_select()).load(conn)?;
    let wanted: Vec<String> = words.split_whitespace().map(folded).collect();
    let fitting = rows.into_iter().map(Person::from).filter(|person| matches(person, &wanted));
    let mut found: Vec<(String, Person)> = fitting.map(|person| (folded(&person.name), person)).collect();
    found.sort_by(|(a, one), (b, other)| a.cmp(b).then(one.id.cmp(&other.id)));
    Ok(found.into_iter().map(|(_, person)| person).collect())
}

/// The same with what the list says of each.
pub fn matching(conn: &mut Conn, words: &str) -> Outcome<Vec<Listed>> {
    let (accepted, pending) = invitations(conn)?;
    let (kept, differing) = (super::notes::kept(conn)?, access::differing(conn)?);
    let (mut memberships, removed) = (memberships::all(conn)?, removals::removed(conn)?);
    let listed = |person: Person| {
        let id = person.id.0;
        let mail_only = person.plex_id.is_none() && person.username.is_none();
        Listed {
            invited: mail_only || (pending.contains(&id) && !accepted.contains(&id)),
            keep: kept.contains(&person.id),
            differs: person.is_shared_with() && differing.contains(&person.id),
            membership: memberships.remove(&person.id),
            removed: removed.contains(&person.id),
            person,
        }
    };
    Ok(people(conn, words)?.into_iter().map(listed).collect())
}

fn invitations(conn: &mut Conn) -> Outcome<(HashSet<i64>, HashSet<i64>)> {
    let rows: Vec<(i64, bool)> = shares::table.select((shares::person_id, shares::accepted)).load(conn)?;
    let of = |accepted: bool| rows.iter().filter(|row| row.1 == accepted).map(|row| row.0).collect();
    Ok((of(true), of(false)))
}

fn matches(person: &Person, wanted: &[String]) -> bool {
    let texts = [Some(&person.name), person.email.as_ref(), person.username.as_ref(), person.plex_username.as_ref()];
    let all = texts.into_iter().flatten().map(|text| folded(text)).collect::<Vec<_>>().join("\n");
    wanted.iter().all(|word| all.contains(word))
}

/// Lower case, without accents.
fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
