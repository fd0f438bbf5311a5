//! A look at the simulated world from a test: titles by name, mails in order, and everything it minds about us.

use usherr::demo::World;
use usherr::demo::catalogue::{Film, Show};
use usherr::demo::mail::Caught;

/// A film of the catalogue.
pub fn film(world: &World, title: &str) -> Film {
    world.catalogue().films().into_iter().find(|film| film.title == title).unwrap_or_else(|| panic!("no film {title}"))
}

/// A series of the catalogue.
pub fn show(world: &World, title: &str) -> Show {
    world
        .catalogue()
        .shows()
        .into_iter()
        .find(|show| show.title == title)
        .unwrap_or_else(|| panic!("no series {title}"))
}

/// Films that are neither on Plex nor in Radarr, and out already, so that Radarr finds them.
pub fn films_to_ask_for(world: &World) -> Vec<Film> {
    let today = world.catalogue().today();
    let out = |film: &Film| film.digital_release.is_some_and(|day| day < today);
    let there = |film: &Film| {
        !world.media_server().film_keys(film.tmdb_id).is_empty() || world.radarr().title(film.tmdb_id).is_some()
    };
    world.catalogue().films().into_iter().filter(|film| out(film) && !there(film)).collect()
}

/// Subjects of the mails to one address, oldest first.
pub fn subjects(world: &World, address: &str) -> Vec<String> {
    world.mail().to(address).iter().map(|mail| mail.subject().to_owned()).collect()
}

/// What the stand-ins hold against us: wrong calls, tokens in addresses, mails that a strict receiver would mind.
pub fn sins(world: &World) -> Vec<String> {
    let named =
        |name: &str, said: Vec<String>| said.into_iter().map(|one| format!("{name}: {one}")).collect::<Vec<_>>();
    [
        named("Radarr", world.radarr().complaints()),
        named("Radarr 4K", world.radarr_4k().complaints()),
        named("Sonarr", world.sonarr().complaints()),
        named("qBittorrent", world.qbittorrent().complaints()),
        named("a secret in an address", world.tokens_in_addresses()),
        named("mail", world.mail().mails().iter().flat_map(problems).collect()),
        named("mail", doubled(&world.mail().mails())),
    ]
    .concat()
}

fn problems(mail: &Caught) -> Vec<String> {
    mail.problems.iter().map(|problem| format!("'{}': {problem}", mail.subject())).collect()
}

/// One Message-ID belongs to one mail to one recipient; and nobody is told the same thing twice.
fn doubled(mails: &[Caught]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    let again = |mail: &&Caught| !seen.insert(mail.message_id().to_owned());
    mails.iter().filter(again).map(|mail| format!("'{}' came twice", mail.subject())).collect()
}
