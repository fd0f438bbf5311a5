//! What is given to somebody with a share: libraries as plex.tv counts them, and settings. Pure.

use serde::{Deserialize, Serialize};

/// What somebody may do with all that is shared with them (plex.md B8), as Plex writes it. Both families of routes read
/// alike, so that what was read can be compared, and put back exactly.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ShareSettings {
    /// Downloads.
    pub allow_sync: bool,
    pub allow_camera_upload: bool,
    /// Dead weight by now; kept because Plex keeps it.
    pub allow_channels: bool,
    pub allow_subtitle_admin: bool,
    /// Live TV: 0 is none; what 1 and 2 are is Plex's affair.
    pub allow_tuners: i64,
    /// `contentRating=G%2CPG|label=kids`; empty for no limits, also where Plex says null.
    pub filter_all: String,
    pub filter_movies: String,
    pub filter_music: String,
    pub filter_photos: String,
    pub filter_television: String,
}

impl ShareSettings {
    /// The limits that are set, as Plex writes them.
    pub fn filters(&self) -> impl Iterator<Item = &str> {
        let all =
            [&self.filter_all, &self.filter_movies, &self.filter_television, &self.filter_music, &self.filter_photos];
        all.into_iter().map(String::as_str).filter(|filter| !filter.is_empty())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn settings_of_an_older_row_read_as_far_as_they_go() {
        let read = |text: &str| serde_json::from_str::<ShareSettings>(text).unwrap();
        assert_eq!(read("{}"), ShareSettings::default());
        let some = read(r#"{"allow_tuners":2,"filter_music":"label=x"}"#);
        assert_eq!((some.allow_tuners, some.filters().collect::<Vec<_>>()), (2, vec!["label=x"]));
        assert_eq!(read(&serde_json::to_string(&some).unwrap()), some);
    }
}
