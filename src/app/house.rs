//! What every page shows of the house itself: its settings, its name, its services, and what is
//! down.

use std::sync::Arc;

use super::App;
use super::recent::Recent;
use crate::db::frame::{self, Facts};
use crate::db::services;
use crate::domain::service::Service;
use crate::domain::settings::Settings;
use crate::error::Outcome;

#[derive(Debug)]
pub struct House {
    pub settings: Settings,
    pub facts: Facts,
    pub services: Vec<Service>,
}

pub(super) type LastRead = Recent<(), Arc<House>>;

impl App {
    pub async fn house(&self) -> Outcome<Arc<House>> {
        let app = self.clone();
        let read = self.db.read(move |conn| {
            Ok(House { settings: app.settings_in(conn)?, facts: frame::facts(conn)?, services: services::all(conn)? })
        });
        self.house.or_read(&self.db, (), async { read.await.map(Arc::new) }).await
    }
}
