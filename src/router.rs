//! DOOR 1: every address, and who answers it, grouped by audience.

use poem::endpoint::BoxEndpoint;
use poem::middleware::CookieJarManager;
use poem::{EndpointExt, Response, Route};

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
    activity_routes(routes)
}

/// Signing in and out.
fn auth_routes(routes: Routes) -> Routes {
    routes
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
    use crate::features::requests::public;
    let routes = routes.hook("/hooks/:kind/:secret", public::report, public::report);
    desk_routes(portal_request_routes(routes))
}

/// Asking for titles and looking where they are.
fn portal_request_routes(routes: Routes) -> Routes {
    use crate::features::requests::viewer::{mine, parcel, submit, withdrawal};
    routes
        .both("/titles/:kind/:id/request", submit::page, submit::submit)
        .get("/requests", mine::page)
        .get("/requests/:id", parcel::page)
        .get("/requests/:id/now", parcel::poll)
        .get("/requests/:id/events", parcel::events)
        .post("/requests/:id/follow", parcel::follow)
        .post("/requests/:id/unfollow", parcel::unfollow)
        .both("/requests/:id/withdrawal", withdrawal::page, withdrawal::withdraw)
}

/// Requests in the back office.
fn desk_routes(routes: Routes) -> Routes {
    use crate::features::requests::admin::{decide, decline, desk, edit, many};
    routes
        .get("/admin/requests", desk::page)
        .post("/admin/requests/approval", many::approve)
        .post("/admin/requests/decline", many::decline)
        .get("/admin/requests/:id/row", desk::one)
        .post("/admin/requests/:id/approval", decide::approve)
        .post("/admin/requests/:id/retry", decide::retry)
        .both("/admin/requests/:id/decline", decline::page, decline::decline)
        .both("/admin/requests/:id/edit", edit::page, edit::save)
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
