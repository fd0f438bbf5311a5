//! The form of one service: the same in the settings and in the wizard. Secrets never come back; a field says that one is
//! kept. Pickers appear when the service has told what there is.

use maud::{Markup, html};

use crate::domain::service::{Offers, ServiceKind};
use crate::domain::service_form::{FormKey, GoodTest, ServiceForm};
use crate::ui::form::{Choice, Errors, Field, check, hidden};
use crate::ui::{Button, Icon, Kind, alert, format};

/// Everything a form shows.
pub struct FormView<'a> {
    pub key: FormKey,
    /// Where it is saved and where it is tested.
    pub save: String,
    pub test: String,
    pub form: &'a ServiceForm,
    /// "kept, ends in 4f2a"; nothing when there is no secret yet.
    pub kept: Option<&'a str>,
    /// The last test, when it was good.
    pub good: Option<&'a GoodTest>,
    /// What there is to pick from, from the test or from before.
    pub offers: Option<&'a Offers>,
    pub libraries: &'a [String],
    pub errors: &'a Errors,
    /// In the wizard a service is taken only when it answers; on the page it can be saved even so.
    pub may_force: bool,
    /// The only one of its kind: it is the usual one, whatever anybody ticks.
    pub alone: bool,
    /// The form is the page's one act; in the wizard that is to go on.
    pub primary: bool,
    /// Buttons beside the form's own.
    pub more: Markup,
}

pub fn form(view: &FormView<'_>) -> Markup {
    html! {
        form.form method="post" action=(view.save) {
            (view.errors.alert())
            @match view.key {
                FormKey::Server(_) => (plex(view)),
                FormKey::Service(ServiceKind::Radarr | ServiceKind::Sonarr, _) => (arr(view)),
                FormKey::Service(ServiceKind::Qbittorrent, _) => (qbittorrent(view)),
                FormKey::Service(ServiceKind::Smtp, _) => (mail(view)),
            }
            @if let Some(good) = view.good {
                (alert::note(Kind::Good, Icon::Check, &good.words))
            }
            div.form-end { (buttons(view)) }
            @if view.good.is_none() { p.help { "A test asks the service for real and takes up to ten seconds." } }
        }
    }
}

fn buttons(view: &FormView<'_>) -> Markup {
    let test = Button::new("Test").icon(Icon::Plug).busy("Testing, up to 10 s").to(&view.test).unchecked();
    let label = match view.key.is_new() {
        true => format!("Add {}", view.key.label()),
        false => "Save".to_owned(),
    };
    let save = Button::new(&label).busy("Testing and saving");
    let save = if view.primary { save.primary() } else { save.tonal() };
    html! {
        // A press on Enter saves; what was not tested is tested then.
        (save.submit())
        (test.submit())
        @if view.may_force && !view.errors.is_empty() && view.errors.of("name").is_none() {
            (Button::new("Save anyway").quiet().value("anyway", "yes").submit())
        }
        (view.more)
    }
}

/// One field; its id carries the form's key, for a page has several forms.
fn field<'a>(view: &'a FormView<'_>, id: &'a str, name: &'a str, label: &'a str) -> Field<'a> {
    Field::new(name, label).id(id).errors(view.errors)
}

fn id(view: &FormView<'_>, name: &str) -> String {
    format!("{}-{name}", view.key)
}

fn name(view: &FormView<'_>) -> Markup {
    field(view, &id(view, "name"), "name", "Name").value(&view.form.name).maxlength(100).required().text()
}

fn address(view: &FormView<'_>, example: &str, help: &str) -> Markup {
    let id = id(view, "url");
    field(view, &id, "url", "Address")
        .value(&view.form.url)
        .placeholder(example)
        .help(help)
        .maxlength(500)
        .required()
        .url()
}

fn secret(view: &FormView<'_>, label: &str, help: &str) -> Markup {
    let help = if view.kept.is_some() { "Leave it empty to keep the one we have." } else { help };
    let id = id(view, "secret");
    let field = field(view, &id, "secret", label).help(help).maxlength(1000);
    field.secret(view.kept)
}

fn plex(view: &FormView<'_>) -> Markup {
    let help = "As this machine reaches it. Inside your own network is best.";
    html! {
        (name(view))
        div.two {
            (address(view, "http://192.168.1.20:32400", help))
            (secret(view, "Token of the owner", "The X-Plex-Token of the account that owns the server."))
        }
        @if !view.libraries.is_empty() {
            (hidden("pickers", "yes"))
            (library(&id(view, "library"), view.libraries, &view.form.default_library))
        }
    }
}

/// The library that nobody loses.
pub fn library(id: &str, libraries: &[String], chosen: &str) -> Markup {
    let mut choices = vec![Choice::new("", "None")];
    choices.extend(libraries.iter().map(|title| Choice::new(title, title)));
    if !chosen.is_empty() && !libraries.iter().any(|title| title == chosen) {
        choices.push(Choice::new(chosen, chosen));
    }
    Field::new("default_library", "Default library")
        .id(id)
        .value(chosen)
        .help("Everybody on the server keeps this one, whatever else changes.")
        .select(&choices)
}

fn arr(view: &FormView<'_>) -> Markup {
    let (example, whose, what) = match view.key {
        FormKey::Service(ServiceKind::Sonarr, _) => ("http://192.168.1.20:8989", "Sonarr", "series"),
        _ => ("http://192.168.1.20:7878", "Radarr", "films"),
    };
    let key_help = format!("In {whose}: Settings, General, API key.");
    html! {
        (name(view))
        div.two {
            (address(view, example, "As this machine reaches it, with its path if it has one."))
            (secret(view, "API key", &key_help))
        }
        @if let Some(offers) = view.offers { (pickers(view, offers)) }
        div.options {
            @if view.alone { (hidden("is_default", "yes")) }
            @else { (check("is_default", "yes", "The usual one", &format!("Where {what} go unless somebody chooses otherwise."), view.form.is_default)) }
            (check("is_4k", "yes", "For 4K", "Its own instance for 4K copies.", view.form.is_4k))
        }
    }
}

fn pickers(view: &FormView<'_>, offers: &Offers) -> Markup {
    let profiles: Vec<(String, &str)> =
        offers.profiles.iter().map(|profile| (profile.id.to_string(), profile.name.as_str())).collect();
    let profile_choices: Vec<Choice<'_>> = profiles.iter().map(|(id, name)| Choice::new(id, name)).collect();
    let folders: Vec<(&str, String)> =
        offers.root_folders.iter().map(|folder| (folder.path.as_str(), folder_label(folder))).collect();
    let folder_choices: Vec<Choice<'_>> = folders.iter().map(|(path, label)| Choice::new(path, label)).collect();
    let chosen = view.form.quality_profile_id.map(|id| id.to_string()).unwrap_or_default();
    html! {
        (hidden("pickers", "yes"))
        div.two {
            (field(view, &id(view, "quality"), "quality_profile_id", "Usual quality")
                .value(&chosen).select(&profile_choices))
            (field(view, &id(view, "folder"), "root_folder", "Folder").value(&view.form.root_folder).select(&folder_choices))
        }
        @if !offers.tags.is_empty() {
            fieldset {
                legend { "Tags on everything that is asked for" }
                div.options {
                    @for tag in &offers.tags {
                        (check("tags", &tag.id.to_string(), &tag.label, "", view.form.tags.contains(&tag.id)))
                    }
                }
            }
        }
    }
}

fn folder_label(folder: &crate::domain::servarr::RootFolder) -> String {
    match folder.free {
        Some(free) => format!("{}, {} free", folder.path, format::size(free)),
        None if !folder.accessible => format!("{}, can't be reached", folder.path),
        None => format!("{}, free space unknown", folder.path),
    }
}

fn qbittorrent(view: &FormView<'_>) -> Markup {
    let username = id(view, "username");
    html! {
        (address(view, "http://192.168.1.20:8080", "The address of its web page."))
        div.two {
            (field(view, &username, "username", "User name").value(&view.form.username).optional().maxlength(200)
                .help("Empty if it lets this machine in without signing in, or with an API key.").autocomplete("off").text())
            (secret(view, "Password or API key", "Tried once at a time: qBittorrent locks out after five wrong tries."))
        }
    }
}

fn mail(view: &FormView<'_>) -> Markup {
    let protections = [
        Choice::new("tls", "TLS (usually port 465)"),
        Choice::new("starttls", "STARTTLS (usually port 587)"),
        Choice::new("none", "None (a mail server on this machine, port 25)"),
    ];
    let ids: Vec<String> = ["url", "port", "security", "username", "from"].iter().map(|name| id(view, name)).collect();
    let [url, port, security, username, from] = ids.as_slice() else { return html! {} };
    html! {
        div.two {
            (field(view, url, "url", "Mail server").value(&view.form.url).placeholder("smtp.example.org").mono()
                .maxlength(253).required().text())
            (field(view, port, "port", "Port").value(&view.form.port).maxlength(5).number())
        }
        (field(view, security, "security", "Protection").value(&view.form.security).select(&protections))
        div.two {
            (field(view, username, "username", "User name").value(&view.form.username).optional().maxlength(200)
                .autocomplete("off").text())
            (secret(view, "Password", "Many providers want an app password here."))
        }
        (field(view, from, "from", "Sender").value(&view.form.from).placeholder("Usherr <usherr@example.org>")
            .help("What readers see as the sender. It must belong to the mail server.").maxlength(254).text())
    }
}
