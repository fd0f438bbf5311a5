//! How far somebody reaches at this moment, and what they may see of Plex. What of it fits which title is asked of the
//! database, in every query that shows titles.

use chrono::{DateTime, Utc};

use super::Person;
use crate::domain::group::{Group, Rights, rights};
use crate::domain::ids::{LibraryId, PersonId};
use crate::domain::ratings;
use crate::domain::settings::Settings;

/// By their role, and by the groups they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    pub rights: Rights,
    pub sees: Sees,
    /// The age up to which titles are shown; none shows all.
    pub ceiling: Option<u8>,
}

/// Where it comes from what libraries somebody sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sees {
    /// All there are: admins, auditors, the owner.
    All,
    /// What accepted shares say: Plex itself holds them to that.
    Shared,
    /// Without a Plex account: the default libraries, and these, by groups and grants.
    Given(Vec<LibraryId>),
    /// Gone from Plex.
    Nothing,
    /// Their membership is over, or paused: not even the house, but for their own page.
    Out,
}

impl Sees {
    /// What groups and grants give is still to be read.
    pub fn of(person: &Person) -> Self {
        match person {
            _ if person.role.sees_all_libraries() || person.is_owner => Self::All,
            Person { gone_at: Some(_), .. } => Self::Nothing,
            Person { plex_id: Some(_), .. } => Self::Shared,
            _ => Self::Given(Vec::new()),
        }
    }
}

impl Reach {
    /// Of somebody in these groups. Who sees everything is under no ceiling.
    pub fn of(settings: &Settings, person: &Person, groups: &[&Group], now: DateTime<Utc>) -> Self {
        let sees = Sees::of(person);
        let ceiling = rights::ceiling(groups.iter().copied(), now).filter(|_| sees != Sees::All);
        Self { rights: Rights::of(settings, person.role, groups, now), sees, ceiling }
    }
}

/// What somebody may see. It is part of every query that shows titles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sight {
    /// None for all there are.
    pub libraries: Option<Vec<LibraryId>>,
    /// Titles rated for an older age than this are out of sight, and so is what nobody has rated.
    pub ceiling: Option<u8>,
    /// Whoever sees a request of a title knows of that title, wherever it lies.
    pub requests: Requests,
}

/// Whose requests somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requests {
    All,
    /// Their own, and those they follow.
    Own(PersonId),
    None,
}

impl Sight {
    pub const EVERYTHING: Self = Self { libraries: None, ceiling: None, requests: Requests::All };

    /// These libraries, and nothing by other ways.
    pub fn of(libraries: Vec<LibraryId>) -> Self {
        Self { libraries: Some(libraries), ceiling: None, requests: Requests::None }
    }

    pub fn opens(&self, library: LibraryId) -> bool {
        self.libraries.as_ref().is_none_or(|libraries| libraries.contains(&library))
    }

    /// Whether a title that is not on Plex for them may be shown as Sonarr or Radarr tells it, who say `told` about its
    /// rating. Under a ceiling what they leave unrated is not, nor what we know (`kept`) to be for older people.
    pub fn takes(&self, told: Option<&str>, kept: Option<&str>) -> bool {
        let Some(ceiling) = self.ceiling else { return true };
        ratings::is_within(told, ceiling) && (kept.is_none() || ratings::is_within(kept, ceiling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn under_a_ceiling_only_what_is_rated_for_it_is_offered() {
        let free = Sight::of(Vec::new());
        let child = Sight { ceiling: Some(12), ..free.clone() };
        assert!(free.takes(None, None) && free.takes(Some("R"), Some("R")));
        assert!(child.takes(Some("12"), None) && child.takes(Some("PG"), Some("de/12")));
        assert!(!child.takes(None, None) && !child.takes(Some("NR"), None) && !child.takes(Some("R"), None));
        assert!(!child.takes(None, Some("de/6")), "that we have it rated must not be found out");
        assert!(!child.takes(Some("12"), Some("de/16")), "the stricter word counts");
    }
}
