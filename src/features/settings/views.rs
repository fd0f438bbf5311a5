//! The page of general settings. What the settings file or the environment sets is shown and can't be typed over.

use maud::{Markup, html};

use crate::domain::settings::SettingKey;
use crate::ui::form::{Choice, Errors, Field};
use crate::ui::{Button, Frame, Page, Place, card, chips, facts, form};

/// One setting as it is typed, or as it is fixed.
pub struct Setting {
    pub key: SettingKey,
    pub value: String,
    /// Who sets it, when that is not this page: "the settings file".
    pub fixed_by: Option<&'static str>,
}

pub struct General<'a> {
    pub settings: &'a [Setting],
    pub errors: &'a Errors,
    pub zones: &'a [&'static str],
    pub may_write: bool,
}

pub fn general(frame: &Frame, view: &General<'_>) -> Page {
    let sentence = "Where the house is, and what newcomers may do.";
    let body = html! {
        (card::page_head("General", Some(sentence), html! {}))
        (chips::settings(&frame.links, "/admin/settings/general"))
        @if view.may_write {
            (card::card(fields(frame, view)))
        } @else {
            (card::card(html! { @for setting in view.settings { (fixed(setting)) } }))
        }
    };
    Page::new(frame, Place::Services, "General settings", body)
}

fn fields(frame: &Frame, view: &General<'_>) -> Markup {
    let inputs = html! {
        (view.errors.alert())
        @for setting in view.settings {
            @if setting.fixed_by.is_some() { (fixed(setting)) } @else { (input(view, setting)) }
        }
    };
    form::form(
        &frame.links.to("/admin/settings/general"),
        inputs,
        Button::new("Save").primary().busy("Saving").submit(),
    )
}

fn fixed(setting: &Setting) -> Markup {
    let value = if setting.value.is_empty() { "not set" } else { &setting.value };
    let note = setting.fixed_by.map(|who| format!(" (set by {who})")).unwrap_or_default();
    facts::facts(&[(label(setting.key), html! { (value) (note) })])
}

fn input(view: &General<'_>, setting: &Setting) -> Markup {
    let key = setting.key.as_str();
    let field = Field::new(key, label(setting.key)).value(&setting.value).help(help(setting.key)).errors(view.errors);
    match setting.key {
        SettingKey::BaseUrl | SettingKey::InternalUrl => field.maxlength(500).url(),
        SettingKey::TimeZone => time_zone(setting, view.errors, view.zones),
        SettingKey::DefaultRole => field.select(&[
            Choice::new("requester", "Requester: may ask for films and series"),
            Choice::new("viewer", "Viewer: may look and search"),
        ]),
        SettingKey::AutoApprove => field.select(&[
            Choice::new("none", "Nobody: every request is decided by hand"),
            Choice::new("moderators", "Moderators and admins"),
            Choice::new("everyone", "Everyone"),
        ]),
        SettingKey::Registration => field.select(&[
            Choice::new("nobody", "Nobody: admins give passwords"),
            Choice::new("on_the_server", "Who has accepted a share"),
            Choice::new("invited", "Who has accepted a share, or followed an invite"),
        ]),
        SettingKey::PlexSharingRoutes => field.select(&[
            Choice::new("auto", "Whichever works"),
            Choice::new("v1", "The old way"),
            Choice::new("v2", "The new way"),
        ]),
        SettingKey::MembershipExtension => field.maxlength(20).text(),
        SettingKey::Asking => field.select(&[
            Choice::new("nobody", "Nobody"),
            Choice::new("by_link", "Whoever has a private link"),
            Choice::new("anybody", "Anybody"),
        ]),
        _ => field.maxlength(20).number(),
    }
}

/// A field that finds a zone as one types; it is a plain text field where that is not known.
pub fn time_zone(setting: &Setting, errors: &Errors, zones: &[&'static str]) -> Markup {
    let error = errors.of("time_zone");
    html! {
        div.field {
            label for="time_zone" { (label(SettingKey::TimeZone)) }
            input.input type="text" id="time_zone" name="time_zone" value=(setting.value) list="zones" maxlength="60"
                autocomplete="off" aria-invalid=[error.map(|_| "true")]
                aria-describedby=(if error.is_some() { "time_zone-error time_zone-help" } else { "time_zone-help" });
            datalist id="zones" { @for zone in zones { option value=(zone) {} } }
            @if let Some(error) = error {
                p.error id="time_zone-error" { (crate::ui::icon::small(crate::ui::Icon::Alert)) (error) }
            }
            p.help id="time_zone-help" { (help(SettingKey::TimeZone)) }
        }
    }
}

pub fn label(key: SettingKey) -> &'static str {
    match key {
        SettingKey::BaseUrl => "Public address",
        SettingKey::InternalUrl => "Address for Sonarr and Radarr",
        SettingKey::TimeZone => "Time zone",
        SettingKey::DefaultRole => "Who comes in by Plex is a",
        SettingKey::DefaultMovieQuota => "Films each may ask for",
        SettingKey::DefaultSeasonQuota => "Seasons each may ask for",
        SettingKey::QuotaDays => "Within how many days",
        SettingKey::AutoApprove => "Whose requests need no decision",
        SettingKey::Registration => "Who may sign in without Plex, too",
        SettingKey::PlexSharingRoutes => "How sharing is asked of Plex",
        SettingKey::MembershipExtension => "Who asks to stay longer gets",
        SettingKey::MembershipExtensions => "So often without a decision",
        SettingKey::Asking => "Who may ask to be let in",
        SettingKey::BackupKeep => "Backups to keep",
        SettingKey::ClientId | SettingKey::SetupOpen | SettingKey::AccessLookedAt | SettingKey::AccessOutlook => "",
    }
}

pub fn help(key: SettingKey) -> &'static str {
    match key {
        SettingKey::BaseUrl => "The one people type, such as https://usherr.example.org. Links in mails lead there.",
        SettingKey::InternalUrl => {
            "Where they report what they are doing, if the public address doesn't work from there. Without any, Usherr asks them every few minutes."
        }
        SettingKey::TimeZone => "Type a city: Europe/Berlin, America/New_York. Times are shown in it.",
        SettingKey::DefaultRole => "Higher roles are given by hand.",
        SettingKey::DefaultMovieQuota | SettingKey::DefaultSeasonQuota => "A number, or unlimited.",
        SettingKey::QuotaDays => "What was asked before that no longer counts.",
        SettingKey::AutoApprove => "Everybody else waits for a yes.",
        SettingKey::Registration => {
            "On their own page, or by the mail about a forgotten password, they choose a name and a password."
        }
        SettingKey::PlexSharingRoutes => {
            "Plex closes ways without notice. Change this only when invites fail and the message says so."
        }
        SettingKey::MembershipExtension => {
            "Days such as 30d, or months such as 1m. It is what the button of a yes gives, too."
        }
        SettingKey::MembershipExtensions => {
            "In a row, until somebody decides again. With 0 every wish waits for a yes."
        }
        SettingKey::Asking => "Private links are made in Who asks. Asking needs a mail server and the public address.",
        SettingKey::BackupKeep => "So many of the daily ones, and as many made by hand. The oldest go first.",
        SettingKey::ClientId | SettingKey::SetupOpen | SettingKey::AccessLookedAt | SettingKey::AccessOutlook => "",
    }
}
