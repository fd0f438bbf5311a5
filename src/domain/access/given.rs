//! What somebody is given of one server: complete, so that it can be compared and put back exactly.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::group::{Flags, Group, rights};
use crate::domain::ids::LibraryId;
use crate::domain::ratings;
use crate::domain::sharing::ShareSettings;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Given {
    pub libraries: BTreeSet<LibraryId>,
    /// All there are, and all that come; `libraries` are then those that there were.
    #[serde(default)]
    pub all: bool,
    #[serde(default)]
    pub settings: ShareSettings,
}

impl Given {
    /// The same with other libraries, named one by one.
    pub fn with(&self, libraries: BTreeSet<LibraryId>) -> Self {
        Self { libraries, all: false, settings: self.settings.clone() }
    }
}

/// What groups want of the settings of those who are in them. Flags are what groups say, and what is somebody's own; of the
/// filters only the ages are ours, and whatever else the owner has set stays.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    flags: Option<Flags>,
    ceiling: Option<u8>,
}

impl Wanted {
    /// `own`: what somebody may do whatever their groups say.
    pub fn of<'a>(groups: impl Iterator<Item = &'a Group> + Clone, own: Option<Flags>, now: DateTime<Utc>) -> Self {
        let flags = Flags::of(groups.clone(), now).into_iter().chain(own).reduce(Flags::or);
        Self { flags, ceiling: rights::ceiling(groups, now) }
    }

    /// What settings that are `found` become.
    pub fn over(self, found: &ShareSettings) -> ShareSettings {
        let mut settings = found.clone();
        if let Some(Flags { sync, camera_upload, tuners }) = self.flags {
            settings.allow_sync = sync;
            settings.allow_camera_upload = camera_upload;
            settings.allow_tuners = if tuners { found.allow_tuners.max(1) } else { 0 };
        }
        for filter in [&mut settings.filter_movies, &mut settings.filter_television] {
            if let Some(changed) = ratings::under(filter, self.ceiling) {
                *filter = changed;
            }
        }
        settings
    }
}
