//! How plex.tv says no: one family of bodies for v2, another for the old XML routes (plex.md 2.1).
//! Never decides when.

use poem::Response;
use poem::http::StatusCode;
use serde_json::json;

use crate::demo::ask::{self, Ask, html, xml};
use crate::demo::wire::escaped;

pub fn v2(ask: &Ask, status: StatusCode, code: u32, message: &str) -> Response {
    if ask.wants_json() {
        let body = json!({"errors": [{"code": code, "message": message, "status": status.as_u16()}]});
        return ask::json(status, &body);
    }
    let (message, number) = (escaped(message), status.as_u16());
    xml(status, &format!("<errors><error code=\"{code}\" message=\"{message}\" status=\"{number}\"/></errors>"))
}

pub fn v2_unauthorized(ask: &Ask) -> Response {
    v2(ask, StatusCode::UNAUTHORIZED, 1001, "User could not be authenticated")
}

pub fn v2_not_found(ask: &Ask) -> Response {
    v2(ask, StatusCode::NOT_FOUND, 1002, "The requested resource or endpoint could not be found")
}

pub fn pin_not_found(ask: &Ask) -> Response {
    v2(ask, StatusCode::NOT_FOUND, 1020, "Code not found or expired")
}

pub fn v2_gone(ask: &Ask) -> Response {
    v2(ask, StatusCode::GONE, 1002, "This endpoint was deprecated and removed")
}

/// 422 for what is well formed but can't be done.
pub fn v2_unprocessable(ask: &Ask, message: &str) -> Response {
    v2(ask, StatusCode::UNPROCESSABLE_ENTITY, 1000, message)
}

pub fn method_not_allowed(allow: &'static str) -> Response {
    let mut response = html(StatusCode::METHOD_NOT_ALLOWED, String::new());
    response.headers_mut().insert("allow", poem::http::HeaderValue::from_static(allow));
    response
}

pub fn v1(status: StatusCode, text: &str) -> Response {
    xml(status, &format!("<Response code=\"{}\" status=\"{}\"/>", status.as_u16(), escaped(text)))
}

pub fn v1_gone() -> Response {
    v1(StatusCode::GONE, "This endpoint was deprecated and removed")
}

pub fn v1_not_found() -> Response {
    xml(StatusCode::NOT_FOUND, "<errors><error>Not found</error></errors>")
}

pub fn v1_unauthorized() -> Response {
    xml(StatusCode::UNAUTHORIZED, "<errors><error>Invalid authentication token.</error></errors>")
}
