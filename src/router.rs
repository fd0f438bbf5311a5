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
    Routes::new()
        // anybody
        .get("/assets/:name", assets::serve)
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
