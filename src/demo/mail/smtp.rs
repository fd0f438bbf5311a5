//! One SMTP conversation (RFC 5321, with AUTH PLAIN and LOGIN, 8BITMIME, SIZE and PIPELINING).
//! Never offers TLS and never looks into a mail.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

use super::message::{Caught, Envelope};
use super::{MailFault, Office};

/// The largest mail that is taken, in bytes.
const LIMIT: usize = 10 << 20;

struct Line {
    reader: BufReader<OwnedReadHalf>,
    writer: OwnedWriteHalf,
}

#[derive(Default)]
struct Session {
    greeted: bool,
    user: Option<String>,
    envelope: Option<Envelope>,
}

/// What to do after an answer.
enum Then {
    GoOn,
    Close,
}

pub async fn converse(office: &Office, stream: TcpStream) -> io::Result<()> {
    let (reader, writer) = stream.into_split();
    let mut line = Line { reader: BufReader::new(reader), writer };
    if office.meets(|fault| *fault == MailFault::Hang).is_some() {
        return std::future::pending().await;
    }
    if office.meets(|fault| *fault == MailFault::Busy).is_some() {
        return line.say("421 4.3.2 mail.example.org too busy, try later").await;
    }
    line.say("220 mail.example.org ESMTP ready").await?;
    let mut session = Session::default();
    while let Some(command) = line.hear().await? {
        if let Then::Close = session.answer(office, &mut line, &command).await? {
            break;
        }
    }
    line.writer.shutdown().await
}

impl Session {
    async fn answer(&mut self, office: &Office, line: &mut Line, command: &str) -> io::Result<Then> {
        let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                self.greeted = true;
                line.say(
                    "250-mail.example.org\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n250-AUTH PLAIN LOGIN\r\n\
                          250-ENHANCEDSTATUSCODES\r\n250-SMTPUTF8\r\n250 8BITMIME",
                )
                .await?;
            }
            "HELO" => {
                self.greeted = true;
                line.say("250 mail.example.org").await?;
            }
            "NOOP" => line.say("250 2.0.0 fine").await?,
            "RSET" => {
                self.envelope = None;
                line.say("250 2.0.0 forgotten").await?;
            }
            "QUIT" => {
                line.say("221 2.0.0 bye").await?;
                return Ok(Then::Close);
            }
            _ if !self.greeted => line.say("503 5.5.1 say EHLO first").await?,
            "AUTH" => self.authenticate(office, line, rest).await?,
            "MAIL" => line.say(self.mail(office, rest)).await?,
            "RCPT" => line.say(self.rcpt(office, rest)).await?,
            "DATA" => return self.data(office, line).await,
            _ => line.say("502 5.5.2 never heard of it").await?,
        }
        Ok(Then::GoOn)
    }

    async fn authenticate(&mut self, office: &Office, line: &mut Line, rest: &str) -> io::Result<()> {
        let (kind, first) = rest.split_once(' ').unwrap_or((rest, ""));
        let pair = match kind.to_ascii_uppercase().as_str() {
            "PLAIN" => {
                let plain = line.asked(first, "").await?;
                let mut parts = plain.split('\0').skip(1).map(str::to_owned);
                parts.next().zip(parts.next())
            }
            "LOGIN" => {
                let user = line.asked(first, "VXNlcm5hbWU6").await?;
                Some((user, line.asked("", "UGFzc3dvcmQ6").await?))
            }
            _ => return line.say("504 5.5.4 only PLAIN and LOGIN").await,
        };
        let wrong = office.meets(|fault| *fault == MailFault::WrongPassword).is_some();
        let fits = pair.as_ref().is_some_and(|pair| office.credentials().is_none_or(|wanted| wanted == *pair));
        if wrong || !fits {
            return line.say("535 5.7.8 user name or password is wrong").await;
        }
        self.user = pair.map(|(user, _)| user);
        line.say("235 2.7.0 welcome").await
    }

    fn mail(&mut self, office: &Office, rest: &str) -> &'static str {
        if office.credentials().is_some() && self.user.is_none() {
            return "530 5.7.0 sign in first";
        }
        let Some(from) = address(rest, "FROM:") else {
            return "501 5.5.4 MAIL FROM:<address>";
        };
        let eight_bit = rest.to_ascii_uppercase().contains("BODY=8BITMIME");
        self.envelope = Some(Envelope { from, to: Vec::new(), user: self.user.clone(), eight_bit });
        "250 2.1.0 go on"
    }

    fn rcpt(&mut self, office: &Office, rest: &str) -> &'static str {
        let Some(envelope) = &mut self.envelope else {
            return "503 5.5.1 MAIL first";
        };
        let fault = office.meets(|fault| matches!(fault, MailFault::Greylist | MailFault::UnknownRecipient));
        match (fault, address(rest, "TO:")) {
            (Some(MailFault::Greylist), _) => "451 4.7.1 greylisted, try again in a while",
            (Some(_), _) => "550 5.1.1 nobody of that name here",
            (None, Some(to)) if !to.is_empty() => {
                envelope.to.push(to);
                "250 2.1.5 go on"
            }
            _ => "501 5.5.4 RCPT TO:<address>",
        }
    }

    async fn data(&mut self, office: &Office, line: &mut Line) -> io::Result<Then> {
        let Some(envelope) = self.envelope.take().filter(|one| !one.to.is_empty()) else {
            line.say("503 5.5.1 RCPT first").await?;
            return Ok(Then::GoOn);
        };
        line.say("354 end with a dot").await?;
        let Some(raw) = line.data().await? else {
            line.say("552 5.3.4 too large").await?;
            return Ok(Then::Close);
        };
        let late = |fault: &MailFault| {
            use MailFault::{AfterData, CutAfterAccept, CutBeforeAccept, LostAccept};
            matches!(fault, AfterData(_) | CutBeforeAccept | LostAccept | CutAfterAccept)
        };
        match office.meets(late) {
            Some(MailFault::CutBeforeAccept) => Ok(Then::Close),
            Some(MailFault::AfterData(code)) => {
                line.say(&format!("{code} {}.0.0 not now", code / 100)).await?;
                Ok(Then::GoOn)
            }
            Some(MailFault::LostAccept) => {
                office.keep(Caught::read(envelope, raw));
                Ok(Then::Close)
            }
            fault => {
                // Said first, kept after: whoever sees the mail knows that its 250 is out.
                line.say("250 2.0.0 kept").await?;
                office.keep(Caught::read(envelope, raw));
                Ok(if fault.is_some() { Then::Close } else { Then::GoOn })
            }
        }
    }
}

impl Line {
    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.writer.write_all(format!("{text}\r\n").as_bytes()).await
    }

    /// The next command without its line end; none when the client has hung up.
    async fn hear(&mut self) -> io::Result<Option<String>> {
        let mut bytes = Vec::new();
        if self.reader.read_until(b'\n', &mut bytes).await? == 0 {
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&bytes).trim_end().to_owned()))
    }

    /// A base64 answer that came along with the command, or that a challenge asks for.
    async fn asked(&mut self, given: &str, challenge: &str) -> io::Result<String> {
        let answer = if given.is_empty() {
            self.say(&format!("334 {challenge}")).await?;
            self.hear().await?.unwrap_or_default()
        } else {
            given.to_owned()
        };
        Ok(STANDARD.decode(answer).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default())
    }

    /// The mail up to its lone dot, dots unstuffed; none when it is over the limit.
    async fn data(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut raw = Vec::new();
        loop {
            let mut bytes = Vec::new();
            if self.reader.read_until(b'\n', &mut bytes).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if bytes == b".\r\n" {
                return Ok((raw.len() <= LIMIT).then_some(raw));
            }
            let kept = if bytes.first() == Some(&b'.') { bytes.split_off(1) } else { bytes };
            if raw.len() <= LIMIT {
                raw.extend(kept);
            }
        }
    }
}

/// The address of `FROM:<a@b> SIZE=…`; the empty one is a bounce's.
fn address(rest: &str, prefix: &str) -> Option<String> {
    let rest =
        rest.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix)).and(rest.get(prefix.len()..))?;
    let inner = rest.trim_start().strip_prefix('<')?.split_once('>')?.0;
    Some(inner.to_owned())
}
