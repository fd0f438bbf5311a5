//! The one place where an address is made, so that a base path ("/usherr") is right everywhere.

use url::form_urlencoded::Serializer;

use super::assets::{self, Asset};

/// Turns paths of this program into addresses a browser can follow. Cheap to clone; part of every `Frame`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Empty, or "/usherr": starts with a slash, ends without one.
    base: String,
}

impl Links {
    /// Takes the base path as it was configured: "", "/", "usherr", "/usherr/".
    pub fn new(base: &str) -> Self {
        let trimmed = base.trim_matches('/');
        Self { base: if trimmed.is_empty() { String::new() } else { format!("/{trimmed}") } }
    }

    /// `to("/requests/4")` is "/usherr/requests/4" under the base path "/usherr".
    pub fn to(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// A path with a query; empty values are left out, so that addresses stay short and equal.
    pub fn query(&self, path: &str, pairs: &[(&str, &str)]) -> String {
        let mut query = Serializer::new(String::new());
        for (key, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(key, value);
        }
        match query.finish() {
            query if query.is_empty() => self.to(path),
            query => format!("{}?{query}", self.to(path)),
        }
    }

    /// An embedded file, with its content hash in the name.
    pub fn asset(&self, asset: Asset) -> String {
        self.to(&format!("/assets/{}", assets::name(asset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_stands_before_every_address() {
        for (base, home) in [("", "/"), ("/", "/"), ("usherr", "/usherr/"), ("/usherr/", "/usherr/")] {
            assert_eq!(Links::new(base).to("/"), home);
        }
        assert!(Links::new("/a/b").asset(Asset::Styles).starts_with("/a/b/assets/styles-"));
    }

    #[test]
    fn a_query_is_encoded_and_leaves_out_what_is_empty() {
        let links = Links::new("");
        assert_eq!(links.query("/search", &[("q", "lilo & stitch"), ("kind", "")]), "/search?q=lilo+%26+stitch");
        assert_eq!(links.query("/search", &[("q", "")]), "/search");
    }
}
