//! Asking for a title: a new request, or joining one that is there.

use chrono::{DateTime, Utc};

use super::decide::{check_as_sent, check_choice};
use super::{MOST_WORDS, announce, quota, step, text};
use crate::app::App;
use crate::db::requests::NewRequest;
use crate::db::{Tx, copies, follows, requests, services, titles};
use crate::domain::activity::ActivityKind;
use crate::domain::catalog::{Candidate, CandidateSeason, MediaKind};
use crate::domain::ids::{RequestId, TitleId};
use crate::domain::notice::RequestNotice;
use crate::domain::people::{Actor, Sight};
use crate::domain::quota::QuotaState;
use crate::domain::request::{Choice, Command, Covered, Request, Scope, ScopeKind, Stage, uncovered};
use crate::domain::service::{self, Service, ServiceKind};
use crate::domain::settings::Settings;
use crate::domain::size::Sizes;
use crate::domain::title::Title;
use crate::error::{AppError, Outcome};

/// Which title is asked for.
#[derive(Debug, Clone)]
pub enum Wanted {
    Known(TitleId),
    /// Just found at Sonarr or Radarr.
    Found(Box<Candidate>),
}

/// A request as it is asked for.
#[derive(Debug, Clone)]
pub struct Ask {
    pub wanted: Wanted,
    /// Of a series.
    pub scope: Option<Scope>,
    /// What is known of its seasons at this moment; empty when Sonarr did not say.
    pub seasons: Vec<CandidateSeason>,
    pub is_4k: bool,
    pub note: Option<String>,
    /// Where it shall go; heeded only from those who decide.
    pub choice: Choice,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    pub id: RequestId,
    /// It was asked for already; the caller follows it now.
    pub joined: bool,
}

/// Asks for a title. Whoever asks for what is asked for already joins that request.
pub async fn submit(app: &App, actor: &Actor, mut ask: Ask) -> Outcome<Submitted> {
    if !actor.role.may_request() {
        return Err(AppError::Forbidden("You may look and watch, but not ask for titles. Ask an admin.".to_owned()));
    }
    ask.note = text("note", ask.note.as_deref(), MOST_WORDS)?;
    if !actor.role.may_decide() {
        ask.choice = Choice::default();
    }
    let id = title_of(app, &ask.wanted).await?;
    let (settings, actor, now) = (app.settings().await?, actor.clone(), app.now());
    let submitted = app.db.write(move |tx| submit_in(tx, &settings, &actor, &ask, id, now)).await?;
    announce(app, submitted.id);
    Ok(submitted)
}

/// The row of the title, written down first.
async fn title_of(app: &App, wanted: &Wanted) -> Outcome<TitleId> {
    let candidate = match wanted {
        Wanted::Known(id) => return Ok(*id),
        Wanted::Found(candidate) => candidate,
    };
    let (candidate, now) = (candidate.clone(), app.now());
    app.db.write(move |tx| titles::upsert_from_candidate(tx, &candidate, now)).await
}

fn submit_in(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    ask: &Ask,
    id: TitleId,
    now: DateTime<Utc>,
) -> Outcome<Submitted> {
    let title = titles::get(tx, id)?.ok_or(AppError::NotFound)?;
    check_rights(actor, title.kind)?;
    let sight = copies::sight(tx, actor)?;
    check_age(tx, &sight, &title)?;
    if ask.is_4k {
        check_4k(actor, title.kind, &services::of_kind(tx, ServiceKind::fetching(title.kind))?)?;
    }
    let others = requests::holding(tx, id, ask.is_4k)?;
    match (title.kind, &ask.scope) {
        (MediaKind::Movie, _) => film(tx, settings, actor, &sight, ask, &title, &others, now),
        (MediaKind::Series, Some(scope)) => series(tx, settings, actor, ask, scope, &title, &others, now),
        (MediaKind::Series, None) => Err(AppError::field("seasons", "Say which seasons you would like.")),
    }
}

/// Groups narrow what a role may.
fn check_rights(actor: &Actor, kind: MediaKind) -> Outcome<()> {
    let noun = match kind {
        _ if actor.rights.requests(kind) => return Ok(()),
        MediaKind::Movie => "films",
        MediaKind::Series => "series",
    };
    Err(AppError::Forbidden(format!("You may not ask for {noun}. Ask an admin if you think you should.")))
}

/// Who asks by page or program hears of no such title already; this holds whatever way it came here. What is on Plex for
/// them, such as a series that goes on, is for their age by what Plex says.
fn check_age(tx: &mut Tx<'_>, sight: &Sight, title: &Title) -> Outcome<()> {
    let words = title.certification.as_deref();
    match sight.takes(words, words) || copies::visible(tx, title.id, sight)? {
        true => Ok(()),
        false => {
            Err(AppError::Forbidden("You may ask for titles up to an age, and this one is not among them.".to_owned()))
        }
    }
}

/// 4K is a right of its own, and needs a service that fetches it. `fetchers`: all that fetch titles of this kind.
pub fn check_4k<'a>(actor: &Actor, kind: MediaKind, fetchers: impl IntoIterator<Item = &'a Service>) -> Outcome<()> {
    let refused = |words: String| Err(AppError::field("is_4k", words));
    match (actor.rights.requests_in_4k(kind), fetchers.into_iter().any(|service| service.is_4k)) {
        (true, true) => Ok(()),
        (false, _) => refused("You may not ask for titles in 4K. Ask an admin if you think you should.".to_owned()),
        (true, false) => {
            let fetcher = ServiceKind::fetching(kind).label();
            refused(format!("Nothing can be asked for in 4K now: no {fetcher} is set up for it."))
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "one call site; each is needed to decide")]
fn film(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    sight: &Sight,
    ask: &Ask,
    title: &Title,
    others: &[Request],
    now: DateTime<Utc>,
) -> Outcome<Submitted> {
    if is_there(tx, title.id, sight, ask.is_4k)? {
        let picture = if ask.is_4k { " in 4K" } else { "" };
        return Err(AppError::Conflict(format!("{} is on Plex{picture} already.", title.title)));
    }
    if let Some(held) = others.first() {
        return join(tx, actor, held, now);
    }
    create(tx, settings, actor, ask, title, None, now)
}

fn is_there(tx: &mut Tx<'_>, title: TitleId, sight: &Sight, is_4k: bool) -> Outcome<bool> {
    Ok(copies::of_titles(tx, &[title], sight)?.iter().any(|copy| copy.is_4k || !is_4k))
}

#[expect(clippy::too_many_arguments, reason = "one call site; each is needed to decide")]
fn series(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    ask: &Ask,
    scope: &Scope,
    title: &Title,
    others: &[Request],
    now: DateTime<Utc>,
) -> Outcome<Submitted> {
    let wish = scope.resolve(&ask.seasons);
    check_seasons(scope, &ask.seasons)?;
    let covered: Vec<Covered> = others.iter().map(Request::covered).collect();
    let rest = uncovered(scope, wish.as_deref(), &covered);
    let whole = uncovered(scope, wish.as_deref(), &[]);
    let overlaps = |covered: &Covered| uncovered(scope, wish.as_deref(), std::slice::from_ref(covered)) != whole;
    let overlapping = others.iter().zip(&covered).filter(|(_, covered)| overlaps(covered)).map(|(other, _)| other);
    let (ready, coming): (Vec<&Request>, Vec<&Request>) = overlapping.partition(|other| other.stage == Stage::Ready);
    // What others have asked for of it already is followed.
    let mut first = None;
    for other in coming {
        let joined = join(tx, actor, other, now)?;
        first.get_or_insert(joined);
    }
    match (rest, first, ready.first()) {
        (Some(rest), ..) => {
            let kind = rest.kind(scope.kind());
            let seasons = (wish.is_some()).then_some(rest.seasons);
            create(tx, settings, actor, ask, title, Some((kind, seasons)), now)
        }
        (None, Some(joined), _) => Ok(joined),
        (None, None, Some(ready)) => join(tx, actor, ready, now),
        (None, None, None) => Err(AppError::field("seasons", "There is nothing to ask for in that.")),
    }
}

/// A season that nobody has heard of is a slip.
fn check_seasons(scope: &Scope, known: &[CandidateSeason]) -> Outcome<()> {
    let Scope::Seasons(wanted) = scope else { return Ok(()) };
    if known.is_empty() {
        return Ok(());
    }
    match wanted.iter().find(|season| !known.iter().any(|known| known.number == **season)) {
        Some(season) => Err(AppError::field("seasons", format!("There is no season {season}."))),
        None => Ok(()),
    }
}

/// Follows it instead of asking again.
fn join(tx: &mut Tx<'_>, actor: &Actor, held: &Request, now: DateTime<Utc>) -> Outcome<Submitted> {
    if held.asker != actor.id && follows::add(tx, held.id, actor.id, now)? {
        step::record(tx, held, ActivityKind::RequestJoined, Some(actor), now)?;
    }
    Ok(Submitted { id: held.id, joined: true })
}

fn create(
    tx: &mut Tx<'_>,
    settings: &Settings,
    actor: &Actor,
    ask: &Ask,
    title: &Title,
    scope: Option<(ScopeKind, Option<Vec<i32>>)>,
    now: DateTime<Utc>,
) -> Outcome<Submitted> {
    let (scope, seasons) = scope.map_or((None, None), |(kind, seasons)| (Some(kind), seasons));
    let cost = u32::try_from(seasons.as_ref().map_or(1, Vec::len)).unwrap_or(u32::MAX).max(1);
    let state = quota(tx, settings, actor, title.kind, now)?;
    if !state.allows(cost) {
        return Err(AppError::refused(spent_words(&state, title.kind, cost, settings)));
    }
    check_place(tx, title.kind, ask)?;
    let estimated_bytes = estimate(tx, actor, ask, title, seasons.as_deref())?;
    let new = NewRequest {
        title: title.id,
        kind: title.kind,
        asker: actor.id,
        scope,
        seasons,
        is_4k: ask.is_4k,
        note: ask.note.clone(),
        choice: ask.choice.clone(),
        estimated_bytes,
    };
    let id = requests::insert(tx, &new, now)?;
    let request = requests::get(tx, id)?.ok_or(AppError::NotFound)?;
    step::record(tx, &request, ActivityKind::RequestAsked, Some(actor), now)?;
    if goes_by_itself(tx, actor, &request)? {
        step::step(tx, id, &Command::Approve { by: None }, Some(actor), now)?;
    } else {
        step::tell(tx, &request, RequestNotice::Asked, Some(actor), now)?;
    }
    Ok(Submitted { id, joined: false })
}

/// What was chosen may be gone since the form was read, or never have been there.
fn check_place(tx: &mut Tx<'_>, kind: MediaKind, ask: &Ask) -> Outcome<()> {
    match check_choice(tx, kind, ask.is_4k, &ask.choice)? {
        Some(is_4k) if is_4k != ask.is_4k => Err(AppError::field("service_id", "Choose another instance.")),
        _ => Ok(()),
    }
}

/// What could not go out as it is waits for somebody who can choose anew; those who can are told at once.
fn goes_by_itself(tx: &mut Tx<'_>, actor: &Actor, request: &Request) -> Outcome<bool> {
    if !actor.rights.auto_approve {
        return Ok(false);
    }
    match check_as_sent(tx, request) {
        Err(AppError::Refused { .. }) if !actor.role.may_decide() => Ok(false),
        checked => checked.map(|()| true),
    }
}

/// Bytes it will take, by what the service that would fetch it has already; none when it can't be told.
fn estimate(tx: &mut Tx<'_>, actor: &Actor, ask: &Ask, title: &Title, seasons: Option<&[i32]>) -> Outcome<Option<i64>> {
    if title.kind == MediaKind::Movie {
        return film_size(tx, &ask.choice, ask.is_4k);
    }
    let Some((sizes, profile)) = sizes(tx, title.kind, &ask.choice, ask.is_4k)? else { return Ok(None) };
    let sight = copies::sight(tx, actor)?;
    let there = copies::episodes_present(tx, title.id, &sight, ask.is_4k)?;
    Ok(sizes.seasons(profile, seasons.unwrap_or_default(), &ask.seasons, &there))
}

pub fn film_size(tx: &mut Tx<'_>, choice: &Choice, is_4k: bool) -> Outcome<Option<i64>> {
    Ok(sizes(tx, MediaKind::Movie, choice, is_4k)?.and_then(|(sizes, profile)| sizes.estimate(profile, 1)))
}

/// How big things are at the service that would fetch it, and in which quality it would.
fn sizes(tx: &mut Tx<'_>, kind: MediaKind, choice: &Choice, is_4k: bool) -> Outcome<Option<(Sizes, Option<i64>)>> {
    let all = services::of_kind(tx, ServiceKind::fetching(kind))?;
    let Some(service) = service::taker(&all, choice.service, is_4k) else { return Ok(None) };
    let profile = choice.quality_profile_id.or(service.quality_profile_id);
    Ok(Some((services::sizes(tx, service.id)?, profile)))
}

fn spent_words(state: &QuotaState, kind: MediaKind, cost: u32, settings: &Settings) -> String {
    let (limit, days) = (state.quota.limit.unwrap_or_default(), state.quota.days);
    let left = state.left().unwrap_or_default();
    let noun = match (kind, limit) {
        (MediaKind::Movie, 1) => "film",
        (MediaKind::Movie, _) => "films",
        (MediaKind::Series, 1) => "season",
        (MediaKind::Series, _) => "seasons",
    };
    let are = if left == 1 { "is" } else { "are" };
    let again =
        state.resets_at.map(|at| at.with_timezone(&settings.time_zone).format(" More from %-d %B on.").to_string());
    format!(
        "You may ask for {limit} {noun} in {days} days; {left} {are} left, and this takes {cost}.{}",
        again.unwrap_or_default()
    )
}
