//! What all mails have in common: to whom, from which house, with which way out, and what becomes of them. A mail carries a
//! Message-ID made from its row in the outbox, so a second try after a lost answer is folded into the first by the reader's
//! program.

use chrono::TimeDelta;

use super::emails::Written;
use crate::app::App;
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Conn, activity, notice_choices, people, servers, services};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Ending;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::ids::{PersonId, RequestId};
use crate::domain::notice::{NoticeKind, UNSUBSCRIBE};
use crate::domain::people::Person;
use crate::domain::service::{Service, ServiceKind};
use crate::domain::settings::Settings;
use crate::error::{AppError, Outcome};
use crate::vendor::mail::Letter;

/// How long the unsubscribe link in a mail works.
const UNSUBSCRIBE_WORKS: TimeDelta = TimeDelta::days(3650);

/// By whom mails are brought, and from which house.
pub struct Carrier {
    pub house: String,
    mail: Service,
}

/// Somebody who wants this kind of mail, and by whom it is brought.
pub struct Post {
    pub reader: Person,
    pub carrier: Carrier,
    to: String,
}

/// Nothing where no mail server is known.
pub fn carrier(conn: &mut Conn) -> Outcome<Option<Carrier>> {
    let Some(mail) = services::of_kind(conn, ServiceKind::Smtp)?.into_iter().next() else { return Ok(None) };
    let house = servers::all(conn)?.into_iter().next().map_or_else(|| "Usherr".to_owned(), |server| server.name);
    Ok(Some(Carrier { house, mail }))
}

/// Nothing when there is nobody to tell, or nothing to tell with.
pub fn post(conn: &mut Conn, kind: NoticeKind, reader: PersonId) -> Outcome<Option<Post>> {
    let Some(post) = always(conn, reader, None)? else { return Ok(None) };
    // Somebody's role may have changed since.
    let wanted =
        notice_choices::wants(conn, reader, kind)? && (!kind.is_for_deciders() || kind.concerns(post.reader.role));
    Ok(Some(post).filter(|_| wanted))
}

/// The same for what nobody can turn off; `to` is an address that is not theirs yet.
pub fn always(conn: &mut Conn, reader: PersonId, to: Option<String>) -> Outcome<Option<Post>> {
    let Some(carrier) = carrier(conn)? else { return Ok(None) };
    let Some(reader) = people::get(conn, reader)?.filter(Person::is_here) else { return Ok(None) };
    let Some(to) = to.or_else(|| reader.email.clone()) else { return Ok(None) };
    Ok(Some(Post { reader, carrier, to }))
}

/// Where the house is found from outside; none while it has no public address.
pub fn public(app: &App, settings: &Settings) -> Option<String> {
    settings.base_url.as_ref().map(|base| app.with_our_path(base))
}

impl Carrier {
    /// Hands it to the mail server. What it has against it for good is back as words.
    pub async fn bring(
        &self,
        app: &App,
        claim: &Claim,
        name: &str,
        to: &str,
        written: Written,
    ) -> Outcome<Result<(), String>> {
        let letter = Letter {
            to: to.to_owned(),
            reply_to: None,
            subject: written.subject,
            text: written.text,
            html: written.html,
            message_id: message_id(app, claim, name, &app.settings().await?),
            in_reply_to: None,
            list_unsubscribe: written.unsubscribe,
        };
        match app.mailer(&self.mail)?.send(&letter).await {
            Ok(()) => Ok(Ok(())),
            Err(fault) if gives_up(&fault) || claim.is_last(app.now()) => Ok(Err(fault.message)),
            Err(fault) => Err(AppError::Service(fault)),
        }
    }
}

impl Post {
    /// The link that stops mails of this kind.
    pub fn unsubscribe(&self, app: &App, kind: NoticeKind, public: Option<&str>) -> Option<String> {
        let about = kind.link_about(self.reader.id);
        let token = app.keys.sign_link(UNSUBSCRIBE, &about, app.now() + UNSUBSCRIBE_WORKS);
        public.map(|public| format!("{public}/unsubscribe/{token}"))
    }

    /// Sends it. Nobody at that address, a letter nobody takes, or no mail server for days: it is written down.
    pub async fn send(
        &self,
        app: &App,
        claim: &Claim,
        name: &str,
        written: Written,
        request: Option<RequestId>,
    ) -> Outcome<Settled> {
        let entry = match self.carrier.bring(app, claim, name, &self.to, written).await? {
            Ok(()) => None,
            Err(why) => {
                let entry = NewEntry::new(ActivityKind::NoticeFailed, self.reader.name.clone());
                Some(NewEntry { request, ..entry.about(self.reader.id).detail(why) })
            }
        };
        settle(app, claim, Ending::Done, entry).await
    }
}

fn gives_up(fault: &Fault) -> bool {
    matches!(fault.class, FaultClass::Permanent | FaultClass::Missing | FaultClass::Already)
}

pub async fn settle(app: &App, claim: &Claim, ending: Ending, entry: Option<NewEntry>) -> Outcome<Settled> {
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

/// The same at every try: the row's id, the notice, this installation, the public host.
fn message_id(app: &App, claim: &Claim, name: &str, settings: &Settings) -> String {
    let host = settings
        .base_url
        .as_deref()
        .and_then(|base| url::Url::parse(base).ok())
        .and_then(|base| base.host_str().map(str::to_owned))
        .unwrap_or_else(|| "usherr.invalid".to_owned());
    format!("{name}.{}.{}@{host}", claim.id, app.client_id)
}
