//! DOOR 1: every address, and who answers it, grouped by audience.

use poem::endpoint::BoxEndpoint;
use poem::middleware::CookieJarManager;
use poem::{EndpointExt, Response, Route};
use poem_openapi::OpenApiService;

use crate::app::App;
use crate::web::rate::Limits;
use crate::web::routes::Routes;
use crate::web::{assets, compress, edge, headers, sign_in};

/// Everything that can be asked for.
pub fn routes() -> Routes {
    let routes = Routes::new().get("/assets/:name", assets::serve);
    let routes = auth_routes(routes);
    let routes = setup_routes(routes);
    let routes = me_routes(routes);
    let routes = people_routes(routes);
    let routes = title_routes(routes);
    let routes = request_routes(routes);
    let routes = service_routes(routes);
    let routes = job_routes(routes);
    let routes = activity_routes(routes);
    api_routes(routes)
}

/// Signing in and out.
fn auth_routes(routes: Routes) -> Routes {
    use crate::features::auth::public::{self, plex};
    routes
        .both("/login", public::show, public::sign_in)
        .both("/logout", public::ask_sign_out, public::sign_out)
        .post("/login/plex", plex::begin)
        .get("/login/plex/wait", plex::wait)
}

/// The wizard, closed once set-up is done.
fn setup_routes(routes: Routes) -> Routes {
    routes
}

/// One's own page.
fn me_routes(routes: Routes) -> Routes {
    routes
}

/// People, in the back office.
fn people_routes(routes: Routes) -> Routes {
    routes
}

/// Home, search, titles, pictures.
fn title_routes(routes: Routes) -> Routes {
    routes
}

/// Requests: portal, back office, hooks.
fn request_routes(routes: Routes) -> Routes {
    routes
}

/// Services and settings.
fn service_routes(routes: Routes) -> Routes {
    use crate::features::services::public;
    routes.get("/healthz", public::alive).get("/readyz", public::ready)
}

/// Jobs and runs.
fn job_routes(routes: Routes) -> Routes {
    routes
}

/// Dashboard and activity.
fn activity_routes(routes: Routes) -> Routes {
    routes
}

/// The JSON API.
fn api_routes(routes: Routes) -> Routes {
    use crate::features::auth;
    let apis = (auth::api::AuthApi,);
    let service = OpenApiService::new(apis, "Usherr", env!("CARGO_PKG_VERSION")).server("/api");
    routes.nest("/api", Route::new().nest("/api", service))
}

/// The routes with everything around them.
pub fn endpoint(app: App) -> BoxEndpoint<'static, Response> {
    let limits = Limits::new(if cfg!(debug_assertions) { 200 } else { 10 });
    let inner = routes()
        .into_route()
        .around(edge::dress)
        .around(sign_in::find_caller)
        .around(edge::dress)
        .data(limits)
        .data(app.clone())
        .with(CookieJarManager::new())
        .around(compress::compress)
        .around(headers::add);
    match app.config.base_path.as_str() {
        "" => inner.boxed(),
        path => Route::new().nest(path, inner).around(edge::dress).boxed(),
    }
}
