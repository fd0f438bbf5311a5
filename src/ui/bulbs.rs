//! The six marquee lights that say how far a request is, with the word beside them.

use maud::{Markup, html};

use crate::domain::request::Stage;

/// What the lights show for a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lights {
    /// 0 to 6.
    pub lit: u8,
    /// Dimmed: it goes no further by itself.
    pub stuck: bool,
}

/// `last` is the stage a stuck request was in before; it keeps those lights, dimmed.
pub fn lights(stage: Stage, last: Option<Stage>) -> Lights {
    let lit = match stage {
        Stage::Asked => 1,
        Stage::Approved | Stage::Sent => 2,
        Stage::Searching | Stage::Grabbed => 3,
        Stage::Downloading => 4,
        Stage::Importing | Stage::Partial => 5,
        Stage::Ready => 6,
        // A request can only get stuck once it is approved.
        Stage::Stuck => last.filter(|last| *last != Stage::Stuck).map_or(2, |last| lights(last, None).lit),
        Stage::Declined | Stage::Withdrawn | Stage::Gone => 0,
    };
    Lights { lit, stuck: stage == Stage::Stuck }
}

/// The stage in a word for a viewer.
pub fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Asked => "Asked",
        Stage::Approved => "Approved",
        Stage::Sent => "On its way",
        Stage::Searching => "Searching",
        Stage::Grabbed => "Found",
        Stage::Downloading => "Downloading",
        Stage::Importing => "Almost there",
        Stage::Partial => "Partly there",
        Stage::Ready => "Ready",
        Stage::Stuck => "Stuck",
        Stage::Declined => "Declined",
        Stage::Withdrawn => "Withdrawn",
        Stage::Gone => "No longer there",
    }
}

/// Lights and word, for a card or a row.
pub fn stage(stage: Stage, last: Option<Stage>) -> Markup {
    stage_saying(stage, last, word(stage))
}

/// Lights and "Step 4 of 6", for the parcel page; a request that has ended says how instead.
pub fn step(stage: Stage, last: Option<Stage>) -> Markup {
    let lights = lights(stage, last);
    match (lights.lit, lights.stuck) {
        (0, _) => stage_saying(stage, last, word(stage)),
        (lit, true) => stage_saying(stage, last, &format!("Stuck at step {lit} of 6")),
        (lit, false) => stage_saying(stage, last, &format!("Step {lit} of 6")),
    }
}

/// Lights and words of the caller's choice ("Declined: not out yet").
pub fn stage_saying(stage: Stage, last: Option<Stage>, words: &str) -> Markup {
    let lights = lights(stage, last);
    let tone = (lights.stuck || stage == Stage::Declined).then_some("bad");
    html! { p.stage { (row(lights)) span class=[tone] { (words) } } }
}

fn row(Lights { lit, stuck }: Lights) -> Markup {
    let class = if stuck { "bulbs stuck" } else { "bulbs" };
    html! { span class=(class) data-lit=(lit) aria-hidden="true" { @for _ in 0..6 { i {} } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lights_follow_the_stage() {
        let lit: Vec<u8> = Stage::ALL.iter().map(|stage| lights(*stage, None).lit).collect();
        assert_eq!(lit, [1, 2, 2, 3, 3, 4, 5, 6, 5, 2, 0, 0, 0]);
    }

    #[test]
    fn a_stuck_request_keeps_the_lights_it_had() {
        assert_eq!(lights(Stage::Stuck, Some(Stage::Grabbed)), Lights { lit: 3, stuck: true });
        let markup = step(Stage::Stuck, Some(Stage::Searching)).into_string();
        assert!(markup.contains(r#"class="bulbs stuck" data-lit="3""#), "{markup}");
        assert!(markup.contains("Stuck at step 3 of 6"), "{markup}");
    }

    #[test]
    fn an_ended_request_is_dark_and_says_why() {
        let markup = step(Stage::Withdrawn, None).into_string();
        assert!(markup.contains(r#"data-lit="0""#) && markup.contains("Withdrawn"), "{markup}");
    }
}
