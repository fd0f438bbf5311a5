//! The whole simulated world, started together and wired up: what Radarr and Sonarr import, the media server shows.
//! Holds handles only; each service keeps its own state. Never calls Usherr but by webhooks.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, Utc};

use super::catalogue::Catalogue;
use super::downloads::{Downloads, Speed};
use super::household::{Account, Household, Shared};
use super::import::{Import, OnImport};
use super::journal::Journal;
use super::mail::Mail;
use super::media_server::MediaServer;
use super::plex_tv::PlexTv;
use super::qbittorrent::{Generation, QbOptions, Qbittorrent};
use super::radarr::Radarr;
use super::servarr::Options;
use super::sonarr::Sonarr;

/// Fixed ports on 127.0.0.1; those left out are any free ones.
#[derive(Debug, Clone, Default)]
pub struct Ports {
    pub plex_tv: Option<u16>,
    pub media_server: Option<u16>,
    pub radarr: Option<u16>,
    pub radarr_4k: Option<u16>,
    pub sonarr: Option<u16>,
    pub qbittorrent: Option<u16>,
    pub smtp: Option<u16>,
    pub mail_page: Option<u16>,
}

/// How a world begins.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// Films and series in the Plex libraries; 4K copies and three home videos come on top.
    pub titles: usize,
    /// A dozen people with shares; else the owner alone.
    pub household: bool,
    /// How fast downloads go by the clock: 1 takes about two minutes, 10 a tenth of that. At 0 nothing moves by
    /// itself and tests move it with `downloads()`.
    pub speed: f64,
    /// The day the titles' dates are counted from.
    pub today: NaiveDate,
    pub qbittorrent: Generation,
    /// Sonarr grabs 2160p releases, and has brought nothing yet: what is on the shelf came by another one.
    pub series_in_4k: bool,
    pub ports: Ports,
}

impl WorldOptions {
    /// What `usherr demo` shows: about three hundred titles, a household, downloads one can watch.
    pub fn demo() -> WorldOptions {
        WorldOptions { titles: 300, speed: 1.0, ..WorldOptions::test() }
    }

    /// A small world that stands still.
    pub fn test() -> WorldOptions {
        WorldOptions {
            titles: 60,
            household: true,
            speed: 0.0,
            today: Utc::now().date_naive(),
            qbittorrent: Generation::V5_1,
            series_in_4k: false,
            ports: Ports::default(),
        }
    }
}

/// A handle of the running world. Clones share it; it ends with the last one, or with `stop`.
#[derive(Clone)]
pub struct World(Arc<Parts>);

struct Parts {
    catalogue: Catalogue,
    house: Shared,
    downloads: Downloads,
    plex_tv: PlexTv,
    media_server: MediaServer,
    radarr: Radarr,
    radarr_4k: Radarr,
    sonarr: Sonarr,
    qbittorrent: Qbittorrent,
    mail: Mail,
}

impl World {
    pub async fn start(options: WorldOptions) -> io::Result<World> {
        let ports = &options.ports;
        let catalogue = Catalogue::as_of(options.today);
        let house = Shared::new(if options.household { Household::full() } else { Household::empty() });
        let downloads = Downloads::new(speed(options.speed));
        let media_server = MediaServer::start(ports.media_server, house.clone(), catalogue, options.titles).await?;
        let plex_tv = PlexTv::start(ports.plex_tv, house.clone(), media_server.url()).await?;
        let shelf = media_server.clone();
        let on_import: OnImport = Arc::new(move |import: Import| drop(shelf.import(&import)));
        let arr = |options: Options, port| Options { port, ..options };
        let radarr = arr(Options::radarr(), ports.radarr);
        let radarr_4k = arr(Options::radarr_4k(), ports.radarr_4k);
        let sonarr = Options { is_4k: options.series_in_4k, ..arr(Options::sonarr(), ports.sonarr) };
        let qbittorrent = QbOptions { port: ports.qbittorrent, ..QbOptions::new(options.qbittorrent) };
        let world = World(Arc::new(Parts {
            radarr: Radarr::start(radarr, catalogue, downloads.clone(), on_import.clone()).await?,
            radarr_4k: Radarr::start(radarr_4k, catalogue, downloads.clone(), on_import.clone()).await?,
            sonarr: Sonarr::start(sonarr, catalogue, downloads.clone(), on_import).await?,
            qbittorrent: Qbittorrent::start(qbittorrent, downloads.clone()).await?,
            mail: Mail::start(ports.smtp, ports.mail_page).await?,
            catalogue,
            house,
            downloads,
            plex_tv,
            media_server,
        }));
        world.fill_radarrs();
        world.fill_sonarr(!options.series_in_4k);
        world.teach_secrets();
        if options.speed > 0.0 {
            world.0.downloads.animate();
        }
        Ok(world)
    }

    /// Radarr knows what is on the shelf, as it brought it there.
    fn fill_radarrs(&self) {
        let shelf = &self.0.media_server;
        for film in self.0.catalogue.films().iter().filter(|film| film.on_plex) {
            let copies = shelf.film_keys(film.tmdb_id).len();
            if copies > 0 {
                self.0.radarr.add_existing(film.tmdb_id, true, true);
            }
            if copies > 1 {
                self.0.radarr_4k.add_existing(film.tmdb_id, true, true);
            }
        }
    }

    /// `brought`: what is on the shelf came by it.
    fn fill_sonarr(&self, brought: bool) {
        let shelf = &self.0.media_server;
        for show in self.0.catalogue.shows().iter().filter(|show| shelf.show_key(show.tvdb_id).is_some()) {
            let there = |season, number| {
                let mut all = show.episodes().filter(|(_, episode)| brought && episode.on_plex);
                all.any(|(one, episode)| (one, episode.number) == (season, number))
            };
            let begun = show.seasons.iter().filter(|season| brought && season.episodes.iter().any(|one| one.on_plex));
            let monitored: Vec<i32> = begun.map(|season| season.number).collect();
            self.0.sonarr.add_existing(show.tvdb_id, &monitored, there);
        }
    }

    /// Journals tell a token in an address by its value, too.
    fn teach_secrets(&self) {
        let tokens: Vec<String> = self.0.house.read(|house| {
            let accounts = house.accounts.iter().map(|one| one.token.clone());
            let shares = house.shares.iter().map(|one| one.access_token.clone());
            accounts.chain(shares).chain([house.owner_access_token.clone()]).collect()
        });
        let keys = [self.0.radarr.api_key(), self.0.radarr_4k.api_key(), self.0.sonarr.api_key()];
        for journal in self.journals() {
            tokens.iter().chain(&keys).for_each(|secret| journal.add_secret(secret));
            journal.add_secret(&self.0.qbittorrent.password());
        }
    }

    pub fn catalogue(&self) -> Catalogue {
        self.0.catalogue
    }

    pub fn house(&self) -> &Shared {
        &self.0.house
    }

    /// The pipeline behind Radarr, Sonarr and qBittorrent.
    pub fn downloads(&self) -> &Downloads {
        &self.0.downloads
    }

    pub fn plex_tv(&self) -> &PlexTv {
        &self.0.plex_tv
    }

    pub fn media_server(&self) -> &MediaServer {
        &self.0.media_server
    }

    pub fn radarr(&self) -> &Radarr {
        &self.0.radarr
    }

    pub fn radarr_4k(&self) -> &Radarr {
        &self.0.radarr_4k
    }

    pub fn sonarr(&self) -> &Sonarr {
        &self.0.sonarr
    }

    pub fn qbittorrent(&self) -> &Qbittorrent {
        &self.0.qbittorrent
    }

    pub fn mail(&self) -> &Mail {
        &self.0.mail
    }

    /// The account with this user name or address.
    pub fn account(&self, name: &str) -> Option<Account> {
        self.0.house.read(|house| house.account_named(name).cloned())
    }

    pub fn owner(&self) -> Option<Account> {
        self.0.house.read(|house| house.owner().cloned())
    }

    pub fn journals(&self) -> [&Journal; 6] {
        let parts = &self.0;
        [
            parts.plex_tv.journal(),
            parts.media_server.journal(),
            parts.radarr.journal(),
            parts.radarr_4k.journal(),
            parts.sonarr.journal(),
            parts.qbittorrent.journal(),
        ]
    }

    /// Addresses, over all services, that carried a credential. A test wants none.
    pub fn tokens_in_addresses(&self) -> Vec<String> {
        self.journals().into_iter().flat_map(Journal::tokens_in_addresses).collect()
    }

    /// The settings file that connects Usherr to this world.
    pub fn settings_file(&self) -> String {
        let smtp = self.mail().smtp_addr();
        let token = self.owner().map(|owner| owner.token).unwrap_or_default();
        format!(
            r#"
[[plex]]
name = "The Back Row"
url = "{plex}"
token = "{token}"
default_library = "Welcome"

[[radarr]]
name = "Radarr"
url = "{radarr}"
api_key = "{radarr_key}"
quality_profile = "HD-1080p"
root_folder = "/movies"
default = true

[[sonarr]]
name = "Sonarr"
url = "{sonarr}"
api_key = "{sonarr_key}"
quality_profile = "HD-1080p"
root_folder = "/tv"
default = true

[qbittorrent]
url = "{qbittorrent}"
username = "{qb_name}"
password = "{qb_password}"

[smtp]
host = "{host}"
port = {port}
security = "none"
from = "Usherr <usherr@example.org>"
"#,
            plex = self.media_server().url(),
            radarr = self.radarr().url(),
            radarr_key = self.radarr().api_key(),
            sonarr = self.sonarr().url(),
            sonarr_key = self.sonarr().api_key(),
            qbittorrent = self.qbittorrent().url(),
            qb_name = self.qbittorrent().username(),
            qb_password = self.qbittorrent().password(),
            host = smtp.ip(),
            port = smtp.port(),
        )
    }

    /// The part of a settings file that connects the second Radarr, the one for 4K.
    pub fn settings_in_4k(&self) -> String {
        format!(
            r#"
[[radarr]]
name = "Radarr 4K"
url = "{url}"
api_key = "{key}"
quality_profile = "Ultra-HD"
root_folder = "/movies-4k"
is_4k = true
"#,
            url = self.radarr_4k().url(),
            key = self.radarr_4k().api_key(),
        )
    }

    /// Closes every port.
    pub async fn stop(&self) {
        let parts = &self.0;
        tokio::join!(
            parts.plex_tv.down(),
            parts.media_server.down(),
            parts.radarr.down(),
            parts.radarr_4k.down(),
            parts.sonarr.down(),
            parts.qbittorrent.down(),
            parts.mail.down(),
            async { parts.mail.host().down().await },
        );
    }
}

fn speed(factor: f64) -> Speed {
    let usual = Speed::default();
    let scaled = |time: Duration| if factor > 0.0 { time.div_f64(factor) } else { time };
    Speed { search: scaled(usual.search), download: scaled(usual.download), import: scaled(usual.import) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::demo::testing;

    #[tokio::test]
    async fn a_world_starts_wired_up_and_stops() {
        let world = World::start(WorldOptions::test()).await.unwrap();
        let films = world.radarr().titles();
        assert!(films.iter().all(|movie| !world.media_server().film_keys(movie.film.tmdb_id).is_empty()));
        assert!(!films.is_empty() && !world.sonarr().titles().is_empty() && !world.radarr_4k().titles().is_empty());
        assert_eq!(world.owner(), world.account("MARA@example.org"));
        let token = format!("X-Plex-Token: {}", world.owner().unwrap().token);
        let url = format!("{}/api/v2/resources", world.plex_tv().url());
        let listed = testing::get(&url, &["X-Plex-Client-Identifier: c", "Accept: application/json", &token]).await;
        assert_eq!(listed.json()[0]["connections"][1]["uri"], world.media_server().url());
        assert!(world.tokens_in_addresses().is_empty());
        world.stop().await;
        assert!(testing::send("GET", &world.media_server().url(), &[], "").await.is_err());
    }

    #[tokio::test]
    async fn what_radarr_imports_is_on_plex() {
        let world = World::start(WorldOptions { titles: 6, ..WorldOptions::test() }).await.unwrap();
        let film = world.catalogue().find_films("rope bell").remove(0);
        world.radarr().add_existing(film.tmdb_id, true, false).unwrap();
        let id = world.radarr().title(film.tmdb_id).unwrap().id;
        let key = format!("X-Api-Key: {}", world.radarr().api_key());
        let url = format!("{}/api/v3/command", world.radarr().url());
        let body = format!("{{\"name\":\"MoviesSearch\",\"movieIds\":[{id}]}}");
        let started = testing::send("POST", &url, &[&key, "Content-Type: application/json"], &body).await.unwrap();
        assert_eq!(started.status, 201, "{}", started.text());
        world.downloads().finish_all();
        assert_eq!(world.media_server().film_keys(film.tmdb_id).len(), 1);
    }

    #[tokio::test]
    async fn an_empty_world_has_an_owner_and_nothing_else() {
        let options = WorldOptions { titles: 0, household: false, ..WorldOptions::test() };
        let world = World::start(options).await.unwrap();
        assert!(world.radarr().titles().is_empty());
        assert_eq!(world.house().read(|house| house.accounts.len()), 1);
    }
}
