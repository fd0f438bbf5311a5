//! A list of addresses that remembers what it was told, so that a test can walk all of them.

use poem::endpoint::make_sync;
use poem::http::{Method, StatusCode, header};
use poem::{Endpoint, EndpointExt, IntoEndpoint, Request, Response, Route, RouteMethod};

use crate::app::App;
use crate::ui::Links;

pub struct Routes {
    route: Route,
    known: Vec<(&'static str, Method)>,
    leads: Vec<(&'static str, &'static str)>,
}

impl Routes {
    pub fn new() -> Self {
        Self { route: Route::new(), known: Vec::new(), leads: Vec::new() }
    }

    pub fn get<E: IntoEndpoint>(self, path: &'static str, handler: E) -> Self
    where
        E::Endpoint: 'static,
    {
        self.at(path, poem::get(handler), &[Method::GET])
    }

    /// An address that is only written to, by a press. After one that came to nothing it stands in the browser: whoever
    /// opens it then is led to `page`, which decides for itself whom it lets in.
    pub fn press<E: IntoEndpoint>(mut self, path: &'static str, page: &'static str, handler: E) -> Self
    where
        E::Endpoint: 'static,
    {
        self.leads.push((path, page));
        let lead = make_sync(move |req| to_page(&req, path, page));
        self.at(path, poem::get(lead).post(handler), &[Method::POST])
    }

    /// An address that programs write to, as they like it.
    pub fn hook<P: IntoEndpoint, Q: IntoEndpoint>(self, path: &'static str, post: P, put: Q) -> Self
    where
        P::Endpoint: 'static,
        Q::Endpoint: 'static,
    {
        self.at(path, poem::post(post).put(put), &[Method::POST, Method::PUT])
    }

    /// An address that is read and written.
    pub fn both<G: IntoEndpoint, P: IntoEndpoint>(self, path: &'static str, get: G, post: P) -> Self
    where
        G::Endpoint: 'static,
        P::Endpoint: 'static,
    {
        self.at(path, poem::get(get).post(post), &[Method::GET, Method::POST])
    }

    fn at(mut self, path: &'static str, methods: RouteMethod, known: &[Method]) -> Self {
        self.route = self.route.at(path, methods);
        self.known.extend(known.iter().map(|method| (path, method.clone())));
        self
    }

    /// Everything below a path, such as the JSON API; its own document lists its addresses.
    pub fn nest<E: IntoEndpoint>(mut self, path: &'static str, inner: E) -> Self
    where
        E::Endpoint: 'static,
        <E::Endpoint as Endpoint>::Output: Send,
    {
        self.route = self.route.nest_no_strip(path, inner.into_endpoint().boxed());
        self
    }

    pub fn known(&self) -> &[(&'static str, Method)] {
        &self.known
    }

    /// Addresses that are only written to, and the page that each belongs to.
    pub fn leads(&self) -> &[(&'static str, &'static str)] {
        &self.leads
    }

    pub fn into_route(self) -> Route {
        self.route
    }
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}

fn to_page(req: &Request, path: &str, page: &str) -> Response {
    let base_path = req.data::<App>().map_or("", |app| app.config.base_path.as_str());
    let address = Links::new(base_path).to(&filled(page, path, req.uri().path()));
    Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, address).finish()
}

/// A page with the parts that were `asked` for in the place of those that `path` names, as they were written.
fn filled(page: &str, path: &str, asked: &str) -> String {
    let given = |part| path.split('/').zip(asked.split('/')).find(|(name, _)| *name == part).map(|(_, given)| given);
    page.split('/').map(|part| given(part).unwrap_or(part)).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_filled_with_what_was_asked_for() {
        let path = "/admin/people/:id/sessions/:session/end";
        let asked = "/admin/people/5/sessions/a%2Fb/end";
        for (page, address) in [
            ("/admin/people/:id/sessions", "/admin/people/5/sessions"),
            ("/admin/people", "/admin/people"),
            ("/sessions/:session", "/sessions/a%2Fb"),
        ] {
            assert_eq!(filled(page, path, asked), address);
        }
    }
}
