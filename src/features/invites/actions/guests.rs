//! What members do with links of their own: make one within their allowance, and take it back.

use super::note;
use crate::app::App;
use crate::crypto;
use crate::db::{invites, member_invites};
use crate::domain::activity::ActivityKind;
use crate::domain::ids::InviteId;
use crate::domain::invite::guests::TypedGuests;
use crate::domain::invite::{Invite, Standing};
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};

/// Makes a link as typed or sent, while some of their guests are left.
pub async fn make(app: &App, me: &Actor, typed: TypedGuests) -> Outcome<Invite> {
    let (by, within, now) = (me.clone(), app.clone(), app.now());
    app.db
        .write(move |tx| {
            let settings = within.settings_in(tx)?;
            let inviting = member_invites::inviting(tx, &by, &settings, now)?;
            if !inviting.may() {
                return Err(AppError::NotFound);
            }
            let link = typed.read(inviting.allowance, now, settings.time_zone).map_err(AppError::fields)?;
            let invite = link.invite(crypto::invite_code(), by.id, inviting.groups, now);
            let invite = Invite { id: invites::save(tx, &invite, now)?, ..invite };
            note(tx, &by, ActivityKind::InviteSaved, &invite, "new, for guests of theirs", now)?;
            Ok(invite)
        })
        .await
}

/// Ends one of their links, so that what nobody has used is theirs again. One that is over stays as it is.
pub async fn take_back(app: &App, me: &Actor, id: InviteId) -> Outcome<Invite> {
    let (by, now) = (me.clone(), app.now());
    app.db
        .write(move |tx| {
            let invite = member_invites::get(tx, id, by.id)?.ok_or(AppError::NotFound)?;
            if !matches!(invite.standing(now), Standing::Open | Standing::Paused) {
                return Ok(invite);
            }
            member_invites::end(tx, id, now)?;
            note(tx, &by, ActivityKind::InviteSaved, &invite, "taken back", now)?;
            Ok(Invite { expires_at: Some(now), ..invite })
        })
        .await
}
