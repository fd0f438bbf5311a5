//! Finds out who is calling: session cookie, bearer token, or API key. Runs before every handler; refuses nobody.

use std::sync::Arc;

use chrono::TimeDelta;
use poem::http::Method;
use poem::{Endpoint, Request};

use super::cookies;
use crate::app::App;
use crate::crypto::token_hash;
use crate::db::frame::Sums;
use crate::db::{rights, sessions};
use crate::domain::people::{Actor, KeyScope, SessionKind};
use crate::error::Outcome;

/// Whoever is calling, and by what.
#[derive(Debug, Clone)]
pub struct Caller {
    pub actor: Actor,
    /// True for a cookie, which a browser sends along unasked: writes must then prove their origin.
    pub by_cookie: bool,
}

/// A session's "last seen" is written at most this often.
const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(5);

pub async fn find_caller<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<E::Output> {
    if let Some(app) = req.data::<App>().cloned().filter(|_| !req.uri().path().starts_with("/assets/"))
        && let Some((caller, sums)) = caller(&app, &req).await?
    {
        req.set_data(caller);
        if let Some(sums) = sums {
            req.set_data(sums);
        }
    }
    next.call(req).await
}

/// With the sums that the frame of a page shows, where there is one: then both are one read.
type Found = (Caller, Option<Sums>);

async fn caller(app: &App, req: &Request) -> Outcome<Option<Found>> {
    if let Some(key) = req.header("x-api-key") {
        return Ok(by_key(app, key).await?.map(|caller| (caller, None)));
    }
    if let Some(token) = req.header("authorization").and_then(bearer) {
        return by_session(app, token.trim(), SessionKind::Api, false).await;
    }
    match cookies::get(req, cookies::SESSION) {
        Some(token) => by_session(app, &token, SessionKind::Web, is_page(req)).await,
        None => Ok(None),
    }
}

/// The word before the token is written as anybody likes.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

fn is_page(req: &Request) -> bool {
    let path = req.uri().path();
    req.method() == Method::GET && !["/images/", "/api/"].iter().any(|start| path.starts_with(start))
}

async fn by_session(app: &App, token: &str, kind: SessionKind, page: bool) -> Outcome<Option<Found>> {
    let now = app.now();
    let Some(found) = app.caller(token, page).await?.filter(|found| found.session.kind == kind) else {
        return Ok(None);
    };
    let session = &found.session;
    if now - session.last_seen_at > TOUCH_EVERY {
        let (id, person) = (session.id.clone(), session.person);
        let touched = app.db.write(move |tx| {
            sessions::touch(tx, &id, now)?;
            crate::db::people::touch(tx, person, now)
        });
        forgive(touched.await);
    }
    let actor = found.person.actor(found.reach.clone(), Some(session.id.clone()), KeyScope::Admin);
    Ok(Some((Caller { actor, by_cookie: kind == SessionKind::Web }, found.sums)))
}

async fn by_key(app: &App, key: &str) -> Outcome<Option<Caller>> {
    let now = app.now();
    let hash = token_hash(key.trim());
    let house = app.house().await?;
    let found = app.db.read(move |conn| {
        let Some((key, person)) = sessions::find_key(conn, &hash)? else { return Ok(None) };
        let reach = rights::of(conn, &house.settings, &person, now)?;
        Ok(Some((key, person, reach)))
    });
    let Some((key, person, reach)) = found.await? else { return Ok(None) };
    if key.last_used_at.is_none_or(|used| now - used > TOUCH_EVERY) {
        let id = key.id;
        forgive(app.db.write(move |tx| sessions::touch_key(tx, id, now)).await);
    }
    Ok(Some(Caller { actor: person.actor(reach, None, key.scope), by_cookie: false }))
}

/// With a full disk nobody can be written down as seen; that is no reason to keep them from reading.
fn forgive(touched: Outcome<()>) {
    if let Err(error) = touched {
        tracing::warn!(error = %error, "who was seen last could not be written down");
    }
}
