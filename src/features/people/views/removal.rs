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
    /// Names of servers, and what they have there now.
    pub has: Vec<(String, Vec<String>)>,
    /// As typed.
    pub from: String,
    pub sure: bool,
    pub errors: Errors,
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
    let row = |titles: &[String]| html! { div.cluster { @for title in titles { (tag(None, title)) } } };
    let rows: Vec<(&str, Markup)> = ask.has.iter().map(|one| (one.0.as_str(), row(&one.1))).collect();
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
        (Way::Server, [(server, _)]) => return format!("From {server}"),
        (Way::Server, _) => "From all servers",
        (Way::Friends, _) => "From Plex friends",
        (Way::Home, _) => "From the Plex Home",
        (Way::Usherr, _) => "From Usherr only",
    }
    .to_owned()
}

/// "Ana loses 4 libraries on Attic now …"
fn about(way: Way, ask: &Ask) -> String {
    let (person, loss) = (&ask.person, loss(ask));
    let first = format::first_name(&person.name);
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

fn loss(ask: &Ask) -> String {
    let first = format::first_name(&ask.person.name);
    let count =
        |titles: &[String]| format::count(i64::try_from(titles.len()).unwrap_or(i64::MAX), "library", "libraries");
    let parts: Vec<String> = ask.has.iter().map(|(server, titles)| format!("{} on {server}", count(titles))).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.is_empty() {
        true => format!("{first} has no library on Plex to lose."),
        false => format!("{first} loses {} now, and what they watch there ends.", format::list(&parts)),
    }
}
