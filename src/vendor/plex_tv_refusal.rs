//! What a no to a write of sharing means (plex.md 2.1, B4, B8), in words that say what to do. It judges answers and
//! sends nothing.

use reqwest::StatusCode;

use super::http::Reply;
use super::plex_tv::{fault_of, said};
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::invite::refusal::Refusal;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Invite,
    /// Other libraries.
    Change,
    /// Other libraries and other settings.
    Share,
    Settings,
    Removal,
}

/// True when the route is not there, as opposed to whoever it is about. Plex's own 404 has words for the latter; a 404
/// without any, or about an endpoint, says nothing about people and libraries.
pub(super) fn is_retired(reply: &Reply) -> bool {
    match reply.status {
        StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED => true,
        StatusCode::NOT_FOUND => said(reply).is_none_or(|said| said.to_lowercase().contains("endpoint")),
        _ => false,
    }
}

pub(super) fn refusal(wanted: Wanted, reply: &Reply) -> Fault {
    let usual = fault_of(reply);
    if matches!(usual.class, FaultClass::Auth | FaultClass::Transient) {
        return usual;
    }
    if matches!(reply.status, StatusCode::GONE | StatusCode::METHOD_NOT_ALLOWED) {
        return Fault::permanent(
            "Plex has closed the way by which Usherr asks it to share: choose another one under Settings, General, or bring Usherr up to date.",
        );
    }
    let words = said(reply).unwrap_or_default().to_lowercase();
    by_words(wanted, &words).or_else(|| by_status(wanted, reply.status)).unwrap_or(usual)
}

/// The exact words change; these have been in them for years.
fn by_words(wanted: Wanted, words: &str) -> Option<Fault> {
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    if has(&["already"]) && has(&["pending"]) {
        return Some(Fault::already("Plex has an invitation for this person already, which waits for their yes."));
    }
    if has(&["already"]) && has(&["shar", "friend"]) {
        return Some(Fault::already("Plex shares this server with this person already."));
    }
    if has(&["plex pass"]) {
        return Some(Fault::permanent(
            "Plex says that this needs a Plex Pass. It says so of accounts whose mail address is not confirmed, too: have the person confirm theirs on plex.tv, then try again.",
        ).of_guest(Refusal::NeedsPass));
    }
    if has(&["restriction", "managed user"]) {
        return Some(restricted());
    }
    if has(&["yourself", "your own"]) {
        let words = "This is the account that owns the server; it needs no share.";
        return Some(Fault::permanent(words).of_guest(Refusal::IsOwner));
    }
    if has(&["confirm", "verif"]) {
        let words = "Plex says that the mail address of this account is not confirmed: have the person confirm it on plex.tv, then try again.";
        return Some(Fault::permanent(words).of_guest(Refusal::Unverified));
    }
    if has(&["plex home", "home user", "your home"]) {
        let words = "Plex says that this person is in a Plex Home: what they see there is the owner's to choose.";
        return Some(Fault::permanent(words).of_guest(Refusal::HomeUser));
    }
    if has(&["section", "librar"]) {
        return Some(unknown_libraries());
    }
    let unknown = has(&["unable to find", "not found", "could not find", "couldn't find", "no such", "unknown"]);
    (wanted != Wanted::Removal && unknown && has(&["user", "account", "person"])).then(unknown_person)
}

fn by_status(wanted: Wanted, status: StatusCode) -> Option<Fault> {
    if matches!(wanted, Wanted::Settings | Wanted::Share) && status == StatusCode::UNPROCESSABLE_ENTITY {
        return Some(restricted());
    }
    if status != StatusCode::NOT_FOUND {
        return None;
    }
    Some(match wanted {
        Wanted::Invite => Fault::missing(
            "Plex finds this person, or one of these libraries, no more: check the name, run the job \"Look at people and shares\", then try again.",
        ),
        Wanted::Change | Wanted::Share => Fault::missing("Plex has no such share any more; it has to be given anew."),
        Wanted::Settings => unknown_person(),
        Wanted::Removal => return None,
    })
}

fn restricted() -> Fault {
    Fault::new(
        FaultClass::LimitsKept,
        "Plex keeps the limits of this managed user in a restriction profile: change that in Plex, under Plex Home.",
    )
}

fn unknown_person() -> Fault {
    let words = "Plex knows nobody by that name: check the mail address or the Plex user name.";
    Fault::missing(words).of_guest(Refusal::Unknown)
}

fn unknown_libraries() -> Fault {
    Fault::missing(
        "Plex doesn't know one of these libraries: run the job \"Look at people and shares\", which reads them anew, then try again.",
    )
}
