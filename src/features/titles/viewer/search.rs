//! Search: what is here answers at once; what Sonarr and Radarr know comes in by stream, or by looking again.

use std::time::Duration;

use futures_util::StreamExt;
use poem::web::Query as Params;
use poem::web::sse::{Event, SSE};
use poem::{IntoResponse, Response, handler};
use serde::Deserialize;

use crate::app::App;
use crate::app::lookups::Reply;
use crate::app::services::PAGE_PATIENCE;
use crate::domain::catalog::{Candidate, MediaKind};
use crate::domain::people::Actor;
use crate::domain::search::Query;
use crate::domain::title::public_id;
use crate::error::Outcome;
use crate::features::titles::gather::{self, Found};
use crate::features::titles::views::search::{self as view, Results};
use crate::features::titles::{actions, lookups};
use crate::ui::{Fragment, Frame};
use crate::web::Viewer;
use crate::web::sse::still_in;
use crate::web::visit::Visit;

/// Titles of each lookup that are shown.
const MOST: usize = 20;
/// A stream says something at least this often.
const BEAT: Duration = Duration::from_secs(8);
/// The first fragment waits for nobody.
const AT_ONCE: Duration = Duration::ZERO;

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    kind: String,
}

impl Asked {
    /// What was typed, fit to be shown, and what it means.
    fn read(&self) -> (String, Query) {
        let shown = self.q.chars().filter(|char| !char.is_control()).take(crate::domain::search::MAX_QUERY);
        let mut query = Query::parse(&self.q);
        query.kind = self.kind.parse().ok();
        (shown.collect::<String>().trim().to_owned(), query)
    }
}

#[handler]
pub async fn search_page(visit: Visit, Viewer(me): Viewer, Params(asked): Params<Asked>) -> poem::Result<Response> {
    let (shown, query) = asked.read();
    if shown.is_empty() {
        return Ok(visit.show(view::start(&visit.frame)));
    }
    // htmx gets the rest by stream; a plain visit would have to look again.
    let patience = if visit.fragment { AT_ONCE } else { PAGE_PATIENCE };
    let results = results(&visit.app, &me, shown, &query, patience).await?;
    Ok(visit.show(view::page(&visit.frame, &results)))
}

/// The results alone, as they are now: for polling.
#[handler]
pub async fn search_now(visit: Visit, Viewer(me): Viewer, Params(asked): Params<Asked>) -> poem::Result<Response> {
    let (shown, query) = asked.read();
    let results = results(&visit.app, &me, shown, &query, AT_ONCE).await?;
    Ok(Fragment(view::groups(&visit.frame, &results)).into_response())
}

/// The results each time a service has answered, until all have.
#[handler]
pub async fn search_events(visit: Visit, Viewer(me): Viewer, Params(asked): Params<Asked>) -> poem::Result<Response> {
    let (shown, query) = asked.read();
    let stream = Stream {
        app: visit.app.clone(),
        frame: visit.frame.clone(),
        me,
        shown,
        query,
        left: None,
        failed: Vec::new(),
        over: false,
    };
    Ok(SSE::new(futures_util::stream::unfold(stream, next).boxed()).into_response())
}

struct Stream {
    app: App,
    frame: Frame,
    me: Actor,
    shown: String,
    query: Query,
    /// How many services had not answered when something was last sent.
    left: Option<usize>,
    /// Services that failed are not asked again by the same page.
    failed: Vec<MediaKind>,
    over: bool,
}

async fn next(mut stream: Stream) -> Option<(Event, Stream)> {
    match (stream.over, stream.left) {
        (true, Some(_)) => {
            stream.left = None;
            return Some((Event::message("").event_type("over"), stream));
        }
        (true, None) => return None,
        _ => {}
    }
    let patience = if stream.left.is_some() { BEAT } else { AT_ONCE };
    let app = stream.app.clone();
    if stream.left.is_some() && !still_in(&app, &stream.me).await {
        return None;
    }
    let (me, query, shown) = (stream.me.clone(), stream.query.clone(), stream.shown.clone());
    let results = async {
        wait_for_one(&app, &query, &stream.failed, stream.left, patience).await;
        gathered(&app, &me, shown, &query, AT_ONCE, &stream.failed).await
    };
    let results = tokio::select! {
        results = results => results.ok()?,
        () = stream.app.stop.cancelled() => return None,
    };
    let left = results.asking.len();
    let event = match stream.left {
        Some(before) if before == left => Event::message("").event_type("beat"),
        _ => Event::message(view::groups(&stream.frame, &results).into_string()),
    };
    stream.left = Some(left);
    stream.failed.clone_from(&results.failed);
    stream.over = results.is_final();
    Some((event, stream))
}

/// Until one more service has answered, or the patience is at its end.
async fn wait_for_one(app: &App, query: &Query, failed: &[MediaKind], left: Option<usize>, patience: Duration) {
    let Some(left) = left else { return };
    let kinds = MediaKind::ALL.iter().copied().filter(|kind| !failed.contains(kind));
    let asks = kinds.map(|kind| Box::pin(ask(app, kind, query, patience)));
    // With two under way the first is enough; with one left its answer is what is waited for.
    if left > 1 {
        let _ = futures_util::future::select_all(asks).await;
    } else {
        let _ = futures_util::future::join_all(asks).await;
    }
}

async fn ask(app: &App, kind: MediaKind, query: &Query, patience: Duration) -> Outcome<Reply<Vec<Candidate>>> {
    let service = gather::service(app, kind).await?;
    Ok(lookups::search(app, kind, service, query, patience).await)
}

/// The three groups, as far as they are known within `patience`.
pub async fn results(app: &App, me: &Actor, shown: String, query: &Query, patience: Duration) -> Outcome<Results> {
    gathered(app, me, shown, query, patience, &[]).await
}

/// The same, without asking those that are known to have failed.
async fn gathered(
    app: &App,
    me: &Actor,
    shown: String,
    query: &Query,
    patience: Duration,
    failed: &[MediaKind],
) -> Outcome<Results> {
    let may_request = me.rights.movies || me.rights.series;
    let local = gather::search(app, me, query);
    let asks =
        MediaKind::ALL.iter().filter(|kind| me.rights.requests(**kind) && lookups::term(**kind, query).is_some());
    let (failed, kinds): (Vec<MediaKind>, Vec<MediaKind>) = asks.copied().partition(|kind| failed.contains(kind));
    let too_short = may_request && kinds.is_empty() && failed.is_empty() && !query.has_ids() && query.year.is_none();
    let lookups = futures_util::future::join_all(kinds.iter().map(|kind| ask(app, *kind, query, patience)));
    let (local, answers) = tokio::join!(local, lookups);
    let local = local?;
    let mut results = Results {
        query: shown,
        kind: query.kind,
        may_request,
        on_plex: Vec::new(),
        on_its_way: Vec::new(),
        requestable: Vec::new(),
        asking: Vec::new(),
        failed,
        too_short,
    };
    let mut candidates = Vec::new();
    for (kind, answer) in kinds.into_iter().zip(answers) {
        match answer? {
            Reply::Here(list) => candidates.extend(list.iter().take(MOST).cloned()),
            Reply::Asking => results.asking.push(kind),
            Reply::Failed => results.failed.push(kind),
            Reply::Nobody => {}
        }
    }
    local.into_iter().for_each(|found| place(&mut results, found));
    candidates.retain(|candidate| public_id(candidate.kind, &candidate.ids).is_some());
    actions::learn_pictures(app, &candidates).await?;
    for found in gather::candidates(app, me, candidates).await? {
        place(&mut results, found);
    }
    results.requestable.sort_by_cached_key(|found| {
        let title = &found.title;
        crate::domain::search::fit(
            &query.words,
            &title.title,
            &crate::domain::search::search_text(&title.title, title.original_title.as_deref()),
        )
    });
    Ok(results)
}

/// Into its group, unless it stands there already.
fn place(results: &mut Results, found: Found) {
    let same = |other: &Found| other.title.is_same(&found.title);
    let groups = [&mut results.on_plex, &mut results.on_its_way, &mut results.requestable];
    if let Some(known) = groups.into_iter().find_map(|group| group.iter_mut().find(|other| same(other))) {
        known.seasons_in_all = known.seasons_in_all.or(found.seasons_in_all);
        return;
    }
    if found.on_plex {
        results.on_plex.push(found);
    } else if found.open_wish().is_some() {
        results.on_its_way.push(found);
    } else {
        results.requestable.push(found);
    }
}
