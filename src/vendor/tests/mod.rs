//! Wire tests: a small HTTP server says exactly what a test tells it to, and remembers what it was asked.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod http;
mod images;
mod plex_home;
mod plex_leaving;
mod plex_refusals;
mod plex_server;
mod plex_shares;
mod plex_sharing;
mod plex_streams;
mod plex_tv;

use std::sync::{Arc, Mutex};

use poem::http::{HeaderMap, StatusCode};
use poem::listener::{Acceptor, TcpAcceptor};
use poem::{Request, Response, Server};

use crate::domain::fault::{Fault, FaultClass};

/// One call as it arrived.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Seen {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

pub struct Upstream {
    pub base: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Upstream {
    /// Answers every call with what `answer` makes of it.
    pub async fn new(answer: impl Fn(&Seen) -> Response + Send + Sync + 'static) -> Upstream {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let acceptor = TcpAcceptor::from_tokio(listener).unwrap();
        let port = acceptor.local_addr()[0].as_socket_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (answer, log) = (Arc::new(answer), seen.clone());
        let endpoint = poem::endpoint::make(move |request| {
            let (answer, log) = (answer.clone(), log.clone());
            async move {
                let seen = record(request).await;
                log.lock().unwrap().push(seen.clone());
                answer(&seen)
            }
        });
        tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
        Upstream { base: format!("http://127.0.0.1:{port}"), seen }
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The only call there was.
    pub fn only(&self) -> Seen {
        let seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen[0].clone()
    }
}

async fn record(mut request: Request) -> Seen {
    let body = request.take_body().into_string().await.unwrap();
    Seen {
        method: request.method().to_string(),
        path: request.original_uri().path().to_owned(),
        query: request.original_uri().query().unwrap_or_default().to_owned(),
        headers: request.headers().clone(),
        body,
    }
}

pub fn say(status: u16, content_type: &str, body: impl Into<poem::Body>) -> Response {
    Response::builder().status(StatusCode::from_u16(status).unwrap()).content_type(content_type).body(body)
}

pub fn json(body: impl Into<poem::Body>) -> Response {
    say(200, "application/json", body)
}

pub fn xml(body: impl Into<poem::Body>) -> Response {
    say(200, "application/xml; charset=utf-8", body)
}

pub fn html(status: u16, body: impl Into<poem::Body>) -> Response {
    say(status, "text/html", body)
}

pub fn to(status: u16, location: &str) -> Response {
    Response::builder().status(StatusCode::from_u16(status).unwrap()).header("location", location).finish()
}

pub fn fixture(name: &str) -> String {
    String::from_utf8(fixture_bytes(name)).unwrap()
}

pub fn fixture_bytes(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[track_caller]
pub fn class_of<T: std::fmt::Debug>(answer: Result<T, Fault>) -> FaultClass {
    answer.unwrap_err().class
}
