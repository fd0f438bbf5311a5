//! The public ids of a title in the guids Plex agents write (plex.md C6), modern and legacy. Pure text work.

use crate::domain::catalog::ExternalIds;

/// Reads one guid into `ids`. What is there already stays: the first id of a kind is the one Plex shows.
pub(super) fn read_guid(guid: &str, ids: &mut ExternalIds) {
    let Some((scheme, rest)) = guid.split_once("://") else { return };
    let scheme = scheme.to_ascii_lowercase();
    let value = rest.split(['?', '/', '&']).next().unwrap_or_default();
    match scheme.strip_prefix("com.plexapp.agents.").unwrap_or(&scheme) {
        "tmdb" | "themoviedb" => set(&mut ids.tmdb, number(value)),
        "tvdb" | "thetvdb" | "thetvdbdvdorder" => set(&mut ids.tvdb, number(value)),
        "imdb" => set(&mut ids.imdb, imdb(value)),
        // These write another agent's id behind a prefix: "tvdb-88651", "tvdb2-88651", "anidb-1".
        "hama" => read_prefixed(value, ids),
        // The numbers of these depend on the file beside the film; only an IMDb id says what it is.
        "xbmcnfo" | "xbmcnfotv" => set(&mut ids.imdb, imdb(value)),
        _ => {}
    }
}

fn read_prefixed(value: &str, ids: &mut ExternalIds) {
    let Some((source, id)) = value.split_once('-') else { return };
    match source.trim_end_matches(|char: char| char.is_ascii_digit()) {
        "tvdb" => set(&mut ids.tvdb, number(id)),
        "tmdb" => set(&mut ids.tmdb, number(id)),
        "imdb" => set(&mut ids.imdb, imdb(id)),
        _ => {}
    }
}

fn set<T>(place: &mut Option<T>, value: Option<T>) {
    if place.is_none() {
        *place = value;
    }
}

fn number(text: &str) -> Option<i64> {
    text.parse().ok().filter(|number| *number > 0)
}

fn imdb(text: &str) -> Option<String> {
    let digits = text.strip_prefix("tt")?;
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(guids: &[&str]) -> (Option<i64>, Option<i64>, Option<String>) {
        let mut ids = ExternalIds::default();
        guids.iter().for_each(|guid| read_guid(guid, &mut ids));
        (ids.tmdb, ids.tvdb, ids.imdb)
    }

    #[test]
    fn modern_guids_name_up_to_three_ids() {
        let found = ids(&["plex://movie/5d776834961905001eb939ac", "imdb://tt0091635", "tmdb://10068", "tvdb://1165"]);
        assert_eq!(found, (Some(10068), Some(1165), Some("tt0091635".into())));
    }

    #[test]
    fn legacy_agents_hide_the_id_in_the_one_guid() {
        assert_eq!(ids(&["com.plexapp.agents.imdb://tt0123456?lang=en"]), (None, None, Some("tt0123456".into())));
        assert_eq!(ids(&["com.plexapp.agents.themoviedb://1396?lang=en"]), (Some(1396), None, None));
        assert_eq!(ids(&["com.plexapp.agents.thetvdb://88651/1/1?lang=en"]), (None, Some(88651), None));
        assert_eq!(ids(&["com.plexapp.agents.hama://tvdb-88651"]), (None, Some(88651), None));
        assert_eq!(ids(&["com.plexapp.agents.hama://tvdb2-88651?lang=en"]), (None, Some(88651), None));
        assert_eq!(ids(&["com.plexapp.agents.hama://anidb-23"]), (None, None, None));
        assert_eq!(ids(&["com.plexapp.agents.xbmcnfo://tt0123456?lang=xn"]), (None, None, Some("tt0123456".into())));
    }

    #[test]
    fn unmatched_and_odd_guids_name_nothing() {
        let odd =
            ["local://28580", "com.plexapp.agents.none://abc?lang=xn", "tmdb://", "tmdb://-1", "imdb://nm12", "x", ""];
        assert_eq!(ids(&odd), (None, None, None));
    }

    #[test]
    fn the_first_id_of_a_kind_stays() {
        assert_eq!(ids(&["imdb://tt0000001", "imdb://tt0000002"]).2.as_deref(), Some("tt0000001"));
    }
}
