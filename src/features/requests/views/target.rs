//! Where a request goes: instance, quality, folder with its free space, tags. The choices are those the service offered
//! when it was last read; the page never waits for it.

use maud::{Markup, html};

use crate::domain::catalog::MediaKind;
use crate::domain::request::Choice as Chosen;
use crate::domain::service::{self, Offers, Service};
use crate::ui::form::{Choice, Errors, Field, check, hidden};
use crate::ui::format::rough_size;
use crate::ui::{Button, Icon, Kind, alert, card};

#[derive(Debug, Clone)]
pub struct Target {
    pub kind: MediaKind,
    /// What nobody chose for goes to an instance of this picture.
    pub is_4k: bool,
    /// Instances that fetch titles of this kind.
    pub services: Vec<Service>,
    /// What the chosen instance offers; none when it was never read.
    pub offers: Option<Offers>,
    pub chosen: Chosen,
}

impl Target {
    /// The instance that is chosen, or the one that takes what nobody chose for.
    pub fn service(&self) -> Option<&Service> {
        service::taker(&self.services, self.chosen.service, self.is_4k)
    }
}

/// Folded away in the form of somebody who asks and decides.
pub fn fold(target: &Target, errors: &Errors) -> Markup {
    let wrong =
        ["service_id", "quality_profile_id", "root_folder", "tags"].iter().any(|name| errors.of(name).is_some());
    let open = wrong || target.chosen.service.is_some();
    card::fold(html! { "Where it goes" }, html! {}, open, fields(target, errors))
}

pub fn fields(target: &Target, errors: &Errors) -> Markup {
    let Some(service) = target.service() else {
        let picture = if target.is_4k { " for 4K" } else { "" };
        let words = format!(
            "No {}{picture} is set up yet. The request is kept and goes out once there is one.",
            super::words::fetcher(target.kind)
        );
        return html! {
            (alert::note(Kind::Warn, Icon::Unplug, &words))
            @if !target.services.is_empty() { (instances(target, "", errors)) }
        };
    };
    html! {
        (instance(target, service, errors))
        @match &target.offers {
            None => (unread(target, service)),
            Some(offers) => (choices(target, service, offers, errors)),
        }
    }
}

fn instance(target: &Target, service: &Service, errors: &Errors) -> Markup {
    let id = service.id.to_string();
    if target.services.len() < 2 {
        // With nothing to choose there is no field for the words to stand beside.
        return html! {
            @if errors.of("service_id").is_some() { (alert::note(Kind::Bad, Icon::Alert, &gone(service))) }
            (hidden("service_id", &id))
        };
    }
    instances(target, &id, errors)
}

/// `shown` is the id of the one whose choices stand below; empty for none.
fn instances(target: &Target, shown: &str, errors: &Errors) -> Markup {
    let ids: Vec<String> = target.services.iter().map(|service| service.id.to_string()).collect();
    let names: Vec<String> = target.services.iter().map(|service| named(target, service)).collect();
    let mut choices: Vec<Choice<'_>> = ids.iter().zip(&names).map(|(id, name)| Choice::new(id, name)).collect();
    if shown.is_empty() {
        choices.insert(0, Choice::new("", "Leave it open"));
    }
    html! {
        (Field::new("service_id", "Instance").value(shown).errors(errors).select(&choices))
        (hidden("shown", shown))
        div { (Button::new("Show its choices").icon(Icon::Refresh).small().value("look", "target").unchecked().submit()) }
    }
}

/// Among instances for both pictures it says which is the one for 4K: choosing it changes what is fetched.
fn named(target: &Target, service: &Service) -> String {
    let mixed = target.services.iter().any(|other| other.is_4k != service.is_4k);
    if mixed && service.is_4k { format!("{}, fetches 4K", service.name) } else { service.name.clone() }
}

fn gone(service: &Service) -> String {
    format!("The instance that was chosen is not there any more. It goes to {} if you send it again.", service.name)
}

/// Nothing to choose from, so what is set stays as it is.
fn unread(target: &Target, service: &Service) -> Markup {
    let words = format!(
        "What {} offers has not been read yet, so there is nothing to choose from. What is set now is kept.",
        service.name
    );
    let chosen = &target.chosen;
    html! {
        (alert::note(Kind::Warn, Icon::Unplug, &words))
        @if let Some(profile) = chosen.quality_profile_id { (hidden("quality_profile_id", &profile.to_string())) }
        @if let Some(folder) = &chosen.root_folder { (hidden("root_folder", folder)) }
        @for tag in chosen.tags.as_deref().unwrap_or_default() { (hidden("tags", &tag.to_string())) }
        @if chosen.tags.is_some() { (hidden("tags_shown", "1")) }
    }
}

fn choices(target: &Target, service: &Service, offers: &Offers, errors: &Errors) -> Markup {
    let chosen = &target.chosen;
    let profile = chosen.quality_profile_id.or(service.quality_profile_id).map(|id| id.to_string()).unwrap_or_default();
    let folder = chosen.root_folder.clone().or_else(|| service.root_folder.clone()).unwrap_or_default();
    let tags = chosen.tags.as_ref().unwrap_or(&service.tags);
    html! {
        div.two {
            (profiles(offers, &profile, errors))
            (folders(offers, &folder, errors))
        }
        @if tags.iter().any(|tag| offers.tags.iter().all(|known| known.id != *tag)) {
            @let words = format!("A tag that was set is not at {} any more. Saving leaves it out.", service.name);
            (alert::note(Kind::Warn, Icon::Alert, &words))
            (hidden("tags_shown", "1"))
        } @else if !offers.tags.is_empty() {
            (hidden("tags_shown", "1"))
        }
        @if !offers.tags.is_empty() {
            fieldset {
                legend { "Tags" }
                div.cluster.wide {
                    @for tag in &offers.tags {
                        (check("tags", &tag.id.to_string(), &tag.label, "", tags.contains(&tag.id)))
                    }
                }
            }
        }
    }
}

fn profiles(offers: &Offers, chosen: &str, errors: &Errors) -> Markup {
    let ids: Vec<String> = offers.profiles.iter().map(|profile| profile.id.to_string()).collect();
    let mut choices: Vec<Choice<'_>> =
        ids.iter().zip(&offers.profiles).map(|(id, profile)| Choice::new(id, &profile.name)).collect();
    if !ids.iter().any(|id| id == chosen) {
        choices.insert(0, Choice::new("", "Choose one"));
    }
    Field::new("quality_profile_id", "Quality").value(chosen).errors(errors).select(&choices)
}

fn folders(offers: &Offers, chosen: &str, errors: &Errors) -> Markup {
    let labels: Vec<String> = offers
        .root_folders
        .iter()
        .map(|folder| match (folder.accessible, folder.free) {
            (false, _) => format!("{}: out of reach", folder.path),
            (true, Some(free)) => format!("{}: {} free", folder.path, rough_size(free)),
            (true, None) => format!("{}: free space unknown", folder.path),
        })
        .collect();
    let mut choices: Vec<Choice<'_>> =
        labels.iter().zip(&offers.root_folders).map(|(label, folder)| Choice::new(&folder.path, label)).collect();
    if !offers.root_folders.iter().any(|folder| folder.path == chosen) {
        choices.insert(0, Choice::new("", "Choose one"));
    }
    Field::new("root_folder", "Folder").value(chosen).errors(errors).select(&choices)
}
