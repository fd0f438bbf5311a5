//! Writing what is shared on plex.tv (plex.md B4, B7 to B9): invite, change, remove. Two families of routes do the same;
//! where one is retired the other is asked. It never tries again, and believes no answer: whoever writes reads after it.

use reqwest::header::CONTENT_LENGTH;
use reqwest::{Method, RequestBuilder, StatusCode};
use secrecy::SecretString;

use super::address::path_id;
use super::http::Reply;
use super::plex_tv::PlexTv;
use super::plex_tv_refusal::{Wanted, is_retired, refusal};
use super::plex_tv_sharing_wire as wire;
use crate::domain::fault::{Answer, Fault};
use crate::domain::sharing::{First, Invitee, Routes, Sections, ShareSettings, WholeShare};

/// One way of asking for something. By its name it is remembered when Plex has closed it.
struct Way {
    name: &'static str,
    request: RequestBuilder,
}

impl Way {
    fn new(name: &'static str, request: RequestBuilder) -> Self {
        Self { name, request }
    }
}

impl PlexTv {
    /// B4: invites to a server. `Already` when there is a share or an open invite, `Missing` when Plex doesn't know the
    /// person or the libraries. After a transient fault the invite may have gone out.
    pub async fn invite(
        &self,
        token: &SecretString,
        machine_id: &str,
        who: &Invitee,
        libraries: &Sections,
        settings: &ShareSettings,
    ) -> Answer<()> {
        let machine_id = path_id(machine_id)?;
        let v1 = self.v1(Method::POST, &format!("api/servers/{machine_id}/shared_servers"));
        let v1 = Way::new("invite v1", v1.json(&wire::invite_v1(machine_id, who, libraries, settings)));
        let v2 = self.v2(Method::POST, "shared_servers");
        let v2 = Way::new("invite v2", v2.json(&wire::invite_v2(machine_id, who, libraries, settings)));
        self.write(token, Wanted::Invite, self.choose(v1, v2)).await
    }

    /// B7: puts another list of libraries in place of the one that is there. `unchanged` are the settings as they were
    /// read: one of the routes can't leave them out. `Missing` when the share is gone.
    pub async fn change_libraries(
        &self,
        token: &SecretString,
        machine_id: &str,
        share_id: i64,
        libraries: &Sections,
        unchanged: &ShareSettings,
    ) -> Answer<()> {
        let v1 = self.libraries_v1(path_id(machine_id)?, share_id, libraries);
        let v2 = self.whole_share(share_id, libraries, unchanged);
        self.write(token, Wanted::Change, self.choose(v1, v2)).await
    }

    /// B8: the full set of somebody's settings, which are the same for all servers of the owner.
    pub async fn change_settings(&self, token: &SecretString, who: &Invitee, settings: &ShareSettings) -> Answer<()> {
        let first = self.v2(Method::POST, "sharing_settings").json(&wire::settings(who, settings));
        let mut ways = vec![Way::new("settings", first)];
        if let Invitee::Account(id) = who {
            let query = wire::query(settings);
            let old = self.v2(Method::PUT, &format!("sharings/{id}"));
            ways.push(Way::new("settings by sharing", old.query(&query).header(CONTENT_LENGTH, 0)));
            if self.routes != Routes::V2 {
                let oldest = self.v1(Method::PUT, &format!("api/users/{id}"));
                ways.push(Way::new("settings by user", oldest.query(&query).header(CONTENT_LENGTH, 0)));
            }
        }
        self.write(token, Wanted::Settings, ways).await
    }

    /// B7 and B8 in one write. Where the route for that is not there they are two, in the order that `whole` says: libraries
    /// are never given without the limits that belong to them, be they the new ones or the old.
    pub async fn change_share(
        &self,
        token: &SecretString,
        machine_id: &str,
        share_id: i64,
        who: &Invitee,
        whole: WholeShare<'_>,
    ) -> Answer<()> {
        let WholeShare { libraries, settings, first } = whole;
        let v1 = self.libraries_v1(path_id(machine_id)?, share_id, libraries);
        let v2 = self.whole_share(share_id, libraries, settings);
        let is_known_closed = self.routes == Routes::Auto && self.writes.is_closed(v2.name);
        if self.routes != Routes::V1 && !is_known_closed {
            let reply = self.send_way(token, v2).await?;
            if self.routes == Routes::V2 || !is_retired(&reply) {
                return done(Wanted::Share, &reply);
            }
        }
        if first == First::Settings {
            self.change_settings(token, who, settings).await?;
        }
        self.write(token, Wanted::Change, vec![v1]).await?;
        if first == First::Libraries {
            self.change_settings(token, who, settings).await?;
        }
        // The share is there, so it was the way that was not.
        if self.routes == Routes::Auto {
            self.writes.note_closed([WHOLE_SHARE]);
        }
        Ok(())
    }

    /// B9: takes the share of one server away, also while it is an open invite; a friendship stays. One that is gone
    /// already is as good.
    pub async fn remove_share(&self, token: &SecretString, machine_id: &str, share_id: i64) -> Answer<()> {
        let machine_id = path_id(machine_id)?;
        let v1 = self.v1(Method::DELETE, &format!("api/servers/{machine_id}/shared_servers/{share_id}"));
        let v2 = self.v2(Method::DELETE, &format!("shared_servers/{share_id}"));
        let (v1, v2) = (Way::new("removal v1", v1), Way::new("removal v2", v2));
        self.write(token, Wanted::Removal, self.choose(v1, v2)).await
    }

    /// B9: ends the friendship with an account, and with it all shares of this owner's servers. One that is over already is
    /// as good.
    pub async fn end_friendship(&self, token: &SecretString, account: i64) -> Answer<()> {
        let request = self.http.request(Method::DELETE, self.plex_tv.join(&format!("api/v2/sharings/{account}")));
        self.write(token, Wanted::Removal, vec![Way::new("end of friendship", request)]).await
    }

    /// B9: takes somebody out of this owner's Plex Home. A managed user is deleted by it.
    pub async fn remove_from_home(&self, token: &SecretString, account: i64) -> Answer<()> {
        let request = self.v1(Method::DELETE, &format!("api/home/users/{account}"));
        self.write(token, Wanted::Removal, vec![Way::new("removal from Home", request)]).await
    }

    fn v1(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.plex_tv.join(path))
    }

    fn v2(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, self.clients.join(&format!("api/v2/{path}")))
    }

    fn libraries_v1(&self, machine_id: &str, share_id: i64, libraries: &Sections) -> Way {
        let request = self.v1(Method::PUT, &format!("api/servers/{machine_id}/shared_servers/{share_id}"));
        Way::new("libraries v1", request.json(&wire::libraries_v1(machine_id, libraries)))
    }

    fn whole_share(&self, share_id: i64, libraries: &Sections, settings: &ShareSettings) -> Way {
        let request = self.v2(Method::POST, &format!("shared_servers/{share_id}"));
        Way::new(WHOLE_SHARE, request.json(&wire::share_v2(libraries, settings)))
    }

    /// v1 is what was seen at work, so it comes first.
    fn choose(&self, v1: Way, v2: Way) -> Vec<Way> {
        match self.routes {
            Routes::Auto => vec![v1, v2],
            Routes::V1 => vec![v1],
            Routes::V2 => vec![v2],
        }
    }

    async fn send_way(&self, token: &SecretString, way: Way) -> Answer<Reply> {
        self.writes.in_turn(self.send_as(token, way.request)).await
    }

    /// Asks one way after the other until one is there; what that one says holds. Those that are known to be closed come
    /// last: one answer that is no 404 proves that the ways before it are.
    async fn write(&self, token: &SecretString, wanted: Wanted, mut ways: Vec<Way>) -> Answer<()> {
        ways.sort_by_key(|way| self.writes.is_closed(way.name));
        let mut closed = Vec::new();
        let mut ways = ways.into_iter().peekable();
        while let Some(way) = ways.next() {
            let name = way.name;
            let reply = self.send_way(token, way).await?;
            if ways.peek().is_none() || !is_retired(&reply) {
                if !is_retired(&reply) {
                    self.writes.note_closed(closed);
                }
                return done(wanted, &reply);
            }
            closed.push(name);
        }
        Err(Fault::permanent("There is no way to ask Plex for this."))
    }
}

/// The way that writes libraries and settings at once.
const WHOLE_SHARE: &str = "share v2";

fn done(wanted: Wanted, reply: &Reply) -> Answer<()> {
    let gone_already = wanted == Wanted::Removal && reply.status == StatusCode::NOT_FOUND;
    if gone_already {
        return Ok(());
    }
    if !reply.ok() {
        return Err(refusal(wanted, reply));
    }
    // The sign-in page of a proxy says 200, too.
    if reply.content_type().contains("html") { Err(reply.garbled()) } else { Ok(()) }
}
