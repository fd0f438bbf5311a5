//! The state both services have: settings, profiles, folders, tags, history, commands, notifications, and the list of
//! a client's sins. Never answers a call itself.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{Commands, Event, Found, Notification};
use crate::demo::downloads::{Downloads, Owner, Target, Wanted};
use crate::demo::servarr::wire::{Call, Reply, stripped};
use crate::demo::webhooks::Post;

/// Which of the two programs this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    Radarr,
    Sonarr,
}

impl Flavour {
    pub fn name(self) -> &'static str {
        match self {
            Flavour::Radarr => "Radarr",
            Flavour::Sonarr => "Sonarr",
        }
    }

    /// `movie` or `series`, as members and parameters are called after it.
    pub fn noun(self) -> &'static str {
        match self {
            Flavour::Radarr => "movie",
            Flavour::Sonarr => "series",
        }
    }

    /// The RFC a controller's plain 404 names.
    pub fn not_found_uri(self) -> &'static str {
        match self {
            Flavour::Radarr => "https://tools.ietf.org/html/rfc9110#section-15.5.5",
            Flavour::Sonarr => "https://tools.ietf.org/html/rfc7231#section-6.5.4",
        }
    }
}

/// A root folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Root {
    pub id: i64,
    pub path: String,
    pub accessible: bool,
    /// Bytes.
    pub free: i64,
}

/// A mounted disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Disk {
    pub path: String,
    /// Bytes.
    pub free: i64,
    /// Bytes; 0 for some remote mounts.
    pub total: i64,
}

/// How an instance is set up when it starts.
#[derive(Debug, Clone)]
pub struct Options {
    pub instance_name: String,
    pub version: String,
    pub api_key: String,
    /// Empty, or like `/radarr`.
    pub url_base: String,
    pub port: Option<u16>,
    /// Ids with names.
    pub profiles: Vec<(i64, String)>,
    pub roots: Vec<Root>,
    pub disks: Vec<Disk>,
    /// Category of its torrents.
    pub category: String,
    /// Grabs 2160p releases.
    pub is_4k: bool,
}

impl Options {
    pub fn radarr() -> Self {
        Self::at("Radarr", "6.0.3.10276", "radarr-key-3f9c6d2e8a714b05", "/movies", "radarr")
    }

    /// The second Radarr, for 2160p.
    pub fn radarr_4k() -> Self {
        let mut options =
            Self::at("Radarr 4K", "6.0.3.10276", "radarr4k-key-b07d51c4e29f4a68", "/movies-4k", "radarr-4k");
        options.profiles = vec![(5, "Ultra-HD".to_owned())];
        options.is_4k = true;
        options
    }

    pub fn sonarr() -> Self {
        Self::at("Sonarr", "4.0.19.2979", "sonarr-key-61e8a0d97c3b4f12", "/tv", "tv-sonarr")
    }

    fn at(name: &str, version: &str, api_key: &str, root: &str, category: &str) -> Self {
        let free = 4_823_449_600_000;
        Self {
            instance_name: name.to_owned(),
            version: version.to_owned(),
            api_key: api_key.to_owned(),
            url_base: String::new(),
            port: None,
            profiles: [(1, "Any"), (4, "HD-1080p"), (5, "Ultra-HD"), (6, "HD - 720p/1080p")]
                .map(|(id, name)| (id, name.to_owned()))
                .into(),
            roots: vec![Root { id: 1, path: root.to_owned(), accessible: true, free }],
            disks: vec![
                Disk { path: "/".to_owned(), free: 67_114_201_088, total: 105_089_261_568 },
                Disk { path: root.to_owned(), free, total: 15_998_000_000_000 },
            ],
            category: category.to_owned(),
            is_4k: false,
        }
    }
}

#[derive(Debug)]
pub struct Common {
    pub flavour: Flavour,
    pub options: Options,
    /// Labels; the id is the place + 1.
    pub tags: Vec<String>,
    pub history: Vec<Event>,
    pub commands: Commands,
    pub notifications: Vec<Notification>,
    pub last_notification: i64,
    /// What manual searches found.
    pub releases: Vec<Found>,
    /// Entries of `/health`.
    pub health: Vec<Value>,
    pub complaints: Vec<String>,
    pub is_starting: bool,
    pub skyhook_down: bool,
    pub started_at: DateTime<Utc>,
}

impl Common {
    pub fn complain(&mut self, what: impl Into<String>) {
        self.complaints.push(what.into());
    }

    /// Whether the version is at least this.
    pub fn is_at_least(&self, wanted: &[u64]) -> bool {
        let own: Vec<u64> = self.options.version.split('.').filter_map(|part| part.parse().ok()).collect();
        own.as_slice() >= wanted
    }

    pub fn has_profile(&self, id: i64) -> bool {
        self.options.profiles.iter().any(|(own, _)| *own == id)
    }

    pub fn labels(&self, ids: &[i64]) -> Vec<String> {
        let label =
            |id: &i64| usize::try_from(id - 1).ok().and_then(|at| self.tags.get(at)).filter(|label| !label.is_empty());
        ids.iter().filter_map(label).cloned().collect()
    }
}

/// What every instance is made of.
pub struct Base {
    pub flavour: Flavour,
    common: Mutex<Common>,
    pub downloads: Downloads,
    pub post: Post,
    /// The instance itself, as the pipeline knows it.
    pub me: Weak<dyn Owner>,
    /// Its own address, once it has one: posters that would lie at TMDB or TVDB are served there.
    here: OnceLock<String>,
}

impl Base {
    pub fn new(flavour: Flavour, options: Options, downloads: Downloads, me: Weak<dyn Owner>) -> Self {
        let post = Post::start(&agent(flavour, &options.version));
        let common = Common {
            flavour,
            options,
            tags: Vec::new(),
            history: Vec::new(),
            commands: Commands::default(),
            notifications: Vec::new(),
            last_notification: 0,
            releases: Vec::new(),
            health: Vec::new(),
            complaints: Vec::new(),
            is_starting: false,
            skyhook_down: false,
            started_at: Utc::now(),
        };
        Self { flavour, common: Mutex::new(common), downloads, post, me, here: OnceLock::new() }
    }

    pub fn common(&self) -> MutexGuard<'_, Common> {
        self.common.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn is_at(&self, url: String) {
        self.here.get_or_init(|| url);
    }

    /// Where a lookup's picture lies.
    pub fn poster(&self, public_id: i64) -> String {
        format!("{}/artwork/{public_id}.png", self.here.get().map_or("", String::as_str))
    }

    pub fn set_version(&self, version: &str) {
        self.common().options.version = version.to_owned();
        self.post.set_agent(&agent(self.flavour, version));
    }

    /// Queues a command as if the service itself had started it; `body` holds its own members.
    pub fn command(&self, name: &str, body: Value, trigger: &'static str) -> i64 {
        let members = body.as_object().cloned().unwrap_or_default();
        let (id, is_new) = self.common().commands.push(name, members, trigger);
        if is_new {
            self.downloads.submit(self.me.clone(), id);
        }
        id
    }

    /// Sends a webhook to every connection that listens for `trigger` and shares a tag (or has none).
    pub fn announce(&self, trigger: &str, tags: &[i64], event: &str, mut body: Value) {
        let common = self.common();
        body = stripped(body);
        if let Some(map) = body.as_object_mut() {
            map.insert("eventType".into(), json!(event));
            map.insert("instanceName".into(), json!(common.options.instance_name));
            if !(self.flavour == Flavour::Sonarr && event.starts_with("Health") || event == "HealthRestored") {
                map.insert("applicationUrl".into(), json!(""));
            }
        }
        for connection in common.notifications.iter().filter(|one| one.listens(trigger, tags)) {
            self.post.order(connection.hook(), body.clone());
        }
    }

    /// A health problem appears (or, with `restored`, goes away again).
    pub fn health(&self, source: &str, kind: &str, message: &str, restored: bool) {
        let wiki = format!("https://wiki.servarr.com/{}/system#health", self.flavour.name().to_lowercase());
        let entry = json!({ "source": source, "type": kind, "message": message, "wikiUrl": wiki });
        self.common().health.retain(|one| one.get("message") != entry.get("message"));
        let (trigger, event) = match restored {
            true => ("onHealthRestored", "HealthRestored"),
            false => ("onHealthIssue", "Health"),
        };
        if !restored {
            self.common().health.push(entry);
        }
        let body = json!({ "level": kind, "message": message, "type": source, "wikiUrl": wiki });
        self.announce(trigger, &[], event, body);
    }
}

fn agent(flavour: Flavour, version: &str) -> String {
    format!("{}/{version} (alpine 3.19)", flavour.name())
}

/// What the shared pages need to know of the service at hand.
pub trait Arr: Send + Sync + 'static {
    fn base(&self) -> &Base;
    /// Its own pages; none when the path is not one of them.
    fn own(&self, call: &Call) -> Option<Reply>;
    /// The title's resource, as `includeMovie` and `includeSeries` embed it.
    fn title(&self, id: i64) -> Option<Value>;
    /// The episode's resource, for `includeEpisode`. A film has none.
    fn episode(&self, id: i64) -> Option<Value>;
    /// The name of the title with this row id, or with this public id, for its poster.
    fn poster_title(&self, id: i64, is_public: bool) -> Option<String>;
    /// Commands it knows: names, and whether they take until the next step of the pipeline.
    fn command_names(&self) -> &'static [(&'static str, bool)];
    /// What a manual search with these parameters looks for, whatever is monitored.
    fn search_for(&self, call: &Call) -> Vec<Wanted>;
    /// Starts a new search for what a lost download was for.
    fn search_again(&self, target: &Target);
}
