//! The record in the back office, as a page and as CSV. The filter stands in the address.

use std::io;

use chrono::{DateTime, Days, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use futures_util::{StreamExt, stream};
use poem::http::header;
use poem::web::{Data, Query};
use poem::{Body, Response, handler};

use super::views::{self, Filter};
use crate::app::App;
use crate::db::{Conn, activity};
use crate::domain::activity::{ActivityFilter, Entry, is_on_the_calendar};
use crate::domain::ids::{ActivityId, PersonId};
use crate::error::{AppError, Outcome};
use crate::web::{BackOffice, Visit};

/// The filter as it stands in the address; a form sends empty fields along.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(default)]
pub struct Asked {
    kind: String,
    person: String,
    request: String,
    since: String,
    until: String,
    page: Option<i64>,
}

#[handler]
pub async fn list(BackOffice(_me): BackOffice, visit: Visit, Query(asked): Query<Asked>) -> poem::Result<Response> {
    let filter = asked.filter(visit.frame.clock.zone)?;
    let page = asked.page.unwrap_or(1);
    if !(1..=1_000_000).contains(&page) {
        return Err(AppError::NotFound.into());
    }
    let shown = visit
        .app
        .db
        .read(move |conn| {
            let (entries, total) = activity::page(conn, &filter, (page - 1) * views::A_PAGE, views::A_PAGE)?;
            let names = activity::names(conn, &entries)?;
            Ok(views::Shown { entries, names, page, total, people: activity::people(conn)? })
        })
        .await?;
    Ok(visit.show(views::page(&visit.frame, &asked.typed(), &shown)))
}

/// Rows that are read and written at a time.
const BATCH: i64 = 1000;

#[handler]
pub async fn export(
    BackOffice(_me): BackOffice,
    Data(app): Data<&App>,
    Query(asked): Query<Asked>,
) -> poem::Result<Response> {
    let zone = app.settings().await?.time_zone;
    let filter = asked.filter(zone)?;
    let db = app.db.clone();
    // Piece by piece: the record may be longer than memory has room for.
    let rows = stream::try_unfold(None, move |before| {
        let (db, filter) = (db.clone(), filter.clone());
        async move {
            let piece = db.read(move |conn| piece(conn, &filter, before)).await;
            piece.inspect_err(|error| tracing::warn!(error = %error, "an export was cut off")).map_err(io::Error::other)
        }
    });
    let csv = stream::once(async { Ok(views::csv::head()) }).chain(rows);
    let name = format!("activity-{}.csv", app.now().with_timezone(&zone).format("%Y-%m-%d"));
    Ok(Response::builder()
        .content_type("text/csv; charset=utf-8; header=present")
        .header(header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))
        .body(Body::from_bytes_stream(csv)))
}

type Piece = Option<(String, Option<ActivityId>)>;

fn piece(conn: &mut Conn, filter: &ActivityFilter, before: Option<ActivityId>) -> Outcome<Piece> {
    let entries = activity::older(conn, filter, before, BATCH)?;
    let names = activity::names(conn, &entries)?;
    let rows: String = entries.iter().map(|entry| views::csv::row(entry, concerned(entry, &names))).collect();
    Ok(entries.last().map(|last| (rows, Some(last.id))))
}

fn concerned<'a>(entry: &Entry, names: &'a views::Names) -> Option<&'a str> {
    names.get(&entry.person?).map(String::as_str)
}

impl Asked {
    fn typed(&self) -> Filter<'_> {
        Filter {
            kind: &self.kind,
            person: &self.person,
            request: &self.request,
            since: &self.since,
            until: &self.until,
        }
    }

    fn filter(&self, zone: Tz) -> Outcome<ActivityFilter> {
        Ok(ActivityFilter {
            kind: parsed(&self.kind, "kind")?,
            person: parsed::<PersonId>(&self.person, "person")?,
            request: parsed(&self.request, "request")?,
            since: day(&self.since, zone, 0)?,
            // Up to the end of that day.
            until: day(&self.until, zone, 1)?,
        })
    }
}

fn parsed<T: std::str::FromStr>(text: &str, field: &str) -> Outcome<Option<T>> {
    match text.trim() {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| AppError::Malformed(format!("The {field} in this address is unknown.")))
        }
    }
}

/// The beginning of a day in the zone of the house, or of a later one.
fn day(text: &str, zone: Tz, later: u64) -> Outcome<Option<DateTime<Utc>>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let wrong = || AppError::Malformed("Write days as year-month-day, such as 2026-11-20.".to_owned());
    let date: NaiveDate = text.trim().parse().map_err(|_| wrong())?;
    let date = date.checked_add_days(Days::new(later)).ok_or_else(wrong)?;
    // Where the clocks change at midnight, the day begins an hour later.
    let begins = |hour| zone.from_local_datetime(&date.and_hms_opt(hour, 0, 0)?).earliest();
    let begin = begins(0).or_else(|| begins(1)).ok_or_else(wrong)?.with_timezone(&Utc);
    if is_on_the_calendar(begin) { Ok(Some(begin)) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_filter_reads_days_in_the_zone_of_the_house() {
        let asked = Asked { since: "2026-11-20".to_owned(), until: "2026-11-20".to_owned(), ..Asked::default() };
        let filter = asked.filter(chrono_tz::Europe::Berlin).unwrap();
        assert_eq!(filter.since, Some("2026-11-19T23:00:00Z".parse().unwrap()));
        assert_eq!(filter.until, Some("2026-11-20T23:00:00Z".parse().unwrap()));
        let gap = Asked { since: "2018-11-04".to_owned(), ..Asked::default() };
        assert_eq!(
            gap.filter(chrono_tz::America::Sao_Paulo).unwrap().since,
            Some("2018-11-04T03:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn nonsense_in_the_address_is_refused_and_emptiness_is_not() {
        assert!(Asked::default().filter(Tz::UTC).unwrap().kind.is_none());
        for asked in [
            Asked { kind: "danced".to_owned(), ..Asked::default() },
            Asked { person: "Ana".to_owned(), ..Asked::default() },
            Asked { since: "yesterday".to_owned(), ..Asked::default() },
            Asked { until: "+262142-12-31".to_owned(), ..Asked::default() },
            Asked { until: "+200000-01-01".to_owned(), ..Asked::default() },
            Asked { since: "-10000-01-01".to_owned(), ..Asked::default() },
        ] {
            assert_eq!(asked.filter(Tz::UTC).unwrap_err().status(), 400, "{asked:?}");
        }
    }
}
