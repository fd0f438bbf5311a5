//! Letters taken by a real mail server, and every way it keeps its door shut: sign-in, certificates, silence. That a good
//! certificate opens it is tested by `it/mail.rs`, with the program as a process of its own.

use std::time::Duration;

use secrecy::SecretString;
use usherr::domain::fault::FaultClass;
use usherr::domain::service::MailSecurity;
use usherr::vendor::mail::{Letter, MailSettings, Mailer};

use crate::receiver::{NAME, PASSWORD, Receiver, header};

const SELF_SIGNED: (&str, &str) = ("self-signed.pem", "self-signed.key");
/// Signed by an authority that nobody here trusts.
const OF_A_STRANGER: (&str, &str) = ("leaf.pem", "leaf.key");

fn mailer(receiver: &Receiver, security: MailSecurity, password: Option<&str>) -> Mailer {
    Mailer::new(&MailSettings {
        host: "localhost".to_owned(),
        port: receiver.port,
        security,
        username: password.map(|_| NAME.to_owned()),
        password: password.map(SecretString::from),
        from: "Kino Süd <usherr@example.org>".to_owned(),
    })
    .unwrap()
}

fn letter() -> Letter {
    Letter {
        to: "Zoë <zoe@example.org>".to_owned(),
        reply_to: None,
        subject: "Das Boot ist bereit ⚓".to_owned(),
        text: "Gleich hier:\nhttps://usherr.example.org/requests/7\n".to_owned(),
        html: "<p>Gleich <a href=\"https://usherr.example.org/requests/7\">hier</a></p>".to_owned(),
        message_id: "ready.41.7f@usherr.example.org".to_owned(),
        in_reply_to: None,
        list_unsubscribe: Some("https://usherr.example.org/unsubscribe/abc".to_owned()),
    }
}

#[tokio::test]
async fn a_real_server_takes_a_letter() {
    let auth = format!("{NAME}:{PASSWORD}");
    let Some(receiver) = Receiver::start("", OF_A_STRANGER, &["--auth", &auth]) else { return };
    mailer(&receiver, MailSecurity::None, Some(PASSWORD)).send(&letter()).await.unwrap();
    let kept = receiver.kept().remove(0);
    assert_eq!(kept.told["from"], "usherr@example.org");
    assert_eq!(kept.told["to"], serde_json::json!(["zoe@example.org"]));
    assert_eq!((&kept.told["authenticated"], &kept.told["hello"]), (&true.into(), &"example.org".into()));
    assert_eq!(kept.header("Message-ID").as_deref(), Some("<ready.41.7f@usherr.example.org>"));
    assert_eq!(kept.header("List-Unsubscribe").as_deref(), Some("<https://usherr.example.org/unsubscribe/abc>"));
    assert!(kept.header("Subject").unwrap().contains("=?utf-8?"), "{}", kept.raw);
    assert!(kept.raw.is_ascii() && kept.raw.lines().all(|line| line.len() <= 998));
    let (text, html) = (kept.raw.find("text/plain").unwrap(), kept.raw.find("text/html").unwrap());
    assert!(text < html, "mail programs show the last part they know");
}

#[tokio::test]
async fn a_wrong_password_is_told_as_such() {
    let auth = format!("{NAME}:{PASSWORD}");
    let Some(receiver) = Receiver::start("", OF_A_STRANGER, &["--auth", &auth]) else { return };
    let fault = mailer(&receiver, MailSecurity::None, Some("wrong")).send(&letter()).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Auth, "{fault}");
    assert!(fault.message.contains("user name or password") && !fault.message.contains("wrong"), "{fault}");
    let fault = mailer(&receiver, MailSecurity::None, None).send(&letter()).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Auth, "it wants a sign-in first: {fault}");
    assert!(receiver.kept().is_empty());
}

#[tokio::test]
async fn a_certificate_that_is_not_trusted_is_named_and_nothing_is_sent() {
    for (how, security) in [("--tls", MailSecurity::Tls), ("--starttls", MailSecurity::Starttls)] {
        for pair in [SELF_SIGNED, OF_A_STRANGER] {
            let auth = format!("{NAME}:{PASSWORD}");
            let Some(receiver) = Receiver::start(how, pair, &["--auth", &auth]) else { return };
            let fault = mailer(&receiver, security, Some(PASSWORD)).send(&letter()).await.unwrap_err();
            assert!(fault.message.contains("self-signed"), "{how} {pair:?}: {fault}");
            assert!(fault.is_transient(), "it may be mended: {fault}");
            assert!(receiver.kept().is_empty());
        }
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_gets_the_same_letter_again() {
    let Some(receiver) = Receiver::start("", OF_A_STRANGER, &["--deaf", "1"]) else { return };
    let mailer = mailer(&receiver, MailSecurity::None, None);
    let fault = mailer.within(Duration::from_secs(1)).send(&letter()).await.unwrap_err();
    assert!(fault.is_transient() && fault.message.contains("too long"), "{fault}");
    mailer.send(&letter()).await.unwrap();
    let (silent, kept) = (receiver.unanswered(), receiver.kept());
    assert_eq!((silent.len(), kept.len()), (1, 1));
    assert_eq!(header(&silent[0], "Message-ID"), kept[0].header("Message-ID"));
}
