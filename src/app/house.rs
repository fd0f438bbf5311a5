//! What every page shows of the house itself: its settings, its name, and what is down.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::App;
use crate::db::frame::{self, Facts};
use crate::domain::settings::Settings;
use crate::error::Outcome;

#[derive(Debug)]
pub struct House {
    pub settings: Settings,
    pub facts: Facts,
}

/// Others write too: the command line, another replica.
const STANDS_FOR: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct LastRead(Mutex<Option<Read>>);

#[derive(Clone)]
struct Read {
    writes: u64,
    at: Instant,
    house: Arc<House>,
}

impl App {
    /// Read anew after every write of ours, and when a second has passed.
    pub async fn house(&self) -> Outcome<Arc<House>> {
        let writes = self.db.writes();
        let last = self.house.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(read) = last.filter(|read| read.writes == writes && read.at.elapsed() < STANDS_FOR) {
            return Ok(read.house);
        }
        let (app, at) = (self.clone(), Instant::now());
        let read = self.db.read(move |conn| Ok(House { settings: app.settings_in(conn)?, facts: frame::facts(conn)? }));
        let house = Arc::new(read.await?);
        let read = Read { writes, at, house: house.clone() };
        *self.house.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(read);
        Ok(house)
    }
}
