//! The way of one person through the welcome pages: which one is next, and what holds them up.

use super::WelcomePage;
use crate::domain::ids::WelcomePageId;

/// A page on somebody's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub page: WelcomePage,
    /// They have gone on from it.
    pub read: bool,
    /// They have pressed the link of its gate.
    pub pressed: bool,
}

impl Step {
    /// Its gate is still closed. One that was put up behind somebody doesn't call them back.
    pub fn is_held(&self) -> bool {
        self.page.gate.is_some() && !self.pressed && !self.read
    }
}

/// The pages that are for somebody, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Way(pub Vec<Step>);

/// Where on the way a page is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot<'a> {
    pub step: &'a Step,
    /// From 1.
    pub number: usize,
    pub of: usize,
    pub back: Option<WelcomePageId>,
    pub next: Option<WelcomePageId>,
}

impl Way {
    pub fn first(&self) -> Option<WelcomePageId> {
        self.0.first().map(|step| step.page.id)
    }

    /// The first that is not read yet.
    pub fn next_up(&self) -> Option<WelcomePageId> {
        self.0.iter().find(|step| !step.read).map(|step| step.page.id)
    }

    /// The page before this one whose gate is closed.
    pub fn held_before(&self, id: WelcomePageId) -> Option<WelcomePageId> {
        self.0.iter().take_while(|step| step.page.id != id).find(|step| step.is_held()).map(|step| step.page.id)
    }

    /// None: the page is not on this way.
    pub fn spot(&self, id: WelcomePageId) -> Option<Spot<'_>> {
        let at = self.0.iter().position(|step| step.page.id == id)?;
        let id_at = |at: usize| self.0.get(at).map(|step| step.page.id);
        Some(Spot {
            step: self.0.get(at)?,
            number: at + 1,
            of: self.0.len(),
            back: at.checked_sub(1).and_then(id_at),
            next: id_at(at + 1),
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::{Audience, Gate};
    use super::*;

    fn step(id: i64, gate: bool, read: bool, pressed: bool) -> Step {
        let gate = gate.then(|| Gate { label: "Read the rules".to_owned(), url: "https://example.org".to_owned() });
        let page = WelcomePage {
            id: WelcomePageId(id),
            title: format!("Page {id}"),
            body: "Hello.".to_owned(),
            gate,
            audience: Audience::Everybody,
            enabled: true,
        };
        Step { page, read, pressed }
    }

    #[test]
    fn the_way_goes_from_page_to_page() {
        let way = Way(vec![step(5, false, true, false), step(3, false, false, false), step(9, false, false, false)]);
        assert_eq!((way.first(), way.next_up()), (Some(WelcomePageId(5)), Some(WelcomePageId(3))));
        let spot = way.spot(WelcomePageId(3)).unwrap();
        assert_eq!((spot.number, spot.of), (2, 3));
        assert_eq!((spot.back, spot.next), (Some(WelcomePageId(5)), Some(WelcomePageId(9))));
        assert_eq!(way.spot(WelcomePageId(5)).unwrap().back, None);
        assert_eq!(way.spot(WelcomePageId(9)).unwrap().next, None);
        assert_eq!(way.spot(WelcomePageId(1)), None);
        assert_eq!(Way::default().next_up(), None);
    }

    #[test]
    fn a_closed_gate_holds_up_whoever_comes_to_it() {
        let way = Way(vec![step(1, false, false, false), step(2, true, false, false), step(3, false, false, false)]);
        assert_eq!(way.held_before(WelcomePageId(1)), None);
        assert_eq!(way.held_before(WelcomePageId(2)), None, "one may stand before it");
        assert_eq!(way.held_before(WelcomePageId(3)), Some(WelcomePageId(2)));
        let pressed = Way(vec![step(2, true, false, true), step(3, false, false, false)]);
        assert_eq!(pressed.held_before(WelcomePageId(3)), None);
        let put_up_behind = Way(vec![step(2, true, true, false), step(3, false, false, false)]);
        assert_eq!(put_up_behind.held_before(WelcomePageId(3)), None);
    }
}
