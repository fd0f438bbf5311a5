//! Effect `RegisterHook`: makes Sonarr and Radarr report to us (services.md 3.1). Safe to run twice: the connection with
//! our address or name is found and updated. What does not work is tried again, and told on the page of services. Without
//! an address at which they reach us there is nothing to do: polling alone suffices.

use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::app::services::hook_place;
use crate::crypto::{random_token, token_hash};
use crate::db::outbox::{self, Claim, MAX_ATTEMPTS, Settled};
use crate::db::{Tx, services};
use crate::domain::effect::Ending;
use crate::domain::fault::{Fault, FaultClass};
use crate::domain::ids::ServiceId;
use crate::domain::service::{Service, ServiceKind};
use crate::error::Outcome;

/// The connection's name in Sonarr and Radarr.
const NAME: &str = "Usherr";

pub async fn register(app: &App, claim: &Claim, id: ServiceId) -> Outcome<Settled> {
    let service = app.db.read(move |conn| services::get(conn, id)).await?;
    let (Some(service), Some(base)) = (service, app.hook_base().await?) else { return moot(app, claim).await };
    // Written down before the service hears of it: it calls us back at once.
    let secret = secret_of(app, &service).await?;
    let url = format!("{base}/hooks/{}/{}", service.kind, secret.expose_secret());
    let hook = match service.kind {
        ServiceKind::Radarr => app.radarr(&service)?.register_webhook(NAME, &url).await,
        ServiceKind::Sonarr => app.sonarr(&service)?.register_webhook(NAME, &url).await,
        _ => return moot(app, claim).await,
    };
    let (claim, now) = (claim.clone(), app.now());
    match hook {
        Ok(hook) => {
            let done = move |tx: &mut Tx<'_>| {
                services::set_hook_id(tx, id, Some(hook))?;
                outbox::settle(tx, &claim, Ending::Done, now)
            };
            app.db.write(done).await
        }
        // The repair job asks anew; until then nothing is due.
        Err(_) if claim.attempt >= MAX_ATTEMPTS => moot(app, &claim).await,
        Err(fault) => {
            if !fault.is_transient() && service.hook_id.is_some() {
                // What was in place may be so no more; the page shall not say that it is.
                app.db.write(move |tx| services::set_hook_id(tx, id, None)).await?;
            }
            Err(later(fault, &secret).into())
        }
    }
}

/// Whatever the service has against it (mostly that its test call does not reach us) is mended by a person, here or
/// there, so it is tried again. It names the whole address that it could not reach: the random part is never written
/// down in the open.
fn later(fault: Fault, secret: &SecretString) -> Fault {
    let class = if fault.class == FaultClass::Auth { FaultClass::Auth } else { FaultClass::Transient };
    Fault { class, message: fault.message.replace(secret.expose_secret(), "…"), ..fault }
}

async fn moot(app: &App, claim: &Claim) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db.write(move |tx| outbox::settle(tx, &claim, Ending::Moot, now)).await
}

async fn secret_of(app: &App, service: &Service) -> Outcome<SecretString> {
    let place = hook_place(service.kind, &service.name);
    if let Some(sealed) = &service.hook_sealed {
        return app.open(sealed, &place);
    }
    let secret = SecretString::from(random_token());
    let (sealed, hash, id) = (app.seal(&secret, &place)?, token_hash(secret.expose_secret()), service.id);
    let kept = app
        .db
        .write(move |tx| {
            // Somebody may have been quicker; theirs counts.
            match services::get(tx, id)?.and_then(|service| service.hook_sealed) {
                Some(sealed) => Ok(Some(sealed)),
                None => services::set_hook(tx, id, &sealed, &hash).map(|()| None),
            }
        })
        .await?;
    match kept {
        Some(sealed) => app.open(&sealed, &place),
        None => Ok(secret),
    }
}
