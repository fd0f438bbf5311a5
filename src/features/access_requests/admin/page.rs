//! What the pages about one access request have around it: read from what was typed, and shown.

use poem::Request;

use crate::app::App;
use crate::db::{access_requests, ask_links, groups, invite_mails, people};
use crate::domain::access_request::AccessRequest;
use crate::domain::access_request::form::TypedApproval;
use crate::domain::people::Actor;
use crate::domain::stay::Stay;
use crate::error::{FieldErrors, Outcome};
use crate::features::access_requests::views::decide::{No, Yes};
use crate::features::access_requests::views::list::Door;
use crate::features::access_requests::views::one::One;
use crate::ui::form::Errors;
use crate::web::{Fields, public_address};

/// Of the same address, at other times.
const OTHERS: i64 = 5;

pub fn errors(fields: FieldErrors) -> Errors {
    Errors::in_order(fields, &["label", "until", "groups", "stay", "reason"])
}

pub fn approval(fields: &Fields) -> TypedApproval {
    let groups = fields.all("groups").into_iter().map(str::to_owned).collect();
    TypedApproval { groups, stay: fields.text("stay").to_owned() }
}

/// The fields of a yes: as typed, or else as the link suggests by which they asked; the only group there is suggests itself.
pub async fn yes(app: &App, one: &AccessRequest, typed: Option<TypedApproval>, errors: Errors) -> Outcome<Yes> {
    let link = one.link;
    let (groups, link) = app
        .db
        .read(move |conn| Ok((groups::choices(conn)?, link.map(|id| ask_links::get(conn, id)).transpose()?.flatten())))
        .await?;
    let typed = typed.unwrap_or_else(|| {
        let by_link = link.map(|link| link.groups.iter().map(ToString::to_string).collect::<Vec<_>>());
        let suggested = by_link.filter(|groups| !groups.is_empty()).unwrap_or_else(|| match groups.as_slice() {
            [(only, ..)] => vec![only.clone()],
            _ => Vec::new(),
        });
        TypedApproval { groups: suggested, stay: Stay::Open.to_string() }
    });
    Ok(Yes { typed, groups, errors, can_write: app.sends_links().await? })
}

/// The fields of a no.
pub fn no(fields: Option<&Fields>, errors: Errors) -> No {
    let typed = fields.map(|fields| (fields.text("why").parse().unwrap_or_default(), fields.text("reason").to_owned()));
    let (why, words) = typed.unwrap_or_default();
    No { why, words, errors }
}

pub async fn one(app: &App, me: &Actor, one: AccessRequest, yes: Yes, no: No) -> Outcome<One> {
    let asked = one.clone();
    let (by, link, mail, others) = app
        .db
        .read(move |conn| {
            let by = asked.decided_by.map(|id| people::get(conn, id)).transpose()?.flatten();
            let link = asked.link.map(|id| ask_links::get(conn, id)).transpose()?.flatten();
            let mails = asked.invite.map(|invite| invite_mails::of_invite(conn, invite, 0, 1)).transpose()?;
            let mail = mails.unwrap_or_default().first().map(|mail| mail.state);
            Ok((by, link, mail, access_requests::others(conn, &asked, OTHERS)?))
        })
        .await?;
    let (by, link) = (by.map(|by| by.name), link.map(|link| link.label));
    Ok(One { one, by, mail, link, others, yes, no, may_write: me.role.may_decide() })
}

/// Whether anybody can ask, and where.
pub async fn door(req: &Request, app: &App) -> Outcome<Door> {
    let address = format!("{}/ask", public_address(req, app).await?);
    let house = app.house().await?;
    Ok(Door { asking: house.settings.asking, can_answer: house.can_write(), address })
}
