//! plex.tv for somebody who was invited, with their own token (plex.md B6): what waits for their yes, and saying it.

use reqwest::header::CONTENT_LENGTH;
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;

use super::json::{list, opt_i64, opt_text};
use super::plex_tv::{PlexTv, fault_of};
use crate::domain::fault::Answer;

/// A share that waits for the yes of whoever was invited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub share_id: i64,
    pub machine_id: String,
    /// The account that invites, where Plex names it.
    pub owner: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Row {
    #[serde(default)]
    owner: Option<Owner>,
    #[serde(default, deserialize_with = "list")]
    shared_servers: Vec<SharedServer>,
}

#[derive(Deserialize)]
struct Owner {
    #[serde(default, deserialize_with = "opt_i64")]
    id: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SharedServer {
    #[serde(default, deserialize_with = "opt_i64")]
    id: Option<i64>,
    #[serde(default, deserialize_with = "opt_text")]
    machine_identifier: Option<String>,
}

impl Row {
    fn read(self) -> impl Iterator<Item = Received> {
        let owner = self.owner.and_then(|owner| owner.id);
        let read =
            move |one: SharedServer| Some(Received { share_id: one.id?, machine_id: one.machine_identifier?, owner });
        self.shared_servers.into_iter().filter_map(read)
    }
}

#[derive(Deserialize)]
struct Confirmed {
    #[serde(default = "yes")]
    confirmed: bool,
}

fn yes() -> bool {
    true
}

impl PlexTv {
    /// The account's mail address is confirmed (A5): before that it can't be invited.
    pub async fn is_confirmed(&self, token: &SecretString) -> Answer<bool> {
        let reply = self.send_as(token, self.http.get(self.plex_tv.join("api/v2/user"))).await?;
        if !reply.ok() {
            return Err(fault_of(&reply));
        }
        Ok(reply.json::<Confirmed>()?.confirmed)
    }

    /// What waits for the yes of this account; a new invite takes a moment to show.
    pub async fn received(&self, token: &SecretString) -> Answer<Vec<Received>> {
        let request = self.http.get(self.clients.join("api/v2/shared_servers/invites/received/pending"));
        let reply = self.send_as(token, request).await?;
        if !reply.ok() {
            return Err(fault_of(&reply));
        }
        Ok(reply.json::<Vec<Row>>()?.into_iter().flat_map(Row::read).collect())
    }

    /// Says yes for this account. One that is not there any more was accepted, or taken back: what the account reaches
    /// tells which.
    pub async fn accept(&self, token: &SecretString, share_id: i64) -> Answer<()> {
        let address = self.clients.join(&format!("api/v2/shared_servers/{share_id}/accept"));
        let reply = self.send_as(token, self.http.request(Method::POST, address).header(CONTENT_LENGTH, 0)).await?;
        match reply.ok() || reply.status == StatusCode::NOT_FOUND {
            true => Ok(()),
            false => Err(fault_of(&reply)),
        }
    }
}
