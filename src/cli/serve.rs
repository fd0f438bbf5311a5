//! `usherr serve`: opens the house and stays until told to end.

use super::process;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Outcome;
use crate::{features, serve};

pub async fn run(config: Config) -> Outcome<()> {
    process::log(&config)?;
    let app = App::build(config, Clock::system()).await?;
    if let Some(file) = app.config.settings_file.clone() {
        let applied = features::settings::file::apply_at(&app, &file).await?;
        tracing::info!(file = %file.display(), "{applied}");
    }
    let told = serve::Told::listen()?;
    let house = serve::open_for(app).await?;
    greet(&house.app, house.addr).await?;
    house.until(told).await;
    Ok(())
}

/// Where to find the house, and what opens the wizard while set-up is not done.
async fn greet(app: &App, addr: std::net::SocketAddr) -> Outcome<()> {
    let mut shown = addr;
    if shown.ip().is_unspecified() {
        shown.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let address = format!("http://{shown}{}/", app.config.base_path);
    println!("Usherr is open at {address}");
    if features::setup::door::state(app).await?.needs_code() {
        println!("Set it up at {address}setup");
        println!("From another machine it asks for this one-time code: {}", app.setup_code);
    }
    Ok(())
}
