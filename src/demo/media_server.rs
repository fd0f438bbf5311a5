//! The simulated Plex Media Server: libraries, paged items, seasons and episodes, images (plex.md C0 to C9, C17).
//! JSON when asked for, else XML; errors are HTML. Never lets a token see a section it isn't shared.

mod images;
mod item;
mod listing;
mod rows;
mod shelves;
mod unknown;
mod xml;

use std::io;
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use poem::http::StatusCode;
use poem::{Request, Response, endpoint};
use serde_json::{Value, json};

use super::ask::{self, Ask, html};
use super::catalogue::{Catalogue, Film, Show};
use super::host::Host;
use super::household::{Reach, SERVER_NAME, Shared};
use super::import::Import;
use listing::Listing;
use shelves::Shelves;

/// The moods of the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Modes {
    /// 503 with Plex's "still starting up" text, also on `/identity`.
    pub starting: bool,
    /// Start and size are not heeded: all rows come at once, without offset or total.
    pub ignores_paging: bool,
    /// Pages never hold more rows than this.
    pub page_limit: Option<usize>,
    /// Paged answers leave `totalSize` out, in body and headers.
    pub hides_total: bool,
    /// An unknown rating key answers 200 without Metadata, as some versions do (C5).
    pub missing_is_empty: bool,
    /// `addedAt>=`, encoded as hyper clients must send it, is passed over in silence (C4).
    pub ignores_since: bool,
}

/// A handle of the running media server. Clones share it.
#[derive(Clone)]
pub struct MediaServer {
    host: Host,
    room: Arc<Room>,
}

pub(crate) struct Room {
    house: Shared,
    shelves: Mutex<Shelves>,
    modes: Mutex<Modes>,
    sessions: Mutex<Vec<Value>>,
}

/// Faults, the journal, going down and coming back are its host's.
impl Deref for MediaServer {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

impl MediaServer {
    /// Serves `titles` films and series of the catalogue; their 4K copies and a few home videos come on top.
    pub async fn start(
        port: Option<u16>,
        house: Shared,
        catalogue: Catalogue,
        titles: usize,
    ) -> io::Result<MediaServer> {
        let room = Arc::new(Room {
            house,
            shelves: Mutex::new(Shelves::stocked(catalogue, titles)),
            modes: Mutex::default(),
            sessions: Mutex::default(),
        });
        let asked = room.clone();
        let answer = endpoint::make(move |req: Request| {
            let room = asked.clone();
            async move { Ok::<_, poem::Error>(room.answer(&Ask::read(req).await)) }
        });
        Ok(MediaServer { host: Host::start("media server", port, answer).await?, room })
    }

    pub fn url(&self) -> String {
        self.host.url()
    }

    pub fn set_modes(&self, change: impl FnOnce(&mut Modes)) {
        change(&mut self.room.modes.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Rows of `/status/sessions` from now on, as the `Metadata` members of plex.md C8.
    pub fn set_sessions(&self, sessions: Vec<Value>) {
        *self.room.streams() = sessions;
    }

    /// The rows of `/status/sessions` as they are now.
    pub fn sessions(&self) -> Vec<Value> {
        self.room.streams().clone()
    }

    /// Puts files of Radarr and Sonarr on the shelf, as a scan would; returns the title's rating key.
    pub fn import(&self, import: &Import) -> String {
        self.room.shelves().import(import)
    }

    /// Puts a film into a section (`household::keys`); returns its rating key.
    pub fn add_film(&self, film: Film, section: i64) -> String {
        self.room.shelves().add_film(film, section)
    }

    /// Puts a series into a section, with the episodes that say `on_plex`; returns its rating key.
    pub fn add_show(&self, show: Show, section: i64) -> String {
        self.room.shelves().add_show(show, section)
    }

    /// Takes a title or a single episode away. False when there is none with this key.
    pub fn remove(&self, rating_key: &str) -> bool {
        rating_key.parse().is_ok_and(|key| self.room.shelves().remove(key))
    }

    /// Sets when a title was added, in epoch seconds; owners do this to push a title up, or into the future.
    pub fn set_added_at(&self, rating_key: &str, added_at: i64) -> bool {
        rating_key.parse().is_ok_and(|key| self.room.shelves().set_added_at(key, added_at))
    }

    /// Rating keys of the film, one for each section that has it.
    pub fn film_keys(&self, tmdb_id: i64) -> Vec<String> {
        self.room.shelves().film_keys(tmdb_id)
    }

    pub fn show_key(&self, tvdb_id: i64) -> Option<String> {
        self.room.shelves().show_key(tvdb_id)
    }

    pub fn has_episode(&self, tvdb_id: i64, season: i32, number: i32) -> bool {
        self.room.shelves().has_episode(tvdb_id, season, number)
    }

    /// Films and series in a section.
    pub fn count(&self, section: i64) -> usize {
        self.room.shelves().count(section)
    }
}

impl Room {
    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        self.shelves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn modes(&self) -> Modes {
        self.modes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn streams(&self) -> MutexGuard<'_, Vec<Value>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, ask: &Ask) -> Response {
        if self.modes().starting {
            let text = "<html><head><title>Maintenance</title></head><body><h1>Plex Media Server is still starting up. \
                        Please retry later</h1></body></html>";
            return html(StatusCode::SERVICE_UNAVAILABLE, text.to_owned());
        }
        let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
        if path == ["identity"] {
            return container(ask, self.identity());
        }
        let reach = ask.token().and_then(|token| self.house.read(|house| house.reach(token)));
        match reach {
            None => page(StatusCode::UNAUTHORIZED),
            // POST is what the documentation says, GET what everybody sends (C9).
            Some(reach) if path == ["status", "sessions", "terminate"] => self.terminate(ask, &reach),
            Some(reach) if ask.method == poem::http::Method::GET => self.get(ask, &path, &reach),
            Some(_) => page(StatusCode::NOT_FOUND),
        }
    }

    fn get(&self, ask: &Ask, path: &[&str], reach: &Reach) -> Response {
        let listing = Listing { room: self, ask, reach };
        match path {
            [] => container(ask, self.capabilities()),
            ["library", "sections"] => container(ask, self.sections(reach)),
            ["library", "sections", key, "all"] => listing.section(key),
            ["library", "sections", key, "recentlyAdded"] => listing.recently_added(Some(key)),
            ["library", "recentlyAdded"] => listing.recently_added(None),
            ["library", "all"] => listing.everywhere(),
            ["library", "metadata", keys] => listing.metadata(keys),
            ["library", "metadata", key, "children"] => listing.children(key),
            ["library", "metadata", key, "allLeaves" | "grandchildren"] => listing.leaves(key),
            ["library", "metadata", key, "thumb" | "art", ..] => images::of(&listing, key, 400, 600),
            ["photo", ":", "transcode"] => images::transcoded(&listing),
            ["library", "sections", key, "refresh"] => self.refresh(reach, key),
            ["status", "sessions"] => self.sessions(ask, reach),
            ["hubs", "continueWatching"] => container(ask, json!({"size": 0})),
            _ => page(StatusCode::NOT_FOUND),
        }
    }

    fn identity(&self) -> Value {
        self.house.read(|house| {
            json!({"size": 0, "claimed": true, "machineIdentifier": house.machine_id, "version": house.version})
        })
    }

    fn capabilities(&self) -> Value {
        self.house.read(|house| {
            let owner = house.owner();
            let pass = owner.is_some_and(|one| one.plex_pass);
            json!({
                "size": 0, "allowCameraUpload": true, "allowChannelAccess": true, "allowSharing": true,
                "allowSync": true, "friendlyName": SERVER_NAME, "livetv": 7, "machineIdentifier": house.machine_id,
                "myPlex": true, "myPlexMappingState": "mapped", "myPlexSigninState": "ok",
                "myPlexSubscription": pass, "myPlexUsername": owner.and_then(|one| one.email.clone()),
                "ownerFeatures": if pass { "pass,webhooks,session_kick,premium-dashboard,sync" } else { "" },
                "platform": "Linux", "platformVersion": "6.12", "transcoderActiveVideoSessions": 0,
                "transcoderVideo": true, "updatedAt": 1_893_047_130, "version": house.version,
            })
        })
    }

    fn sections(&self, reach: &Reach) -> Value {
        let rows: Vec<Value> = self
            .house
            .read(|house| house.sections.iter().filter(|one| sees(reach, one.key)).map(rows::section).collect());
        let mut body = json!({"size": rows.len(), "allowSync": false, "title1": "Plex Library"});
        put_rows(&mut body, "Directory", rows);
        body
    }

    /// A scan of a section: accepted, the shelf is up to date anyway.
    fn refresh(&self, reach: &Reach, key: &str) -> Response {
        let there = self.house.read(|house| house.sections.iter().any(|one| one.key.to_string() == key));
        match (reach, there) {
            (Reach::Owner, true) => StatusCode::OK.into(),
            (Reach::Owner, false) => page(StatusCode::NOT_FOUND),
            _ => page(StatusCode::FORBIDDEN),
        }
    }

    fn sessions(&self, ask: &Ask, reach: &Reach) -> Response {
        if *reach != Reach::Owner {
            return page(StatusCode::FORBIDDEN);
        }
        let rows = self.streams().clone();
        let mut body = json!({"size": rows.len()});
        put_rows(&mut body, "Metadata", rows);
        container(ask, body)
    }

    /// Ends a stream by the id of its session, not by its key. Without Plex Pass the server lacks the feature.
    fn terminate(&self, ask: &Ask, reach: &Reach) -> Response {
        if *reach != Reach::Owner {
            return page(StatusCode::FORBIDDEN);
        }
        if !self.house.read(|house| house.owner().is_some_and(|one| one.plex_pass)) {
            return page(StatusCode::UNAUTHORIZED);
        }
        let Some(id) = ask.query("sessionId").filter(|id| !id.is_empty()) else { return page(StatusCode::FORBIDDEN) };
        let mut streams = self.streams();
        let before = streams.len();
        streams.retain(|row| row["Session"]["id"] != *id);
        if streams.len() < before { StatusCode::OK.into() } else { page(StatusCode::NOT_FOUND) }
    }
}

fn sees(reach: &Reach, section: i64) -> bool {
    match reach {
        Reach::Owner => true,
        Reach::Shared(_, keys) => keys.contains(&section),
    }
}

/// Empty lists vanish from the answer (C0).
fn put_rows(body: &mut Value, name: &str, rows: Vec<Value>) {
    if let (Value::Object(fields), false) = (body, rows.is_empty()) {
        fields.insert(name.to_owned(), Value::Array(rows));
    }
}

fn container(ask: &Ask, body: Value) -> Response {
    if ask.wants_json() {
        return ask::json(StatusCode::OK, &json!({"MediaContainer": body}));
    }
    ask::xml(StatusCode::OK, &xml::element("MediaContainer", &body))
}

/// The HTML the server says no with.
fn page(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let number = status.as_u16();
    let text = format!(
        "<html><head><script>window.location = window.location.href.match(/(^.+\\/)[^\\/]*$/)[1] + \
         'web/index.html';</script><title>{reason}</title></head><body><h1>{number} {reason}</h1></body></html>"
    );
    html(status, text)
}

#[cfg(test)]
mod tests;
