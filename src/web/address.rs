//! By which address people reach the house.

use poem::Request;

use super::client;
use crate::app::App;
use crate::error::Outcome;

/// The public one, or the one by which the visitor came; with our path.
pub async fn public_address(req: &Request, app: &App) -> Outcome<String> {
    let base = match app.settings().await?.base_url {
        Some(base) => base,
        None => {
            let scheme = if client::is_https(req) { "https" } else { "http" };
            format!("{scheme}://{}", client::host(req).unwrap_or_else(|| "localhost".to_owned()))
        }
    };
    Ok(app.with_our_path(&base))
}
