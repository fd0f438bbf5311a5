//! States and names as small labels: a badge is icon and word, a tag is a thing's name.

use maud::{Markup, html};

use super::icon::{Icon, small};

/// What a state means for the reader; it picks the colour, the word says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    #[default]
    Neutral,
    Good,
    Warn,
    Bad,
    Info,
    Accent,
}

impl Kind {
    pub fn class(self) -> &'static str {
        match self {
            Kind::Neutral => "",
            Kind::Good => "good",
            Kind::Warn => "warn",
            Kind::Bad => "bad",
            Kind::Info => "info",
            Kind::Accent => "accent",
        }
    }

    /// The class of a component that takes a kind: "badge good", or "badge" alone.
    pub(super) fn on(self, component: &str) -> String {
        format!("{component} {}", self.class()).trim_end().to_owned()
    }
}

/// A state: icon and word on a tinted pill.
pub fn badge(kind: Kind, icon: Icon, word: &str) -> Markup {
    html! { span class=(kind.on("badge")) { (small(icon)) (word) } }
}

/// The same without the pill, for tables and rows.
pub fn plainly(kind: Kind, icon: Icon, word: &str) -> Markup {
    html! { span class=(kind.on("badge plainly")) { (small(icon)) (word) } }
}

/// The name of a thing: a group, a library, a size.
pub fn tag(icon: Option<Icon>, word: &str) -> Markup {
    html! { span.tag { @if let Some(icon) = icon { (small(icon)) } (word) } }
}

/// A person as initials, until a picture is there. The name stands beside it or is hidden text.
pub fn face(name: &str, size: Face) -> Markup {
    let class = match size {
        Face::Small => "face s",
        Face::Medium => "face",
        Face::Large => "face l",
    };
    html! { span class=(class) aria-hidden="true" { (super::format::initials(name)) } }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Small,
    Medium,
    Large,
}

/// Faces that overlap, for followers.
pub fn faces(names: &[&str]) -> Markup {
    html! { span.faces { @for name in names { (face(super::format::first_name(name), Face::Small)) } } }
}
