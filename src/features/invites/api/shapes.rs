//! Invites as programs send and read them.

use chrono::{DateTime, Utc};
use poem_openapi::Object;

use crate::domain::group::Flags;
use crate::domain::ids::{GroupId, LibraryId};
use crate::domain::invite::form::{By, TypedInvite};
use crate::domain::invite::mail::InviteMail;
use crate::domain::invite::uses::InviteUse;
use crate::domain::invite::{Gives, Invite};
use crate::domain::stay::Stay;
use crate::error::{AppError, Outcome};
use crate::web::api::time;

/// What Plex lets a guest do, beyond what their groups say.
#[derive(Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct InviteFlags {
    /// Download to a device.
    #[oai(default)]
    sync: bool,
    #[oai(default)]
    camera_upload: bool,
    /// Live TV.
    #[oai(default)]
    tuners: bool,
}

/// An invite as it is made or changed: with groups or with libraries.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct InviteDraft {
    /// The end of its link: 3 to 40 of a to z, 0 to 9 and -. Left out, a random one.
    code: Option<String>,
    /// What it is for, for those who look after invites.
    label: Option<String>,
    /// Words for the guest.
    note: Option<String>,
    /// Groups that a guest joins.
    groups: Option<Vec<i64>>,
    /// Libraries that a guest is given.
    libraries: Option<Vec<i64>>,
    flags: Option<InviteFlags>,
    /// A place in the Plex Home of the owner, too. Only admins decide it; left out, none, and from others as it is.
    home: Option<bool>,
    /// How long whoever comes by it may stay: open, days such as 30d, months such as 12m, or the last day such as
    /// 2027-03-03. Left out, without end.
    stay: Option<String>,
    /// How often it works; left out, without limit.
    uses: Option<i64>,
    /// RFC 3339; from then on it works no more. Left out, never.
    expires_at: Option<String>,
}

/// Whether a link rests.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct InvitePause {
    /// It lets nobody in.
    pub paused: bool,
}

/// A link that lets somebody in.
#[derive(Debug, Object)]
#[oai(rename = "Invite")]
pub struct InviteShape {
    id: i64,
    code: String,
    /// The whole address.
    link: String,
    /// open, paused, expired or used_up.
    state: String,
    label: String,
    note: String,
    /// Groups that a guest joins; empty where it is for libraries.
    groups: Vec<i64>,
    /// Libraries that a guest is given; empty where it is for groups.
    libraries: Vec<i64>,
    flags: InviteFlags,
    /// It gives a place in the Plex Home, too.
    home: bool,
    /// open, days, months, or the last day, as in a draft.
    stay: String,
    /// None is without limit.
    uses: Option<i64>,
    used: i64,
    /// RFC 3339 in UTC.
    expires_at: Option<String>,
    paused: bool,
    /// RFC 3339 in UTC.
    made_at: String,
    made_by: Option<i64>,
    /// A member made it within their allowance: it lets somebody in only while they may invite.
    by_member: bool,
}

impl InviteShape {
    pub fn of(invite: Invite, base: &str, now: DateTime<Utc>) -> Self {
        let state = invite.standing(now).to_string();
        let (groups, libraries) = match &invite.gives {
            Gives::Groups(ids) => (ids.iter().map(|id| id.0).collect(), Vec::new()),
            Gives::Libraries(ids) => (Vec::new(), ids.iter().map(|id| id.0).collect()),
        };
        let Flags { sync, camera_upload, tuners } = invite.flags;
        Self {
            id: invite.id.0,
            link: format!("{base}{}", invite.code),
            code: invite.code,
            state,
            label: invite.label,
            note: invite.note,
            groups,
            libraries,
            flags: InviteFlags { sync, camera_upload, tuners },
            home: invite.home,
            stay: invite.stay.to_string(),
            uses: invite.uses.map(i64::from),
            used: invite.used.into(),
            expires_at: invite.expires_at.map(time),
            paused: invite.paused,
            made_at: time(invite.made_at),
            made_by: invite.made_by.map(|id| id.0),
            by_member: invite.by_member,
        }
    }
}

/// Somebody who came by an invite, or tried to.
#[derive(Debug, Object)]
#[oai(rename = "InviteUse")]
pub struct InviteUseShape {
    id: i64,
    /// None: the person was deleted since.
    person_id: Option<i64>,
    /// What their Plex account was called.
    name: String,
    /// checking, sharing, accepting, in or refused.
    state: String,
    /// Why they were refused: no_more, is_owner, home_user, unverified, sign_in_again, unknown, needs_pass,
    /// nothing_to_give, known_already or other.
    refusal: Option<String>,
    /// Their place in the Plex Home: waiting (Plex is still to be asked), sent (it waits for their own yes), in, refused,
    /// or stopping (Plex is still to hear that it is taken back). None: no place was asked for.
    home: Option<String>,
    /// Why there is no place: full, needs_pass, other_home, unverified, unknown, closed, unasked or other.
    home_refusal: Option<String>,
    /// Plex's own words for that, or what kept it from being asked, or from hearing that it is taken back.
    home_said: Option<String>,
    /// RFC 3339 in UTC.
    began_at: String,
    /// RFC 3339 in UTC.
    changed_at: String,
}

impl InviteUseShape {
    pub fn of(one: InviteUse) -> Self {
        let (home, home_refusal, home_said) = match one.home {
            Some(home) => (Some(home.state.to_string()), home.refusal.map(|why| why.to_string()), home.said),
            None => (None, None, None),
        };
        Self {
            home,
            home_refusal,
            home_said,
            id: one.id.0,
            person_id: one.person.map(|id| id.0),
            name: one.name,
            state: one.state.to_string(),
            refusal: one.refusal.map(|refusal| refusal.to_string()),
            began_at: time(one.began_at),
            changed_at: time(one.changed_at),
        }
    }
}

/// Whom an invite is sent to.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct InviteMailDraft {
    /// A mail address.
    pub email: String,
}

/// An invite that went, or goes, to a mail address.
#[derive(Debug, Object)]
#[oai(rename = "InviteMail")]
pub struct InviteMailShape {
    id: i64,
    email: String,
    /// waiting, sent (a mail server has taken it) or failed.
    state: String,
    /// Why it was not sent.
    error: Option<String>,
    /// RFC 3339 in UTC.
    asked_at: String,
}

impl InviteMailShape {
    pub fn of(one: InviteMail) -> Self {
        Self {
            id: one.id.0,
            email: one.address,
            state: one.state.to_string(),
            error: one.fault,
            asked_at: time(one.asked_at),
        }
    }
}

impl InviteDraft {
    /// As if it stood in the form.
    pub fn typed(self) -> Outcome<TypedInvite> {
        let by = match (&self.groups, &self.libraries) {
            (Some(_), Some(_)) => return Err(AppError::field("libraries", "Send groups or libraries, not both.")),
            (None, Some(_)) => By::Libraries,
            _ => By::Groups,
        };
        let (stay, last_day) = match self.stay.as_deref().map(str::parse) {
            Some(Ok(Stay::Until(day))) => ("until".to_owned(), day.to_string()),
            _ => (self.stay.unwrap_or_default(), String::new()),
        };
        let flags = self.flags.unwrap_or_default();
        let ids = |ids: Option<Vec<i64>>| ids.unwrap_or_default();
        Ok(TypedInvite {
            code: self.code.unwrap_or_default(),
            label: self.label.unwrap_or_default(),
            note: self.note.unwrap_or_default(),
            by: by.to_string(),
            groups: ids(self.groups).into_iter().map(|id| GroupId(id).to_string()).collect(),
            libraries: ids(self.libraries).into_iter().map(|id| LibraryId(id).to_string()).collect(),
            sync: flags.sync,
            camera_upload: flags.camera_upload,
            tuners: flags.tuners,
            home: self.home,
            stay,
            last_day,
            uses: self.uses.map(|uses| uses.to_string()).unwrap_or_default(),
            expires: if self.expires_at.is_some() { "at" } else { "never" }.to_owned(),
            expires_at: self.expires_at.unwrap_or_default(),
        })
    }
}

/// What is wrong by the names that fields have here.
pub fn renamed(error: AppError) -> AppError {
    error.renamed(&[("by", "groups"), ("expires", "expires_at"), ("last_day", "stay")])
}
