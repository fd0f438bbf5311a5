//! Tells people about the steps of requests.

use super::emails::{self, RequestMail};
use super::post::{self, Post};
use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::db::{Conn, people, requests, titles};
use crate::domain::effect::Ending;
use crate::domain::ids::{PersonId, RequestId};
use crate::domain::notice::RequestNotice;
use crate::domain::people::Person;
use crate::domain::request::{Request, Stage};
use crate::domain::title::Title;
use crate::domain::wording;
use crate::error::Outcome;

/// Everything a mail about a request needs, as it is now.
struct Facts {
    post: Post,
    request: Request,
    title: Title,
    asker: Option<Person>,
    decider: Option<Person>,
}

pub async fn tell(
    app: &App,
    claim: &Claim,
    notice: RequestNotice,
    request: RequestId,
    person: PersonId,
) -> Outcome<Settled> {
    let facts = app.db.read(move |conn| facts(conn, notice, request, person)).await?;
    let Some(facts) = facts else { return post::settle(app, claim, Ending::Moot, None).await };
    let public = post::public(app, &app.settings().await?);
    let written = emails::request(&RequestMail {
        notice,
        title: called(&facts),
        asker: facts.asker.as_ref().map_or_else(|| "Somebody".to_owned(), |asker| asker.name.clone()),
        decider: facts.decider.as_ref().map(|decider| decider.name.clone()),
        is_asker: facts.request.asker == facts.post.reader.id,
        reason: facts.request.reason.clone(),
        note: facts.request.note.clone(),
        link: public.as_ref().map(|public| format!("{public}/requests/{}", facts.request.id)),
        unsubscribe: facts.post.unsubscribe(app, notice.kind(), public.as_deref()),
        house: facts.post.carrier.house.clone(),
    });
    facts.post.send(app, claim, notice.as_str(), written, Some(facts.request.id)).await
}

/// Nothing when there is nobody to tell, or nothing to tell any more.
fn facts(conn: &mut Conn, notice: RequestNotice, request: RequestId, person: PersonId) -> Outcome<Option<Facts>> {
    let Some(post) = post::post(conn, notice.kind(), person)? else { return Ok(None) };
    let Some(request) = requests::get(conn, request)?.filter(|request| still_true(notice, request.stage)) else {
        return Ok(None);
    };
    let Some(title) = titles::get(conn, request.title)? else { return Ok(None) };
    let asker = people::get(conn, request.asker)?;
    let decider = request.decided_by.map(|id| people::get(conn, id)).transpose()?.flatten();
    Ok(Some(Facts { post, request, title, asker, decider }))
}

/// A mail that was overtaken by events is not sent: nobody is asked about what is decided already.
fn still_true(notice: RequestNotice, stage: Stage) -> bool {
    match notice {
        RequestNotice::Asked => stage == Stage::Asked,
        RequestNotice::Approved => !matches!(stage, Stage::Asked | Stage::Declined | Stage::Withdrawn),
        RequestNotice::Declined => stage == Stage::Declined,
        RequestNotice::Ready => stage == Stage::Ready,
    }
}

fn called(facts: &Facts) -> String {
    let title = match (facts.request.scope, facts.title.year) {
        (None, Some(year)) => format!("{} ({year})", facts.title.title),
        _ => facts.title.title.clone(),
    };
    wording::name(&title, &facts.request)
}
