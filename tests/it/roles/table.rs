//! Whom each address is for, as `contracts.md` says.

use std::collections::BTreeSet;

use serde_json::Value;
use usherr::domain::people::Role;

/// For whom an address is, as `contracts.md` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Anybody; what it does it decides by other means than a role.
    All,
    /// The wizard: closed to everybody once set-up is done.
    Closed,
    /// Everybody signed in.
    SignedIn,
    /// Choosing one's mails: an auditor gets none and changes nothing but their own entrance and look.
    Told,
    /// Asking for titles, and what follows from it.
    Requesters,
    /// Reading the back office.
    Desk,
    /// Deciding, running jobs.
    Deciders,
    /// Reading settings and services.
    Settings,
    Admins,
}

pub const ROUTES: &[(&str, &str, For)] = &[
    ("GET", "/assets/:name", For::All),
    ("GET", "/login", For::All),
    ("POST", "/login", For::All),
    ("GET", "/logout", For::All),
    ("POST", "/logout", For::All),
    ("POST", "/login/plex", For::All),
    ("GET", "/login/plex/wait", For::All),
    ("GET", "/unsubscribe/:token", For::All),
    ("POST", "/unsubscribe/:token", For::All),
    ("POST", "/hooks/:kind/:secret", For::All),
    ("PUT", "/hooks/:kind/:secret", For::All),
    ("GET", "/healthz", For::All),
    ("GET", "/readyz", For::All),
    ("GET", "/api/openapi.json", For::All),
    ("GET", "/api/docs", For::All),
    ("GET", "/setup", For::Closed),
    ("POST", "/setup/code", For::Closed),
    ("GET", "/setup/owner", For::Closed),
    ("POST", "/setup/owner", For::Closed),
    ("POST", "/setup/onward", For::Closed),
    ("GET", "/setup/plex", For::Closed),
    ("POST", "/setup/plex/sign-in", For::Closed),
    ("GET", "/setup/plex/wait", For::Closed),
    ("POST", "/setup/plex/server", For::Closed),
    ("POST", "/setup/plex/other", For::Closed),
    ("POST", "/setup/plex/library", For::Closed),
    ("GET", "/setup/arr", For::Closed),
    ("GET", "/setup/downloads", For::Closed),
    ("GET", "/setup/mail", For::Closed),
    ("POST", "/setup/services/:key", For::Closed),
    ("POST", "/setup/services/:key/test", For::Closed),
    ("POST", "/setup/services/:key/forget", For::Closed),
    ("GET", "/setup/address", For::Closed),
    ("POST", "/setup/address", For::Closed),
    ("GET", "/setup/ready", For::Closed),
    ("POST", "/setup/ready", For::Closed),
    ("GET", "/setup/ready/live", For::Closed),
    ("GET", "/setup/ready/part", For::Closed),
    ("POST", "/setup/done", For::Closed),
    ("GET", "/", For::SignedIn),
    ("GET", "/search", For::SignedIn),
    ("GET", "/search/now", For::SignedIn),
    ("GET", "/search/events", For::SignedIn),
    ("GET", "/titles/:kind/:id", For::SignedIn),
    ("GET", "/images/title/:id", For::SignedIn),
    ("GET", "/images/remote/:token", For::SignedIn),
    ("GET", "/me", For::SignedIn),
    ("POST", "/me/theme", For::SignedIn),
    ("POST", "/me/notices", For::Told),
    ("POST", "/me/password", For::SignedIn),
    ("POST", "/me/sessions/end-all", For::SignedIn),
    ("POST", "/me/sessions/:id/end", For::SignedIn),
    ("GET", "/requests", For::SignedIn),
    ("GET", "/requests/:id", For::SignedIn),
    ("GET", "/requests/:id/now", For::SignedIn),
    ("GET", "/requests/:id/events", For::SignedIn),
    ("GET", "/titles/:kind/:id/request", For::Requesters),
    ("POST", "/titles/:kind/:id/request", For::Requesters),
    ("POST", "/titles/:kind/:id/follow", For::Requesters),
    ("POST", "/requests/:id/follow", For::Requesters),
    ("POST", "/requests/:id/unfollow", For::Requesters),
    ("GET", "/requests/:id/withdrawal", For::Requesters),
    ("POST", "/requests/:id/withdrawal", For::Requesters),
    ("GET", "/admin", For::Desk),
    ("GET", "/admin/live", For::Desk),
    ("GET", "/admin/requests", For::Desk),
    ("GET", "/admin/requests/live", For::Desk),
    ("GET", "/admin/requests/:id/row", For::Desk),
    ("GET", "/admin/activity", For::Desk),
    ("GET", "/admin/activity.csv", For::Desk),
    ("GET", "/admin/jobs", For::Desk),
    ("GET", "/admin/jobs/live", For::Desk),
    ("GET", "/admin/jobs/:name", For::Desk),
    ("GET", "/admin/runs/:id", For::Desk),
    ("GET", "/admin/runs/:id/live", For::Desk),
    ("POST", "/admin/requests/approval", For::Deciders),
    ("POST", "/admin/requests/decline", For::Deciders),
    ("POST", "/admin/requests/:id/approval", For::Deciders),
    ("POST", "/admin/requests/:id/retry", For::Deciders),
    ("GET", "/admin/requests/:id/decline", For::Deciders),
    ("POST", "/admin/requests/:id/decline", For::Deciders),
    ("GET", "/admin/requests/:id/edit", For::Deciders),
    ("POST", "/admin/requests/:id/edit", For::Deciders),
    ("POST", "/admin/jobs/:name/run", For::Deciders),
    ("POST", "/admin/jobs/:name/schedule", For::Admins),
    ("GET", "/admin/people", For::Desk),
    ("GET", "/admin/people/:id", For::Desk),
    ("GET", "/admin/people/new", For::Deciders),
    ("POST", "/admin/people/new", For::Deciders),
    ("POST", "/admin/people/import", For::Deciders),
    ("GET", "/admin/people/edit", For::Deciders),
    ("POST", "/admin/people/edit", For::Deciders),
    ("POST", "/admin/people/:id/role", For::Deciders),
    ("GET", "/admin/plan", For::Desk),
    ("POST", "/admin/plan", For::Deciders),
    ("POST", "/admin/plan/removal", For::Deciders),
    ("POST", "/admin/plan/drift", For::Deciders),
    ("POST", "/admin/plan/hurry", For::Deciders),
    ("GET", "/admin/plan/changes", For::Desk),
    ("GET", "/admin/plan/changes/:id", For::Desk),
    ("GET", "/admin/plan/changes/:id/live", For::Desk),
    ("POST", "/admin/plan/changes/:id/stop", For::Deciders),
    ("POST", "/admin/plan/changes/:id/retry", For::Deciders),
    ("GET", "/admin/plan/changes/:id/undo", For::Deciders),
    ("POST", "/admin/plan/changes/:id/undo", For::Deciders),
    ("GET", "/admin/groups", For::Desk),
    ("GET", "/admin/groups/new", For::Deciders),
    ("POST", "/admin/groups/new", For::Deciders),
    ("GET", "/admin/groups/:id", For::Desk),
    ("POST", "/admin/groups/:id", For::Deciders),
    ("GET", "/admin/groups/:id/removal", For::Deciders),
    ("POST", "/admin/groups/:id/removal", For::Deciders),
    ("POST", "/admin/groups/:id/move", For::Deciders),
    ("GET", "/admin/groups/:id/members", For::Desk),
    ("POST", "/admin/groups/:id/members", For::Deciders),
    ("POST", "/admin/groups/:id/members/removal", For::Deciders),
    ("POST", "/admin/people/:id/notes", For::Deciders),
    ("GET", "/admin/people/:id/requests", For::Desk),
    ("GET", "/admin/people/:id/groups", For::Deciders),
    ("POST", "/admin/people/:id/groups", For::Deciders),
    ("GET", "/admin/people/:id/grants", For::Deciders),
    ("POST", "/admin/people/:id/grants", For::Deciders),
    ("POST", "/admin/people/:id/grants/:grant/removal", For::Deciders),
    ("POST", "/admin/people/:id/exclusions", For::Deciders),
    ("POST", "/admin/people/:id/exclusions/removal", For::Deciders),
    ("GET", "/admin/services", For::Settings),
    ("GET", "/admin/services/add", For::Admins),
    ("GET", "/admin/services/:key", For::Settings),
    ("POST", "/admin/services/:key", For::Admins),
    ("POST", "/admin/services/:key/test", For::Admins),
    ("GET", "/admin/services/:key/removal", For::Admins),
    ("POST", "/admin/services/:key/removal", For::Admins),
    ("POST", "/admin/services/:key/hook", For::Admins),
    ("GET", "/admin/settings/general", For::Settings),
    ("POST", "/admin/settings/general", For::Admins),
    ("GET", "/admin/backups", For::Settings),
    ("POST", "/admin/backups", For::Admins),
    ("GET", "/admin/backups/:name", For::Settings),
    ("GET", "/admin/backups/:name/file", For::Admins),
    ("GET", "/admin/backups/:name/removal", For::Admins),
    ("POST", "/admin/backups/:name/removal", For::Admins),
    ("GET", "/api/backups", For::Settings),
    ("POST", "/api/backups", For::Admins),
    ("POST", "/api/auth/token", For::All),
    ("DELETE", "/api/auth/token", For::SignedIn),
    ("GET", "/api/search", For::SignedIn),
    ("GET", "/api/titles/:kind/:id", For::SignedIn),
    ("GET", "/api/requests", For::SignedIn),
    ("GET", "/api/requests/:id", For::SignedIn),
    ("POST", "/api/requests", For::Requesters),
    ("PUT", "/api/requests/:id/follow", For::Requesters),
    ("DELETE", "/api/requests/:id/follow", For::Requesters),
    ("POST", "/api/requests/:id/withdraw", For::Requesters),
    ("POST", "/api/requests/:id/approve", For::Deciders),
    ("POST", "/api/requests/:id/decline", For::Deciders),
    ("POST", "/api/requests/:id/retry", For::Deciders),
    ("GET", "/api/people", For::Desk),
    ("GET", "/api/people/:id", For::Desk),
    ("GET", "/api/plan", For::Desk),
    ("POST", "/api/plan/apply", For::Deciders),
    ("GET", "/api/plan/batches/:id", For::Desk),
    ("POST", "/api/plan/batches/:id/undo", For::Deciders),
    ("POST", "/api/plan/batches/:id/retry", For::Deciders),
    ("POST", "/api/plan/batches/:id/stop", For::Deciders),
    ("POST", "/api/plan/drift/:person_id/:server_id/keep", For::Deciders),
    ("POST", "/api/plan/drift/:person_id/:server_id/restore", For::Deciders),
    ("GET", "/api/groups", For::Desk),
    ("POST", "/api/groups", For::Deciders),
    ("GET", "/api/groups/:id", For::Desk),
    ("PUT", "/api/groups/:id", For::Deciders),
    ("DELETE", "/api/groups/:id", For::Deciders),
    ("GET", "/api/groups/:id/members", For::Desk),
    ("PUT", "/api/groups/:id/members/:person_id", For::Deciders),
    ("DELETE", "/api/groups/:id/members/:person_id", For::Deciders),
    ("GET", "/api/people/:id/access", For::Desk),
    ("PUT", "/api/people/:id/access", For::Deciders),
    ("GET", "/api/jobs", For::Desk),
    ("POST", "/api/jobs/:name/run", For::Deciders),
    ("GET", "/api/runs/:id", For::Desk),
    ("GET", "/api/activity", For::Desk),
    // How services fare is on the dashboard, too; what connects them is not told.
    ("GET", "/api/services", For::Desk),
    ("GET", "/api/runs", For::Desk),
    ("GET", "/api/people/me", For::SignedIn),
];

impl For {
    pub fn admits(self, role: Option<Role>) -> bool {
        let Some(role) = role else { return matches!(self, For::All) };
        match self {
            For::All | For::SignedIn => true,
            For::Closed => false,
            For::Told => role != Role::Auditor,
            For::Requesters => matches!(role, Role::Requester | Role::Moderator | Role::Admin),
            For::Desk => matches!(role, Role::Moderator | Role::Auditor | Role::Admin),
            For::Deciders => matches!(role, Role::Moderator | Role::Admin),
            For::Settings => matches!(role, Role::Auditor | Role::Admin),
            For::Admins => role == Role::Admin,
        }
    }
}

/// What the router and the API's document say there is.
pub fn known() -> BTreeSet<(String, String)> {
    let mut known: BTreeSet<(String, String)> = usherr::router::routes()
        .known()
        .iter()
        .map(|(path, method)| (method.to_string(), (*path).to_owned()))
        .collect();
    let document: Value = serde_json::from_str(&usherr::router::openapi_document()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.replace('{', ":").replace('}', "");
        let path = format!("/api{}", path.trim_end_matches('/'));
        for method in operations.as_object().unwrap().keys().filter(|name| name.chars().all(char::is_alphabetic)) {
            known.insert((method.to_uppercase(), path.clone()));
        }
    }
    known
}
