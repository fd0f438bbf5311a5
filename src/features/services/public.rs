//! For machines: is the process there, and can it work? Both tell nothing about the house.

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Response, handler};

use crate::app::App;
use crate::db::migrate;

/// The process answers.
#[handler]
pub fn alive() -> Response {
    said(StatusCode::OK, "ok")
}

/// The database answers and knows every step this program needs.
#[handler]
pub async fn ready(Data(app): Data<&App>) -> Response {
    match app.db.read(migrate::is_current).await {
        Ok(true) => said(StatusCode::OK, "ready"),
        Ok(false) => said(StatusCode::SERVICE_UNAVAILABLE, "the database is being brought up to date"),
        Err(error) => {
            tracing::error!(error = %error, "not ready");
            said(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}

fn said(status: StatusCode, words: &'static str) -> Response {
    Response::builder().status(status).content_type("text/plain; charset=utf-8").body(words)
}
