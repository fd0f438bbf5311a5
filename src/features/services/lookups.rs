//! Real connection tests, each within ten seconds: who answers, does the key open, what is there to pick from. A failed
//! one says which field is to blame and what to do. Writes nothing.

use std::time::{Duration, Instant};

use secrecy::SecretString;

use crate::app::App;
use crate::app::services::{TEST_PATIENCE, login, mail_settings, within_a_page};
use crate::domain::catalog::PlexLibrary;
use crate::domain::fault::{Answer, Fault, FaultClass};
use crate::domain::people::PlexResource;
use crate::domain::service::{MailOptions, Offers, Service, ServiceKind};
use crate::error::Outcome;
use crate::vendor::address::parse_base;
pub use crate::vendor::mail::Letter;
use crate::vendor::mail::Mailer;
use crate::vendor::plex_server::PlexServer;
use crate::vendor::qbittorrent::Qbittorrent;
use crate::vendor::radarr::Radarr;
use crate::vendor::servarr::Servarr;
use crate::vendor::sonarr::Sonarr;

pub mod plex;

/// What is wrong, and beside which field of the form it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// "url", "secret", "from", or "" for the whole form.
    pub field: &'static str,
    pub words: String,
}

pub type Tested<T> = Result<T, Trouble>;

/// A service that answered.
#[derive(Debug, Clone, Default)]
pub struct Answered {
    pub version: String,
    pub latency: Duration,
    /// For Sonarr and Radarr.
    pub offers: Option<Offers>,
    /// Its real address, where it sent us on to one (services.md 1.1).
    pub moved: Option<String>,
}

/// What is tried, before or after it was saved.
pub struct Candidate<'a> {
    pub kind: ServiceKind,
    pub url: &'a str,
    pub username: Option<&'a str>,
    pub secret: SecretString,
    pub mail: Option<&'a MailOptions>,
}

/// Tests any service but Plex. A mail service is tested up to the sign-in; `send_test` goes all the way.
pub async fn test(app: &App, candidate: Candidate<'_>) -> Tested<Answered> {
    let started = Instant::now();
    let mut answered = match candidate.kind {
        ServiceKind::Radarr | ServiceKind::Sonarr => test_arr(app, &candidate).await?,
        ServiceKind::Qbittorrent => {
            let answered = test_qbittorrent(&candidate).await?;
            app.forget_sessions();
            answered
        }
        ServiceKind::Smtp => {
            let words = in_time(candidate.kind, mailer(&candidate)?.within(TEST_PATIENCE).test()).await?;
            Answered { version: words, ..Answered::default() }
        }
    };
    answered.latency = started.elapsed();
    Ok(answered)
}

async fn test_arr(app: &App, candidate: &Candidate<'_>) -> Tested<Answered> {
    let arr = arr(candidate)?;
    let (status, offers) = in_time(candidate.kind, async {
        let status = arr.status().await?;
        arr.expect_own(&status)?;
        Ok((status, offers(&arr, app.now()).await?))
    })
    .await?;
    let moved = arr.moved(candidate.url);
    Ok(Answered { version: status.version, offers: Some(offers), moved, ..Answered::default() })
}

fn arr(candidate: &Candidate<'_>) -> Tested<Servarr> {
    parse_base(candidate.url).map_err(|fault| Trouble { field: "url", words: fault.message })?;
    let missing = |fault: Fault| Trouble { field: "secret", words: fault.message };
    match candidate.kind {
        ServiceKind::Sonarr => Ok((*Sonarr::new(candidate.url, &candidate.secret).map_err(missing)?).clone()),
        _ => Ok((*Radarr::new(candidate.url, &candidate.secret).map_err(missing)?).clone()),
    }
}

/// What a Sonarr or Radarr has to pick from.
pub async fn offers(arr: &Servarr, now: chrono::DateTime<chrono::Utc>) -> Answer<Offers> {
    let (profiles, root_folders, tags) = futures_util::join!(arr.quality_profiles(), arr.root_folders(), arr.tags());
    Ok(Offers { profiles: profiles?, root_folders: root_folders?, tags: tags?, read_at: now })
}

/// One sign-in and never a second: five wrong ones lock us out for an hour (services.md 4.2).
async fn test_qbittorrent(candidate: &Candidate<'_>) -> Tested<Answered> {
    parse_base(candidate.url).map_err(|fault| Trouble { field: "url", words: fault.message })?;
    let secret = candidate.secret.clone();
    let login = login(candidate.username, secret);
    let client = Qbittorrent::new(candidate.url, login).map_err(|fault| trouble(candidate.kind, fault))?;
    let version = in_time(candidate.kind, client.version()).await?;
    Ok(Answered { version: version.trim_start_matches('v').to_owned(), ..Answered::default() })
}

fn mailer(candidate: &Candidate<'_>) -> Tested<Mailer> {
    let words = "Fill in the port and the sender.".to_owned();
    let options = candidate.mail.ok_or(Trouble { field: "", words })?;
    let settings = mail_settings(candidate.url, options, candidate.username, candidate.secret.clone());
    Mailer::new(&settings).map_err(|fault| Trouble { field: mail_field(&fault), words: fault.message })
}

/// Sends a real letter; how long the server took to take it.
pub async fn send_test(candidate: Candidate<'_>, letter: &Letter) -> Tested<Duration> {
    let mailer = mailer(&candidate)?.within(TEST_PATIENCE);
    let started = Instant::now();
    in_time(candidate.kind, mailer.send(letter)).await?;
    Ok(started.elapsed())
}

/// Takes our webhook out of a Sonarr or Radarr that is about to be removed. Best effort: it may be long gone. The page
/// does not wait for it.
pub async fn unhook(app: &App, service: &Service) {
    let Some(hook) = service.hook_id else { return };
    let (app, service) = (app.clone(), service.clone());
    let removing = async move {
        let removed = async {
            match service.kind {
                ServiceKind::Radarr => app.radarr(&service)?.unregister_webhook(hook).await?,
                ServiceKind::Sonarr => app.sonarr(&service)?.unregister_webhook(hook).await?,
                _ => {}
            }
            Outcome::Ok(())
        };
        if let Err(error) = removed.await {
            tracing::info!(service.id = service.id.0, error = %error, "the webhook stays at the service");
        }
    };
    let _ = within_a_page(removing).await;
}

async fn in_time<T>(kind: ServiceKind, work: impl Future<Output = Answer<T>>) -> Tested<T> {
    match tokio::time::timeout(TEST_PATIENCE, work).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(fault)) => Err(trouble(kind, fault)),
        Err(_) => {
            let name = kind.label();
            Err(Trouble {
                field: "url",
                words: format!(
                    "No answer within 10 seconds. Is {name} running, and is the address right as seen from this machine?"
                ),
            })
        }
    }
}

/// Puts a fault beside the field it is about, and says what to do.
fn trouble(kind: ServiceKind, fault: Fault) -> Trouble {
    let name = kind.label();
    let said = fault.message;
    if kind == ServiceKind::Smtp {
        let field = mail_field(&Fault::new(fault.class, said.clone()));
        return Trouble { field, words: said };
    }
    match fault.class {
        FaultClass::Auth if kind == ServiceKind::Qbittorrent => {
            let words = format!("{said} Usherr tried once; qBittorrent locks out after five wrong tries.");
            Trouble { field: "secret", words }
        }
        FaultClass::Auth => {
            Trouble { field: "secret", words: format!("{said} Copy the key from {name}: Settings, General, API key.") }
        }
        FaultClass::Missing => Trouble {
            field: "url",
            words: format!("{said} Is a path missing at the end of the address, such as /{kind}?"),
        },
        _ => at_the_address(said),
    }
}

/// A service that speaks TLS alone hangs up on whoever does not.
fn at_the_address(said: String) -> Trouble {
    let hint =
        if said.contains("broke off") { " If it speaks https:// only, begin the address with that." } else { "" };
    Trouble { field: "url", words: format!("{said}{hint}") }
}

fn mail_field(fault: &Fault) -> &'static str {
    match fault.class {
        FaultClass::Auth => "secret",
        FaultClass::Permanent if fault.message.contains("sender") => "from",
        _ => "url",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_fault_is_put_beside_its_field() {
        let key = trouble(ServiceKind::Radarr, Fault::auth("Radarr at a:1 refuses the key or token."));
        assert_eq!(key.field, "secret");
        assert!(key.words.contains("Settings, General, API key"));
        assert_eq!(trouble(ServiceKind::Sonarr, Fault::missing("x")).field, "url");
        assert_eq!(trouble(ServiceKind::Smtp, Fault::auth("x")).field, "secret");
        let hung_up = trouble(ServiceKind::Radarr, Fault::transient("Radarr at a:1 broke off the connection."));
        assert!(hung_up.field == "url" && hung_up.words.contains("https://"));
        let sender = Fault::permanent("The sender's mail address can't be read.");
        assert_eq!(trouble(ServiceKind::Smtp, sender).field, "from");
    }

    #[test]
    fn an_impossible_address_is_told_before_anybody_is_asked() {
        let candidate = Candidate {
            kind: ServiceKind::Radarr,
            url: "ftp://x",
            username: None,
            secret: SecretString::from("k".to_owned()),
            mail: None,
        };
        assert_eq!(arr(&candidate).unwrap_err().field, "url");
    }
}
