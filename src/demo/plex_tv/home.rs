//! Inviting an account into the owner's Plex Home, and what becomes of that (plex.md B10). What Plex says when it refuses
//! is known of no capture: the words are in its manner.
//! Never takes anybody out of the Home.

use poem::Response;
use poem::http::StatusCode;

use super::{Desk, accounts, errors, sharing};
use crate::demo::ask::{Ask, xml};
use crate::demo::household::{Account, Household};
use crate::demo::wire::escaped;

/// So many are in a Home, those who were asked among them.
const MOST: usize = 15;

/// Why somebody is not asked into the Home.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HomeRefusal {
    Full,
    NeedsPass,
    OtherHome,
    Unconfirmed,
    Unknown,
    Yourself,
    AlreadyIn,
    AlreadyAsked,
    /// In words that nobody has met.
    Unheard,
    /// The route is closed.
    Retired,
}

/// `POST /api/home/users?invitedEmail=`, an address or a user name.
pub fn invite(desk: &Desk, ask: &Ask, caller: &Account) -> Response {
    if !desk.is_owner(caller) {
        return errors::v1(StatusCode::FORBIDDEN, "Only the admin of a Plex Home can change it.");
    }
    let Some(who) = ask.query("invitedEmail").filter(|who| !who.is_empty()) else {
        return errors::v1(StatusCode::BAD_REQUEST, "invitedEmail is missing");
    };
    let refused = desk.modes().home_refused;
    match refused.map_or_else(|| desk.house.write(|house| add(house, who)), Err) {
        Ok(account) => xml(
            StatusCode::CREATED,
            &format!(
                "<User id=\"{}\" title=\"{}\" username=\"{}\" email=\"{}\" thumb=\"{}\" home=\"1\" restricted=\"0\"/>",
                account.id,
                escaped(&account.title),
                escaped(account.username.as_deref().unwrap_or_default()),
                escaped(account.email.as_deref().unwrap_or_default()),
                escaped(&accounts::avatar_url(ask, &account)),
            ),
        ),
        Err(refusal) => refusal_of(refusal),
    }
}

fn add(house: &mut Household, who: &str) -> Result<Account, HomeRefusal> {
    let account = house.account_named(who).ok_or(HomeRefusal::Unknown)?.clone();
    let inside = house.accounts.iter().filter(|one| one.home).count() + house.home_invites.len();
    match () {
        () if account.id == house.owner_id => Err(HomeRefusal::Yourself),
        () if account.home => Err(HomeRefusal::AlreadyIn),
        () if house.home_invites.contains(&account.id) => Err(HomeRefusal::AlreadyAsked),
        () if house.other_homes.contains(&account.id) => Err(HomeRefusal::OtherHome),
        () if !account.confirmed => Err(HomeRefusal::Unconfirmed),
        () if inside >= MOST => Err(HomeRefusal::Full),
        () if !house.owner().is_some_and(|owner| owner.plex_pass) => Err(HomeRefusal::NeedsPass),
        () => {
            house.home_invites.push(account.id);
            Ok(account)
        }
    }
}

fn refusal_of(refusal: HomeRefusal) -> Response {
    let (status, text) = match refusal {
        HomeRefusal::Full => (400, "Your Plex Home has reached the maximum number of users."),
        HomeRefusal::NeedsPass => (403, "A Plex Home with several users requires a Plex Pass."),
        HomeRefusal::OtherHome => (400, "This user is already a member of another Plex Home."),
        HomeRefusal::Unconfirmed => (400, "This user has not confirmed their email address yet."),
        HomeRefusal::Unknown => (404, "Unable to find user"),
        HomeRefusal::Yourself => (400, "You can't invite yourself."),
        HomeRefusal::AlreadyIn => (400, "This user is already a member of your home."),
        HomeRefusal::AlreadyAsked => (400, "An invitation for this user is already pending."),
        HomeRefusal::Unheard => (422, "The stars are not right."),
        HomeRefusal::Retired => return errors::v1_gone(),
    };
    errors::v1(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST), text)
}

/// The rows of those who were asked into the Home and into nothing else.
pub fn sent(ask: &Ask, house: &Household) -> Vec<String> {
    let has_row = |id: i64| house.share_of(id).is_some_and(sharing::open);
    let asked = house.home_invites.iter().filter(|id| !has_row(**id)).filter_map(|id| house.account(*id));
    asked.map(|account| row(ask, account)).collect()
}

fn row(ask: &Ask, account: &Account) -> String {
    let name = escaped(account.username.as_deref().unwrap_or_default());
    format!(
        "<Invite id=\"{}\" createdAt=\"1763800000\" friend=\"0\" home=\"1\" server=\"0\" username=\"{name}\" email=\"{}\" \
         thumb=\"{}\" friendlyName=\"{name}\"/>",
        account.id,
        escaped(account.email.as_deref().unwrap_or_default()),
        escaped(&accounts::avatar_url(ask, account)),
    )
}

pub fn accept(desk: &Desk, account_id: i64) -> bool {
    desk.house.write(|house| {
        if !house.home_invites.contains(&account_id) {
            return false;
        }
        house.home_invites.retain(|id| *id != account_id);
        house.accounts.iter_mut().filter(|one| one.id == account_id).for_each(|one| one.home = true);
        true
    })
}

/// The invitation is taken back, or declined: the person is a plain friend again.
pub fn cancel(desk: &Desk, account_id: i64) -> bool {
    desk.house.write(|house| {
        let before = house.home_invites.len();
        house.home_invites.retain(|id| *id != account_id);
        house.home_invites.len() < before
    })
}
