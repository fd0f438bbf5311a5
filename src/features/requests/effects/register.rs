//! Makes sure that a Sonarr or Radarr reports to us (services.md 3.1). Without an address at which it reaches us, polling
//! must do.

use secrecy::{ExposeSecret, SecretString};

use super::arr::Arr;
use super::moot;
use crate::app::{App, fail_point};
use crate::db::outbox::{Claim, Settled};
use crate::db::{outbox, services};
use crate::domain::effect::Ending;
use crate::domain::fault::Fault;
use crate::domain::ids::ServiceId;
use crate::domain::service::{Service, ServiceKind};
use crate::error::Outcome;

/// By which people recognise it in Sonarr's and Radarr's settings.
const NAME: &str = "Usherr";

pub async fn register_hook(app: &App, claim: &Claim, id: ServiceId) -> Outcome<Settled> {
    let service = app.db.read(move |conn| services::get(conn, id)).await?;
    let Some(service) = service.filter(|service| matches!(service.kind, ServiceKind::Radarr | ServiceKind::Sonarr))
    else {
        return moot(app, claim).await;
    };
    let settings = app.settings().await?;
    let Some(base) = settings.internal_url.or(settings.base_url) else { return moot(app, claim).await };
    let secret = secret(app, &service).await?;
    let address = address(&base, &app.config.base_path, service.kind, &secret);
    fail_point::pass("hook: before register");
    let registered = Arr::connect(app, &service)?.register_webhook(NAME, &address).await;
    fail_point::pass("hook: registered");
    let hook = registered.map_err(|fault| without_secret(fault, &secret))?;
    let (claim, now) = (claim.clone(), app.now());
    app.db
        .write(move |tx| {
            services::set_hook_id(tx, id, Some(hook))?;
            outbox::settle(tx, &claim, Ending::Done, now)
        })
        .await
}

/// Kept before it is used: the service calls us with it before it answers.
async fn secret(app: &App, service: &Service) -> Outcome<SecretString> {
    if let Some(secret) = app.hook_secret(service)? {
        return Ok(secret);
    }
    let new = app.new_hook_secret(service)?;
    let (id, sealed, hash) = (service.id, new.sealed, new.hash);
    app.db.write(move |tx| services::set_hook(tx, id, &sealed, &hash)).await?;
    Ok(new.secret)
}

fn address(base: &str, base_path: &str, kind: ServiceKind, secret: &SecretString) -> String {
    let base = base.trim_end_matches('/');
    let path = if base.ends_with(base_path) { "" } else { base_path };
    format!("{base}{path}/hooks/{kind}/{}", secret.expose_secret())
}

/// Sonarr and Radarr name the address they could not reach.
fn without_secret(fault: Fault, secret: &SecretString) -> Fault {
    Fault { message: fault.message.replace(secret.expose_secret(), "…"), ..fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_has_the_base_path_once() {
        let secret = SecretString::from("s3cret");
        let radarr = ServiceKind::Radarr;
        assert_eq!(address("http://u:5699", "", radarr, &secret), "http://u:5699/hooks/radarr/s3cret");
        assert_eq!(address("http://u:5699/", "/usherr", radarr, &secret), "http://u:5699/usherr/hooks/radarr/s3cret");
        assert_eq!(address("http://u/usherr", "/usherr", radarr, &secret), "http://u/usherr/hooks/radarr/s3cret");
    }

    #[test]
    fn what_a_service_says_never_carries_the_secret() {
        let said = Fault::permanent("Unable to send test message: [404] at [http://u/hooks/radarr/s3cret]");
        assert_eq!(without_secret(said, &SecretString::from("s3cret")).message.matches("s3cret").count(), 0);
    }
}
