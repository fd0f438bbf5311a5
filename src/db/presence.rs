//! Who serves a database. SQLite has one server at a time; on PostgreSQL there may be several, and each holds a lock for as
//! long as it lives: whoever comes next can tell work that a dead one left from work under way elsewhere.

use diesel::connection::SimpleConnection;

use super::conn::Manager;
use super::{Conn, Db, Engine, Tx, blocking};
use crate::error::Outcome;

/// A server is here. Gone when dropped, and when its process dies.
pub struct Presence {
    _session: Option<Conn>,
}

/// Two that begin at once wait for each other; who lives on is not waited for.
const ALONE: &str = "SET lock_timeout = '500ms'; SELECT pg_advisory_lock(5700)";
const HERE: &str = "SET lock_timeout = '5s'; SELECT pg_advisory_lock_shared(5700)";
const NO_LONGER_ALONE: &str = "SELECT pg_advisory_unlock(5700)";

/// On PostgreSQL keeps servers out for as long as this session lives; false when one is here.
#[cfg(feature = "postgres")]
pub fn lock_out(session: &mut Conn) -> Outcome<bool> {
    use diesel::RunQueryDsl;
    let alone = diesel::dsl::sql::<diesel::sql_types::Bool>("SELECT pg_try_advisory_lock(5700)");
    Ok(alone.get_result(session)?)
}

impl Presence {
    /// Moves in at the database of `url`. Where nobody else serves it, `clear_up` is done before anybody can.
    pub async fn take(
        url: &str,
        db: &Db,
        clear_up: impl FnOnce(&mut Tx<'_>) -> Outcome<()> + Send + 'static,
    ) -> Outcome<Self> {
        if db.engine == Engine::Sqlite {
            db.write(clear_up).await?;
            return Ok(Self { _session: None });
        }
        let manager = Manager::parse(url)?;
        let (mut session, alone) = blocking(move || {
            let mut session = manager.first()?;
            let alone = session.batch_execute(ALONE).is_ok();
            session.batch_execute(HERE)?;
            Ok((session, alone))
        })
        .await?;
        if alone {
            db.write(clear_up).await?;
            session = blocking(move || {
                session.batch_execute(NO_LONGER_ALONE)?;
                Ok(session)
            })
            .await?;
        }
        Ok(Self { _session: Some(session) })
    }
}
