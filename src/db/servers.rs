//! Plex Media Servers as they are set up. The first by position is the main one.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::servers;
use super::time::db;
use super::{Conn, Tx};
use crate::domain::catalog::ServerIdentity;
use crate::domain::ids::ServerId;
use crate::domain::service::Server;
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = servers)]
struct Row {
    id: i64,
    name: String,
    url: String,
    token: String,
    machine_id: Option<String>,
    version: Option<String>,
    owner_plex_id: Option<i64>,
    default_library: Option<String>,
    from_file: bool,
}

impl From<Row> for Server {
    fn from(row: Row) -> Self {
        Self {
            id: ServerId(row.id),
            name: row.name,
            url: row.url,
            sealed: row.token,
            machine_id: row.machine_id,
            version: row.version,
            owner_plex_id: row.owner_plex_id,
            default_library: row.default_library,
            from_file: row.from_file,
        }
    }
}

pub fn all(conn: &mut Conn) -> Outcome<Vec<Server>> {
    let rows: Vec<Row> = crate::each_backend!(conn, conn => servers::table
        .order((servers::position, servers::id))
        .select(Row::as_select())
        .load(conn))?;
    Ok(rows.into_iter().map(Server::from).collect())
}

pub fn get(conn: &mut Conn, id: ServerId) -> Outcome<Option<Server>> {
    let row: Option<Row> = crate::each_backend!(conn, conn => servers::table
        .find(id.0)
        .select(Row::as_select())
        .first(conn)
        .optional())?;
    Ok(row.map(Server::from))
}

/// Saves a server. Id 0 makes a new one; the token of one that is there is written by `set_token`.
pub fn save(tx: &mut Tx<'_>, server: &Server, position: i32, now: DateTime<Utc>) -> Outcome<ServerId> {
    let values = (
        servers::name.eq(&server.name),
        servers::url.eq(&server.url),
        servers::machine_id.eq(&server.machine_id),
        servers::version.eq(&server.version),
        servers::owner_plex_id.eq(server.owner_plex_id),
        servers::default_library.eq(&server.default_library),
        servers::from_file.eq(server.from_file),
        servers::position.eq(position),
        servers::updated_at.eq(db(now)),
    );
    if server.id.0 == 0 {
        let id: i64 = diesel::insert_into(servers::table)
            .values((values, servers::token.eq(&server.sealed), servers::created_at.eq(db(now))))
            .returning(servers::id)
            .get_result(&mut **tx)?;
        return Ok(ServerId(id));
    }
    diesel::update(servers::table.find(server.id.0)).set(values).execute(&mut **tx)?;
    Ok(server.id)
}

pub fn set_token(tx: &mut Tx<'_>, id: ServerId, sealed: &str) -> Outcome<()> {
    diesel::update(servers::table.find(id.0)).set(servers::token.eq(sealed)).execute(&mut **tx)?;
    Ok(())
}

/// Notes what the server says of itself.
pub fn set_identity(tx: &mut Tx<'_>, id: ServerId, identity: &ServerIdentity) -> Outcome<()> {
    let twin = servers::table.filter(servers::machine_id.eq(&identity.machine_id)).filter(servers::id.ne(id.0));
    if let Some(name) = twin.select(servers::name).first::<String>(&mut **tx).optional()? {
        return Err(AppError::Conflict(format!("This is the same Plex server as {name}. Remove one of the two.")));
    }
    let values = (servers::machine_id.eq(Some(&identity.machine_id)), servers::version.eq(Some(&identity.version)));
    diesel::update(servers::table.find(id.0)).set(values).execute(&mut **tx)?;
    Ok(())
}

pub fn set_owner(tx: &mut Tx<'_>, id: ServerId, plex_id: i64) -> Outcome<()> {
    diesel::update(servers::table.find(id.0)).set(servers::owner_plex_id.eq(Some(plex_id))).execute(&mut **tx)?;
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, id: ServerId) -> Outcome<()> {
    diesel::delete(servers::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}
