//! Who comes with a session. A page and its posters ask for the same one many times within a second.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::App;
use super::recent::Recent;
use crate::crypto::SessionClaims;
use crate::db::frame::{self, Sums};
use crate::db::{Conn, rights, sessions};
use crate::domain::people::{Person, Reach, Session};
use crate::domain::settings::Settings;
use crate::error::Outcome;

#[derive(Debug)]
pub struct Caller {
    pub session: Session,
    pub person: Person,
    pub reach: Reach,
    /// What the frame of a page shows, where one was asked for: then both are one read.
    pub sums: Option<Sums>,
}

/// By session token, and whether the sums are with it. Only tokens that we have signed come in here.
pub(super) type LastRead = Recent<(String, bool), Option<Arc<Caller>>>;

impl App {
    /// Whose session token this is, when we signed it and its session and person still stand.
    pub async fn caller(&self, token: &str, with_sums: bool) -> Outcome<Option<Arc<Caller>>> {
        let (key, now) = ((token.to_owned(), with_sums), self.now());
        let found = match self.callers.standing(&self.db, &key) {
            Some(found) => found,
            None => {
                let Some(claims) = self.keys.read_session_token(token, now) else { return Ok(None) };
                let house = self.house().await?;
                let read = self.db.read(move |conn| read(conn, &house.settings, &claims, with_sums, now));
                self.callers.or_read(&self.db, key, read).await?
            }
        };
        Ok(found.filter(|caller| caller.session.expires_at > now))
    }
}

fn read(
    conn: &mut Conn,
    settings: &Settings,
    claims: &SessionClaims,
    with_sums: bool,
    now: DateTime<Utc>,
) -> Outcome<Option<Arc<Caller>>> {
    let found = sessions::find(conn, &claims.sid, now)?.filter(|(session, _)| session.person == claims.person());
    let Some((session, person)) = found else { return Ok(None) };
    let reach = rights::of(conn, settings, &person, now)?;
    let sums = with_sums.then(|| frame::sums(conn, person.id, person.role)).transpose()?;
    Ok(Some(Arc::new(Caller { session, person, reach, sums })))
}
