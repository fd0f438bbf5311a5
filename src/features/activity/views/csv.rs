//! The record as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is made text.

use chrono::SecondsFormat;

use crate::domain::activity::Entry;

pub fn head() -> String {
    line(&["at", "kind", "actor", "person", "subject", "sentence", "detail", "before", "after", "request_id"])
}

pub fn row(entry: &Entry, concerned: Option<&str>) -> String {
    let sentence = entry.sentence(concerned).to_string();
    let request = entry.request.map(|id| id.to_string());
    line(&[
        &entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
        entry.kind.as_str(),
        &entry.actor,
        concerned.unwrap_or_default(),
        &entry.subject,
        &sentence,
        entry.detail.as_deref().unwrap_or_default(),
        entry.before.as_deref().unwrap_or_default(),
        entry.after.as_deref().unwrap_or_default(),
        request.as_deref().unwrap_or_default(),
    ])
}

fn line(cells: &[&str]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(text: &str) -> String {
    let mark = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_quotes_and_lines_stay_text() {
        assert_eq!(cell("=HYPERLINK(\"http://x\")"), "\"'=HYPERLINK(\"\"http://x\"\")\"");
        for start in ["+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(cell(start), format!("\"'{start}\""));
        }
        assert_eq!(line(&["a,b", "two\nlines", ""]), "\"a,b\",\"two\nlines\",\"\"\r\n");
    }
}
