//! Search, the part that is pure: how text is made comparable, what a query means, which words are one slip apart, and
//! which hit comes first. Both database engines use it, so that they answer alike.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::catalog::{ExternalIds, MediaKind};

/// Letters of a query that count; the rest is cut off.
pub const MAX_QUERY: usize = 200;
const MAX_WORDS: usize = 8;
/// A slip is forgiven in words of this many letters and more.
const SLIP_FROM: usize = 4;
/// How much of a word its variants are made of.
const VARIANT_LETTERS: usize = 4;

/// Lower-case words without accents, with one space between. Doing it twice changes nothing.
pub fn normalise(text: &str) -> String {
    if text.is_ascii() {
        return plain(text.chars().map(|char| char.to_ascii_lowercase()), text.len());
    }
    // Lower-casing may bring marks in ("İ"), so decomposing comes last.
    plain(text.nfkd().flat_map(char::to_lowercase).nfkd(), text.len())
}

/// Of characters that are lower-case and decomposed.
fn plain(chars: impl Iterator<Item = char>, length: usize) -> String {
    let mut out = String::with_capacity(length);
    let mut gap = false;
    for char in chars {
        let mut part = [0; 4];
        let letters: &str = match char {
            // An apostrophe joins: "Cartographer's".
            '\'' | '\u{2019}' | '\u{2bc}' => continue,
            mark if is_combining_mark(mark) => continue,
            '&' => {
                gap = true;
                "and"
            }
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'þ' => "th",
            'ħ' => "h",
            'ı' => "i",
            letter if letter.is_alphanumeric() => letter.encode_utf8(&mut part),
            _ => {
                gap = true;
                continue;
            }
        };
        if gap && !out.is_empty() {
            out.push(' ');
        }
        gap = char == '&';
        out.push_str(letters);
    }
    out
}

/// What a title is found by: its words, those of its original title, and hyphenated names written as one.
pub fn search_text(title: &str, original_title: Option<&str>) -> String {
    let mut text = normalise(title);
    for more in original_title.into_iter().map(normalise).chain([joined(title)]) {
        let known = |word: &&str| text.split(' ').all(|have| have != *word);
        let new: Vec<&str> = more.split(' ').filter(|word| !word.is_empty()).filter(known).collect();
        if !new.is_empty() {
            let new = new.join(" ");
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(&new);
        }
    }
    text
}

/// "Spider-Man" as "spiderman", "S.W.A.T." as "swat".
fn joined(title: &str) -> String {
    let joins = |char: char| matches!(char, '-' | '.' | '\u{2010}' | '\u{2011}' | '·');
    let words = title.split_whitespace().filter(|word| word.contains(joins));
    let whole: Vec<String> = words.map(|word| normalise(&word.replace(joins, ""))).collect();
    whole.join(" ")
}

/// What somebody looks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub words: Vec<String>,
    pub ids: ExternalIds,
    pub year: Option<i32>,
    pub kind: Option<MediaKind>,
    /// The words as they were typed, for Sonarr and Radarr.
    pub typed: String,
}

impl Query {
    /// Reads what was typed: words, `tmdb:`, `tvdb:`, `imdb:`, `year:`. Never fails.
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut typed: Vec<&str> = Vec::new();
        let end = text.char_indices().nth(MAX_QUERY).map_or(text.len(), |(at, _)| at);
        for part in text[..end].split(|char: char| char.is_whitespace() || char.is_control()) {
            if !part.is_empty() && !query.take(part) {
                typed.push(part);
            }
        }
        query.typed = typed.join(" ");
        query.words = normalise(&query.typed).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        query.words.truncate(MAX_WORDS);
        query
    }

    fn take(&mut self, part: &str) -> bool {
        let Some((key, value)) = part.split_once(':') else { return false };
        let number = value.parse::<i64>().ok().filter(|number| *number > 0);
        match key.to_ascii_lowercase().as_str() {
            "tmdb" if number.is_some() => self.ids.tmdb = number,
            "tvdb" if number.is_some() => self.ids.tvdb = number,
            "imdb" if is_imdb(value) => self.ids.imdb = Some(value.to_ascii_lowercase()),
            "year" => match value.parse::<i32>() {
                Ok(year @ 1800..=2200) => self.year = Some(year),
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    pub fn has_ids(&self) -> bool {
        self.ids != ExternalIds::default()
    }

    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && !self.has_ids() && self.year.is_none()
    }

    /// "dune 2021" may mean the Dune of that year: the same query, read so.
    pub fn with_trailing_year(&self) -> Option<Self> {
        let (last, rest) = self.words.split_last()?;
        let year = last.parse::<i32>().ok().filter(|year| (1900..=2100).contains(year) && last.len() == 4)?;
        if rest.is_empty() || self.year.is_some() {
            return None;
        }
        Some(Self { words: rest.to_vec(), year: Some(year), ..self.clone() })
    }
}

fn is_imdb(text: &str) -> bool {
    let digits = text.strip_prefix("tt").or_else(|| text.strip_prefix("TT"));
    digits.is_some_and(|digits| (1..=12).contains(&digits.len()) && digits.chars().all(|char| char.is_ascii_digit()))
}

/// What is left of a word's first letters when one is dropped: two words are at most one slip apart only if such
/// leftovers meet. None for a word too short to be forgiven a slip.
pub fn variants(word: &str) -> Vec<String> {
    let first: Vec<char> = word.chars().take(VARIANT_LETTERS).collect();
    if first.len() < SLIP_FROM {
        return Vec::new();
    }
    leftovers(&first)
}

/// Under which leftovers the words are kept that a typed word may have meant.
pub fn variants_of_typed(word: &str) -> Vec<String> {
    let first: Vec<char> = word.chars().take(VARIANT_LETTERS).collect();
    match first.len() {
        // A word of four letters that misses one.
        n if n + 1 == SLIP_FROM => vec![first.into_iter().collect()],
        n if n >= SLIP_FROM => leftovers(&first),
        _ => Vec::new(),
    }
}

fn leftovers(letters: &[char]) -> Vec<String> {
    let without = |gone: usize| {
        letters.iter().enumerate().filter(|(at, _)| *at != gone).map(|(_, char)| *char).collect::<String>()
    };
    let mut all: Vec<String> = (0..letters.len()).map(without).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// How well a known word fits a typed one that is no beginning of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    /// One letter wrong, missing, too many, or two swapped; else the same word.
    Whole,
    /// The same for a beginning of the word.
    Beginning,
}

/// Whether the known word is one slip away from what was typed. `unfinished`: more may be typed.
pub fn slip(typed: &str, known: &str, unfinished: bool) -> Option<Slip> {
    let typed: Vec<char> = typed.chars().collect();
    let known: Vec<char> = known.chars().collect();
    if known.len() < SLIP_FROM || typed.len() + 1 < SLIP_FROM {
        return None;
    }
    if one_slip(&typed, &known, <[char]>::eq) {
        // Three letters are meant as a word of four with one missing.
        return (typed.len() >= SLIP_FROM || known.len() == SLIP_FROM).then_some(Slip::Whole);
    }
    let begins = unfinished && typed.len() >= SLIP_FROM;
    (begins && one_slip(&typed, &known, |rest, word| word.starts_with(rest))).then_some(Slip::Beginning)
}

/// At the first letter that differs, each of the four slips must explain all that follows.
fn one_slip(typed: &[char], known: &[char], same: fn(&[char], &[char]) -> bool) -> bool {
    let at = typed.iter().zip(known).take_while(|(a, b)| a == b).count();
    let (typed, known) = (&typed[at..], &known[at..]);
    match (typed, known) {
        ([], _) => same(&[], known) || same(&[], known.get(1..).unwrap_or_default()),
        ([_, rest @ ..], []) => rest.is_empty(),
        ([t, typed_rest @ ..], [k, known_rest @ ..]) => {
            let swapped = match (typed_rest, known_rest) {
                ([t2, typed_rest @ ..], [k2, known_rest @ ..]) => t == k2 && t2 == k && same(typed_rest, known_rest),
                _ => false,
            };
            same(typed_rest, known_rest) || same(typed_rest, known) || same(typed, known_rest) || swapped
        }
    }
}

/// How well a title fits, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Exact,
    Beginning,
    Words,
    Beginnings,
    Slips,
}

/// Judges a hit by its title and its search text.
pub fn fit(words: &[String], title: &str, search_text: &str) -> Fit {
    let wanted = words.join(" ");
    let title = normalise(title);
    let bare = ["the ", "a ", "an "].iter().find_map(|article| title.strip_prefix(article)).unwrap_or(&title);
    if title == wanted || bare == wanted {
        return Fit::Exact;
    }
    if title.starts_with(&wanted) || bare.starts_with(&wanted) {
        return Fit::Beginning;
    }
    let has = |test: &dyn Fn(&str, &str) -> bool| {
        words.iter().all(|word| search_text.split(' ').any(|have| test(have, word)))
    };
    if has(&|have, word| have == word) {
        Fit::Words
    } else if has(&|have, word| have.starts_with(word)) {
        Fit::Beginnings
    } else {
        Fit::Slips
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
