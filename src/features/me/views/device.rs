//! A name for a device, from what its browser says of itself. A guess for the reader's eye; nothing rests on it.

use crate::domain::people::{Session, SessionKind};

/// "Firefox on Linux"; "A program" for a bearer token.
pub fn name(session: &Session) -> String {
    let agent = session.user_agent.as_deref().unwrap_or_default();
    let program = match session.kind {
        SessionKind::Api => return "A program, by token".to_owned(),
        SessionKind::Web => first(agent, BROWSERS).unwrap_or("A browser"),
    };
    match first(agent, SYSTEMS) {
        Some(system) => format!("{program} on {system}"),
        None => program.to_owned(),
    }
}

pub fn is_phone(agent: Option<&str>) -> bool {
    agent.is_some_and(|agent| agent.contains("Mobile") || agent.contains("Android") || agent.contains("iPhone"))
}

/// The more special comes first: Edge calls itself Chrome and Safari, too.
const BROWSERS: &[(&str, &str)] =
    &[("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrom", "Chrome"), ("CriOS", "Chrome"), ("Safari", "Safari")];

const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
];

fn first(agent: &str, names: &[(&str, &'static str)]) -> Option<&'static str> {
    names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
}
