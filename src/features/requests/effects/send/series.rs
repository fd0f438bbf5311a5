//! Sends a series: which seasons that makes, what of it Sonarr has already, and what it must watch besides.

use super::{Delivered, Errand, add_title, will_add};
use crate::app::App;
use crate::domain::catalog::CandidateSeason;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::request::{Covered, Scope, ScopeKind};
use crate::domain::servarr::{AddTitle, ArrTitle, Monitor, counted};
use crate::domain::service::Service;
use crate::error::{AppError, Outcome};
use crate::features::requests::effects::check;
use crate::vendor::sonarr::Sonarr;

/// One errand at one Sonarr.
pub(super) struct Visit<'a> {
    pub app: &'a App,
    pub sonarr: &'a Sonarr,
    pub errand: &'a Errand,
    pub service: &'a Service,
    pub public_id: i64,
}

/// What a request comes to.
struct Plan {
    /// Where they were not known before.
    seasons: Option<Vec<i32>>,
    /// How Sonarr is told, step by step.
    first: Monitor,
    rest: Vec<Monitor>,
}

/// The row of the series, and whether it was added just now.
struct Place {
    id: i64,
    added: bool,
}

impl Visit<'_> {
    pub(super) async fn deliver(&self) -> Outcome<Delivered> {
        match self.sonarr.find(self.public_id).await? {
            Some(found) => self.adopt(found).await,
            None => self.bring().await,
        }
    }

    async fn adopt(&self, found: ArrTitle) -> Outcome<Delivered> {
        let mut known = found.candidate.seasons;
        if self.errand.request.seasons.is_none() {
            let episodes = self.sonarr.episodes(found.id).await?;
            known = counted(known, &episodes, self.app.now());
            if episodes.is_empty() && self.is_undecided(&known) {
                self.sonarr.refresh(found.id).await?;
                return Ok(unread(Place { id: found.id, added: false }));
            }
        }
        let plan = self.plan(&known)?;
        self.watch(Place { id: found.id, added: false }, plan).await
    }

    async fn bring(&self) -> Outcome<Delivered> {
        let known = match self.errand.request.seasons {
            Some(_) => Vec::new(),
            None => self.sonarr.lookup_id(self.public_id).await?.map(|found| found.seasons).unwrap_or_default(),
        };
        if self.is_undecided(&known) {
            return self.add(Monitor::Seasons(Vec::new())).await.map(unread);
        }
        let plan = self.plan(&known)?;
        let place = self.add(plan.first.clone()).await?;
        self.watch(place, plan).await
    }

    /// Which season is the latest that has aired: a lookup does not tell, and Sonarr reads the episodes after the add.
    fn is_undecided(&self, known: &[CandidateSeason]) -> bool {
        let request = &self.errand.request;
        let latest = request.scope == Some(ScopeKind::Latest) && request.seasons.is_none();
        latest && known.iter().any(|season| season.number > 0) && Scope::Latest.resolve(known).is_none()
    }

    fn plan(&self, known: &[CandidateSeason]) -> Outcome<Plan> {
        let request = &self.errand.request;
        let kind = request.scope.ok_or_else(|| AppError::internal("a series without a scope"))?;
        let found = match &request.seasons {
            Some(_) => None,
            None => Scope::of(kind, &[]).and_then(|scope| scope.resolve(known)),
        };
        let covered = request.covered();
        let seasons = found.clone().unwrap_or(covered.seasons);
        let mut monitors = Covered { seasons, ..covered }.monitors(kind, self.errand.alone).into_iter();
        let unknown = || Fault::missing("Sonarr does not know yet which seasons this series has.");
        Ok(Plan { seasons: found, first: monitors.next().ok_or_else(unknown)?, rest: monitors.collect() })
    }

    async fn add(&self, monitor: Monitor) -> Outcome<Place> {
        let Self { app, sonarr, errand, service, public_id } = self;
        let add = AddTitle { monitor, ..add_title(sonarr, errand, service, *public_id).await? };
        will_add(app, errand).await?;
        match sonarr.add(&add).await {
            Ok(series) => Ok(Place { id: series.id, added: true }),
            Err(fault) if fault.class == FaultClass::Already => {
                Ok(Place { id: sonarr.find(*public_id).await?.ok_or(fault)?.id, added: false })
            }
            Err(fault) => Err(fault.into()),
        }
    }

    /// Has watched what the add left out, and reads which episodes that makes.
    async fn watch(&self, place: Place, plan: Plan) -> Outcome<Delivered> {
        let Place { id, added } = place;
        let by_the_add = usize::from(added);
        let steps = || std::iter::once(&plan.first).chain(&plan.rest);
        for monitor in steps().skip(by_the_add) {
            self.sonarr.watch(id, monitor, self.app.now()).await?;
        }
        let searching = steps().any(|monitor| *monitor != Monitor::Future);
        let wanted = check::wanted(self.sonarr, id, &self.errand.request, plan.seasons.as_deref()).await?;
        let wanted = wanted.map(|(wanted, _)| wanted);
        Ok(Delivered { arr_id: id, added, searching, unread: false, seasons: plan.seasons, wanted })
    }
}

fn unread(place: Place) -> Delivered {
    let Place { id, added } = place;
    Delivered { arr_id: id, added, searching: false, unread: true, seasons: None, wanted: None }
}
