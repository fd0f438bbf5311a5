//! Everything the request form has to know, put together: the title, its seasons and where each of them is, what it would
//! take, who decides, and where it would go.

use std::collections::HashMap;

use crate::app::App;
use crate::app::lookups::{self, Looked, PublicId, Reply};
use crate::app::services::PAGE_PATIENCE;
use crate::db::request_pages::{self, Thumbs};
use crate::db::{Conn, copies, requests, services, titles};
use crate::domain::catalog::{Candidate, CandidateSeason, MediaKind};
use crate::domain::ids::{ServiceId, TitleId};
use crate::domain::people::{Actor, Sight};
use crate::domain::quota::QuotaState;
use crate::domain::request::{Choice, Covered, Request, Scope, ScopeKind, Stage, uncovered};
use crate::domain::service::{self, Offers, Service};
use crate::domain::size::Sizes;
use crate::domain::title::{self, Address, Episodes, Title};
use crate::error::{AppError, Outcome};
use crate::features::requests::actions;
use crate::features::requests::views::Subject;
use crate::features::requests::views::form::{Decision, Known, RequestForm};
use crate::features::requests::views::price::Price;
use crate::features::requests::views::seasons::{List, Season, Seasons};
use crate::features::requests::views::target::Target;
use crate::ui::Frame;
use crate::ui::form::Errors;

use seasons::{is_awaited, is_left, is_missing, together};

mod seasons;

/// What somebody has chosen so far.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub scope: Option<ScopeKind>,
    /// None before anything was ticked or unticked: the quick choice ticks.
    pub ticked: Option<Vec<i32>>,
    pub is_4k: bool,
    /// The form was shown for the other picture.
    pub turned: bool,
    pub note: String,
    pub choice: Choice,
    pub in_dialog: bool,
    pub errors: Errors,
}

/// The title that is asked for, and what the services and the house know of it.
pub struct Wish {
    pub title: Title,
    pub candidate: Option<Candidate>,
    /// The asker may have it in 4K.
    may_4k: bool,
    /// It is asked for in 4K: then all that is known here is about 4K.
    pub is_4k: bool,
    /// The service did not answer in time.
    silent: bool,
    fetchers: Vec<(Service, Option<Offers>)>,
    sizes: HashMap<ServiceId, Sizes>,
    holding: Vec<Request>,
    there: Episodes,
    /// The reader can watch it in this picture, or a part of it.
    visible: bool,
    /// The path of its picture.
    picture: Option<String>,
    deciders: Vec<String>,
    quota: QuotaState,
    itself: bool,
}

/// What an address leads to.
pub enum Wished {
    For(Box<Wish>),
    /// Nobody here knows the title, and its service is still being asked.
    NotYet(MediaKind),
}

impl Wished {
    /// For those who can't wait.
    pub fn now(self) -> Outcome<Box<Wish>> {
        match self {
            Self::For(wish) => Ok(wish),
            Self::NotYet(kind) => Err(unanswered(&Reply::Asking, kind)),
        }
    }
}

fn unanswered(reply: &Reply<Looked>, kind: MediaKind) -> AppError {
    reply.fault(kind).map_or(AppError::NotFound, AppError::Service)
}

/// Reads the address of a title that can be asked for. What no service knows by a number can't, and whose row it is must
/// not be found out by trying.
pub fn place(kind: &str, address: &str) -> Outcome<(MediaKind, i64)> {
    match (kind.parse(), address.parse()) {
        (Ok(kind), Ok(Address::Public(id))) => Ok((kind, id)),
        _ => Err(AppError::NotFound),
    }
}

/// Finds the title of an address and everything around it. Neither here nor at the service: there is no such page. `is_4k`
/// is heeded only from those who may ask for that.
pub async fn wish(app: &App, me: &Actor, kind: &str, address: &str, is_4k: bool) -> Outcome<Wished> {
    let (kind, public) = place(kind, address)?;
    let settings = app.settings().await?;
    let ids = title::ids_of(kind, public);
    let who = me.clone();
    let (row, insight, fetchers) = app
        .db
        .read(move |conn| {
            let (row, fetchers) = (titles::find(conn, kind, &ids)?, request_pages::fetchers(conn, kind)?);
            let insight = actions::insight(conn, &who, row.as_ref())?;
            Ok((row, insight, fetchers))
        })
        .await?;
    let known = insight.known;
    let may_4k = actions::check_4k(me, kind, fetchers.iter().map(|(service, _)| service)).is_ok();
    let is_4k = is_4k && may_4k;
    let reply = look_up(app, kind, public, known, &fetchers).await;
    let silent = matches!(reply, Reply::Asking | Reply::Failed);
    let candidate = reply.here().and_then(|looked| looked.counted(app.now()));
    let candidate = candidate.filter(|candidate| known || insight.takes(candidate));
    let title = match (&row, &candidate, &reply) {
        (Some(title), _, _) if known => title.clone(),
        (_, Some(candidate), _) => title::from_candidate(candidate),
        (_, None, Reply::Asking) => return Ok(Wished::NotYet(kind)),
        (_, None, Reply::Failed) => return Err(unanswered(&reply, kind)),
        (_, None, _) => return Err(AppError::NotFound),
    };
    let (who, id, now) = (me.clone(), row.map(|title| title.id).filter(|_| known), app.now());
    let ids: Vec<ServiceId> = fetchers.iter().map(|(service, _)| service.id).collect();
    // A title that was only just found has its picture elsewhere.
    let remote = title.poster.as_deref().map(|url| app.remote_picture(url));
    let itself = me.rights.auto_approve;
    app.db
        .read(move |conn| {
            let sight = copies::sight(conn, &who)?;
            let quota = actions::quota(conn, &settings, &who, kind, now)?;
            let (holding, there, visible, thumbs) = match id {
                None => (Vec::new(), Episodes::new(), false, Thumbs::new()),
                Some(id) => (
                    requests::holding(conn, id, is_4k)?,
                    copies::episodes_present(conn, id, &sight, is_4k)?,
                    is_visible(conn, id, &sight, is_4k)?,
                    request_pages::thumbs(conn, &who, &[id])?,
                ),
            };
            let mut sizes = HashMap::new();
            for id in ids {
                sizes.insert(id, services::sizes(conn, id)?);
            }
            let deciders = request_pages::deciders(conn)?;
            let picture = match id {
                Some(id) => title.picture(thumbs.get(&id).map(String::as_str)),
                None => remote,
            };
            Ok(Wished::For(Box::new(Wish {
                picture,
                title,
                candidate,
                may_4k,
                is_4k,
                silent,
                fetchers,
                sizes,
                holding,
                there,
                visible,
                deciders,
                quota,
                itself,
            })))
        })
        .await
}

fn is_visible(conn: &mut Conn, title: TitleId, sight: &Sight, is_4k: bool) -> Outcome<bool> {
    let copies = copies::of_titles(conn, &[title], sight)?;
    Ok(if is_4k { copies::in_4k(conn, &copies)?.is_some() } else { !copies.is_empty() })
}

/// A series needs its seasons; a film only needs to be known.
async fn look_up(
    app: &App,
    kind: MediaKind,
    public: i64,
    known: bool,
    fetchers: &[(Service, Option<Offers>)],
) -> Reply<Looked> {
    match service::teller(fetchers.iter().map(|(service, _)| service)) {
        Some(service) if kind == MediaKind::Series || !known => {
            lookups::title(app, kind, Some(service.clone()), PublicId::Own(public), PAGE_PATIENCE).await
        }
        _ => Reply::Nobody,
    }
}

impl Wish {
    /// What Sonarr knows of the seasons; empty when it did not say.
    pub fn seasons(&self) -> &[CandidateSeason] {
        self.candidate.as_ref().map_or(&[], |candidate| &candidate.seasons)
    }

    pub fn form(&self, frame: &Frame, me: &Actor, typed: &Typed) -> RequestForm {
        let target = self.target(&typed.choice);
        let seasons = (self.title.kind == MediaKind::Series).then(|| self.choice_of_seasons(typed, &target));
        let known = self.known(me, seasons.as_ref());
        RequestForm {
            subject: Subject {
                kind: self.title.kind,
                title: self.title.title.clone(),
                path: self.title.path(),
                poster: self.picture.as_deref().map(|path| frame.links.to(path)),
            },
            price: self.price(frame, &target, seasons.as_ref()),
            known,
            decision: if self.itself { Decision::Itself } else { Decision::By(self.deciders.clone()) },
            note: typed.note.clone(),
            target: me.role.may_decide().then_some(target),
            picture: self.may_4k.then_some(self.is_4k),
            errors: typed.errors.clone(),
            seasons,
        }
    }

    /// What stands against asking for it as it was typed.
    pub fn check_picture(&self, me: &Actor, typed: &Typed) -> Outcome<()> {
        match typed.is_4k == self.is_4k {
            true => Ok(()),
            false => actions::check_4k(me, self.title.kind, self.fetchers.iter().map(|(service, _)| service)),
        }
    }

    fn target(&self, chosen: &Choice) -> Target {
        let (kind, is_4k) = (self.title.kind, self.is_4k);
        let services: Vec<Service> =
            self.fetchers.iter().map(|(service, _)| service.clone()).filter(|s| s.is_4k == is_4k).collect();
        let mut target = Target { kind, is_4k, services, offers: None, chosen: chosen.clone() };
        let id = target.service().map(|service| service.id);
        target.offers =
            self.fetchers.iter().find(|(service, _)| Some(service.id) == id).and_then(|(_, offers)| offers.clone());
        target
    }

    /// How big things are where it would go.
    fn sizes(&self, target: &Target) -> Option<&Sizes> {
        self.sizes.get(&target.service()?.id)
    }

    fn known(&self, me: &Actor, seasons: Option<&Seasons>) -> Known {
        match seasons.map(|seasons| &seasons.list) {
            None if self.visible => Known::OnPlex,
            None if !self.holding.is_empty() => self.asked_for(me, &[], false),
            Some(List::Known(rows)) if !rows.is_empty() && !rows.iter().any(is_missing) => {
                let future = seasons.is_some_and(|seasons| seasons.chosen == ScopeKind::Future);
                match is_awaited(rows) && self.open().next().is_some() {
                    true => self.asked_for(me, rows, future),
                    false => Known::OnPlex,
                }
            }
            _ => Known::Nothing,
        }
    }

    /// `future`: it is what is to come that is meant.
    fn asked_for(&self, me: &Actor, rows: &[Season], future: bool) -> Known {
        let first = self.open().next().filter(|_| self.open().all(|request| request.asker == me.id));
        match first {
            None if future && self.goes_on() => Known::Nothing,
            None => Known::AskedFor,
            Some(_) if is_left(rows) || self.goes_on() => Known::Begun,
            Some(first) => Known::Mine(first.id),
        }
    }

    /// What holds the title and is not there yet; a film that is somewhere else is waited for as well.
    fn open(&self) -> impl Iterator<Item = &Request> {
        self.holding.iter().filter(|request| request.stage != Stage::Ready || request.kind == MediaKind::Movie)
    }

    /// More of the series is to come, and nobody has asked for that.
    fn goes_on(&self) -> bool {
        let covered: Vec<Covered> = self.open().map(Request::covered).collect();
        self.seasons().iter().any(|season| !season.is_over) && uncovered(&Scope::Future, Some(&[]), &covered).is_some()
    }

    fn price(&self, frame: &Frame, target: &Target, seasons: Option<&Seasons>) -> Price {
        let (bytes, cost) = match seasons {
            None => (self.sizes(target).and_then(|sizes| sizes.estimate(profile(target), 1)), 1),
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
