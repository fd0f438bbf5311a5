//! Leaving the owner's Plex Home (plex.md B9, B10).
//! Never decides about friends and shares of others.

use poem::Response;
use poem::http::StatusCode;

use super::{Desk, errors};
use crate::demo::household::{Account, Household};

/// `DELETE /api/home/users/{id}`: a managed user is deleted with all that is theirs; a real account goes on without the
/// Home, and without what was shared with it there.
pub fn home(desk: &Desk, caller: &Account, id: &str) -> Response {
    if !desk.is_owner(caller) {
        return errors::v1(StatusCode::FORBIDDEN, "You do not have permission to perform this action");
    }
    let left = desk.house.write(|house| match id.parse() {
        Ok(id) if id != house.owner_id => leave(house, id),
        _ => false,
    });
    if left { StatusCode::OK.into() } else { errors::v1_not_found() }
}

fn leave(house: &mut Household, id: i64) -> bool {
    let Some(account) = house.accounts.iter_mut().find(|one| one.id == id && one.home) else { return false };
    account.home = false;
    let is_managed = account.restricted;
    house.shares.retain(|share| share.account_id != Some(id));
    if is_managed {
        house.accounts.retain(|one| one.id != id);
        house.settings.remove(&id);
    }
    true
}
