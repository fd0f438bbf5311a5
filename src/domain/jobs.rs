//! Scheduled work: which jobs there are, when they run, and how a run went.

use chrono::{DateTime, Utc};

use super::ids::{PersonId, RunId};
use super::people::Role;

pub mod words;

crate::text_enum! {
    pub enum JobName {
        LibrarySync = "library_sync",
        PeopleSync = "people_sync",
        AccessSchedule = "access_schedule",
        AccessApply = "access_apply",
        Membership = "membership",
        RequestRepair = "request_repair",
        DownloadsSync = "downloads_sync",
        ServiceHealth = "service_health",
        Backup = "backup",
        Cleanup = "cleanup",
    }
}

impl JobName {
    /// As people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::LibrarySync => "Look at Plex",
            Self::PeopleSync => "Look at people and shares",
            Self::AccessSchedule => "Open and close by the clock",
            Self::AccessApply => "Change shares on Plex",
            Self::Membership => "Remind of memberships",
            Self::RequestRepair => "Check on requests",
            Self::DownloadsSync => "Look at downloads",
            Self::ServiceHealth => "Check the services",
            Self::Backup => "Back up",
            Self::Cleanup => "Tidy up",
        }
    }

    pub fn why(self) -> &'static str {
        match self {
            Self::LibrarySync => "Copies what is new in every Plex library, so that search answers at once.",
            Self::PeopleSync => "Reads people, invites and shares from plex.tv. Never ends or removes anything.",
            Self::AccessSchedule => {
                "Opens and closes libraries at the hours that groups and grants say. Runs at the very minute, too."
            }
            Self::AccessApply => "Follows the changes of a plan until each of them is made or has failed.",
            Self::Membership => {
                "Writes to people whose membership ends in 30 days, in 7, tomorrow, or has ended. Access ends by the clock."
            }
            Self::RequestRepair => {
                "Asks Sonarr, Radarr and Plex how each open request stands, in case a message was missed."
            }
            Self::DownloadsSync => "Reads speed and time left of what is downloading.",
            Self::ServiceHealth => "Asks every service whether it is up, and reads what there is to pick from.",
            Self::Backup => "Keeps the whole house in one file: people, requests, settings, the record.",
            Self::Cleanup => {
                "Forgets old sessions, finished deliveries, old runs, and titles that were only ever found."
            }
        }
    }

    /// Cron expression or interval, see `domain::schedule`.
    pub fn default_schedule(self) -> &'static str {
        match self {
            Self::LibrarySync => "every 15 minutes",
            Self::PeopleSync => "every 60 minutes",
            Self::AccessSchedule => "every 5 minutes",
            Self::AccessApply => "every 60 minutes",
            Self::Membership => "daily at 10:00",
            Self::RequestRepair => "every 5 minutes",
            Self::DownloadsSync => "every 5 minutes",
            Self::ServiceHealth => "every 5 minutes",
            Self::Backup => "daily at 03:30",
            Self::Cleanup => "daily at 04:10",
        }
    }

    /// Who may run it by hand: backups are the admins' business.
    pub fn may_be_run_by(self, role: Role) -> bool {
        match self {
            Self::Backup => role.is_admin(),
            _ => role.may_decide(),
        }
    }
}

/// One job as its list shows it.
#[derive(Debug, Clone)]
pub struct Job {
    pub name: JobName,
    pub schedule: String,
    pub enabled: bool,
    pub next_run_at: Option<DateTime<Utc>>,
    pub last: Option<Run>,
}

crate::text_enum! {
    pub enum RunState {
        Running = "running",
        Succeeded = "succeeded",
        Failed = "failed",
    }
}

crate::text_enum! {
    pub enum RunCause {
        Schedule = "schedule",
        Asked = "asked",
        Start = "start",
    }
}

/// One execution of a job, with its result kept.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: RunId,
    pub job: JobName,
    pub state: RunState,
    pub cause: RunCause,
    pub asked_by: Option<PersonId>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub done: i64,
    pub total: Option<i64>,
    /// What it is at, in words.
    pub current: Option<String>,
    pub result: serde_json::Value,
    pub error: Option<String>,
}
