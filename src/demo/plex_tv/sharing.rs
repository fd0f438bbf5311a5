//! What inviting, changing and removing do to the household, whichever route asks for it (plex.md B4 to B9).
//! Never answers; the v1 and v2 routes put the outcome into their own words.

use chrono::Utc;
use serde_json::Value;

use super::{Desk, SectionList};
use crate::demo::household::{Household, Section, Settings, Share};

/// Why an invite was not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is a share already; the name is the person's.
    Already(String),
    Pending(String),
    UnknownPerson,
    UnknownSections,
    Yourself,
    /// The mail address of the account is not confirmed; Plex has other words for it.
    Unconfirmed,
}

/// Whom the request names: an account id, or an address or user name.
pub enum Invitee {
    Id(i64),
    Named(String),
}

impl Invitee {
    pub fn of(id: &Value, name: &Value) -> Option<Invitee> {
        let id = id.as_i64().or_else(|| id.as_str()?.parse().ok());
        id.map(Invitee::Id).or_else(|| Some(Invitee::Named(name.as_str().filter(|name| !name.is_empty())?.to_owned())))
    }
}

/// Makes an open invite. An empty list of sections shares all libraries; local keys in place of plex.tv's ids make
/// a share with nothing in it, as QFLX found.
pub fn invite(desk: &Desk, invitee: &Invitee, ids: &[i64], skip_friendship: bool) -> Result<Share, Refusal> {
    if let Some(refusal) = desk.modes().invites_refused {
        return Err(refusal);
    }
    desk.house.write(|house| {
        let account = match invitee {
            Invitee::Id(id) => Some(house.account(*id).ok_or(Refusal::UnknownPerson)?.clone()),
            Invitee::Named(name) => house.account_named(name).cloned(),
        };
        let name = match (&account, invitee) {
            (Some(account), _) => account.title.clone(),
            (None, Invitee::Named(name)) if name.contains('@') => name.clone(),
            _ => return Err(Refusal::UnknownPerson),
        };
        let account_id = account.as_ref().map(|one| one.id);
        if account_id == Some(house.owner_id) {
            return Err(Refusal::Yourself);
        }
        if account.as_ref().is_some_and(|one| !one.confirmed) {
            return Err(Refusal::Unconfirmed);
        }
        let email = account.map_or_else(|| Some(name.clone()), |one| one.email);
        if let Some(there) = house.shares.iter().find(|share| is_of(share, account_id, email.as_deref())) {
            let pending = there.accepted_at.is_none() && !there.withdrawn;
            return Err(if pending { Refusal::Pending(name) } else { Refusal::Already(name) });
        }
        let sections = known(house, ids)?;
        let share = house.invite(account_id, email, sections, ids.is_empty());
        if let Some(share) = house.share_mut(share.id) {
            share.skip_friendship = skip_friendship;
        }
        Ok(share)
    })
}

fn is_of(share: &Share, account_id: Option<i64>, email: Option<&str>) -> bool {
    let same_email = || share.email.as_deref().zip(email).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other));
    (account_id.is_some() && share.account_id == account_id) || same_email()
}

fn known(house: &Household, ids: &[i64]) -> Result<Vec<i64>, Refusal> {
    if !ids.is_empty() && ids.iter().all(|id| house.sections.iter().any(|section| section.key == *id)) {
        return Ok(Vec::new());
    }
    let all_known = ids.iter().all(|id| house.sections.iter().any(|section| section.id == *id));
    if all_known { Ok(ids.to_vec()) } else { Err(Refusal::UnknownSections) }
}

/// Puts another list in place of the old one; an empty list evicts. None: no such share.
pub fn change(desk: &Desk, share_id: i64, ids: &[i64]) -> Option<Result<Share, Refusal>> {
    desk.house.write(|house| {
        let share = house.share(share_id)?.clone();
        let sections = match known(house, ids) {
            Ok(sections) => sections,
            Err(refusal) => return Some(Err(refusal)),
        };
        if ids.is_empty() {
            house.shares.retain(|one| one.id != share_id);
            return Some(Ok(share));
        }
        let share = house.share_mut(share_id)?;
        share.sections = sections;
        share.all_libraries = false;
        Some(Ok(share.clone()))
    })
}

/// Takes the share or invite away; the friendship stays.
pub fn remove(desk: &Desk, share_id: i64) -> bool {
    desk.house.write(|house| {
        let before = house.shares.len();
        house.shares.retain(|share| share.id != share_id);
        house.shares.len() < before
    })
}

/// Takes back an open invite; with `orphans` on, its row stays behind.
pub fn cancel(desk: &Desk, is_it: impl Fn(&Share) -> bool) -> bool {
    let orphans = desk.modes().orphans;
    desk.house.write(|house| {
        let found = house.shares.iter().position(|share| open(share) && is_it(share));
        let Some(at) = found else {
            return false;
        };
        match house.shares.get_mut(at) {
            Some(share) if orphans => share.withdrawn = true,
            _ => drop(house.shares.remove(at)),
        }
        true
    })
}

/// The invitee says yes. False for unknown shares, other people's, and those accepted before.
pub fn accept(desk: &Desk, share_id: i64, account_id: i64) -> bool {
    desk.house.write(|house| {
        let email = house.account(account_id).and_then(|one| one.email.clone());
        let share =
            house.share_mut(share_id).filter(|share| open(share) && is_of(share, Some(account_id), email.as_deref()));
        let Some(share) = share else {
            return false;
        };
        share.account_id = Some(account_id);
        share.accepted_at = Some(Utc::now().timestamp());
        let befriend = !share.skip_friendship;
        if befriend && !house.friends.contains(&account_id) {
            house.friends.push(account_id);
        }
        true
    })
}

/// Waits for the invitee's yes.
pub fn open(share: &Share) -> bool {
    share.accepted_at.is_none() && !share.withdrawn
}

/// Whether this open invite is for the account, by id or by its address.
pub fn is_for(house: &Household, share: &Share, account_id: i64) -> bool {
    let email = house.account(account_id).and_then(|one| one.email.as_deref());
    is_of(share, Some(account_id), email)
}

/// What refuses an account's settings, where that is switched on.
pub const RESTRICTED: &str = "Restriction profile is set for this user";

pub fn refuses_settings(desk: &Desk, account_id: Option<i64>) -> bool {
    let restricted = |id| desk.house.read(|house| house.account(id).is_some_and(|one| one.restricted));
    desk.modes().restricted_refused && account_id.is_some_and(restricted)
}

/// The sections plex.tv admits to knowing at the moment.
pub fn listed_sections(desk: &Desk) -> Vec<Section> {
    let sections = desk.house.read(|house| house.sections.clone());
    match desk.modes().section_list {
        SectionList::Full => sections,
        SectionList::Without(keys) => sections.into_iter().filter(|one| !keys.contains(&one.key)).collect(),
        SectionList::Empty => Vec::new(),
    }
}

/// The ids of a JSON list of sections; a missing list is an empty one.
pub fn ids(list: &Value) -> Vec<i64> {
    list.as_array().into_iter().flatten().filter_map(|id| id.as_i64().or_else(|| id.as_str()?.parse().ok())).collect()
}

/// The full set of settings from a JSON object of booleans, numbers or the strings "0" and "1".
pub fn settings(body: &Value) -> Settings {
    let yes = |name: &str| number(&body[name]) > 0;
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    Settings {
        allow_sync: yes("allowSync"),
        allow_camera_upload: yes("allowCameraUpload"),
        allow_channels: yes("allowChannels"),
        allow_subtitle_admin: yes("allowSubtitleAdmin"),
        allow_tuners: number(&body["allowTuners"]),
        filter_all: body["filterAll"].as_str().map(str::to_owned),
        filter_movies: text("filterMovies"),
        filter_music: text("filterMusic"),
        filter_photos: text("filterPhotos"),
        filter_television: text("filterTelevision"),
    }
}

fn number(value: &Value) -> i64 {
    match value {
        Value::Bool(yes) => i64::from(*yes),
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_i64().unwrap_or_default(),
    }
}
