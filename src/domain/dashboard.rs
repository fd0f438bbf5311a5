//! What the dashboard knows: what waits for a decision, what moves, what is down.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::access::outlook::Outlook;
use super::activity::Entry;
use super::catalog::MediaKind;
use super::ids::{PersonId, RequestId, TitleId};
use super::jobs::Job;
use super::request::{Cause, ScopeKind};
use super::room::ServiceFolders;
use super::service::Health;

/// Everything on the dashboard.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Oldest first.
    pub asked: Vec<OpenRequest>,
    pub asked_total: i64,
    /// Longest stuck first.
    pub stuck: Vec<OpenRequest>,
    pub stuck_total: i64,
    /// How many ask to be let in.
    pub asking: i64,
    /// How many ask to stay longer.
    pub staying: i64,
    /// As it was last counted.
    pub plan: Option<Outlook>,
    pub fetching: Vec<Fetching>,
    pub entries: Vec<Entry>,
    /// Of the people whom the entries concern.
    pub names: HashMap<PersonId, String>,
    pub health: Vec<Health>,
    /// Approved requests that wait for a service, by its health key.
    pub held: HashMap<String, i64>,
    /// Mails that wait for a service, by its health key.
    pub mails: HashMap<String, i64>,
    pub folders: Vec<ServiceFolders>,
    pub jobs: Vec<Job>,
}

/// A request that wants somebody's attention.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenRequest {
    pub id: RequestId,
    pub title_id: TitleId,
    pub title: String,
    /// There is a picture at `/images/title/{title_id}`.
    pub has_poster: bool,
    pub kind: MediaKind,
    /// Of a series.
    pub scope: Option<ScopeKind>,
    /// Of a series; empty while nobody knows them.
    pub seasons: Vec<i32>,
    pub is_4k: bool,
    pub asker: String,
    pub created_at: DateTime<Utc>,
    pub stage_at: DateTime<Utc>,
    /// Why it is stuck.
    pub cause: Option<Cause>,
    pub estimated_bytes: Option<i64>,
    /// Bytes free where it would go, when that is known.
    pub free: Option<f64>,
    /// Others who wait for it too.
    pub followers: i64,
}

/// A request that is downloading: all of its downloads together.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetching {
    pub request: RequestId,
    pub title: String,
    pub is_4k: bool,
    pub asker: String,
    /// Bytes.
    pub size: i64,
    pub size_left: i64,
    /// Bytes a second, as far as known.
    pub speed: i64,
    /// When the last of them is there.
    pub eta: Option<DateTime<Utc>>,
}
