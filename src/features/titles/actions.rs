//! The little that finding writes: at which hosts pictures lie.

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use moka::future::Cache;

use crate::app::App;
use crate::db::shelves;
use crate::domain::catalog::Candidate;
use crate::domain::title::picture_host;
use crate::error::Outcome;

/// Hosts that were written down lately, each after its house.
static LEARNED: LazyLock<Cache<String, ()>> =
    LazyLock::new(|| Cache::builder().max_capacity(200).time_to_live(Duration::from_secs(3600)).build());

/// Pictures are fetched only from hosts that a service has named; this notes them.
pub async fn learn_pictures(app: &App, candidates: &[Candidate]) -> Outcome<()> {
    let mut new = HashMap::new();
    for address in candidates.iter().filter_map(|candidate| candidate.poster.as_deref()) {
        let Some(host) = picture_host(address) else { continue };
        let key = format!("{} {host}", app.client_id);
        if !LEARNED.contains_key(&key) {
            new.insert(key, address.to_owned());
        }
    }
    if new.is_empty() {
        return Ok(());
    }
    let (addresses, now): (Vec<String>, _) = (new.values().cloned().collect(), app.now());
    app.db.write(move |tx| shelves::learn_hosts(tx, addresses.iter().map(String::as_str), now)).await?;
    for key in new.into_keys() {
        LEARNED.insert(key, ()).await;
    }
    Ok(())
}
