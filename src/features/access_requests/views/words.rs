//! How an access request and a link to ask by stand, in words.

use maud::Markup;

use crate::domain::access_request::{AccessRequest, Standing, State};
use crate::ui::badge::badge;
use crate::ui::{Icon, Kind};

pub fn label(state: State) -> &'static str {
    match state {
        State::Open => "Waiting",
        State::Unconfirmed => "Not confirmed",
        State::Approved => "Approved",
        State::Declined => "Declined",
    }
}

pub fn state(one: &AccessRequest) -> Markup {
    let (kind, icon) = match one.state {
        State::Approved if one.came_in => return badge(Kind::Good, Icon::Door, "Came in"),
        State::Open => (Kind::Warn, Icon::Clock),
        State::Unconfirmed => (Kind::Neutral, Icon::Mail),
        State::Approved => (Kind::Good, Icon::Check),
        State::Declined => (Kind::Neutral, Icon::X),
    };
    badge(kind, icon, label(one.state))
}

pub fn standing(standing: Standing) -> Markup {
    match standing {
        Standing::Open => badge(Kind::Good, Icon::Check, "Works"),
        Standing::Paused => badge(Kind::Warn, Icon::Pause, "Paused"),
        Standing::Expired => badge(Kind::Neutral, Icon::Clock, "Over"),
    }
}
