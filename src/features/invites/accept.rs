//! Accepting an invite. Everything that is decided is one write; what it needs of Plex is an effect.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::people::import;
use crate::db::{Tx, activity, invite_uses, invites, outbox, people, servers};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::guest::Guest;
use crate::domain::ids::{InviteId, InviteUseId, PersonId};
use crate::domain::invite::refusal::Refusal;
use crate::domain::invite::{Invite, Standing};
use crate::domain::people::Role;
use crate::domain::people::reading::Known;
use crate::error::{AppError, Outcome};

/// Lets a guest in, if a use is left for them. Whoever came in before, or is on their way, goes on where they are.
pub async fn accept(app: &App, invite: InviteId, guest: Guest) -> Outcome<Result<InviteUseId, Refusal>> {
    let (role, now) = (app.settings().await?.default_role, app.now());
    let accepted = app.db.write(move |tx| accept_in(tx, invite, &guest, role, now)).await?;
    app.wake_worker();
    Ok(accepted)
}

fn accept_in(
    tx: &mut Tx<'_>,
    id: InviteId,
    guest: &Guest,
    role: Role,
    now: DateTime<Utc>,
) -> Outcome<Result<InviteUseId, Refusal>> {
    let invite = invites::get(tx, id)?.ok_or(AppError::NotFound)?;
    let before = invite_uses::of_guest(tx, id, guest.account.id)?;
    if let Some(before) = before.filter(|before| !before.is_refused()) {
        return Ok(Ok(before.id));
    }
    if let Some(refusal) = in_the_way(tx, &invite, guest, now)? {
        return Ok(Err(refusal));
    }
    if !invite_uses::take(tx, id)? {
        return Ok(Err(Refusal::NoMore));
    }
    let person = keep(tx, guest, role, now)?;
    let one = invite_uses::begin(tx, id, guest.account.id, person, &guest.account.display_name, now)?;
    let key = format!("welcome {one} {}", now.timestamp_micros());
    outbox::push(tx, &Effect::Welcome { invite_use: one }, &key, now)?;
    let entry = NewEntry::new(ActivityKind::InviteUsed, &guest.account.display_name).about(person);
    activity::record(tx, &entry.detail(invite.name()), now)?;
    Ok(Ok(one))
}

/// What the house itself has against it.
pub fn in_the_way(
    tx: &mut crate::db::Conn,
    invite: &Invite,
    guest: &Guest,
    now: DateTime<Utc>,
) -> Outcome<Option<Refusal>> {
    if invite.standing(now) != Standing::Open {
        return Ok(Some(Refusal::NoMore));
    }
    if servers::all(tx)?.iter().any(|server| server.owner_plex_id == Some(guest.account.id)) {
        return Ok(Some(Refusal::IsOwner));
    }
    Ok(invite.is_empty().then_some(Refusal::NothingToGive))
}

/// Finds or makes the guest's person, with the account's token. What the import found of their Home stays.
fn keep(tx: &mut Tx<'_>, guest: &Guest, role: Role, now: DateTime<Utc>) -> Outcome<PersonId> {
    let known = Known::of(&guest.account);
    let before = people::by_plex_id(tx, guest.account.id)?;
    let known = match before {
        Some(before) => Known { home: before.home, restricted: before.restricted, ..known },
        None => known,
    };
    let (person, _) = import::keep(tx, &known, role, now)?;
    people::set_plex_token(tx, person, &guest.token)?;
    Ok(person)
}
