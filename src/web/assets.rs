//! Embedded files under names with a hash of their content: a year in every cache.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use bytes::Bytes;
use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Request, Response, handler};

use super::compress;
use crate::error::AppError;
use crate::ui::assets::{EmbeddedAsset, file};

/// Packed once, on first use.
static PACKED: LazyLock<Mutex<HashMap<String, Bytes>>> = LazyLock::new(Mutex::default);

#[handler]
pub fn serve(req: &Request, Path(name): Path<String>) -> poem::Result<Response> {
    let found = file(&name).ok_or(AppError::NotFound)?;
    let response = Response::builder()
        .status(StatusCode::OK)
        .content_type(found.mime)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .header(header::VARY, "accept-encoding");
    if req.header("accept-encoding").is_some_and(|accepted| accepted.contains("br"))
        && let Some(packed) = packed(&name, &found)
    {
        return Ok(response.header(header::CONTENT_ENCODING, "br").body(packed));
    }
    Ok(response.body(found.bytes))
}

fn packed(name: &str, asset: &EmbeddedAsset) -> Option<Bytes> {
    let mut kept = PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(bytes) = kept.get(name) {
        return Some(bytes.clone());
    }
    let bytes = Bytes::from(compress::brotli(asset.bytes, 11)?);
    kept.insert(name.to_owned(), bytes.clone());
    Some(bytes)
}
