//! Tells people about the way into their own account. Nobody can turn these mails off.

use chrono::{DateTime, Utc};

use super::emails::accounts::{self, AccountMail, Story};
use super::post::{self, Post};
use crate::app::App;
use crate::db::outbox::{Claim, Settled};
use crate::db::{Conn, mail_changes, people};
use crate::domain::account::{self, CONFIRM, MailChange, OBJECT, RESET, RESET_WORKS};
use crate::domain::effect::Ending;
use crate::domain::ids::PersonId;
use crate::domain::notice::AccountNotice;
use crate::domain::settings::Registration;
use crate::error::Outcome;

/// What is said, where the button leads, and to whom.
struct Facts {
    post: Post,
    story: Story,
    way: Way,
}

enum Way {
    To(&'static str),
    /// A path with a signed end, and what is signed.
    Signed {
        path: &'static str,
        purpose: &'static str,
        mark: String,
        until: DateTime<Utc>,
    },
}

pub async fn tell(app: &App, claim: &Claim, notice: AccountNotice, person: Option<PersonId>) -> Outcome<Settled> {
    let (now, asked_at) = (app.now(), claim.created_at);
    let facts = match person {
        Some(person) => {
            let rule = app.settings().await?.registration;
            app.db.read(move |conn| facts(conn, (notice, rule), person, asked_at, now)).await?
        }
        None => None,
    };
    let Some(Facts { post, story, way }) = facts else {
        return post::settle(app, claim, Ending::Moot, None).await;
    };
    let path = match way {
        Way::To(path) => path.to_owned(),
        Way::Signed { path, purpose, mark, until } => {
            format!("{path}/{}", app.keys.sign_link(purpose, &account::about(post.reader.id, &mark), until))
        }
    };
    let public = post::public(app, &app.settings().await?);
    let link = public.map(|public| format!("{public}/{path}"));
    let written = accounts::account(&AccountMail { story, link, house: post.carrier.house.clone() });
    post.send(app, claim, notice.as_str(), written, None).await
}

/// Nothing when there is nobody to tell, or nothing to tell any more.
fn facts(
    conn: &mut Conn,
    (notice, rule): (AccountNotice, Registration),
    person: PersonId,
    asked_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Outcome<Option<Facts>> {
    match notice {
        AccountNotice::ResetAsked if now >= asked_at + RESET_WORKS => Ok(None),
        AccountNotice::ResetAsked => reset(conn, person, rule, asked_at + RESET_WORKS),
        AccountNotice::PasswordSet => {
            let post = post::always(conn, person, None)?;
            Ok(post.map(|post| Facts { post, story: Story::PasswordSet, way: Way::To("login/reset") }))
        }
        AccountNotice::MailConfirmation | AccountNotice::MailObjection => {
            let present = people::get(conn, person)?.and_then(|person| person.email);
            let change = mail_changes::of_person(conn, person)?;
            match change.filter(|change| change.is_open(present.as_deref(), now)) {
                Some(change) if notice == AccountNotice::MailObjection => objection(conn, change),
                Some(change) => confirmation(conn, change),
                None => Ok(None),
            }
        }
    }
}

/// The same link at every try: it holds from when it was asked for.
fn reset(conn: &mut Conn, person: PersonId, rule: Registration, until: DateTime<Utc>) -> Outcome<Option<Facts>> {
    let (Some(post), Some(mark)) = (post::always(conn, person, None)?, people::sign_in_mark(conn, person)?) else {
        return Ok(None);
    };
    let way = Way::Signed { path: "login/reset", purpose: RESET, mark, until };
    if post.reader.has_password {
        let story = Story::Reset { username: post.reader.username.clone().unwrap_or_default() };
        return Ok(Some(Facts { post, story, way }));
    }
    if people::may_register(conn, &post.reader, rule)? {
        return Ok(Some(Facts { post, story: Story::Register, way }));
    }
    let by_plex = post.reader.plex_id.is_some();
    Ok(by_plex.then_some(Facts { post, story: Story::ByPlex, way: Way::To("login") }))
}

/// Whoever has the address already is told so, and nobody else is.
fn confirmation(conn: &mut Conn, change: MailChange) -> Outcome<Option<Facts>> {
    let taken = people::has_address(conn, &change.new)?;
    let until = change.until();
    let Some(post) = post::always(conn, change.person, Some(change.new))? else { return Ok(None) };
    Ok(Some(match taken {
        true => Facts { post, story: Story::MailTaken, way: Way::To("login") },
        false => {
            let way = Way::Signed { path: "email/confirm", purpose: CONFIRM, mark: change.mark, until };
            Facts { post, story: Story::MailConfirmation, way }
        }
    }))
}

fn objection(conn: &mut Conn, change: MailChange) -> Outcome<Option<Facts>> {
    let until = change.until();
    let Some(post) = post::always(conn, change.person, None)? else { return Ok(None) };
    let way = Way::Signed { path: "email/stop", purpose: OBJECT, mark: change.mark, until };
    Ok(Some(Facts { post, story: Story::MailObjection { new: change.new }, way }))
}
