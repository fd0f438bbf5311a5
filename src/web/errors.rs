//! Turns the one error of the house into an answer, once, at the edge: problem JSON for programs, a page or an alert for
//! people. What is our own fault is logged here, once, with an id that the person is shown.

use maud::{Markup, html};
use poem::error::{ParsePathError, ParseQueryError, ResponseError};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, Request, Response};
use serde_json::json;
use url::Url;

use super::away::{self, Away};
use super::visit::{self, Visit};
use super::{client, origin};
use crate::domain::fault::FaultClass;
use crate::error::AppError;
use crate::ui;

impl ResponseError for AppError {
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(AppError::status(self)).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What the edge must know of a request after it has been given away.
#[derive(Clone)]
pub struct Asked {
    pub api: bool,
    pub fragment: bool,
    /// htmx would put the answer in the place of all that the page shows.
    pub whole: bool,
    pub get: bool,
    /// Path and query, to come back to after signing in.
    pub place: String,
    /// The page it was asked from, and the host that the visitor called.
    referer: Option<Url>,
    host: Option<String>,
}

impl Asked {
    /// Path and query of the page a form stood on, below the base path; only of a page of this house.
    fn form_page(&self, base_path: &str, base_url: Option<&str>) -> Option<String> {
        let page = self.referer.as_ref().filter(|page| origin::is_house(page, self.host.as_deref(), base_url))?;
        let path = page.path().strip_prefix(base_path)?;
        // Two slashes would lead to another site.
        let path = Some(path).filter(|path| path.starts_with('/') && !path.starts_with("//"))?;
        Some(page.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
    }

    async fn page_before(&self, visit: &Visit) -> Option<String> {
        let base_url = visit.app.settings().await.ok().and_then(|settings| settings.base_url);
        self.form_page(&visit.app.config.base_path, base_url.as_deref())
    }

    pub fn of(req: &Request) -> Self {
        let path = req.uri().path();
        Self {
            api: path.starts_with("/api/") || path == "/api" || path.starts_with("/hooks/"),
            fragment: visit::is_fragment(req),
            whole: visit::target(req).is_some_and(|target| target == "main"),
            get: req.method() == poem::http::Method::GET,
            place: req.uri().path_and_query().map_or("/", |place| place.as_str()).to_owned(),
            referer: req.header("referer").and_then(|referer| referer.parse().ok()),
            host: client::host(req),
        }
    }
}

/// Any error that comes up to the edge, as our own.
pub fn ours(error: poem::Error) -> AppError {
    let status = error.status();
    match error.downcast::<AppError>() {
        Ok(own) => own,
        Err(_) if status == StatusCode::NOT_FOUND || status == StatusCode::METHOD_NOT_ALLOWED => AppError::NotFound,
        // The page of an id that is none.
        Err(other) if other.is::<ParsePathError>() => AppError::NotFound,
        Err(other) if other.is::<ParseQueryError>() => AppError::Malformed(
            "What stands after the question mark in this address can't be understood. Take it away, and try again."
                .to_owned(),
        ),
        Err(other) if status.is_client_error() => AppError::Malformed(other.to_string()),
        Err(other) => AppError::Internal(other.to_string()),
    }
}

pub async fn render(asked: &Asked, visit: Option<Visit>, error: AppError) -> Response {
    let mark = match &error {
        AppError::Internal(_) => Some(log(&error)),
        AppError::Unavailable { .. } => {
            log(&error);
            None
        }
        _ => None,
    };
    let away = match (&error, &visit) {
        (AppError::Service(fault), Some(visit)) if fault.is_transient() && !asked.api => {
            away::find(&visit.app, fault).await
        }
        _ => None,
    };
    let mark = mark.as_deref();
    let mut response = match &error {
        error if asked.api => problem(error, mark),
        AppError::NotSignedIn => to_sign_in(asked, visit.as_ref()).await,
        AppError::Out => to_account(asked, visit.as_ref()),
        error => {
            let before = page_before(asked, visit.as_ref(), error).await;
            page(asked, visit, error, mark, Around { away, before })
        }
    };
    match &error {
        AppError::TooMany { seconds } => {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        AppError::NotSignedIn | AppError::WrongPassword if asked.api => {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    response
}

fn log(error: &AppError) -> String {
    let mark = hex::encode(&uuid::Uuid::new_v4().as_bytes()[..4]);
    tracing::error!(error.id = %mark, error = %error, "a request failed");
    mark
}

/// RFC 9457.
fn problem(error: &AppError, mark: Option<&str>) -> Response {
    let status = ResponseError::status(error);
    let detail = match mark {
        Some(mark) => format!("Something broke on our side; nothing was changed. The log knows more under {mark}."),
        None => said(error),
    };
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": detail,
    });
    if let AppError::Refused { fields, .. } = error
        && !fields.is_empty()
    {
        body["errors"] = json!(fields);
    }
    Response::builder().status(status).content_type("application/problem+json").body(body.to_string())
}

/// What an error page tells and offers besides its words.
struct Around {
    away: Option<Away>,
    /// The page of this house from which somebody came, where it shows how things are now.
    before: Option<String>,
}

/// Whoever pressed what can't be done now, or looks for what is gone from the back office, came from a page.
async fn page_before(asked: &Asked, visit: Option<&Visit>, error: &AppError) -> Option<String> {
    let visit = visit.filter(|_| !asked.fragment)?;
    let helps = match error {
        AppError::Conflict(_) => true,
        AppError::TooMany { .. } => !asked.get,
        AppError::NotFound => is_at_the_desk(asked, visit),
        _ => false,
    };
    if !helps {
        return None;
    }
    asked.page_before(visit).await.filter(|page| *page != asked.place)
}

/// In the back office, by somebody who has one.
fn is_at_the_desk(asked: &Asked, visit: &Visit) -> bool {
    let path = asked.place.split('?').next().unwrap_or_default();
    let has_one = visit.frame.viewer.as_ref().is_some_and(|viewer| viewer.role.sees_back_office());
    has_one && (path == "/admin" || path.starts_with("/admin/"))
}

fn page(asked: &Asked, visit: Option<Visit>, error: &AppError, mark: Option<&str>, around: Around) -> Response {
    let status = ResponseError::status(error);
    let Some(visit) = visit else {
        return Response::builder().status(status).content_type("text/plain; charset=utf-8").body(words(error, mark));
    };
    if asked.fragment && asked.whole {
        return Response::builder().header("HX-Refresh", "true").finish();
    }
    if asked.fragment {
        // What stands on the page stays; the words go where toasts go.
        let toast = ui::toast::out_of_band(&ui::Toast::new(words(error, mark)));
        return Response::builder()
            .status(status)
            .header("HX-Reswap", "none")
            .content_type("text/html; charset=utf-8")
            .body(toast.into_string());
    }
    let markup = error_page(asked, &visit, error, mark, &around).whole();
    Response::builder().status(status).content_type("text/html; charset=utf-8").body(markup.into_string())
}

/// Afterwards one is where one was: on the page that was asked for, or on that of the form that was sent.
async fn to_sign_in(asked: &Asked, visit: Option<&Visit>) -> Response {
    let links = visit.map(|visit| visit.frame.links.clone()).unwrap_or_else(|| ui::Links::new(""));
    let next = match visit {
        _ if asked.get => Some(asked.place.clone()),
        Some(visit) => asked.page_before(visit).await,
        None => None,
    };
    let address = links.query("/login", &[("next", next.as_deref().unwrap_or("/"))]);
    elsewhere(asked, StatusCode::UNAUTHORIZED, address)
}

/// The one page that is left to them.
fn to_account(asked: &Asked, visit: Option<&Visit>) -> Response {
    let links = visit.map(|visit| visit.frame.links.clone()).unwrap_or_else(|| ui::Links::new(""));
    elsewhere(asked, StatusCode::FORBIDDEN, links.to("/me"))
}

/// htmx follows a header, with a status that says why; a browser follows a redirect.
fn elsewhere(asked: &Asked, status: StatusCode, address: String) -> Response {
    if asked.fragment {
        return Response::builder().status(status).header("HX-Redirect", address).finish();
    }
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, address).finish()
}

fn words(error: &AppError, mark: Option<&str>) -> String {
    match mark {
        Some(mark) => {
            format!("Something broke on our side. Nothing was changed. If it happens again, tell an admin: {mark}.")
        }
        None => said(error),
    }
}

/// What a person may read of an error.
fn said(error: &AppError) -> String {
    match error {
        AppError::Unavailable { said, .. } => (*said).to_owned(),
        error => error.to_string(),
    }
}

fn error_page(asked: &Asked, visit: &Visit, error: &AppError, mark: Option<&str>, around: &Around) -> ui::Page {
    let away = around.away.as_ref();
    let silent = away.map(|away| format!("{} is not answering", away.name));
    let title = match error {
        AppError::Service(_) if silent.is_some() => silent.as_deref().unwrap_or_default(),
        AppError::NotFound => "This seat is empty",
        AppError::Forbidden(_) => "This door is not for you",
        AppError::TooMany { .. } => "A moment, please",
        AppError::Service(fault) if fault.class == FaultClass::Transient => "A service is not answering",
        AppError::Unavailable { .. } => "The lights are out",
        AppError::Conflict(_) => "That can’t be done now",
        AppError::Malformed(_) | AppError::Refused { .. } => "That did not work",
        _ => "Something broke",
    };
    let said = match error {
        AppError::NotFound => {
            "The page is gone, never was, or is not yours to see. If you followed a link from a mail, it may have been \
             used already."
                .to_owned()
        }
        error => words(error, mark),
    };
    let body = html! {
        div.stack.center {
            @if matches!(error, AppError::NotFound) { p.big-code { "404" } }
            h1 { (title) }
            p.soft { (said) }
        }
        @if let Some(away) = away { (times(&visit.frame.clock, away)) }
        div.stack-2 { (ways_on(asked, visit, error, around.before.as_deref())) }
    };
    ui::Page::plain(&visit.frame, title, body).dark()
}

/// Since when it is away, and when that may change.
fn times(clock: &ui::Clock, away: &Away) -> Markup {
    let span = ui::format::duration((clock.now - away.since).num_seconds());
    let rows = [
        ("Away since", html! { (clock.brief(away.since)) ", " (span) }),
        ("We look again", html! { (clock.ago(away.next_look)) ", by ourselves" }),
    ];
    ui::card::card(ui::facts::facts(&rows))
}

/// What to do next: look again where that may help, go back, go home, search.
fn ways_on(asked: &Asked, visit: &Visit, error: &AppError, before: Option<&str>) -> Markup {
    let links = &visit.frame.links;
    let (home, place) =
        if is_at_the_desk(asked, visit) { ("To the dashboard", "/admin") } else { ("To the lobby", "/") };
    let home = ui::Button::new(home);
    let passes = matches!(
        error,
        AppError::Service(_) | AppError::TooMany { .. } | AppError::Internal(_) | AppError::Unavailable { .. }
    );
    let searches = matches!(error, AppError::NotFound) && visit.frame.viewer.is_some();
    html! {
        @if passes && asked.get {
            (ui::Button::new("Look again").icon(ui::Icon::Refresh).primary().big().link(&links.to(&asked.place)))
            (home.quiet().link(&links.to(place)))
        } @else if let Some(before) = before {
            (ui::Button::new("Back to the page").icon(ui::Icon::ChevronLeft).primary().big().link(&links.to(before)))
            (home.quiet().link(&links.to(place)))
        } @else {
            (home.icon(ui::Icon::Home).primary().big().link(&links.to(place)))
        }
        @if searches { (ui::Button::new("Search for it").icon(ui::Icon::Search).quiet().link(&links.to("/search"))) }
    }
}

impl IntoResponse for ui::Fragment {
    fn into_response(self) -> Response {
        Response::builder().content_type("text/html; charset=utf-8").body(self.0.into_string())
    }
}
