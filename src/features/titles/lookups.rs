//! What Sonarr and Radarr know of titles. Slow, and at times down: an answer is kept for ten minutes, a question goes on
//! when the page that asked it does not wait any longer, and two that ask the same wait for one answer. Writes nothing.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use moka::future::Cache;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::fault::{Answer, Fault};
use crate::domain::search::Query;
use crate::domain::service::Service;
use crate::domain::title_seasons::Known;
use crate::error::AppError;

/// A question goes on for so long, whoever waits for it.
const TIMEOUT: Duration = Duration::from_secs(20);
const KEPT: Duration = Duration::from_secs(600);
/// Questions under way at once: a Sonarr that hangs does not keep Radarr from answering.
static FILM_HANDS: Semaphore = Semaphore::const_new(6);
static SERIES_HANDS: Semaphore = Semaphore::const_new(6);

static FOUND: LazyLock<Cache<String, Arc<Vec<Candidate>>>> =
    LazyLock::new(|| Cache::builder().max_capacity(200).time_to_live(KEPT).build());
static TITLES: LazyLock<Cache<String, Arc<Looked>>> =
    LazyLock::new(|| Cache::builder().max_capacity(200).time_to_live(KEPT).build());
/// A service that failed is left alone for a moment.
static FAILED: LazyLock<Cache<String, ()>> =
    LazyLock::new(|| Cache::builder().max_capacity(400).time_to_live(Duration::from_secs(5)).build());

/// How a question to one service stands.
#[derive(Debug, Clone)]
pub enum Found<T> {
    Here(Arc<T>),
    /// Still asking.
    Asking,
    /// It did not answer, or not in a way that makes sense.
    Failed,
    /// No such service is set up.
    Nobody,
}

impl<T> Found<T> {
    pub fn here(&self) -> Option<&T> {
        match self {
            Self::Here(found) => Some(found),
            _ => None,
        }
    }
}

/// One title as its service knows it.
#[derive(Debug, Clone)]
pub struct Looked {
    /// None when the service knows no such title.
    pub candidate: Option<Candidate>,
    pub known: Known,
}

/// What to ask a service of this kind for this query; none when it can't know.
pub fn term(kind: MediaKind, query: &Query) -> Option<String> {
    if query.kind.is_some_and(|wanted| wanted != kind) {
        return None;
    }
    if query.has_ids() {
        let own = match kind {
            MediaKind::Movie => query.ids.tmdb.map(|id| format!("tmdb:{id}")),
            MediaKind::Series => query.ids.tvdb.map(|id| format!("tvdb:{id}")),
        };
        return own.or_else(|| query.ids.imdb.as_ref().map(|id| format!("imdb:{id}")));
    }
    let letters = query.words.iter().map(|word| word.chars().count()).sum::<usize>();
    let wide = query.words.iter().any(|word| word.chars().any(|char| char > '\u{2e80}'));
    (letters >= 2 || wide).then(|| query.typed.to_lowercase())
}

/// Titles of one kind for a query, within `patience`; the question goes on afterwards.
pub async fn search(
    app: &App,
    kind: MediaKind,
    service: Option<Service>,
    query: &Query,
    patience: Duration,
) -> Found<Vec<Candidate>> {
    let Some(service) = service else { return Found::Nobody };
    let Some(term) = term(kind, query) else { return Found::Here(Arc::new(Vec::new())) };
    let key = key(&service, &term);
    let (app, year) = (app.clone(), query.year);
    let found = ask(&FOUND, hands(kind), key, patience, move || async move {
        match kind {
            MediaKind::Movie => client(app.radarr(&service))?.lookup(&term, TIMEOUT).await,
            MediaKind::Series => client(app.sonarr(&service))?.lookup(&term, TIMEOUT).await,
        }
    })
    .await;
    match (found, year) {
        (Found::Here(all), Some(year)) => {
            Found::Here(Arc::new(all.iter().filter(|one| one.year == Some(year)).cloned().collect()))
        }
        (found, _) => found,
    }
}

/// One title by its public id, with its seasons and episodes, within `patience`.
pub async fn title(app: &App, kind: MediaKind, service: Option<Service>, id: i64, patience: Duration) -> Found<Looked> {
    let Some(service) = service else { return Found::Nobody };
    let key = key(&service, &format!("title {id}"));
    let app = app.clone();
    ask(&TITLES, hands(kind), key, patience, move || async move {
        match kind {
            MediaKind::Movie => {
                let candidate = client(app.radarr(&service))?.lookup_id(id).await?;
                Ok(Looked { candidate, known: Known::default() })
            }
            MediaKind::Series => {
                let sonarr = client(app.sonarr(&service))?;
                let candidate = sonarr.lookup_id(id).await?;
                let seasons = candidate.as_ref().map(|found| found.seasons.clone()).unwrap_or_default();
                let episodes = match candidate.as_ref().and_then(|found| found.arr_id) {
                    Some(own) => sonarr.episodes(own).await?,
                    None => Vec::new(),
                };
                Ok(Looked { candidate, known: Known { seasons, episodes } })
            }
        }
    })
    .await
}

fn hands(kind: MediaKind) -> &'static Semaphore {
    match kind {
        MediaKind::Movie => &FILM_HANDS,
        MediaKind::Series => &SERIES_HANDS,
    }
}

/// A changed address or key is another service.
fn key(service: &Service, term: &str) -> String {
    format!("{} {} {term}", service.url, service.updated_at.timestamp_micros())
}

fn client<T>(made: Result<T, AppError>) -> Answer<T> {
    made.map_err(|error| match error {
        AppError::Service(fault) => fault,
        other => Fault::permanent(other.to_string()),
    })
}

async fn ask<T, F>(
    cache: &'static Cache<String, Arc<T>>,
    hands: &'static Semaphore,
    key: String,
    patience: Duration,
    question: impl FnOnce() -> F + Send + 'static,
) -> Found<T>
where
    T: Send + Sync + 'static,
    F: Future<Output = Answer<T>> + Send + 'static,
{
    if let Some(found) = cache.get(&key).await {
        return Found::Here(found);
    }
    if FAILED.contains_key(&key) {
        return Found::Failed;
    }
    // A task of its own: it goes on when nobody waits any more.
    let asking = tokio::spawn(async move {
        let answer = cache.try_get_with(key.clone(), async {
            let answering = async {
                let _hand = hands.acquire().await;
                question().await
            };
            match tokio::time::timeout(TIMEOUT, answering).await {
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
    match tokio::time::timeout(patience, asking).await {
        Ok(Ok(Some(found))) => Found::Here(found),
        Ok(_) => Found::Failed,
        Err(_) => Found::Asking,
    }
}
