//! Invites: links that let somebody in, with what they give, how often they work and until when.

use chrono::{DateTime, NaiveDate, Utc};

use super::group::{Flags, Group};
use super::ids::{GroupId, InviteId, LibraryId, PersonId};
use super::stay::Stay;

pub mod form;
pub mod guests;
pub mod home;
pub mod mail;
pub mod refusal;
pub mod uses;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invite {
    pub id: InviteId,
    /// The end of its link.
    pub code: String,
    /// What it is for, for those who look after invites.
    pub label: String,
    /// Words for the guest.
    pub note: String,
    pub gives: Gives,
    /// What Plex lets a guest do beyond what their groups say.
    pub flags: Flags,
    /// A place in the Plex Home of the owner, too: of whoever owns the first server, where there are several.
    pub home: bool,
    /// How long whoever comes by it may be there.
    pub stay: Stay,
    /// How often it works; none is without limit.
    pub uses: Option<u32>,
    pub used: u32,
    /// From then on it works no more.
    pub expires_at: Option<DateTime<Utc>>,
    pub paused: bool,
    pub made_by: Option<PersonId>,
    /// A member made it within their allowance: it works while they may invite.
    pub by_member: bool,
    pub made_at: DateTime<Utc>,
}

/// What a guest may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gives {
    /// What groups carry: libraries, rights and allowances.
    Groups(Vec<GroupId>),
    Libraries(Vec<LibraryId>),
}

crate::text_enum! {
    /// Whether a link lets somebody in.
    pub enum Standing {
        Open = "open",
        Paused = "paused",
        /// Its time is over.
        Expired = "expired",
        UsedUp = "used_up",
    }
}

impl Invite {
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match self {
            _ if self.expires_at.is_some_and(|end| end <= now) => Standing::Expired,
            _ if self.left() == Some(0) => Standing::UsedUp,
            _ if self.paused => Standing::Paused,
            _ => Standing::Open,
        }
    }

    /// How long whoever comes by it may stay: as it says itself, else as long as the most generous of its groups. One without
    /// end says nothing.
    pub fn stays(&self, groups: &[Group], today: NaiveDate) -> Stay {
        let Gives::Groups(ids) = &self.gives else { return self.stay };
        let of_groups = groups.iter().filter(|group| ids.contains(&group.id)).map(|group| group.stay);
        match self.stay {
            Stay::Open => of_groups.max_by_key(|stay| stay.last_day(today)).unwrap_or_default(),
            own => own,
        }
    }

    /// What somebody has decided about a person since it was made is not undone by it.
    pub fn is_older_than(&self, decided: impl IntoIterator<Item = DateTime<Utc>>) -> bool {
        decided.into_iter().any(|at| at >= self.made_at)
    }

    /// What it is called in the record: by its label, else by its link.
    pub fn name(&self) -> &str {
        if self.label.is_empty() { &self.code } else { &self.label }
    }

    /// What it was for is deleted.
    pub fn is_empty(&self) -> bool {
        match &self.gives {
            Gives::Groups(ids) => ids.is_empty(),
            Gives::Libraries(ids) => ids.is_empty(),
        }
    }

    /// How many more it lets in.
    pub fn left(&self) -> Option<u32> {
        self.uses.map(|uses| uses.saturating_sub(self.used))
    }
}

#[cfg(test)]
pub mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    pub fn invite() -> Invite {
        Invite {
            id: InviteId(1),
            code: "back-row-2026".to_owned(),
            label: String::new(),
            note: String::new(),
            gives: Gives::Groups(vec![GroupId(3)]),
            flags: Flags::default(),
            home: false,
            stay: Stay::Open,
            uses: Some(3),
            used: 1,
            expires_at: None,
            paused: false,
            made_by: None,
            by_member: false,
            made_at: "2026-11-20T12:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn it_undoes_only_what_was_decided_before_it() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (before, after) = (at("2026-11-20T11:59:59Z"), at("2026-11-20T12:00:00Z"));
        assert!(!invite().is_older_than([before]) && !invite().is_older_than([]));
        assert!(invite().is_older_than([before, after]));
    }

    #[test]
    fn where_an_invite_says_nothing_its_groups_do() {
        let group =
            |id: i64, stay: &str| Group { id: GroupId(id), stay: stay.parse().unwrap(), ..Group::new("Friends") };
        let groups = [group(3, "30d"), group(4, "12m"), group(5, "open"), group(6, "24m")];
        let today = "2026-11-22".parse().unwrap();
        let stays = |ids: &[i64], stay: &str| {
            let gives = Gives::Groups(ids.iter().copied().map(GroupId).collect());
            Invite { gives, stay: stay.parse().unwrap(), ..invite() }.stays(&groups, today).to_string()
        };
        assert_eq!(stays(&[3, 4, 5], "open"), "12m");
        assert_eq!(stays(&[5], "open"), "open");
        assert_eq!(stays(&[4], "7d"), "7d", "its own word counts");
    }

    #[test]
    fn a_link_works_until_it_is_over_used_up_or_paused() {
        let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse().unwrap();
        let open = invite();
        assert_eq!((open.standing(now), open.left()), (Standing::Open, Some(2)));
        let without_limit = Invite { uses: None, used: 900, ..invite() };
        assert_eq!((without_limit.standing(now), without_limit.left()), (Standing::Open, None));
        let paused = Invite { paused: true, ..invite() };
        assert_eq!(paused.standing(now), Standing::Paused);
        // Less uses than there were is none left, not a number that turns over.
        let used_up = Invite { used: 4, ..paused };
        assert_eq!((used_up.standing(now), used_up.left()), (Standing::UsedUp, Some(0)));
        let over = Invite { expires_at: Some(now), ..used_up };
        assert_eq!(over.standing(now), Standing::Expired);
    }
}
