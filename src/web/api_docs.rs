//! What the JSON API says about itself: `/api/openapi.json` for programs, `/api/docs` for people. Both are open to
//! anybody, for nothing in them is secret. The page needs no script and nothing from outside.

use std::sync::Arc;

use poem::{Request, Response, handler};
use serde_json::Value;

use super::Visit;
use crate::error::AppError;
use crate::ui;

/// The finished document as JSON, kept beside the routes.
#[derive(Clone)]
pub struct Document(pub Arc<str>);

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
