//! What the list at the desk was asked for: it lives in the address, so that back and share work.

use maud::{Markup, html};

use crate::domain::catalog::MediaKind;
use crate::domain::request::Stage;
use crate::ui::form::hidden;
use crate::ui::{Frame, Links};

/// What the list was asked for; it lives in the address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    pub tray: Tray,
    pub kind: Option<MediaKind>,
    pub find: String,
    pub sort: Sort,
    /// Counted from 1; 0 counts as 1.
    pub page: i64,
}

crate::text_enum! {
    /// Requests by what is to be done about them.
    #[derive(Default)]
    pub enum Tray {
        #[default]
        ToDecide = "to_decide",
        OnTheirWay = "on_their_way",
        Stuck = "stuck",
        Ready = "ready",
        Declined = "declined",
        Ended = "ended",
        All = "all",
    }
}

crate::text_enum! {
    #[derive(Default)]
    pub enum Sort {
        #[default]
        Newest = "newest",
        Oldest = "oldest",
        Title = "title",
        Biggest = "biggest",
    }
}

impl Tray {
    /// The stages in it; none means all.
    pub fn stages(self) -> Vec<Stage> {
        match self {
            Self::ToDecide => vec![Stage::Asked],
            Self::OnTheirWay => {
                Stage::ALL.iter().copied().filter(|stage| stage.is_under_way() && *stage != Stage::Stuck).collect()
            }
            Self::Stuck => vec![Stage::Stuck],
            Self::Ready => vec![Stage::Ready],
            Self::Declined => vec![Stage::Declined],
            Self::Ended => vec![Stage::Withdrawn, Stage::Gone],
            Self::All => Vec::new(),
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::ToDecide => "To decide",
            Self::OnTheirWay => "On their way",
            Self::Stuck => "Stuck",
            Self::Ready => "Ready",
            Self::Declined => "Declined",
            Self::Ended => "Withdrawn",
            Self::All => "All",
        }
    }
}

impl Sort {
    pub fn label(self) -> &'static str {
        match self {
            Self::Newest => "Newest",
            Self::Oldest => "Oldest",
            Self::Title => "By title",
            Self::Biggest => "Biggest",
        }
    }
}

impl Query {
    /// The part of the address after the question mark, without what goes without saying.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let unless = |default: bool, word: &str| if default { String::new() } else { word.to_owned() };
        vec![
            ("stage", unless(self.tray == Tray::default(), self.tray.as_str())),
            ("kind", self.kind.map(|kind| kind.to_string()).unwrap_or_default()),
            ("q", self.find.clone()),
            ("sort", unless(self.sort == Sort::default(), self.sort.as_str())),
            ("page", unless(self.page <= 1, &self.page.to_string())),
        ]
    }

    pub fn address(&self, frame: &Frame) -> String {
        self.under(frame, "/admin/requests")
    }

    /// The same without base, to be led to.
    pub fn path(&self) -> String {
        self.on(&Links::default(), "/admin/requests")
    }

    /// The address of an act that leads back to this list.
    pub fn under(&self, frame: &Frame, path: &str) -> String {
        self.on(&frame.links, path)
    }

    /// The address of the live part of a page that shows the requests of these ids.
    pub fn showing(&self, frame: &Frame, path: &str, ids: &str) -> String {
        let mut pairs = self.pairs();
        pairs.push(("shown", ids.to_owned()));
        Self::with(&frame.links, path, &pairs)
    }

    fn on(&self, links: &Links, path: &str) -> String {
        Self::with(links, path, &self.pairs())
    }

    fn with(links: &Links, path: &str, pairs: &[(&str, String)]) -> String {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (*key, value.as_str())).collect();
        links.query(path, &pairs)
    }

    /// The same as hidden fields of a form.
    pub fn carried(&self) -> Markup {
        html! { @for (key, value) in self.pairs() { @if !value.is_empty() { (hidden(key, &value)) } } }
    }
}
