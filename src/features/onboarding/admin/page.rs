//! The list and the form with everything around them: read from what was typed, and shown.

use std::collections::HashMap;

use crate::app::App;
use crate::db::{Conn, invites, welcome, welcome_pictures};
use crate::domain::ids::{InviteId, WelcomePageId};
use crate::domain::people::Role;
use crate::domain::welcome::form::{Readers, TypedPage};
use crate::domain::welcome::{Audience, WelcomePage};
use crate::error::{FieldErrors, Outcome};
use crate::features::onboarding::actions::MOST_INVITES;
use crate::features::onboarding::views::form::{self as view, Form};
use crate::features::onboarding::views::list::{self, List, Row};
use crate::features::onboarding::views::pictures::Pictures;
use crate::ui::Page;
use crate::ui::form::Errors;
use crate::web::{Fields, Visit};

/// What of the form is not read anew.
pub struct Shown {
    pub id: Option<WelcomePageId>,
    pub typed: TypedPage,
    pub errors: Errors,
    pub may_write: bool,
}

impl Shown {
    pub fn new(id: Option<WelcomePageId>, typed: TypedPage) -> Self {
        Self { id, typed, errors: Errors::default(), may_write: true }
    }
}

/// The fields as they stand in the form: the first one that is wrong has the focus.
const ORDER: [&str; 6] = ["title", "body", "gate_label", "gate_url", "readers", "invites"];

pub fn errors(fields: FieldErrors) -> Errors {
    Errors::in_order(fields, &ORDER)
}

pub fn typed(fields: &Fields) -> TypedPage {
    let text = |name: &str| fields.text(name).to_owned();
    TypedPage {
        title: text("title"),
        body: text("body"),
        gate_label: text("gate_label"),
        gate_url: text("gate_url"),
        readers: text("readers"),
        invites: fields.all("invites").into_iter().map(str::to_owned).collect(),
        enabled: fields.ticked("enabled"),
    }
}

/// How a new page begins.
pub fn begin() -> TypedPage {
    TypedPage { readers: Readers::Everybody.to_string(), enabled: true, ..TypedPage::default() }
}

pub async fn form(app: &App, visit: &Visit, shown: Shown) -> Outcome<Page> {
    let now = app.now();
    let read = app.db.read(move |conn| {
        let invites = invites::list(conn, None, now, 0, MOST_INVITES)?;
        let named = invites.into_iter().map(|invite| (invite.id.to_string(), invite.name().to_owned()));
        Ok((named.collect::<Vec<_>>(), welcome_pictures::all(conn)?))
    });
    let (invites, pictures) = read.await?;
    let Shown { id, typed, errors, may_write } = shown;
    Ok(view::form(&visit.frame, &Form { id, typed, invites, pictures, errors, may_write }))
}

/// `errors` are those of the form that adds a picture.
pub async fn list(app: &App, visit: &Visit, role: Role, errors: Errors) -> Outcome<Page> {
    let now = app.now();
    let read = app.db.read(move |conn| {
        let pages = welcome::all(conn)?;
        let names = match pages.iter().any(|page| page.audience != Audience::Everybody) {
            true => names(conn, now)?,
            false => HashMap::new(),
        };
        let rows: Vec<Row> = pages.into_iter().map(|page| Row { invites: named(&page, &names), page }).collect();
        Ok((rows, welcome_pictures::all(conn)?))
    });
    let (rows, all) = read.await?;
    Ok(list::pages(&visit.frame, &List { rows, pictures: Pictures { all, errors }, role }))
}

fn names(conn: &mut Conn, now: chrono::DateTime<chrono::Utc>) -> Outcome<HashMap<InviteId, String>> {
    let all = invites::list(conn, None, now, 0, MOST_INVITES)?;
    Ok(all.into_iter().map(|invite| (invite.id, invite.name().to_owned())).collect())
}

/// One that is older than those that can be chosen is called by its number.
fn named(page: &WelcomePage, names: &HashMap<InviteId, String>) -> Vec<String> {
    let Audience::Invites(ids) = &page.audience else { return Vec::new() };
    ids.iter().map(|id| names.get(id).cloned().unwrap_or_else(|| format!("Invite {id}"))).collect()
}
