//! Backups: why one was made, and the names their files have. A name that is not exactly of this form is none of ours.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDateTime, Utc};

crate::text_enum! {
    /// Why a backup was made.
    pub enum BackupKind {
        ByHand = "by_hand",
        Scheduled = "scheduled",
        BeforeUpdate = "before_update",
        BeforeRestore = "before_restore",
    }
}

impl BackupKind {
    pub fn label(self) -> &'static str {
        match self {
            Self::ByHand => "By hand",
            Self::Scheduled => "Scheduled",
            Self::BeforeUpdate => "Before an update",
            Self::BeforeRestore => "Before a restore",
        }
    }

    /// As the name of its file begins.
    fn word(self) -> &'static str {
        match self {
            Self::ByHand => "by-hand",
            Self::Scheduled => "scheduled",
            Self::BeforeUpdate => "before-update",
            Self::BeforeRestore => "before-restore",
        }
    }
}

/// How many of each kind are kept that Usherr makes for safety, whatever the setting says.
pub const SAFETY_KEPT: usize = 5;

const END: &str = ".usherr";
const TIME: &str = "%Y%m%d-%H%M%S-%3f";

/// `scheduled-20261121-033000-000.usherr`; one made before an update also names the step: `before-update-20261120000010-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupName {
    pub kind: BackupKind,
    step: Option<String>,
    /// To the millisecond.
    pub at: DateTime<Utc>,
}

impl BackupName {
    pub fn new(kind: BackupKind, at: DateTime<Utc>) -> Self {
        Self { kind, step: None, at }
    }

    /// Of one that was made before this step of the database.
    pub fn before_step(step: &str, at: DateTime<Utc>) -> Self {
        let step = step.chars().filter(char::is_ascii_digit).take(20).collect();
        Self { kind: BackupKind::BeforeUpdate, step: Some(step), at }
    }
}

impl fmt::Display for BackupName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-", self.kind.word())?;
        if let Some(step) = &self.step {
            write!(f, "{step}-")?;
        }
        write!(f, "{}{END}", self.at.format(TIME))
    }
}

/// The file has another name than a backup of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no name of a backup")]
pub struct Misnamed;

impl FromStr for BackupName {
    type Err = Misnamed;

    fn from_str(text: &str) -> Result<Self, Misnamed> {
        let stem = text.strip_suffix(END).filter(|stem| stem.len() < 80 && stem.is_ascii()).ok_or(Misnamed)?;
        let known = BackupKind::ALL.iter().find_map(|kind| Some((*kind, stem.strip_prefix(kind.word())?)));
        let (kind, rest) = known.and_then(|(kind, rest)| Some((kind, rest.strip_prefix('-')?))).ok_or(Misnamed)?;
        // "20261121-033000-000"
        const TIME_LONG: usize = 19;
        let (step, time) = rest.split_at(rest.len().checked_sub(TIME_LONG).ok_or(Misnamed)?);
        let step = step.strip_suffix('-').map(str::to_owned);
        let at = NaiveDateTime::parse_from_str(time, TIME).map_err(|_| Misnamed)?.and_utc();
        let name = Self { kind, step, at };
        let fits = name.step.as_deref().is_none_or(|step| {
            kind == BackupKind::BeforeUpdate && !step.is_empty() && step.bytes().all(|sign| sign.is_ascii_digit())
        });
        // Whatever else a text may say: only what it would be written as again is taken.
        if fits && name.to_string() == text { Ok(name) } else { Err(Misnamed) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written() {
        let at = "2026-11-21T03:30:00.042Z".parse().unwrap();
        for kind in BackupKind::ALL {
            let name = BackupName::new(*kind, at);
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        let name = BackupName::before_step("20261120000010", at);
        assert_eq!(name.to_string(), "before-update-20261120000010-20261121-033000-042.usherr");
        assert_eq!(name.to_string().parse(), Ok(name));
    }

    #[test]
    fn nothing_else_is_a_name() {
        for text in [
            "",
            ".usherr",
            "../secret.key",
            "..%2Fsecret.key",
            "scheduled-20261121-033000-042",
            "scheduled-20261121-033000-042.usherr.gz",
            "scheduled-20261121-033000-042.usherr\0",
            "../scheduled-20261121-033000-042.usherr",
            "scheduled/../scheduled-20261121-033000-042.usherr",
            "scheduled-../-20261121-033000-042.usherr",
            "before-update-../x-20261121-033000-042.usherr",
            "scheduled-1-20261121-033000-042.usherr",
            "scheduled-20261321-033000-042.usherr",
            "scheduled-20261121-033000-04.usherr",
            "weekly-20261121-033000-042.usherr",
            "scheduled-20261121-033000-042é.usherr",
            "SCHEDULED-20261121-033000-042.usherr",
        ] {
            assert_eq!(text.parse::<BackupName>(), Err(Misnamed), "{text}");
        }
    }
}
