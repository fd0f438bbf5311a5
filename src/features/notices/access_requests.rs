//! Tells those who decide that somebody asks to be let in, and whoever asks how to go on and what became of it. Only here it
//! is looked whether an address is known: whoever asks sees the same page at the same time.

use chrono::{DateTime, Utc};

use super::emails::Written;
use super::emails::access_requests::{self as emails, Reply, Ways};
use super::post::{self, Carrier, Post};
use crate::app::App;
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, access_requests, activity};
use crate::domain::access_request::{AccessRequest, State, link};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::ids::{AccessRequestId, PersonId};
use crate::domain::notice::NoticeKind;
use crate::error::Outcome;

const KIND: NoticeKind = NoticeKind::AccessAsked;

/// Tells somebody who decides.
pub async fn tell(app: &App, claim: &Claim, id: AccessRequestId, reader: PersonId) -> Outcome<Settled> {
    let Some((post, one)) = app.db.read(move |conn| to_tell(conn, id, reader)).await? else {
        return post::settle(app, claim, Ending::Moot, None).await;
    };
    let public = post::public(app, &app.settings().await?);
    let unsubscribe = post.unsubscribe(app, KIND, public.as_deref());
    let about = link::about(reader, id);
    let until = app.now() + link::WORKS;
    let ways = public.map(|public| Ways {
        approve: format!("{public}/ask/approve/{}", app.keys.sign_link(link::APPROVE, &about, until)),
        decline: format!("{public}/ask/decline/{}", app.keys.sign_link(link::DECLINE, &about, until)),
        unsubscribe,
    });
    let written = emails::asked(&one, &post.carrier.house, ways);
    post.send(app, claim, KIND.as_str(), written, None).await
}

/// Nothing when there is nobody to tell, or it is decided.
fn to_tell(conn: &mut Conn, id: AccessRequestId, reader: PersonId) -> Outcome<Option<(Post, AccessRequest)>> {
    let Some(post) = post::post(conn, KIND, reader)? else { return Ok(None) };
    let one = access_requests::get(conn, id)?.filter(|one| one.state == State::Open);
    Ok(one.map(|one| (post, one)))
}

/// A letter to whoever asks.
struct Answer {
    one: AccessRequest,
    carrier: Carrier,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Confirm,
    IsIn,
    Waits,
    Declined,
}

/// Writes to whoever asks. What was asked in vain is forgotten then.
pub async fn write(app: &App, claim: &Claim, id: AccessRequestId) -> Outcome<Settled> {
    let now = app.now();
    let answer = app.db.read(move |conn| answer(conn, id, now)).await?;
    let public = post::public(app, &app.settings().await?);
    let (Some(answer), Some(public)) = (answer, public) else {
        return post::settle(app, claim, Ending::Moot, None).await;
    };
    let written = put(app, &answer, &public);
    let Answer { one, carrier, what } = answer;
    let brought = carrier.bring(app, claim, "access_request", &one.email, written).await?;
    let in_vain = matches!(what, What::IsIn | What::Waits);
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            if let Err(why) = brought {
                activity::record(tx, &NewEntry::new(ActivityKind::NoticeFailed, &one.name).detail(why), now)?;
            }
            if in_vain {
                access_requests::remove(tx, one.id)?;
            }
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

fn answer(conn: &mut Conn, id: AccessRequestId, now: DateTime<Utc>) -> Outcome<Option<Answer>> {
    let Some(carrier) = post::carrier(conn)? else { return Ok(None) };
    let Some(one) = access_requests::get(conn, id)? else { return Ok(None) };
    let what = match one.state {
        State::Unconfirmed if access_requests::is_of_somebody_here(conn, &one.email, now)? => What::IsIn,
        State::Unconfirmed if access_requests::is_open(conn, &one.email)? => What::Waits,
        State::Unconfirmed => What::Confirm,
        State::Declined => What::Declined,
        State::Open | State::Approved => return Ok(None),
    };
    Ok(Some(Answer { one, carrier, what }))
}

fn put(app: &App, answer: &Answer, public: &str) -> Written {
    let one = &answer.one;
    let reply = match answer.what {
        What::Confirm => {
            let token = app.keys.sign_link(link::CONFIRM, &one.id.to_string(), app.now() + link::WORKS);
            Reply::Confirm(format!("{public}/ask/confirm/{token}"))
        }
        What::IsIn => Reply::IsIn(format!("{public}/login")),
        What::Waits => Reply::Waits,
        What::Declined => Reply::Declined(one.reason.clone()),
    };
    emails::reply(&one.name, &answer.carrier.house, reply)
}
