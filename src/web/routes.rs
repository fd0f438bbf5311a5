//! A list of addresses that remembers what it was told, so that a test can walk all of them.

use poem::http::Method;
use poem::{Endpoint, EndpointExt, IntoEndpoint, Route, RouteMethod};

pub struct Routes {
    route: Route,
    known: Vec<(&'static str, Method)>,
}

impl Routes {
    pub fn new() -> Self {
        Self { route: Route::new(), known: Vec::new() }
    }

    pub fn get<E: IntoEndpoint>(self, path: &'static str, handler: E) -> Self
    where
        E::Endpoint: 'static,
    {
        self.at(path, poem::get(handler), &[Method::GET])
    }

    pub fn post<E: IntoEndpoint>(self, path: &'static str, handler: E) -> Self
    where
        E::Endpoint: 'static,
    {
        self.at(path, poem::post(handler), &[Method::POST])
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

    pub fn into_route(self) -> Route {
        self.route
    }
}

impl Default for Routes {
    fn default() -> Self {
        Self::new()
    }
}
