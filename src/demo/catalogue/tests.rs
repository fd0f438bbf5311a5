//! What the catalogue promises.
#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use super::*;

fn catalogue() -> Catalogue {
    Catalogue::as_of(NaiveDate::from_ymd_opt(2026, 11, 20).unwrap())
}

#[test]
fn titles_and_ids_are_found_again() {
    let catalogue = catalogue();
    for film in catalogue.films() {
        assert_eq!(catalogue.film_by_tmdb(film.tmdb_id).as_ref(), Some(&film));
        assert!(catalogue.find_films(&film.title).contains(&film), "{}", film.title);
    }
    for show in catalogue.shows() {
        assert_eq!(catalogue.show_by_tvdb(show.tvdb_id).as_ref(), Some(&show));
        assert!(catalogue.find_shows(&show.title).contains(&show), "{}", show.title);
    }
    assert_eq!(catalogue.film_by_tmdb(12), None);
}

#[test]
fn no_two_titles_are_the_same() {
    let catalogue = catalogue();
    let films: HashSet<_> = (0..40_000).map(|index| catalogue.film(index).title).collect();
    assert_eq!(films.len(), 40_000);
    let shows: HashSet<_> = (0..20_000).map(|index| catalogue.show(index).title).collect();
    assert_eq!(shows.len(), 20_000);
}

#[test]
fn the_drawn_titles_are_there_with_their_seasons() {
    let catalogue = catalogue();
    let harbour = catalogue.find_shows("harbour lights").remove(0);
    let counts: Vec<_> = harbour.seasons.iter().map(|season| season.episodes.len()).collect();
    assert_eq!(counts, [8, 10, 8, 8]);
    assert_eq!(harbour.episodes().filter(|(_, episode)| episode.on_plex).count(), 24);
    assert_eq!(catalogue.find_films("harbour").len(), 2);
    assert_eq!(catalogue.find_shows("harbour").len(), 3);
    assert!(catalogue.find_films("cartographers").first().is_some_and(|film| film.on_plex));
}

#[test]
fn a_part_is_on_plex_and_a_part_is_not() {
    let catalogue = catalogue();
    let there = catalogue.films().iter().filter(|film| film.on_plex).count();
    assert!((120..180).contains(&there), "{there}");
    let kestrel = catalogue.find_films("kestrel").remove(0);
    assert!(kestrel.digital_release.unwrap() > catalogue.today());
    assert!(kestrel.in_cinemas.unwrap() <= catalogue.today());
}

#[test]
fn episodes_have_ids_of_their_own() {
    let catalogue = catalogue();
    let shows = catalogue.shows();
    let ids: Vec<_> = shows.iter().flat_map(|show| show.episodes().map(|(_, one)| one.tvdb_id)).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
}
