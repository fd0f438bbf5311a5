//! Sends the Connect webhooks of the simulated Radarr and Sonarr: one HTTP/1.1 request over a plain socket, without
//! retry, in order, in the background; every body is kept. Never decides what happened (services.md 3.2).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use poem::http::Uri;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};

const PATIENCE: Duration = Duration::from_secs(30);

/// Where a webhook goes and what goes with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    pub url: String,
    /// PUT in place of POST.
    pub put: bool,
    pub user: String,
    pub password: String,
    pub headers: Vec<(String, String)>,
}

/// One webhook that was sent, and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    pub url: String,
    /// PascalCase, as in the body.
    pub event: String,
    pub body: Value,
    /// The status, or why there was none.
    pub outcome: Result<u16, String>,
}

enum Order {
    Send(Hook, Value),
    Settle(oneshot::Sender<()>),
}

/// The outgoing post of one instance.
#[derive(Clone)]
pub struct Post {
    orders: mpsc::UnboundedSender<Order>,
    sent: Arc<Mutex<Vec<Delivery>>>,
    agent: Arc<Mutex<String>>,
}

impl Post {
    /// Starts the background task; it ends with the last handle.
    pub fn start(agent: &str) -> Self {
        let (orders, mut inbox) = mpsc::unbounded_channel();
        let post = Self { orders, sent: Arc::default(), agent: Arc::new(Mutex::new(agent.to_owned())) };
        let (sent, agent) = (post.sent.clone(), post.agent.clone());
        tokio::spawn(async move {
            while let Some(order) = inbox.recv().await {
                match order {
                    Order::Send(hook, body) => {
                        let name = agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
                        let outcome = send(&hook, &name, &body).await;
                        keep(&sent, &hook, body, outcome);
                    }
                    Order::Settle(done) => drop(done.send(())),
                }
            }
        });
        post
    }

    /// Changes the User-Agent, as an update does.
    pub fn set_agent(&self, agent: &str) {
        *self.agent.lock().unwrap_or_else(PoisonError::into_inner) = agent.to_owned();
    }

    /// Sends it after all that were ordered before.
    pub fn order(&self, hook: Hook, body: Value) {
        // Refused only when the background task is gone, and then nobody listens.
        let _ = self.orders.send(Order::Send(hook, body));
    }

    /// Sends it now and waits for the outcome.
    pub async fn send_now(&self, hook: &Hook, body: Value) -> Result<u16, String> {
        let agent = self.agent.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let outcome = send(hook, &agent, &body).await;
        keep(&self.sent, hook, body, outcome.clone());
        outcome
    }

    /// Waits until all that was ordered so far has been sent.
    pub async fn settled(&self) {
        let (done, when) = oneshot::channel();
        if self.orders.send(Order::Settle(done)).is_ok() {
            let _ = when.await;
        }
    }

    /// Everything sent so far, oldest first.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn keep(sent: &Mutex<Vec<Delivery>>, hook: &Hook, body: Value, outcome: Result<u16, String>) {
    let event = body.get("eventType").and_then(Value::as_str).unwrap_or_default().to_owned();
    let delivery = Delivery { url: hook.url.clone(), event, body, outcome };
    sent.lock().unwrap_or_else(PoisonError::into_inner).push(delivery);
}

/// A status outside 2xx counts as failure, redirects too.
async fn send(hook: &Hook, agent: &str, body: &Value) -> Result<u16, String> {
    let exchange = tokio::time::timeout(PATIENCE, exchange(hook, agent, body));
    let status = exchange.await.map_err(|_| "The operation has timed out.".to_owned())??;
    if (200..300).contains(&status) {
        Ok(status)
    } else {
        Err(format!("HTTP request failed: [{status}] at [{}]", hook.url))
    }
}

async fn exchange(hook: &Hook, agent: &str, body: &Value) -> Result<u16, String> {
    let uri: Uri = hook.url.parse().map_err(|_| format!("Invalid URI: {}", hook.url))?;
    let (Some("http"), Some(host)) = (uri.scheme_str(), uri.host()) else {
        return Err("The SSL connection could not be established, see inner exception.".to_owned());
    };
    let port = uri.port_u16().unwrap_or(80);
    let lost = |error: std::io::Error| format!("{error} ({host}:{port})");
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await.map_err(lost)?;
    stream.write_all(request(hook, &uri, agent, &body.to_string()).as_bytes()).await.map_err(lost)?;
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let count = stream.read(&mut chunk).await.map_err(lost)?;
        if count == 0 {
            break;
        }
        answer.extend(chunk.iter().take(count));
    }
    let head = String::from_utf8_lossy(&answer);
    let status = head.split_ascii_whitespace().nth(1).and_then(|word| word.parse().ok());
    status.ok_or_else(|| "The response ended prematurely.".to_owned())
}

fn request(hook: &Hook, uri: &Uri, agent: &str, body: &str) -> String {
    let method = if hook.put { "PUT" } else { "POST" };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let host = uri.authority().map_or("", |authority| authority.as_str());
    let mut text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nAccept: application/json\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
        body.len()
    );
    if !hook.user.is_empty() || !hook.password.is_empty() {
        let pair = STANDARD.encode(format!("{}:{}", hook.user, hook.password));
        text.push_str(&format!("Authorization: Basic {pair}\r\n"));
    }
    for (name, value) in &hook.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text + "\r\n" + body
}
