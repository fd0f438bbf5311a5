//! What the JSON API says about itself: `/api/openapi.json` for programs, `/api/docs` for people. Both are open to
//! anybody, for nothing in them is secret. The page needs no script and nothing from outside.

use std::sync::Arc;

use poem::{Request, Response, handler};
use serde_json::{Value, json};

use super::Visit;
use crate::error::AppError;
use crate::ui;

/// The finished document as JSON, kept beside the routes.
#[derive(Clone)]
pub struct Document(pub Arc<str>);

/// What poem-openapi wrote down of the operations, with the ways of signing in that our extractors understand.
/// `base` is the address of the API as a program reaches it, without a slash at its end.
pub fn complete(spec: &str, base: &str) -> Value {
    let mut document: Value = serde_json::from_str(spec).unwrap_or_default();
    document["servers"] = json!([{ "url": base }]);
    document["components"]["securitySchemes"] = json!({
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token from POST /auth/token.",
        },
        "api_key": {
            "type": "apiKey",
            "in": "header",
            "name": "X-Api-Key",
            "description": "Made with `usherr api-key create`; acts as the person who made it, within its scope.",
        },
    });
    document["security"] = json!([{ "bearer": [] }, { "api_key": [] }]);
    // The one operation before signing in.
    if let Some(token) = document.pointer_mut("/paths/~1auth~1token/post") {
        token["security"] = json!([]);
    }
    document
}

#[handler]
pub async fn openapi(req: &Request) -> poem::Result<Response> {
    let document = document(req)?;
    Ok(Response::builder().content_type("application/json").body(document.0.to_string()))
}

#[handler]
pub async fn docs(req: &Request, visit: Visit) -> poem::Result<Response> {
    let document: Value = serde_json::from_str(&document(req)?.0).map_err(AppError::internal)?;
    Ok(visit.show(ui::api_docs::page(&visit.frame, &document)))
}

fn document(req: &Request) -> Result<Document, AppError> {
    req.data::<Document>().cloned().ok_or_else(|| AppError::internal("no API document in the request"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_the_token_wants_a_key() {
        let spec = r#"{"paths":{"/auth/token":{"post":{}},"/jobs":{"get":{}}},"components":{"schemas":{"Job":{}}}}"#;
        let document = complete(spec, "/api");
        assert_eq!(document["paths"]["/auth/token"]["post"]["security"], json!([]));
        assert_eq!(document["paths"]["/jobs"]["get"].get("security"), None);
        assert_eq!(document["components"]["schemas"]["Job"], json!({}));
        assert_eq!(document["components"]["securitySchemes"]["api_key"]["name"], "X-Api-Key");
    }
}
