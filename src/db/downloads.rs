//! What is being downloaded for a request, as it was last seen.

use std::collections::HashMap;

use diesel::prelude::*;

use super::among::Among;
use super::schema::downloads;
use super::time::{db, utc, utc_opt};
use super::{Conn, Tx};
use crate::domain::ids::RequestId;
use crate::domain::parcel::{Download, DownloadState};
use crate::error::Outcome;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = downloads, treat_none_as_null = true)]
struct Row {
    request_id: i64,
    download_id: String,
    name: String,
    state: String,
    size: i64,
    size_left: i64,
    speed: Option<i64>,
    eta: Option<chrono::NaiveDateTime>,
    message: Option<String>,
    updated_at: chrono::NaiveDateTime,
}

impl Row {
    fn of(request: RequestId, download: &Download) -> Self {
        Self {
            request_id: request.0,
            download_id: download.download_id.clone(),
            name: download.name.clone(),
            state: download.state.to_string(),
            size: download.size,
            size_left: download.size_left,
            speed: download.speed,
            eta: download.eta.map(db),
            message: download.message.clone(),
            updated_at: db(download.updated_at),
        }
    }
}

impl From<Row> for Download {
    fn from(row: Row) -> Self {
        Self {
            download_id: row.download_id,
            name: row.name,
            state: row.state.parse().unwrap_or(DownloadState::Queued),
            size: row.size,
            size_left: row.size_left,
            speed: row.speed,
            eta: utc_opt(row.eta),
            message: row.message,
            updated_at: utc(row.updated_at),
        }
    }
}

/// By request, in the order of their ids.
pub fn of(conn: &mut Conn, requests: &[RequestId]) -> Outcome<HashMap<RequestId, Vec<Download>>> {
    if requests.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<i64> = requests.iter().map(|id| id.0).collect();
    let rows: Vec<Row> = crate::each_backend!(conn, conn => downloads::table
        .filter(downloads::request_id.among(ids))
        .order((downloads::request_id, downloads::download_id))
        .select(Row::as_select())
        .load(conn))?;
    let mut found: HashMap<RequestId, Vec<Download>> = HashMap::new();
    for row in rows {
        found.entry(RequestId(row.request_id)).or_default().push(row.into());
    }
    Ok(found)
}

/// Makes these the downloads of a request; others are forgotten. Returns whether anything changed.
pub fn replace(tx: &mut Tx<'_>, request: RequestId, now_there: &[Download]) -> Outcome<bool> {
    let before = of(tx, &[request])?.remove(&request).unwrap_or_default();
    for download in now_there.iter().filter(|download| !before.contains(download)) {
        let row = Row::of(request, download);
        let changed =
            diesel::update(downloads::table.find((request.0, &download.download_id))).set(&row).execute(&mut **tx)?;
        if changed == 0 {
            diesel::insert_into(downloads::table).values(&row).execute(&mut **tx)?;
        }
    }
    let ids: Vec<&str> = now_there.iter().map(|download| download.download_id.as_str()).collect();
    let gone =
        downloads::table.filter(downloads::request_id.eq(request.0)).filter(downloads::download_id.not_among(ids));
    let forgotten = crate::each_backend!(&mut **tx, conn => diesel::delete(gone).execute(conn))?;
    Ok(forgotten > 0 || now_there.iter().any(|download| !before.contains(download)))
}
