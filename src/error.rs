//! The one error of the house. It is written for the reader: what happened, whether anything was lost, what to do.
//! It never knows how it will be shown; `web::errors` renders it once, at the edge.

use std::collections::BTreeMap;

use crate::domain::fault::{Fault, FaultClass};

/// Messages by field name, each saying what to do.
pub type FieldErrors = BTreeMap<String, String>;

#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Not to be understood at all: a broken body, an impossible parameter.
    #[error("{0}")]
    Malformed(String),
    #[error("You are not signed in.")]
    NotSignedIn,
    /// The same words whether the name or the password is wrong.
    #[error("That name and password don’t belong together. Check both and try again.")]
    WrongPassword,
    #[error("{0}")]
    Forbidden(String),
    /// Known here, and not let in for now.
    #[error("Your membership is over, or paused. Your account page says more.")]
    Out,
    /// Not there, or not yours: the same answer for both.
    #[error("There is nothing at this address.")]
    NotFound,
    /// At odds with how things stand now.
    #[error("{0}")]
    Conflict(String),
    /// Understood and refused, with words beside the fields where possible.
    #[error("{message}")]
    Refused { message: String, fields: FieldErrors },
    #[error("Too many tries. Try again in {seconds} s.")]
    TooMany { seconds: u64 },
    /// An outside service is the cause.
    #[error("{0}")]
    Service(Fault),
    /// The database can't be worked with for now. What is said is for everybody, the cause for the log.
    #[error("{said} ({cause})")]
    Unavailable { said: &'static str, cause: String },
    /// Ours: a bug, a broken database. The text is for the log only.
    #[error("{0}")]
    Internal(String),
}

impl AppError {
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Refused { message: message.into(), fields: FieldErrors::new() }
    }

    pub fn field(name: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::Refused { message: message.clone(), fields: FieldErrors::from([(name.to_owned(), message)]) }
    }

    /// A form that was opened before somebody else has saved the same thing.
    pub fn saved_meanwhile(what: &str) -> Self {
        let done = format!("Somebody else has saved this {what} since you opened it. Nothing was saved.");
        let next =
            format!("save once more to put it in place of theirs, or open the {what} anew to see what they wrote.");
        Self::field("", format!("{done} What you typed is still here: {next}"))
    }

    /// What is wrong by field.
    pub fn fields(fields: FieldErrors) -> Self {
        Self::Refused { message: "Some fields need another look.".to_owned(), fields }
    }

    /// With the fields called as whoever sent them calls them: `names` are pairs of ours and theirs.
    pub fn renamed(self, names: &[(&str, &str)]) -> Self {
        let Self::Refused { message, fields } = self else { return self };
        let theirs =
            |name: String| names.iter().find(|(ours, _)| *ours == name).map_or(name, |(_, it)| (*it).to_owned());
        Self::Refused { message, fields: fields.into_iter().map(|(name, words)| (theirs(name), words)).collect() }
    }

    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// HTTP status this error is shown with.
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::NotSignedIn | Self::WrongPassword => 401,
            Self::Forbidden(_) | Self::Out => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::Refused { .. } => 422,
            Self::TooMany { .. } => 429,
            Self::Service(fault) if fault.class == FaultClass::Transient => 503,
            Self::Unavailable { .. } => 503,
            Self::Service(_) => 502,
            Self::Internal(_) => 500,
        }
    }
}

impl From<Fault> for AppError {
    fn from(fault: Fault) -> Self {
        Self::Service(fault)
    }
}

pub type Outcome<T> = Result<T, AppError>;
