//! What the frame around every page has to know: who looks, at which house, when, and where they are.

use crate::domain::people::Role;
pub use crate::domain::people::Theme;

use super::format::Clock;
use super::icon::Icon;
use super::link::Links;

/// Made once per request by `web`; every view gets it by reference for links and times.
#[derive(Debug, Clone)]
pub struct Frame {
    pub links: Links,
    pub clock: Clock,
    /// The name of the house: the Plex server, or "Usherr" before there is one.
    pub house: String,
    pub state: HouseState,
    pub theme: Theme,
    /// Nobody before signing in.
    pub viewer: Option<Viewer>,
}

/// The person the page is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    pub role: Role,
    /// Their own requests that are under way.
    pub open_requests: i64,
    /// Requests that wait for a decision; 0 for those who may not see them.
    pub to_decide: i64,
    /// People whom the plan would change; 0 for those who may not see it.
    pub in_plan: i64,
    /// Those who ask to be let in; 0 for those who may not see it.
    pub asking: i64,
}

impl Viewer {
    /// What waits behind an entry of the frame; None where nothing is counted.
    pub(super) fn waiting(&self, place: Place) -> Option<i64> {
        match place {
            Place::MyRequests => Some(self.open_requests),
            Place::Requests => Some(self.to_decide),
            Place::Plan => Some(self.in_plan),
            Place::AccessRequests => Some(self.asking),
            _ => None,
        }
    }
}

/// The line at the foot of the side bar.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HouseState {
    #[default]
    Running,
    /// In a few words, fit for the reader: "Radarr is down".
    Trouble(String),
}

/// The entries of the frame, plus `Elsewhere` for pages that none of them stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Home,
    Search,
    MyRequests,
    Account,
    Dashboard,
    Requests,
    People,
    Groups,
    Invites,
    AccessRequests,
    Onboarding,
    Plan,
    Jobs,
    Activity,
    Services,
    Elsewhere,
}

impl Place {
    pub fn path(self) -> &'static str {
        match self {
            Place::Home | Place::Elsewhere => "/",
            Place::Search => "/search",
            Place::MyRequests => "/requests",
            Place::Account => "/me",
            Place::Dashboard => "/admin",
            Place::Requests => "/admin/requests",
            Place::People => "/admin/people",
            Place::Plan => "/admin/plan",
            Place::Groups => "/admin/groups",
            Place::Invites => "/admin/invites",
            Place::AccessRequests => "/admin/access-requests",
            Place::Onboarding => "/admin/onboarding",
            Place::Jobs => "/admin/jobs",
            Place::Activity => "/admin/activity",
            Place::Services => "/admin/services",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Place::Home | Place::Elsewhere => "Home",
            Place::Search => "Search",
            Place::MyRequests => "My requests",
            Place::Account => "Account",
            Place::Dashboard => "Dashboard",
            Place::Requests => "Requests",
            Place::People => "People",
            Place::Plan => "Access plan",
            Place::Groups => "Groups",
            Place::Invites => "Invites",
            Place::AccessRequests => "Who asks",
            Place::Onboarding => "Welcome pages",
            Place::Jobs => "Jobs",
            Place::Activity => "Activity",
            Place::Services => "Settings",
        }
    }

    pub(super) fn icon(self) -> Icon {
        match self {
            Place::Home | Place::Elsewhere => Icon::Home,
            Place::Search => Icon::Search,
            Place::MyRequests | Place::Requests => Icon::Ticket,
            Place::Account => Icon::User,
            Place::Dashboard => Icon::Pulse,
            Place::People => Icon::Users,
            Place::Plan => Icon::Plan,
            Place::Groups => Icon::Groups,
            Place::Invites => Icon::Door,
            Place::AccessRequests => Icon::Mail,
            Place::Onboarding => Icon::Chat,
            Place::Jobs => Icon::Clock,
            Place::Activity => Icon::Log,
            Place::Services => Icon::Sliders,
        }
    }

    pub(super) fn is_back_office(self) -> bool {
        matches!(
            self,
            Place::Dashboard
                | Place::Requests
                | Place::People
                | Place::Plan
                | Place::Groups
                | Place::Invites
                | Place::AccessRequests
                | Place::Onboarding
                | Place::Jobs
                | Place::Activity
                | Place::Services
        )
    }
}

/// The lobby's entries; the same for everybody.
pub(super) const LOBBY: [Place; 3] = [Place::Home, Place::Search, Place::MyRequests];

/// The back office's entries for a role; none for those who have no business there.
pub(super) fn back_office(role: Role) -> &'static [Place] {
    const ALL: [Place; 11] = [
        Place::Dashboard,
        Place::Requests,
        Place::People,
        Place::Groups,
        Place::Invites,
        Place::AccessRequests,
        Place::Onboarding,
        Place::Plan,
        Place::Jobs,
        Place::Activity,
        Place::Services,
    ];
    if role.sees_settings() {
        &ALL
    } else if role.sees_back_office() {
        &ALL[..10]
    } else {
        &[]
    }
}
