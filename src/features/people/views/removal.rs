//! Asking from where somebody is removed: what each way takes, what stays, and how it is undone, said before.

use maud::{Markup, html};

use crate::domain::people::Person;
use crate::domain::removal::{Way, is_for_good};
use crate::ui::badge::tag;
use crate::ui::form::{self, Choice, Errors, Field};
use crate::ui::{Button, Frame, Icon, Kind, Page, Place, alert, card, facts, format};

pub struct Ask {
    pub person: Person,
    /// None where nothing stands in the way; else why they can't be removed.
    pub refusal: Option<String>,
    pub ways: Vec<Way>,
    pub has: Vec<Has>,
    /// As typed.
    pub from: String,
    pub sure: bool,
    pub errors: Errors,
}

/// What they have on one server now.
pub struct Has {
    pub server: String,
    /// Titles of libraries.
    pub libraries: Vec<String>,
    /// They have not said yes to Plex yet.
    pub invited: bool,
}

pub fn ask(frame: &Frame, ask: &Ask) -> Page {
    let person = &ask.person;
    let back = frame.links.to(&format!("/admin/people/{}", person.id));
    let title = format!("Remove {}", person.name);
    let body = match &ask.refusal {
        Some(words) => html! {
            (card::page_head(&title, None, html! {}))
            (alert::note(Kind::Info, Icon::Info, words))
            div { (Button::new("Back").quiet().link(&back)) }
        },
        None => html! {
            (card::page_head(&title, Some("Choose from where. Their requests, their history and what is noted about them stay."), html! {}))
            (ask.errors.alert())
            (card::card(html! { h2 { "What they have now" } (has(ask)) }))
            (form::form(&format!("{back}/removal"), fields(ask), html! {
                (Button::new(&title).icon(Icon::Minus).danger().busy("Removing").submit())
                (Button::new("Back").quiet().link(&back))
            }))
        },
    };
    Page::new(frame, Place::People, title, body)
}

fn has(ask: &Ask) -> Markup {
    if ask.has.is_empty() {
        return html! { p.soft { "No library on Plex." } };
    }
    let row = |one: &Has| {
        html! {
            div.cluster {
                @if one.invited { span.soft { "Invited to" } }
                @for title in &one.libraries { (tag(None, title)) }
            }
        }
    };
    let rows: Vec<(&str, Markup)> = ask.has.iter().map(|one| (one.server.as_str(), row(one))).collect();
    facts::facts(&rows)
}

fn fields(ask: &Ask) -> Markup {
    let told = ask.ways.iter().map(|way| (*way, label(*way, ask), about(*way, ask)));
    let told: Vec<(Way, String, String)> = told.collect();
    let choices: Vec<Choice<'_>> =
        told.iter().map(|(way, label, about)| Choice::new(way.as_str(), label).help(about)).collect();
    let for_good = ask.ways.iter().any(|way| is_for_good(*way, &ask.person));
    html! {
        (Field::new("from", "From where").value(&ask.from).errors(&ask.errors).options(&choices))
        @if for_good {
            (form::several("sure", "For good", "Only for the Plex Home.", &ask.errors,
                form::check("sure", "yes", "I know that there is no way back", "", ask.sure)))
        }
    }
}

fn label(way: Way, ask: &Ask) -> String {
    match (way, ask.has.as_slice()) {
        (Way::Server, [Has { server, .. }]) => return format!("From {server}"),
        (Way::Server, _) => "From all servers",
        (Way::Friends, _) => "From Plex friends",
        (Way::Home, _) => "From the Plex Home",
        (Way::Usherr, _) => "From Usherr only",
    }
    .to_owned()
}

/// "Ana loses 4 libraries on Attic now …"
fn about(way: Way, ask: &Ask) -> String {
    let (person, first) = (&ask.person, format::first_name(&ask.person.name));
    let loss = loss(first, &ask.has);
    match way {
        Way::Server if ask.has.is_empty() => {
            format!("{first} sees nothing but their own page from now on, which says why. Let back, all is as it was.")
        }
        Way::Server if comes_in(person) => format!(
            "{loss} {first} is told, and may still sign in to see why. Let back, they have exactly the same again, once they say yes to Plex."
        ),
        Way::Server => format!("{loss} Let back, they have exactly the same again."),
        Way::Friends => format!(
            "{loss} The friendship on Plex ends, too. Let back, they are invited to Plex again, have to say yes, and have the same as now."
        ),
        Way::Home if is_for_good(way, person) => {
            format!("{loss} Plex deletes this managed user, with everything {first} has watched. There is no way back.")
        }
        Way::Home => format!(
            "{loss} They leave your Plex Home. Let back, they are invited as a friend with the same libraries, and not into the Home."
        ),
        Way::Usherr => format!(
            "Plex is asked for nothing and keeps what it shares. {first} can’t sign in here any more: devices and API keys end. No plan and no rule is about them, and no look at Plex brings them back, until they are taken in again."
        ),
    }
}

/// With an account of their own, here or on Plex.
fn comes_in(person: &Person) -> bool {
    person.has_password || (person.plex_id.is_some() && !person.restricted)
}

/// What Plex takes at once: what they can watch, and the invites they have not answered.
fn loss(first: &str, has: &[Has]) -> String {
    let said = |invited: bool| {
        let parts: Vec<String> = has.iter().filter(|one| one.invited == invited).map(counted).collect();
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        Some(format::list(&parts)).filter(|parts| !parts.is_empty())
    };
    match (said(false), said(true)) {
        (None, None) => format!("{first} has no library on Plex to lose."),
        (Some(loses), None) => format!("{first} loses {loses} now, and what they watch there ends."),
        (None, Some(invited)) => format!("The invite to {invited} is taken back."),
        (Some(loses), Some(invited)) => {
            format!("{first} loses {loses} now, and what they watch there ends. The invite to {invited} is taken back.")
        }
    }
}

/// "3 libraries on Attic".
fn counted(one: &Has) -> String {
    let count = i64::try_from(one.libraries.len()).unwrap_or(i64::MAX);
    format!("{} on {}", format::count(count, "library", "libraries"), one.server)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(server: &str, libraries: &[&str], invited: bool) -> Has {
        let libraries = libraries.iter().map(|title| (*title).to_owned()).collect();
        Has { server: server.to_owned(), libraries, invited }
    }

    #[test]
    fn an_invite_is_taken_back_and_libraries_are_lost() {
        assert_eq!(loss("Teo", &[]), "Teo has no library on Plex to lose.");
        let (attic, cellar) =
            (|invited| has("Attic", &["Films", "Series"], invited), || has("Cellar", &["Kids"], true));
        assert_eq!(loss("Teo", &[attic(true)]), "The invite to 2 libraries on Attic is taken back.");
        assert_eq!(
            loss("Teo", &[attic(false), cellar()]),
            "Teo loses 2 libraries on Attic now, and what they watch there ends. The invite to 1 library on Cellar is taken back."
        );
    }
}
