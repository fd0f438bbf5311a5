//! Opens the house: listener, worker, timetable; and closes it again without losing anything.

use std::net::SocketAddr;
use std::time::Duration;

use poem::Server;
use poem::listener::{Acceptor, Listener, TcpListener};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::JoinHandle;

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::presence::Presence;
use crate::db::{self, jobs, outbox, sessions};
use crate::error::{AppError, Outcome};
use crate::features::onboarding;
use crate::{dispatch, router, timetable, worker};

/// An open house.
pub struct House {
    pub app: App,
    pub addr: SocketAddr,
    listening: JoinHandle<std::io::Result<()>>,
    working: JoinHandle<()>,
    ticking: JoinHandle<Outcome<()>>,
    _presence: Presence,
}

/// How long answers under way may take once the house closes.
const LAST_ANSWERS: Duration = Duration::from_millis(800);

/// Opens the house; returns as soon as it answers.
pub async fn open(config: Config, clock: Clock) -> Outcome<House> {
    open_for(App::build(config, clock).await?).await
}

/// The same for an app that somebody has prepared.
pub async fn open_for(app: App) -> Outcome<House> {
    let listen = app.config.listen;
    let acceptor = TcpListener::bind(listen).into_acceptor().await.map_err(|error| {
        AppError::Internal(format!(
            "{listen} can't be listened on: {error}. Is Usherr running already? USHERR_LISTEN changes the address"
        ))
    })?;
    let addr = acceptor.local_addr().first().and_then(|addr| addr.as_socket_addr().copied()).unwrap_or(listen);
    let presence = move_in(&app).await?;
    timetable::prepare(&app).await?;
    onboarding::actions::begin(&app).await?;
    let stop = app.stop.clone();
    let endpoint = router::endpoint(app.clone());
    let listening = tokio::spawn(async move {
        Server::new_with_acceptor(acceptor)
            .run_with_graceful_shutdown(endpoint, async move { stop.cancelled().await }, Some(LAST_ANSWERS))
            .await
    });
    let working = tokio::spawn(worker::run(app.clone(), dispatch::dispatch));
    let ticking = tokio::spawn(timetable::run(app.clone()));
    Ok(House { app, addr, listening, working, ticking, _presence: presence })
}

/// Does what the outbox holds for as long as the command line waits for something of it.
pub async fn with_worker<T>(app: &App, waited_for: impl Future<Output = T>) -> T {
    let working = tokio::spawn(worker::run(app.clone(), dispatch::dispatch));
    let outcome = waited_for.await;
    app.stop.cancel();
    let _ = working.await;
    outcome
}

/// Frees what a server that was killed had begun. The address is ours by now: one that was started by mistake is refused
/// before it touches what another has under way.
async fn move_in(app: &App) -> Outcome<Presence> {
    let now = app.now();
    let clear_up = move |tx: &mut db::Tx<'_>| {
        outbox::release_all(tx)?;
        sessions::plex::give_turns_back(tx)?;
        jobs::give_up_all(tx, now)
    };
    Presence::take(&app.config.database_url, &app.db, clear_up).await
}

impl House {
    /// Closes the house: streams end, what is under way comes to its end or is taken up at the next start.
    pub async fn close(self) {
        self.app.stop.cancel();
        let all = async { tokio::join!(self.listening, self.working, self.ticking) };
        if tokio::time::timeout(LAST_ANSWERS + Duration::from_millis(50), all).await.is_err() {
            tracing::info!("closed while work was under way; it goes on at the next start");
        }
    }

    /// Stays open until the process is told to end, then closes.
    pub async fn until(self, mut told: Told) {
        tokio::select! {
            _ = told.end.recv() => {}
            _ = told.interrupt.recv() => {}
        }
        self.close().await;
    }
}

/// Listens for being told to end. Made before the house says that it is open: who reads that may tell it at once.
pub struct Told {
    end: Signal,
    interrupt: Signal,
}

impl Told {
    pub fn listen() -> Outcome<Self> {
        let end = signal(SignalKind::terminate()).map_err(AppError::internal)?;
        let interrupt = signal(SignalKind::interrupt()).map_err(AppError::internal)?;
        Ok(Self { end, interrupt })
    }
}
