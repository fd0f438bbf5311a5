//! What is heard of services that change while they are asked.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::db::home_tests::{house, now};

fn silent(of: Of, url: &str) -> Heard {
    let answer = Err("No answer.".to_owned());
    Heard { key: of.key(), name: "Radarr".to_owned(), of, url: url.to_owned(), answer, latency: Duration::ZERO }
}

#[tokio::test]
async fn what_moved_or_came_while_others_were_asked_keeps_its_health() {
    let (_database, db) = house().await;
    let (kept, moved, down) = db
        .write(|tx| {
            let server = servers::all(tx)?.remove(0);
            let (of, key) = (Of::Server(server.id), server_key(server.id));
            let up = Health {
                key: key.clone(),
                name: server.name.clone(),
                up: true,
                message: None,
                version: None,
                latency_ms: None,
                since: now(),
                checked_at: now(),
            };
            services::put_health(tx, &up)?;
            services::put_health(tx, &Health { key: "service:77".to_owned(), ..up })?;
            let mut ups = |heard: Vec<Heard>| {
                note_all(tx, heard, now())?;
                let all = services::health(tx)?.into_iter().map(|one| (one.key, one.up));
                Ok::<Vec<_>, AppError>(all.collect())
            };
            let kept = ups(Vec::new())?;
            let moved = ups(vec![silent(of, "http://where.it.was")])?;
            Ok((kept, moved, ups(vec![silent(of, &server.url)])?))
        })
        .await
        .unwrap();
    let key = server_key(ServerId(1));
    assert_eq!(kept, [(key.clone(), true)], "one that is there no more is forgotten");
    assert_eq!(moved, [(key.clone(), true)]);
    assert_eq!(down, [(key, false)]);
}
