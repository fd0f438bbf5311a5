//! Addresses at Plex that a person can open (plex.md C16). They open the page of a title; none starts playing by itself.

use url::form_urlencoded::byte_serialize;

/// A title on the web player, which asks people to sign in to Plex themselves.
pub fn play_url(machine_id: &str, rating_key: &str) -> String {
    let (server, key) = (escaped(machine_id), metadata_key(rating_key));
    format!("https://app.plex.tv/desktop/#!/server/{server}/details?key={key}")
}

/// The same title in the app on a phone or tablet of Apple's; other systems don't know the scheme.
pub fn app_url(machine_id: &str, rating_key: &str) -> String {
    format!("plex://preplay/?metadataKey={}&server={}", metadata_key(rating_key), escaped(machine_id))
}

/// The start page of one server on the web player.
pub fn server_url(machine_id: &str) -> String {
    let server = escaped(machine_id);
    format!("https://app.plex.tv/desktop/#!/media/{server}/com.plexapp.plugins.library?key=%2Fhubs&pageType=hub")
}

fn metadata_key(rating_key: &str) -> String {
    format!("%2Flibrary%2Fmetadata%2F{}", escaped(rating_key))
}

fn escaped(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_name_server_and_title() {
        assert_eq!(
            play_url("abc123", "118"),
            "https://app.plex.tv/desktop/#!/server/abc123/details?key=%2Flibrary%2Fmetadata%2F118"
        );
        assert_eq!(app_url("abc123", "118"), "plex://preplay/?metadataKey=%2Flibrary%2Fmetadata%2F118&server=abc123");
        assert!(server_url("abc123").contains("/media/abc123/"));
    }

    #[test]
    fn odd_ids_can_not_break_out() {
        assert!(play_url("a/b", "1&x=2").ends_with("/server/a%2Fb/details?key=%2Flibrary%2Fmetadata%2F1%26x%3D2"));
    }
}
