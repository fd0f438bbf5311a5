//! Connections that can be cut from outside, one or all. Never reads what goes over them.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use poem::Addr;
use poem::http::uri::Scheme;
use poem::listener::Acceptor;
use poem::web::{LocalAddr, RemoteAddr};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The open connections by the peer's address, each with the means to cut it.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines(Arc<Mutex<HashMap<SocketAddr, CancellationToken>>>);

impl Lines {
    fn open(&self, peer: SocketAddr, stream: TcpStream) -> Line {
        let token = CancellationToken::new();
        let cut = Box::pin(token.clone().cancelled_owned());
        self.map().insert(peer, token);
        Line { stream, cut, peer, lines: self.clone() }
    }

    pub(super) fn cut(&self, peer: SocketAddr) {
        if let Some(token) = self.map().get(&peer) {
            token.cancel();
        }
    }

    pub(super) fn cut_all(&self) {
        self.map().values().for_each(CancellationToken::cancel);
    }

    fn map(&self) -> MutexGuard<'_, HashMap<SocketAddr, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The listening end: each connection that comes in becomes a line.
pub(super) struct Door {
    pub(super) listener: TcpListener,
    pub(super) addr: SocketAddr,
    pub(super) lines: Lines,
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
pub(super) struct Line {
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
