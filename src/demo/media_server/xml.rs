//! The XML twin of a JSON answer: scalars are attributes, lists are repeated elements (plex.md C0).
//! Never knows a field.

use serde_json::Value;

use crate::demo::wire::escaped;

pub fn element(name: &str, value: &Value) -> String {
    let Value::Object(fields) = value else {
        return String::new();
    };
    let mut attributes = String::new();
    let mut children = String::new();
    for (key, value) in fields {
        match value {
            Value::Null => {}
            Value::Array(rows) => rows.iter().for_each(|row| children.push_str(&element(tag(key, row), row))),
            Value::Object(_) => children.push_str(&element(key, value)),
            Value::Bool(yes) => attributes.push_str(&format!(" {key}=\"{}\"", u8::from(*yes))),
            Value::String(text) => attributes.push_str(&format!(" {key}=\"{}\"", escaped(text))),
            Value::Number(number) => attributes.push_str(&format!(" {key}=\"{number}\"")),
        }
    }
    if children.is_empty() {
        format!("<{name}{attributes}/>")
    } else {
        format!("<{name}{attributes}>{children}</{name}>")
    }
}

/// `Metadata` stands for Video and Directory alike; the type tells which.
fn tag<'a>(key: &'a str, row: &Value) -> &'a str {
    match (key, row["type"].as_str()) {
        ("Metadata", Some("show" | "season")) => "Directory",
        ("Metadata", _) => "Video",
        _ => key,
    }
}
