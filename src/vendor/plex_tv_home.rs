//! Asking plex.tv for a place in the owner's Plex Home (plex.md B10), what its answer means, and taking it back. It never
//! tries again: whoever asks reads first who is there and who was asked before.

use reqwest::header::CONTENT_LENGTH;
use reqwest::{Method, StatusCode};
use secrecy::SecretString;

use super::http::Reply;
use super::plex_tv::{PlexTv, fault_of, said};
use super::plex_tv_refusal::is_retired;
use crate::domain::fault::{Answer, FaultClass};
use crate::domain::invite::home::{HomeAnswer, HomeRefusal};

impl PlexTv {
    /// B10: asks an account, by its mail address or user name, into the Home of whose token this is. Plex writes to them;
    /// nobody can say yes for them. After a transient fault they may have been asked.
    pub async fn invite_home(&self, token: &SecretString, who: &str) -> Answer<HomeAnswer> {
        let request = self.http.request(Method::POST, self.plex_tv.join("api/home/users"));
        let request = request.query(&[("invitedEmail", who)]).header(CONTENT_LENGTH, 0);
        answer(&self.writes.in_turn(self.send_as(token, request)).await?)
    }

    /// B10: takes back an invitation to the Home that waits for the yes of this account. One that is gone already is as
    /// good; of somebody who has said yes it takes nothing.
    pub async fn stop_home_invite(&self, token: &SecretString, account: i64) -> Answer<()> {
        let address = self.plex_tv.join(&format!("api/invites/requested/{account}"));
        let request = self.http.request(Method::DELETE, address);
        let request = request.query(&[("friend", "0"), ("server", "0"), ("home", "1")]);
        let reply = self.writes.in_turn(self.send_as(token, request)).await?;
        match reply.status {
            StatusCode::NOT_FOUND if !is_retired(&reply) => Ok(()),
            status if status.is_success() && !reply.content_type().contains("html") => Ok(()),
            status if status.is_success() => Err(reply.garbled()),
            _ => Err(fault_of(&reply)),
        }
    }
}

fn answer(reply: &Reply) -> Answer<HomeAnswer> {
    if reply.ok() {
        // The sign-in page of a proxy says 200, too.
        return if reply.content_type().contains("html") { Err(reply.garbled()) } else { Ok(HomeAnswer::Sent) };
    }
    let usual = fault_of(reply);
    if matches!(usual.class, FaultClass::Auth | FaultClass::Transient) {
        return Err(usual);
    }
    let said = said(reply);
    let words = said.as_deref().unwrap_or_default().to_lowercase();
    if words.contains("already") && ["pending", "invit"].iter().any(|word| words.contains(word)) {
        return Ok(HomeAnswer::Sent);
    }
    let why = match () {
        () if is_retired(reply) => HomeRefusal::Closed,
        () => by_words(&words).unwrap_or(match reply.status {
            StatusCode::NOT_FOUND => HomeRefusal::Unknown,
            _ => HomeRefusal::Other,
        }),
    };
    Ok(HomeAnswer::Refused { why, said })
}

/// No list of these words is known (plex.md B10): they are judged as those of a share are. Whoever is in this Home was
/// found there before Plex was asked, so that one that they are in already is another one.
fn by_words(words: &str) -> Option<HomeRefusal> {
    let has = |any: &[&str]| any.iter().any(|word| words.contains(word));
    Some(match () {
        () if has(&["another", "different home", "other home"]) => HomeRefusal::OtherHome,
        () if has(&["already"]) && has(&["home", "member"]) => HomeRefusal::OtherHome,
        () if has(&["full", "maximum", "too many", "limit"]) => HomeRefusal::Full,
        () if has(&["plex pass", "subscription"]) => HomeRefusal::NeedsPass,
        () if has(&["confirm", "verif"]) => HomeRefusal::Unverified,
        () if has(&["unable to find", "not find", "couldn't find", "no such", "unknown", "not found"]) => {
            HomeRefusal::Unknown
        }
        () => return None,
    })
}
