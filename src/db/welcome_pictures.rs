//! Pictures for welcome pages. They are kept as text, so that a backup holds them like everything else.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::schema::welcome_pictures;
use super::time::{db, utc};
use super::{Conn, Tx};
use crate::domain::ids::WelcomePictureId;
use crate::domain::welcome::picture::{Format, Picture};
use crate::error::{AppError, Outcome};

#[derive(Queryable, Selectable)]
#[diesel(table_name = welcome_pictures)]
struct Row {
    id: i64,
    name: String,
    format: String,
    bytes: i64,
    added_at: NaiveDateTime,
}

impl Row {
    fn picture(self) -> Outcome<Picture> {
        Ok(Picture {
            id: WelcomePictureId(self.id),
            name: self.name,
            format: self.format.parse().map_err(AppError::internal)?,
            bytes: self.bytes,
            added_at: utc(self.added_at),
        })
    }
}

/// All of them, newest first.
pub fn all(conn: &mut Conn) -> Outcome<Vec<Picture>> {
    let rows: Vec<Row> =
        welcome_pictures::table.order(welcome_pictures::id.desc()).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(Row::picture).collect()
}

pub fn get(conn: &mut Conn, id: WelcomePictureId) -> Outcome<Option<Picture>> {
    let row: Option<Row> = welcome_pictures::table.find(id.0).select(Row::as_select()).first(conn).optional()?;
    row.map(Row::picture).transpose()
}

/// The picture itself.
pub fn content(conn: &mut Conn, id: WelcomePictureId) -> Outcome<Option<(Format, Vec<u8>)>> {
    let found: Option<(String, String)> = welcome_pictures::table
        .find(id.0)
        .select((welcome_pictures::format, welcome_pictures::content))
        .first(conn)
        .optional()?;
    let Some((format, content)) = found else { return Ok(None) };
    let bytes = STANDARD.decode(content).map_err(AppError::internal)?;
    Ok(Some((format.parse().map_err(AppError::internal)?, bytes)))
}

pub fn add(tx: &mut Tx<'_>, name: &str, format: Format, bytes: &[u8], now: DateTime<Utc>) -> Outcome<WelcomePictureId> {
    let row = (
        welcome_pictures::name.eq(name),
        welcome_pictures::format.eq(format.as_str()),
        welcome_pictures::bytes.eq(i64::try_from(bytes.len()).map_err(AppError::internal)?),
        welcome_pictures::content.eq(STANDARD.encode(bytes)),
        welcome_pictures::added_at.eq(db(now)),
    );
    let id = diesel::insert_into(welcome_pictures::table)
        .values(row)
        .returning(welcome_pictures::id)
        .get_result(&mut **tx)?;
    Ok(WelcomePictureId(id))
}

pub fn remove(tx: &mut Tx<'_>, id: WelcomePictureId) -> Outcome<()> {
    diesel::delete(welcome_pictures::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}
