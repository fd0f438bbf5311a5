//! A simulated service's place on the network: one port of 127.0.0.1 that serves a poem endpoint through faults
//! and journal, and that can be taken down and put up again. Never knows what the service means.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use chrono::Utc;
use poem::http::{StatusCode, header, uri::Scheme};
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, EndpointExt, Request, Response, Server};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::fault::{Fault, Faults};
use super::journal::{Journal, Recorded};

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

/// The open connections by the peer's address, each with the means to cut it.
#[derive(Debug, Clone, Default)]
struct Lines(Arc<Mutex<HashMap<SocketAddr, CancellationToken>>>);

impl Lines {
    fn open(&self, peer: SocketAddr, stream: TcpStream) -> Line {
        let token = CancellationToken::new();
        let cut = Box::pin(token.clone().cancelled_owned());
        self.map().insert(peer, token);
        Line { stream, cut, peer, lines: self.clone() }
    }

    fn cut(&self, peer: SocketAddr) {
        if let Some(token) = self.map().get(&peer) {
            token.cancel();
        }
    }

    fn cut_all(&self) {
        self.map().values().for_each(CancellationToken::cancel);
    }

    fn map(&self) -> MutexGuard<'_, HashMap<SocketAddr, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Door {
    listener: TcpListener,
    addr: SocketAddr,
    lines: Lines,
}

impl Acceptor for Door {
    type Io = Line;

    fn local_addr(&self) -> Vec<LocalAddr> {
        vec![LocalAddr(Addr::SocketAddr(self.addr))]
    }

    async fn accept(&mut self) -> io::Result<(Line, LocalAddr, RemoteAddr, Scheme)> {
        let (stream, peer) = self.listener.accept().await?;
        let line = self.lines.open(peer, stream);
        Ok((line, LocalAddr(Addr::SocketAddr(self.addr)), RemoteAddr(Addr::SocketAddr(peer)), Scheme::HTTP))
    }
}

/// One connection; after it was cut, reads and writes fail and hyper closes it.
struct Line {
    stream: TcpStream,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    peer: SocketAddr,
    lines: Lines,
}

impl Line {
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.cut.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionReset.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.check(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.map().remove(&self.peer);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::sync::atomic::{AtomicU32, Ordering};

    use poem::http::Method;
    use poem::{get, handler, web::Data};

    use super::*;
    use crate::demo::testing::{self, send};

    #[handler]
    fn count(applied: Data<&Arc<AtomicU32>>) -> String {
        applied.fetch_add(1, Ordering::SeqCst);
        "done".into()
    }

    async fn counting() -> (Host, Arc<AtomicU32>) {
        let applied = Arc::new(AtomicU32::new(0));
        let routes = poem::Route::new().at("/*rest", get(count).post(count)).data(applied.clone());
        (Host::start("test", None, routes).await.unwrap(), applied)
    }

    #[tokio::test]
    async fn serves_and_writes_down_what_it_was_asked() {
        let (host, _) = counting().await;
        let url = format!("{}/a/b?x=1", host.url());
        let reply = send("POST", &url, &["X-Test: yes"], "hello").await.unwrap();
        assert_eq!((reply.status, reply.text().as_str()), (200, "done"));
        let asked = host.journal().wait_for(|all| all.iter().any(|one| one.answered.is_some())).await;
        assert_eq!(
            (asked[0].path.as_str(), asked[0].query.as_str(), asked[0].text().as_str()),
            ("/a/b", "x=1", "hello")
        );
        assert_eq!(asked[0].header("x-test"), Some("yes"));
        assert_eq!(host.journal().count(Method::POST, "/a"), 1);
    }

    #[tokio::test]
    async fn a_token_in_an_address_is_told() {
        let (host, _) = counting().await;
        host.journal().add_secret("s3cret");
        testing::get(&format!("{}/a?name=x", host.url()), &["X-Plex-Token: s3cret"]).await;
        assert!(host.journal().no_token_in_addresses());
        testing::get(&format!("{}/a?X-Plex-Token=1", host.url()), &[]).await;
        testing::get(&format!("{}/a/s3%63ret", host.url()), &[]).await;
        assert_eq!(host.journal().tokens_in_addresses().len(), 2);
    }

    #[tokio::test]
    async fn a_host_goes_down_and_comes_up_on_its_port() {
        let (host, _) = counting().await;
        host.down().await;
        let refused = send("GET", &host.url(), &[], "").await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
        host.up().await.unwrap();
        assert_eq!(testing::get(&host.url(), &[]).await.status, 200);
    }

    #[tokio::test]
    async fn each_fault_looks_as_it_says() {
        let (host, applied) = counting().await;
        let url = format!("{}/x", host.url());
        let meets = async |fault| {
            host.faults().clear();
            host.faults().set(fault);
            send("POST", &url, &[], "").await
        };
        assert_eq!(meets(Fault::Status(503)).await.unwrap().status, 503);
        assert_eq!(meets(Fault::Unauthorized).await.unwrap().status, 401);
        let limited = meets(Fault::RateLimited(Some(7))).await.unwrap();
        assert_eq!((limited.status, limited.header("retry-after").as_deref()), (429, Some("7")));
        assert!(serde_json::from_slice::<serde_json::Value>(&meets(Fault::Garbage).await.unwrap().body).is_err());
        assert!(meets(Fault::DropConnection).await.is_err());
        assert_eq!(applied.load(Ordering::SeqCst), 0);
        assert!(meets(Fault::AppliedThenTimeout).await.is_err());
        assert_eq!(meets(Fault::AppliedThenStatus(504)).await.unwrap().status, 504);
        assert_eq!(applied.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn hanging_ends_when_the_host_goes_down() {
        let (host, applied) = counting().await;
        host.faults().set(Fault::Hang);
        let url = host.url();
        let asking = tokio::spawn(async move { send("GET", &url, &[], "").await });
        host.journal().wait_for(|all| !all.is_empty()).await;
        host.down().await;
        assert!(asking.await.unwrap().is_err());
        assert_eq!(applied.load(Ordering::SeqCst), 0);
    }
}
