//! One step of a request: the pure transition, its row, its timeline, and everything that follows from it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::db::outbox;
use crate::db::{Tx, activity, downloads, follows, people, requests, titles};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::{PersonId, RequestId};
use crate::domain::notice::RequestNotice;
use crate::domain::people::{Actor, Role};
use crate::domain::request::{Command, Consequence, Moved, Request, Stage, advance};
use crate::domain::wording;
use crate::error::{AppError, Outcome};

/// Does it, or says in words why it can't be done now.
pub fn step(
    tx: &mut Tx<'_>,
    id: RequestId,
    command: &Command,
    actor: Option<&Actor>,
    now: DateTime<Utc>,
) -> Outcome<Request> {
    let before = requests::get(tx, id)?.ok_or(AppError::NotFound)?;
    let moved = advance(&before, command, now).map_err(|refusal| AppError::Conflict(refusal.to_string()))?;
    keep(tx, &before, &moved, command, actor, now)?;
    Ok(moved.request)
}

/// Something was seen outside. What makes no sense for the request as it is now changes nothing; returns whether
/// anything changed.
pub fn observe(tx: &mut Tx<'_>, id: RequestId, command: &Command, now: DateTime<Utc>) -> Outcome<bool> {
    let Some(before) = requests::get(tx, id)? else { return Ok(false) };
    let Ok(moved) = advance(&before, command, now) else { return Ok(false) };
    if moved.request == before {
        return Ok(false);
    }
    keep(tx, &before, &moved, command, None, now)?;
    Ok(true)
}

fn keep(
    tx: &mut Tx<'_>,
    before: &Request,
    moved: &Moved,
    command: &Command,
    actor: Option<&Actor>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let after = &moved.request;
    if !requests::save(tx, before, after)? {
        return Err(AppError::Conflict("Somebody was quicker. Look at the request again.".to_owned()));
    }
    let by = actor.map(|actor| actor.id);
    if matches!(command, Command::Sent { .. }) && before.stage == Stage::Approved && after.stage != Stage::Sent {
        requests::note(tx, after.id, Stage::Sent, None, by, now)?;
    }
    let worth_a_line = before.stage != after.stage || before.cause != after.cause;
    if worth_a_line {
        requests::note(tx, after.id, after.stage, moved.note.as_deref(), by, now)?;
    }
    if after.stage.is_over() {
        downloads::replace(tx, after.id, &[])?;
    }
    moved.consequences.iter().try_for_each(|consequence| follow_up(tx, after, *consequence, actor, now))
}

fn follow_up(
    tx: &mut Tx<'_>,
    request: &Request,
    consequence: Consequence,
    actor: Option<&Actor>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let id = request.id;
    match consequence {
        Consequence::Send { attempt } => {
            outbox::push(
                tx,
                &Effect::SendRequest { request: id, title: request.title, attempt },
                &format!("send {id} {attempt}"),
                now,
            )?;
        }
        Consequence::Cancel => {
            let key = format!("cancel {id} {}", request.attempts);
            outbox::push(tx, &Effect::CancelRequest { request: id, title: request.title }, &key, now)?;
        }
        Consequence::Tell(notice) => tell(tx, request, notice, actor, now)?,
        Consequence::Record(kind) => record(tx, request, kind, actor, now)?,
    }
    Ok(())
}

/// One effect for each person who is to hear of it; never for the one who did it.
pub fn tell(
    tx: &mut Tx<'_>,
    request: &Request,
    notice: RequestNotice,
    actor: Option<&Actor>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let mut audience: BTreeSet<PersonId> = match notice {
        RequestNotice::Asked => {
            people::with_roles(tx, &[Role::Moderator, Role::Admin])?.into_iter().map(|person| person.id).collect()
        }
        RequestNotice::Approved | RequestNotice::Declined | RequestNotice::Ready => {
            let followers = follows::of(tx, &[request.id])?.remove(&request.id).unwrap_or_default();
            followers.into_iter().map(|(person, _)| person).chain([request.asker]).collect()
        }
    };
    if let Some(actor) = actor {
        audience.remove(&actor.id);
    }
    for person in audience {
        let key = format!("tell {notice} {} {person} {}", request.id, request.attempts);
        outbox::push(tx, &Effect::TellRequest { notice, request: request.id, person }, &key, now)?;
    }
    Ok(())
}

pub(super) fn record(
    tx: &mut Tx<'_>,
    request: &Request,
    kind: ActivityKind,
    actor: Option<&Actor>,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let title = titles::get(tx, request.title)?.map_or_else(|| "a title".to_owned(), |title| title.title);
    let mut entry = NewEntry::new(kind, wording::name(&title, request)).of_request(request.id).about(request.asker);
    if let Some(actor) = actor {
        entry = entry.by(actor.id, actor.name.clone());
    }
    let detail = match kind {
        ActivityKind::RequestDeclined => request.reason.clone(),
        ActivityKind::RequestStuck => request.cause.map(|cause| match &request.cause_detail {
            Some(detail) => format!("{}: {detail}", cause.headline()),
            None => cause.headline().to_owned(),
        }),
        _ => None,
    };
    entry.detail = detail;
    activity::record(tx, &entry, now)
}
