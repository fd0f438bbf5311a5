//! What every part of the JSON API shares: lists in pages, and times.

use chrono::{DateTime, SecondsFormat, Utc};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use poem_openapi::{Object, Tags};

use crate::error::{AppError, Outcome};

#[derive(Tags)]
pub enum Tag {
    /// Signing in.
    Auth,
    /// Finding films and series.
    Titles,
    /// Asking for them.
    Requests,
    /// Whom Usherr knows.
    People,
    /// Who sees what, and making it so on Plex.
    Access,
    /// What several people have in common.
    Groups,
    /// Links that let somebody in.
    Invites,
    /// Asking to be let in.
    AccessRequests,
    /// What newcomers read.
    WelcomePages,
    /// Outside programs and how they fare.
    Services,
    /// Scheduled work.
    Jobs,
    /// Everything in one file.
    Backups,
    /// What happened.
    Activity,
}

/// One page of a list.
#[derive(Debug, Object)]
pub struct Listed<T: Type + ParseFromJSON + ToJSON + Send + Sync> {
    pub items: Vec<T>,
    /// From 1.
    pub page: i64,
    pub per_page: i64,
    /// Rows in all pages.
    pub total: i64,
}

/// Which rows a caller wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paging {
    pub page: i64,
    pub per_page: i64,
}

impl Paging {
    /// 20 rows of page 1 unless asked otherwise; at most 100.
    pub fn parse(page: Option<i64>, per_page: Option<i64>) -> Outcome<Self> {
        let (page, per_page) = (page.unwrap_or(1), per_page.unwrap_or(20));
        if !(1..=1_000_000).contains(&page) || !(1..=100).contains(&per_page) {
            return Err(AppError::Malformed("page starts at 1; per_page is 1 to 100".to_owned()));
        }
        Ok(Self { page, per_page })
    }

    pub fn offset(self) -> i64 {
        (self.page - 1) * self.per_page
    }

    /// The rows that are wanted, and how many there are in all pages.
    pub fn cut<T>(self, all: Vec<T>) -> (Vec<T>, i64) {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let skipped = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        let taken = usize::try_from(self.per_page).unwrap_or_default();
        (all.into_iter().skip(skipped).take(taken).collect(), total)
    }

    pub fn list<T: Type + ParseFromJSON + ToJSON + Send + Sync>(self, items: Vec<T>, total: i64) -> Listed<T> {
        Listed { items, page: self.page, per_page: self.per_page, total }
    }
}

/// RFC 3339 in UTC, to the second.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
