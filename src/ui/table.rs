//! Rows to compare. Below 40 rem of its own width a table becomes cards: each `td` needs its `data-label`.

use maud::{Markup, html};

/// One column's head.
#[derive(Debug, Clone)]
pub struct Column<'a> {
    label: &'a str,
    hidden: bool,
    number: bool,
    sort: Option<(String, Option<Sorted>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sorted {
    Ascending,
    Descending,
}

impl<'a> Column<'a> {
    pub fn new(label: &'a str) -> Self {
        Self { label, hidden: false, number: false, sort: None }
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

    /// A link that sorts by this column, and how it is sorted by it now.
    pub fn sort(mut self, href: impl Into<String>, now: Option<Sorted>) -> Self {
        self.sort = Some((href.into(), now));
        self
    }

    fn head(&self) -> Markup {
        let sorted = self.sort.as_ref().and_then(|(_, now)| *now).map(|now| match now {
            Sorted::Ascending => "ascending",
            Sorted::Descending => "descending",
        });
        html! {
            th scope="col" class=[self.number.then_some("num")] aria-sort=[sorted] {
                @match &self.sort {
                    Some((href, _)) => a href=(href) { (self.label) },
                    None if self.hidden => span.visually-hidden { (self.label) },
                    None => (self.label),
                }
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
