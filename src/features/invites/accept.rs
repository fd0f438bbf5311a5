//! Accepting an invite. Everything that is decided is one write; what it needs of Plex is an effect.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::people::import;
use crate::db::{
    Conn, Tx, activity, invite_uses, invites, member_invites, memberships, outbox, people, removals, servers,
};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::guest::Guest;
use crate::domain::ids::{InviteId, PersonId};
use crate::domain::invite::refusal::Refusal;
use crate::domain::invite::{Invite, Standing};
use crate::domain::people::reading::Known;
use crate::domain::settings::Settings;
use crate::error::{AppError, Outcome};

/// Begins to let a guest in, if a place is left for them. Whoever came in before, or is on their way, goes on where they are;
/// what stands in the way is said by the page.
pub async fn accept(app: &App, invite: InviteId, guest: Guest) -> Outcome<()> {
    let (settings, now) = (app.settings().await?, app.now());
    app.db.write(move |tx| accept_in(tx, invite, &guest, &settings, now)).await?;
    app.wake_worker();
    Ok(())
}

fn accept_in(tx: &mut Tx<'_>, id: InviteId, guest: &Guest, settings: &Settings, now: DateTime<Utc>) -> Outcome<()> {
    let invite = invites::get(tx, id)?.ok_or(AppError::NotFound)?;
    let before = invite_uses::of_guest(tx, id, guest.account.id)?;
    let is_on_the_way = before.is_some_and(|before| !before.is_refused());
    if is_on_the_way || in_the_way(tx, settings, &invite, guest, now)?.is_some() || !invite_uses::take(tx, id)? {
        return Ok(());
    }
    let (person, _) = import::keep_shown(tx, Known::of(&guest.account), &guest.token, settings.default_role, now)?;
    take_in_again(tx, person, invite.name(), now)?;
    let one = invite_uses::begin(tx, &invite, guest.account.id, person, &guest.account.display_name, now)?;
    let key = format!("check {one} {}", now.timestamp_micros());
    outbox::push(tx, &Effect::Welcome { invite_use: one }, &key, now)?;
    let entry = NewEntry::new(ActivityKind::InviteUsed, &guest.account.display_name).about(person);
    activity::record(tx, &entry.detail(invite.name()), now)
}

/// They were removed or paused since this link was made.
pub fn is_shut_out(conn: &mut Conn, invite: &Invite, account: i64) -> Outcome<bool> {
    let Some(person) = people::by_plex_id(conn, account)? else { return Ok(false) };
    let paused = memberships::of_person(conn, person.id)?.and_then(|one| one.paused_at);
    let removed = removals::in_force(conn, person.id)?.into_iter().map(|one| one.made_at);
    Ok(invite.is_older_than(removed.chain(paused)))
}

/// An invite is for those, too, who were removed before it: what still waits of that is not done any more.
fn take_in_again(tx: &mut Tx<'_>, id: PersonId, invite: &str, now: DateTime<Utc>) -> Outcome<()> {
    removals::give_way(tx, id, now)?;
    let Some(person) = people::get(tx, id)?.filter(|person| person.removed_at.is_some()) else { return Ok(()) };
    people::welcome_back(tx, id, now)?;
    let entry = NewEntry::new(ActivityKind::PersonTakenBack, &person.name).about(id);
    activity::record(tx, &entry.detail(format!("by the invite {invite}")), now)
}

/// What the house itself has against it.
pub fn in_the_way(
    conn: &mut Conn,
    settings: &Settings,
    invite: &Invite,
    guest: &Guest,
    now: DateTime<Utc>,
) -> Outcome<Option<Refusal>> {
    if invite.standing(now) != Standing::Open || member_invites::is_forsaken(conn, settings, invite, now)? {
        return Ok(Some(Refusal::NoMore));
    }
    if servers::all(conn)?.iter().any(|server| server.owner_plex_id == Some(guest.account.id)) {
        return Ok(Some(Refusal::IsOwner));
    }
    if is_shut_out(conn, invite, guest.account.id)? {
        return Ok(Some(Refusal::Out));
    }
    if invite.by_member && member_invites::is_known(conn, guest.account.id)? {
        return Ok(Some(Refusal::KnownAlready));
    }
    Ok(invite.is_empty().then_some(Refusal::NothingToGive))
}
