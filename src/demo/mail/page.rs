//! The page where a visitor of the demo reads the caught mails. Plain HTML; what a mail says is shown, never run.

use poem::Response;
use poem::http::StatusCode;

use super::message::Caught;
use crate::demo::ask::{Ask, html};
use crate::demo::wire::escaped;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:52rem;padding:0 1rem;\
    background:#fdfcf8;color:#281e19}a{color:#a34c13}li{margin:.6rem 0}small,dt{color:#655a52}dl{display:grid;\
    grid-template-columns:9rem 1fr;gap:.2rem}dd{margin:0}pre{white-space:pre-wrap;background:#f0eae2;padding:1rem;\
    border-radius:.5rem}iframe{width:100%;height:34rem;border:1px solid #ded8cf;border-radius:.5rem;background:#fff}";

pub fn answer(ask: &Ask, mails: &[Caught]) -> Response {
    let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
    match path.as_slice() {
        [] => html(StatusCode::OK, list(mails)),
        ["mail", number] => match number.parse::<usize>().ok().and_then(|number| mails.get(number)) {
            Some(mail) => html(StatusCode::OK, one(mail)),
            None => html(StatusCode::NOT_FOUND, shell("No such mail", "<p><a href=\"/\">All mails</a></p>", "")),
        },
        _ => html(StatusCode::NOT_FOUND, shell("Nothing here", "<p><a href=\"/\">All mails</a></p>", "")),
    }
}

fn list(mails: &[Caught]) -> String {
    let row = |(number, mail): (usize, &Caught)| {
        format!(
            "<li><a href=\"/mail/{number}\">{}</a><br><small>to {}, {} UTC</small></li>",
            escaped(mail.subject()),
            escaped(&mail.envelope.to.join(", ")),
            mail.at.format("%H:%M:%S")
        )
    };
    let rows: String = mails.iter().enumerate().rev().map(row).collect();
    let body = if rows.is_empty() {
        "<p>No mail yet. This page looks again by itself.</p>".to_owned()
    } else {
        format!("<ol reversed>{rows}</ol>")
    };
    shell("Caught mails", &body, "<meta http-equiv=\"refresh\" content=\"5\">")
}

fn one(mail: &Caught) -> String {
    let field = |name: &str| mail.header(name).map(|value| format!("<dt>{name}</dt><dd>{}</dd>", escaped(value)));
    let head: String = ["From", "To", "Date", "Message-ID", "List-Unsubscribe"].into_iter().filter_map(field).collect();
    let text = mail.text.as_deref().map(|text| format!("<h2>Text</h2><pre>{}</pre>", linked(text))).unwrap_or_default();
    let html = mail.html.as_deref().map(|source| {
        let source = escaped(source);
        format!(
            "<h2>HTML</h2><iframe sandbox=\"allow-popups allow-popups-to-escape-sandbox\" \
                 srcdoc=\"&lt;base target=_blank&gt;{source}\" title=\"The mail\"></iframe>\
                 <details><summary>Source</summary><pre>{source}</pre></details>"
        )
    });
    let body = format!("<p><a href=\"/\">All mails</a></p><dl>{head}</dl>{text}{}", html.unwrap_or_default());
    shell(mail.subject(), &body, "")
}

/// The text with its addresses made links.
fn linked(text: &str) -> String {
    text.split_inclusive(char::is_whitespace)
        .map(|word| {
            let (address, blank) = word.split_at(word.trim_end().len());
            let safe = escaped(address);
            let is_link = address.starts_with("http://") || address.starts_with("https://");
            let shown = if is_link { format!("<a href=\"{safe}\" rel=\"noreferrer\">{safe}</a>") } else { safe };
            shown + blank
        })
        .collect()
}

fn shell(title: &str, body: &str, head: &str) -> String {
    let title = escaped(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\">{head}<title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title}</h1>{body}</body></html>"
    )
}
