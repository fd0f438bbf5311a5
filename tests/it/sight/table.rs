//! What each address could tell of a title, and by what it is asked for one.

use serde_json::{Value, json};
use usherr::domain::catalog::MediaKind;

/// A title as somebody would ask for it who knows of it, or guesses.
#[derive(Debug, Clone)]
pub struct Secret {
    pub kind: MediaKind,
    /// TMDB id of a film, TVDB id of a series.
    pub public: i64,
    pub imdb: String,
    pub year: i32,
    /// Its row, and that of somebody else's request for it.
    pub row: i64,
    pub request: i64,
    /// A word of its name, and the same with a slip.
    pub words: [String; 2],
    /// What no answer may hold.
    pub marks: Vec<String>,
}

/// By what an address is asked for a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Tells of no titles, whoever asks.
    Nothing,
    /// Words and ids in `q`.
    Words,
    /// The id in the address of a title, public or by row.
    Title,
    /// The id of somebody else's request.
    Request,
    /// The row of a picture.
    Picture,
    /// A signed token: nobody has one for what they may not see.
    Token,
    /// The same address for everybody; what is found there differs.
    List,
    /// Ids in the body.
    Body,
}

pub const ROUTES: &[(&str, &str, By)] = &[
    ("GET", "/", By::List),
    ("GET", "/search", By::Words),
    ("GET", "/search/now", By::Words),
    ("GET", "/search/events", By::Words),
    ("GET", "/titles/:kind/:id", By::Title),
    ("GET", "/titles/:kind/:id/request", By::Title),
    ("POST", "/titles/:kind/:id/request", By::Title),
    ("POST", "/titles/:kind/:id/follow", By::Title),
    ("GET", "/images/title/:id", By::Picture),
    ("GET", "/images/remote/:token", By::Token),
    ("GET", "/requests", By::List),
    ("GET", "/requests/:id", By::Request),
    ("GET", "/requests/:id/now", By::Request),
    ("GET", "/requests/:id/events", By::Request),
    ("POST", "/requests/:id/follow", By::Request),
    ("POST", "/requests/:id/unfollow", By::Request),
    ("GET", "/requests/:id/withdrawal", By::Request),
    ("POST", "/requests/:id/withdrawal", By::Request),
    ("GET", "/admin", By::List),
    ("GET", "/admin/live", By::List),
    ("GET", "/admin/requests", By::List),
    ("GET", "/admin/requests/live", By::List),
    ("GET", "/admin/requests/:id/row", By::Request),
    ("POST", "/admin/requests/approval", By::List),
    ("POST", "/admin/requests/decline", By::List),
    ("POST", "/admin/requests/:id/approval", By::Request),
    ("POST", "/admin/requests/:id/retry", By::Request),
    ("GET", "/admin/requests/:id/decline", By::Request),
    ("POST", "/admin/requests/:id/decline", By::Request),
    ("GET", "/admin/requests/:id/edit", By::Request),
    ("POST", "/admin/requests/:id/edit", By::Request),
    ("GET", "/admin/activity", By::List),
    ("GET", "/admin/activity.csv", By::List),
    ("GET", "/admin/people/:id", By::List),
    ("GET", "/api/search", By::Words),
    ("GET", "/api/titles/:kind/:id", By::Title),
    ("GET", "/api/requests", By::List),
    ("POST", "/api/requests", By::Body),
    ("GET", "/api/requests/:id", By::Request),
    ("PUT", "/api/requests/:id/follow", By::Request),
    ("DELETE", "/api/requests/:id/follow", By::Request),
    ("POST", "/api/requests/:id/withdraw", By::Request),
    ("POST", "/api/requests/:id/approve", By::Request),
    ("POST", "/api/requests/:id/decline", By::Request),
    ("POST", "/api/requests/:id/retry", By::Request),
    ("GET", "/api/activity", By::List),
    // A copy of everything, for admins.
    ("GET", "/admin/backups/:name/file", By::List),
    ("GET", "/assets/:name", By::Nothing),
    ("GET", "/login", By::Nothing),
    ("POST", "/login", By::Nothing),
    ("GET", "/logout", By::Nothing),
    ("POST", "/logout", By::Nothing),
    ("POST", "/login/plex", By::Nothing),
    ("GET", "/login/plex/wait", By::Nothing),
    ("GET", "/unsubscribe/:token", By::Nothing),
    ("POST", "/unsubscribe/:token", By::Nothing),
    ("POST", "/hooks/:kind/:secret", By::Nothing),
    ("PUT", "/hooks/:kind/:secret", By::Nothing),
    ("GET", "/healthz", By::Nothing),
    ("GET", "/readyz", By::Nothing),
    ("GET", "/api/openapi.json", By::Nothing),
    ("GET", "/api/docs", By::Nothing),
    ("GET", "/setup", By::Nothing),
    ("POST", "/setup/code", By::Nothing),
    ("GET", "/setup/owner", By::Nothing),
    ("POST", "/setup/owner", By::Nothing),
    ("POST", "/setup/onward", By::Nothing),
    ("GET", "/setup/plex", By::Nothing),
    ("POST", "/setup/plex/sign-in", By::Nothing),
    ("GET", "/setup/plex/wait", By::Nothing),
    ("POST", "/setup/plex/server", By::Nothing),
    ("POST", "/setup/plex/other", By::Nothing),
    ("POST", "/setup/plex/library", By::Nothing),
    ("GET", "/setup/arr", By::Nothing),
    ("GET", "/setup/downloads", By::Nothing),
    ("GET", "/setup/mail", By::Nothing),
    ("POST", "/setup/services/:key", By::Nothing),
    ("POST", "/setup/services/:key/test", By::Nothing),
    ("POST", "/setup/services/:key/forget", By::Nothing),
    ("GET", "/setup/address", By::Nothing),
    ("POST", "/setup/address", By::Nothing),
    ("GET", "/setup/ready", By::Nothing),
    ("POST", "/setup/ready", By::Nothing),
    ("GET", "/setup/ready/live", By::Nothing),
    ("GET", "/setup/ready/part", By::Nothing),
    ("POST", "/setup/done", By::Nothing),
    ("GET", "/me", By::Nothing),
    ("POST", "/me/theme", By::Nothing),
    ("POST", "/me/notices", By::Nothing),
    ("POST", "/me/password", By::Nothing),
    ("POST", "/me/sessions/end-all", By::Nothing),
    ("POST", "/me/sessions/:id/end", By::Nothing),
    ("GET", "/admin/people", By::Nothing),
    ("GET", "/admin/people/new", By::Nothing),
    ("POST", "/admin/people/new", By::Nothing),
    ("POST", "/admin/people/import", By::Nothing),
    ("POST", "/admin/people/:id/role", By::Nothing),
    ("GET", "/admin/jobs", By::Nothing),
    ("GET", "/admin/jobs/live", By::Nothing),
    ("GET", "/admin/jobs/:name", By::Nothing),
    ("POST", "/admin/jobs/:name/run", By::Nothing),
    ("POST", "/admin/jobs/:name/schedule", By::Nothing),
    ("GET", "/admin/runs/:id", By::Nothing),
    ("GET", "/admin/runs/:id/live", By::Nothing),
    ("GET", "/admin/services", By::Nothing),
    ("GET", "/admin/services/add", By::Nothing),
    ("GET", "/admin/services/:key", By::Nothing),
    ("POST", "/admin/services/:key", By::Nothing),
    ("POST", "/admin/services/:key/test", By::Nothing),
    ("GET", "/admin/services/:key/removal", By::Nothing),
    ("POST", "/admin/services/:key/removal", By::Nothing),
    ("POST", "/admin/services/:key/hook", By::Nothing),
    ("GET", "/admin/settings/general", By::Nothing),
    ("POST", "/admin/settings/general", By::Nothing),
    ("POST", "/api/auth/token", By::Nothing),
    ("DELETE", "/api/auth/token", By::Nothing),
    ("GET", "/api/people", By::Nothing),
    ("GET", "/api/people/:id", By::Nothing),
    ("GET", "/api/people/me", By::Nothing),
    ("POST", "/api/people", By::Nothing),
    ("POST", "/api/people/edit", By::Nothing),
    ("PUT", "/api/people/:id/role", By::Nothing),
    ("GET", "/api/people/:id/notes", By::Nothing),
    ("PUT", "/api/people/:id/notes", By::Nothing),
    ("POST", "/api/people/:id/retry-limits", By::Nothing),
    ("GET", "/api/people/:id/merges", By::Nothing),
    ("POST", "/api/people/:id/merge", By::Nothing),
    ("POST", "/api/people/:id/split", By::Nothing),
    ("GET", "/api/jobs", By::Nothing),
    ("POST", "/api/jobs/:name/run", By::Nothing),
    ("GET", "/api/runs", By::Nothing),
    ("GET", "/api/runs/:id", By::Nothing),
    ("GET", "/api/services", By::Nothing),
    ("GET", "/api/plan", By::Nothing),
    ("POST", "/api/plan/apply", By::Nothing),
    ("GET", "/api/plan/batches/:id", By::Nothing),
    ("POST", "/api/plan/batches/:id/undo", By::Nothing),
    ("POST", "/api/plan/batches/:id/retry", By::Nothing),
    ("POST", "/api/plan/batches/:id/stop", By::Nothing),
    ("POST", "/api/plan/hurry", By::Nothing),
    ("POST", "/api/plan/drift/:person_id/:server_id/keep", By::Nothing),
    ("POST", "/api/plan/drift/:person_id/:server_id/restore", By::Nothing),
    ("GET", "/admin/plan", By::Nothing),
    ("POST", "/admin/plan", By::Nothing),
    ("POST", "/admin/plan/removal", By::Nothing),
    ("POST", "/admin/plan/drift", By::Nothing),
    ("POST", "/admin/plan/hurry", By::Nothing),
    ("GET", "/admin/plan/changes", By::Nothing),
    ("GET", "/admin/plan/changes/:id", By::Nothing),
    ("GET", "/admin/plan/changes/:id/live", By::Nothing),
    ("POST", "/admin/plan/changes/:id/stop", By::Nothing),
    ("POST", "/admin/plan/changes/:id/retry", By::Nothing),
    ("GET", "/admin/plan/changes/:id/undo", By::Nothing),
    ("POST", "/admin/plan/changes/:id/undo", By::Nothing),
    ("GET", "/admin/people/edit", By::Nothing),
    ("POST", "/admin/people/edit", By::Nothing),
    ("POST", "/admin/people/:id/notes", By::Nothing),
    ("POST", "/admin/people/:id/limits", By::Nothing),
    ("GET", "/admin/people/:id/requests", By::List),
    ("GET", "/admin/people/:id/activity", By::List),
    ("GET", "/admin/people/:id/sessions", By::Nothing),
    ("POST", "/admin/people/:id/sessions/end-all", By::Nothing),
    ("POST", "/admin/people/:id/sessions/:session/end", By::Nothing),
    ("GET", "/admin/people/:id/merge", By::Nothing),
    ("POST", "/admin/people/:id/merge", By::Nothing),
    ("GET", "/admin/people/:id/split", By::Nothing),
    ("POST", "/admin/people/:id/split", By::Nothing),
    ("GET", "/admin/people/:id/groups", By::Nothing),
    ("POST", "/admin/people/:id/groups", By::Nothing),
    ("GET", "/admin/people/:id/grants", By::Nothing),
    ("POST", "/admin/people/:id/grants", By::Nothing),
    ("POST", "/admin/people/:id/grants/:grant/removal", By::Nothing),
    ("POST", "/admin/people/:id/exclusions", By::Nothing),
    ("POST", "/admin/people/:id/exclusions/removal", By::Nothing),
    ("GET", "/api/people/:id/access", By::Nothing),
    ("GET", "/api/people/:id/sessions", By::Nothing),
    ("DELETE", "/api/people/:id/sessions/:session_id", By::Nothing),
    ("PUT", "/api/people/:id/access", By::Nothing),
    ("GET", "/admin/groups", By::Nothing),
    ("GET", "/admin/groups/new", By::Nothing),
    ("POST", "/admin/groups/new", By::Nothing),
    ("GET", "/admin/groups/:id", By::Nothing),
    ("POST", "/admin/groups/:id", By::Nothing),
    ("GET", "/admin/groups/:id/removal", By::Nothing),
    ("POST", "/admin/groups/:id/removal", By::Nothing),
    ("POST", "/admin/groups/:id/move", By::Nothing),
    ("GET", "/admin/groups/:id/members", By::Nothing),
    ("POST", "/admin/groups/:id/members", By::Nothing),
    ("POST", "/admin/groups/:id/members/removal", By::Nothing),
    ("GET", "/admin/backups", By::Nothing),
    ("POST", "/admin/backups", By::Nothing),
    ("GET", "/admin/backups/:name", By::Nothing),
    ("GET", "/admin/backups/:name/removal", By::Nothing),
    ("POST", "/admin/backups/:name/removal", By::Nothing),
    ("GET", "/api/backups", By::Nothing),
    ("POST", "/api/backups", By::Nothing),
    ("GET", "/api/groups", By::Nothing),
    ("POST", "/api/groups", By::Nothing),
    ("GET", "/api/groups/:id", By::Nothing),
    ("PUT", "/api/groups/:id", By::Nothing),
    ("DELETE", "/api/groups/:id", By::Nothing),
    ("GET", "/api/groups/:id/members", By::Nothing),
    ("PUT", "/api/groups/:id/members/:person_id", By::Nothing),
    ("DELETE", "/api/groups/:id/members/:person_id", By::Nothing),
];

/// Each way to ask an address for a title: where, and with what.
pub fn asks(method: &str, path: &str, by: By, secret: &Secret) -> Vec<(String, Option<Value>)> {
    let body = || (method != "GET").then(|| json!({}));
    let named = |id: &str| path.replace(":kind", secret.kind.as_str()).replace(":id", id).replace(":token", id);
    let at = |paths: Vec<String>| paths.into_iter().map(|path| (path, body())).collect::<Vec<_>>();
    match by {
        By::Nothing => Vec::new(),
        By::Words => at(words(secret).iter().map(|query| format!("{path}?q={query}")).collect()),
        By::Title => at(vec![named(&secret.public.to_string()), named(&format!("plex-{}", secret.row))]),
        By::Request => at(vec![named(&secret.request.to_string())]),
        By::Picture => at(["", "?w=120", "?v=1"].map(|end| named(&secret.row.to_string()) + end).to_vec()),
        By::Token => at(vec![named("nonsense"), named(&secret.row.to_string())]),
        By::List if path.ends_with("/live") => at(vec![path.to_owned()]),
        By::List => {
            let ends = ["", "?page=2", "?show=all", "?show=all&page=2", "?per_page=1&page=2"];
            let found = secret.words.iter().flat_map(|word| [format!("?find={word}"), format!("?q={word}")]);
            let ends: Vec<String> = ends.iter().map(|end| (*end).to_owned()).chain(found).collect();
            at(ends.iter().map(|end| named("1") + end).collect())
        }
        By::Body => bodies(secret).into_iter().map(|body| (path.to_owned(), Some(body))).collect(),
    }
}

fn words(secret: &Secret) -> Vec<String> {
    let own = match secret.kind {
        MediaKind::Movie => "tmdb",
        MediaKind::Series => "tvdb",
    };
    let [word, slip] = &secret.words;
    vec![
        word.clone(),
        slip.clone(),
        format!("{word}%20year:{}", secret.year),
        format!("{word}&kind={}", secret.kind),
        format!("year:{}", secret.year),
        format!("{own}:{}", secret.public),
        format!("imdb:{}", secret.imdb),
    ]
}

fn bodies(secret: &Secret) -> Vec<Value> {
    match secret.kind {
        MediaKind::Movie => vec![json!({ "kind": "movie", "tmdb_id": secret.public })],
        MediaKind::Series => ["all", "latest"]
            .map(|seasons| json!({ "kind": "series", "tvdb_id": secret.public, "seasons": seasons }))
            .to_vec(),
    }
}
