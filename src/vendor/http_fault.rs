//! Turns what goes wrong on the wire into faults with words for a person. Never repeats an address with a
//! query, a key, or what an upstream wrote.

use std::error::Error;
use std::io;
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use rustls::CertificateError;

use crate::domain::fault::Fault;

/// A call that got no complete answer. `whom` is "Radarr at host:port".
pub fn of_network(whom: &str, error: &reqwest::Error) -> Fault {
    if let Some(tls) = find::<rustls::Error>(error) {
        return of_tls(whom, tls);
    }
    if error.is_builder() {
        return Fault::permanent(format!(
            "{whom} can't be asked: the address or the key holds characters that can't be sent."
        ));
    }
    if error.is_timeout() {
        return Fault::transient(format!("{whom} did not answer in time."));
    }
    if mentions(error, "dns error") {
        return Fault::transient(format!("{whom} can't be found: its host name is unknown here."));
    }
    if let Some(fault) = of_io(whom, error) {
        return fault;
    }
    if error.is_connect() {
        return Fault::transient(format!("{whom} can't be reached."));
    }
    if mentions(error, "invalid HTTP") {
        return Fault::transient(format!("{whom} answers, but not as a web service does."));
    }
    Fault::transient(format!("{whom} broke off the connection before the answer was complete."))
}

/// What the network itself says; nothing when that tells a person nothing.
pub(super) fn of_io(whom: &str, error: &(dyn Error + 'static)) -> Option<Fault> {
    let words = match find::<io::Error>(error).map(io::Error::kind)? {
        io::ErrorKind::ConnectionRefused => "refuses the connection: nothing listens there, or a firewall says no.",
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            "can't be reached from here: there is no way to that network."
        }
        io::ErrorKind::TimedOut => "did not answer in time.",
        _ => return None,
    };
    Some(Fault::transient(format!("{whom} {words}")))
}

/// Certificates run out and are renewed: what waits goes out once that is mended.
fn of_tls(whom: &str, error: &rustls::Error) -> Fault {
    let rustls::Error::InvalidCertificate(why) = error else {
        return Fault::transient(format!(
            "{whom} and Usherr can't agree on a secure connection. Perhaps it speaks http:// and not https://."
        ));
    };
    Fault::transient(format!(
        "{whom} presented a certificate that can't be verified: {}. Use a name with a valid certificate, or http:// inside your own network.",
        what_is_wrong_with(why)
    ))
}

pub(super) fn what_is_wrong_with(certificate: &CertificateError) -> &'static str {
    match certificate {
        CertificateError::UnknownIssuer => "it is self-signed, or signed by an authority unknown here",
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired",
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "it is not valid yet",
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => "it is for another name",
        CertificateError::Revoked => "it has been revoked",
        // What `openssl req -x509` makes calls itself an authority; rustls takes none for a server.
        CertificateError::Other(_) => "it is self-signed",
        _ => "it is not in order",
    }
}

/// The usual meaning of a status that is no success. `said` is a short text of the service, if it gave a decent one.
pub fn of_status(whom: &str, status: StatusCode, headers: &HeaderMap, said: Option<&str>) -> Fault {
    let said = said.map(|text| format!(" It says: {}", text.trim())).unwrap_or_default();
    match status.as_u16() {
        401 => Fault::auth(format!("{whom} refuses the key or token.{said}")),
        404 | 410 => Fault::missing(format!("{whom} doesn't have what was asked for ({}).{said}", status.as_u16())),
        409 => Fault::already(format!("{whom} has that already.{said}")),
        429 => Fault::transient(format!("{whom} asks us to slow down.{said}")).after(retry_after(headers)),
        408 | 425 | 500..=599 => {
            Fault::transient(format!("{whom} has trouble of its own ({}).{said}", status.as_u16()))
                .after(retry_after(headers))
        }
        code => Fault::permanent(format!("{whom} refuses the request ({code}).{said}")),
    }
}

/// `Retry-After` as seconds or as a date, the date against the answer's own clock. At most a day is believed.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?.with_timezone(&Utc);
            let now = headers.get(DATE).and_then(|date| DateTime::parse_from_rfc2822(date.to_str().ok()?).ok());
            let now = now.map_or_else(Utc::now, |date| date.with_timezone(&Utc));
            (until - now).to_std().unwrap_or_default()
        }
    };
    Some(wait.min(Duration::from_secs(24 * 60 * 60)))
}

/// Looks for a cause of one type. An `io::Error` hides the error it wraps from `source`, so it is opened by hand.
pub(super) fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    let mut next = Some(error);
    while let Some(current) = next {
        if let Some(found) = current.downcast_ref::<T>() {
            // An io::Error that wraps another one only says "other"; the inner one knows more.
            let deeper = inner_of(current).and_then(find::<T>);
            return deeper.or(Some(found));
        }
        next = inner_of(current).or_else(|| current.source());
    }
    None
}

fn inner_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inner = error.downcast_ref::<io::Error>()?.get_ref()?;
    Some(inner as &(dyn Error + 'static))
}

fn mentions(error: &(dyn Error + 'static), words: &str) -> bool {
    let mut next = Some(error);
    while let Some(current) = next {
        if current.to_string().contains(words) {
            return true;
        }
        next = inner_of(current).or_else(|| current.source());
    }
    false
}
