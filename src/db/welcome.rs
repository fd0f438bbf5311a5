//! Welcome pages in their order, with the invites that each is for.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::schema::{welcome_page_invites, welcome_pages};
use super::settings::{self, StoredSetting};
use super::time::db;
use super::{Conn, Tx};
use crate::domain::ids::{InviteId, WelcomePageId};
use crate::domain::welcome::{Audience, Gate, WelcomePage, defaults};
use crate::error::Outcome;

/// More than anybody reads.
pub const MOST_PAGES: usize = 50;

/// Whoever deletes the pages that a house begins with doesn't get them back unasked.
const BEGUN: &str = "welcome_begun";

#[derive(Queryable, Selectable)]
#[diesel(table_name = welcome_pages)]
struct Row {
    id: i64,
    title: String,
    body: String,
    gate_label: Option<String>,
    gate_url: Option<String>,
    for_everybody: bool,
    enabled: bool,
}

impl Row {
    fn page(self, invites: Vec<InviteId>) -> WelcomePage {
        WelcomePage {
            id: WelcomePageId(self.id),
            title: self.title,
            body: self.body,
            gate: self.gate_label.zip(self.gate_url).map(|(label, url)| Gate { label, url }),
            audience: if self.for_everybody { Audience::Everybody } else { Audience::Invites(invites) },
            enabled: self.enabled,
        }
    }
}

/// Every page, in the order in which they are read.
pub fn all(conn: &mut Conn) -> Outcome<Vec<WelcomePage>> {
    let rows: Vec<Row> =
        welcome_pages::table.order((welcome_pages::position, welcome_pages::id)).select(Row::as_select()).load(conn)?;
    let invites: Vec<(i64, i64)> = welcome_page_invites::table.order(welcome_page_invites::invite_id).load(conn)?;
    let mut of_page: HashMap<i64, Vec<InviteId>> = HashMap::new();
    for (page, invite) in invites {
        of_page.entry(page).or_default().push(InviteId(invite));
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let invites = of_page.remove(&row.id).unwrap_or_default();
            row.page(invites)
        })
        .collect())
}

pub fn get(conn: &mut Conn, id: WelcomePageId) -> Outcome<Option<WelcomePage>> {
    Ok(all(conn)?.into_iter().find(|page| page.id == id))
}

/// Saves a page; id 0 makes a new one, behind the others.
pub fn save(tx: &mut Tx<'_>, page: &WelcomePage, now: DateTime<Utc>) -> Outcome<WelcomePageId> {
    let (label, url) = page.gate.clone().map(|gate| (gate.label, gate.url)).unzip();
    let values = (
        welcome_pages::title.eq(&page.title),
        welcome_pages::body.eq(&page.body),
        welcome_pages::gate_label.eq(label),
        welcome_pages::gate_url.eq(url),
        welcome_pages::for_everybody.eq(page.audience == Audience::Everybody),
        welcome_pages::enabled.eq(page.enabled),
        welcome_pages::updated_at.eq(db(now)),
    );
    let id = match page.id.0 {
        0 => {
            let last: Option<i32> =
                welcome_pages::table.select(diesel::dsl::max(welcome_pages::position)).first(&mut **tx)?;
            let place = (welcome_pages::position.eq(last.unwrap_or(0) + 1), welcome_pages::created_at.eq(db(now)));
            let new = diesel::insert_into(welcome_pages::table).values((values, place)).returning(welcome_pages::id);
            new.get_result(&mut **tx)?
        }
        id => {
            diesel::update(welcome_pages::table.find(id)).set(values).execute(&mut **tx)?;
            id
        }
    };
    keep_audience(tx, id, &page.audience)?;
    Ok(WelcomePageId(id))
}

fn keep_audience(tx: &mut Tx<'_>, id: i64, audience: &Audience) -> Outcome<()> {
    let before = welcome_page_invites::table.filter(welcome_page_invites::page_id.eq(id));
    diesel::delete(before).execute(&mut **tx)?;
    let Audience::Invites(invites) = audience else { return Ok(()) };
    for invite in invites {
        let row = (welcome_page_invites::page_id.eq(id), welcome_page_invites::invite_id.eq(invite.0));
        diesel::insert_into(welcome_page_invites::table).values(row).execute(&mut **tx)?;
    }
    Ok(())
}

pub fn remove(tx: &mut Tx<'_>, id: WelcomePageId) -> Outcome<()> {
    diesel::delete(welcome_pages::table.find(id.0)).execute(&mut **tx)?;
    Ok(())
}

/// Puts the pages into this order.
pub fn put_in_order(tx: &mut Tx<'_>, ids: &[WelcomePageId]) -> Outcome<()> {
    for (position, id) in (1..).zip(ids) {
        diesel::update(welcome_pages::table.find(id.0)).set(welcome_pages::position.eq(position)).execute(&mut **tx)?;
    }
    Ok(())
}

/// The pages that a house begins with were made, whatever has become of them.
pub fn has_begun(conn: &mut Conn) -> Outcome<bool> {
    Ok(settings::get(conn, BEGUN)?.is_some())
}

/// Makes the pages that a house begins with, once. False: it has begun already.
pub fn begin(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<bool> {
    if has_begun(tx)? {
        return Ok(false);
    }
    let begun = StoredSetting { key: BEGUN.to_owned(), value: "true".to_owned(), sealed: false, from_file: false };
    settings::put(tx, &begun, now)?;
    put_defaults(tx, now)
}

/// Makes the pages that a house begins with, where there are none at all.
pub fn put_defaults(tx: &mut Tx<'_>, now: DateTime<Utc>) -> Outcome<bool> {
    let there: i64 = welcome_pages::table.count().get_result(&mut **tx)?;
    if there > 0 {
        return Ok(false);
    }
    for page in defaults::pages() {
        save(tx, &page, now)?;
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::db::testing::fresh;
    use crate::db::{Db, invites};
    use crate::domain::invite::Invite;
    use crate::domain::invite::tests::invite;

    fn now() -> DateTime<Utc> {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn page(title: &str) -> WelcomePage {
        WelcomePage {
            id: WelcomePageId(0),
            title: title.to_owned(),
            body: "Hello.".to_owned(),
            gate: None,
            audience: Audience::Everybody,
            enabled: true,
        }
    }

    async fn titles(db: &Db) -> Vec<String> {
        db.read(all).await.unwrap().into_iter().map(|page| page.title).collect()
    }

    #[tokio::test]
    async fn a_page_is_kept_whole_and_in_its_place() {
        let database = fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        let (first, second, link) = db
            .write(|tx| {
                let link = Invite { id: InviteId(0), gives: crate::domain::invite::Gives::Groups(vec![]), ..invite() };
                let link = invites::save(tx, &link, now())?;
                let gate = Some(Gate { label: "Go".to_owned(), url: "https://example.org/".to_owned() });
                let second = WelcomePage { gate, audience: Audience::Invites(vec![link]), ..page("Second") };
                Ok((save(tx, &page("First"), now())?, save(tx, &second, now())?, link))
            })
            .await
            .unwrap();
        let kept = db.read(move |conn| get(conn, second)).await.unwrap().unwrap();
        assert_eq!(kept.gate.unwrap().url, "https://example.org/");
        assert_eq!(kept.audience, Audience::Invites(vec![link]));
        db.write(move |tx| put_in_order(tx, &[second, first])).await.unwrap();
        assert_eq!(titles(&db).await, ["Second", "First"]);
        let changed = WelcomePage { id: second, enabled: false, ..page("Changed") };
        let wanted = changed.clone();
        db.write(move |tx| save(tx, &changed, now())).await.unwrap();
        assert_eq!(db.read(move |conn| get(conn, second)).await.unwrap(), Some(wanted));
        assert_eq!(titles(&db).await, ["Changed", "First"]);
        // A page whose invites are gone is for nobody, not for everybody.
        let for_guests = WelcomePage { id: first, audience: Audience::Invites(vec![link]), ..page("First") };
        db.write(move |tx| save(tx, &for_guests, now())).await.unwrap();
        db.write(move |tx| invites::remove(tx, link)).await.unwrap();
        let left = db.read(move |conn| get(conn, first)).await.unwrap().unwrap();
        assert_eq!(left.audience, Audience::Invites(Vec::new()));
        db.write(move |tx| remove(tx, second)).await.unwrap();
        assert_eq!(titles(&db).await, ["First"]);
    }

    #[tokio::test]
    async fn a_house_begins_with_pages_once() {
        let database = fresh(|url| drop(Db::open(url).unwrap()));
        let db = Db::open(&database.url).unwrap();
        assert!(db.write(|tx| begin(tx, now())).await.unwrap());
        let begun = titles(&db).await;
        assert_eq!(begun.len(), 4);
        assert!(!db.write(|tx| begin(tx, now())).await.unwrap());
        assert!(!db.write(|tx| put_defaults(tx, now())).await.unwrap(), "there are some");
        for page in db.read(all).await.unwrap() {
            db.write(move |tx| remove(tx, page.id)).await.unwrap();
        }
        assert!(!db.write(|tx| begin(tx, now())).await.unwrap(), "what was deleted stays so");
        assert!(db.write(|tx| put_defaults(tx, now())).await.unwrap());
        assert_eq!(titles(&db).await, begun);
    }
}
