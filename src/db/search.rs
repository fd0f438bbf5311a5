//! Search over what is known: titles on Plex that one may see, and titles that somebody has asked for, as far as one may
//! know of them. The engines find
//! candidates in their own way (FTS5, `tsvector`), over the same words; everything that decides what fits and what comes
//! first is in `domain::search`, so both answer alike.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::among::Among;
use super::copies::Seen;
use super::schema::{search_variants, search_words};
use super::{Conn, Tx, copies};
use crate::domain::ids::TitleId;
use crate::domain::people::Sight;
use crate::domain::request::Stage;
use crate::domain::search::{Fit, Query, Slip, fit, slip, variants, variants_of_typed};
use crate::error::Outcome;

/// Titles looked at for one query, at most.
const CANDIDATES: i64 = 200;
/// With so many hits for the words as they were typed, nobody has slipped.
const PLENTY: usize = 20;
/// Words that one typed word may have meant.
const CORRECTIONS: usize = 40;

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    search_text: String,
    #[diesel(sql_type = Nullable<diesel::sql_types::Integer>)]
    year: Option<i32>,
}

/// Best first, at most `limit`. A title that one may not see is no hit; when somebody waits for it, then only for those who
/// may see that request.
pub fn search(conn: &mut Conn, query: &Query, sight: &Sight, limit: usize) -> Outcome<Vec<TitleId>> {
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let finder = Finder { seen: copies::seen(conn, sight)?, query };
    let mut found = finder.find(conn)?;
    if found.is_empty()
        && let Some(dated) = query.with_trailing_year()
    {
        found = Finder { query: &dated, ..finder }.find(conn)?;
    }
    found.truncate(limit);
    Ok(found)
}

struct Finder<'a> {
    seen: Seen,
    query: &'a Query,
}

impl Finder<'_> {
    fn find(&self, conn: &mut Conn) -> Outcome<Vec<TitleId>> {
        let words = &self.query.words;
        if words.is_empty() {
            return Ok(self.ranked(self.rows(conn, "titles t", "", "", "t.year DESC, t.id DESC")?));
        }
        let mut found = self.beginning_with(conn, &words.join(" "))?;
        if self.is_short() && found.len() >= PLENTY {
            return Ok(self.ranked(found));
        }
        found.extend(self.with_words(conn, &vec![Vec::new(); words.len()])?);
        if found.len() < PLENTY {
            let meant = self.corrections(conn)?;
            if meant.iter().any(|words| !words.is_empty()) {
                found.extend(self.with_words(conn, &meant)?);
            }
        }
        Ok(self.ranked(found))
    }

    /// One or two letters fit so much that only beginnings of titles are looked for.
    fn is_short(&self) -> bool {
        matches!(self.query.words.as_slice(), [word] if word.chars().count() <= 2)
    }

    /// Titles that begin so, by the B-tree.
    fn beginning_with(&self, conn: &mut Conn, text: &str) -> Outcome<Vec<Candidate>> {
        let order = match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => "t.search_text USING ~<~",
            Conn::Sqlite(_) => "t.search_text",
        };
        let after = match conn {
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => "t.search_text ~>=~ $1 AND t.search_text ~<~ $2",
            Conn::Sqlite(_) => "t.search_text >= $1 AND t.search_text < $2",
        };
        // Nothing in a search text comes after U+10FFFF.
        self.rows_of(conn, "titles t", after, text, Some(&format!("{text}\u{10ffff}")), order)
    }

    /// Titles that have every word: as a beginning, or as one of the words it may have been meant for.
    fn with_words(&self, conn: &mut Conn, meant: &[Vec<String>]) -> Outcome<Vec<Candidate>> {
        let groups = self.query.words.iter().zip(meant);
        match conn {
            // The words are letters and digits only, so nothing has to be escaped.
            #[cfg(feature = "postgres")]
            Conn::Pg(_) => {
                let group = |(word, more): (&String, &Vec<String>)| {
                    let all = std::iter::once(format!("'{word}':*")).chain(more.iter().map(|word| format!("'{word}'")));
                    format!("({})", all.collect::<Vec<_>>().join(" | "))
                };
                let text = groups.map(group).collect::<Vec<_>>().join(" & ");
                let fits = "array_to_tsvector(string_to_array(t.search_text, ' ')) @@ $1::tsquery";
                self.rows(conn, "titles t", fits, &text, "t.id DESC")
            }
            Conn::Sqlite(_) => {
                let group = |(word, more): (&String, &Vec<String>)| {
                    let all =
                        std::iter::once(format!("\"{word}\"*")).chain(more.iter().map(|word| format!("\"{word}\"")));
                    format!("({})", all.collect::<Vec<_>>().join(" OR "))
                };
                let text = groups.map(group).collect::<Vec<_>>().join(" AND ");
                let from = "title_search f CROSS JOIN titles t ON t.id = f.rowid";
                self.rows(conn, from, "f.title_search MATCH $1", &text, "f.rowid DESC")
            }
        }
    }

    fn rows(&self, conn: &mut Conn, from: &str, fits: &str, text: &str, order: &str) -> Outcome<Vec<Candidate>> {
        self.rows_of(conn, from, fits, text, None, order)
    }

    /// Candidates that one may know of: on Plex where one sees it, or asked for and under way.
    fn rows_of(
        &self,
        conn: &mut Conn,
        from: &str,
        fits: &str,
        text: &str,
        until: Option<&str>,
        order: &str,
    ) -> Outcome<Vec<Candidate>> {
        let (seen, known) = (self.seen.on_plex_sql(), self.seen.known_sql());
        let fits = if fits.is_empty() { "$1 = ''" } else { fits };
        let sql = format!(
            "SELECT t.id, t.title, t.search_text, t.year FROM {from} WHERE {fits}{more} \
             AND ({seen} OR (t.id IN (SELECT r.title_id FROM requests r WHERE r.stage NOT IN ({over})) AND {known})) \
             ORDER BY {order} LIMIT {CANDIDATES}",
            more = self.conditions(),
            over = over(),
        );
        let query = diesel::sql_query(sql).bind::<Text, _>(text.to_owned());
        Ok(match until {
            Some(until) => query.bind::<Text, _>(until.to_owned()).load(conn)?,
            None => query.load(conn)?,
        })
    }

    /// What else was asked for. Numbers and checked ids only, so they can stand in the text.
    fn conditions(&self) -> String {
        let query = self.query;
        let mut all = Vec::new();
        all.extend(query.year.map(|year| format!("t.year = {year}")));
        all.extend(query.kind.map(|kind| format!("t.kind = '{kind}'")));
        all.extend(query.ids.tmdb.map(|id| format!("t.tmdb_id = {id}")));
        all.extend(query.ids.tvdb.map(|id| format!("t.tvdb_id = {id}")));
        let imdb = query.ids.imdb.iter().filter(|id| id.chars().all(|char| char.is_ascii_alphanumeric()));
        all.extend(imdb.map(|id| format!("t.imdb_id = '{id}'")));
        all.into_iter().map(|condition| format!(" AND {condition}")).collect()
    }

    /// For every typed word the known ones that are one slip away, the likelier first.
    fn corrections(&self, conn: &mut Conn) -> Outcome<Vec<Vec<String>>> {
        let last = self.query.words.len() - 1;
        let mut all = Vec::new();
        for (at, word) in self.query.words.iter().enumerate() {
            let leftovers = variants_of_typed(word);
            let near: Vec<String> = if leftovers.is_empty() {
                Vec::new()
            } else {
                crate::each_backend!(conn, conn => search_variants::table
                    .filter(search_variants::variant.among(leftovers))
                    .select(search_variants::word)
                    .distinct()
                    .load(conn))?
            };
            let mut meant: Vec<(Slip, usize, String)> = near
                .into_iter()
                .filter(|known| !known.starts_with(word.as_str()))
                .filter_map(|known| Some((slip(word, &known, at == last)?, known.chars().count(), known)))
                .collect();
            meant.sort();
            meant.truncate(CORRECTIONS);
            all.push(meant.into_iter().map(|(_, _, known)| known).collect());
        }
        Ok(all)
    }

    /// Best fit first, then the newer; after a slip the shorter title first. One that was found twice stands once.
    fn ranked(&self, found: Vec<Candidate>) -> Vec<TitleId> {
        let words = &self.query.words;
        let mut ranked: BTreeMap<(Fit, usize, Reverse<i32>, Reverse<i64>), TitleId> = BTreeMap::new();
        for one in found {
            let fit = if words.is_empty() { Fit::Exact } else { fit(words, &one.title, &one.search_text) };
            let more = if fit == Fit::Slips { one.title.split_whitespace().count() } else { 0 };
            let key = (fit, more, Reverse(one.year.unwrap_or_default()), Reverse(one.id));
            ranked.insert(key, TitleId(one.id));
        }
        ranked.into_values().collect()
    }
}

fn over() -> String {
    let words = Stage::words(Stage::is_over).into_iter().map(|word| format!("'{word}'"));
    words.collect::<Vec<_>>().join(", ")
}

/// Notes the words of a title, so that a slip in one of them can be forgiven.
pub fn learn_words(tx: &mut Tx<'_>, search_text: &str) -> Outcome<()> {
    let words: HashSet<&str> = search_text.split(' ').collect();
    for (word, all) in words.into_iter().map(|word| (word, variants(word))).filter(|(_, all)| !all.is_empty()) {
        let new = crate::each_backend!(&mut **tx, conn => diesel::insert_into(search_words::table)
            .values(search_words::word.eq(word))
            .on_conflict_do_nothing()
            .execute(conn))?;
        if new == 0 {
            continue;
        }
        let rows: Vec<_> =
            all.iter().map(|variant| (search_variants::variant.eq(variant), search_variants::word.eq(word))).collect();
        crate::each_backend!(&mut **tx, conn => diesel::insert_into(search_variants::table)
            .values(&rows)
            .on_conflict_do_nothing()
            .execute(conn))?;
    }
    Ok(())
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
