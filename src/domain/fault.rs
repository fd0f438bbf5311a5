//! How an outside service failed, in the few classes that decide what happens next.

use std::time::Duration;

use super::invite::refusal::Refusal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultClass {
    /// Down, slow, overloaded, starting, garbled: worth another try.
    Transient,
    /// There and at work on it: worth another look in a moment.
    Unready,
    /// Understood and refused: trying again changes nothing.
    Permanent,
    /// Key, token or password refused.
    Auth,
    /// What was asked about is not there.
    Missing,
    /// What should be made is there already.
    Already,
    /// Plex keeps what a managed user may do in a restriction profile, and takes nothing else.
    LimitsKept,
}

/// One failed call to an outside service. `message` is for a person: no stack trace, no secret, no address with a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    pub class: FaultClass,
    pub message: String,
    /// How long the service asked us to wait.
    pub retry_after: Option<Duration>,
    /// What Plex has against the person that this is about.
    pub refusal: Option<Refusal>,
}

impl Fault {
    pub fn new(class: FaultClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), retry_after: None, refusal: None }
    }

    pub fn transient(message: impl Into<String>) -> Self {
        Self::new(FaultClass::Transient, message)
    }

    pub fn unready(message: impl Into<String>) -> Self {
        Self::new(FaultClass::Unready, message)
    }

    pub fn permanent(message: impl Into<String>) -> Self {
        Self::new(FaultClass::Permanent, message)
    }

    pub fn auth(message: impl Into<String>) -> Self {
        Self::new(FaultClass::Auth, message)
    }

    pub fn missing(message: impl Into<String>) -> Self {
        Self::new(FaultClass::Missing, message)
    }

    pub fn already(message: impl Into<String>) -> Self {
        Self::new(FaultClass::Already, message)
    }

    pub fn after(mut self, wait: Option<Duration>) -> Self {
        self.retry_after = wait;
        self
    }

    /// The same, and what a guest is told of it.
    pub fn of_guest(self, refusal: Refusal) -> Self {
        Self { refusal: Some(refusal), ..self }
    }

    pub fn is_transient(&self) -> bool {
        self.class == FaultClass::Transient
    }
}

pub type Answer<T> = Result<T, Fault>;
