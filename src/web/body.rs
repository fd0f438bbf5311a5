//! The body of a call to the JSON API: no longer than anything of ours, so that nobody fills the memory with one.

use std::sync::Arc;

use poem::error::ReadBodyError;
use poem::http::{HeaderValue, header};
use poem::{Endpoint, Request};

use crate::error::AppError;

/// More than any form or any JSON of ours holds.
pub const MOST_BYTES: usize = 256 * 1024;

/// Reads the body up to the limit. No body at all is empty JSON: what may be left out may all be left out.
pub async fn bounded<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<E::Output> {
    let bytes = req.take_body().into_bytes_limit(MOST_BYTES).await.map_err(|error| match error {
        ReadBodyError::PayloadTooLarge => AppError::Malformed("This is too long: 256 KB are enough.".to_owned()),
        error => AppError::Malformed(error.to_string()),
    })?;
    if bytes.is_empty() {
        req.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    req.set_body(bytes);
    next.call(req).await
}
