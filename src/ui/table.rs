//! Rows to compare. Below 40 rem of its own width a table becomes cards: each `td` needs its `data-label`.

use maud::{Markup, html};

/// One column's head.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    label: &'a str,
    hidden: bool,
    number: bool,
}

impl<'a> Column<'a> {
    pub fn new(label: &'a str) -> Self {
        Self { label, hidden: false, number: false }
    }

    /// Read out, not shown: a column of ticks or buttons.
    pub fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// Figures, set to the right.
    pub fn number(mut self) -> Self {
        self.number = true;
        self
    }

    fn head(&self) -> Markup {
        html! {
            th scope="col" class=[self.number.then_some("num")] {
                @if self.hidden { span.visually-hidden { (self.label) } } @else { (self.label) }
            }
        }
    }
}

/// `rows` are `tr`s: the first cell a `th scope="row"`, the others `td data-label="…"`; `td.corner` goes top right.
pub fn table(columns: &[Column<'_>], rows: Markup) -> Markup {
    html! { div.table-box { table.table { (head(columns)) tbody { (rows) } } } }
}

/// A bare one that stays a table on phones, for choosing in a form.
pub fn kept(columns: &[Column<'_>], rows: Markup) -> Markup {
    html! { div.table-box.bare { table.table.keep { (head(columns)) tbody { (rows) } } } }
}

fn head(columns: &[Column<'_>]) -> Markup {
    html! { thead { tr { @for column in columns { (column.head()) } } } }
}
