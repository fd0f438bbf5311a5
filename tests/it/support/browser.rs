//! Somebody with a browser: keeps cookies, sends what a browser sends, follows nothing by itself.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::header::{HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Method, StatusCode};

pub struct Browser {
    http: reqwest::Client,
    base: String,
    cookies: Mutex<BTreeMap<String, String>>,
    headers: Vec<(&'static str, String)>,
    tells_origin: bool,
}

#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map_or("", |value| value.to_str().unwrap())
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }

    #[track_caller]
    pub fn has(self, words: &str) -> Self {
        assert!(self.body.contains(words), "'{words}' is missing in\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn lacks(self, words: &str) -> Self {
        assert!(!self.body.contains(words), "'{words}' is in\n{}", self.body);
        self
    }
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { http, base: base.to_owned(), cookies: Mutex::default(), headers: Vec::new(), tells_origin: true }
    }

    pub fn with_cookie(self, name: &str, value: &str) -> Self {
        self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        self
    }

    /// What a real browser needs to go on as the same person.
    #[allow(dead_code)]
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().unwrap().get(name).cloned()
    }

    /// Sends this header with everything, such as `HX-Request` or `X-Api-Key`.
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Like a browser of the old days: nothing of its own tells where a write comes from.
    pub fn without_origin(mut self) -> Self {
        self.tells_origin = false;
        self
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// A form of our own page, as a browser sends it.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, path, Some(("application/x-www-form-urlencoded", body))).await
    }

    pub async fn json(&self, method: Method, path: &str, body: serde_json::Value) -> Reply {
        let body = if body.is_null() { None } else { Some(("application/json", body.to_string())) };
        self.send(method, path, body).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<(&str, String)>) -> Reply {
        self.try_send(method, path, body).await.unwrap()
    }

    /// The same where nobody may answer.
    pub async fn try_send(&self, method: Method, path: &str, body: Option<(&str, String)>) -> reqwest::Result<Reply> {
        let response = self.begin(method, path, body).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        self.keep_cookies(&headers);
        Ok(Reply { status, headers, body: String::from_utf8_lossy(&response.bytes().await?).into_owned() })
    }

    /// Status and redirect alone: for pages that never end.
    pub async fn knock(&self, method: Method, path: &str, body: Option<(&str, String)>) -> (u16, String) {
        let response = self.begin(method, path, body).await.unwrap();
        let location = response.headers().get(LOCATION).map_or("", |value| value.to_str().unwrap());
        (response.status().as_u16(), location.to_owned())
    }

    /// An answer that goes on: its content is read as it comes.
    #[allow(dead_code)]
    pub async fn listen(&self, path: &str) -> reqwest::Response {
        self.begin(Method::GET, path, None).await.unwrap()
    }

    /// The beginning of an answer that may go on for long.
    pub async fn begin(
        &self,
        method: Method,
        path: &str,
        body: Option<(&str, String)>,
    ) -> reqwest::Result<reqwest::Response> {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("cookie", cookies.join("; "));
        }
        if self.tells_origin && method != Method::GET && !self.headers.iter().any(|(name, _)| *name == "sec-fetch-site")
        {
            request = request.header("sec-fetch-site", "same-origin");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        if let Some((kind, body)) = body {
            request = request.header("content-type", kind).body(body);
        }
        request.send().await
    }

    /// The page that a redirect of ours leads to.
    pub async fn follow(&self, reply: &Reply) -> Reply {
        let place = reply.location();
        let path = place.strip_prefix(&self.base).unwrap_or(place);
        self.get(path).await
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().unwrap();
        for value in headers.get_all(SET_COOKIE) {
            let pair = value.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if value.is_empty() {
                cookies.remove(name)
            } else {
                cookies.insert(name.to_owned(), value.to_owned())
            };
        }
    }
}
