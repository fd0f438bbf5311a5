//! Earlier changes, newest first: what became of each batch in a line.

use maud::html;

use super::batch_path;
use crate::domain::access::batch::{Batch, Cause, Counts, State};
use crate::ui::{Frame, Icon, Page, Place, card, empty, format};

pub struct Row {
    pub batch: Batch,
    pub counts: Counts,
    /// It was taken back since.
    pub undone: bool,
}

pub fn list(frame: &Frame, rows: &[Row]) -> Page {
    let row = |row: &Row| {
        let words = html! {
            a.strong href=(frame.links.to(&batch_path(row.batch.id))) { (what(row)) }
            p.sub {
                (fared(&row.counts))
                @if let Some((_, name)) = &row.batch.by { ", by " bdi { (name) } }
                @if row.undone { ", taken back since" }
            }
        };
        card::line(Some(symbol(&row.counts)), words, card::end(frame.clock.brief(row.batch.at)))
    };
    let about = "Every change of access on Plex, newest first. What was made can be taken back.";
    let body = html! {
        (card::page_head("What was changed", Some(about), html! {}))
        @if rows.is_empty() {
            (empty::empty(Icon::Plan, "Nothing was changed yet", html! { "What a plan changes on Plex is kept here." }, html! {}))
        } @else { (card::rows(rows.iter().map(row))) }
    };
    Page::new(frame, Place::Plan, "What was changed", body)
}

fn what(row: &Row) -> &'static str {
    match (row.batch.cause, row.counts.is_over()) {
        (Cause::Plan, true) => "The plan was applied",
        (Cause::Plan, false) => "The plan is being applied",
        (Cause::Schedule, true) => "The clock opened or closed something",
        (Cause::Schedule, false) => "The clock opens or closes something",
        (Cause::Undo, true) => "Changes were taken back",
        (Cause::Undo, false) => "Changes are being taken back",
        (Cause::Invite, true) => "A guest was let in",
        (Cause::Invite, false) => "A guest is being let in",
        (Cause::Membership, true) => "Somebody has back what they had",
        (Cause::Membership, false) => "Somebody is being given back what they had",
        (Cause::Drift, true) => "What was changed on Plex was put back",
        (Cause::Drift, false) => "What was changed on Plex is being put back",
    }
}

fn symbol(counts: &Counts) -> Icon {
    match () {
        () if counts.of(State::Failed) + counts.of(State::Partly) > 0 => Icon::Alert,
        () if !counts.is_over() => Icon::Refresh,
        () if counts.of(State::Stopped) > 0 => Icon::Stop,
        () if counts.made() == 0 => Icon::Minus,
        () => Icon::Check,
    }
}

/// "3 of 8 made, under way"; "stopped after 2 of 8, 1 not made".
fn fared(counts: &Counts) -> String {
    let (made, all) = (counts.made(), counts.all());
    let mut words = match () {
        () if !counts.is_over() => format!("{made} of {all} made, under way"),
        () if counts.of(State::Stopped) > 0 => format!("stopped after {made} of {all}"),
        () if made == all => format::count(all as i64, "change made", "changes made"),
        () => format!("{made} of {} made", format::count(all as i64, "change", "changes")),
    };
    for (state, word) in
        [(State::Partly, "only in part"), (State::Failed, "not made"), (State::Superseded, "overtaken")]
    {
        if counts.of(state) > 0 {
            words.push_str(&format!(", {} {word}", counts.of(state)));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_called_done_only_when_it_is() {
        let told = |counted: &[(State, usize)]| {
            let counts: Counts = counted.iter().copied().collect();
            (fared(&counts), symbol(&counts))
        };
        let words = |text: &str, icon| (text.to_owned(), icon);
        assert_eq!(told(&[(State::Done, 8)]), words("8 changes made", Icon::Check));
        assert_eq!(told(&[(State::Done, 3), (State::Waiting, 5)]), words("3 of 8 made, under way", Icon::Refresh));
        assert_eq!(told(&[(State::Done, 2), (State::Stopped, 6)]), words("stopped after 2 of 8", Icon::Stop));
        let failed = [(State::Done, 2), (State::Stopped, 5), (State::Failed, 1)];
        assert_eq!(told(&failed), words("stopped after 2 of 8, 1 not made", Icon::Alert));
        assert_eq!(told(&[(State::Failed, 1)]), words("0 of 1 change made, 1 not made", Icon::Alert));
        assert_eq!(told(&[(State::Superseded, 2)]), words("0 of 2 changes made, 2 overtaken", Icon::Minus));
    }
}
