//! Search in the database.

use diesel::prelude::*;

use super::Tx;
use super::schema::{search_variants, search_words};
use crate::domain::search::variants;
use crate::error::Outcome;

/// Notes the words of a title, so that a slip in one of them can be forgiven.
pub fn learn_words(tx: &mut Tx<'_>, search_text: &str) -> Outcome<()> {
    for word in search_text.split(' ').filter(|word| !word.is_empty()) {
        let all = variants(word);
        if all.is_empty() {
            continue;
        }
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
