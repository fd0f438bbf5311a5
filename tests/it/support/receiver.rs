//! A real mail server, Debian's `python3-aiosmtpd`: with TLS, STARTTLS and sign-in. Left out with a notice where it isn't
//! installed, a failure there if `USHERR_TEST_REQUIRE_PEERS=1`. Also used by `tests/services`.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub const NAME: &str = "usherr";
pub const PASSWORD: &str = "s3cret-password";

/// A letter that was accepted.
#[derive(Debug, Clone)]
pub struct Kept {
    pub raw: String,
    /// How it came: `from`, `to`, `tls`, `authenticated`, `hello`.
    pub told: Value,
}

impl Kept {
    /// A header, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        header(&self.raw, name)
    }
}

pub fn header(raw: &str, name: &str) -> Option<String> {
    let head = raw.replace("\r\n", "\n");
    let head = head.split("\n\n").next()?.replace("\n ", " ").replace("\n\t", " ");
    let line =
        head.lines().find(|line| line.split_once(':').is_some_and(|(known, _)| known.eq_ignore_ascii_case(name)))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

pub struct Receiver {
    pub port: u16,
    out: TempDir,
    child: Child,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The certificate of `localhost`, its key, and the authority that signed it.
pub fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/mail").join(name)
}

#[allow(clippy::explicit_write)]
fn python() -> Option<&'static str> {
    // Debian's own one first: others don't see its packages.
    let has_it = |python: &&str| {
        let asked = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    let found = ["/usr/bin/python3", "python3"].into_iter().find(has_it);
    if found.is_none() {
        let required = std::env::var("USHERR_TEST_REQUIRE_PEERS").is_ok_and(|value| value == "1");
        assert!(!required, "python3-aiosmtpd is not installed, and USHERR_TEST_REQUIRE_PEERS=1 wants it");
        writeln!(std::io::stderr(), "left out: python3-aiosmtpd is not installed").unwrap();
    }
    found
}

impl Receiver {
    /// `None` where it isn't installed. `pair` is a certificate with its key.
    pub fn start(how: &str, pair: (&str, &str), more: &[&str]) -> Option<Receiver> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support/receiver.py");
        let out = tempfile::tempdir().unwrap();
        let mut command = Command::new(python()?);
        command.arg(script).arg(out.path());
        if !how.is_empty() {
            command.arg(how).arg(fixture(pair.0)).arg(fixture(pair.1));
        }
        let mut child = command.args(more).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Some(Receiver { port: line.trim().parse().expect("the receiver tells its port"), out, child })
    }

    /// Letters that were accepted, in the order they came.
    pub fn kept(&self) -> Vec<Kept> {
        let mut told = self.files(|name| name.ends_with(".json"));
        told.sort();
        let read = |path: &PathBuf| Kept {
            raw: std::fs::read_to_string(path.with_extension("eml")).unwrap(),
            told: serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
        };
        told.iter().map(read).collect()
    }

    /// Letters that were read and never answered.
    pub fn unanswered(&self) -> Vec<String> {
        let mut files = self.files(|name| name.starts_with("deaf-") && name.ends_with(".eml"));
        files.sort();
        files.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    fn files(&self, wanted: impl Fn(&str) -> bool) -> Vec<PathBuf> {
        let all = std::fs::read_dir(self.out.path()).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| wanted(&path.file_name().unwrap().to_string_lossy())).collect()
    }
}
