//! Searching at Sonarr and Radarr. Writes nothing.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use crate::app::App;
use crate::app::lookups::{Answers, Reply, TIMEOUT, answers, ask, client};
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::search::Query;
use crate::domain::service::Service;

static FOUND: LazyLock<Answers<Vec<Candidate>>> = LazyLock::new(answers);

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
) -> Reply<Vec<Candidate>> {
    let Some(service) = service else { return Reply::Nobody };
    let Some(term) = term(kind, query) else { return Reply::Here(Arc::new(Vec::new())) };
    let (app, of, year) = (app.clone(), service.clone(), query.year);
    let question = format!("search {term}");
    let found = ask(&FOUND, &service, &question, patience, move || async move {
        match kind {
            MediaKind::Movie => client(app.radarr(&of))?.lookup(&term, TIMEOUT).await,
            MediaKind::Series => client(app.sonarr(&of))?.lookup(&term, TIMEOUT).await,
        }
    })
    .await;
    match (found, year) {
        (Reply::Here(all), Some(year)) => {
            Reply::Here(Arc::new(all.iter().filter(|one| one.year == Some(year)).cloned().collect()))
        }
        (found, _) => found,
    }
}
