//! A house of its own for a test: a database, a data folder, the simulated world, and the three doors open.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use secrecy::{ExposeSecret, SecretString};
use usherr::app::{App, keep};
use usherr::clock::Clock;
use usherr::config::{Config, PlexAddresses};
use usherr::crypto::{self, SessionClaims};
use usherr::db::people::{self, NewPerson};
use usherr::db::settings::StoredSetting;
use usherr::db::{self, sessions};
use usherr::demo::{World, WorldOptions};
use usherr::domain::ids::PersonId;
use usherr::domain::jobs::{JobName, Run, RunCause, RunState};
use usherr::domain::people::{Role, Session, SessionKind};
use usherr::domain::service::ServiceKind;
use usherr::domain::settings::SettingKey;
use usherr::serve::{self, House};

use super::browser::Browser;
use super::database::{self, TestDatabase};
use super::patience::until;
use super::world;

pub const PASSWORD: &str = "open sesame, please";

pub struct TestApp {
    pub world: World,
    pub house: House,
    pub config: Config,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
    /// Minutes by which the clock of the house is put forward.
    ahead: Arc<AtomicI64>,
}

/// What is left of a house whose doors are closed.
pub struct Estate {
    pub world: World,
    pub config: Config,
    pub database: TestDatabase,
    pub folder: tempfile::TempDir,
}

impl TestApp {
    /// Set up, everybody imported, all titles known.
    pub async fn new() -> Self {
        Self::in_world(WorldOptions::test()).await
    }

    pub async fn in_world(options: WorldOptions) -> Self {
        Self::unsynced(options).await.synced().await
    }

    /// The same at an address that it can be opened at again.
    pub async fn at(listen: SocketAddr) -> Self {
        Self::at_with(listen, |settings| settings).await
    }

    /// And with other settings.
    pub async fn at_with(listen: SocketAddr, change: impl FnOnce(String) -> String) -> Self {
        Self::connected(WorldOptions::test(), |config| config.listen = listen, change).await.synced().await
    }

    /// Below a path, as behind a proxy that serves other programs, too.
    pub async fn under(path: &str) -> Self {
        let fit = |config: &mut Config| config.base_path = path.to_owned();
        Self::connected(WorldOptions::test(), fit, |settings| settings).await.synced().await
    }

    /// The same house after its first look at services, people and titles.
    pub async fn synced(self) -> Self {
        let test = self;
        for job in [JobName::ServiceHealth, JobName::PeopleSync, JobName::LibrarySync] {
            let run = test.run_job(job).await;
            assert_eq!(run.state, RunState::Succeeded, "{job}: {:?}", run.error);
        }
        test.settled().await;
        test
    }

    /// Set up by a settings file, with an admin, before the first sync.
    pub async fn unsynced(options: WorldOptions) -> Self {
        Self::connected(options, |_| {}, |settings| settings).await
    }

    /// The same with other settings than those of the simulated world.
    pub async fn with_settings(options: WorldOptions, change: impl FnOnce(String) -> String) -> Self {
        Self::connected(options, |_| {}, change).await
    }

    async fn connected(
        options: WorldOptions,
        fit: impl FnOnce(&mut Config),
        change: impl FnOnce(String) -> String,
    ) -> Self {
        let world = World::start(options).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("usherr.toml");
        std::fs::write(&file, change(world.settings_file())).unwrap();
        let test = Self::open(world, folder, Some(&file), fit).await;
        test.add_person("mara", Role::Admin).await;
        test
    }

    /// Nothing set up: the wizard is open.
    pub async fn empty() -> Self {
        let world = World::start(WorldOptions::test()).await.unwrap();
        Self::open(world, tempfile::tempdir().unwrap(), None, |_| {}).await
    }

    async fn open(
        world: World,
        folder: tempfile::TempDir,
        settings: Option<&Path>,
        fit: impl FnOnce(&mut Config),
    ) -> Self {
        let database = database::fresh(|url| drop(usherr::db::Db::open(url).unwrap()));
        let mut config = config(&world, folder.path(), &database.url, settings);
        fit(&mut config);
        let ahead = Arc::new(AtomicI64::new(0));
        let minutes = ahead.clone();
        let clock = Clock::by(move || chrono::Utc::now() + chrono::TimeDelta::minutes(minutes.load(Ordering::Relaxed)));
        let app = App::build(config.clone(), clock).await.unwrap();
        if let Some(file) = settings {
            usherr::features::settings::file::apply_at(&app, file).await.unwrap();
        }
        let house = serve::open_for(app).await.unwrap();
        Self { world, house, config, _database: database, _folder: folder, ahead }
    }

    pub fn app(&self) -> &App {
        &self.house.app
    }

    /// Puts the clock of the house forward.
    pub fn later(&self, minutes: i64) {
        self.ahead.fetch_add(minutes, Ordering::Relaxed);
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.house.addr)
    }

    pub fn nobody(&self) -> Browser {
        Browser::new(&self.url())
    }

    /// The admin that every house has.
    pub async fn as_admin(&self) -> Browser {
        self.as_user("mara").await
    }

    /// Somebody with a local sign-in and this role.
    pub async fn as_role(&self, role: Role) -> Browser {
        let name = format!("{role}-{}", uuid::Uuid::new_v4().simple());
        let id = self.add_person(&name, role).await;
        self.signed_in(id).await
    }

    pub async fn as_user(&self, username: &str) -> Browser {
        let username = username.to_owned();
        let person = self.app().db.read(move |conn| people::by_username(conn, &username)).await.unwrap().unwrap();
        self.signed_in(person.id).await
    }

    /// Somebody of the household, known by their Plex account.
    pub async fn as_plex(&self, name: &str) -> Browser {
        let account = self.world.account(name).unwrap_or_else(|| panic!("nobody called {name}"));
        let person = self.app().db.read(move |conn| people::by_plex_id(conn, account.id)).await.unwrap().unwrap();
        self.signed_in(person.id).await
    }

    /// A browser with a session; how one gets such is tested by `auth`.
    pub async fn signed_in(&self, person: PersonId) -> Browser {
        let token = self.session(person, SessionKind::Web).await;
        self.nobody().with_cookie(usherr::web::cookies::SESSION, &token)
    }

    /// The token of a new session.
    pub async fn session(&self, person: PersonId, kind: SessionKind) -> String {
        let now = self.app().now();
        let session = Session {
            id: uuid::Uuid::new_v4().to_string(),
            person,
            kind,
            user_agent: None,
            address: None,
            created_at: now,
            last_seen_at: now,
            expires_at: now + chrono::TimeDelta::days(1),
        };
        let claims = SessionClaims {
            sub: person.0,
            sid: session.id.clone(),
            iat: now.timestamp(),
            exp: session.expires_at.timestamp(),
        };
        self.app().db.write(move |tx| sessions::open(tx, &session)).await.unwrap();
        self.app().keys.session_token(&claims).unwrap().expose_secret().to_owned()
    }

    pub async fn add_person(&self, username: &str, role: Role) -> PersonId {
        let now = self.app().now();
        let hash = crypto::hash_password(SecretString::from(PASSWORD)).await.unwrap();
        let person = NewPerson {
            email: Some(format!("{username}@example.org")),
            password_hash: Some(hash),
            ..NewPerson::local(username, username, role)
        };
        self.app().db.write(move |tx| people::add(tx, &person, now)).await.unwrap()
    }

    /// Runs a job as the page does, and waits for its end.
    pub async fn run_job(&self, job: JobName) -> Run {
        let now = self.app().now();
        let id = self.app().db.write(move |tx| db::jobs::ask(tx, job, RunCause::Asked, None, now)).await.unwrap();
        self.app().wake_jobs.notify_one();
        until(&format!("{job} ends"), || async move {
            let run = self.app().db.read(move |conn| db::jobs::run(conn, id)).await.unwrap().unwrap();
            (run.state != RunState::Running).then_some(run)
        })
        .await
    }

    /// Waits until the outbox has nothing left to do. Dead effects fail the test.
    pub async fn settled(&self) {
        until("the outbox is empty", || async {
            let (waiting, dead) = self.app().db.read(db::outbox::counts).await.unwrap();
            assert_eq!(dead, 0, "effects were given up");
            (waiting == 0).then_some(())
        })
        .await;
    }

    /// Like `settled`, where tries were expected to fail: nobody waits for the next one.
    pub async fn settled_in_a_hurry(&self) {
        until("the outbox is empty", || async {
            self.hurry().await;
            let (waiting, dead) = self.app().db.read(db::outbox::counts).await.unwrap();
            assert_eq!(dead, 0, "effects were given up");
            (waiting == 0).then_some(())
        })
        .await;
    }

    /// Everything that waits for its next try is due now.
    pub async fn hurry(&self) {
        let now = self.app().now();
        self.app().db.write(move |tx| db::outbox::hurry(tx, now)).await.unwrap();
        self.app().wake_worker();
    }

    /// Writes a setting as the settings page would.
    pub async fn setting(&self, key: SettingKey, value: &str) {
        let row =
            StoredSetting { key: key.as_str().to_owned(), value: value.to_owned(), sealed: false, from_file: false };
        let now = self.app().now();
        self.app().db.write(move |tx| db::settings::put(tx, &row, now)).await.unwrap();
    }

    /// Links in mails lead to this address. Radarr and Sonarr find the house where it is, for whenever they are told to report.
    pub async fn at_address(&self, public: &str) {
        self.setting(SettingKey::InternalUrl, &self.url()).await;
        self.setting(SettingKey::BaseUrl, public).await;
    }

    /// Radarr and Sonarr report to this house from now on.
    pub async fn with_hooks(self) -> Self {
        self.setting(SettingKey::InternalUrl, &self.url()).await;
        for kind in [ServiceKind::Radarr, ServiceKind::Sonarr] {
            let services = self.app().db.read(move |conn| db::services::of_kind(conn, kind)).await.unwrap();
            let now = self.app().now();
            let ask = move |tx: &mut db::Tx<'_>| {
                services.iter().try_for_each(|one| keep::ask_for_hook(tx, one.id, &one.url, now))
            };
            self.app().db.write(ask).await.unwrap();
        }
        self.app().wake_worker();
        self.settled().await;
        assert_eq!(self.world.radarr().notifications().len(), 1);
        assert_eq!(self.world.sonarr().notifications().len(), 1);
        self
    }

    /// The end of a test: nothing left over, nothing said that must not be said, doors closed.
    pub async fn close(self) {
        self.settled().await;
        self.house.close().await;
        assert_eq!(world::sins(&self.world), Vec::<String>::new(), "the world minds something");
        self.world.stop().await;
    }

    /// Closes the doors and leaves database, data folder and world as they are.
    pub async fn shut(self) -> Estate {
        self.house.close().await;
        Estate { world: self.world, config: self.config, database: self._database, folder: self._folder }
    }
}

pub fn config(world: &World, folder: &Path, database_url: &str, settings: Option<&Path>) -> Config {
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: folder.join("data"),
        database_url: database_url.to_owned(),
        base_url: None,
        base_path: String::new(),
        secret_key: Some(SecretString::from("a master key for tests, long enough")),
        settings_file: settings.map(Path::to_owned),
        log: "warn".to_owned(),
        trusted_proxies: Vec::new(),
        plex: PlexAddresses {
            plex_tv: world.plex_tv().url(),
            clients: world.plex_tv().url(),
            discover: world.plex_tv().url(),
            community: world.plex_tv().url(),
            auth: format!("{}/auth", world.plex_tv().url()),
        },
        time_zone: "UTC".to_owned(),
        share_pace: std::time::Duration::ZERO,
        kill_at: None,
    }
}
