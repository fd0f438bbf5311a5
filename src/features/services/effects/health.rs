//! Job `service_health`: asks everything outside at once whether it is up, and reads what there is to pick from and how big
//! things are. It changes nothing but health, pickers, sizes, and the ids behind names; a service that is down loses nothing.
//! Between two runs, those that are down are asked again.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, join_all};
use serde_json::json;

use super::sizes;
use crate::app::run::RunHandle;
use crate::app::{App, Change};
use crate::db::{Tx, activity, jobs, outbox, servers, services};
use crate::domain::activity::{ActivityKind, NewEntry};
use crate::domain::catalog::ServerIdentity;
use crate::domain::ids::{ServerId, ServiceId};
use crate::domain::servarr::QualityProfile;
use crate::domain::service::{
    Health, LOOK_AGAIN, Offers, PLEX_TV_KEY, Server, Service, ServiceKind, server_key, service_key,
};
use crate::error::{AppError, Outcome};
use crate::features::services::lookups::offers;

const PATIENCE: Duration = Duration::from_secs(6);

/// What one of them answered.
struct Heard {
    key: String,
    name: String,
    of: Of,
    /// Where it was asked.
    url: String,
    answer: Result<Answer, String>,
    latency: Duration,
}

#[derive(Clone, Copy)]
enum Of {
    PlexTv,
    Server(ServerId),
    Service(ServiceId),
}

impl Of {
    fn key(self) -> String {
        match self {
            Self::PlexTv => PLEX_TV_KEY.to_owned(),
            Self::Server(id) => server_key(id),
            Self::Service(id) => service_key(id),
        }
    }
}

#[derive(Default)]
struct Answer {
    version: Option<String>,
    offers: Option<Offers>,
    identity: Option<ServerIdentity>,
}

pub async fn run(run: RunHandle) -> Outcome<serde_json::Value> {
    let app = run.app.clone();
    let id = run.claim().id;
    let by_hand = app.db.read(move |conn| jobs::run(conn, id)).await?.is_some_and(|run| run.asked_by.is_some());
    if by_hand {
        app.forget_sessions();
    }
    let (all_servers, all_services) = app.db.read(|conn| Ok((servers::all(conn)?, services::all(conn)?))).await?;
    let heard = ask_all(&app, &all_servers, &all_services, |_| true).await;
    let down: Vec<String> = heard.iter().filter(|one| one.answer.is_err()).map(|one| one.name.clone()).collect();
    let up = heard.len() - down.len();
    let answers = |service: &Service| {
        heard.iter().any(|one| one.answer.is_ok() && matches!(one.of, Of::Service(id) if id == service.id))
    };
    let answering: Vec<Service> = all_services.iter().filter(|service| answers(service)).cloned().collect();
    let now = app.now();
    let noted = app.db.write(move |tx| note_all(tx, heard, now)).await?;
    noted.tell(&app);
    for service in answering {
        if let Err(error) = sizes::refresh(&app, &service).await {
            tracing::debug!(service.name = %service.name, error = %error, "no sizes to estimate by");
        }
    }
    Ok(json!({ "up": up, "down": down }))
}

/// Asks those that are down again, so that nobody reads for long of an outage that is over. Ends when the house closes.
pub async fn watch(app: App) {
    let pause = Duration::from_secs(LOOK_AGAIN.num_seconds().unsigned_abs());
    loop {
        let look = async {
            tokio::time::sleep(pause).await;
            look_again(&app).await
        };
        let looked = tokio::select! {
            () = app.stop.cancelled() => return,
            looked = look => looked,
        };
        if let Err(error) = looked {
            tracing::warn!(error = %error, "services that are down can't be looked at");
        }
    }
}

/// One such look. A mail server counts sign-ins that it refuses: it waits for the job.
pub async fn look_again(app: &App) -> Outcome<()> {
    let (health, servers, services) =
        app.db.read(|conn| Ok((services::health(conn)?, servers::all(conn)?, services::all(conn)?))).await?;
    let down: Vec<String> = health.into_iter().filter(|one| !one.up).map(|one| one.key).collect();
    let services: Vec<Service> = services.into_iter().filter(|one| one.kind != ServiceKind::Smtp).collect();
    let heard = ask_all(app, &servers, &services, |key| down.iter().any(|known| known == key)).await;
    if heard.is_empty() {
        return Ok(());
    }
    let now = app.now();
    let noted = app.db.write(move |tx| note_each(tx, heard, now)).await?;
    noted.tell(app);
    Ok(())
}

async fn ask_all(app: &App, servers: &[Server], services: &[Service], wanted: impl Fn(&str) -> bool) -> Vec<Heard> {
    let mut asked: Vec<BoxFuture<'_, Heard>> = Vec::new();
    for server in servers.iter().filter(|server| wanted(&server_key(server.id))) {
        let work = ask_server(app, server);
        asked.push(time(Of::Server(server.id), &server.name, &server.url, work).boxed());
    }
    for service in services.iter().filter(|service| wanted(&service_key(service.id))) {
        let work = ask_service(app, service);
        asked.push(time(Of::Service(service.id), &service.name, &service.url, work).boxed());
    }
    if let Some(server) = servers.iter().find(|server| !server.sealed.is_empty() && wanted(PLEX_TV_KEY)) {
        let work = ask_plex_tv(app, server);
        asked.push(time(Of::PlexTv, "plex.tv", "", work).boxed());
    }
    join_all(asked).await
}

async fn time(of: Of, name: &str, url: &str, work: impl Future<Output = Outcome<Answer>>) -> Heard {
    let started = Instant::now();
    let answer = match tokio::time::timeout(PATIENCE, work).await {
        Ok(answer) => answer.map_err(|error| words(&error)),
        Err(_) => Err(format!("No answer within {} seconds.", PATIENCE.as_secs())),
    };
    Heard { key: of.key(), name: name.to_owned(), of, url: url.to_owned(), answer, latency: started.elapsed() }
}

/// For the pages: our own troubles stay in the log.
fn words(error: &AppError) -> String {
    match error {
        AppError::Internal(cause) => {
            tracing::error!(error = %cause, "a service could not be asked");
            "It could not be asked; the log knows more.".to_owned()
        }
        error => error.to_string(),
    }
}

async fn ask_plex_tv(app: &App, server: &Server) -> Outcome<Answer> {
    app.plex_tv()?.within(PATIENCE).ping(&app.token_of(server)?).await?;
    Ok(Answer::default())
}

async fn ask_server(app: &App, server: &Server) -> Outcome<Answer> {
    let plex = app.plex_server(server)?.within(PATIENCE);
    server.expect_own(&plex.identity().await?)?;
    let identity = plex.capabilities().await?;
    Ok(Answer { version: Some(identity.version.clone()), identity: Some(identity), ..Answer::default() })
}

async fn ask_service(app: &App, service: &Service) -> Outcome<Answer> {
    let arr = match service.kind {
        ServiceKind::Radarr => (*app.radarr(service)?).clone(),
        ServiceKind::Sonarr => (*app.sonarr(service)?).clone(),
        ServiceKind::Qbittorrent => {
            let version = app.qbittorrent(service)?.version().await?;
            return Ok(Answer { version: Some(version.trim_start_matches('v').to_owned()), ..Answer::default() });
        }
        ServiceKind::Smtp => {
            app.mailer(service)?.within(PATIENCE).test().await?;
            return Ok(Answer::default());
        }
    };
    let status = arr.status().await?;
    arr.expect_own(&status)?;
    // Up is up, also when its pickers can't be read right now.
    let offers = offers(&arr, app.now()).await.ok();
    Ok(Answer { version: Some(status.version), offers, identity: None })
}

#[derive(Default)]
struct Noted {
    changed: bool,
    came_back: bool,
}

impl Noted {
    fn tell(&self, app: &App) {
        if self.came_back {
            app.wake_worker();
        }
        if self.changed {
            app.changed(Change::Health);
        }
    }
}

/// Forgets those that are there no more; what was set up meanwhile has been asked as it was saved.
fn note_all(tx: &mut Tx<'_>, heard: Vec<Heard>, now: DateTime<Utc>) -> Outcome<Noted> {
    let mut keys: Vec<String> = heard.iter().map(|one| one.key.clone()).collect();
    let mut noted = note_each(tx, heard, now)?;
    keys.extend(servers::all(tx)?.iter().map(|server| server_key(server.id)));
    keys.extend(services::all(tx)?.iter().map(|service| service_key(service.id)));
    for known in services::health(tx)? {
        if !keys.contains(&known.key) {
            services::forget_health(tx, &known.key)?;
            noted.changed = true;
        }
    }
    Ok(noted)
}

fn note_each(tx: &mut Tx<'_>, heard: Vec<Heard>, now: DateTime<Utc>) -> Outcome<Noted> {
    let mut noted = Noted::default();
    for one in heard {
        note(tx, one, &mut noted, now)?;
    }
    if noted.came_back {
        outbox::hurry(tx, now)?;
    }
    Ok(noted)
}

fn note(tx: &mut Tx<'_>, one: Heard, noted: &mut Noted, now: DateTime<Utc>) -> Outcome<()> {
    match url_now(tx, one.of)? {
        None => return services::forget_health(tx, &one.key),
        Some(url) if url != one.url => return Ok(()),
        Some(_) => {}
    }
    let answer = one.answer.as_ref().ok();
    let health = Health {
        key: one.key,
        name: one.name,
        up: answer.is_some(),
        message: one.answer.as_ref().err().cloned(),
        version: answer.and_then(|answer| answer.version.clone()),
        latency_ms: answer.map(|_| i64::try_from(one.latency.as_millis()).unwrap_or(i64::MAX)),
        since: now,
        checked_at: now,
    };
    let before = services::put_health(tx, &health)?;
    let was_up = before.as_ref().is_none_or(|before| before.up);
    noted.changed |= before.is_none() || was_up != health.up;
    if was_up != health.up {
        let kind = if health.up { ActivityKind::ServiceBack } else { ActivityKind::ServiceDown };
        let mut entry = NewEntry::new(kind, &health.name);
        entry.detail = health.message;
        activity::record(tx, &entry, now)?;
        noted.came_back |= health.up;
    }
    match (one.of, one.answer) {
        (Of::Service(id), Ok(Answer { offers: Some(offers), .. })) => keep_offers(tx, id, &offers),
        (Of::Server(id), Ok(Answer { identity: Some(identity), .. })) => {
            match servers::set_identity(tx, id, &identity) {
                // Said by the sync, which reads no server twice.
                Err(AppError::Conflict(_)) => Ok(()),
                kept => kept,
            }
        }
        _ => Ok(()),
    }
}

/// It may have been removed while it was asked, or have moved: then what was heard is of another one.
fn url_now(tx: &mut Tx<'_>, of: Of) -> Outcome<Option<String>> {
    Ok(match of {
        Of::PlexTv => Some(String::new()),
        Of::Server(id) => servers::get(tx, id)?.map(|server| server.url),
        Of::Service(id) => services::get(tx, id)?.map(|service| service.url),
    })
}

/// Keeps the pickers, and finds the id behind a profile that the settings file names.
fn keep_offers(tx: &mut Tx<'_>, id: ServiceId, offers: &Offers) -> Outcome<()> {
    services::put_offers(tx, id, offers)?;
    let Some(service) = services::get(tx, id)? else { return Ok(()) };
    if service.quality_profile_id.is_some() {
        return Ok(());
    }
    let Some(wanted) = service.quality_profile else { return Ok(()) };
    match QualityProfile::called(&offers.profiles, &wanted) {
        Some(profile) => services::set_profile(tx, id, profile),
        None => Ok(()),
    }
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod tests;
