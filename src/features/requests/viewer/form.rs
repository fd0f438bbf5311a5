//! Everything the request form has to know, put together: the title, its seasons and where each of them is, what it would
//! take, who decides, and where it would go.

use crate::app::App;
use crate::app::services::PAGE_PATIENCE;
use crate::db::request_pages;
use crate::db::{copies, requests, services, titles};
use crate::domain::catalog::{Candidate, CandidateSeason, MediaKind};
use crate::domain::fault::Fault;
use crate::domain::people::Actor;
use crate::domain::quota::{QuotaState, approves_itself};
use crate::domain::request::{Choice, Covered, Request, Scope, ScopeKind, Stage};
use crate::domain::service::{Offers, Service};
use crate::domain::size::Sizes;
use crate::domain::title::{self, Address, Episodes, Title};
use crate::error::{AppError, Outcome};
use crate::features::requests::views::form::{Decision, Known, RequestForm};
use crate::features::requests::views::price::Price;
use crate::features::requests::views::seasons::{List, Now, Season, Seasons};
use crate::features::requests::views::target::Target;
use crate::features::requests::views::words;
use crate::features::requests::{actions, lookups};
use crate::ui::Frame;
use crate::ui::form::Errors;

use super::cards;

/// What somebody has chosen so far.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub scope: Option<ScopeKind>,
    /// None before anything was ticked or unticked: the quick choice ticks.
    pub ticked: Option<Vec<i32>>,
    pub note: String,
    pub choice: Choice,
    pub in_dialog: bool,
    pub errors: Errors,
}

/// The title that is asked for, and what the services and the house know of it.
pub struct Wish {
    pub title: Title,
    pub candidate: Option<Candidate>,
    /// The service did not answer in time.
    silent: bool,
    fetchers: Vec<(Service, Option<Offers>)>,
    sizes: Sizes,
    holding: Vec<Request>,
    there: Episodes,
    /// The reader can watch it, or a part of it.
    visible: bool,
    deciders: Vec<String>,
    quota: QuotaState,
    itself: bool,
}

/// Finds the title of an address and everything around it. Neither here nor at the service: there is no such page.
pub async fn wish(app: &App, me: &Actor, kind: &str, address: &str) -> Outcome<Wish> {
    let kind: MediaKind = kind.parse().map_err(|_| AppError::NotFound)?;
    let place: Address = address.parse().map_err(|_| AppError::NotFound)?;
    let (wanted, settings) = (address.to_owned(), app.settings().await?);
    let (row, fetchers) = app
        .db
        .read(move |conn| Ok((titles::by_address(conn, kind, &wanted)?, request_pages::fetchers(conn, kind)?)))
        .await?;
    let public = match place {
        Address::Public(id) => Some(id),
        Address::Row(_) => row.as_ref().and_then(|title| title::public_id(kind, &title.ids)),
    };
    let (candidate, silent) = look_up(app, kind, public, row.is_some(), &fetchers).await;
    let title = match (&row, &candidate) {
        (Some(title), _) => title.clone(),
        (None, Some(candidate)) => title::from_candidate(candidate),
        (None, None) if silent => return Err(no_answer(kind)),
        (None, None) => return Err(AppError::NotFound),
    };
    let (who, id, now) = (me.clone(), row.map(|title| title.id), app.now());
    let service = fetchers.first().map(|(service, _)| service.id);
    let itself = approves_itself(settings.auto_approve, me.role);
    app.db
        .read(move |conn| {
            let sight = copies::sight(conn, &who)?;
            let quota = actions::quota(conn, &settings, &who, kind, now)?;
            let (holding, there, visible) = match id {
                None => (Vec::new(), Episodes::new(), false),
                Some(id) => (
                    requests::holding(conn, id, false)?,
                    copies::episodes_present(conn, id, &sight)?,
                    copies::visible(conn, id, &sight)?,
                ),
            };
            let sizes = service.map(|id| services::sizes(conn, id)).transpose()?.unwrap_or_default();
            let deciders = request_pages::deciders(conn)?;
            Ok(Wish { title, candidate, silent, fetchers, sizes, holding, there, visible, deciders, quota, itself })
        })
        .await
}

/// A series needs its seasons; a film only needs to be known.
async fn look_up(
    app: &App,
    kind: MediaKind,
    public: Option<i64>,
    has_row: bool,
    fetchers: &[(Service, Option<Offers>)],
) -> (Option<Candidate>, bool) {
    let (Some(public), Some((service, _))) = (public, fetchers.first()) else { return (None, false) };
    if kind == MediaKind::Movie && has_row {
        return (None, false);
    }
    let term = match kind {
        MediaKind::Movie => format!("tmdb:{public}"),
        MediaKind::Series => format!("tvdb:{public}"),
    };
    match lookups::title(app, service, &term, PAGE_PATIENCE).await {
        Ok(found) => (found, false),
        Err(error) => {
            tracing::info!(service.name = %service.name, error = %error, "a title could not be looked up for a page");
            (None, true)
        }
    }
}

fn no_answer(kind: MediaKind) -> AppError {
    let name = words::fetcher(kind);
    Fault::transient(format!("{name} did not answer in time. Nothing is lost: try again in a moment.")).into()
}

impl Wish {
    /// What Sonarr knows of the seasons; empty when it did not say.
    pub fn seasons(&self) -> &[CandidateSeason] {
        self.candidate.as_ref().map_or(&[], |candidate| &candidate.seasons)
    }

    pub fn form(&self, frame: &Frame, me: &Actor, typed: &Typed) -> RequestForm {
        let target = self.target(&typed.choice);
        let seasons = (self.title.kind == MediaKind::Series).then(|| self.choice_of_seasons(typed, &target));
        let known = self.known(seasons.as_ref());
        RequestForm {
            subject: cards::subject(frame, &self.title),
            price: self.price(frame, &target, seasons.as_ref()),
            known,
            decision: if self.itself { Decision::Itself } else { Decision::By(self.deciders.clone()) },
            note: typed.note.clone(),
            target: me.role.may_decide().then_some(target),
            errors: typed.errors.clone(),
            seasons,
        }
    }

    /// Bytes it would take; none as long as nobody can say.
    pub fn estimate(&self, form: &RequestForm) -> Option<i64> {
        form.price.bytes
    }

    /// Which part is meant: the quick choice when its seasons are ticked, else those that are. Or what is wrong with it.
    pub fn scope(&self, seasons: &Seasons) -> Result<Scope, &'static str> {
        let as_preset = same(&seasons.ticked, &seasons.preset);
        let List::Known(rows) = &seasons.list else {
            return Scope::of(seasons.chosen, &seasons.ticked).ok_or("Choose one of the quick choices.");
        };
        match seasons.chosen {
            _ if !as_preset && seasons.ticked.is_empty() => Err("Tick at least one season."),
            _ if !as_preset => Scope::of(ScopeKind::Seasons, &seasons.ticked).ok_or("Tick at least one season."),
            ScopeKind::Future => Ok(Scope::Future),
            // Nothing is missing, so what is meant is what is still to come.
            ScopeKind::All if seasons.ticked.is_empty() && !rows.is_empty() => match is_awaited(rows) {
                true => Ok(Scope::All),
                false => Ok(Scope::Future),
            },
            // What is there already must not count against an allowance.
            ScopeKind::All if rows.iter().any(|season| season.number > 0 && season.now == Now::OnPlex) => {
                Scope::of(ScopeKind::Seasons, &seasons.ticked).ok_or("Tick at least one season.")
            }
            ScopeKind::All => Ok(Scope::All),
            _ if seasons.ticked.is_empty() => Err("That season is there or on its way already. Choose another one."),
            kind => Scope::of(kind, &seasons.ticked).ok_or("Tick at least one season."),
        }
    }

    fn target(&self, chosen: &Choice) -> Target {
        let services: Vec<Service> = self.fetchers.iter().map(|(service, _)| service.clone()).filter(|s| !s.is_4k).collect();
        let mut target = Target { kind: self.title.kind, services, offers: None, chosen: chosen.clone() };
        let id = target.service().map(|service| service.id);
        target.offers =
            self.fetchers.iter().find(|(service, _)| Some(service.id) == id).and_then(|(_, offers)| offers.clone());
        target
    }

    fn choice_of_seasons(&self, typed: &Typed, target: &Target) -> Seasons {
        let chosen = typed.scope.filter(|scope| *scope != ScopeKind::Seasons).unwrap_or(ScopeKind::All);
        let list = match (&self.candidate, self.silent) {
            (Some(_), _) => List::Known(self.rows(target)),
            (None, true) => List::Silent("Still asking Sonarr which seasons there are. You can ask for these without it.".to_owned()),
            (None, false) => List::Known(Vec::new()),
        };
        let preset = match &list {
            List::Known(rows) => self.preset(chosen, rows),
            List::Silent(_) => Vec::new(),
        };
        let open = |number: &i32| match &list {
            List::Known(rows) => rows.iter().any(|season| season.number == *number && season.now == Now::Missing),
            List::Silent(_) => false,
        };
        let ticked = match &typed.ticked {
            Some(ticked) => ticked.iter().copied().filter(open).collect(),
            None => preset.clone(),
        };
        Seasons { chosen, list, ticked, preset, in_dialog: typed.in_dialog }
    }

    fn rows(&self, target: &Target) -> Vec<Season> {
        let covered: Vec<Covered> =
            self.holding.iter().filter(|request| request.stage != Stage::Ready).map(Request::covered).collect();
        let mut rows: Vec<Season> = self.seasons().iter().map(|season| self.row(season, &covered, target)).collect();
        // Specials come last: they are asked for by name only.
        rows.sort_by_key(|season| (season.number == 0, season.number));
        rows
    }

    fn row(&self, season: &CandidateSeason, covered: &[Covered], target: &Target) -> Season {
        let there = self.there.get(&season.number).map_or(0, |numbers| numbers.len());
        let there_count = i64::try_from(there).unwrap_or(i64::MAX);
        let of = season.total.filter(|total| *total > 0);
        let aired = season.aired.filter(|aired| *aired > 0).or(of);
        let now = if there > 0 && aired.is_some_and(|aired| there_count >= aired) {
            Now::OnPlex
        } else if covered.iter().any(|covered| covers(covered, season.number)) {
            Now::OnItsWay
        } else {
            Now::Missing
        };
        let bytes = of.and_then(|of| self.sizes.estimate(profile(target), of - there_count));
        Season { number: season.number, there, of, now, bytes }
    }

    fn preset(&self, chosen: ScopeKind, rows: &[Season]) -> Vec<i32> {
        let meant: Vec<i32> = match Scope::of(chosen, &[]) {
            Some(scope) => scope.resolve(self.seasons()).unwrap_or_default(),
            None => Vec::new(),
        };
        let open = |number: &i32| rows.iter().any(|season| season.number == *number && season.now == Now::Missing);
        meant.into_iter().filter(open).collect()
    }

    fn known(&self, seasons: Option<&Seasons>) -> Known {
        let asked_for = || !self.holding.is_empty() && self.holding.iter().any(|request| request.stage != Stage::Ready);
        match seasons.map(|seasons| &seasons.list) {
            None if self.visible => Known::OnPlex,
            None if !self.holding.is_empty() => Known::AskedFor,
            Some(List::Known(rows)) if !rows.is_empty() && !rows.iter().any(is_missing) => {
                if is_awaited(rows) && asked_for() { Known::AskedFor } else { Known::OnPlex }
            }
            _ => Known::Nothing,
        }
    }

    fn price(&self, frame: &Frame, target: &Target, seasons: Option<&Seasons>) -> Price {
        let (bytes, cost) = match seasons {
            None => (self.sizes.estimate(profile(target), 1), 1),
            Some(seasons) => (together(seasons), u32::try_from(seasons.ticked.len()).unwrap_or(u32::MAX).max(1)),
        };
        let folder = target.chosen.root_folder.as_ref().or_else(|| target.service()?.root_folder.as_ref());
        let folders = target.offers.iter().flat_map(|offers| &offers.root_folders);
        let disk = folders.into_iter().find(|known| Some(&known.path) == folder);
        Price {
            kind: self.title.kind,
            bytes,
            free: disk.and_then(|disk| disk.free),
            total: disk.and_then(|disk| disk.total),
            quota: self.quota,
            cost,
            clock: frame.clock,
        }
    }
}

fn profile(target: &Target) -> Option<i64> {
    target.chosen.quality_profile_id.or_else(|| target.service()?.quality_profile_id)
}

/// The ticked seasons together; unknown when one of them is.
fn together(seasons: &Seasons) -> Option<i64> {
    let List::Known(rows) = &seasons.list else { return None };
    let bytes = |number: &i32| rows.iter().find(|season| season.number == *number).and_then(|season| season.bytes);
    let sum = seasons.ticked.iter().map(bytes).try_fold(0_i64, |sum, bytes| Some(sum.saturating_add(bytes?)));
    sum.filter(|_| !seasons.ticked.is_empty())
}

fn covers(covered: &Covered, season: i32) -> bool {
    covered.seasons.contains(&season) || (covered.all && covered.seasons.is_empty() && season > 0)
}

fn is_missing(season: &Season) -> bool {
    season.number > 0 && season.now == Now::Missing
}

fn is_awaited(rows: &[Season]) -> bool {
    rows.iter().any(|season| season.now == Now::OnItsWay)
}

fn same(one: &[i32], other: &[i32]) -> bool {
    one.len() == other.len() && one.iter().all(|number| other.contains(number))
}
