//! Mail over SMTP (discord_and_notices.md 3): one letter to one reader at a time. It decides nothing about retries
//! beyond the class of a fault, keeps no connection open, and writes no address into a log or a message.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MultiPart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use secrecy::{ExposeSecret, SecretString};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::http_fault::{find, of_io, what_is_wrong_with};
use crate::config::fail_point;
use crate::domain::fault::{Answer, Fault};
use crate::domain::service::MailSecurity;

const CONNECT: Duration = Duration::from_secs(10);
/// lettre's own time-out ends with the connecting.
const WHOLE: Duration = Duration::from_secs(60);
/// For the goodbye, which nobody needs.
const PARTING: Duration = Duration::from_secs(2);
const LONGEST_SAID: usize = 200;

#[derive(Debug, Clone)]
pub struct MailSettings {
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    /// Both or neither: without them nobody signs in.
    pub username: Option<String>,
    pub password: Option<SecretString>,
    /// "Usherr <usherr@example.org>" or the bare address.
    pub from: String,
}

/// One message to one reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// "Ada <ada@example.org>" or the bare address.
    pub to: String,
    pub reply_to: Option<String>,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The same at every try, so that a reader's program folds a double delivery. With or without angle brackets.
    pub message_id: String,
    /// Message-ID of the first letter about the same thing; the subject has to be the same too.
    pub in_reply_to: Option<String>,
    /// Address that takes a one-click POST. Not for passwords and sign-in codes.
    pub list_unsubscribe: Option<String>,
}

/// Sends letters through one mail server. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mailer {
    host: String,
    port: u16,
    security: MailSecurity,
    tls: Tls,
    credentials: Option<Credentials>,
    /// A container's made-up host name is refused by strict servers; the sender's domain is not.
    hello: ClientId,
    from: Mailbox,
    /// "The mail server at host:port", for messages.
    whom: String,
    patience: Duration,
}

impl Mailer {
    /// Connects to nobody yet.
    pub fn new(settings: &MailSettings) -> Answer<Mailer> {
        let host = settings.host.trim();
        if host.is_empty() {
            return Err(Fault::permanent("The mail server's name is empty."));
        }
        let from: Mailbox =
            settings.from.trim().parse().map_err(|_| Fault::permanent("The sender's mail address can't be read."))?;
        let username = settings.username.as_deref().filter(|name| !name.is_empty());
        let credentials = username.zip(settings.password.as_ref());
        Ok(Mailer {
            host: host.to_owned(),
            port: settings.port,
            security: settings.security,
            tls: tls(settings.security, host)?,
            credentials: credentials.map(|(name, password)| Credentials::from((name, password.expose_secret()))),
            hello: ClientId::Domain(from.email.domain().to_owned()),
            from,
            whom: format!("The mail server at {host}:{}", settings.port),
            patience: WHOLE,
        })
    }

    /// The same mailer with another limit for one delivery (60 seconds otherwise).
    pub fn within(&self, patience: Duration) -> Mailer {
        Mailer { patience, ..self.clone() }
    }

    /// Delivers to the mail server. After a fault nobody may have got it, or (when the connection broke at the very
    /// end) somebody has: a second try must carry the same Message-ID.
    pub async fn send(&self, letter: &Letter) -> Answer<()> {
        let message = self.message(letter)?;
        let deliver = async {
            let mut connection = self.connect().await?;
            fail_point::pass("before a mail");
            connection.send(message.envelope(), &message.formatted()).await.map_err(|error| self.fault(&error))?;
            fail_point::pass("after a mail");
            Ok(connection)
        };
        let connection = self.in_time(deliver).await?;
        // It is accepted, and has to be written down at once: a process that dies before that sends it again.
        tokio::spawn(part(connection));
        Ok(())
    }

    /// Connects, secures and signs in as set; says in words what worked. Sends nothing.
    pub async fn test(&self) -> Answer<String> {
        part(self.in_time(self.connect()).await?).await;
        let security = match self.security {
            MailSecurity::None => "unprotected",
            MailSecurity::Starttls => "protected by STARTTLS",
            MailSecurity::Tls => "protected by TLS",
        };
        let signed_in = if self.credentials.is_some() { "signed in" } else { "without signing in" };
        Ok(format!("{} answers: {security}, {signed_in}.", self.whom))
    }

    async fn connect(&self) -> Answer<AsyncSmtpConnection> {
        let server = (self.host.as_str(), self.port);
        let connected = match &self.tls {
            Tls::Wrapper(tls) => {
                AsyncSmtpConnection::connect_tokio1(server, Some(CONNECT), &self.hello, Some(tls.clone()), None).await
            }
            _ => AsyncSmtpConnection::connect_with_transport(Box::new(self.dial().await?), &self.hello).await,
        };
        let mut connection = connected.map_err(|error| self.fault(&error))?;
        self.introduce(&mut connection).await.map_err(|error| self.fault(&error))?;
        Ok(connection)
    }

    /// Nothing waits to be sent with what comes next: the last line of a letter would lie about for 40 ms, and a process
    /// that dies meanwhile has sent a letter without having heard so.
    async fn dial(&self) -> Answer<TcpStream> {
        let unreached = |error: io::Error| self.unreached(&error);
        let mut fault = unreached(io::ErrorKind::AddrNotAvailable.into());
        for address in lookup_host((self.host.as_str(), self.port)).await.map_err(unreached)? {
            match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return stream.set_nodelay(true).map(|()| stream).map_err(unreached),
                Ok(Err(error)) => fault = unreached(error),
                Err(_) => fault = self.late(),
            }
        }
        Err(fault)
    }

    async fn introduce(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Error> {
        if let Tls::Required(tls) = &self.tls {
            connection.starttls(tls.clone(), &self.hello).await?;
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(())
    }

    async fn in_time<T>(&self, call: impl Future<Output = Answer<T>>) -> Answer<T> {
        timeout(self.patience, call)
            .await
            .unwrap_or_else(|_| Err(Fault::transient(format!("{} took too long.", self.whom))))
    }

    fn late(&self) -> Fault {
        Fault::transient(format!("{} did not answer in time.", self.whom))
    }

    fn message(&self, letter: &Letter) -> Answer<Message> {
        let to = mailbox(&letter.to)?;
        let mut builder = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&letter.subject))
            .message_id(Some(bracketed(&letter.message_id)));
        if let Some(reply_to) = &letter.reply_to {
            builder = builder.reply_to(mailbox(reply_to)?);
        }
        if let Some(root) = &letter.in_reply_to {
            builder = builder.in_reply_to(bracketed(root)).references(bracketed(root));
        }
        let parts = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let built = builder.multipart(parts);
        let mut message = built.map_err(|_| Fault::permanent("The letter can't be put together."))?;
        let headers = message.headers_mut();
        // Against out-of-office loops (RFC 3834).
        headers.insert_raw(header("Auto-Submitted", "auto-generated"));
        headers.insert_raw(header("X-Auto-Response-Suppress", "All"));
        if let Some(link) = &letter.list_unsubscribe {
            headers.insert_raw(header("List-Unsubscribe", &bracketed(link)));
            headers.insert_raw(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
        }
        Ok(message)
    }

    /// The order of the questions matters (discord_and_notices.md 3.1).
    fn fault(&self, error: &Error) -> Fault {
        let whom = &self.whom;
        let said = error.source().map(|source| without_addresses(&source.to_string())).unwrap_or_default();
        let code = error.status().map(u16::from).unwrap_or_default();
        if error.is_permanent() {
            return match code {
                530 | 534 | 535 | 538 => {
                    Fault::auth(format!("{whom} refuses the user name or password ({code} {said})."))
                }
                _ => Fault::permanent(format!("{whom} refuses the letter ({code} {said}).")),
            };
        }
        if error.is_client() {
            return Fault::permanent(format!("{whom} can't be used with these settings: {said}."));
        }
        if error.is_transient() {
            return Fault::transient(format!("{whom} asks to try later ({code} {said})."));
        }
        if error.is_timeout() {
            return self.late();
        }
        if let Some(rustls::Error::InvalidCertificate(why)) = find::<rustls::Error>(error) {
            return Fault::transient(format!(
                "{whom} presented a certificate that can't be verified: {}. Use the name that is on its certificate, or \
                 have this machine trust who signed it.",
                what_is_wrong_with(why)
            ));
        }
        if said.contains("corrupt message") {
            return Fault::transient(format!("{whom} doesn't speak TLS on this port. Try STARTTLS, or port 465."));
        }
        if error.is_response() {
            return Fault::transient(format!(
                "{whom} broke off or answered with nonsense ({said}). If that stays so, check port and protection."
            ));
        }
        self.unreached(error.source().unwrap_or(error))
    }

    fn unreached(&self, error: &(dyn std::error::Error + 'static)) -> Fault {
        let (whom, said) = (&self.whom, without_addresses(&error.to_string()));
        if said.contains("lookup address") {
            return Fault::transient(format!("{whom} can't be found: its host name is unknown here."));
        }
        of_io(whom, error).unwrap_or_else(|| Fault::transient(format!("{whom} can't be reached ({said}).")))
    }
}

async fn part(mut connection: AsyncSmtpConnection) {
    // Late or not at all: both are fine.
    timeout(PARTING, connection.abort()).await.ok();
}

fn tls(security: MailSecurity, host: &str) -> Answer<Tls> {
    let parameters = || {
        let from = |roots| TlsParameters::builder(host.to_owned()).certificate_store(roots).build_rustls();
        // An image without CA certificates gets those that are compiled in.
        let built = from(CertificateStore::Default).or_else(|_| from(CertificateStore::WebpkiRoots));
        built.map_err(|_| Fault::permanent("The mail server's name can't be used for TLS."))
    };
    Ok(match security {
        MailSecurity::None => Tls::None,
        MailSecurity::Starttls => Tls::Required(parameters()?),
        MailSecurity::Tls => Tls::Wrapper(parameters()?),
    })
}

fn mailbox(address: &str) -> Answer<Mailbox> {
    one_line(address).parse().map_err(|_| Fault::permanent("The mail address can't be read."))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), one_line(value))
}

/// What would start a new header becomes a space.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `<id>`, whatever was there before, without blanks and inner brackets.
fn bracketed(id: &str) -> String {
    let id: String = id.chars().filter(|c| !c.is_control() && !c.is_whitespace() && !"<>".contains(*c)).collect();
    format!("<{id}>")
}

/// Servers like to repeat the reader's address; messages of ours end in logs and pages.
fn without_addresses(said: &str) -> String {
    let words = said.split_whitespace().map(|word| if word.contains('@') { "(address)" } else { word });
    let line = words.collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(LONGEST_SAID).collect::<String>().trim_end_matches('.').to_owned()
}
