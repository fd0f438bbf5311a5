//! Tells people about the way into their own account. Nobody can turn these mails off.

use super::emails::accounts::{self, AccountMail};
use super::post::{self, Post};
use crate::app::App;
use crate::crypto::password_mark;
use crate::db::outbox::{Claim, Settled};
use crate::db::{Conn, people};
use crate::domain::account::reset;
use crate::domain::effect::Ending;
use crate::domain::ids::PersonId;
use crate::domain::notice::AccountNotice;
use crate::error::Outcome;

/// Everything such a mail needs, as it is now.
struct Facts {
    post: Post,
    /// Tells their password from the next one; none where they have none here.
    mark: Option<String>,
}

pub async fn tell(app: &App, claim: &Claim, notice: AccountNotice, person: Option<PersonId>) -> Outcome<Settled> {
    let facts = match person {
        Some(person) => app.db.read(move |conn| facts(conn, person)).await?,
        None => None,
    };
    let public = post::public(app, &app.settings().await?);
    let late = notice == AccountNotice::ResetAsked && app.now() >= claim.created_at + reset::WORKS;
    let Some(facts) = facts.filter(|_| !late) else { return post::settle(app, claim, Ending::Moot, None).await };
    let path = match notice {
        AccountNotice::ResetAsked => way_to_reset(app, claim, &facts),
        AccountNotice::PasswordSet => "login/reset".to_owned(),
    };
    let written = accounts::account(&AccountMail {
        notice,
        username: facts.post.reader.username.clone().filter(|_| facts.mark.is_some()),
        link: public.map(|public| format!("{public}/{path}")),
        house: facts.post.carrier.house.clone(),
    });
    facts.post.send(app, claim, notice.as_str(), written, None).await
}

fn facts(conn: &mut Conn, person: PersonId) -> Outcome<Option<Facts>> {
    let Some(post) = post::always(conn, person)? else { return Ok(None) };
    let hash = people::password_hash_of(conn, person)?;
    if hash.is_none() && post.reader.plex_id.is_none() {
        return Ok(None);
    }
    Ok(Some(Facts { post, mark: hash.map(|hash| password_mark(Some(&hash))) }))
}

/// The same link at every try: it holds from when it was asked for.
fn way_to_reset(app: &App, claim: &Claim, facts: &Facts) -> String {
    let Some(mark) = &facts.mark else { return "login".to_owned() };
    let about = reset::about(facts.post.reader.id, mark);
    format!("login/reset/{}", app.keys.sign_link(reset::PURPOSE, &about, claim.created_at + reset::WORKS))
}
