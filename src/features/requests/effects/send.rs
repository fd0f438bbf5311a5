//! Sends an approved request to its Radarr or Sonarr: adopts what is there already, adds what is not, exactly as it was
//! decided (services.md 2.3, 2.4). Killed at any point, the next try finds the title and adopts it.

mod series;

use chrono::{DateTime, Utc};

use self::series::Visit;
use super::arr::Arr;
use super::{actions, moot};
use crate::app::App;
use crate::db::outbox::{Claim, MAX_ATTEMPTS, Settled};
use crate::db::{Tx, outbox, requests, titles};
use crate::domain::effect::Ending;
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::ids::{RequestId, ServiceId};
use crate::domain::request::{Cause, Command, Request, Stage, WantedEpisode};
use crate::domain::servarr::{AddTitle, Monitor, QualityProfile};
use crate::domain::service::Service;
use crate::domain::title::public_id;
use crate::error::{AppError, Outcome};
use crate::vendor::radarr::Radarr;

/// Everything that is known before a service is called.
struct Errand {
    request: Request,
    public_id: Option<i64>,
    service: Option<Service>,
    /// Nobody else has asked for another part of the series.
    alone: bool,
}

/// What came of it.
struct Delivered {
    arr_id: i64,
    added: bool,
    searching: bool,
    /// It is there, but which of its seasons are meant shows only once Sonarr has read its episodes.
    unread: bool,
    seasons: Option<Vec<i32>>,
    wanted: Option<Vec<WantedEpisode>>,
}

pub async fn send(app: &App, claim: &Claim, id: RequestId, attempt: i32) -> Outcome<Settled> {
    let Some(errand) = app.db.read(move |conn| errand(conn, id)).await? else { return moot(app, claim).await };
    let request = &errand.request;
    if !is_due(request, attempt) {
        return moot(app, claim).await;
    }
    let Some(service) = errand.service.clone() else { return stuck(app, claim, id, Cause::NoService, None).await };
    let Some(public_id) = errand.public_id else { return stuck(app, claim, id, Cause::TitleUnknown, None).await };
    match deliver(app, &errand, &service, public_id).await {
        Ok(delivered) if delivered.unread => {
            let (service, now) = (service.id, app.now());
            app.db.write(move |tx| place(tx, id, service, &delivered, now)).await?;
            let words = "Sonarr has the series and is still reading which episodes there are.";
            not_delivered(app, claim, id, Fault::unready(words)).await
        }
        Ok(delivered) => keep(app, claim, &errand, &service, delivered).await,
        Err(AppError::Service(fault)) => not_delivered(app, claim, id, fault).await,
        Err(AppError::Conflict(_)) => moot(app, claim).await,
        Err(error) => Err(error),
    }
}

/// Nobody has taken it back, or had it sent anew.
fn is_due(request: &Request, attempt: i32) -> bool {
    request.stage.is_under_way() && request.attempts == attempt
}

fn errand(conn: &mut crate::db::Conn, id: RequestId) -> Outcome<Option<Errand>> {
    let Some(request) = requests::get(conn, id)? else { return Ok(None) };
    let title = titles::get(conn, request.title)?;
    let service = actions::service_of(conn, &request)?;
    let others = requests::others_at(conn, &request)?;
    Ok(Some(Errand {
        public_id: title.and_then(|title| public_id(title.kind, &title.ids)),
        service,
        alone: others.is_empty(),
        request,
    }))
}

async fn deliver(app: &App, errand: &Errand, service: &Service, public_id: i64) -> Outcome<Delivered> {
    match Arr::connect(app, service)? {
        Arr::Radarr(radarr) => film(app, &radarr, errand, service, public_id).await,
        Arr::Sonarr(sonarr) => Visit { app, sonarr: &sonarr, errand, service, public_id }.deliver().await,
    }
}

async fn film(app: &App, radarr: &Radarr, errand: &Errand, service: &Service, public_id: i64) -> Outcome<Delivered> {
    if let Some(found) = radarr.find(public_id).await? {
        return adopt_film(radarr, found.id).await;
    }
    let add = AddTitle { monitor: Monitor::All, ..add_title(radarr, errand, service, public_id).await? };
    will_add(app, errand).await?;
    match radarr.add(&add).await {
        Ok(film) => {
            Ok(Delivered { arr_id: film.id, added: true, searching: true, unread: false, seasons: None, wanted: None })
        }
        Err(fault) if fault.class == FaultClass::Already => {
            let found = radarr.find(public_id).await?.ok_or(fault)?;
            adopt_film(radarr, found.id).await
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn adopt_film(radarr: &Radarr, id: i64) -> Outcome<Delivered> {
    let film = radarr.watch(id).await?;
    let searching = !film.candidate.has_file;
    Ok(Delivered { arr_id: id, added: false, searching, unread: false, seasons: None, wanted: None })
}

/// As it was decided; what was left open as the service is set up; what that leaves open as the service itself has it.
async fn add_title(
    arr: &crate::vendor::servarr::Servarr,
    errand: &Errand,
    service: &Service,
    public_id: i64,
) -> Answer<AddTitle> {
    let choice = &errand.request.choice;
    let quality_profile_id = match choice.quality_profile_id.or(service.quality_profile_id) {
        Some(id) => id,
        None => {
            let profiles = arr.quality_profiles().await?;
            profile_of(service, &profiles)?.id
        }
    };
    let root_folder = match choice.root_folder.clone().or_else(|| service.root_folder.clone()) {
        Some(folder) => folder,
        None => {
            let folders = arr.root_folders().await?;
            let none = || Fault::permanent(format!("Root folder of {} is missing or can't be reached.", service.name));
            folders.into_iter().find(|folder| folder.accessible).ok_or_else(none)?.path
        }
    };
    let kind = errand.request.kind;
    let tags = choice.tags.clone().unwrap_or_else(|| service.tags.clone());
    Ok(AddTitle { kind, public_id, quality_profile_id, root_folder, tags, monitor: Monitor::All })
}

/// The one that the settings name, never another in its place; the first one where they name none.
fn profile_of<'a>(service: &Service, profiles: &'a [QualityProfile]) -> Answer<&'a QualityProfile> {
    match &service.quality_profile {
        Some(name) => QualityProfile::called(profiles, name)
            .ok_or_else(|| Fault::permanent(format!("{} has no quality profile called {name}.", service.name))),
        None => profiles.first().ok_or_else(|| Fault::permanent(format!("{} has no quality profile.", service.name))),
    }
}

/// Written down before the call, so that a process that dies after it still knows whose title that is. A conflict when it
/// was taken back while we looked around there: then nothing is added.
async fn will_add(app: &App, errand: &Errand) -> Outcome<()> {
    let (id, attempt) = (errand.request.id, errand.request.attempts);
    app.db.write(move |tx| make_ours(tx, id, attempt)).await
}

fn make_ours(tx: &mut Tx<'_>, id: RequestId, attempt: i32) -> Outcome<()> {
    match requests::get(tx, id)?.is_some_and(|request| is_due(&request, attempt)) {
        true => requests::set_added_by_us(tx, id, true),
        false => Err(AppError::Conflict("the request was taken back while it was sent".to_owned())),
    }
}

async fn keep(app: &App, claim: &Claim, errand: &Errand, service: &Service, delivered: Delivered) -> Outcome<Settled> {
    let (claim, now, id, service) = (claim.clone(), app.now(), errand.request.id, service.id);
    let settled = app
        .db
        .write(move |tx| {
            if let Some(seasons) = &delivered.seasons {
                requests::set_seasons(tx, id, seasons)?;
            }
            if let Some(wanted) = &delivered.wanted {
                requests::set_wanted(tx, id, wanted)?;
            }
            place(tx, id, service, &delivered, now)?;
            actions::arrive(tx, id, now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await?;
    actions::announce(app, id);
    app.wake_poll.notify_one();
    Ok(settled)
}

fn place(tx: &mut Tx<'_>, id: RequestId, service: ServiceId, delivered: &Delivered, now: DateTime<Utc>) -> Outcome<()> {
    let Delivered { arr_id, added, searching, .. } = *delivered;
    if actions::observe(tx, id, &Command::Sent { service, arr_id, added_by_us: added, searching }, now)? {
        return Ok(());
    }
    // Taken back meanwhile: whoever cancels it must know where it is.
    requests::set_place(tx, id, service, arr_id)
}

/// What passes is tried again later; what does not, or has not for hours, is shown.
async fn not_delivered(app: &App, claim: &Claim, id: RequestId, fault: Fault) -> Outcome<Settled> {
    match cause(&fault, claim.attempt >= MAX_ATTEMPTS, claim.is_last(app.now())) {
        Some(cause) => stuck(app, claim, id, cause, Some(fault.message)).await,
        None => {
            actions::announce(app, id);
            Err(fault.into())
        }
    }
}

/// None as long as another try may help. `late`: it was tried for hours; `last`: for as long as an effect lives.
fn cause(fault: &Fault, late: bool, last: bool) -> Option<Cause> {
    match fault.class {
        FaultClass::Transient => late.then_some(Cause::ServiceUnreachable),
        FaultClass::Auth => late.then_some(Cause::KeyRefused),
        FaultClass::Unready => last.then_some(Cause::TitleUnknown),
        FaultClass::Missing => Some(Cause::TitleUnknown),
        FaultClass::Permanent | FaultClass::Already | FaultClass::LimitsKept => Some(refusal(&fault.message)),
    }
}

/// What a refusal is about, by the words Sonarr and Radarr use (services.md 1.3).
fn refusal(message: &str) -> Cause {
    let message = message.to_ascii_lowercase();
    if message.contains("root folder") || message.contains("invalid path") {
        Cause::FolderMissing
    } else if message.contains("disk space") || message.contains("not enough space") {
        Cause::DiskFull
    } else {
        Cause::ServiceRefused
    }
}

async fn stuck(app: &App, claim: &Claim, id: RequestId, cause: Cause, detail: Option<String>) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    let settled = app
        .db
        .write(move |tx| {
            hold(tx, id, cause, detail, now)?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await?;
    actions::announce(app, id);
    Ok(settled)
}

/// What a service refused it has not added; what one does with a call that it never answered, nobody knows.
fn hold(tx: &mut Tx<'_>, id: RequestId, cause: Cause, detail: Option<String>, now: DateTime<Utc>) -> Outcome<()> {
    let request = requests::get(tx, id)?;
    let unsent = request.is_some_and(|request| request.arr_id.is_none() && request.stage != Stage::Stuck);
    if unsent && !cause.ends_with_the_service() {
        requests::set_added_by_us(tx, id, false)?;
    }
    actions::observe(tx, id, &Command::Stuck { cause, detail }, now)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::db::home_tests::{ask, house, item, now};
    use crate::db::people::{self, NewPerson};
    use crate::domain::catalog::{ExternalIds, MediaKind};
    use crate::domain::people::Role;

    fn approved(tx: &mut Tx<'_>) -> Outcome<RequestId> {
        let asker = people::add(tx, &NewPerson::local("Priya", "priya", Role::Requester), now())?;
        let film = item("1", MediaKind::Movie, ExternalIds::default(), "Kestrel");
        let title = titles::upsert_from_plex(tx, &film, None, now())?;
        ask(tx, title, MediaKind::Movie, asker, Stage::Approved, now())
    }

    #[tokio::test]
    async fn what_was_taken_back_meanwhile_is_not_added() {
        let (_database, db) = house().await;
        let (sent_anew, withdrawn) = db
            .write(|tx| {
                let id = approved(tx)?;
                make_ours(tx, id, 0)?;
                let sent_anew = make_ours(tx, id, -1).is_err();
                actions::observe(tx, id, &Command::Withdraw, now())?;
                Ok((sent_anew, make_ours(tx, id, 0).is_err()))
            })
            .await
            .unwrap();
        assert!(sent_anew && withdrawn);
    }

    #[tokio::test]
    async fn only_a_refusal_tells_that_nothing_was_added() {
        let (_database, db) = house().await;
        let ours = db
            .write(|tx| {
                let id = approved(tx)?;
                let mut ours = Vec::new();
                for cause in [Cause::ServiceUnreachable, Cause::ServiceRefused] {
                    let attempt = requests::get(tx, id)?.unwrap().attempts;
                    make_ours(tx, id, attempt)?;
                    hold(tx, id, cause, None, now())?;
                    ours.push(requests::get(tx, id)?.unwrap().added_by_us);
                    actions::observe(tx, id, &Command::Retry, now())?;
                }
                Ok(ours)
            })
            .await
            .unwrap();
        assert_eq!(ours, [true, false]);
    }

    #[test]
    fn only_what_no_other_try_can_mend_is_stuck() {
        let unready = Fault::unready("still reading");
        assert_eq!([cause(&unready, false, false), cause(&unready, true, false)], [None, None]);
        assert_eq!(cause(&unready, true, true), Some(Cause::TitleUnknown));
        assert_eq!(cause(&Fault::transient("down"), false, false), None);
        assert_eq!(cause(&Fault::transient("down"), true, false), Some(Cause::ServiceUnreachable));
        assert_eq!(cause(&Fault::missing("unknown"), false, false), Some(Cause::TitleUnknown));
    }

    #[test]
    fn a_refusal_says_what_it_is_about() {
        assert_eq!(refusal("Radarr refuses that: Root folder '/movies' does not exist"), Cause::FolderMissing);
        assert_eq!(refusal("Radarr refuses that: Quality Profile does not exist"), Cause::ServiceRefused);
    }
}
