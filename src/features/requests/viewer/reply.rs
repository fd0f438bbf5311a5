//! How a press is answered: htmx gets what changed, a plain form is led on.

use poem::http::{StatusCode, header};
use poem::{IntoResponse, Request, Response};

use crate::domain::ids::RequestId;
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::ui::{self, Frame};
use crate::web::{Visit, visit};

/// The id in an address; anything else leads nowhere.
pub fn id(text: &str) -> Outcome<RequestId> {
    text.parse().map_err(|_| AppError::NotFound)
}

/// Leads on to a page of ours: by a redirect, or for htmx by a header that makes the browser go there.
pub fn leave(visit: &Visit, req: &Request, path: &str, said: Option<&str>) -> Response {
    let mut response = visit.go(req, path, said);
    if visit.fragment
        && let Some(place) = response.headers_mut().remove(header::LOCATION)
    {
        response.headers_mut().insert("HX-Redirect", place);
        response.set_status(StatusCode::OK);
    }
    response
}

/// The frame as it is after something was done: its counts may have changed.
pub async fn frame_now(visit: &Visit, me: &Actor) -> Outcome<Frame> {
    visit::frame(&visit.app, Some(me.clone())).await
}

/// A part of the page, with a toast and the counts of the frame.
pub fn part(frame: &Frame, markup: maud::Markup, said: &str) -> Response {
    let fragment = ui::Fragment(markup).toast(&ui::Toast::new(said));
    match &frame.viewer {
        Some(viewer) => fragment.and(ui::layout::counts(viewer)).into_response(),
        None => fragment.into_response(),
    }
}

/// A fragment with a status of its own: a form that comes back with errors.
pub fn part_as(status: StatusCode, markup: maud::Markup) -> Response {
    let mut response = ui::Fragment(markup).into_response();
    response.set_status(status);
    response
}

/// Whether htmx asked for the inside of the dialog.
pub fn for_dialog(visit: &Visit) -> bool {
    visit.fragment && visit.target.as_deref() == Some("dialog")
}
