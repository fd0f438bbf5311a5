//! `usherr demo`: the house in a simulated world, seeded with a household. Without `--data-dir` everything it writes is in
//! a temporary folder that goes with it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::process;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, PlexAddresses};
use crate::demo::seed::{Libraries, SIGN_INS, SignIn, seed};
use crate::demo::{World, WorldOptions};
use crate::domain::jobs::{JobName, RunCause};
use crate::error::{AppError, Outcome};
use crate::features::settings::file;
use crate::features::setup::actions::{NewSignIn, make_sign_in};
use crate::{db, serve, timetable};

/// What everybody of the household types; it opens nothing but a simulation.
const PASSWORD: &str = "popcorn-and-tea";

pub async fn run(mut config: Config, data_dir: Option<PathBuf>) -> Outcome<()> {
    process::log(&config)?;
    let world = World::start(WorldOptions::demo()).await.map_err(AppError::internal)?;
    let folder = tempfile::tempdir().map_err(AppError::internal)?;
    config.data_dir = data_dir.unwrap_or_else(|| folder.path().join("data"));
    config.database_url = format!("sqlite://{}", config.data_dir.join("usherr.db").display());
    config.plex = plex(&world);
    config.settings_file = None;
    let app = App::build(config, Clock::system()).await?;
    connect(&app, &world, folder.path()).await?;
    move_in(&app).await?;
    let told = serve::Told::listen()?;
    let house = serve::open_for(app.clone()).await?;
    let mut local = house.addr;
    if local.ip().is_unspecified() {
        local.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let libraries = app.db.read(libraries).await?;
    seed(&world, local, &app.config.base_path, PASSWORD, &libraries).await.map_err(AppError::internal)?;
    greet(&format!("http://{local}{}/", app.config.base_path), &world.mail().url());
    house.until(told).await;
    world.stop().await;
    Ok(())
}

fn plex(world: &World) -> PlexAddresses {
    let url = world.plex_tv().url();
    PlexAddresses {
        plex_tv: url.clone(),
        clients: url.clone(),
        discover: url.clone(),
        community: url.clone(),
        auth: format!("{url}/auth"),
    }
}

/// Tells Usherr of the simulated services the way an admin would: by a settings file.
async fn connect(app: &App, world: &World, folder: &Path) -> Outcome<()> {
    let path = folder.join("usherr.toml");
    let address = SocketAddr::from(([127, 0, 0, 1], app.config.listen.port()));
    let services = [world.settings_file(), world.settings_in_4k()].concat();
    let settings = format!("base_url = \"http://{address}\"\n{services}");
    std::fs::write(&path, settings).map_err(AppError::internal)?;
    file::apply_at(app, &path).await?;
    Ok(())
}

/// The first look at everything, then sign-ins for some of those who were found.
async fn move_in(app: &App) -> Outcome<()> {
    for job in [JobName::ServiceHealth, JobName::PeopleSync, JobName::LibrarySync] {
        let now = app.now();
        let run = app.db.write(move |tx| db::jobs::ask(tx, job, RunCause::Start, None, now)).await?;
        timetable::do_one(app, run).await?;
    }
    for who in &SIGN_INS {
        make_sign_in(app, wanted(who)?).await?;
    }
    Ok(())
}

/// What there is to put into groups: no address of the API tells the ids of libraries.
fn libraries(conn: &mut db::Conn) -> Outcome<Libraries> {
    let mut found = Libraries::new();
    for server in db::servers::all(conn)? {
        let all = db::libraries::of_server(conn, server.id)?;
        found.extend(all.into_iter().map(|library| (library.title, library.id.0)));
    }
    Ok(found)
}

fn wanted(who: &SignIn) -> Outcome<NewSignIn> {
    Ok(NewSignIn {
        name: who.name.to_owned(),
        username: who.username.to_owned(),
        email: Some(who.email.to_owned()),
        role: who.role.parse().map_err(AppError::internal)?,
        password: SecretString::from(PASSWORD),
    })
}

fn greet(address: &str, mails: &str) {
    println!("Usherr is open at {address}");
    println!("Sign in as one of these, password {PASSWORD}:");
    for who in &SIGN_INS {
        println!("  {:<6} {}, {}", who.username, who.name, who.role);
    }
    println!("or press \"Sign in with Plex\" and be anybody of the household.");
    println!("Mails that Usherr sends can be read at {mails}");
    println!("Everything around it is simulated. Ctrl+C closes it.");
}
