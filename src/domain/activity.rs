//! The record of what happened in the house.

use chrono::{DateTime, Datelike, Utc};

use super::ids::{ActivityId, PersonId, RequestId};

pub mod words;

crate::text_enum! {
    pub enum ActivityKind {
        SignedIn = "signed_in",
        SignInRefused = "sign_in_refused",
        SessionsEnded = "sessions_ended",
        PersonAdded = "person_added",
        PersonImported = "person_imported",
        PersonGone = "person_gone",
        PersonRemoved = "person_removed",
        PersonTakenBack = "person_taken_back",
        RemovalFailed = "removal_failed",
        RoleChanged = "role_changed",
        PasswordSet = "password_set",
        PasswordResetAsked = "password_reset_asked",
        MailChangeAsked = "mail_change_asked",
        MailChanged = "mail_changed",
        MailChangeStopped = "mail_change_stopped",
        SettingChanged = "setting_changed",
        ServiceSaved = "service_saved",
        ServiceRemoved = "service_removed",
        ServiceDown = "service_down",
        ServiceBack = "service_back",
        KeyMade = "key_made",
        KeyRevoked = "key_revoked",
        RequestAsked = "request_asked",
        RequestJoined = "request_joined",
        RequestApproved = "request_approved",
        RequestEdited = "request_edited",
        RequestDeclined = "request_declined",
        RequestWithdrawn = "request_withdrawn",
        RequestRetried = "request_retried",
        RequestSent = "request_sent",
        RequestStuck = "request_stuck",
        RequestReady = "request_ready",
        RequestGone = "request_gone",
        PlanApplied = "plan_applied",
        PlanUndone = "plan_undone",
        PlanLeft = "plan_left",
        DriftKept = "drift_kept",
        AccessChanged = "access_changed",
        AccessFailed = "access_failed",
        StreamsEnded = "streams_ended",
        StreamsLeft = "streams_left",
        GrantGiven = "grant_given",
        GrantEnded = "grant_ended",
        LibraryWithheld = "library_withheld",
        LibraryGivenAgain = "library_given_again",
        FlagsTakenBack = "flags_taken_back",
        GroupsChanged = "groups_changed",
        NotesChanged = "notes_changed",
        MembershipChanged = "membership_changed",
        MembershipAsked = "membership_asked",
        KeepChanged = "keep_changed",
        LimitsAgain = "limits_again",
        PeopleMerged = "people_merged",
        PeopleSplit = "people_split",
        JobAsked = "job_asked",
        JobFailed = "job_failed",
        SetupDone = "setup_done",
        NoticeFailed = "notice_failed",
        GroupSaved = "group_saved",
        GroupMoved = "group_moved",
        GroupRemoved = "group_removed",
        GroupJoined = "group_joined",
        GroupLeft = "group_left",
        InviteSaved = "invite_saved",
        InviteMailed = "invite_mailed",
        InviteUsed = "invite_used",
        InviteRemoved = "invite_removed",
        InvitesCleared = "invites_cleared",
        HomeAsked = "home_asked",
        HomeInvited = "home_invited",
        HomeStopped = "home_stopped",
        AccessAsked = "access_asked",
        AccessApproved = "access_approved",
        AccessDeclined = "access_declined",
        AskLinkSaved = "ask_link_saved",
        AskLinkRemoved = "ask_link_removed",
        WelcomeSaved = "welcome_saved",
        WelcomeMoved = "welcome_moved",
        WelcomeRemoved = "welcome_removed",
        PictureAdded = "picture_added",
        PictureRemoved = "picture_removed",
        BackupRemoved = "backup_removed",
        BackupDownloaded = "backup_downloaded",
        Restored = "restored",
    }
}

/// Days with more than four digits for the year are beyond what the record can be asked for.
pub fn is_on_the_calendar(at: DateTime<Utc>) -> bool {
    (0..=9999).contains(&at.year())
}

/// One line of the record, about to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub kind: ActivityKind,
    /// Who did it: id and name as of now. Nobody means Usherr itself.
    pub actor: Option<(PersonId, String)>,
    /// Whom it concerns.
    pub person: Option<PersonId>,
    pub request: Option<RequestId>,
    /// What it was done to, in words: a title, a person's name, a service.
    pub subject: String,
    pub detail: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

impl NewEntry {
    pub fn new(kind: ActivityKind, subject: impl Into<String>) -> Self {
        Self {
            kind,
            actor: None,
            person: None,
            request: None,
            subject: subject.into(),
            detail: None,
            before: None,
            after: None,
        }
    }

    pub fn by(mut self, id: PersonId, name: impl Into<String>) -> Self {
        self.actor = Some((id, name.into()));
        self
    }

    pub fn about(mut self, person: PersonId) -> Self {
        self.person = Some(person);
        self
    }

    pub fn of_request(mut self, request: RequestId) -> Self {
        self.request = Some(request);
        self
    }

    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    pub fn change(mut self, before: impl Into<String>, after: impl Into<String>) -> Self {
        self.before = Some(before.into());
        self.after = Some(after.into());
        self
    }
}

#[derive(Debug, Clone)]
pub struct Entry {
    pub id: ActivityId,
    pub at: DateTime<Utc>,
    pub kind: ActivityKind,
    pub actor_id: Option<PersonId>,
    pub actor: String,
    pub person: Option<PersonId>,
    pub request: Option<RequestId>,
    pub subject: String,
    pub detail: Option<String>,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    pub kind: Option<ActivityKind>,
    pub person: Option<PersonId>,
    pub request: Option<RequestId>,
    pub since: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}
