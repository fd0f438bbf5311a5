//! What an invite gives, and until when, in words.

use chrono::{DateTime, Utc};
use maud::Markup;

use crate::domain::invite::{Gives, Invite, Standing};
use crate::domain::stay::Stay;
use crate::ui::badge::badge;
use crate::ui::format::Clock;
use crate::ui::{Icon, Kind, format};

/// An invite with the names of what it gives.
pub struct Told {
    pub invite: Invite,
    /// Names of the groups it is for, where it is for groups.
    pub groups: Vec<String>,
    /// Titles of all libraries that a guest would see.
    pub sees: Vec<String>,
    /// How long whoever comes by it may stay.
    pub stay: Stay,
    /// Who made it.
    pub by: Option<String>,
    /// The whole address.
    pub link: String,
    /// Whoever made it may not invite any more.
    pub is_forsaken: bool,
}

/// "Lets 3 people into Friends and Cousins: Films, Series and Kids, for 1 year, with downloads."
pub fn gives(clock: &Clock, told: &Told) -> String {
    let invite = &told.invite;
    let whom = match invite.uses {
        None => "whoever has the link".to_owned(),
        Some(1) => "one person".to_owned(),
        Some(n) => format::count(n.into(), "person", "people"),
    };
    let list = |words: &[String]| format::list(&words.iter().map(String::as_str).collect::<Vec<_>>());
    let sees = if told.sees.is_empty() { "no library".to_owned() } else { list(&told.sees) };
    let what = match &invite.gives {
        Gives::Groups(_) if told.groups.is_empty() => "in, but its groups are deleted".to_owned(),
        Gives::Groups(_) => format!("into {}: {sees}", list(&told.groups)),
        Gives::Libraries(_) => format!("see {sees}"),
    };
    let mut flags = invite.flags.words();
    flags.extend(invite.home.then_some("a place in the Plex Home"));
    let with = if flags.is_empty() { String::new() } else { format!(", with {}", format::list(&flags)) };
    format!("Lets {whom} {what}{}{with}.", stay(clock, told.stay))
}

/// ", for 1 year", ", until 3 Mar 2027"; nothing without end.
fn stay(clock: &Clock, stay: Stay) -> String {
    match stay {
        Stay::Open => String::new(),
        Stay::Until(day) => format!(", until {}", clock.day(day)),
        stay => format!(", for {}", stay.words()),
    }
}

/// "By a member: Ana." Nothing of those of the house.
pub fn of_member(told: &Told) -> Option<String> {
    let by = told.by.as_deref().unwrap_or("somebody who was deleted");
    told.invite.by_member.then(|| match told.is_forsaken {
        true => format!("By a member, {by}, who may not invite any more."),
        false => format!("By a member: {by}."),
    })
}

/// "2 of 3", "5".
pub fn used(invite: &Invite) -> String {
    match invite.uses {
        Some(uses) => format!("{} of {uses}", invite.used),
        None => invite.used.to_string(),
    }
}

pub fn label(standing: Standing) -> &'static str {
    match standing {
        Standing::Open => "Open",
        Standing::Paused => "Paused",
        Standing::Expired => "Over",
        Standing::UsedUp => "Used up",
    }
}

/// Whether it lets somebody in.
pub fn state_of(told: &Told, now: DateTime<Utc>) -> Markup {
    match told.invite.standing(now) {
        Standing::Open if told.is_forsaken => badge(Kind::Warn, Icon::Lock, "Lets nobody in"),
        standing => state(standing),
    }
}

pub fn state(standing: Standing) -> Markup {
    let (kind, icon) = match standing {
        Standing::Open => (Kind::Good, Icon::Check),
        Standing::Paused => (Kind::Warn, Icon::Pause),
        Standing::Expired => (Kind::Neutral, Icon::Clock),
        Standing::UsedUp => (Kind::Neutral, Icon::Users),
    };
    badge(kind, icon, label(standing))
}
