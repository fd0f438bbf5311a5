//! What can happen to a request: from one stage to the next, or a plain "not now". Pure and total.

use chrono::{DateTime, Utc};

use super::{Arrival, Cause, Choice, Request, Stage};
use crate::domain::activity::ActivityKind;
use crate::domain::ids::{PersonId, ServiceId};
use crate::domain::notice::RequestNotice;

/// What somebody does to a request, or what was seen of it outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Approve {
        by: Option<PersonId>,
    },
    /// `is_4k`: what the chosen service makes of the picture.
    Edit {
        choice: Choice,
        seasons: Option<Vec<i32>>,
        is_4k: Option<bool>,
    },
    Decline {
        by: PersonId,
        reason: String,
    },
    Withdraw,
    /// Send it again. Nobody: Usherr itself, because what was in the way is gone.
    Retry,
    /// The service has it. `searching`: and looks for it.
    Sent {
        service: ServiceId,
        arr_id: i64,
        added_by_us: bool,
        searching: bool,
    },
    Grabbed {
        release: Option<String>,
    },
    Downloading,
    /// Downloaded; it is being put on the shelf.
    Imported,
    /// Nothing is downloaded any more, and nothing came of it: it is searched for again.
    LostDownload,
    /// What Plex has of it.
    Arrived(Arrival),
    Stuck {
        cause: Cause,
        detail: Option<String>,
    },
    /// It is neither at the service nor on Plex any more.
    Vanished,
}

/// What must follow, in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consequence {
    Send { attempt: i32 },
    Cancel,
    Tell(RequestNotice),
    Record(ActivityKind),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub request: Request,
    /// A line under the new stage on its timeline.
    pub note: Option<String>,
    pub consequences: Vec<Consequence>,
}

/// Why not: the stage it is in does not allow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.words())]
pub struct Refusal {
    pub stage: Stage,
}

impl Refusal {
    fn words(self) -> &'static str {
        match self.stage {
            Stage::Asked => "Nobody has approved this request yet.",
            Stage::Declined => "This request was declined already.",
            Stage::Withdrawn => "This request was withdrawn already.",
            Stage::Ready => "This request is fulfilled already.",
            Stage::Gone => "What this request was about is no longer there.",
            Stage::Stuck => "This request is stuck. Try again, or decline it.",
            _ => "This request was approved already and is on its way.",
        }
    }
}

/// The request after the command, or why the command makes no sense now.
pub fn advance(request: &Request, command: &Command, now: DateTime<Utc>) -> Result<Moved, Refusal> {
    let mut moved = Moved { request: request.clone(), note: None, consequences: Vec::new() };
    let allowed = match command {
        Command::Approve { by } => approve(&mut moved, *by, now),
        Command::Edit { choice, seasons, is_4k } => edit(&mut moved, choice, seasons.as_deref(), *is_4k),
        Command::Decline { by, reason } => decline(&mut moved, *by, reason, now),
        Command::Withdraw => withdraw(&mut moved),
        Command::Retry => retry(&mut moved),
        Command::Sent { service, arr_id, added_by_us, searching } => {
            moved.request.choice.service = Some(*service);
            moved.request.arr_id = Some(*arr_id);
            sent(&mut moved, *added_by_us, *searching)
        }
        Command::Grabbed { release } => grabbed(&mut moved, release.clone()),
        Command::Downloading => downloading(&mut moved),
        Command::Imported => imported(&mut moved),
        Command::LostDownload => lost(&mut moved),
        Command::Arrived(arrival) => arrived(&mut moved, *arrival),
        Command::Stuck { cause, detail } => stuck(&mut moved, *cause, detail.clone()),
        Command::Vanished => vanished(&mut moved),
    };
    if !allowed {
        return Err(Refusal { stage: request.stage });
    }
    if moved.request.stage != request.stage {
        moved.request.stage_at = now;
    }
    if moved.request != *request {
        moved.request.updated_at = now;
    }
    Ok(moved)
}

impl Moved {
    fn go(&mut self, stage: Stage) -> bool {
        self.request.stage = stage;
        if stage != Stage::Stuck {
            self.request.lit = stage;
            self.request.cause = None;
            self.request.cause_detail = None;
        }
        true
    }

    fn then(&mut self, consequence: Consequence) -> &mut Self {
        self.consequences.push(consequence);
        self
    }

    fn send(&mut self) {
        self.request.attempts += 1;
        self.request.missed_reads = 0;
        let attempt = self.request.attempts;
        self.then(Consequence::Send { attempt });
    }
}

fn approve(moved: &mut Moved, by: Option<PersonId>, now: DateTime<Utc>) -> bool {
    if moved.request.stage != Stage::Asked {
        return false;
    }
    moved.request.decided_by = by;
    moved.request.decided_at = Some(now);
    moved.send();
    moved.then(Consequence::Tell(RequestNotice::Approved)).then(Consequence::Record(ActivityKind::RequestApproved));
    moved.go(Stage::Approved)
}

fn edit(moved: &mut Moved, choice: &Choice, seasons: Option<&[i32]>, is_4k: Option<bool>) -> bool {
    let request = &mut moved.request;
    let unsent = request.stage == Stage::Asked || (request.stage == Stage::Stuck && request.arr_id.is_none());
    if !unsent {
        return false;
    }
    request.choice = choice.clone();
    request.is_4k = is_4k.unwrap_or(request.is_4k);
    if let Some(seasons) =
        seasons.filter(|seasons| request.scope.is_some() && request.seasons.as_deref() != Some(*seasons))
    {
        request.scope = Some(super::ScopeKind::Seasons);
        request.seasons = Some(seasons.to_vec());
    }
    moved.then(Consequence::Record(ActivityKind::RequestEdited));
    true
}

fn decline(moved: &mut Moved, by: PersonId, reason: &str, now: DateTime<Utc>) -> bool {
    if moved.request.stage.is_over() {
        return false;
    }
    cancel(moved);
    moved.request.decided_by = Some(by);
    moved.request.decided_at = Some(now);
    moved.request.reason = Some(reason.to_owned());
    moved.note = Some(reason.to_owned());
    moved.then(Consequence::Tell(RequestNotice::Declined)).then(Consequence::Record(ActivityKind::RequestDeclined));
    moved.go(Stage::Declined)
}

fn withdraw(moved: &mut Moved) -> bool {
    if moved.request.stage.is_over() {
        return false;
    }
    cancel(moved);
    moved.then(Consequence::Record(ActivityKind::RequestWithdrawn));
    moved.go(Stage::Withdrawn)
}

/// Whatever was approved may have reached the service.
fn cancel(moved: &mut Moved) {
    if moved.request.stage != Stage::Asked {
        moved.then(Consequence::Cancel);
    }
}

fn retry(moved: &mut Moved) -> bool {
    if !matches!(moved.request.stage, Stage::Stuck | Stage::Gone) {
        return false;
    }
    moved.send();
    moved.then(Consequence::Record(ActivityKind::RequestRetried));
    moved.go(Stage::Approved)
}

/// The webhook of a grab may come before the answer to the add: then only the ids are new. What was sent already goes on
/// to be searched for.
fn sent(moved: &mut Moved, added_by_us: bool, searching: bool) -> bool {
    if !moved.request.stage.is_under_way() {
        return false;
    }
    moved.request.added_by_us |= added_by_us;
    moved.request.missed_reads = 0;
    moved.request.searches += i32::from(searching);
    let stage = moved.request.stage;
    if stage != Stage::Sent {
        moved.then(Consequence::Record(ActivityKind::RequestSent));
    }
    match stage {
        Stage::Approved | Stage::Sent if searching => moved.go(Stage::Searching),
        Stage::Approved => moved.go(Stage::Sent),
        _ => true,
    }
}

fn grabbed(moved: &mut Moved, release: Option<String>) -> bool {
    use Stage::{Approved, Partial, Searching, Sent, Stuck};
    moved.note = release;
    matches!(moved.request.stage, Approved | Sent | Searching | Partial | Stuck) && moved.go(Stage::Grabbed)
}

fn downloading(moved: &mut Moved) -> bool {
    moved.request.stage.is_under_way() && moved.go(Stage::Downloading)
}

fn imported(moved: &mut Moved) -> bool {
    moved.request.stage.is_under_way() && moved.go(Stage::Importing)
}

fn lost(moved: &mut Moved) -> bool {
    use Stage::{Downloading, Grabbed, Importing, Stuck};
    matches!(moved.request.stage, Grabbed | Downloading | Importing | Stuck) && moved.go(Stage::Searching)
}

/// A film somebody asked for may arrive without being approved; a part of what is wanted changes nothing before that.
fn arrived(moved: &mut Moved, arrival: Arrival) -> bool {
    let stage = moved.request.stage;
    if stage.is_over() {
        return false;
    }
    moved.request.missed_reads = 0;
    if arrival.is_complete() {
        moved.then(Consequence::Tell(RequestNotice::Ready)).then(Consequence::Record(ActivityKind::RequestReady));
        return moved.go(Stage::Ready);
    }
    if !arrival.is_partial() || !stage.is_under_way() {
        return false;
    }
    moved.note = Some(format!("{} of {} episodes", arrival.there, arrival.wanted));
    moved.go(Stage::Partial)
}

fn stuck(moved: &mut Moved, cause: Cause, detail: Option<String>) -> bool {
    if !moved.request.stage.is_under_way() {
        return false;
    }
    if moved.request.cause != Some(cause) {
        moved.note = Some(cause.headline().to_owned());
        moved.then(Consequence::Record(ActivityKind::RequestStuck));
    }
    moved.request.cause = Some(cause);
    moved.request.cause_detail = detail;
    moved.go(Stage::Stuck)
}

/// Before it is sent, also when it is sent again, there is nothing to vanish.
fn vanished(moved: &mut Moved) -> bool {
    use Stage::{Approved, Asked, Declined, Gone, Withdrawn};
    let known = moved.request.arr_id.is_some() || moved.request.stage == Stage::Ready;
    if matches!(moved.request.stage, Asked | Approved | Declined | Withdrawn | Gone) || !known {
        return false;
    }
    moved.then(Consequence::Record(ActivityKind::RequestGone));
    moved.go(Stage::Gone)
}
