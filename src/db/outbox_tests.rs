//! Which effect comes next, and for how long one is tried.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::db::Db;
use crate::db::testing::fresh;
use crate::domain::ids::{ServiceId, TitleId};

/// Whoever waits for the next one must not be told of a time that has passed.
#[tokio::test]
async fn what_is_behind_another_or_under_way_is_not_what_comes_next() {
    let database = fresh(|url| drop(Db::open(url).unwrap()));
    let db = Db::open(&database.url).unwrap();
    let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let later = start + TimeDelta::hours(1);
    let told = db
        .write(move |tx| {
            for key in ["first", "second"] {
                push(tx, &Effect::RegisterHook { service: ServiceId(1) }, key, start)?;
            }
            let waiting = next_due(tx)?;
            let first = claim(tx, start)?.unwrap();
            let under_way = next_due(tx)?;
            postpone(tx, &first, "nobody answers", later)?;
            let put_back = next_due(tx)?;
            let first = claim(tx, later)?.unwrap();
            settle(tx, &first, Ending::Done, later)?;
            Ok([waiting, under_way, put_back, next_due(tx)?])
        })
        .await
        .unwrap();
    assert_eq!(told, [Some(start), None, Some(later), Some(start)]);
}

/// A mail server may be away for a weekend.
#[tokio::test]
async fn what_is_tried_in_vain_is_kept_for_days() {
    let database = fresh(|url| drop(Db::open(url).unwrap()));
    let db = Db::open(&database.url).unwrap();
    let start = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
    let lasts = db
        .write(move |tx| {
            push(tx, &Effect::TitleArrived { title: TitleId(1) }, "once", start)?;
            let mut lasts = Vec::new();
            for hour in 0..80 {
                let now = start + TimeDelta::hours(hour);
                let claim = claim(tx, now)?.unwrap();
                lasts.push(claim.is_last(now));
                postpone(tx, &claim, "nobody answers", now + TimeDelta::hours(1))?;
            }
            Ok(lasts)
        })
        .await
        .unwrap();
    assert_eq!(lasts.iter().position(|last| *last), Some(72));
    assert!(lasts[72..].iter().all(|last| *last));
}
