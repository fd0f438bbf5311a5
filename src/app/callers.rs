//! Who comes with a session. A page and its posters ask for the same one many times within a second.

use std::sync::Arc;

use super::App;
use super::recent::Recent;
use crate::db::frame::{self, Sums};
use crate::db::{Conn, sessions};
use crate::domain::people::{Person, Session};
use crate::error::Outcome;

#[derive(Debug)]
pub struct Caller {
    pub session: Session,
    pub person: Person,
    /// What the frame of a page shows, where one was asked for: then both are one read.
    pub sums: Option<Sums>,
}

/// By session, and whether the sums are with it.
pub(super) type LastRead = Recent<(String, bool), Option<Arc<Caller>>>;

impl App {
    /// Whose session this is, when it and its person still stand.
    pub async fn caller(&self, session: &str, with_sums: bool) -> Outcome<Option<Arc<Caller>>> {
        let (id, now) = (session.to_owned(), self.now());
        let read = self.db.read(move |conn| read(conn, &id, with_sums, now));
        let found = self.callers.or_read(&self.db, (session.to_owned(), with_sums), read).await?;
        Ok(found.filter(|caller| caller.session.expires_at > now))
    }
}

fn read(
    conn: &mut Conn,
    id: &str,
    with_sums: bool,
    now: chrono::DateTime<chrono::Utc>,
) -> Outcome<Option<Arc<Caller>>> {
    let Some((session, person)) = sessions::find(conn, id, now)? else { return Ok(None) };
    let sums = with_sums.then(|| frame::sums(conn, person.id, person.role)).transpose()?;
    Ok(Some(Arc::new(Caller { session, person, sums })))
}
