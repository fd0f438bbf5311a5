//! The worker: claims one due effect after another, has it done, and settles the claim. It never knows what an effect
//! does; `serve` hands in `dispatch`.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use rand::RngExt;

use crate::app::{App, fail_point};
use crate::db::outbox::{self, Claim, Settled};
use crate::domain::fault::FaultClass;
use crate::error::{AppError, Outcome};

/// Does what a claim says and settles it in the write that keeps the outcome.
pub type Dispatch = fn(App, Claim) -> Pin<Box<dyn Future<Output = Outcome<Settled>> + Send>>;

/// Effects that may be under way at the same time.
const HANDS: usize = 4;

/// Works until told to stop, then lets what is under way come to its end.
pub async fn run(app: App, dispatch: Dispatch) {
    let hands: Vec<_> = (0..HANDS).map(|_| tokio::spawn(hand(app.clone(), dispatch))).collect();
    for hand in hands {
        let _ = hand.await;
    }
}

async fn hand(app: App, dispatch: Dispatch) {
    while !app.stop.is_cancelled() {
        match claim(&app).await {
            Ok(Some(claim)) => {
                // There may be more: let another hand look while this one works.
                app.wake_worker();
                work(&app, dispatch, claim).await;
            }
            Ok(None) => rest(&app).await,
            Err(error) => {
                tracing::error!(error = %error, "the outbox can't be read");
                rest(&app).await;
            }
        }
    }
}

async fn claim(app: &App) -> Outcome<Option<Claim>> {
    let now = app.now();
    let claim = app.db.write(move |tx| outbox::claim(tx, now)).await?;
    if claim.is_some() {
        fail_point::pass("claimed");
    }
    Ok(claim)
}

/// Waits for the bell, the next due effect, or a while.
async fn rest(app: &App) {
    let next = app.db.read(outbox::next_due).await.ok().flatten();
    let wait =
        next.map_or(MOST_REST, |due| (due - app.now()).to_std().unwrap_or(LEAST_REST)).clamp(LEAST_REST, MOST_REST);
    tokio::select! {
        () = app.wake.notified() => {}
        () = app.stop.cancelled() => {}
        () = tokio::time::sleep(wait) => {}
    }
}

const LEAST_REST: Duration = Duration::from_millis(250);
const MOST_REST: Duration = Duration::from_secs(15);

async fn work(app: &App, dispatch: Dispatch, claim: Claim) {
    // A hand that broke would be missing until the next start.
    let done = AssertUnwindSafe(dispatch(app.clone(), claim.clone())).catch_unwind().await;
    let Err(error) = done.unwrap_or_else(|_| Err(AppError::internal("it broke off"))) else {
        fail_point::pass("settled");
        return;
    };
    tracing::warn!(
        effect.id = claim.id.0,
        effect.kind = claim.effect.kind(),
        effect.attempt = claim.attempt,
        error = %error,
        "an effect was not done"
    );
    for again in 1..=TRIES {
        let Err(error) = put_back(app, claim.clone(), &error).await else { return };
        tracing::error!(error = %error, "an effect could not be put back");
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = tokio::time::sleep(LEAST_REST * again) => {}
        }
    }
}

/// While the database takes nothing; after that an effect waits for its lease to run out.
const TRIES: u32 = 20;

async fn put_back(app: &App, claim: Claim, error: &AppError) -> Outcome<()> {
    let now = app.now();
    let give_up = claim.is_last(now) || !may_be_retried(error);
    let due = now + wait_after(claim.attempt, error);
    let text = error.to_string();
    app.db
        .write(move |tx| match give_up {
            true => outbox::bury(tx, &claim, &text, now),
            false => outbox::postpone(tx, &claim, &text, due),
        })
        .await
}

fn may_be_retried(error: &AppError) -> bool {
    match error {
        // A wrong key is mended by a person; until then the effect waits.
        AppError::Service(fault) => {
            matches!(fault.class, FaultClass::Transient | FaultClass::Unready | FaultClass::Auth)
        }
        AppError::Internal(_) | AppError::Unavailable { .. } | AppError::Conflict(_) => true,
        _ => false,
    }
}

/// A service may ask for quiet for a day, or for ever by mistake.
const MOST_ASKED: i64 = 3600;

/// 2, 4, 8, 16 … seconds, at most an hour, a little spread; longer when the service asked for it, but no more than that. What needs only a
/// moment gets 1, 2, 4 … seconds, at most a minute.
fn wait_after(attempt: i32, error: &AppError) -> TimeDelta {
    let fault = match error {
        AppError::Service(fault) => Some(fault),
        _ => None,
    };
    let asked = fault.and_then(|fault| TimeDelta::from_std(fault.retry_after?).ok());
    let (first, most) = match fault.is_some_and(|fault| fault.class == FaultClass::Unready) {
        true => (1, 60),
        false => (2, 3600),
    };
    let doubled = most.min(first * 2_i64.pow(u32::try_from(attempt - 1).unwrap_or(0).min(11)));
    let spread = rand::rng().random_range(0..=doubled * 200);
    let own = TimeDelta::seconds(doubled) + TimeDelta::milliseconds(spread);
    asked.map_or(own, |asked| asked.min(TimeDelta::seconds(MOST_ASKED)).max(own))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;
    use crate::db::Tx;
    use crate::domain::effect::Effect;
    use crate::domain::fault::Fault;
    use crate::domain::ids::ServiceId;
    use crate::features::testing::house;

    #[tokio::test]
    async fn what_breaks_off_is_put_back() {
        let house = house(1).await;
        let (app, now) = (&house.app, house.app.now());
        let effect = Effect::RegisterHook { service: ServiceId(1) };
        let lane = effect.lane().unwrap();
        app.db.write(move |tx| outbox::push(tx, &effect, "breaks off", now)).await.unwrap();
        let claim = claim(app).await.unwrap().unwrap();
        work(app, |_, _| Box::pin(async { panic!("an effect broke off") }), claim).await;
        let held = app.db.read(move |conn| outbox::holdup(conn, &lane)).await.unwrap();
        assert!(held.is_some_and(|(_, due)| due > now));
    }

    #[tokio::test]
    async fn what_can_not_be_put_back_at_once_is_put_back_when_it_can() {
        let house = house(1).await;
        let (app, now) = (&house.app, house.app.now());
        let effect = Effect::RegisterHook { service: ServiceId(1) };
        let lane = effect.lane().unwrap();
        app.db.write(move |tx| outbox::push(tx, &effect, "breaks off", now)).await.unwrap();
        let claim = claim(app).await.unwrap().unwrap();
        let (done, until) = std::sync::mpsc::channel();
        let (begins, begun) = tokio::sync::oneshot::channel();
        let db = app.db.clone();
        let held = tokio::spawn(async move {
            let hold = move |_: &mut Tx<'_>| {
                begins.send(()).unwrap();
                Ok(until.recv().ok())
            };
            db.write(hold).await
        });
        begun.await.unwrap();
        let others = async {
            // Each of them waits as long as anybody does: by then it was tried once at least.
            for _ in 0..2 {
                app.db.write(|_| Ok(())).await.unwrap_err();
            }
            done.send(()).unwrap();
        };
        tokio::join!(work(app, |_, _| Box::pin(async { Err(AppError::internal("no")) }), claim), others);
        assert_eq!(held.await.unwrap().unwrap(), Some(()));
        let waits = app.db.read(move |conn| outbox::holdup(conn, &lane)).await.unwrap();
        assert!(waits.is_some_and(|(_, due)| due > now));
    }

    #[test]
    fn what_needs_only_a_moment_is_looked_at_soon() {
        let wait = |fault: Fault, attempt| wait_after(attempt, &fault.into()).num_milliseconds();
        assert!((1_000..=1_200).contains(&wait(Fault::unready("reading"), 1)));
        assert!((2_000..=2_400).contains(&wait(Fault::unready("reading"), 2)));
        assert!((60_000..=72_000).contains(&wait(Fault::unready("reading"), 30)));
        assert!((2_000..=2_400).contains(&wait(Fault::transient("down"), 1)));
        assert!((3_600_000..=4_320_000).contains(&wait(Fault::transient("down"), 30)));
        let asked = Fault::transient("busy").after(Some(Duration::from_secs(90)));
        assert_eq!(wait(asked, 1), 90_000);
    }
}
