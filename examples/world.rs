//! The simulated world on its own, for measuring: `cargo run --release --example world -- TITLES`. Prints environment
//! variables that point Usherr at it, writes the settings file it is told, and stays until it is killed.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use usherr::demo::{World, WorldOptions};

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let titles = words.next().map_or(300, |word| word.parse().expect("a number of titles"));
    let file = words.next().expect("where to write the settings file");
    let world = World::start(WorldOptions { titles, ..WorldOptions::test() }).await.unwrap();
    std::fs::write(&file, world.settings_file()).unwrap();
    let plex_tv = world.plex_tv().url();
    for name in ["PLEX_TV", "PLEX_CLIENTS", "PLEX_DISCOVER", "PLEX_COMMUNITY"] {
        println!("export USHERR_{name}_URL={plex_tv}");
    }
    println!("export USHERR_PLEX_AUTH_URL={plex_tv}/auth");
    println!("# ready");
    std::future::pending::<()>().await;
}
