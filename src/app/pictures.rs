//! Addresses of pictures at other hosts: passed on by us, and only those that we have signed.

use chrono::{DateTime, Utc};

use super::App;

const PURPOSE: &str = "picture";

impl App {
    /// Our own path to a picture at another host. It is signed, so only what a service told us can be fetched; it stays
    /// the same for a month, so browsers keep it.
    pub fn remote_picture(&self, url: &str) -> String {
        let month = 30 * 86_400;
        let until = (self.now().timestamp() / month + 2) * month;
        let until = DateTime::<Utc>::from_timestamp(until, 0).unwrap_or_else(|| self.now());
        format!("/images/remote/{}", self.keys.sign_link(PURPOSE, url, until))
    }

    /// The address in such a path, if we made it.
    pub fn read_remote_picture(&self, token: &str) -> Option<String> {
        self.keys.read_link(PURPOSE, token, self.now())
    }
}
