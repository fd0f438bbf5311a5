//! What the tests of the slices share: a house with the simulated world beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use secrecy::SecretString;

use crate::app::App;
use crate::app::run::RunHandle;
use crate::app::services::{secret_place, server_place};
use crate::clock::Clock;
use crate::config::{Config, PlexAddresses};
use crate::db::people::NewPerson;
use crate::db::testing::{TestDatabase, fresh};
use crate::db::{self, Db};
use crate::demo::{World, WorldOptions};
use crate::domain::catalog::Candidate;
use crate::domain::ids::{PersonId, ServerId, ServiceId};
use crate::domain::jobs::{JobName, RunCause};
use crate::domain::people::{Actor, KeyScope, Role};
use crate::domain::service::{Server, Service, ServiceKind};

/// A house whose services are those of a simulated world. Gone when dropped.
pub struct TestHouse {
    pub app: App,
    pub world: World,
    _database: TestDatabase,
    _data: tempfile::TempDir,
}

pub fn migrate(url: &str) {
    Db::open(url).unwrap();
}

pub async fn house(titles: usize) -> TestHouse {
    let world = World::start(WorldOptions { titles, ..WorldOptions::test() }).await.unwrap();
    let database = fresh(migrate);
    let data = tempfile::tempdir().unwrap();
    let plex = world.plex_tv().url();
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        data_dir: data.path().to_owned(),
        database_url: database.url.clone(),
        base_url: None,
        base_path: String::new(),
        secret_key: Some(SecretString::from("0123456789abcdef0123456789abcdef".to_owned())),
        settings_file: None,
        log: "off".to_owned(),
        trusted_proxies: Vec::new(),
        plex: PlexAddresses {
            plex_tv: plex.clone(),
            clients: plex.clone(),
            discover: plex.clone(),
            community: plex.clone(),
            auth: plex,
        },
        time_zone: "UTC".to_owned(),
        share_pace: std::time::Duration::ZERO,
        kill_at: None,
    };
    let app = App::build(config, Clock::system()).await.unwrap();
    let house = TestHouse { app, world, _database: database, _data: data };
    house.set_up().await;
    house
}

impl TestHouse {
    async fn set_up(&self) {
        let app = &self.app;
        let token = SecretString::from(self.world.owner().unwrap().token);
        let server = Server {
            id: ServerId(0),
            name: "The Back Row".to_owned(),
            url: self.world.media_server().url(),
            sealed: app.seal(&token, &server_place("The Back Row")).unwrap(),
            machine_id: None,
            version: None,
            owner_plex_id: None,
            default_library: None,
            from_file: false,
        };
        let now = app.now();
        app.db.write(move |tx| db::servers::save(tx, &server, 0, now)).await.unwrap();
        self.service(ServiceKind::Radarr, self.world.radarr().url(), self.world.radarr().api_key()).await;
        self.service(ServiceKind::Sonarr, self.world.sonarr().url(), self.world.sonarr().api_key()).await;
    }

    async fn service(&self, kind: ServiceKind, url: String, key: String) {
        let now = self.app.now();
        let name = kind.label().to_owned();
        let service = Service {
            id: ServiceId(0),
            kind,
            sealed: Some(self.app.seal(&SecretString::from(key), &secret_place(kind, &name)).unwrap()),
            name,
            url,
            username: None,
            is_4k: false,
            is_default: true,
            quality_profile_id: Some(1),
            quality_profile: None,
            root_folder: Some("/media".to_owned()),
            tags: Vec::new(),
            mail: None,
            hook_id: None,
            hook_sealed: None,
            from_file: false,
            updated_at: now,
        };
        self.app
            .db
            .write(move |tx| {
                let id = db::services::save(tx, &service, now)?;
                db::services::set_secret(tx, id, service.sealed.as_deref())
            })
            .await
            .unwrap();
    }

    /// A run of the job, as the runner would hand it out.
    pub async fn run(&self, job: JobName) -> RunHandle {
        let now = self.app.now();
        let claim = self
            .app
            .db
            .write(move |tx| {
                db::jobs::ask(tx, job, RunCause::Asked, None, now)?;
                db::jobs::take(tx, None, now)
            })
            .await
            .unwrap();
        RunHandle::new(self.app.clone(), claim.unwrap())
    }

    /// Ends a run that `run` began, so that the next one may begin.
    pub async fn finish(&self, run: RunHandle) {
        let (claim, now) = (run.claim().clone(), self.app.now());
        self.app.db.write(move |tx| db::jobs::finish(tx, &claim, &Ok(serde_json::Value::Null), now)).await.unwrap();
    }

    /// What Sonarr says of a series.
    pub async fn candidate_series(&self, tvdb: i64) -> Candidate {
        let service =
            self.app.db.read(|conn| db::services::of_kind(conn, ServiceKind::Sonarr)).await.unwrap().remove(0);
        self.app.sonarr(&service).unwrap().lookup_id(tvdb).await.unwrap().unwrap()
    }

    /// Somebody with a local sign-in.
    pub async fn person(&self, name: &str, role: Role, plex_id: Option<i64>) -> Actor {
        let now = self.app.now();
        let new = NewPerson { plex_id, ..NewPerson::local(name, &name.to_lowercase(), role) };
        let id: PersonId = self.app.db.write(move |tx| db::people::add(tx, &new, now)).await.unwrap();
        let settings = self.app.settings().await.unwrap();
        let actor = self.app.db.read(move |conn| {
            let person = db::people::get(conn, id)?.unwrap();
            let reach = db::rights::of(conn, &settings, &person, now)?;
            Ok(person.actor(reach, None, KeyScope::Admin))
        });
        actor.await.unwrap()
    }
}
