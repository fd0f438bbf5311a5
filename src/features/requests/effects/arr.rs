//! Radarr or Sonarr, whichever a request belongs to.

use std::ops::Deref;

use crate::app::App;
use crate::domain::fault::Answer;
use crate::domain::servarr::ArrTitle;
use crate::domain::service::{Service, ServiceKind};
use crate::error::{AppError, Outcome};
use crate::vendor::radarr::Radarr;
use crate::vendor::servarr::Servarr;
use crate::vendor::sonarr::Sonarr;

pub enum Arr {
    Radarr(Radarr),
    Sonarr(Sonarr),
}

impl Deref for Arr {
    type Target = Servarr;

    fn deref(&self) -> &Servarr {
        match self {
            Self::Radarr(radarr) => radarr,
            Self::Sonarr(sonarr) => sonarr,
        }
    }
}

impl Arr {
    pub fn connect(app: &App, service: &Service) -> Outcome<Self> {
        match service.kind {
            ServiceKind::Radarr => app.radarr(service).map(Self::Radarr),
            ServiceKind::Sonarr => app.sonarr(service).map(Self::Sonarr),
            _ => Err(AppError::internal("only Radarr and Sonarr fetch titles")),
        }
    }

    /// By TMDB id of a film, TVDB id of a series.
    pub async fn find(&self, public_id: i64) -> Answer<Option<ArrTitle>> {
        match self {
            Self::Radarr(radarr) => radarr.find(public_id).await,
            Self::Sonarr(sonarr) => sonarr.find(public_id).await,
        }
    }

    pub async fn get(&self, id: i64) -> Answer<Option<ArrTitle>> {
        match self {
            Self::Radarr(radarr) => radarr.get(id).await,
            Self::Sonarr(sonarr) => sonarr.get(id).await,
        }
    }
}
