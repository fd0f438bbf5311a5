//! What is asked of Sonarr and Radarr while somebody waits. They are slow, and at times down: an answer is kept for ten
//! minutes, a question goes on when whoever asked it does not wait any longer, and two that ask the same wait for one
//! answer. Writes nothing.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use moka::future::Cache;
use tokio::sync::Semaphore;

use super::App;
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::fault::{Answer, Fault};
use crate::domain::servarr::counted;
use crate::domain::service::{Service, ServiceKind};
use crate::domain::title_seasons::Known;
use crate::error::AppError;
use crate::vendor::radarr::Radarr;
use crate::vendor::sonarr::Sonarr;

/// A question goes on for so long, whoever waits for it.
pub const TIMEOUT: Duration = Duration::from_secs(20);
/// Questions under way at once at one service: one that hangs does not keep another from answering.
const HANDS: usize = 6;
static BUSY: LazyLock<Cache<String, Arc<Semaphore>>> = LazyLock::new(|| Cache::builder().max_capacity(50).build());

static TITLES: LazyLock<Answers<Looked>> = LazyLock::new(answers);
/// A service that failed is left alone for a moment, longer than a page takes that looks again by itself.
static FAILED: LazyLock<Cache<String, ()>> =
    LazyLock::new(|| Cache::builder().max_capacity(400).time_to_live(Duration::from_secs(5)).build());

const SAFE: &str = "Nothing is lost: try again in a moment.";

/// What was answered, by question.
pub type Answers<T> = Cache<String, Arc<T>>;

pub fn answers<T: Send + Sync + 'static>() -> Answers<T> {
    Cache::builder().max_capacity(200).time_to_live(Duration::from_secs(600)).build()
}

/// How a question to one service stands.
#[derive(Debug, Clone)]
pub enum Reply<T> {
    Here(Arc<T>),
    /// Still asking.
    Asking,
    /// It did not answer, or not in a way that makes sense.
    Failed,
    /// No such service is set up.
    Nobody,
}

impl<T> Reply<T> {
    pub fn here(&self) -> Option<&T> {
        match self {
            Self::Here(found) => Some(found),
            _ => None,
        }
    }

    /// Why there is nothing, for whoever can't wait any longer.
    pub fn fault(&self, kind: MediaKind) -> Option<Fault> {
        let name = ServiceKind::fetching(kind).label();
        match self {
            Self::Here(_) => None,
            Self::Asking => Some(Fault::transient(format!("{name} has not answered yet. {SAFE}"))),
            Self::Failed => Some(Fault::transient(format!("{name} did not answer. {SAFE}"))),
            Self::Nobody => Some(Fault::permanent("No service for titles of this kind is set up. Ask an admin.")),
        }
    }
}

/// How a title is named to its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicId {
    /// As services of its kind count: TMDB for films, TVDB for series.
    Own(i64),
    Tmdb(i64),
}

/// One title as its service knows it.
#[derive(Debug, Clone)]
pub struct Looked {
    /// None when the service knows no such title.
    pub candidate: Option<Candidate>,
    pub known: Known,
}

impl Looked {
    /// The title with its seasons as the list of episodes counts them.
    pub fn counted(&self, now: DateTime<Utc>) -> Option<Candidate> {
        let candidate = self.candidate.clone()?;
        let seasons = counted(candidate.seasons, &self.known.episodes, now);
        Some(Candidate { seasons, ..candidate })
    }
}

/// One title by its public id, with its seasons and episodes, within `patience`.
pub async fn title(
    app: &App,
    kind: MediaKind,
    service: Option<Service>,
    id: PublicId,
    patience: Duration,
) -> Reply<Looked> {
    let Some(service) = service else { return Reply::Nobody };
    let (app, of) = (app.clone(), service.clone());
    ask(&TITLES, &service, &format!("title {id:?}"), patience, move || async move {
        match kind {
            MediaKind::Movie => film(&client(app.radarr(&of))?, id).await,
            MediaKind::Series => series(&client(app.sonarr(&of))?, id).await,
        }
    })
    .await
}

async fn film(radarr: &Radarr, id: PublicId) -> Answer<Looked> {
    let (PublicId::Own(id) | PublicId::Tmdb(id)) = id;
    Ok(Looked { candidate: radarr.lookup_id(id).await?, known: Known::default() })
}

async fn series(sonarr: &Sonarr, id: PublicId) -> Answer<Looked> {
    let candidate = match id {
        PublicId::Own(id) => sonarr.lookup_id(id).await?,
        PublicId::Tmdb(id) => sonarr.lookup(&format!("tmdb:{id}"), TIMEOUT).await?.into_iter().next(),
    };
    let seasons = candidate.as_ref().map(|found| found.seasons.clone()).unwrap_or_default();
    let episodes = match candidate.as_ref().and_then(|found| found.arr_id) {
        Some(own) => sonarr.episodes(own).await?,
        None => Vec::new(),
    };
    Ok(Looked { candidate, known: Known { seasons, episodes } })
}

/// Asks a question of a service, or finds what it answered before.
pub async fn ask<T, F>(
    answers: &'static Answers<T>,
    service: &Service,
    question: &str,
    patience: Duration,
    asking: impl FnOnce() -> F + Send + 'static,
) -> Reply<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    let key = key(service, question);
    if let Some(found) = answers.get(&key).await {
        return Reply::Here(found);
    }
    if FAILED.contains_key(&key) {
        return Reply::Failed;
    }
    let hands = hands(service).await;
    // A task of its own: it goes on when nobody waits any more.
    let answering = tokio::spawn(async move {
        let answer = answers.try_get_with(key.clone(), async {
            let answer = async {
                let _hand = hands.acquire().await;
                asking().await
            };
            match tokio::time::timeout(TIMEOUT, answer).await {
                Ok(answer) => answer.map(Arc::new),
                Err(_) => Err(Fault::transient("It did not answer in time.")),
            }
        });
        let answer = answer.await;
        if let Err(fault) = &answer {
            tracing::info!(error = %fault, "a lookup failed");
            FAILED.insert(key, ()).await;
        }
        answer.ok()
    });
    match tokio::time::timeout(patience, answering).await {
        Ok(Ok(Some(found))) => Reply::Here(found),
        Ok(_) => Reply::Failed,
        Err(_) => Reply::Asking,
    }
}

async fn hands(service: &Service) -> Arc<Semaphore> {
    BUSY.get_with(key(service, ""), async { Arc::new(Semaphore::new(HANDS)) }).await
}

/// A changed address or key is another service.
fn key(service: &Service, term: &str) -> String {
    format!("{} {} {term}", service.url, service.updated_at.timestamp_micros())
}

/// A client, or why there is none, as an answer.
pub fn client<T>(made: Result<T, AppError>) -> Answer<T> {
    made.map_err(|error| match error {
        AppError::Service(fault) => fault,
        other => Fault::permanent(other.to_string()),
    })
}
