//! What was read a moment ago. It stands as long as this process has written nothing since, and for a second at most, as
//! others write too: the command line, another replica.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::db::Db;
use crate::error::Outcome;

const STANDS_FOR: Duration = Duration::from_secs(1);
/// With more than this, those that stand no more are forgotten.
const MANY: usize = 64;

pub(super) struct Recent<K, V>(Mutex<HashMap<K, Read<V>>>);

struct Read<V> {
    writes: u64,
    at: Instant,
    value: V,
}

impl<V> Read<V> {
    fn stands(&self, writes: u64) -> bool {
        self.writes == writes && self.at.elapsed() < STANDS_FOR
    }
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    pub fn standing(&self, db: &Db, key: &K) -> Option<V> {
        self.all().get(key).filter(|read| read.stands(db.writes())).map(|read| read.value.clone())
    }

    /// What stands, or what is read now.
    pub async fn or_read(&self, db: &Db, key: K, read: impl Future<Output = Outcome<V>>) -> Outcome<V> {
        if let Some(value) = self.standing(db, &key) {
            return Ok(value);
        }
        let (writes, at) = (db.writes(), Instant::now());
        let value = read.await?;
        let mut all = self.all();
        if all.len() > MANY {
            all.retain(|_, read| read.stands(writes));
        }
        all.insert(key, Read { writes, at, value: value.clone() });
        Ok(value)
    }

    fn all(&self) -> std::sync::MutexGuard<'_, HashMap<K, Read<V>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
