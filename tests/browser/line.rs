//! The line between a browser and the house: it can be cut for streams, as some proxies do, and tells what went over it.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Handles share it; it ends with the test's runtime.
#[derive(Clone)]
pub struct Line {
    addr: SocketAddr,
    state: Arc<State>,
    _listening: Arc<Listening>,
}

struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[derive(Default)]
struct State {
    refuses_streams: AtomicBool,
    is_down: AtomicBool,
    streams: AtomicUsize,
    asked: Mutex<Vec<String>>,
}

/// Counts an open stream for as long as it lives.
struct Open(Arc<State>);

impl Open {
    fn new(state: &Arc<State>) -> Self {
        state.streams.fetch_add(1, Ordering::SeqCst);
        Self(state.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.streams.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Line {
    pub async fn to(house: SocketAddr) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let state = Arc::<State>::default();
        let known = state.clone();
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, house, known.clone()));
            }
        });
        Line { addr, state, _listening: Arc::new(Listening(listening)) }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn refuse_streams(&self) {
        self.state.refuses_streams.store(true, Ordering::SeqCst);
    }

    /// From now on a proxy's own page stands in for the house, or does no more.
    pub fn is_down(&self, down: bool) {
        self.state.is_down.store(down, Ordering::SeqCst);
    }

    /// Streams that are open now.
    pub fn streams(&self) -> usize {
        self.state.streams.load(Ordering::SeqCst)
    }

    /// Method and path of everything asked since the last look.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.state.asked.lock().unwrap())
    }
}

const PROXYS_OWN: &str = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n\
     <html><body><h1>502 Bad Gateway</h1><hr>proxy/1.0</body></html>";

/// One request and its answer; the connection ends with it.
async fn carry(mut client: TcpStream, house: SocketAddr, state: Arc<State>) {
    let Some((head, body)) = head(&mut client).await else { return };
    let mut lines = head.split("\r\n");
    let first = lines.next().unwrap_or_default().to_owned();
    let path = first.split(' ').nth(1).unwrap_or_default();
    // By the address: htmx says with everything that it takes streams.
    let place = path.split('?').next().unwrap_or_default();
    let is_stream = place.ends_with("/events") || place.ends_with("/live");
    state.asked.lock().unwrap().push(first.rsplit_once(' ').map_or(first.clone(), |(asked, _)| asked.to_owned()));
    if state.is_down.load(Ordering::SeqCst) {
        drop(client.write_all(PROXYS_OWN.as_bytes()).await);
        return;
    }
    if is_stream && state.refuses_streams.load(Ordering::SeqCst) {
        drop(client.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await);
        return;
    }
    let kept: Vec<&str> = lines.filter(|line| !line.to_lowercase().starts_with("connection:")).collect();
    let head = format!("{first}\r\n{}\r\nConnection: close\r\n\r\n", kept.join("\r\n"));
    let Ok(mut upstream) = TcpStream::connect(house).await else { return };
    let _open = is_stream.then(|| Open::new(&state));
    if upstream.write_all(head.as_bytes()).await.is_err() || upstream.write_all(&body).await.is_err() {
        return;
    }
    let (mut from_client, mut to_client) = client.split();
    let (mut from_house, mut to_house) = upstream.split();
    tokio::select! {
        _ = tokio::io::copy(&mut from_client, &mut to_house) => {}
        _ = tokio::io::copy(&mut from_house, &mut to_client) => {}
    }
}

/// What comes before the body, without its last empty line, and what was read of the body.
async fn head(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut read = Vec::new();
    loop {
        if let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = read.split_off(end + 4);
            read.truncate(end);
            return Some((String::from_utf8_lossy(&read).into_owned(), body));
        }
        if client.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}
