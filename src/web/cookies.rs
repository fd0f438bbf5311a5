//! Our cookies: HttpOnly, SameSite=Lax, Secure over HTTPS, bound to the base path.

use std::sync::Arc;
use std::time::Duration;

use poem::http::{HeaderValue, header};
use poem::web::cookie::{Cookie, SameSite};
use poem::{Endpoint, Request};
use secrecy::{ExposeSecret, SecretString};

use super::client;
use crate::app::App;

pub const SESSION: &str = "usherr_session";
/// Ties a Plex sign-in under way to the browser that began it.
pub const PLEX_SIGN_IN: &str = "usherr_plex";
/// Whoever has shown their Plex account at the door.
pub const GUEST: &str = "usherr_guest";
/// Lets a visitor from elsewhere through the wizard once they typed the code.
pub const SETUP: &str = "usherr_setup";
/// What to say on the next page, after a plain form.
pub const TOAST: &str = "usherr_toast";

pub fn set(req: &Request, app: &App, name: &str, value: &SecretString, lasts: Duration) {
    let mut cookie = Cookie::new_with_str(name, value.expose_secret());
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_secure(client::is_https(req));
    cookie.set_path(path(app));
    cookie.set_max_age(lasts);
    req.cookie().add(cookie);
}

pub fn get(req: &Request, name: &str) -> Option<String> {
    req.cookie().get(name).map(|cookie| cookie.value_str().to_owned()).filter(|value| !value.is_empty())
}

pub fn clear(req: &Request, app: &App, name: &str) {
    let mut cookie = Cookie::new_with_str(name, "");
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie.set_path(path(app));
    cookie.set_max_age(Duration::ZERO);
    req.cookie().add(cookie);
}

/// Other programs at the same host set cookies, too. One sign beyond ASCII in theirs would keep ours from being read.
pub async fn leave_illegible<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<E::Output> {
    let sent: Vec<HeaderValue> = req.headers().get_all(header::COOKIE).iter().cloned().collect();
    if sent.iter().any(|cookies| cookies.to_str().is_err()) {
        let pairs = sent.iter().flat_map(|cookies| cookies.as_bytes().split(|byte| *byte == b';'));
        let legible = pairs.filter(|pair| pair.is_ascii()).collect::<Vec<_>>().join(&b';');
        let legible = HeaderValue::from_bytes(&legible).unwrap_or(HeaderValue::from_static(""));
        req.headers_mut().insert(header::COOKIE, legible);
    }
    next.call(req).await
}

fn path(app: &App) -> String {
    if app.config.base_path.is_empty() { "/".to_owned() } else { app.config.base_path.clone() }
}
