//! What people do with requests. Each writes the change, the timeline, the record and the effects in one transaction.

mod ask;
mod decide;
mod observe;
mod step;

use chrono::{DateTime, Utc};

pub use ask::{Ask, Submitted, Wanted, check_4k, submit};
pub use decide::{Edit, approve, decline, edit, follow, follow_title, retry, unfollow, withdraw};
pub use observe::{Facts, arrive, heard, see_downloads, see_title, show};
pub use step::{observe, step, tell};

use crate::app::{App, Change};
use crate::db::{Conn, copies, requests, services};
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::ids::RequestId;
use crate::domain::people::{Actor, Sight};
use crate::domain::quota::QuotaState;
use crate::domain::request::Request;
use crate::domain::service::{self, Service, ServiceKind};
use crate::domain::settings::Settings;
use crate::domain::title::Title;
use crate::error::{AppError, Outcome};

/// After a commit: the worker has something to do, and pages something to show.
pub fn announce(app: &App, id: RequestId) {
    app.wake_worker();
    app.changed(Change::Request(id));
}

/// What is left of somebody's allowance for films, or for seasons.
pub fn quota(
    conn: &mut Conn,
    settings: &Settings,
    actor: &Actor,
    kind: MediaKind,
    now: DateTime<Utc>,
) -> Outcome<QuotaState> {
    let quota = actor.rights.quota(kind, settings.quota_days);
    Ok(quota.state(&requests::spent(conn, actor.id, kind, quota.begins(now))?, now))
}

/// Where a request goes; none when no service takes it.
pub fn service_of(conn: &mut Conn, request: &Request) -> Outcome<Option<Service>> {
    let all = services::of_kind(conn, ServiceKind::fetching(request.kind))?;
    Ok(service::taker(&all, request.choice.service, request.is_4k).cloned())
}

/// What somebody may know of a title that they would ask for.
pub struct Insight {
    /// What is kept here may be told.
    pub known: bool,
    sight: Sight,
    kept: Option<String>,
}

impl Insight {
    /// Whether a title as its service tells it may be asked for. It is as though it were not there when it is beyond the
    /// ceiling of whoever asks, or when nobody has rated it.
    pub fn takes(&self, candidate: &Candidate) -> bool {
        self.sight.takes(candidate.certification.as_deref(), self.kept.as_deref())
    }
}

/// Not of one whose copies are all where `me` may not see them, unless by a request that they may see.
pub fn insight(conn: &mut Conn, me: &Actor, row: Option<&Title>) -> Outcome<Insight> {
    let sight = copies::sight(conn, me)?;
    let known = match row {
        Some(title) => copies::known(conn, &[title.id], &sight)?.contains(&title.id),
        None => false,
    };
    Ok(Insight { known, sight, kept: row.and_then(|title| title.certification.clone()) })
}

/// Text of a person: trimmed, without control characters, none when there is nothing to see, refused when too long.
fn text(field: &str, text: Option<&str>, most: usize) -> Outcome<Option<String>> {
    let plain = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text: String = text.unwrap_or_default().trim().chars().filter(plain).collect();
    if text.chars().count() > most {
        return Err(AppError::field(field, format!("Keep it under {most} characters.")));
    }
    Ok(Some(text).filter(|text| text.chars().any(is_seen)))
}

/// Spaces of no width, and marks that only turn what follows, say nothing.
fn is_seen(letter: char) -> bool {
    let turns = matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    !letter.is_whitespace() && !turns && !matches!(letter, '\u{ad}' | '\u{feff}')
}

const MOST_WORDS: usize = 1000;
