//! Reading what was typed: everything that is wrong is kept by field, so that it can be said at once.

use std::collections::BTreeMap;
use std::str::FromStr;

#[derive(Debug, Default)]
pub struct Wrong(BTreeMap<String, String>);

impl Wrong {
    pub fn add(&mut self, field: &str, words: String) {
        self.0.insert(field.to_owned(), words);
    }

    /// What was read; what was wrong with it is kept.
    pub fn check<T: Default>(&mut self, field: &str, read: Result<T, String>) -> T {
        read.unwrap_or_else(|words| {
            self.add(field, words);
            T::default()
        })
    }

    /// The whole, where nothing was wrong.
    pub fn or<T>(self, whole: T) -> Result<T, BTreeMap<String, String>> {
        if self.0.is_empty() { Ok(whole) } else { Err(self.0) }
    }
}

/// Ids that were chosen, each once, all of them known. `one` is what one of them is called.
pub fn chosen<T: FromStr + Ord>(typed: &[String], known: &[T], one: &str) -> Result<Vec<T>, String> {
    let ids: Option<Vec<T>> = typed.iter().map(|text| text.parse().ok().filter(|id| known.contains(id))).collect();
    let mut ids = ids.ok_or_else(|| format!("One of these {one} is gone. Choose anew."))?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Text of at most so many characters.
pub fn short(text: String, most: usize) -> Result<String, String> {
    if text.chars().count() > most { Err(format!("At most {most} characters.")) } else { Ok(text) }
}
