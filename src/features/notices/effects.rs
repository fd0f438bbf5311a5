//! Sends what people are told. A mail carries a Message-ID made from its row in the outbox, so a second try after a lost
//! answer is folded into the first by the reader's program.

use chrono::TimeDelta;

use super::emails::{self, RequestMail};
use crate::app::App;
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, activity, notice_choices, people, requests, servers, services, titles};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::ids::{PersonId, RequestId};
use crate::domain::notice::{NoticeKind, UNSUBSCRIBE};
use crate::domain::people::Person;
use crate::domain::request::{Request, Stage};
use crate::domain::service::{Service, ServiceKind};
use crate::domain::settings::Settings;
use crate::domain::title::Title;
use crate::domain::wording;
use crate::error::{AppError, Outcome};
use crate::vendor::mail::Letter;

/// How long the unsubscribe link in a mail works.
const UNSUBSCRIBE_WORKS: TimeDelta = TimeDelta::days(3650);

/// Everything a mail about a request needs, as it is now.
struct Facts {
    request: Request,
    title: Title,
    reader: Person,
    asker: Option<Person>,
    decider: Option<Person>,
    house: String,
    mail: Service,
}

pub async fn tell(
    app: &App,
    claim: &Claim,
    notice: NoticeKind,
    request: RequestId,
    person: PersonId,
) -> Outcome<Settled> {
    let facts = app.db.read(move |conn| facts(conn, notice, request, person)).await?;
    let Some(facts) = facts else { return settle(app, claim, Ending::Moot, None).await };
    let settings = app.settings().await?;
    let letter = letter(app, claim, notice, &facts, &settings)?;
    let sent = app.mailer(&facts.mail)?.send(&letter).await;
    match sent {
        Ok(()) => settle(app, claim, Ending::Done, None).await,
        // Nobody at that address, a letter nobody takes, or no mail server for days: it is written down.
        Err(fault) if gives_up(&fault) || claim.is_last(app.now()) => {
            settle(app, claim, Ending::Done, Some(failed(&facts, &fault))).await
        }
        Err(fault) => Err(AppError::Service(fault)),
    }
}

fn gives_up(fault: &Fault) -> bool {
    matches!(fault.class, FaultClass::Permanent | FaultClass::Missing | FaultClass::Already)
}

fn failed(facts: &Facts, fault: &Fault) -> NewEntry {
    NewEntry::new(ActivityKind::NoticeFailed, facts.reader.name.clone())
        .about(facts.reader.id)
        .of_request(facts.request.id)
        .detail(fault.message.clone())
}

async fn settle(app: &App, claim: &Claim, ending: Ending, entry: Option<NewEntry>) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            if let Some(entry) = &entry {
                activity::record(tx, entry, now)?;
            }
            outbox::settle(tx, &claim, ending, now)
        })
        .await
}

/// Nothing when there is nobody to tell, nothing to tell with, or nothing to tell any more.
fn facts(conn: &mut Conn, notice: NoticeKind, request: RequestId, person: PersonId) -> Outcome<Option<Facts>> {
    let Some(mail) = services::of_kind(conn, ServiceKind::Smtp)?.into_iter().next() else { return Ok(None) };
    let Some(reader) = people::get(conn, person)? else { return Ok(None) };
    if reader.email.is_none() || !reader.is_here() || !notice_choices::wants(conn, person, notice)? {
        return Ok(None);
    }
    // Somebody's role may have changed since.
    if notice == NoticeKind::Asked && !notice.concerns(reader.role) {
        return Ok(None);
    }
    let Some(request) = requests::get(conn, request)? else { return Ok(None) };
    if !still_true(notice, request.stage) {
        return Ok(None);
    }
    let Some(title) = titles::get(conn, request.title)? else { return Ok(None) };
    let asker = people::get(conn, request.asker)?;
    let decider = request.decided_by.map(|id| people::get(conn, id)).transpose()?.flatten();
    let house = servers::all(conn)?.into_iter().next().map_or_else(|| "Usherr".to_owned(), |server| server.name);
    Ok(Some(Facts { request, title, reader, asker, decider, house, mail }))
}

/// A mail that was overtaken by events is not sent: nobody is asked about what is decided already.
fn still_true(notice: NoticeKind, stage: Stage) -> bool {
    match notice {
        NoticeKind::Asked => stage == Stage::Asked,
        NoticeKind::Approved => !matches!(stage, Stage::Asked | Stage::Declined | Stage::Withdrawn),
        NoticeKind::Declined => stage == Stage::Declined,
        NoticeKind::Ready => stage == Stage::Ready,
    }
}

fn letter(app: &App, claim: &Claim, notice: NoticeKind, facts: &Facts, settings: &Settings) -> Outcome<Letter> {
    let public = settings.base_url.as_ref().map(|base| app.with_our_path(base));
    let unsubscribe = public.as_ref().map(|public| {
        let token = app.keys.sign_link(UNSUBSCRIBE, &notice.link_about(facts.reader.id), app.now() + UNSUBSCRIBE_WORKS);
        format!("{public}/unsubscribe/{token}")
    });
    let written = emails::request(&RequestMail {
        notice,
        title: called(facts),
        asker: facts.asker.as_ref().map_or_else(|| "Somebody".to_owned(), |asker| asker.name.clone()),
        decider: facts.decider.as_ref().map(|decider| decider.name.clone()),
        is_asker: facts.request.asker == facts.reader.id,
        reason: facts.request.reason.clone(),
        note: facts.request.note.clone(),
        link: public.as_ref().map(|public| format!("{public}/requests/{}", facts.request.id)),
        unsubscribe: unsubscribe.clone(),
        house: facts.house.clone(),
    });
    let to = facts.reader.email.clone().ok_or_else(|| AppError::internal("a reader without an address"))?;
    Ok(Letter {
        to,
        reply_to: None,
        subject: written.subject,
        text: written.text,
        html: written.html,
        message_id: message_id(app, claim, notice, settings),
        in_reply_to: None,
        list_unsubscribe: unsubscribe,
    })
}

fn called(facts: &Facts) -> String {
    let title = match (facts.request.scope, facts.title.year) {
        (None, Some(year)) => format!("{} ({year})", facts.title.title),
        _ => facts.title.title.clone(),
    };
    wording::name(&title, &facts.request)
}

/// The same at every try: the row's id, the notice, this installation, the public host.
fn message_id(app: &App, claim: &Claim, notice: NoticeKind, settings: &Settings) -> String {
    let host = settings
        .base_url
        .as_deref()
        .and_then(|base| url::Url::parse(base).ok())
        .and_then(|base| base.host_str().map(str::to_owned))
        .unwrap_or_else(|| "usherr.invalid".to_owned());
    format!("{notice}.{}.{}@{host}", claim.id, app.client_id)
}
