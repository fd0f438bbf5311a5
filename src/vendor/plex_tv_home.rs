//! Asking plex.tv for a place in the owner's Plex Home (plex.md B10), and what its answer means. It never tries again:
//! whoever asks reads first who is there and who was asked before.

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
