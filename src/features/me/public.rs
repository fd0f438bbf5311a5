//! Stopping a notice by the link in its mail. Looking changes nothing; the button does, and so does the mail program's own
//! (RFC 8058): a POST without cookie or origin. The signed link is the right to do it.

pub mod email;

use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use super::{actions, views};
use crate::app::App;
use crate::web::{Visit, client};

#[handler]
pub async fn ask(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    let (_, kind) = actions::read_unsubscribe(app, &token, client::address(req))?;
    Ok(visit.show(views::unsubscribe::ask(&visit.frame, kind, &token)))
}

#[handler]
pub async fn stop(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    let kind = actions::unsubscribe(app, &token, client::address(req)).await?;
    Ok(visit.show(views::unsubscribe::done(&visit.frame, kind)))
}
