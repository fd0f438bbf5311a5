//! A caught mail: envelope, headers, and its text and HTML parts decoded. Never fails on a broken mail: it keeps
//! what it understands and lists what is wrong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    pub from: String,
    pub to: Vec<String>,
    /// Who signed in to send it.
    pub user: Option<String>,
    /// The client said `BODY=8BITMIME`.
    pub eight_bit: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    pub envelope: Envelope,
    pub at: DateTime<Utc>,
    /// As sent, dots unstuffed.
    pub raw: Vec<u8>,
    /// Unfolded, encoded words decoded, in order.
    pub headers: Vec<(String, String)>,
    pub text: Option<String>,
    pub html: Option<String>,
    /// What a strict receiver would mind (RFC 5321 and 5322).
    pub problems: Vec<String>,
}

impl Caught {
    pub(super) fn read(envelope: Envelope, raw: Vec<u8>) -> Caught {
        let part = Part::read(&raw);
        let problems = problems(&envelope, &raw, &part);
        let mut mail = Caught {
            envelope,
            at: Utc::now(),
            raw: Vec::new(),
            headers: part.headers.clone(),
            text: None,
            html: None,
            problems,
        };
        mail.take(&part);
        mail.raw = raw;
        mail
    }

    /// The first header of this name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    pub fn subject(&self) -> &str {
        self.header("Subject").unwrap_or_default()
    }

    pub fn message_id(&self) -> &str {
        self.header("Message-ID").unwrap_or_default()
    }

    /// Whether the envelope names this address.
    pub fn is_to(&self, address: &str) -> bool {
        self.envelope.to.iter().any(|to| to.eq_ignore_ascii_case(address))
    }

    fn take(&mut self, part: &Part<'_>) {
        let kind = header(&part.headers, "Content-Type").unwrap_or("text/plain").to_owned();
        let lower = kind.to_ascii_lowercase();
        if let Some(boundary) = lower.starts_with("multipart/").then(|| parameter(&kind, "boundary")).flatten() {
            part.split(&boundary).iter().for_each(|inner| self.take(&Part::read(inner)));
        } else if lower.starts_with("text/html") {
            self.html.get_or_insert_with(|| part.decoded());
        } else if lower.starts_with("text/") {
            self.text.get_or_insert_with(|| part.decoded());
        }
    }
}

/// A mail or one part of it.
struct Part<'a> {
    headers: Vec<(String, String)>,
    body: &'a [u8],
}

impl Part<'_> {
    fn read(bytes: &[u8]) -> Part<'_> {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let (head, body) = end.map_or((bytes, &[][..]), |at| (&bytes[..at + 2], &bytes[at + 4..]));
        Part { headers: headers(&String::from_utf8_lossy(head)), body }
    }

    fn split(&self, boundary: &str) -> Vec<Vec<u8>> {
        let mark = format!("--{boundary}");
        let mut parts: Vec<Vec<u8>> = Vec::new();
        for line in self.body.split_inclusive(|byte| *byte == b'\n') {
            let trimmed = line.trim_ascii_end();
            if trimmed == format!("{mark}--").as_bytes() {
                break;
            }
            if trimmed == mark.as_bytes() {
                parts.push(Vec::new());
            } else if let Some(part) = parts.last_mut() {
                part.extend(line);
            }
        }
        parts
    }

    fn decoded(&self) -> String {
        let encoding = header(&self.headers, "Content-Transfer-Encoding").unwrap_or_default().to_ascii_lowercase();
        let bytes = match encoding.trim() {
            "base64" => base64(self.body),
            "quoted-printable" => quoted_printable(self.body),
            _ => self.body.to_vec(),
        };
        String::from_utf8_lossy(&bytes).replace("\r\n", "\n").trim_end().to_owned()
    }
}

fn headers(head: &str) -> Vec<(String, String)> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let pairs = unfolded.split("\r\n").filter_map(|line| line.split_once(':'));
    pairs.map(|(name, value)| (name.trim().to_owned(), encoded_words(value.trim()))).collect()
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case(name).then(|| value.trim().trim_matches('"').to_owned())
    })
}

/// RFC 2047, UTF-8 only; blanks between two encoded words vanish.
fn encoded_words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    let mut after_word = false;
    while let Some(at) = rest.find("=?") {
        let (before, word) = rest.split_at(at);
        if !(after_word && before.trim().is_empty()) {
            out.push_str(before);
        }
        match encoded_word(word) {
            Some((decoded, tail)) => {
                out.push_str(&decoded);
                rest = tail;
                after_word = true;
            }
            None => {
                out.push_str("=?");
                rest = word.get(2..).unwrap_or_default();
                after_word = false;
            }
        }
    }
    out + rest
}

fn encoded_word(text: &str) -> Option<(String, &str)> {
    let mut parts = text.strip_prefix("=?")?.splitn(3, '?');
    let (_, kind, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (data, tail) = rest.split_once("?=")?;
    let bytes = match kind {
        "B" | "b" => base64(data.as_bytes()),
        "Q" | "q" => quoted_printable(data.replace('_', " ").as_bytes()),
        _ => return None,
    };
    Some((String::from_utf8_lossy(&bytes).into_owned(), tail))
}

fn base64(bytes: &[u8]) -> Vec<u8> {
    let dense: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    STANDARD.decode(dense).unwrap_or_default()
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, tail)) = rest.split_first() {
        if *first != b'=' {
            out.push(*first);
            rest = tail;
            continue;
        }
        let soft = tail.strip_prefix(b"\r\n").or_else(|| tail.strip_prefix(b"\n"));
        let hex = tail.get(..2).and_then(|two| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok());
        match (soft, hex) {
            (Some(tail), _) => rest = tail,
            (None, Some(byte)) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            (None, None) => {
                out.push(b'=');
                rest = tail;
            }
        }
    }
    out
}

fn problems(envelope: &Envelope, raw: &[u8], part: &Part<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for name in ["Date", "From", "Message-ID", "To", "Subject"] {
        match part.headers.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).count() {
            1 => {}
            0 => found.push(format!("no {name}")),
            _ => found.push(format!("more than one {name}")),
        }
    }
    if raw.split_inclusive(|byte| *byte == b'\n').any(|line| !line.ends_with(b"\r\n")) {
        found.push("a bare line feed".to_owned());
    }
    if raw.split(|byte| *byte == b'\n').any(|line| line.len() > 999) {
        found.push("a line over 998 characters".to_owned());
    }
    if !envelope.eight_bit && !raw.is_ascii() {
        found.push("8-bit characters without BODY=8BITMIME".to_owned());
    }
    found
}
