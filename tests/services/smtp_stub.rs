//! A mail server for one test: says yes to everything unless the script has another answer.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Closes the connection.
pub const DROP: &str = "(drop)";
/// Never answers.
pub const HANG: &str = "(hang)";
/// What the script is asked when a whole letter has arrived.
pub const LETTER: &str = "(letter)";

type Script = dyn Fn(&str) -> Option<&'static str> + Send + Sync;

#[derive(Default)]
struct Seen {
    commands: Vec<String>,
    letters: Vec<String>,
}

pub struct SmtpStub {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Drop for SmtpStub {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SmtpStub {
    /// `script` may answer a command ("RCPT TO:<a@b>") in place of the default.
    pub async fn new(script: impl Fn(&str) -> Option<&'static str> + Send + Sync + 'static) -> SmtpStub {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, script): (Arc<Mutex<Seen>>, Arc<Script>) = (Arc::default(), Arc::new(script));
        let (written, script) = (seen.clone(), script);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, script.clone(), written.clone()));
            }
        });
        SmtpStub { port, seen, task }
    }

    pub fn commands(&self) -> Vec<String> {
        self.seen.lock().unwrap().commands.clone()
    }

    /// Letters that were accepted, as they came over the wire.
    pub fn letters(&self) -> Vec<String> {
        self.seen.lock().unwrap().letters.clone()
    }
}

async fn converse(stream: TcpStream, script: Arc<Script>, seen: Arc<Mutex<Seen>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    if write.write_all(b"220 stub ESMTP\r\n").await.is_err() {
        return;
    }
    while let Ok(Some(line)) = lines.next_line().await {
        seen.lock().unwrap().commands.push(line.clone());
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let mut answer = script(&line).unwrap_or(default_answer(&verb));
        if verb == "DATA" && answer.starts_with("354") {
            if write.write_all(b"354 go on\r\n").await.is_err() {
                return;
            }
            let mut letter = String::new();
            while let Ok(Some(line)) = lines.next_line().await {
                if line == "." {
                    break;
                }
                letter.push_str(&line);
                letter.push_str("\r\n");
            }
            answer = script(LETTER).unwrap_or("250 2.0.0 queued");
            if answer.starts_with("250") {
                seen.lock().unwrap().letters.push(letter);
            }
        }
        match answer {
            DROP => return,
            HANG => std::future::pending().await,
            _ => {}
        }
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() || verb == "QUIT" {
            return;
        }
    }
}

fn default_answer(verb: &str) -> &'static str {
    match verb {
        "EHLO" => "250-stub\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN",
        "AUTH" => "235 2.7.0 welcome",
        "DATA" => "354 go on",
        "QUIT" => "221 bye",
        _ => "250 OK",
    }
}
