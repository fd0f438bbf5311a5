//! Streams of a media server: those that run, and the end of one (plex.md C8, C9). It decides nothing about people.

use reqwest::StatusCode;
use serde::Deserialize;

use super::json::{list, opt_i64, opt_text};
use super::plex_server::{PlexServer, checked, container};
use crate::domain::fault::{Answer, Fault};
use crate::domain::stream::Stream;

#[derive(Deserialize)]
struct Running {
    #[serde(rename = "Metadata", default, deserialize_with = "list")]
    rows: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    #[serde(rename = "Session", default)]
    session: Option<Session>,
    #[serde(rename = "User", default)]
    user: Option<User>,
}

#[derive(Deserialize)]
struct Session {
    #[serde(default, deserialize_with = "opt_text")]
    id: Option<String>,
}

#[derive(Deserialize)]
struct User {
    #[serde(default, deserialize_with = "opt_i64")]
    id: Option<i64>,
}

/// As a server counts its owner.
const OWNER: i64 = 1;

impl PlexServer {
    /// C8: what is watched now. For the owner's token only.
    pub async fn streams(&self) -> Answer<Vec<Stream>> {
        let reply = self.ask(self.get("status/sessions")).await?;
        let read = |row: Row| Stream {
            id: row.session.and_then(|session| session.id),
            account: row.user.and_then(|user| user.id).filter(|id| *id != OWNER),
        };
        Ok(container::<Running>(&reply)?.rows.into_iter().map(read).collect())
    }

    /// C9: ends a stream; the player shows `reason`. One that is over already is as good. Without the Plex Pass of the owner
    /// it is a `Permanent` fault.
    pub async fn end_stream(&self, id: &str, reason: &str) -> Answer<()> {
        let request = self.get("status/sessions/terminate").query(&[("sessionId", id), ("reason", reason)]);
        let reply = self.send(request).await?;
        match reply.status {
            StatusCode::NOT_FOUND => Ok(()),
            // The token was good for the list of streams, so it is the feature that is missing.
            StatusCode::UNAUTHORIZED => {
                Err(Fault::permanent("Plex ends streams only where the owner of the server has a Plex Pass."))
            }
            _ => checked(reply).map(drop),
        }
    }
}
