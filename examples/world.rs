//! The simulated world on its own, for measuring: `cargo run --release --example world -- TITLES FILE [PEOPLE]`. Prints
//! environment variables that point Usherr at it, writes the settings file it is told, and stays until it is killed. So many
//! people more have a share of the server, which has 14 libraries then.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use usherr::demo::household::{Household, Section};
use usherr::demo::{World, WorldOptions};

const LIBRARIES: i64 = 14;

#[tokio::main]
async fn main() {
    let mut words = std::env::args().skip(1);
    let titles = words.next().map_or(300, |word| word.parse().expect("a number of titles"));
    let file = words.next().expect("where to write the settings file");
    let world = World::start(WorldOptions { titles, ..WorldOptions::test() }).await.unwrap();
    let people = words.next().map_or(0, |word| word.parse().expect("a number of people"));
    if people > 0 {
        world.house().write(|house| invite(house, people));
    }
    std::fs::write(&file, world.settings_file()).unwrap();
    let plex_tv = world.plex_tv().url();
    for name in ["PLEX_TV", "PLEX_CLIENTS", "PLEX_DISCOVER", "PLEX_COMMUNITY"] {
        println!("export USHERR_{name}_URL={plex_tv}");
    }
    println!("export USHERR_PLEX_AUTH_URL={plex_tv}/auth");
    println!("# ready");
    std::future::pending::<()>().await;
}

fn invite(house: &mut Household, people: usize) {
    let first = house.sections.first().cloned().unwrap();
    for key in 7..=LIBRARIES {
        let (id, title, uuid) = (130_000_000 + key, format!("Library {key}"), format!("section-{key}"));
        house.sections.push(Section { id, key, title, uuid, ..first.clone() });
    }
    for number in 0..people {
        let (name, email) = (format!("person{number}"), format!("person{number}@example.org"));
        let account = house.add_account(&name, &email);
        let keys: Vec<i64> = (0..6).map(|n| 1 + (i64::try_from(number).unwrap() + n * 5) % LIBRARIES).collect();
        let share = house.invite(Some(account.id), account.email, house.section_ids(&keys), false);
        house.friends.push(account.id);
        if let Some(share) = house.share_mut(share.id) {
            share.accepted_at = Some(share.invited_at);
        }
    }
}
