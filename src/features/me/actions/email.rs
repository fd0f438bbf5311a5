//! Another mail address: asked for here, confirmed by whoever reads what comes there, stopped by whoever reads what comes to
//! the old one. Whether somebody else has the address, only its mailbox is told.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::crypto::random_token;
use crate::db::{Conn, Tx, activity, mail_changes, outbox, people};
use crate::domain::account::{self, CONFIRM, MailChange, OBJECT};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::effect::Effect;
use crate::domain::ids::PersonId;
use crate::domain::notice::AccountNotice;
use crate::domain::people::{Actor, Person, rules};
use crate::error::{AppError, Outcome};

/// `password` is the present one; nothing where they have none here.
pub async fn ask(app: &App, me: &Actor, from: IpAddr, typed: &str, password: SecretString) -> Outcome<()> {
    if !app.sends_links().await? {
        return Err(AppError::field("email", "Mails can't be sent from here yet. Ask an admin."));
    }
    let new = rules::address(typed).map_err(|words| AppError::field("email", words))?;
    let id = me.id;
    let known = app.db.read(move |conn| Ok((people::get(conn, id)?, people::password_hash_of(conn, id)?))).await?;
    let (Some(person), hash) = known else { return Err(AppError::NotSignedIn) };
    if person.email.as_ref() == Some(&new) {
        return Err(AppError::field("email", "That is your address already."));
    }
    if hash.is_some() {
        let name = person.username.clone().unwrap_or_default();
        let missing = password.expose_secret().is_empty();
        if missing || !app.limits.password(from, &name, password, hash).await? {
            return Err(AppError::field("email_password", "That is not your password. Try again."));
        }
    }
    app.limits.letters(id.0)?;
    let change = MailChange { person: id, old: person.email, new, mark: random_token(), asked_at: app.now() };
    app.db
        .write(move |tx| {
            mail_changes::put(tx, &change)?;
            note(tx, ActivityKind::MailChangeAsked, &person.name, &change)?;
            // First the one who may object.
            tell(tx, AccountNotice::MailObjection, &change, "")?;
            tell(tx, AccountNotice::MailConfirmation, &change, "")
        })
        .await?;
    app.wake_worker();
    Ok(())
}

fn tell(tx: &mut Tx<'_>, notice: AccountNotice, change: &MailChange, again: &str) -> Outcome<()> {
    let effect = Effect::TellAccount { notice, person: Some(change.person) };
    outbox::push(tx, &effect, &format!("{notice} {}{again}", change.mark), change.asked_at).map(|_| ())
}

fn note(tx: &mut Tx<'_>, kind: ActivityKind, name: &str, change: &MailChange) -> Outcome<()> {
    let entry = NewEntry::new(kind, name).by(change.person, name).about(change.person);
    activity::record(tx, &entry, change.asked_at)
}

/// Sends the link once more.
pub async fn again(app: &App, me: &Actor) -> Outcome<()> {
    app.limits.letters(me.id.0)?;
    let (id, now) = (me.id, app.now());
    app.db
        .write(move |tx| {
            let Some((_, change)) = open(tx, id, now)? else { return Err(AppError::NotFound) };
            tell(tx, AccountNotice::MailConfirmation, &change, &format!(" {}", now.timestamp()))
        })
        .await?;
    app.wake_worker();
    Ok(())
}

/// Leaves it as it was.
pub async fn leave(app: &App, me: &Actor) -> Outcome<()> {
    let id = me.id;
    app.db.write(move |tx| mail_changes::remove(tx, id).map(|_| ())).await
}

/// What a link in a mail does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Confirm,
    Object,
}

impl Answer {
    fn purpose(self) -> &'static str {
        match self {
            Self::Confirm => CONFIRM,
            Self::Object => OBJECT,
        }
    }
}

/// Whom and what a link is about; nothing when it is not ours, has run out, or was used.
pub async fn read(app: &App, answer: Answer, token: &str, from: IpAddr) -> Outcome<Option<(Person, MailChange)>> {
    let look = app.limits.link(from)?;
    let now = app.now();
    let Some((person, mark)) = app.keys.read_link(answer.purpose(), token, now).and_then(|about| account::read(&about))
    else {
        look.was_in_vain();
        return Ok(None);
    };
    app.db.read(move |conn| Ok(open(conn, person, now)?.filter(|(_, change)| change.mark == mark))).await
}

/// Does what the link is for. None when there is nothing (any more) that it could do, or the address is somebody else's.
pub async fn act(app: &App, answer: Answer, token: &str, from: IpAddr) -> Outcome<Option<MailChange>> {
    let Some((person, change)) = read(app, answer, token, from).await? else { return Ok(None) };
    let now = app.now();
    app.db
        .write(move |tx| {
            // Somebody else may have used it meanwhile.
            let still = open(tx, person.id, now)?.is_some_and(|(_, now)| now == change);
            if !still || (answer == Answer::Confirm && people::has_address(tx, &change.new)?) {
                return Ok(None);
            }
            mail_changes::remove(tx, person.id)?;
            let kind = match answer {
                Answer::Confirm => {
                    people::confirm_email(tx, person.id, &change.new, now)?;
                    ActivityKind::MailChanged
                }
                Answer::Object => ActivityKind::MailChangeStopped,
            };
            let entry = NewEntry::new(kind, &person.name).about(person.id).detail(format!("from {from}"));
            activity::record(tx, &entry, now)?;
            Ok(Some(change))
        })
        .await
}

/// The change that waits, if one does.
fn open(conn: &mut Conn, id: PersonId, now: DateTime<Utc>) -> Outcome<Option<(Person, MailChange)>> {
    let Some(person) = people::get(conn, id)? else { return Ok(None) };
    let change = mail_changes::of_person(conn, id)?.filter(|change| change.is_open(person.email.as_deref(), now));
    Ok(change.map(|change| (person, change)))
}
