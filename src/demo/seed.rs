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

/// Libraries by title, with their ids at Usherr.
pub type Libraries = std::collections::BTreeMap<String, i64>;

/// Sorts people into groups, asks and decides. What can't be done is left out: a demo without it is still a demo.
pub async fn seed(
    world: &World,
    usherr: SocketAddr,
    base_path: &str,
    password: &str,
    libraries: &Libraries,
) -> io::Result<()> {
    world.downloads().no_release("Low Orbit Blues");
    let api = |path: &str| format!("{base_path}/api{path}");
    let mut tokens = Vec::new();
    for who in &SIGN_INS {
        let body = json!({ "username": who.username, "password": password });
        let answer = post(usherr, &api("/auth/token"), None, &body).await?;
        tokens.push((who.username, answer["token"].as_str().unwrap_or_default().to_owned()));
    }
    let token = |name: &str| tokens.iter().find(|(who, _)| *who == name).map(|(_, token)| token.as_str());
    let everybody = call("GET", usherr, &api("/people?per_page=100"), token("mara"), &Value::Null).await?;
    for (group, people) in groups(libraries) {
        let group = post(usherr, &api("/groups"), token("mara"), &group).await?;
        for person in people.iter().filter_map(|name| id_of(&everybody, name)) {
            let member = api(&format!("/groups/{}/members/{person}", group["id"]));
            call("PUT", usherr, &member, token("mara"), &Value::Null).await?;
        }
    }
    for (who, body, decider) in wishes(world) {
        let answer = post(usherr, &api("/requests"), token(who), &body).await?;
        if let (Some(decider), Some(id)) = (decider, answer["id"].as_i64()) {
            post(usherr, &api(&format!("/requests/{id}/approve")), token(decider), &json!({})).await?;
        }
    }
    Ok(())
}

/// A group as the API takes it, and who is put into it by hand.
type Sorted = (Value, &'static [&'static str]);

/// They carry what their people have already: nobody loses a library by it.
fn groups(libraries: &Libraries) -> [Sorted; 6] {
    let ids = |titles: &[&str]| titles.iter().filter_map(|title| libraries.get(*title).copied()).collect::<Vec<i64>>();
    let none = json!({ "movies": false, "series": false });
    [
        (
            json!({ "name": "Kids", "note": "Ida, with her own profile in our Plex Home.", "libraries": ids(&["Kids"]),
                "ceiling": 6, "rights": none, "rules": ["home"] }),
            &[],
        ),
        (
            json!({ "name": "Grandparents", "note": "Films and series, and nothing to decide.",
                "libraries": ids(&["Films", "Series", "Documentaries"]), "rights": { "auto_approve": true },
                "quotas": { "movies": 2, "seasons": 2 } }),
            &["Birgit Sandström"],
        ),
        (
            json!({ "name": "Friends", "note": "Whoever comes by for a film, and newcomers.",
                "libraries": ids(&["Films", "Series", "Kids", "Documentaries"]),
                "quotas": { "movies": 5, "seasons": 6, "guests": 2 }, "for_newcomers": true }),
            &["Dario Conti", "Marek Nowak", "Priya Raman"],
        ),
        (
            json!({ "name": "Cousins", "note": "Felix and Lena, until their flat is sold.",
                "libraries": ids(&["Films", "Series", "Kids"]), "quotas": { "movies": 3, "seasons": 3 } }),
            &["Felix Brandt", "Lena Brandt"],
        ),
        (
            json!({ "name": "Big screen", "note": "Sam, who has the projector, and the line for it.",
                "libraries": ids(&["Films", "Series", "Kids", "Documentaries", "4K Films"]),
                "rights": { "four_k": true } }),
            &["Sam Okafor"],
        ),
        (
            json!({ "name": "Guests", "note": "Whom our friends bring along.", "libraries": ids(&["Films", "Documentaries"]),
                "for_guests": true }),
            &[],
        ),
    ]
}

fn id_of(everybody: &Value, name: &str) -> Option<i64> {
    everybody["items"].as_array()?.iter().find(|person| person["name"] == name)?["id"].as_i64()
}

type Wish = (&'static str, Value, Option<&'static str>);

fn wishes(world: &World) -> Vec<Wish> {
    let catalogue = world.catalogue();
    let film = |title: &str| {
        let found = catalogue.films().iter().find(|film| film.title == title).map(|film| film.tmdb_id);
        found.map(|id| json!({ "kind": "movie", "tmdb_id": id }))
    };
    let in_4k = |title: &str| {
        let mut asked = film(title)?;
        asked["is_4k"] = json!(true);
        Some(asked)
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
        ("sam", in_4k("Tin Parade"), None),
        ("sam", series("Harbourmaster", json!("all")), None),
        ("felix", series("The Harbour Surveyors", json!("first")), None),
    ];
    wishes.into_iter().filter_map(|(who, body, decider)| Some((who, body?, decider))).collect()
}

async fn post(to: SocketAddr, path: &str, token: Option<&str>, body: &Value) -> io::Result<Value> {
    call("POST", to, path, token, body).await
}

/// One call over a plain socket; an answer without JSON is null.
async fn call(method: &str, to: SocketAddr, path: &str, token: Option<&str>, body: &Value) -> io::Result<Value> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let auth = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {to}\r\nConnection: close\r\nContent-Type: application/json\r\n{auth}Content-Length: {}\r\n\r\n",
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
