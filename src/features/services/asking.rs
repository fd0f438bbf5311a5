//! Trying out what a form says: the service is really asked, and says in words how that went.

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use super::lookups::{self, Candidate, Letter, Tested};
use super::{actions, emails};
use crate::app::App;
use crate::domain::people::Actor;
use crate::domain::service::ServiceKind;
use crate::domain::service_form::{FormKey, GoodTest, ServiceForm};

pub async fn ask(
    app: &App,
    key: FormKey,
    form: &ServiceForm,
    secret: SecretString,
    me: Option<&Actor>,
) -> Tested<GoodTest> {
    let FormKey::Service(kind, _) = key else { return ask_plex(app, form, &secret).await };
    let mail = actions::mail_options(form).ok().filter(|_| kind == ServiceKind::Smtp);
    let username = Some(form.username.as_str()).filter(|name| !name.is_empty());
    let candidate = Candidate { kind, url: &form.url, username, secret, mail: mail.as_ref() };
    if kind == ServiceKind::Smtp {
        return ask_mail(app, form, candidate, me).await;
    }
    let answered = lookups::test(app, candidate).await?;
    let latency_ms = millis(answered.latency);
    let words = match &answered.offers {
        Some(offers) if offers.profiles.is_empty() || offers.root_folders.is_empty() => format!(
            "{} {} answered in {latency_ms} ms, but it has no quality profile or no root folder yet. Add them there, then test again.",
            kind.label(),
            answered.version
        ),
        _ => format!("{} {} answered in {latency_ms} ms.", kind.label(), answered.version),
    };
    let (version, moved) = (Some(answered.version), answered.moved);
    Ok(GoodTest { words, version, latency_ms, offers: answered.offers, moved, ..GoodTest::default() })
}

async fn ask_mail(app: &App, form: &ServiceForm, candidate: Candidate<'_>, me: Option<&Actor>) -> Tested<GoodTest> {
    let Some(to) = me.and_then(|me| me.email.clone()) else {
        let answered = lookups::test(app, candidate).await?;
        let words = format!("{} You have no mail address, so no test mail was sent.", answered.version);
        return Ok(GoodTest { words, latency_ms: millis(answered.latency), ..GoodTest::default() });
    };
    let mail = emails::test();
    let letter = Letter {
        to: to.clone(),
        reply_to: None,
        subject: mail.subject.to_owned(),
        text: mail.text,
        html: mail.html,
        message_id: message_id(&form.from, app.now()),
        in_reply_to: None,
        list_unsubscribe: None,
    };
    let took = lookups::send_test(candidate, &letter).await?;
    let seconds = took.as_secs_f64().max(0.1);
    let words = format!("Test mail sent to {to}, taken by the server in {seconds:.1} s.");
    Ok(GoodTest { words, latency_ms: millis(took), ..GoodTest::default() })
}

fn message_id(from: &str, now: DateTime<Utc>) -> String {
    let host = from.rsplit('@').next().unwrap_or("usherr").trim_end_matches('>').trim();
    format!("test-{}@{host}", now.timestamp_micros())
}

async fn ask_plex(app: &App, form: &ServiceForm, token: &SecretString) -> Tested<GoodTest> {
    let found = lookups::plex::test(app, &form.url, token).await?;
    let latency_ms = millis(found.latency);
    let name = found.name.as_deref().unwrap_or("The server");
    let libraries: Vec<String> = found.libraries.iter().map(|library| library.title.clone()).collect();
    let words = format!("{name} answered in {latency_ms} ms and has {} libraries.", libraries.len());
    Ok(GoodTest {
        words,
        version: Some(found.version),
        latency_ms,
        offers: None,
        libraries,
        name: found.name,
        machine_id: Some(found.machine_id),
        owner_plex_id: found.owner_plex_id,
        moved: None,
    })
}

fn millis(span: std::time::Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
