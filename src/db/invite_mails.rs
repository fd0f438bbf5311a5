//! Invites that are sent by mail, and what became of each.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::invite_mails;
use super::time::{db, utc};
use super::{Conn, Tx, outbox};
use crate::domain::effect::Effect;
use crate::domain::ids::{InviteId, InviteMailId, PersonId};
use crate::domain::invite::mail::{InviteMail, MailState};
use crate::error::{AppError, Outcome};

type Row = (i64, i64, String, String, Option<String>, NaiveDateTime);

fn read((id, invite, address, state, fault, asked_at): Row) -> Outcome<InviteMail> {
    Ok(InviteMail {
        id: InviteMailId(id),
        invite: InviteId(invite),
        address,
        state: state.parse().map_err(AppError::internal)?,
        fault,
        asked_at: utc(asked_at),
    })
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        invite_mails::id,
        invite_mails::invite_id,
        invite_mails::address,
        invite_mails::state,
        invite_mails::fault,
        invite_mails::asked_at,
    )
}

/// Has it sent. Where it is on its way to this address already, that is all.
pub fn send(
    tx: &mut Tx<'_>,
    invite: InviteId,
    address: &str,
    by: Option<PersonId>,
    now: DateTime<Utc>,
) -> Outcome<InviteMailId> {
    let waiting: Option<i64> = invite_mails::table
        .filter(invite_mails::invite_id.eq(invite.0))
        .filter(invite_mails::address.eq(address))
        .filter(invite_mails::state.eq(MailState::Waiting.as_str()))
        .select(invite_mails::id)
        .first(&mut **tx)
        .optional()?;
    if let Some(id) = waiting {
        return Ok(InviteMailId(id));
    }
    let row = (
        invite_mails::invite_id.eq(invite.0),
        invite_mails::address.eq(address),
        invite_mails::state.eq(MailState::Waiting.as_str()),
        invite_mails::asked_by.eq(by.map(|id| id.0)),
        invite_mails::asked_at.eq(db(now)),
        invite_mails::changed_at.eq(db(now)),
    );
    let id: i64 =
        diesel::insert_into(invite_mails::table).values(row).returning(invite_mails::id).get_result(&mut **tx)?;
    let mail = InviteMailId(id);
    outbox::push(tx, &Effect::MailInvite { mail }, &format!("mail invite {mail}"), now)?;
    Ok(mail)
}

pub fn get(conn: &mut Conn, id: InviteMailId) -> Outcome<Option<InviteMail>> {
    let row: Option<Row> = invite_mails::table.find(id.0).select(columns()).first(conn).optional()?;
    row.map(read).transpose()
}

pub fn count(conn: &mut Conn, invite: InviteId) -> Outcome<i64> {
    Ok(invite_mails::table.filter(invite_mails::invite_id.eq(invite.0)).count().get_result(conn)?)
}

/// Those of an invite, newest first.
pub fn of_invite(conn: &mut Conn, invite: InviteId, offset: i64, limit: i64) -> Outcome<Vec<InviteMail>> {
    let rows: Vec<Row> = invite_mails::table
        .filter(invite_mails::invite_id.eq(invite.0))
        .order(invite_mails::id.desc())
        .offset(offset)
        .limit(limit)
        .select(columns())
        .load(conn)?;
    rows.into_iter().map(read).collect()
}

/// It is sent, or `fault` says why it is not.
pub fn settle(tx: &mut Tx<'_>, id: InviteMailId, fault: Option<&str>, now: DateTime<Utc>) -> Outcome<()> {
    let state = if fault.is_some() { MailState::Failed } else { MailState::Sent };
    let set =
        (invite_mails::state.eq(state.as_str()), invite_mails::fault.eq(fault), invite_mails::changed_at.eq(db(now)));
    diesel::update(invite_mails::table.find(id.0)).set(set).execute(&mut **tx)?;
    Ok(())
}
