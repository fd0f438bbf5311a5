//! Embedded files under names with a hash of their content: a year in every cache.

use poem::http::{StatusCode, header};
use poem::web::Path;
use poem::{Response, handler};

use crate::error::AppError;
use crate::ui::assets::file;

#[handler]
pub fn serve(Path(name): Path<String>) -> poem::Result<Response> {
    let found = file(&name).ok_or(AppError::NotFound)?;
    Ok(Response::builder()
        .status(StatusCode::OK)
        .content_type(found.mime)
        .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
        .body(found.bytes))
}
