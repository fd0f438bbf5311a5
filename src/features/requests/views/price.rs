//! What a request costs, before pressing: gigabytes, room afterwards, and what is left of one's allowance. What nobody
//! knows is said to be unknown.

use maud::{Markup, html};

use super::words;
use crate::domain::catalog::MediaKind;
use crate::domain::quota::QuotaState;
use crate::ui::format::{Clock, lower, rough_size};
use crate::ui::progress::{self, Part, quantity};
use crate::ui::{Icon, Kind, alert};

#[derive(Debug, Clone)]
pub struct Price {
    pub kind: MediaKind,
    /// Estimated bytes; unknown without a service that tells.
    pub bytes: Option<i64>,
    /// Bytes free and in all, on the disk it would go to.
    pub free: Option<f64>,
    pub total: Option<f64>,
    pub quota: QuotaState,
    /// What this takes of the allowance.
    pub cost: u32,
    pub clock: Clock,
}

/// The block with its id; a tick swaps it.
pub fn block(price: &Price) -> Markup {
    let amount = match price.bytes {
        Some(bytes) => format!("about {}", rough_size(bytes as f64)),
        None => "Size unknown".to_owned(),
    };
    let room = room(price);
    html! {
        div.stack #price {
            (progress::price(&amount, &[&room], bar(price), allowance(price)))
            @if !price.quota.allows(price.cost) { (alert::note(Kind::Warn, Icon::Alert, &used_up(price))) }
        }
    }
}

fn room(price: &Price) -> String {
    match (price.free, price.bytes) {
        (None, _) => "nobody knows how much room there is".to_owned(),
        (Some(free), None) => format!("{} free now", rough_size(free)),
        (Some(free), Some(bytes)) if bytes as f64 > free => {
            format!("only {} free", rough_size(free))
        }
        (Some(free), Some(bytes)) => format!("{} free afterwards", rough_size(free - bytes as f64)),
    }
}

/// Only where size and disk are both known.
fn bar(price: &Price) -> Markup {
    let (Some(bytes), Some(free), Some(total)) = (price.bytes, price.free, price.total.filter(|total| *total > 0.0))
    else {
        return html! {};
    };
    let (used, new) = ((total - free).max(0.0) / total, bytes as f64 / total);
    let left = (1.0 - used - new).max(0.0);
    let percent = |share: f64| format!("{:.0} %", share * 100.0);
    let label =
        format!("Disk: {} used, this request {}, {} free afterwards", percent(used), percent(new), percent(left));
    let part = if bytes as f64 > free { Part::High } else { Part::New };
    quantity(&label, &[(Part::Used, used), (part, new)])
}

fn allowance(price: &Price) -> Markup {
    let (Some(limit), Some(left)) = (price.quota.quota.limit, price.quota.left()) else { return html! {} };
    let amount = format!("{left} of {}", words::allowance(price.kind, limit));
    html! {
        "You have " strong { (amount) } " left"
        @if let Some(at) = price.quota.resets_at {
            " until " (price.clock.time(at, &price.clock.day(at.with_timezone(&price.clock.zone).date_naive())))
        }
        "; this takes " (price.cost) "."
    }
}

fn used_up(price: &Price) -> String {
    let days = price.quota.quota.days;
    let back = match price.quota.resets_at {
        Some(at) => format!("Something comes back on {}", price.clock.exact(at)),
        None => format!("It counts over {days} days"),
    };
    match price.quota.left() {
        Some(0) => format!("Your allowance is used up. {back}."),
        _ => format!("That is more than your allowance holds. Choose less, or wait: {}.", lower(&back)),
    }
}
