//! SMTP conversations, word by word.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use super::*;
use crate::demo::testing;

struct Talk(BufReader<TcpStream>);

impl Talk {
    async fn with(mail: &Mail) -> Talk {
        Talk(BufReader::new(TcpStream::connect(mail.smtp_addr()).await.unwrap()))
    }

    /// Says a line and returns the code of the (possibly long) answer; "" only listens.
    async fn say(&mut self, line: &str) -> io::Result<String> {
        if !line.is_empty() {
            self.0.get_mut().write_all(format!("{line}\r\n").as_bytes()).await?;
        }
        loop {
            let mut answer = String::new();
            if self.0.read_line(&mut answer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if answer.as_bytes()[3] == b' ' {
                return Ok(answer[..3].to_owned());
            }
        }
    }

    async fn all(&mut self, lines: &[&str]) -> Vec<String> {
        let mut codes = Vec::new();
        for line in lines {
            codes.push(self.say(line).await.unwrap());
        }
        codes
    }
}

const UP_TO_DATA: [&str; 5] =
    ["", "EHLO me", "MAIL FROM:<usherr@example.org> SIZE=100 BODY=8BITMIME", "RCPT TO:<priya@example.org>", "DATA"];

const LETTER: &str = "Date: Fri, 20 Nov 2026 18:00:00 +0000\r\nFrom: Usherr <usherr@example.org>\r\nTo: priya@example.org\r\n\
    Message-ID: <1@example.org>\r\nSubject: =?utf-8?Q?Ready:_Bl=C3=A5?=\r\n =?utf-8?B?IHRpbW1l?=\r\nMIME-Version: 1.0\r\n\
    Content-Type: multipart/alternative;\r\n boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Transfer-Encoding: quoted-printable\r\n\r\nBl=C3=A5 timme is rea=\r\ndy.\r\n..dot\r\n--b1\r\nContent-Type: text/html\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nPGI+cmVhZHk8L2I+\r\n--b1--\r\n.";

#[tokio::test]
async fn a_mail_is_taken_unstuffed_and_decoded() {
    let mail = Mail::start(None, None).await.unwrap();
    let mut talk = Talk::with(&mail).await;
    assert_eq!(talk.all(&UP_TO_DATA).await, ["220", "250", "250", "250", "354"]);
    assert_eq!(talk.all(&[LETTER, "NOOP", "QUIT"]).await, ["250", "250", "221"]);
    let caught = mail.wait_for(|all| !all.is_empty()).await.remove(0);
    assert_eq!(caught.subject(), "Ready: Blå timme");
    assert_eq!(
        (caught.text.as_deref(), caught.html.as_deref()),
        (Some("Blå timme is ready.\n.dot"), Some("<b>ready</b>"))
    );
    assert_eq!((caught.envelope.from.as_str(), caught.message_id()), ("usherr@example.org", "<1@example.org>"));
    assert_eq!(caught.problems, Vec::<String>::new());
    assert_eq!((mail.to("PRIYA@example.org").len(), mail.to("sam@example.org").len()), (1, 0));
}

#[tokio::test]
async fn order_is_kept_and_reset_forgets() {
    let mail = Mail::start(None, None).await.unwrap();
    let mut talk = Talk::with(&mail).await;
    let codes = talk
        .all(&[
            "",
            "MAIL FROM:<a@b>",
            "EHLO x",
            "RCPT TO:<a@b>",
            "DATA",
            "MAIL FROM:a@b",
            "MAIL FROM:<a@b>",
            "RSET",
            "RCPT TO:<a@b>",
            "VRFY x",
        ])
        .await;
    assert_eq!(codes, ["220", "503", "250", "503", "503", "501", "250", "250", "503", "502"]);
}

#[tokio::test]
async fn credentials_are_asked_for_when_set() {
    let mail = Mail::start(None, None).await.unwrap();
    mail.set_credentials(Some(("mara", "popcorn")));
    let mut talk = Talk::with(&mail).await;
    assert_eq!(
        talk.all(&["", "EHLO x", "MAIL FROM:<a@b>", "AUTH PLAIN AG1hcmEAd3Jvbmc="]).await,
        ["220", "250", "530", "535"]
    );
    assert_eq!(
        talk.all(&["AUTH LOGIN", "bWFyYQ==", "cG9wY29ybg==", "MAIL FROM:<a@b>"]).await,
        ["334", "334", "235", "250"]
    );
    let mut other = Talk::with(&mail).await;
    assert_eq!(other.all(&["", "EHLO x", "AUTH PLAIN AG1hcmEAcG9wY29ybg=="]).await, ["220", "250", "235"]);
    mail.set_fault(MailFault::WrongPassword, Some(1));
    assert_eq!(other.all(&["AUTH PLAIN AG1hcmEAcG9wY29ybg=="]).await, ["535"]);
}

#[tokio::test]
async fn faults_meet_the_next_deliveries_only() {
    let mail = Mail::start(None, None).await.unwrap();
    mail.set_fault(MailFault::Greylist, Some(1));
    mail.set_fault(MailFault::UnknownRecipient, Some(1));
    mail.set_fault(MailFault::AfterData(452), Some(1));
    let mut talk = Talk::with(&mail).await;
    let codes = talk
        .all(&["", "EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<a@b>", "RCPT TO:<a@b>", "RCPT TO:<a@b>", "DATA", LETTER])
        .await;
    assert_eq!(codes, ["220", "250", "250", "451", "550", "250", "354", "452"]);
    assert_eq!(talk.all(&UP_TO_DATA[2..]).await, ["250", "250", "354"]);
    assert_eq!(talk.all(&[LETTER]).await, ["250"]);
    assert_eq!(mail.wait_for(|all| !all.is_empty()).await.len(), 1);
    mail.set_fault(MailFault::Busy, Some(1));
    assert_eq!(Talk::with(&mail).await.all(&[""]).await, ["421"]);
}

#[tokio::test]
async fn the_line_is_cut_where_it_hurts() {
    let mail = Mail::start(None, None).await.unwrap();
    let cases = [
        (MailFault::CutBeforeAccept, false, 0),
        (MailFault::LostAccept, false, 1),
        (MailFault::CutAfterAccept, true, 2),
    ];
    for (fault, accepted, kept) in cases {
        mail.set_fault(fault.clone(), Some(1));
        let mut talk = Talk::with(&mail).await;
        talk.all(&UP_TO_DATA).await;
        assert_eq!(talk.say(LETTER).await.is_ok(), accepted, "{fault:?}");
        assert_eq!(talk.0.read_to_end(&mut Vec::new()).await.unwrap(), 0, "{fault:?}");
        assert_eq!(mail.wait_for(|all| all.len() == kept).await.len(), kept, "{fault:?}");
    }
}

#[tokio::test]
async fn the_port_closes_and_opens_again() {
    let mail = Mail::start(None, None).await.unwrap();
    let mut talk = Talk::with(&mail).await;
    talk.say("").await.unwrap();
    mail.down().await;
    assert!(talk.say("EHLO x").await.is_err());
    assert!(TcpStream::connect(mail.smtp_addr()).await.is_err());
    mail.up().await.unwrap();
    assert_eq!(Talk::with(&mail).await.all(&["", "HELO x"]).await, ["220", "250"]);
}

#[tokio::test]
async fn a_sloppy_mail_is_kept_with_its_problems() {
    let mail = Mail::start(None, None).await.unwrap();
    let mut talk = Talk::with(&mail).await;
    talk.all(&["", "EHLO x", "MAIL FROM:<a@b>", "RCPT TO:<a@b>", "DATA"]).await;
    talk.say("Subject: x\r\nSubject: y\r\n\r\nblå\nbare\r\n.").await.unwrap();
    let problems = mail.wait_for(|all| !all.is_empty()).await.remove(0).problems;
    for wanted in [
        "no Date",
        "no Message-ID",
        "more than one Subject",
        "a bare line feed",
        "8-bit characters without BODY=8BITMIME",
    ] {
        assert!(problems.iter().any(|one| one == wanted), "{wanted}: {problems:?}");
    }
}

#[tokio::test]
async fn the_page_shows_mails_without_running_them() {
    let mail = Mail::start(None, None).await.unwrap();
    assert!(testing::get(&mail.url(), &[]).await.text().contains("No mail yet"));
    let mut talk = Talk::with(&mail).await;
    talk.all(&UP_TO_DATA).await;
    talk.say(&LETTER.replace("Ready:_Bl", "<script>_Bl")).await.unwrap();
    mail.wait_for(|all| !all.is_empty()).await;
    let list = testing::get(&mail.url(), &[]).await.text();
    assert!(list.contains("&lt;script&gt; Blå timme") && !list.contains("<script>"), "{list}");
    let one = testing::get(&format!("{}/mail/0", mail.url()), &[]).await.text();
    assert!(one.contains("srcdoc=\"&lt;base target=_blank&gt;&lt;b&gt;ready&lt;/b&gt;\"") && one.contains("sandbox="));
    assert_eq!(testing::get(&format!("{}/mail/7", mail.url()), &[]).await.status, 404);
}
