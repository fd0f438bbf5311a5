//! What somebody should see, set as a whole by a program: what is left out stays as it is.

use std::collections::BTreeSet;

use super::access::{Desk, Gift, MOST_NOTE, PAST, adopt_in, change, give_in, set_groups_in, take_back_in, withhold_in};
use super::access::{give_again_in, not_the_owner};
use crate::app::App;
use crate::db::grants::Granted;
use crate::db::{Tx, grants};
use crate::domain::ids::{GroupId, LibraryId, PersonId};
use crate::domain::people::Actor;
use crate::error::{AppError, FieldErrors, Outcome};

/// More than anybody needs.
const MOST: usize = 500;

#[derive(Debug, Clone, Default)]
pub struct Wanted {
    pub groups: Option<Vec<GroupId>>,
    pub grants: Option<Vec<Gift>>,
    pub excluded: Option<Vec<LibraryId>>,
}

pub async fn set(app: &App, actor: &Actor, id: PersonId, wanted: Wanted) -> Outcome<()> {
    change(app, actor, id, move |tx, desk| {
        if wanted.grants.is_some() || wanted.excluded.is_some() {
            not_the_owner(&desk.person)?;
        }
        let has = grants::of_person(tx, desk.person.id)?;
        check(desk, &wanted, &has)?;
        // Where only what is withheld is said, the rest of what they have stays.
        if let (None, None, Some(excluded)) = (&wanted.groups, &wanted.grants, &wanted.excluded)
            && !excluded.is_empty()
        {
            adopt_in(tx, desk, excluded)?;
        }
        if let Some(groups) = &wanted.groups {
            set_groups_in(tx, desk, groups)?;
        }
        if let Some(grants) = &wanted.grants {
            set_grants(tx, desk, grants)?;
        }
        match &wanted.excluded {
            Some(excluded) => set_excluded(tx, desk, excluded),
            None => Ok(()),
        }
    })
    .await
}

fn check(desk: &Desk, wanted: &Wanted, has: &[Granted]) -> Outcome<()> {
    let mut fields = FieldErrors::new();
    let (grants, excluded) = (wanted.grants.as_deref().unwrap_or_default(), wanted.excluded.as_deref());
    let excluded = excluded.unwrap_or_default();
    if grants.len() > MOST {
        fields.insert("grants".to_owned(), format!("At most {MOST} grants."));
    }
    for (at, gift) in grants.iter().enumerate().take(MOST) {
        if let Err(words) = desk.library(gift.library) {
            fields.insert(format!("grants.{at}.library_id"), words);
        } else if excluded.contains(&gift.library) {
            fields.insert("excluded".to_owned(), "A library can’t be both given and withheld.".to_owned());
        }
        // One that is there and over may be sent back as it was read.
        let is_new = !has.iter().any(|grant| is_same(gift, grant));
        if is_new && gift.when.until.is_some_and(|until| until <= desk.now) {
            fields.insert(format!("grants.{at}.until"), PAST.to_owned());
        }
        if gift.note.chars().count() > MOST_NOTE {
            fields.insert(format!("grants.{at}.note"), format!("Shorten the note to {MOST_NOTE} characters."));
        }
    }
    if let Some(words) = excluded.iter().find_map(|library| desk.library(*library).err()) {
        fields.insert("excluded".to_owned(), words);
    }
    match fields.is_empty() {
        true => Ok(()),
        false => Err(AppError::fields(fields)),
    }
}

/// Grants that are wanted and there already stay the same ones.
fn set_grants(tx: &mut Tx<'_>, desk: &Desk, wanted: &[Gift]) -> Outcome<()> {
    let mut new: Vec<&Gift> = wanted.iter().collect();
    for has in grants::of_person(tx, desk.person.id)? {
        match new.iter().position(|gift| is_same(gift, &has)) {
            Some(at) => drop(new.remove(at)),
            None => drop(take_back_in(tx, desk, has.id)?),
        }
    }
    for gift in new {
        give_in(tx, desk, gift)?;
    }
    Ok(())
}

fn is_same(gift: &Gift, grant: &Granted) -> bool {
    (gift.library, &gift.when, &gift.note) == (grant.library, &grant.when, &grant.note)
}

fn set_excluded(tx: &mut Tx<'_>, desk: &Desk, wanted: &[LibraryId]) -> Outcome<()> {
    let wanted: BTreeSet<LibraryId> = wanted.iter().copied().collect();
    for library in grants::excluded(tx, desk.person.id)? {
        if !wanted.contains(&library) {
            give_again_in(tx, desk, library)?;
        }
    }
    for library in wanted {
        withhold_in(tx, desk, library)?;
    }
    Ok(())
}
