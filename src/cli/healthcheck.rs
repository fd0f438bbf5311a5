//! `usherr healthcheck`: asks the server on this machine whether it is ready, for containers. Opens no database.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::config::Config;
use crate::error::{AppError, Outcome};

const PATIENCE: Duration = Duration::from_secs(5);

pub async fn run(config: &Config) -> Outcome<()> {
    let ip = if config.listen.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { config.listen.ip() };
    let addr = SocketAddr::new(ip, config.listen.port());
    let failed = |why: String| AppError::Internal(format!("Usherr at {addr} is not ready: {why}"));
    let answer = tokio::time::timeout(PATIENCE, ask(addr, &config.base_path)).await;
    let status = answer.map_err(|_| failed("it does not answer in time".to_owned()))?;
    match status.map_err(|error| failed(error.to_string()))? {
        line if line.contains(" 200 ") => Ok(()),
        line => Err(failed(format!("it answers '{}'", line.trim()))),
    }
}

/// The status line of `/readyz`.
async fn ask(addr: SocketAddr, base_path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(addr).await?;
    let request = format!("GET {base_path}/readyz HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.take(4096).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned() + " ")
}
