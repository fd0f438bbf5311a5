//! What the database has against a query or a change, for the reader: whether anything was lost, and what to do.

use crate::error::AppError;

/// Nobody answers, or another process has been writing for too long.
pub(super) fn busy(error: impl std::fmt::Display) -> AppError {
    AppError::Unavailable { said: SILENT, cause: first_line(&error.to_string()) }
}

pub(super) const SILENT: &str = "The database does not answer, so nothing was changed. Try again in a moment.";
const FULL: &str = "The disk is full, so nothing was changed. Make room for the database, then try again.";
const BROKEN: &str = "The disk fails where the database lies, so nothing was changed. It may be full, or damaged.";

/// As SQLite and PostgreSQL say it.
const FULL_AS_TOLD: [&str; 2] = ["disk is full", "No space left on device"];
const SEALED: &str =
    "The database takes no writes, so nothing was changed. Let the user that runs Usherr write to it, then try again.";

/// PostgreSQL's own words go on for lines.
pub(super) fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction, UnableToSendCommand};
        use diesel::result::Error::{DatabaseError, RollbackErrorOnCommit};
        let error = match error {
            RollbackErrorOnCommit { commit_error, .. } => *commit_error,
            error => error,
        };
        match &error {
            DatabaseError(ClosedConnection | UnableToSendCommand, said) => {
                Self::Unavailable { said: SILENT, cause: first_line(said.message()) }
            }
            DatabaseError(_, said) if said.message() == "database is locked" => {
                Self::Unavailable { said: SILENT, cause: said.message().to_owned() }
            }
            DatabaseError(_, said) if FULL_AS_TOLD.iter().any(|words| said.message().contains(words)) => {
                Self::Unavailable { said: FULL, cause: first_line(said.message()) }
            }
            DatabaseError(_, said) if said.message() == "disk I/O error" => {
                Self::Unavailable { said: BROKEN, cause: said.message().to_owned() }
            }
            DatabaseError(ReadOnlyTransaction, said) => {
                Self::Unavailable { said: SEALED, cause: first_line(said.message()) }
            }
            DatabaseError(_, said) if said.message() == "attempt to write a readonly database" => {
                Self::Unavailable { said: SEALED, cause: said.message().to_owned() }
            }
            // PostgreSQL keeps no text with a NUL in it, and says so in the language of its server.
            DatabaseError(_, said) if said.message().ends_with("0x00") => {
                Self::Malformed("A text holds a character that can't be kept. Nothing was changed.".to_owned())
            }
            _ => Self::Internal(format!("database: {error}")),
        }
    }
}

/// True when a row could not be written because another one holds its place.
pub fn is_taken(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};
    matches!(error, Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _))
}
