//! What somebody may ask for, and what Plex lets them do: from the groups they are in, within what their role allows. Who
//! is in no group has the defaults of the house.

use chrono::{DateTime, Utc};

use super::Group;
use crate::domain::catalog::MediaKind;
use crate::domain::people::Role;
use crate::domain::quota::{Quota, approves_itself};
use crate::domain::settings::Settings;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    pub movies: bool,
    pub series: bool,
    pub four_k: bool,
    /// Requests need no decision.
    pub auto_approve: bool,
    /// Sees what others ask for.
    pub sees_requests: bool,
    /// Films in the days of the setting; none means as many as one likes.
    pub movie_quota: Option<u32>,
    pub season_quota: Option<u32>,
    /// Guests they may invite in those days.
    pub guests: u32,
}

/// What Plex lets somebody do with what is shared; on all servers alike.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flags {
    pub sync: bool,
    pub camera_upload: bool,
    pub tuners: bool,
}

impl Flags {
    pub fn or(self, other: Self) -> Self {
        Self {
            sync: self.sync || other.sync,
            camera_upload: self.camera_upload || other.camera_upload,
            tuners: self.tuners || other.tuners,
        }
    }

    /// What they let somebody do.
    pub fn words(self) -> Vec<&'static str> {
        let all = [(self.sync, "downloads"), (self.tuners, "Live TV"), (self.camera_upload, "camera upload")];
        all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect()
    }

    /// What groups that are on give together; nothing is said where there is none.
    pub fn of<'a>(groups: impl IntoIterator<Item = &'a Group>, now: DateTime<Utc>) -> Option<Self> {
        groups.into_iter().filter(|group| group.is_on(now)).map(|group| group.flags).reduce(Self::or)
    }
}

/// The strictest age ceiling of groups that are on.
pub fn ceiling<'a>(groups: impl IntoIterator<Item = &'a Group>, now: DateTime<Utc>) -> Option<u8> {
    groups.into_iter().filter(|group| group.is_on(now)).filter_map(|group| group.ceiling).min()
}

impl Rights {
    /// What a new group gives until somebody says otherwise.
    pub const USUAL: Self = Self {
        movies: true,
        series: true,
        four_k: false,
        auto_approve: false,
        sees_requests: false,
        movie_quota: None,
        season_quota: None,
        guests: 0,
    };

    const NONE: Self =
        Self { movies: false, series: false, movie_quota: Some(0), season_quota: Some(0), ..Self::USUAL };

    /// Those of a role where no group says otherwise.
    pub fn of_house(settings: &Settings, role: Role) -> Self {
        Self {
            auto_approve: approves_itself(settings.auto_approve, role),
            movie_quota: settings.default_movie_quota,
            season_quota: settings.default_season_quota,
            ..Self::USUAL
        }
        .within(role)
    }

    /// Those of somebody in these groups. In none: those of the house; in groups that are all over: nothing.
    pub fn of(settings: &Settings, role: Role, groups: &[&Group], now: DateTime<Utc>) -> Self {
        if groups.is_empty() {
            return Self::of_house(settings, role);
        }
        let on = groups.iter().filter(|group| group.is_on(now)).map(|group| group.rights);
        let rights = on.reduce(Self::or).unwrap_or(Self::NONE).within(role);
        // A guest brings no guests, whatever other groups would let them.
        let is_guest = groups.iter().any(|group| group.for_guests);
        Self { guests: if is_guest { 0 } else { rights.guests }, ..rights }
    }

    fn or(self, other: Self) -> Self {
        let quota = |one: Option<u32>, other: Option<u32>| one.zip(other).map(|(one, other)| one.max(other));
        Self {
            movies: self.movies || other.movies,
            series: self.series || other.series,
            four_k: self.four_k || other.four_k,
            auto_approve: self.auto_approve || other.auto_approve,
            sees_requests: self.sees_requests || other.sees_requests,
            movie_quota: quota(self.movie_quota, other.movie_quota),
            season_quota: quota(self.season_quota, other.season_quota),
            guests: self.guests.max(other.guests),
        }
    }

    /// The role is the ceiling; those who decide are held to nothing.
    fn within(self, role: Role) -> Self {
        let (asks, decides) = (role.may_request(), role.may_decide());
        let quota = |quota: Option<u32>| quota.filter(|_| !decides);
        Self {
            movies: asks && (self.movies || decides),
            series: asks && (self.series || decides),
            four_k: asks && (self.four_k || decides),
            auto_approve: asks && self.auto_approve,
            sees_requests: self.sees_requests || role.sees_all_requests(),
            movie_quota: quota(self.movie_quota),
            season_quota: quota(self.season_quota),
            // Those of the back office have its invites, or none.
            guests: if role.sees_back_office() { 0 } else { self.guests },
        }
    }

    pub fn requests(&self, kind: MediaKind) -> bool {
        match kind {
            MediaKind::Movie => self.movies,
            MediaKind::Series => self.series,
        }
    }

    pub fn requests_in_4k(&self, kind: MediaKind) -> bool {
        self.four_k && self.requests(kind)
    }

    pub fn quota(&self, kind: MediaKind, days: u32) -> Quota {
        let limit = match kind {
            MediaKind::Movie => self.movie_quota,
            MediaKind::Series => self.season_quota,
        };
        Quota { limit, days }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::domain::settings::AutoApprove;

    fn now() -> DateTime<Utc> {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn group(rights: Rights) -> Group {
        Group { rights, ..Group::new("Friends") }
    }

    fn rights(movie_quota: Option<u32>) -> Rights {
        Rights { movies: true, movie_quota, ..Rights::NONE }
    }

    fn settings() -> Settings {
        let mut settings = Settings::new(chrono_tz::UTC);
        settings.default_movie_quota = Some(3);
        settings.auto_approve = AutoApprove::Everyone;
        settings
    }

    #[test]
    fn without_a_group_the_house_decides() {
        let seen = Rights::of(&settings(), Role::Requester, &[], now());
        assert!(seen.movies && seen.series && seen.auto_approve && !seen.four_k && !seen.sees_requests);
        assert_eq!(seen.quota(MediaKind::Movie, 30), Quota { limit: Some(3), days: 30 });
        assert!(!Rights::of(&settings(), Role::Viewer, &[], now()).movies);
    }

    #[test]
    fn several_groups_give_the_most_generous_of_each() {
        let (one, mut other) = (group(rights(Some(2))), group(rights(Some(5))));
        other.rights.series = true;
        let seen = Rights::of(&settings(), Role::Requester, &[&one, &other], now());
        assert!(seen.movies && seen.series && !seen.auto_approve, "the house's default is out of play");
        assert_eq!(seen.movie_quota, Some(5));
        let free = group(rights(None));
        assert_eq!(Rights::of(&settings(), Role::Requester, &[&one, &free], now()).movie_quota, None);
    }

    #[test]
    fn the_role_is_the_ceiling() {
        let one = group(Rights { four_k: true, auto_approve: true, sees_requests: true, ..rights(None) });
        let viewer = Rights::of(&settings(), Role::Viewer, &[&one], now());
        assert!(!viewer.movies && !viewer.four_k && !viewer.auto_approve && viewer.sees_requests);
        let helper = Rights::of(&settings(), Role::Moderator, &[&group(Rights::NONE)], now());
        assert!(helper.movies && helper.series && helper.four_k && helper.movie_quota.is_none());
    }

    #[test]
    fn members_may_invite_and_guests_may_not() {
        let with = |guests: u32| group(Rights { guests, ..Rights::USUAL });
        let seen = |role: Role, groups: &[&Group]| Rights::of(&settings(), role, groups, now()).guests;
        let (few, many) = (with(1), with(3));
        assert_eq!((seen(Role::Requester, &[]), seen(Role::Viewer, &[&few])), (0, 1));
        assert_eq!(seen(Role::Requester, &[&many, &few]), 3, "the most generous, not the sum");
        for role in [Role::Moderator, Role::Auditor, Role::Admin] {
            assert_eq!(seen(role, &[&many]), 0, "{role}");
        }
        let guests = Group { for_guests: true, ..with(0) };
        assert_eq!(seen(Role::Requester, &[&many, &guests]), 0);
        let mut over = with(9);
        over.when.until = Some(now());
        assert_eq!(seen(Role::Requester, &[&few, &over]), 1);
    }

    #[test]
    fn a_group_that_is_over_gives_nothing_and_holds_nobody_back() {
        let mut over = group(rights(None));
        over.when.until = Some(now() - TimeDelta::minutes(1));
        over.flags.sync = true;
        over.ceiling = Some(6);
        assert!(!Rights::of(&settings(), Role::Requester, &[&over], now()).movies);
        assert_eq!((Flags::of([&over], now()), ceiling([&over], now())), (None, None));
        let mut on = group(rights(Some(1)));
        on.ceiling = Some(16);
        let strict = Group { ceiling: Some(12), flags: Flags { sync: true, ..Flags::default() }, ..on.clone() };
        assert_eq!(ceiling([&on, &strict, &over], now()), Some(12));
        assert_eq!(Flags::of([&on, &strict], now()), Some(Flags { sync: true, ..Flags::default() }));
    }
}
