//! Just enough of HTML to walk our own pages: tags with their attributes, links, and forms with their fields.

use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct Tag {
    pub name: String,
    pub attributes: BTreeMap<String, String>,
    /// What stands between this tag and the next one.
    pub text: String,
}

impl Tag {
    pub fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }
}

/// A form that writes, with what it would send if nothing were typed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    pub action: String,
    pub fields: Vec<(String, String)>,
}

/// All opening and closing tags in order; a closing one is named with its slash.
pub fn tags(page: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let end = end_of_tag(rest);
        let (inside, after) = (&rest[..end], rest.get(end + 1..).unwrap_or_default());
        if inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
            let text = &after[..after.find('<').unwrap_or(after.len())];
            found.push(read(inside, text));
        }
        rest = after;
    }
    found
}

fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn read(inside: &str, text: &str) -> Tag {
    let name_ends = inside.find(char::is_whitespace).unwrap_or(inside.len());
    let mut attributes = BTreeMap::new();
    let mut rest = inside[name_ends..].trim();
    while !rest.is_empty() {
        let ends = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..ends].to_owned();
        rest = &rest[ends..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix("=\"") {
            let ends = quoted.find('"').unwrap_or(quoted.len());
            value = plain(&quoted[..ends]);
            rest = quoted.get(ends + 1..).unwrap_or_default();
        }
        attributes.insert(name, value);
        rest = rest.trim_start();
    }
    Tag { name: inside[..name_ends].to_owned(), attributes, text: plain(text) }
}

fn plain(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

/// Addresses of ours that the page links to, without what follows `#`.
pub fn links(page: &str) -> Vec<String> {
    let ours = |href: &str| href.starts_with('/') && !href.starts_with("//");
    let links = tags(page).into_iter().filter(|tag| tag.name == "a" && ours(tag.get("href")));
    links.map(|tag| tag.get("href").split('#').next().unwrap_or_default().to_owned()).collect()
}

/// The forms that write.
pub fn forms(page: &str) -> Vec<Form> {
    let mut forms: Vec<Form> = Vec::new();
    let mut open = false;
    for tag in tags(page) {
        match tag.name.as_str() {
            "form" => {
                open = tag.get("method").eq_ignore_ascii_case("post");
                if open {
                    forms.push(Form { action: tag.get("action").to_owned(), fields: Vec::new() });
                }
            }
            "/form" => open = false,
            "input" | "textarea" | "select" | "button" if open && !tag.get("name").is_empty() => {
                let value = if tag.name == "textarea" { tag.text.clone() } else { tag.get("value").to_owned() };
                let fields = &mut forms.last_mut().expect("an open form").fields;
                if !fields.iter().any(|(name, _)| name == tag.get("name")) {
                    fields.push((tag.get("name").to_owned(), value));
                }
            }
            _ => {}
        }
    }
    forms
}
