//! What is given to somebody with a share: libraries as plex.tv counts them, and settings; and by which of Plex's routes
//! that is written. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// What somebody may do with all that is shared with them (plex.md B8), as Plex writes it. Both families of routes read
/// alike, so that what was read can be compared, and put back exactly.
#[derive(Debug, Clone, Default, Eq, Serialize, Deserialize)]
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

    /// Whoever has these sees all films and episodes that the others let through.
    pub fn lets_all_of(&self, other: &Self) -> bool {
        let pairs = [
            (&self.filter_all, &other.filter_all),
            (&self.filter_movies, &other.filter_movies),
            (&self.filter_television, &other.filter_television),
        ];
        pairs.into_iter().all(|(mine, others)| lets_all_of(mine, others))
    }

    /// The same settings, and what the others allow.
    pub fn allowing(self, other: &Self) -> Self {
        Self {
            allow_sync: self.allow_sync || other.allow_sync,
            allow_camera_upload: self.allow_camera_upload || other.allow_camera_upload,
            allow_tuners: self.allow_tuners.max(other.allow_tuners),
            ..self
        }
    }

    /// The same settings with the others' limits where those are tighter; none where neither of two limits is.
    pub fn limited_by(&self, other: &Self) -> Option<Self> {
        let tighter = |mine: &String, others: &String| match () {
            () if lets_all_of(mine, others) => Some(others.clone()),
            () if lets_all_of(others, mine) => Some(mine.clone()),
            () => None,
        };
        Some(Self {
            filter_all: tighter(&self.filter_all, &other.filter_all)?,
            filter_movies: tighter(&self.filter_movies, &other.filter_movies)?,
            filter_television: tighter(&self.filter_television, &other.filter_television)?,
            ..self.clone()
        })
    }
}

/// What one filter lets through contains what the other does. Of limits other than ages it is sure only where there are
/// none, or the same.
fn lets_all_of(filter: &str, other: &str) -> bool {
    let parted = |filter: &str| -> (BTreeSet<_>, BTreeSet<_>) {
        plain(filter).into_iter().partition(|(key, _)| key == "contentRating")
    };
    let ((ages, rest), (others, others_rest)) = (parted(filter), parted(other));
    let all_ages = ages.is_empty() || !others.is_empty() && ages.is_superset(&others);
    all_ages && (rest.is_empty() || rest == others_rest)
}

/// Both parts of a share, to be written together.
#[derive(Debug, Clone, Copy)]
pub struct WholeShare<'a> {
    pub libraries: &'a Sections,
    pub settings: &'a ShareSettings,
    pub first: First,
}

/// Which part is written first where they are two writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    Libraries,
    Settings,
}

/// Plex may write a filter in other letters than it was given: what it lets through is compared, not how it is spelt.
impl PartialEq for ShareSettings {
    fn eq(&self, other: &Self) -> bool {
        let flags = |one: &Self| {
            let allowed = [one.allow_sync, one.allow_camera_upload, one.allow_channels, one.allow_subtitle_admin];
            (allowed, one.allow_tuners)
        };
        let filters = [
            (&self.filter_all, &other.filter_all),
            (&self.filter_movies, &other.filter_movies),
            (&self.filter_music, &other.filter_music),
            (&self.filter_photos, &other.filter_photos),
            (&self.filter_television, &other.filter_television),
        ];
        // An empty text points at no page: comparing two of them costs some processors more than all the rest of a plan.
        let are_empty = |one: &str, other: &str| one.is_empty() && other.is_empty();
        let alike = |one: &str, other: &str| are_empty(one, other) || one == other || plain(one) == plain(other);
        flags(self) == flags(other) && filters.iter().all(|(one, other)| alike(one, other))
    }
}

/// The values of a filter by key, whatever their order and their encoding.
fn plain(filter: &str) -> BTreeSet<(String, String)> {
    let parts = filter.split(['|', '&']).filter_map(|part| part.split_once('='));
    let decoded = |text: &str| {
        let decoded =
            url::form_urlencoded::parse(format!("v={text}").as_bytes()).next().map(|(_, value)| value.into_owned());
        decoded.unwrap_or_default()
    };
    parts
        .flat_map(|(key, values)| {
            let values = decoded(values);
            values.split(',').map(|value| (key.to_owned(), value.trim().to_owned())).collect::<Vec<_>>()
        })
        .collect()
}

/// The libraries of a share, by plex.tv's own ids. Never empty: Plex takes an empty list for all libraries where it invites,
/// and throws the person out where it changes (plex.md B4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sections(Vec<i64>);

impl Sections {
    /// In order and each once; none for an empty list.
    pub fn new(mut ids: Vec<i64>) -> Option<Sections> {
        ids.sort_unstable();
        ids.dedup();
        (!ids.is_empty()).then_some(Sections(ids))
    }

    pub fn ids(&self) -> &[i64] {
        &self.0
    }
}

/// Who is given something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Invitee {
    /// By the id of their Plex account.
    Account(i64),
    /// By mail address or Plex user name.
    Named(String),
}

crate::text_enum! {
    /// By which of Plex's two families of routes sharing is written. Plex retires routes without notice.
    #[derive(Default)]
    pub enum Routes {
        /// Those that were seen at work, and the others where they are gone.
        #[default]
        Auto = "auto",
        V1 = "v1",
        V2 = "v2",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_share_of_nothing_can_not_be_written_down() {
        assert_eq!(Sections::new(Vec::new()), None);
        assert_eq!(Sections::new(vec![7, 3, 7]).unwrap().ids(), [3, 7]);
    }

    #[test]
    fn a_filter_is_the_same_in_other_letters() {
        let with = |filter: &str| ShareSettings { filter_movies: filter.to_owned(), ..ShareSettings::default() };
        assert_eq!(with("contentRating=G%2CTV-Y7|label=a%20b"), with("label=a+b&contentRating=TV-Y7%2cG"));
        assert_ne!(with("contentRating=G"), with("contentRating!=G"));
        assert_ne!(with("contentRating=G"), with(""));
        assert_ne!(with(""), ShareSettings { allow_sync: true, ..with("") });
    }

    #[test]
    fn what_a_limit_lets_through_is_compared_and_not_how_many_ratings_it_names() {
        let with = |filter: &str| ShareSettings { filter_movies: filter.to_owned(), ..ShareSettings::default() };
        for (wide, narrow) in [
            ("", "contentRating=G"),
            ("", "label=kids"),
            ("contentRating=G%2CPG%2CR", "contentRating=R,G"),
            ("contentRating=G%2cPG", "contentRating=PG"),
            ("contentRating=G%2CPG|label=kids", "label=kids|contentRating=G"),
            ("contentRating=G", "contentRating=G|label=kids"),
        ] {
            assert!(with(wide).lets_all_of(&with(narrow)), "{wide} {narrow}");
            assert!(!with(narrow).lets_all_of(&with(wide)), "{wide} {narrow}");
            assert_eq!(with(wide).limited_by(&with(narrow)), Some(with(narrow)), "{wide} {narrow}");
            assert_eq!(with(narrow).limited_by(&with(wide)), Some(with(narrow)), "{wide} {narrow}");
        }
        // A few by hand may be more than many of ours.
        let (grown_up, of_six) = (with("contentRating=G%2CPG%2CR"), with("contentRating=G%2C0%2C6%2CU%2CTV-Y"));
        assert!(!of_six.lets_all_of(&grown_up) && !grown_up.lets_all_of(&of_six));
        assert!(of_six.lets_all_of(&of_six));
        assert_eq!(of_six.limited_by(&grown_up), None, "neither is the tighter one");
    }

    #[test]
    fn settings_of_an_older_row_read_as_far_as_they_go() {
        let read = |text: &str| serde_json::from_str::<ShareSettings>(text).unwrap();
        assert_eq!(read("{}"), ShareSettings::default());
        let some = read(r#"{"allow_tuners":2,"filter_music":"label=x"}"#);
        assert_eq!((some.allow_tuners, some.filters().collect::<Vec<_>>()), (2, vec!["label=x"]));
        assert_eq!(read(&serde_json::to_string(&some).unwrap()), some);
    }
}
