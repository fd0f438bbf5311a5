//! One request as the simulated Plex hosts read it, and the shapes they answer in.
//! Never knows what is asked for.

use poem::http::{Method, StatusCode};
use poem::{Request, Response};
use serde_json::Value;

use super::wire;

pub(super) struct Ask {
    pub method: Method,
    /// Decoded path segments.
    pub path: Vec<String>,
    pub query: Vec<(String, String)>,
    headers: poem::http::HeaderMap,
    body: Vec<u8>,
}

impl Ask {
    pub async fn read(mut req: Request) -> Ask {
        let body = req.take_body().into_vec().await.unwrap_or_default();
        let path = req.uri().path().split('/').filter(|part| !part.is_empty()).map(wire::decoded).collect();
        Ask {
            method: req.method().clone(),
            path,
            query: wire::pairs(req.uri().query().unwrap_or_default()),
            headers: req.headers().clone(),
            body,
        }
    }

    /// A query parameter.
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// An `X-Plex-*` value: a header, or a query parameter of the same name (plex.md 2).
    pub fn plex(&self, name: &str) -> Option<&str> {
        let header = self.headers.get(name).and_then(|value| value.to_str().ok());
        let by_query = || self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        header.or_else(|| by_query().map(|(_, value)| value.as_str())).filter(|value| !value.is_empty())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn token(&self) -> Option<&str> {
        self.plex("X-Plex-Token")
    }

    /// Where this host was reached, `http://…` without a slash at the end.
    pub fn origin(&self) -> String {
        format!("http://{}", self.header("host").unwrap_or("127.0.0.1"))
    }

    pub fn wants_json(&self) -> bool {
        self.header("accept").is_some_and(|accept| accept.contains("application/json"))
    }

    pub fn form(&self) -> Vec<(String, String)> {
        wire::pairs(&String::from_utf8_lossy(&self.body))
    }

    /// A form field, or else a query parameter.
    pub fn field(&self, name: &str) -> Option<String> {
        let form = self.form().into_iter().find(|(key, _)| key == name).map(|(_, value)| value);
        form.or_else(|| self.query(name).map(str::to_owned))
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    Response::builder().status(status).content_type("application/json; charset=utf-8").body(body.to_string())
}

pub(super) fn xml(status: StatusCode, body: &str) -> Response {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}\n");
    Response::builder().status(status).content_type("application/xml; charset=utf-8").body(text)
}

pub(super) fn html(status: StatusCode, body: String) -> Response {
    Response::builder().status(status).content_type("text/html; charset=utf-8").body(body)
}

/// JSON as Plex's XML twin: scalars become attributes (true is "1", null is ""), objects and lists children.
pub(super) fn as_xml(name: &str, value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let (inner, outer): (Vec<_>, Vec<_>) =
                fields.iter().partition(|(_, value)| value.is_object() || value.is_array());
            let attributes: String = outer.iter().map(|(key, value)| format!(" {key}=\"{}\"", scalar(value))).collect();
            let children: String = inner.iter().map(|(key, value)| as_xml(key, value)).collect();
            element(name, &attributes, &children)
        }
        Value::Array(rows) => {
            let children: String = rows.iter().map(|row| as_xml(&singular(name), row)).collect();
            element(name, "", &children)
        }
        plain => format!("<{name}>{}</{name}>", scalar(plain)),
    }
}

fn element(name: &str, attributes: &str, children: &str) -> String {
    if children.is_empty() {
        format!("<{name}{attributes}/>")
    } else {
        format!("<{name}{attributes}>{children}</{name}>")
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => u8::from(*yes).to_string(),
        Value::String(text) => wire::escaped(text),
        other => other.to_string(),
    }
}

fn singular(name: &str) -> String {
    match name.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => name.strip_suffix('s').unwrap_or(name).to_owned(),
    }
}
