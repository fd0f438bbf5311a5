//! The bodies of plex.tv's sharing routes (plex.md B4, B7, B8): flags are text for v1, booleans for v2, and digits in a
//! query. A list of libraries is never empty here, because an empty one shares everything or throws somebody out.

use serde::Serialize;

use crate::domain::sharing::{Invitee, Sections, ShareSettings};

#[derive(Serialize)]
pub(super) struct InviteV1<'a> {
    server_id: &'a str,
    shared_server: SharedServer<'a>,
    sharing_settings: SettingsV1<'a>,
}

#[derive(Serialize)]
pub(super) struct LibrariesV1<'a> {
    server_id: &'a str,
    shared_server: SharedServer<'a>,
}

#[derive(Serialize)]
struct SharedServer<'a> {
    library_section_ids: &'a [i64],
    #[serde(skip_serializing_if = "Option::is_none")]
    invited_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invited_email: Option<&'a str>,
}

/// The first six are what was seen at work; the others go along only where they say something.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingsV1<'a> {
    allow_sync: &'static str,
    allow_camera_upload: &'static str,
    allow_channels: &'static str,
    filter_movies: &'a str,
    filter_television: &'a str,
    filter_music: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_subtitle_admin: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    allow_tuners: Option<String>,
    #[serde(skip_serializing_if = "str::is_empty")]
    filter_all: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    filter_photos: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InviteV2<'a> {
    machine_identifier: &'a str,
    #[serde(flatten)]
    who: WhoV2<'a>,
    library_section_ids: &'a [i64],
    settings: SettingsV2<'a>,
    /// A share alone, without a request for friendship.
    skip_friendship: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ShareV2<'a> {
    settings: SettingsV2<'a>,
    library_section_ids: &'a [i64],
}

#[derive(Serialize)]
pub(super) struct SharingSettings<'a> {
    #[serde(flatten)]
    who: WhoV2<'a>,
    settings: SettingsV2<'a>,
}

#[derive(Serialize)]
enum WhoV2<'a> {
    #[serde(rename = "invitedId")]
    Id(i64),
    #[serde(rename = "invitedEmail")]
    Named(&'a str),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SettingsV2<'a> {
    allow_sync: bool,
    allow_channels: bool,
    allow_camera_upload: bool,
    allow_subtitle_admin: bool,
    allow_tuners: i64,
    filter_movies: &'a str,
    filter_music: &'a str,
    filter_photos: &'a str,
    filter_television: &'a str,
    /// Plex Web sends null for none.
    filter_all: Option<&'a str>,
}

pub(super) fn invite_v1<'a>(
    machine_id: &'a str,
    who: &'a Invitee,
    libraries: &'a Sections,
    settings: &'a ShareSettings,
) -> InviteV1<'a> {
    let (invited_id, invited_email) = match who {
        Invitee::Account(id) => (Some(*id), None),
        Invitee::Named(name) => (None, Some(name.as_str())),
    };
    InviteV1 {
        server_id: machine_id,
        shared_server: SharedServer { library_section_ids: libraries.ids(), invited_id, invited_email },
        sharing_settings: settings_v1(settings),
    }
}

pub(super) fn libraries_v1<'a>(machine_id: &'a str, libraries: &'a Sections) -> LibrariesV1<'a> {
    let library_section_ids = libraries.ids();
    let shared_server = SharedServer { library_section_ids, invited_id: None, invited_email: None };
    LibrariesV1 { server_id: machine_id, shared_server }
}

pub(super) fn invite_v2<'a>(
    machine_id: &'a str,
    who: &'a Invitee,
    libraries: &'a Sections,
    settings: &'a ShareSettings,
) -> InviteV2<'a> {
    InviteV2 {
        machine_identifier: machine_id,
        who: who_v2(who),
        library_section_ids: libraries.ids(),
        settings: settings_v2(settings),
        skip_friendship: true,
    }
}

pub(super) fn share_v2<'a>(libraries: &'a Sections, settings: &'a ShareSettings) -> ShareV2<'a> {
    ShareV2 { settings: settings_v2(settings), library_section_ids: libraries.ids() }
}

pub(super) fn settings<'a>(who: &'a Invitee, settings: &'a ShareSettings) -> SharingSettings<'a> {
    SharingSettings { who: who_v2(who), settings: settings_v2(settings) }
}

/// The full set for the routes that take it in the address, which change only what they name.
pub(super) fn query(settings: &ShareSettings) -> Vec<(&'static str, String)> {
    let flag = |yes: bool| digit(yes).to_owned();
    vec![
        ("allowSync", flag(settings.allow_sync)),
        ("allowCameraUpload", flag(settings.allow_camera_upload)),
        ("allowChannels", flag(settings.allow_channels)),
        ("allowSubtitleAdmin", flag(settings.allow_subtitle_admin)),
        ("allowTuners", settings.allow_tuners.to_string()),
        ("filterAll", settings.filter_all.clone()),
        ("filterMovies", settings.filter_movies.clone()),
        ("filterMusic", settings.filter_music.clone()),
        ("filterPhotos", settings.filter_photos.clone()),
        ("filterTelevision", settings.filter_television.clone()),
    ]
}

fn who_v2(who: &Invitee) -> WhoV2<'_> {
    match who {
        Invitee::Account(id) => WhoV2::Id(*id),
        Invitee::Named(name) => WhoV2::Named(name),
    }
}

fn settings_v1(settings: &ShareSettings) -> SettingsV1<'_> {
    SettingsV1 {
        allow_sync: digit(settings.allow_sync),
        allow_camera_upload: digit(settings.allow_camera_upload),
        allow_channels: digit(settings.allow_channels),
        filter_movies: &settings.filter_movies,
        filter_television: &settings.filter_television,
        filter_music: &settings.filter_music,
        allow_subtitle_admin: settings.allow_subtitle_admin.then_some("1"),
        allow_tuners: (settings.allow_tuners != 0).then(|| settings.allow_tuners.to_string()),
        filter_all: &settings.filter_all,
        filter_photos: &settings.filter_photos,
    }
}

fn settings_v2(settings: &ShareSettings) -> SettingsV2<'_> {
    SettingsV2 {
        allow_sync: settings.allow_sync,
        allow_channels: settings.allow_channels,
        allow_camera_upload: settings.allow_camera_upload,
        allow_subtitle_admin: settings.allow_subtitle_admin,
        allow_tuners: settings.allow_tuners,
        filter_movies: &settings.filter_movies,
        filter_music: &settings.filter_music,
        filter_photos: &settings.filter_photos,
        filter_television: &settings.filter_television,
        filter_all: Some(settings.filter_all.as_str()).filter(|filter| !filter.is_empty()),
    }
}

fn digit(yes: bool) -> &'static str {
    if yes { "1" } else { "0" }
}
