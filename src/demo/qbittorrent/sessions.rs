//! Who may come in: host and origin checks, sessions, keys, logins and bans (services.md 4.2). Never answers
//! anything but logins.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{TimeDelta, Utc};
use poem::http::StatusCode;

use super::door::{Call, Reply};
use super::{Login, State, sync};

const MAX_FAILURES: u32 = 5;
const BANNED: &str = "Your IP address has been banned after too many failed authentication attempts.";

impl State {
    /// Host's port is ours, and Origin and Referer, when they are there, name the same host.
    pub fn is_same_site(&mut self, call: &Call) -> bool {
        let host = call.header("host").unwrap_or_default();
        for name in ["origin", "referer"] {
            if call.header(name).is_some() {
                self.complaints.push(format!("{} {}: {name} is sent", call.method, call.path));
            }
        }
        let own_port = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(80) == self.port;
        let foreign = |name: &str| {
            let from = call.header(name)?;
            let rest = from.split_once("://").map_or(from, |(_, rest)| rest);
            let authority = rest.split('/').next().unwrap_or_default();
            (authority != host).then_some(())
        };
        own_port && foreign("origin").is_none() && foreign("referer").is_none()
    }

    /// The session of the cookie, or of Basic credentials where they count; and a new cookie for the latter.
    pub fn sign_in(&mut self, call: &Call) -> Result<(String, Option<String>), Reply> {
        let name = self.options.generation.cookie_name(self.port);
        let cookies = call.header("cookie").unwrap_or_default().split(';');
        let ids = cookies.filter_map(|pair| pair.trim().split_once('=')).filter(|(key, _)| *key == name);
        if let Some((_, id)) = ids.into_iter().find(|(_, id)| self.sessions.contains_key(*id)) {
            return Ok((id.to_owned(), None));
        }
        let basic = call.header("authorization").and_then(|text| text.strip_prefix("Basic "));
        let (Some(basic), true) = (basic, self.options.generation.is_modern()) else {
            return Ok((String::new(), None));
        };
        let pair = STANDARD.decode(basic).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        if pair != format!("{}:{}", self.options.username, self.options.password) {
            self.failures += 1;
            return Err(Reply::error(StatusCode::UNAUTHORIZED));
        }
        let (id, cookie) = self.new_session();
        Ok((id, Some(cookie)))
    }

    fn new_session(&mut self) -> (String, String) {
        let bytes: [u8; 24] = rand::random();
        let id = STANDARD.encode(bytes);
        self.sessions.insert(id.clone(), sync::Told::default());
        let expires = (Utc::now() + TimeDelta::hours(1)).format("%a, %d-%b-%Y %H:%M:%S GMT").to_string();
        let cookie = self.options.generation.cookie(&id, self.port, &expires);
        (id, cookie)
    }

    pub fn login(&mut self, call: &Call) -> Reply {
        let is_modern = self.options.generation.is_modern();
        let welcome = || match is_modern {
            true => Reply::bare(StatusCode::NO_CONTENT),
            false => Reply::text(StatusCode::OK, "Ok."),
        };
        if !call.session.is_empty() {
            return welcome();
        }
        let username = call.param("username").unwrap_or_default().to_owned();
        let password = call.param("password").unwrap_or_default().to_owned();
        let pair = Some((username.clone(), password.clone()));
        if self.last_refused == pair {
            self.complaints.push("POST auth/login: tried again with what was refused".to_owned());
        }
        let fits = username == self.options.username && password == self.options.password;
        let is_banned = self.failures >= MAX_FAILURES;
        self.logins.push(Login { username, accepted: fits && !is_banned, at: Utc::now() });
        if is_banned {
            return Reply::text(StatusCode::FORBIDDEN, BANNED);
        }
        if !fits {
            self.failures += 1;
            self.last_refused = pair;
            return match is_modern {
                true => Reply::error(StatusCode::UNAUTHORIZED),
                false => Reply::text(StatusCode::OK, "Fails."),
            };
        }
        (self.failures, self.last_refused) = (0, None);
        let (_, cookie) = self.new_session();
        welcome().with_cookie(cookie)
    }

    pub fn logout(&mut self, call: &Call) -> Reply {
        self.sessions.remove(&call.session);
        let name = self.options.generation.cookie_name(self.port);
        let past = (Utc::now() - TimeDelta::days(1)).format("%a, %d-%b-%Y %H:%M:%S GMT");
        Reply::ok().with_cookie(format!("{name}=; expires={past}; path=/"))
    }

    pub fn rotate_api_key(&mut self) -> Option<String> {
        const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        if !self.options.generation.is_modern() {
            return None;
        }
        let bytes: [u8; 28] = rand::random();
        let letter = |byte: u8| LETTERS.get(usize::from(byte) % LETTERS.len()).copied().map_or('A', char::from);
        let key = format!("qbt_{}", bytes.map(letter).iter().collect::<String>());
        self.sessions.remove("apikey");
        self.api_key = Some(key.clone());
        Some(key)
    }
}
