//! Letters on the wire, and every way a mail server says no (discord_and_notices.md 3).

use std::time::Duration;

use secrecy::SecretString;
use usherr::domain::fault::{Fault, FaultClass};
use usherr::domain::service::MailSecurity;
use usherr::vendor::mail::{Letter, MailSettings, Mailer};

use crate::smtp_stub::{DROP, HANG, LETTER, SmtpStub};
use crate::stand_in::bytes;

const PASSWORD: &str = "s3cret-password";

fn settings(port: u16) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".to_owned(),
        port,
        security: MailSecurity::None,
        username: None,
        password: None,
        from: "Usherr <usherr@example.org>".to_owned(),
    }
}

fn signed_in(port: u16) -> MailSettings {
    let (username, password) = (Some("usherr".to_owned()), Some(SecretString::from(PASSWORD)));
    MailSettings { username, password, ..settings(port) }
}

fn letter() -> Letter {
    Letter {
        to: "Zoë <zoe@example.net>".to_owned(),
        reply_to: Some("admin@example.org".to_owned()),
        subject: "Dune is ready".to_owned(),
        text: "Dune is ready: größer geht's nicht.\nhttps://home/titles/438631\n".to_owned(),
        html: "<p>Dune is <b>ready</b>.</p>".to_owned(),
        message_id: "outbox-42.17@example.org".to_owned(),
        in_reply_to: Some("<req-42@example.org>".to_owned()),
        list_unsubscribe: Some("https://home.example.org/u/token".to_owned()),
    }
}

async fn fault_when(command: &'static str, answer: &'static str) -> Fault {
    let server = SmtpStub::new(move |line| line.starts_with(command).then_some(answer)).await;
    let mailer = Mailer::new(&signed_in(server.port)).unwrap();
    let fault = mailer.send(&letter()).await.unwrap_err();
    assert!(server.letters().is_empty());
    for secret in [PASSWORD, "zoe@example.net"] {
        assert!(!fault.message.contains(secret), "{fault}");
    }
    fault
}

#[tokio::test]
async fn a_letter_arrives_with_its_headers() {
    let server = SmtpStub::new(|_| None).await;
    let mailer = Mailer::new(&settings(server.port)).unwrap();
    mailer.send(&letter()).await.unwrap();
    mailer.send(&letter()).await.unwrap();
    let letters = server.letters();
    assert_eq!(letters.len(), 2);
    for wanted in [
        "Message-ID: <outbox-42.17@example.org>",
        "In-Reply-To: <req-42@example.org>",
        "References: <req-42@example.org>",
        "From: Usherr <usherr@example.org>",
        "Reply-To: admin@example.org",
        "Subject: Dune is ready",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <https://home.example.org/u/token>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Content-Type: multipart/alternative;",
        "Date: ",
    ] {
        let found = letters[1].lines().any(|line| line.starts_with(wanted));
        assert!(found, "{wanted} in\n{}", letters[1]);
    }
    let plain = letters[0].find("text/plain").unwrap();
    assert!(plain < letters[0].find("text/html").unwrap(), "the text comes first");
    let commands = server.commands();
    assert!(commands.contains(&"EHLO example.org".to_owned()), "{commands:?}");
    assert_eq!(commands.iter().filter(|line| line.starts_with("RCPT TO:<zoe@example.net>")).count(), 2);
    assert!(!commands.iter().any(|line| line.starts_with("AUTH")));
}

#[tokio::test]
async fn optional_headers_stay_away() {
    let server = SmtpStub::new(|_| None).await;
    let bare = Letter { reply_to: None, in_reply_to: None, list_unsubscribe: None, ..letter() };
    Mailer::new(&settings(server.port)).unwrap().send(&bare).await.unwrap();
    let letter = &server.letters()[0];
    for unwanted in ["In-Reply-To", "References", "List-Unsubscribe", "Reply-To"] {
        assert!(!letter.contains(unwanted), "{unwanted} in\n{letter}");
    }
}

#[tokio::test]
async fn nobody_slips_a_header_in() {
    let server = SmtpStub::new(|_| None).await;
    let sly = Letter {
        subject: "Hello\r\nBcc: all@example.net\r\n\r\nbody".to_owned(),
        message_id: "a\r\nX-Evil: 1@b".to_owned(),
        in_reply_to: Some("c@d>\r\nX-Evil: 2".to_owned()),
        list_unsubscribe: Some("https://x/\r\nX-Evil: 3".to_owned()),
        ..letter()
    };
    Mailer::new(&settings(server.port)).unwrap().send(&sly).await.unwrap();
    let letter = &server.letters()[0];
    let head = letter.split("\r\n\r\n").next().unwrap();
    assert!(!head.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Evil")), "{head}");
    assert!(head.contains("Subject: Hello Bcc: all@example.net body"), "{head}");
    for bad in ["nobody", "", "a@b\r\nRCPT TO:<c@d>", "a@b, c@d"] {
        let fault =
            Mailer::new(&settings(server.port)).unwrap().send(&Letter { to: bad.to_owned(), ..sly.clone() }).await;
        assert_eq!(fault.unwrap_err().class, FaultClass::Permanent, "{bad}");
    }
    assert_eq!(server.letters().len(), 1);
}

#[tokio::test]
async fn names_beyond_ascii_are_encoded() {
    let server = SmtpStub::new(|_| None).await;
    let letter = Letter { subject: "Größe 🎬".to_owned(), ..letter() };
    Mailer::new(&settings(server.port)).unwrap().send(&letter).await.unwrap();
    assert!(server.letters()[0].is_ascii(), "{}", server.letters()[0]);
}

#[tokio::test]
async fn refusals_have_their_class() {
    use FaultClass::{Auth, Permanent, Transient};
    for (command, answer, class) in [
        ("RCPT", "451 4.3.0 try again later", Transient),
        ("RCPT", "451 4.7.1 greylisted", Transient),
        ("RCPT", "550 5.1.1 <zoe@example.net>: no such user here", Permanent),
        ("MAIL", "421 4.3.2 shutting down", Transient),
        ("MAIL", "530 5.7.0 authentication required", Auth),
        (LETTER, "552 5.3.4 message too big", Permanent),
        (LETTER, "554 5.7.1 rejected as spam", Permanent),
        (LETTER, DROP, Transient),
        ("DATA", DROP, Transient),
        ("AUTH", "535 5.7.8 authentication failed", Auth),
        ("AUTH", "454 4.7.0 temporary failure", Transient),
        ("MAIL", "nonsense", Transient),
        ("EHLO", "250 stub", Permanent),
    ] {
        let fault = fault_when(command, answer).await;
        assert_eq!(fault.class, class, "{command} -> {answer}: {fault}");
    }
    let fault = fault_when("RCPT", "550 5.1.1 no such user here").await;
    assert!(fault.message.contains("550 5.1.1 no such user here"), "{fault}");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    for command in ["EHLO", "RCPT", LETTER] {
        let server = SmtpStub::new(move |line| line.starts_with(command).then_some(HANG)).await;
        let mailer = Mailer::new(&settings(server.port)).unwrap().within(Duration::from_millis(50));
        let fault = mailer.send(&letter()).await.unwrap_err();
        assert!(fault.is_transient() && fault.message.contains("too long"), "{fault}");
    }
}

#[tokio::test]
async fn what_was_accepted_is_sent_whatever_follows() {
    for goodbye in [DROP, HANG, "500 what?"] {
        let server = SmtpStub::new(move |line| (line == "QUIT").then_some(goodbye)).await;
        let mailer = Mailer::new(&settings(server.port)).unwrap();
        // Until it has returned, a process that dies sends the letter again: nobody waits for a goodbye.
        tokio::time::timeout(Duration::from_secs(1), mailer.send(&letter())).await.unwrap().unwrap();
        assert_eq!(server.letters().len(), 1, "{goodbye}");
    }
}

#[tokio::test]
async fn nobody_there_is_transient() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let fault = Mailer::new(&settings(port)).unwrap().send(&letter()).await.unwrap_err();
    assert!(fault.is_transient() && fault.message.contains("refuses the connection"), "{fault}");
    let nowhere = MailSettings { host: "mail.invalid".to_owned(), ..settings(25) };
    let fault = Mailer::new(&nowhere).unwrap().send(&letter()).await.unwrap_err();
    assert!(fault.is_transient() && fault.message.contains("can't be found"), "{fault}");
}

#[tokio::test]
async fn protection_that_is_not_offered_is_not_waived() {
    let server = SmtpStub::new(|_| None).await;
    let starttls = MailSettings { security: MailSecurity::Starttls, ..signed_in(server.port) };
    let fault = Mailer::new(&starttls).unwrap().send(&letter()).await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Permanent);
    assert!(fault.message.contains("STARTTLS"), "{fault}");
    let tls = MailSettings { security: MailSecurity::Tls, ..signed_in(server.port) };
    let fault = Mailer::new(&tls).unwrap().send(&letter()).await.unwrap_err();
    assert!(fault.is_transient() && fault.message.contains("TLS"), "{fault}");
    assert!(!server.commands().iter().any(|line| line.starts_with("AUTH")), "no password over an open line");
}

/// One TLS handshake with a certificate nobody signed.
fn self_signed() -> u16 {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let certificate = CertificateDer::from_pem_slice(&bytes("mail/self-signed.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_slice(&bytes("mail/self-signed.key")).unwrap();
    let provider = std::sync::Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut connection = rustls::ServerConnection::new(std::sync::Arc::new(config)).unwrap();
        while connection.is_handshaking() && connection.complete_io(&mut stream).is_ok() {}
    });
    port
}

#[tokio::test]
async fn a_certificate_nobody_signed_is_named() {
    let tls = MailSettings { security: MailSecurity::Tls, ..signed_in(self_signed()) };
    let fault = Mailer::new(&tls).unwrap().test().await.unwrap_err();
    assert!(fault.is_transient() && fault.message.contains("certificate that can't be verified"), "{fault}");
}

#[tokio::test]
async fn the_test_button_signs_in_and_sends_nothing() {
    let server = SmtpStub::new(|_| None).await;
    let told = Mailer::new(&signed_in(server.port)).unwrap().test().await.unwrap();
    assert_eq!(told, format!("The mail server at 127.0.0.1:{} answers: unprotected, signed in.", server.port));
    assert!(server.commands().iter().any(|line| line.starts_with("AUTH PLAIN")));
    assert!(!server.commands().iter().any(|line| line.starts_with("MAIL")));

    let server = SmtpStub::new(|line| line.starts_with("AUTH").then_some("535 5.7.8 no")).await;
    let fault = Mailer::new(&signed_in(server.port)).unwrap().test().await.unwrap_err();
    assert_eq!(fault.class, FaultClass::Auth);
}

#[test]
fn settings_are_checked_and_kept_secret() {
    for wrong in [
        MailSettings { host: " ".to_owned(), ..settings(25) },
        MailSettings { from: "nobody".to_owned(), ..settings(25) },
    ] {
        assert_eq!(Mailer::new(&wrong).unwrap_err().class, FaultClass::Permanent);
    }
    let settings = signed_in(25);
    let shown = format!("{settings:?} {:?}", Mailer::new(&settings).unwrap());
    assert!(!shown.contains(PASSWORD), "{shown}");
}
