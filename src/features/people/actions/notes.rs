//! Notes about somebody, and the keep list.

use chrono::{DateTime, Utc};

use super::access::touchable;
use crate::app::App;
use crate::db::people::notes;
use crate::db::{Tx, activity};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::PersonId;
use crate::domain::people::{Actor, Person};
use crate::domain::text::lines;
use crate::error::{AppError, Outcome};

pub const MOST: usize = 2_000;

/// Keeps both as they stand in the form. Back: the person's name.
pub async fn save(app: &App, actor: &Actor, id: PersonId, text: String, keep: bool) -> Outcome<String> {
    let text = lines(&text);
    if text.chars().count() > MOST {
        return Err(AppError::field("notes", "Shorten the notes to 2,000 characters."));
    }
    let (actor, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let person = touchable(tx, &actor, id)?;
            if notes::of_person(tx, id)?.notes != text {
                notes::set_notes(tx, id, &text, now)?;
                let entry = NewEntry::new(ActivityKind::NotesChanged, &person.name).by(actor.id, &actor.name);
                activity::record(tx, &entry.about(id), now)?;
            }
            set_keep(tx, &actor, &person, keep, now)?;
            Ok(person.name)
        })
        .await
}

/// False when it was so already.
pub fn set_keep(tx: &mut Tx<'_>, actor: &Actor, person: &Person, keep: bool, now: DateTime<Utc>) -> Outcome<bool> {
    let turned = notes::set_keep(tx, person.id, keep, now)?;
    if turned {
        let words = if keep { "never removed for being quiet" } else { "may be removed for being quiet" };
        let entry = NewEntry::new(ActivityKind::KeepChanged, &person.name).by(actor.id, &actor.name).about(person.id);
        activity::record(tx, &entry.detail(words), now)?;
    }
    Ok(turned)
}
