//! The JSON shapes of groups.

use chrono::DateTime;
use poem_openapi::Object;

use crate::db::group_people::Member;
use crate::domain::access::wall::{TypedWhen, TypedWindow};
use crate::domain::group::form::TypedGroup;
use crate::domain::group::{Group, Rights};
use crate::domain::ids::LibraryId;
use crate::error::{AppError, FieldErrors, Outcome};
use crate::web::api::time;

/// The days of a week, from Monday.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// What its people may do here, within their roles.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupRights {
    /// Ask for films.
    #[oai(default = "usually")]
    movies: bool,
    /// Ask for series.
    #[oai(default = "usually")]
    series: bool,
    /// Ask for 4K.
    #[oai(default)]
    four_k: bool,
    /// Their requests need no decision.
    #[oai(default)]
    auto_approve: bool,
    /// See what others ask for.
    #[oai(default)]
    sees_requests: bool,
}

fn usually() -> bool {
    true
}

impl Default for GroupRights {
    fn default() -> Self {
        Self::of(&Rights::USUAL)
    }
}

impl GroupRights {
    fn of(rights: &Rights) -> Self {
        Self {
            movies: rights.movies,
            series: rights.series,
            four_k: rights.four_k,
            auto_approve: rights.auto_approve,
            sees_requests: rights.sees_requests,
        }
    }
}

/// How much they may ask for; none is as much as they like.
#[derive(Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupQuotas {
    movies: Option<i64>,
    seasons: Option<i64>,
    /// How many guests they may invite: 0 to 100. Left out, none.
    guests: Option<i64>,
    /// Within how many days: a setting of the house. It may be sent back as it was read, and no other.
    days: Option<i64>,
}

/// What Plex lets them do.
#[derive(Debug, Default, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupFlags {
    /// Download to a device.
    #[oai(default)]
    sync: bool,
    #[oai(default)]
    camera_upload: bool,
    /// Live TV.
    #[oai(default)]
    tuners: bool,
}

/// One opening of every week, on the clock of the house.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupWindow {
    /// mon, tue, wed, thu, fri, sat or sun.
    day: String,
    /// 16:00.
    from: String,
    /// 20:00; an hour that is not later is on the next day.
    to: String,
}

/// A group as it is made or changed. What was read may be sent back whole.
#[derive(Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct GroupDraft {
    /// As it is read; what is sent is not heeded.
    id: Option<i64>,
    /// Of one group, whatever its case.
    name: String,
    /// What it is for, in a line.
    note: Option<String>,
    libraries: Option<Vec<i64>>,
    rights: Option<GroupRights>,
    quotas: Option<GroupQuotas>,
    flags: Option<GroupFlags>,
    /// The age up to which titles are shown: 0, 6, 9, 12, 14, 16 or 18; none shows all.
    ceiling: Option<i64>,
    /// RFC 3339.
    from: Option<String>,
    /// RFC 3339.
    until: Option<String>,
    /// Openings of every week; none at all is at any hour.
    weekly: Option<Vec<GroupWindow>>,
    /// Who is in it by rule: home, friends, role:viewer, role:requester, role:moderator, role:auditor.
    rules: Option<Vec<String>>,
    /// Newcomers are put into it; then into no other.
    for_newcomers: Option<bool>,
    /// Guests whom members invite are put into it; whoever is in it invites nobody.
    for_guests: Option<bool>,
    /// How long whoever is put into it by hand may stay: days (30d), months (12m), a last day (2027-03-20), or open.
    stay: Option<String>,
    /// As it is read; what is sent is not heeded.
    members: Option<i64>,
}

/// A named set of people with what they have in common.
#[derive(Debug, Object)]
#[oai(rename = "Group")]
pub struct GroupShape {
    id: i64,
    name: String,
    note: String,
    libraries: Vec<i64>,
    rights: GroupRights,
    quotas: GroupQuotas,
    flags: GroupFlags,
    /// The age up to which titles are shown; none shows all.
    ceiling: Option<i64>,
    /// RFC 3339 in UTC.
    from: Option<String>,
    /// RFC 3339 in UTC.
    until: Option<String>,
    /// Openings of every week; none at all is at any hour.
    weekly: Vec<GroupWindow>,
    /// Who is in it by rule: home, friends, role:viewer, role:requester, role:moderator, role:auditor.
    rules: Vec<String>,
    for_newcomers: bool,
    /// Guests whom members invite are put into it.
    for_guests: bool,
    /// How long whoever is put into it by hand may stay: days (30d), months (12m), a last day (2027-03-20), or open.
    stay: String,
    /// How many are in it, by hand or by rule.
    members: i64,
}

/// Somebody who is in a group.
#[derive(Debug, Object)]
#[oai(rename = "GroupMember")]
pub struct MemberShape {
    id: i64,
    name: String,
    /// When they were put into it by hand; none of those who are in it by rule alone.
    since: Option<String>,
    /// The rules that put them into it.
    rules: Vec<String>,
}

impl From<Member> for MemberShape {
    fn from(member: Member) -> Self {
        Self {
            id: member.person.id.0,
            name: member.person.name,
            since: member.since.map(time),
            rules: member.rules.iter().map(ToString::to_string).collect(),
        }
    }
}

impl GroupShape {
    pub fn of(group: Group, members: usize, quota_days: u32) -> Self {
        let typed = TypedWhen::of(&group.when, chrono_tz::UTC);
        Self {
            id: group.id.0,
            name: group.name,
            note: group.note,
            libraries: group.libraries.iter().map(|library| library.0).collect(),
            rights: GroupRights::of(&group.rights),
            quotas: GroupQuotas {
                movies: group.rights.movie_quota.map(i64::from),
                seasons: group.rights.season_quota.map(i64::from),
                guests: Some(group.rights.guests.into()),
                days: Some(quota_days.into()),
            },
            flags: GroupFlags {
                sync: group.flags.sync,
                camera_upload: group.flags.camera_upload,
                tuners: group.flags.tuners,
            },
            ceiling: group.ceiling.map(i64::from),
            from: group.when.from.map(time),
            until: group.when.until.map(time),
            weekly: typed.windows.into_iter().map(GroupWindow::of).collect(),
            rules: group.rules.iter().map(ToString::to_string).collect(),
            for_newcomers: group.for_newcomers,
            for_guests: group.for_guests,
            stay: group.stay.to_string(),
            members: i64::try_from(members).unwrap_or(i64::MAX),
        }
    }
}

impl GroupWindow {
    fn of(window: TypedWindow) -> Self {
        let day = DAYS.get(window.day).copied().unwrap_or_default().to_owned();
        Self { day, from: window.from, to: window.to }
    }

    fn typed(self) -> Option<TypedWindow> {
        let day = DAYS.iter().position(|day| *day == self.day)?;
        Some(TypedWindow { day, from: self.from, to: self.to })
    }
}

impl GroupDraft {
    /// As if it stood in the form. `days` are those of the house.
    pub fn typed(self, days: u32) -> Outcome<TypedGroup> {
        let number = |number: Option<i64>| number.map(|n| n.to_string()).unwrap_or_default();
        let (rights, quotas, flags) =
            (self.rights.unwrap_or_default(), self.quotas.unwrap_or_default(), self.flags.unwrap_or_default());
        if quotas.days.is_some_and(|sent| sent != i64::from(days)) {
            return Err(AppError::field("quotas.days", format!("It is {days} for the whole house. Leave it out.")));
        }
        let when = when(self.from, self.until, self.weekly.unwrap_or_default())?;
        Ok(TypedGroup {
            name: self.name,
            note: self.note.unwrap_or_default(),
            for_newcomers: self.for_newcomers.unwrap_or_default(),
            for_guests: self.for_guests.unwrap_or_default(),
            stay: self.stay.unwrap_or_default(),
            last_day: String::new(),
            movies: rights.movies,
            series: rights.series,
            four_k: rights.four_k,
            auto_approve: rights.auto_approve,
            sees_requests: rights.sees_requests,
            movie_quota: number(quotas.movies),
            season_quota: number(quotas.seasons),
            guests: number(quotas.guests),
            sync: flags.sync,
            camera_upload: flags.camera_upload,
            tuners: flags.tuners,
            ceiling: number(self.ceiling),
            when,
            rules: self.rules.unwrap_or_default(),
            libraries: self.libraries.unwrap_or_default().into_iter().map(|id| LibraryId(id).to_string()).collect(),
        })
    }
}

fn when(from: Option<String>, until: Option<String>, weekly: Vec<GroupWindow>) -> Outcome<TypedWhen> {
    let mut fields = FieldErrors::new();
    for (name, text) in [("from", &from), ("until", &until)] {
        if text.as_ref().is_some_and(|text| DateTime::parse_from_rfc3339(text).is_err()) {
            fields.insert(name.to_owned(), "Write a moment such as 2026-12-24T18:00:00Z.".to_owned());
        }
    }
    let windows: Option<Vec<TypedWindow>> = weekly.into_iter().map(GroupWindow::typed).collect();
    let empty = windows.iter().flatten().any(|window| window.from.is_empty() && window.to.is_empty());
    if windows.is_none() || empty {
        fields.insert("weekly".to_owned(), format!("Each needs a day ({}), from and to.", DAYS.join(", ")));
    }
    match (windows, fields.is_empty()) {
        (Some(windows), true) => {
            Ok(TypedWhen { from: from.unwrap_or_default(), until: until.unwrap_or_default(), windows })
        }
        _ => Err(AppError::fields(fields)),
    }
}

/// What is wrong by the names that fields have here.
pub fn renamed(error: AppError) -> AppError {
    let AppError::Refused { message, fields } = error else { return error };
    let name = |name: String| match name.as_str() {
        "movie_quota" => "quotas.movies".to_owned(),
        "season_quota" => "quotas.seasons".to_owned(),
        "guests" => "quotas.guests".to_owned(),
        _ => name,
    };
    let fields = fields.into_iter().map(|(field, words)| (name(field), words)).collect();
    AppError::Refused { message, fields }
}
