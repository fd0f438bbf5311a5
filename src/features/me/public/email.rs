//! The pages behind the links of a changed mail address. Looking changes nothing; the button does.

use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, Response, handler};

use crate::app::App;
use crate::features::me::actions::email::{self, Answer};
use crate::features::me::views::email as views;
use crate::web::{Visit, actor, client};

#[handler]
pub async fn ask_confirm(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    show(req, app, &visit, &token, Answer::Confirm).await
}

#[handler]
pub async fn ask_stop(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    show(req, app, &visit, &token, Answer::Object).await
}

async fn show(req: &Request, app: &App, visit: &Visit, token: &str, answer: Answer) -> poem::Result<Response> {
    let Some((person, change)) = email::read(app, answer, token, client::address(req)).await? else {
        return Ok(over(visit));
    };
    Ok(visit.show(match answer {
        Answer::Confirm => views::confirm(&visit.frame, &person.name, &change.new, token),
        Answer::Object => views::stop(&visit.frame, &person.name, &change.new, token),
    }))
}

#[handler]
pub async fn confirm(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    match email::act(app, Answer::Confirm, &token, client::address(req)).await? {
        Some(change) => Ok(visit.show(views::confirmed(&visit.frame, &change.new))),
        None => Ok(over(&visit)),
    }
}

#[handler]
pub async fn stop(
    req: &Request,
    Data(app): Data<&App>,
    visit: Visit,
    Path(token): Path<String>,
) -> poem::Result<Response> {
    actor::check_origin(req).await?;
    match email::act(app, Answer::Object, &token, client::address(req)).await? {
        Some(_) => Ok(visit.show(views::stopped(&visit.frame))),
        None => Ok(over(&visit)),
    }
}

fn over(visit: &Visit) -> Response {
    visit.show_as(StatusCode::NOT_FOUND, views::over(&visit.frame))
}
