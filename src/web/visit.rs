//! One visit to a page: the frame around it, and whether htmx wants only the part that changes.

use poem::http::{StatusCode, header};
use poem::{FromRequest, IntoResponse, Request, RequestBody, Response};
use secrecy::SecretString;

use super::{actor, cookies};
use crate::app::App;
use crate::db;
use crate::db::frame::Sums;
use crate::domain::people::Actor;
use crate::error::{AppError, Outcome};
use crate::ui;

#[derive(Clone)]
pub struct Visit {
    pub app: App,
    pub frame: ui::Frame,
    /// htmx asked, and swaps what it gets.
    pub fragment: bool,
    /// The part of the page that htmx will swap: the id in `HX-Target`.
    pub target: Option<String>,
    toast: Option<String>,
}

/// History restore and boosted links want whole pages or `#main`; only a request of htmx itself gets a fragment.
pub fn is_fragment(req: &Request) -> bool {
    req.header("hx-request") == Some("true") && req.header("hx-history-restore-request") != Some("true")
}

/// The id of what htmx will swap.
pub fn target(req: &Request) -> Option<&str> {
    req.header("hx-target")?.rsplit('#').next()
}

impl<'a> FromRequest<'a> for Visit {
    async fn from_request(req: &'a Request, _: &mut RequestBody) -> poem::Result<Self> {
        Ok(Visit::of(req).await?)
    }
}

impl Visit {
    pub async fn of(req: &Request) -> Outcome<Self> {
        let app = req.data::<App>().cloned().ok_or_else(|| AppError::internal("no app in the request"))?;
        let actor = actor::caller(req).cloned();
        let frame = match req.data::<Sums>() {
            Some(sums) => frame_with(&app, actor, *sums).await?,
            None => frame(&app, actor).await?,
        };
        let toast = cookies::get(req, cookies::TOAST);
        if toast.is_some() {
            cookies::clear(req, &app, cookies::TOAST);
        }
        let target = target(req).map(str::to_owned);
        Ok(Self { frame, fragment: is_fragment(req), target, toast, app })
    }

    pub fn links(&self) -> &ui::Links {
        &self.frame.links
    }

    /// The whole page to a plain visit, its content to htmx.
    pub fn show(&self, page: ui::Page) -> Response {
        self.show_as(StatusCode::OK, page)
    }

    pub fn show_as(&self, status: StatusCode, page: ui::Page) -> Response {
        let page = match &self.toast {
            Some(words) => page.toast(ui::Toast::new(words.clone())),
            None => page,
        };
        let markup = if self.fragment { page.part() } else { page.whole() };
        Response::builder()
            .status(status)
            .header(header::VARY, "HX-Request")
            .content_type("text/html; charset=utf-8")
            .body(markup.into_string())
    }

    /// The form again, which says what was wrong with the try.
    pub fn refuse(&self, error: &AppError, page: ui::Page) -> Response {
        let AppError::TooMany { seconds } = error else {
            return self.show_as(StatusCode::UNPROCESSABLE_ENTITY, page);
        };
        self.show_as(StatusCode::TOO_MANY_REQUESTS, page).with_header(header::RETRY_AFTER, *seconds).into_response()
    }

    /// After a plain form: the page to go to (a path of ours), and what to say there.
    pub fn go(&self, req: &Request, path: &str, said: Option<&str>) -> Response {
        if let Some(words) = said {
            let value = SecretString::from(words.to_owned());
            cookies::set(req, &self.app, cookies::TOAST, &value, std::time::Duration::from_secs(60));
        }
        Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, self.frame.links.to(path)).finish()
    }
}

/// The frame of a page for this actor.
pub async fn frame(app: &App, actor: Option<Actor>) -> Outcome<ui::Frame> {
    let sums = match &actor {
        Some(actor) => {
            let (id, role) = (actor.id, actor.role);
            app.db.read(move |conn| db::frame::sums(conn, id, role)).await?
        }
        None => Sums::default(),
    };
    frame_with(app, actor, sums).await
}

async fn frame_with(app: &App, actor: Option<Actor>, sums: Sums) -> Outcome<ui::Frame> {
    let house = app.house().await?;
    let down = if actor.is_some() { house.facts.down.as_slice() } else { &[] };
    let state = match down {
        [] => ui::HouseState::Running,
        [name] => ui::HouseState::Trouble(format!("{name} is down")),
        several => ui::HouseState::Trouble(format!("{} services are down", several.len())),
    };
    Ok(ui::Frame {
        links: ui::Links::new(&app.config.base_path),
        clock: ui::Clock::new(app.now(), house.settings.time_zone),
        house: house.facts.name.clone().unwrap_or_else(|| "Usherr".to_owned()),
        state,
        theme: actor.as_ref().map_or_else(Default::default, |actor| actor.theme),
        // Who is out has a page and no house around it.
        viewer: actor.filter(|actor| !actor.is_out()).map(|actor| ui::Viewer {
            name: actor.name,
            role: actor.role,
            open_requests: sums.open_requests,
            to_decide: sums.to_decide,
            in_plan: sums.in_plan,
            asking: sums.asking,
        }),
    })
}

impl Visit {
    /// A visit of which nothing is known, for the database does not answer.
    pub fn in_the_dark(app: App) -> Self {
        let frame = ui::Frame {
            links: ui::Links::new(&app.config.base_path),
            clock: ui::Clock::new(app.now(), chrono_tz::UTC),
            house: "Usherr".to_owned(),
            state: ui::HouseState::Running,
            theme: Default::default(),
            viewer: None,
        };
        Self { app, frame, fragment: false, target: None, toast: None }
    }

    /// A visit of which only the visitor is known: for error pages.
    pub async fn bare(app: App, actor: Option<Actor>) -> Outcome<Self> {
        let frame = frame(&app, actor).await?;
        Ok(Self { app, frame, fragment: false, target: None, toast: None })
    }
}
