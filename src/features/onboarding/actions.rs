//! What is written about welcome pages: saved, put in order, deleted; and how far each reader is.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::db::{Conn, Tx, activity, invites, welcome, welcome_pictures, welcome_reads};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::ids::{InviteId, PersonId, WelcomePageId, WelcomePictureId};
use crate::domain::people::Actor;
use crate::domain::text::one_line;
use crate::domain::welcome::form::{Known, TypedPage};
use crate::domain::welcome::picture::{self, Format, Picture};
use crate::domain::welcome::{Audience, WelcomePage};
use crate::error::{AppError, Outcome};

/// So many invites can be chosen from, the newest.
pub const MOST_INVITES: i64 = 500;

/// The pages that a house begins with; nothing where it has begun already.
pub async fn begin(app: &App) -> Outcome<()> {
    if app.db.read(welcome::has_begun).await? {
        return Ok(());
    }
    let now = app.now();
    app.db.write(move |tx| welcome::begin(tx, now).map(drop)).await
}

/// The pages that a house begins with, for one that has none left.
pub async fn put_back(app: &App, actor: &Actor) -> Outcome<bool> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let done = welcome::put_defaults(tx, now)?;
            if done {
                for page in welcome::all(tx)? {
                    note(tx, &by, ActivityKind::WelcomeSaved, &page.title, "put back", now)?;
                }
            }
            Ok(done)
        })
        .await
}

/// Saves a page as typed or sent; a new one without an id.
pub async fn save(app: &App, actor: &Actor, id: Option<WelcomePageId>, typed: TypedPage) -> Outcome<WelcomePage> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let all = welcome::all(tx)?;
            let before = id.map(|id| all.iter().find(|page| page.id == id).ok_or(AppError::NotFound)).transpose()?;
            if before.is_none() && all.len() >= welcome::MOST_PAGES {
                let words = format!("There are {} pages: nobody reads more. Delete one first.", all.len());
                return Err(AppError::field("", words));
            }
            let pictures: Vec<_> = welcome_pictures::all(tx)?.into_iter().map(|one| one.id).collect();
            let known = Known { invites: &to_choose(tx, before, now)?, pictures: &pictures };
            let page = typed.read(id.unwrap_or(WelcomePageId(0)), &known).map_err(AppError::fields)?;
            if before == Some(&page) {
                return Ok(page);
            }
            let page = WelcomePage { id: welcome::save(tx, &page, now)?, ..page };
            let detail = before.map_or_else(|| "new".to_owned(), |before| changed(before, &page));
            note(tx, &by, ActivityKind::WelcomeSaved, &page.title, &detail, now)?;
            Ok(page)
        })
        .await
}

/// Those that are there, and those it is for already.
fn to_choose(conn: &mut Conn, before: Option<&WelcomePage>, now: DateTime<Utc>) -> Outcome<Vec<InviteId>> {
    let all = invites::list(conn, None, now, 0, MOST_INVITES)?;
    let mut known: Vec<InviteId> = all.into_iter().map(|invite| invite.id).collect();
    if let Some(Audience::Invites(ids)) = before.map(|page| &page.audience) {
        known.extend(ids);
    }
    Ok(known)
}

/// What of a page is otherwise, in words.
fn changed(before: &WelcomePage, after: &WelcomePage) -> String {
    let on_or_off = if after.enabled { "switched on" } else { "switched off" };
    let parts = [
        (before.title != after.title, "title"),
        (before.body != after.body, "text"),
        (before.gate != after.gate, "gate"),
        (before.audience != after.audience, "who reads it"),
        (before.enabled != after.enabled, on_or_off),
    ];
    parts.iter().filter(|(is_so, _)| *is_so).map(|(_, part)| *part).collect::<Vec<_>>().join(", ")
}

/// Shows a page to newcomers, or to nobody.
pub async fn switch(app: &App, actor: &Actor, id: WelcomePageId, on: bool) -> Outcome<WelcomePage> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let before = welcome::get(tx, id)?.ok_or(AppError::NotFound)?;
            let page = WelcomePage { enabled: on, ..before.clone() };
            if page != before {
                welcome::save(tx, &page, now)?;
                note(tx, &by, ActivityKind::WelcomeSaved, &page.title, &changed(&before, &page), now)?;
            }
            Ok(page)
        })
        .await
}

/// Where a page goes in the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

/// Moves a page by one place. Back: its title, and whether there was a place to go to.
pub async fn shift(app: &App, actor: &Actor, id: WelcomePageId, way: Way) -> Outcome<(String, bool)> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let all = welcome::all(tx)?;
            let at = all.iter().position(|page| page.id == id).ok_or(AppError::NotFound)?;
            let to = match way {
                Way::Up => at.checked_sub(1),
                Way::Down => Some(at + 1).filter(|to| *to < all.len()),
            };
            let mut ids: Vec<WelcomePageId> = all.iter().map(|page| page.id).collect();
            if let Some(to) = to {
                ids.swap(at, to);
                welcome::put_in_order(tx, &ids)?;
                let place = |at: usize| format!("place {}", at + 1);
                let entry = NewEntry::new(ActivityKind::WelcomeMoved, &all[at].title).by(by.id, &by.name);
                activity::record(tx, &entry.change(place(at), place(to)), now)?;
            }
            Ok((all[at].title.clone(), to.is_some()))
        })
        .await
}

/// Deletes a page. Back: its title.
pub async fn remove(app: &App, actor: &Actor, id: WelcomePageId) -> Outcome<String> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let page = welcome::get(tx, id)?.ok_or(AppError::NotFound)?;
            welcome::remove(tx, id)?;
            note(tx, &by, ActivityKind::WelcomeRemoved, &page.title, "", now)?;
            Ok(page.title)
        })
        .await
}

/// Keeps a picture for the pages.
pub async fn add_picture(app: &App, actor: &Actor, name: &str, bytes: Vec<u8>) -> Outcome<Picture> {
    const TOO_BIG: &str = "This picture is larger than 1 MB. Make it smaller, or save it as a JPEG, and try again.";
    const UNKNOWN: &str = "This is no picture that every browser shows. Choose a PNG, JPEG, WebP or GIF file.";
    const FULL: &str = "The pictures together would take more than 12 MB. Delete one that no page shows.";
    let refuse = |words: &str| Err(AppError::field("file", words));
    let Some(format) = Format::of(&bytes) else { return refuse(UNKNOWN) };
    if bytes.len() > picture::MOST_BYTES {
        return refuse(TOO_BIG);
    }
    let name: String = match one_line(name) {
        name if name.is_empty() => "Picture".to_owned(),
        name => name.chars().take(picture::MOST_NAME).collect(),
    };
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let there: i64 = welcome_pictures::all(tx)?.iter().map(|one| one.bytes).sum();
            let more = i64::try_from(bytes.len()).map_err(AppError::internal)?;
            if there + more > picture::MOST_IN_ALL {
                return Err(AppError::field("file", FULL));
            }
            let id = welcome_pictures::add(tx, &name, format, &bytes, now)?;
            note(tx, &by, ActivityKind::PictureAdded, &name, "", now)?;
            Ok(Picture { id, name, format, bytes: more, added_at: now })
        })
        .await
}

/// Deletes a picture. Back: its name.
pub async fn remove_picture(app: &App, actor: &Actor, id: WelcomePictureId) -> Outcome<String> {
    let (by, now) = (actor.clone(), app.now());
    app.db
        .write(move |tx| {
            let picture = welcome_pictures::get(tx, id)?.ok_or(AppError::NotFound)?;
            welcome_pictures::remove(tx, id)?;
            note(tx, &by, ActivityKind::PictureRemoved, &picture.name, "", now)?;
            Ok(picture.name)
        })
        .await
}

/// Where somebody is led from a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onward {
    To(WelcomePageId),
    /// That was the last one.
    Over,
    /// The gate of this page is closed.
    Held(WelcomePageId),
}

/// They have read a page, and go on.
pub async fn go_on(app: &App, person: PersonId, id: WelcomePageId) -> Outcome<Onward> {
    let now = app.now();
    app.db
        .write(move |tx| {
            let way = welcome_reads::way(tx, person)?;
            let spot = way.spot(id).ok_or(AppError::NotFound)?;
            if let Some(held) = way.held_before(id).or(spot.step.is_held().then_some(id)) {
                return Ok(Onward::Held(held));
            }
            welcome_reads::read(tx, person, id, now)?;
            Ok(spot.next.map_or(Onward::Over, Onward::To))
        })
        .await
}

/// They press the link of a page's gate.
pub async fn press(app: &App, person: PersonId, id: WelcomePageId) -> Outcome<()> {
    let now = app.now();
    app.db
        .write(move |tx| {
            let way = welcome_reads::way(tx, person)?;
            let spot = way.spot(id).ok_or(AppError::NotFound)?;
            if spot.step.page.gate.is_none() || way.held_before(id).is_some() {
                return Err(AppError::NotFound);
            }
            welcome_reads::press(tx, person, id, now)
        })
        .await
}

fn note(
    tx: &mut Tx<'_>,
    by: &Actor,
    kind: ActivityKind,
    subject: &str,
    detail: &str,
    now: DateTime<Utc>,
) -> Outcome<()> {
    let entry = NewEntry::new(kind, subject).by(by.id, &by.name);
    let entry = if detail.is_empty() { entry } else { entry.detail(detail) };
    activity::record(tx, &entry, now)
}
