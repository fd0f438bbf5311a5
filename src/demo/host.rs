//! A simulated service's place on the network: one port of 127.0.0.1 that serves a poem endpoint through faults
//! and journal, and that can be taken down and put up again. Never knows what the service means.

mod line;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::Utc;
use poem::http::{StatusCode, header};
use poem::{Endpoint, EndpointExt, Request, Response, Server};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::fault::{Fault, Faults};
use super::journal::{Journal, Recorded};
use line::{Door, Lines};

type Inner = Arc<poem::endpoint::BoxEndpoint<'static, Response>>;

/// A running (or taken down) simulated service. Clones are handles of the same one.
#[derive(Clone)]
pub struct Host(Arc<Place>);

struct Place {
    name: String,
    addr: SocketAddr,
    inner: Inner,
    faults: Faults,
    journal: Journal,
    lines: Lines,
    serving: Mutex<Option<JoinHandle<io::Result<()>>>>,
}

impl Host {
    /// Binds 127.0.0.1 at `port`, any free one when there is none, and serves `endpoint` from then on.
    pub async fn start(name: &str, port: Option<u16>, endpoint: impl Endpoint + 'static) -> io::Result<Host> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.unwrap_or(0))).await?;
        let host = Host(Arc::new(Place {
            name: name.to_owned(),
            addr: listener.local_addr()?,
            inner: Arc::new(endpoint.map_to_response().boxed()),
            faults: Faults::default(),
            journal: Journal::default(),
            lines: Lines::default(),
            serving: Mutex::new(None),
        }));
        host.serve(listener);
        Ok(host)
    }

    pub fn addr(&self) -> SocketAddr {
        self.0.addr
    }

    /// `http://127.0.0.1:port`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.addr)
    }

    pub fn faults(&self) -> &Faults {
        &self.0.faults
    }

    pub fn journal(&self) -> &Journal {
        &self.0.journal
    }

    /// Closes the port and cuts every connection: from here on connections are refused.
    pub async fn down(&self) {
        let serving = self.serving().take();
        if let Some(task) = serving {
            task.abort();
            // An aborted task answers with its cancellation; either way the port is free after this.
            let _ = task.await;
        }
        self.0.lines.cut_all();
    }

    /// Opens the same port again; the state behind it is as it was. Does nothing when it is up.
    pub async fn up(&self) -> io::Result<()> {
        if self.serving().is_some() {
            return Ok(());
        }
        let listener = TcpListener::bind(self.0.addr).await?;
        self.serve(listener);
        Ok(())
    }

    fn serve(&self, listener: TcpListener) {
        let addr = self.0.addr;
        let door = Door { listener, addr, lines: self.0.lines.clone() };
        let guarded = Guarded {
            inner: self.0.inner.clone(),
            faults: self.0.faults.clone(),
            journal: self.0.journal.clone(),
            lines: self.0.lines.clone(),
        };
        let server = Server::new_with_acceptor(door).name(&self.0.name);
        *self.serving() = Some(tokio::spawn(server.run(guarded)));
    }

    fn serving(&self) -> MutexGuard<'_, Option<JoinHandle<io::Result<()>>>> {
        self.0.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Host({} at {})", self.0.name, self.0.addr)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(task) = self.serving.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            task.abort();
        }
        self.lines.cut_all();
    }
}

/// The endpoint with faults in front of it and the journal beside it.
struct Guarded {
    inner: Inner,
    faults: Faults,
    journal: Journal,
    lines: Lines,
}

impl Endpoint for Guarded {
    type Output = Response;

    async fn call(&self, mut req: Request) -> poem::Result<Response> {
        let body = req.take_body().into_bytes().await.unwrap_or_default();
        let number = self.journal.arrived(Recorded {
            number: 0,
            method: req.method().clone(),
            path: req.uri().path().to_owned(),
            query: req.uri().query().unwrap_or_default().to_owned(),
            headers: req.headers().clone(),
            body: body.iter().copied().take(super::journal::BODY_KEPT).collect(),
            at: Utc::now(),
            answered: None,
        });
        req.set_body(body);
        let response = self.answer(req).await;
        self.journal.answered(number, response.status().as_u16());
        Ok(response)
    }
}

impl Guarded {
    async fn answer(&self, req: Request) -> Response {
        let fault = self.faults.take(req.method(), req.uri().path());
        let peer = req.remote_addr().as_socket_addr().copied();
        match fault {
            None => self.inner.get_response(req).await,
            Some(Fault::Slow(wait)) => {
                tokio::time::sleep(wait).await;
                self.inner.get_response(req).await
            }
            Some(Fault::AppliedThenTimeout) => {
                let _ = self.inner.get_response(req).await;
                self.cut(peer).await
            }
            Some(Fault::AppliedThenStatus(status)) => {
                let _ = self.inner.get_response(req).await;
                proxy_page(status)
            }
            Some(Fault::Hang) => std::future::pending().await,
            Some(Fault::DropConnection) => self.cut(peer).await,
            Some(Fault::Garbage) => garbage(),
            Some(Fault::Status(status)) => proxy_page(status),
            Some(Fault::Unauthorized) => StatusCode::UNAUTHORIZED.into(),
            Some(Fault::RateLimited(wait)) => rate_limited(wait),
        }
    }

    /// Cuts the connection this request came in on. The wait after it ends with the connection's task.
    async fn cut(&self, peer: Option<SocketAddr>) -> Response {
        if let Some(peer) = peer {
            self.lines.cut(peer);
        }
        std::future::pending().await
    }
}

fn garbage() -> Response {
    Response::builder().content_type("application/json").body(&b"\x00\xff{\"<nope>\": [1,,\x1b"[..])
}

fn proxy_page(status: u16) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let page = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    Response::builder().status(status).content_type("text/html").body(page)
}

fn rate_limited(wait: Option<u64>) -> Response {
    let mut response = proxy_page(429);
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

#[cfg(test)]
mod tests;
