//! Lets the household ask for a few things, so that a visitor of the demo finds the house in full swing.
//! Calls Usherr's own API as any program would; knows nothing of its inside.

use std::io;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::World;

/// A local sign-in of somebody of the household.
#[derive(Debug, Clone)]
pub struct SignIn {
    pub username: &'static str,
    /// The address by which plex.tv knows them.
    pub email: &'static str,
    pub name: &'static str,
    /// In Usherr.
    pub role: &'static str,
}

/// Those a visitor may be. All have the same password; everybody else of the household can sign in with Plex.
pub const SIGN_INS: [SignIn; 5] = [
    SignIn { username: "mara", email: "mara@example.org", name: "Mara Lindqvist", role: "admin" },
    SignIn { username: "ana", email: "ana@example.org", name: "Ana Kovac", role: "moderator" },
    SignIn { username: "priya", email: "priya@example.org", name: "Priya Raman", role: "requester" },
    SignIn { username: "sam", email: "sam@example.org", name: "Sam Okafor", role: "requester" },
    SignIn { username: "felix", email: "felix@example.org", name: "Felix Brandt", role: "requester" },
];

/// Asks and decides. What can't be done is left out: a demo without it is still a demo.
pub async fn seed(world: &World, usherr: SocketAddr, base_path: &str, password: &str) -> io::Result<()> {
    world.downloads().no_release("Low Orbit Blues");
    let api = |path: &str| format!("{base_path}/api{path}");
    let mut tokens = Vec::new();
    for who in &SIGN_INS {
        let body = json!({ "username": who.username, "password": password });
        let answer = post(usherr, &api("/auth/token"), None, &body).await?;
        tokens.push((who.username, answer["token"].as_str().unwrap_or_default().to_owned()));
    }
    let token = |name: &str| tokens.iter().find(|(who, _)| *who == name).map(|(_, token)| token.as_str());
    for (who, body, decider) in wishes(world) {
        let answer = post(usherr, &api("/requests"), token(who), &body).await?;
        if let (Some(decider), Some(id)) = (decider, answer["id"].as_i64()) {
            post(usherr, &api(&format!("/requests/{id}/approve")), token(decider), &json!({})).await?;
        }
    }
    Ok(())
}

type Wish = (&'static str, Value, Option<&'static str>);

fn wishes(world: &World) -> Vec<Wish> {
    let catalogue = world.catalogue();
    let film = |title: &str| {
        let found = catalogue.films().iter().find(|film| film.title == title).map(|film| film.tmdb_id);
        found.map(|id| json!({ "kind": "movie", "tmdb_id": id }))
    };
    let series = |title: &str, seasons: Value| {
        let found = catalogue.shows().iter().find(|show| show.title == title).map(|show| show.tvdb_id);
        found.map(|id| json!({ "kind": "series", "tvdb_id": id, "seasons": seasons }))
    };
    let wishes = [
        ("priya", series("Harbour Lights", json!([3])), Some("ana")),
        ("sam", film("Velvet Static"), Some("mara")),
        ("priya", film("Kestrel"), Some("ana")),
        ("felix", film("Low Orbit Blues"), Some("mara")),
        ("priya", series("Harbour Lights", json!([4])), None),
        ("sam", series("Harbourmaster", json!("all")), None),
        ("felix", series("The Harbour Surveyors", json!("first")), None),
    ];
    wishes.into_iter().filter_map(|(who, body, decider)| Some((who, body?, decider))).collect()
}

/// One call over a plain socket; an answer without JSON is null.
async fn post(to: SocketAddr, path: &str, token: Option<&str>, body: &Value) -> io::Result<Value> {
    let body = body.to_string();
    let auth = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Type: application/json\r\n{auth}Content-Length: {}\r\n\r\n",
        body.len()
    );
    let mut socket = TcpStream::connect(to).await?;
    socket.write_all(head.as_bytes()).await?;
    socket.write_all(body.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let content = answer.split_once("\r\n\r\n").map_or("", |(_, content)| content);
    let from = content.find('{').unwrap_or(content.len());
    let to = content.rfind('}').map_or(from, |end| end + 1);
    Ok(serde_json::from_str(content.get(from..to).unwrap_or_default()).unwrap_or(Value::Null))
}
