//! Effect `RegisterHook`: makes Sonarr and Radarr report to us (services.md 3.1). Safe to run twice: the connection with
//! our address or name is found and updated. Without an address at which they reach us there is nothing to do: polling
//! alone suffices.

use secrecy::{ExposeSecret, SecretString};

use crate::app::App;
use crate::app::services::hook_place;
use crate::crypto::{random_token, token_hash};
use crate::db::outbox::{self, Claim, Settled};
use crate::db::{Tx, services};
use crate::domain::effect::Ending;
use crate::domain::fault::Fault;
use crate::domain::ids::ServiceId;
use crate::domain::service::{Service, ServiceKind};
use crate::error::Outcome;

/// The connection's name in Sonarr and Radarr.
const NAME: &str = "Usherr";

pub async fn register(app: &App, claim: &Claim, id: ServiceId) -> Outcome<Settled> {
    let service = app.db.read(move |conn| services::get(conn, id)).await?;
    let (Some(service), Some(base)) = (service, our_address(app).await?) else { return moot(app, claim).await };
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
        Err(mut fault) => {
            // The service repeats the address it could not reach; its random part is never written down in the open.
            fault.message = fault.message.replace(secret.expose_secret(), "…");
            if !fault.is_transient() && service.hook_id.is_some() {
                // What was in place may be so no more; the page shall not say that it is.
                app.db.write(move |tx| services::set_hook_id(tx, id, None)).await?;
            }
            // Sonarr and Radarr name the whole address they could not reach.
            let message = fault.message.replace(secret.expose_secret(), "…");
            Err(Fault { message, ..fault }.into())
        }
    }
}

async fn moot(app: &App, claim: &Claim) -> Outcome<Settled> {
    let (claim, now) = (claim.clone(), app.now());
    app.db.write(move |tx| outbox::settle(tx, &claim, Ending::Moot, now)).await
}

/// Where Sonarr and Radarr reach us: the internal address, else the public one.
async fn our_address(app: &App) -> Outcome<Option<String>> {
    let settings = app.settings().await?;
    let path = app.config.base_path.as_str();
    Ok(settings.internal_url.or(settings.base_url).map(|url| {
        let url = url.trim_end_matches('/');
        if url.ends_with(path) { url.to_owned() } else { format!("{url}{path}") }
    }))
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
