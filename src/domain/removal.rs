//! Removing somebody: from the servers, from Plex friends, from the Plex Home, or from Usherr alone. Who may, what stands in
//! the way, and how it is taken back.

use chrono::{DateTime, Utc};

use super::ids::{PersonId, RemovalId};
use super::membership::Membership;
use super::people::{Actor, Person, rules};

crate::text_enum! {
    /// What somebody is removed from.
    pub enum Way {
        /// All servers of the house: their membership is over at once.
        Server = "server",
        /// And they are no friend of the owner on Plex any more.
        Friends = "friends",
        /// And they are in the owner's Plex Home no more.
        Home = "home",
        /// Plex keeps what it has; here they are nobody.
        Usherr = "usherr",
    }
}

impl Way {
    /// Where somebody was removed from, for the record and for whoever looks after people.
    pub fn from(self) -> &'static str {
        match self {
            Self::Server => "from all servers",
            Self::Friends => "from Plex friends",
            Self::Home => "from the Plex Home",
            Self::Usherr => "from Usherr only",
        }
    }

    /// Plex has to be asked for more than the shares.
    pub fn asks_plex(self) -> bool {
        matches!(self, Self::Friends | Self::Home)
    }

    /// Their membership ends by it, and with it their shares.
    pub fn ends_membership(self) -> bool {
        self != Self::Usherr
    }

    /// A friendship is about all of the owner's servers, and a Home is the owner's.
    fn is_for_admins(self) -> bool {
        self.asks_plex()
    }
}

crate::text_enum! {
    pub enum State {
        /// Plex has not done all of it yet.
        Waiting = "waiting",
        Done = "done",
        /// Plex refused it.
        Failed = "failed",
        TakenBack = "taken_back",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    pub id: RemovalId,
    pub person: PersonId,
    pub way: Way,
    pub state: State,
    /// Why it could not be done.
    pub problem: Option<String>,
    /// 1 for the first; trying again counts on.
    pub attempt: i32,
    pub by: Option<(PersonId, String)>,
    pub made_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// It ended their membership; else they were out already.
    pub closed: bool,
    /// When their membership would have ended.
    pub before_ends_at: Option<DateTime<Utc>>,
}

impl Removal {
    /// Nobody has taken it back.
    pub fn is_in_force(&self) -> bool {
        self.state != State::TakenBack
    }
}

/// Why this one can't remove that one from anywhere. `owners` are the accounts that own a server of the house.
pub fn refusal(actor: &Actor, person: &Person, owners: &[i64]) -> Option<String> {
    match () {
        () if person.is_owner || person.plex_id.is_some_and(|id| owners.contains(&id)) => {
            Some(format!("{} owns a server and stays.", person.name))
        }
        () if person.id == actor.id => Some("You can’t remove yourself.".to_owned()),
        () if person.role.is_admin() => {
            Some("An admin stays as long as they are one. Give them another role first.".to_owned())
        }
        () if person.removed_at.is_some() => Some(format!("{} was removed already.", person.name)),
        () if !rules::may_touch(actor, person) => Some(format!("Only an admin removes {}.", person.name)),
        () => None,
    }
}

/// The ways that are open, for somebody who may be removed. `in_force` are earlier removals that nobody has taken back.
pub fn ways(actor: &Actor, person: &Person, is_out: bool, in_force: &[Removal]) -> Vec<Way> {
    let is_waiting = in_force.iter().any(|one| one.state == State::Waiting);
    let was_done = |way: Way| in_force.iter().any(|one| one.way == way && one.state == State::Done);
    let is_on_plex = person.plex_id.is_some() && person.gone_at.is_none();
    let fits = |way: Way| match way {
        Way::Server => !is_out && person.gone_at.is_none(),
        Way::Friends => is_on_plex && !person.home && !person.restricted,
        Way::Home => is_on_plex && person.home,
        Way::Usherr => true,
    };
    let may = |way: Way| actor.role.is_admin() || !way.is_for_admins();
    let all = Way::ALL.iter().copied();
    all.filter(|way| fits(*way) && may(*way) && !was_done(*way) && !(is_waiting && way.ends_membership())).collect()
}

/// Whether this one may let that one back, and have Plex asked again.
pub fn may_take_back(actor: &Actor, person: &Person, in_force: &[Removal]) -> bool {
    let is_for_admins = person.removed_at.is_none() && in_force.iter().any(|one| one.way.is_for_admins());
    rules::may_touch(actor, person) && (!is_for_admins || actor.role.is_admin())
}

/// A managed user has no account of their own: taken out of the Home they are gone for good, with what they have watched.
pub fn is_for_good(way: Way, person: &Person) -> bool {
    way == Way::Home && person.restricted
}

/// The membership as it was before somebody was removed, or why it can't be so again. `in_force`: the last one first.
pub fn way_back(
    person: &Person,
    now_is: &Membership,
    in_force: &[Removal],
    now: DateTime<Utc>,
) -> Result<Membership, String> {
    if in_force.iter().any(|one| one.state == State::Done && is_for_good(one.way, person)) {
        return Err(format!("{} was a managed user, whom Plex does not know any more.", person.name));
    }
    let Some(closed) = in_force.iter().find(|one| one.closed) else {
        return Err("They had no access before, either. Set another last day, and they have it again.".to_owned());
    };
    let before = Membership { ends_at: closed.before_ends_at, ..now_is.clone() };
    match before.out_since(now) {
        None => Ok(before),
        Some(_) => Err("Their membership would be over by now. Set another last day, and they are back.".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::group::Rights;
    use crate::domain::people::{KeyScope, Reach, Role, Sees, Theme};

    fn person(id: i64, role: Role) -> Person {
        Person {
            id: PersonId(id),
            name: "Ana".to_owned(),
            email: None,
            username: None,
            has_password: false,
            role,
            plex_id: Some(id * 100),
            plex_username: None,
            thumb: None,
            is_owner: false,
            home: false,
            restricted: false,
            limits_kept_at: None,
            theme: Theme::System,
            gone_at: None,
            removed_at: None,
            last_seen_at: None,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn actor(role: Role) -> Actor {
        let reach = Reach { rights: Rights::USUAL, sees: Sees::All, ceiling: None };
        person(1, role).actor(reach, None, KeyScope::Admin)
    }

    fn removal(way: Way, state: State) -> Removal {
        Removal {
            id: RemovalId(1),
            person: PersonId(2),
            way,
            state,
            problem: None,
            attempt: 1,
            by: None,
            made_at: DateTime::UNIX_EPOCH,
            ended_at: None,
            closed: true,
            before_ends_at: None,
        }
    }

    #[test]
    fn nobody_removes_owners_admins_or_themselves() {
        let (admin, helper) = (actor(Role::Admin), actor(Role::Moderator));
        let ana = person(2, Role::Viewer);
        let no = |actor: &Actor, person: &Person| refusal(actor, person, &[500]).is_some();
        assert!(!no(&admin, &ana) && !no(&helper, &ana));
        assert!(no(&admin, &person(1, Role::Viewer)), "oneself");
        assert!(no(&admin, &person(3, Role::Admin)));
        assert!(no(&admin, &Person { is_owner: true, ..ana.clone() }));
        assert!(no(&admin, &person(5, Role::Viewer)), "the account of a server's owner, whatever is noted");
        assert!(no(&admin, &Person { removed_at: Some(DateTime::UNIX_EPOCH), ..ana.clone() }));
        assert!(no(&actor(Role::Requester), &ana));
    }

    #[test]
    fn each_way_is_open_to_those_whom_it_fits() {
        let (admin, helper) = (actor(Role::Admin), actor(Role::Moderator));
        let friend = person(2, Role::Viewer);
        let home = Person { home: true, ..friend.clone() };
        let managed = Person { restricted: true, ..home.clone() };
        let local = Person { plex_id: None, username: Some("ana".to_owned()), ..friend.clone() };
        let gone = Person { gone_at: Some(DateTime::UNIX_EPOCH), ..friend.clone() };
        use Way::{Friends, Home, Server, Usherr};
        assert_eq!(ways(&admin, &friend, false, &[]), [Server, Friends, Usherr]);
        assert_eq!(ways(&helper, &friend, false, &[]), [Server, Usherr]);
        assert_eq!(ways(&admin, &home, false, &[]), [Server, Home, Usherr]);
        assert_eq!(ways(&admin, &managed, false, &[]), [Server, Home, Usherr]);
        assert_eq!(ways(&admin, &local, false, &[]), [Server, Usherr]);
        assert_eq!(ways(&admin, &gone, false, &[]), [Usherr]);
        assert_eq!(ways(&admin, &friend, true, &[]), [Friends, Usherr], "there is nothing left to take");
        assert_eq!(ways(&admin, &friend, true, &[removal(Server, State::Done)]), [Friends, Usherr]);
        assert_eq!(ways(&admin, &friend, true, &[removal(Friends, State::Waiting)]), [Usherr], "one at a time");
        assert_eq!(ways(&admin, &friend, true, &[removal(Friends, State::Failed)]), [Friends, Usherr]);
        assert_eq!(ways(&admin, &friend, true, &[removal(Friends, State::Done)]), [Usherr]);
        let of_friends = [removal(Friends, State::Done), removal(Server, State::Done)];
        assert!(may_take_back(&admin, &friend, &of_friends) && !may_take_back(&helper, &friend, &of_friends));
        assert!(may_take_back(&helper, &friend, &of_friends[1..]));
        assert!(is_for_good(Home, &managed) && !is_for_good(Home, &home) && !is_for_good(Server, &managed));
    }

    #[test]
    fn the_way_back_is_the_membership_as_it_was() {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let (ana, now) = (person(2, Role::Viewer), at("2027-03-01T12:00:00Z"));
        let out = Membership { ends_at: Some(at("2027-02-01T12:00:00Z")), ..Membership::open(ana.id) };
        let back = |in_force: &[Removal]| way_back(&ana, &out, in_force, now);
        let server = removal(Way::Server, State::Done);
        assert_eq!(back(std::slice::from_ref(&server)), Ok(Membership::open(ana.id)));
        // The second of two took nothing from them; the first one did.
        let until = Some(at("2027-06-01T00:00:00Z"));
        let first = Removal { before_ends_at: until, ..server.clone() };
        let second = Removal { closed: false, ..removal(Way::Friends, State::Done) };
        assert_eq!(back(&[second.clone(), first]).unwrap().ends_at, until);
        assert!(back(&[second]).is_err());
        let late = Removal { before_ends_at: Some(at("2027-02-20T00:00:00Z")), ..server };
        assert!(back(&[late]).is_err());
        let managed = Person { home: true, restricted: true, ..ana.clone() };
        let home = removal(Way::Home, State::Done);
        assert!(way_back(&managed, &out, std::slice::from_ref(&home), now).is_err());
        assert!(way_back(&managed, &out, &[Removal { state: State::Waiting, ..home }], now).is_ok());
    }
}
