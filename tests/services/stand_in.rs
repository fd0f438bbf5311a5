//! An HTTP server for one test: a closure answers, every call is written down. And the captured files.

use std::path::Path;
use std::sync::{Arc, Mutex};

use poem::http::{HeaderMap, Method, StatusCode};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Body, Request, Response, Server};
use secrecy::SecretString;
use serde_json::Value;
use tokio::task::JoinHandle;
use usherr::vendor::radarr::Radarr;
use usherr::vendor::sonarr::Sonarr;

pub const KEY: &str = "0123456789abcdef0123456789abcdef";

/// One call as it arrived.
#[derive(Debug, Clone)]
pub struct Call {
    pub method: Method,
    pub path: String,
    /// Decoded; empty without a query.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Call {
    /// "GET /api/v3/tag"
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn arg(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

pub struct StandIn {
    pub url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    task: JoinHandle<()>,
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl StandIn {
    pub async fn new(answer: impl Fn(&Call) -> Response + Send + Sync + 'static) -> StandIn {
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
        let address = *acceptor.local_addr()[0].as_socket_addr().unwrap();
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let (answer, written) = (Arc::new(answer), calls.clone());
        let app = poem::endpoint::make(move |request: Request| {
            let (answer, written) = (answer.clone(), written.clone());
            async move {
                let call = read(request).await;
                written.lock().unwrap().push(call.clone());
                answer(&call)
            }
        });
        let task = tokio::spawn(async move { drop(Server::new_with_acceptor(acceptor).run(app).await) });
        StandIn { url: format!("http://{address}"), calls, task }
    }

    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// The calls as lines: "GET /api/v3/tag".
    pub fn lines(&self) -> Vec<String> {
        self.calls().iter().map(Call::line).collect()
    }

    /// The one call with this line.
    pub fn only(&self, line: &str) -> Call {
        let found: Vec<Call> = self.calls().into_iter().filter(|call| call.line() == line).collect();
        assert_eq!(found.len(), 1, "{line} among {:?}", self.lines());
        found.into_iter().next().unwrap()
    }

    pub fn radarr(&self) -> Radarr {
        Radarr::new(&self.url, &SecretString::from(KEY)).unwrap()
    }

    pub fn sonarr(&self) -> Sonarr {
        Sonarr::new(&self.url, &SecretString::from(KEY)).unwrap()
    }
}

async fn read(mut request: Request) -> Call {
    let query =
        url::form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()).into_owned().collect();
    Call {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query,
        headers: request.headers().clone(),
        body: request.take_body().into_vec().await.unwrap(),
    }
}

pub fn answer(status: u16, content_type: &str, body: impl Into<Body>) -> Response {
    Response::builder().status(StatusCode::from_u16(status).unwrap()).content_type(content_type).body(body)
}

pub fn json(status: u16, value: &Value) -> Response {
    answer(status, "application/json; charset=utf-8", value.to_string())
}

pub fn ok(value: &Value) -> Response {
    json(200, value)
}

pub fn empty(status: u16) -> Response {
    Response::builder().status(StatusCode::from_u16(status).unwrap()).finish()
}

/// What Sonarr and Radarr say about a row that isn't there.
pub fn no_row() -> Response {
    json(
        404,
        &serde_json::json!({"message": "Series with ID 999 does not exist", "description": "   at NzbDrone.Core…"}),
    )
}

pub fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn fixture(name: &str) -> Value {
    serde_json::from_slice(&bytes(name)).unwrap()
}
